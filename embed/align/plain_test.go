package align

import (
	"testing"

	"kindred/embed"
)

// disc shows the middle of p through a round hole in a ground of one grey.
func disc(p embed.Pixels, grey uint8) embed.Pixels {
	out := paint(p, 0, 0, p.W, p.H, grey)
	r := min(p.W, p.H) * 2 / 5
	for y := range p.H {
		for x := range p.W {
			if dx, dy := x-p.W/2, y-p.H/2; dx*dx+dy*dy < r*r {
				copy(out.Pix[3*(y*p.W+x):][:3], p.Pix[3*(y*p.W+x):][:3])
			}
		}
	}
	return out
}

func TestAnOutlineIsNotAPicture(t *testing.T) {
	for _, grey := range []uint8{0, 255} {
		var all []embed.Pixels
		for seed := range uint64(8) {
			// Faint inside, as a planet is: the outline is most of the contrast.
			all = append(all, disc(mix(scene(200, 200, seed), func(r, g, b float64) (float64, float64, float64) {
				return 90 + 0.3*r, 90 + 0.3*g, 90 + 0.3*b
			}), grey))
		}
		for i := range all {
			for j := range i {
				if prob, m, words, _ := verdict(all[i], all[j]); prob > 0.3 {
					t.Errorf("ground %d: discs %d and %d: %.3f (%s), %+v", grey, i, j, prob, words, m)
				}
			}
			for name, q := range map[string]embed.Pixels{
				"compressed": compressed(t, all[i], 40), "halved": smaller(all[i]), "turned": quarter(all[i]),
			} {
				if prob, m, _, _ := verdict(all[i], q); prob < 0.7 {
					t.Errorf("ground %d: disc %d %s: %.3f, %+v", grey, i, name, prob, m)
				}
			}
		}
	}
}
