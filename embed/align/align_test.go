package align

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"kindred/embed"
)

func prepare(p embed.Pixels) *Picture { return Prepare(p, p.W, p.H) }

// verdict compares two pictures as if their embeddings were as alike as those
// of a hard pair.
func verdict(a, b embed.Pixels) (float64, Match, string, []Kind) {
	pa, pb := prepare(a), prepare(b)
	m := NewComparer().Compare(pa, pb, 0.7)
	return Probability(m.Features, 0.7), m, m.Words(pa, pb), m.Kinds(pa, pb)
}

func TestEditedCopiesAreOnePicture(t *testing.T) {
	for seed := range uint64(4) {
		p := scene(240, 160, seed)
		for _, e := range []struct {
			name string
			q    embed.Pixels
			kind Kind
			word string
		}{
			{"compressed", compressed(t, p, 25), None, ""},
			{"halved", smaller(p), Scaled, "reduced to 50 %"},
			{"cropped", crop(p, 24, 8, 192, 136), Cut, "cropped to 6"},
			{"square", crop(p, 40, 0, 160, 160), Cut, "cropped to 67 %"},
			{"mirrored", mirror(p), Flipped, "mirrored"},
			{"turned", quarter(p), Turned, "turned a quarter right"},
			{"darker", mix(p, func(r, g, b float64) (float64, float64, float64) { return r * 0.6, g * 0.6, b * 0.6 }), Coloured, "darker by 40 %"},
			{"other hue", mix(p, func(r, g, b float64) (float64, float64, float64) { return 0.8*r + 0.2*g, 0.8*g + 0.2*b, 0.8*b + 0.2*r }), Coloured, ""},
			{"grey", mix(p, func(r, g, b float64) (float64, float64, float64) { v := 0.3*r + 0.6*g + 0.1*b; return v, v, v }), Coloured, "other colours"},
			{"painted over", paint(p, 30, 100, 90, 30, 255), Painted, "painted over"},
			{"bordered", border(p, 12, 0), Cut, "shows more"},
			{"tilted", tilted(p, 4), None, "tilted by 4°"},
			{"turned and cropped", crop(quarter(p), 10, 20, 130, 195), Turned, "cropped"},
		} {
			prob, m, words, kinds := verdict(p, e.q)
			if prob < 0.7 {
				t.Errorf("scene %d, %s: probability %.3f, %+v", seed, e.name, prob, m)
				continue
			}
			if !strings.Contains(words, e.word) {
				t.Errorf("scene %d, %s: words %q", seed, e.name, words)
			}
			if e.kind != None && (len(kinds) == 0 || kinds[0] != e.kind) {
				t.Errorf("scene %d, %s: kinds %v (%s)", seed, e.name, kinds, words)
			}
		}
	}
}

func TestOtherPicturesAreNot(t *testing.T) {
	for _, size := range []int{32, 160} {
		var all []*Picture
		for seed := range uint64(12) {
			all = append(all, prepare(scene(size, size, seed)))
		}
		c := NewComparer()
		for i := range all {
			for j := range i {
				if m := c.Compare(all[i], all[j], 0.9); Probability(m.Features, 0.9) > 0.3 {
					t.Errorf("%d px: scenes %d and %d: %.3f, %+v", size, i, j, Probability(m.Features, 0.9), m)
				}
			}
		}
	}
}

func TestSmallPictures(t *testing.T) {
	p := scene(32, 32, 5)
	for name, q := range map[string]embed.Pixels{
		"same": p, "compressed": compressed(t, p, 50), "mirrored": mirror(p), "turned": quarter(p), "cropped": crop(p, 3, 2, 26, 27),
	} {
		if prob, m, _, _ := verdict(p, q); prob < 0.7 {
			t.Errorf("%s: %.3f, %+v", name, prob, m)
		}
	}
}

func TestEveryOrientationIsFound(t *testing.T) {
	p := scene(120, 90, 8)
	for o := range Orientation(8) {
		_, m, _, _ := verdict(p, oriented(p, o))
		if m.Orientation != o || m.Blocks < 0.99 {
			t.Errorf("orientation %d: found %d, blocks %.3f", o, m.Orientation, m.Blocks)
		}
	}
}

func TestCropIsWhereItWasCut(t *testing.T) {
	p := scene(200, 200, 3)
	_, m, _, _ := verdict(p, crop(p, 40, 20, 140, 150))
	want := Rect{0.2, 0.1, 0.9, 0.85}
	got := m.InA
	for i, d := range []float64{got.X0 - want.X0, got.Y0 - want.Y0, got.X1 - want.X1, got.Y1 - want.Y1} {
		if math.Abs(d) > 0.01 {
			t.Errorf("side %d is off by %.3f: %+v", i, d, got)
		}
	}
}

func TestTheOrderOfAPairDoesNotMatterToTheVerdict(t *testing.T) {
	p := scene(160, 120, 2)
	for _, q := range []embed.Pixels{crop(p, 10, 10, 120, 90), quarter(p), scene(160, 120, 9)} {
		forth, _, _, _ := verdict(p, q)
		back, _, _, _ := verdict(q, p)
		if math.Abs(forth-back) > 0.1 {
			t.Errorf("%.3f and %.3f", forth, back)
		}
	}
}

func TestAComparerRemembersNothing(t *testing.T) {
	a, b, x := prepare(scene(90, 60, 1)), prepare(crop(scene(90, 60, 1), 5, 5, 70, 50)), prepare(scene(60, 90, 2))
	fresh := NewComparer().Compare(a, b, 0.7)
	c := NewComparer()
	c.Compare(x, a, 0.7)
	c.Compare(b, x, 0.7)
	if again := c.Compare(a, b, 0.7); fmt.Sprint(again) != fmt.Sprint(fresh) {
		t.Fatalf("%+v\n%+v", fresh, again)
	}
}

func TestFlatAndDegeneratePictures(t *testing.T) {
	flat := prepare(paint(embed.NewPixels(50, 40), 0, 0, 50, 40, 128))
	for _, p := range []*Picture{flat, prepare(embed.NewPixels(1, 1)), Prepare(embed.Pixels{}, 0, 0), prepare(scene(3, 200, 1))} {
		m := NewComparer().Compare(p, flat, 1)
		if v := Probability(m.Features, 1); !(v < 0.5) {
			t.Errorf("probability %v", v)
		}
		if m.Words(p, flat) != "" && p == flat {
			t.Error(m.Words(p, flat))
		}
	}
	if !Same(flat, prepare(paint(embed.NewPixels(50, 40), 0, 0, 50, 40, 128))) {
		t.Error("equal pixels are not the same")
	}
	if Same(flat, prepare(paint(embed.NewPixels(50, 40), 0, 0, 50, 40, 129))) {
		t.Error("other pixels are the same")
	}
	if v := Probability(Features{Layer: layers}, math.NaN()); v != v {
		t.Error("NaN")
	}
}

func looksOf(p embed.Pixels) (looks [Looks * LookLen]int8) {
	prepare(p).Look(looks[:])
	return looks
}

// lookCosine is the cosine of look l of two pictures.
func lookCosine(a, b [Looks * LookLen]int8, l int) float64 {
	var s sums
	for i := l * LookLen; i < (l+1)*LookLen; i++ {
		s.add(float64(a[i]), float64(b[i]))
	}
	return s.ab / math.Sqrt(s.aa*s.bb)
}

func TestOverallLookIsTheSameForAllOrientations(t *testing.T) {
	p := scene(64, 64, 4)
	first := looksOf(p)
	for o := range Orientation(8) {
		if dot := lookCosine(first, looksOf(oriented(p, o)), Looks-1); dot < 0.998 {
			t.Errorf("orientation %d: %.4f", o, dot)
		}
	}
}

func TestAStripSeesWhatLiesAlongItsSide(t *testing.T) {
	p := scene(64, 64, 4)
	clear := looksOf(p)
	for s, left := range [strips][4]int{{0, 16, 64, 48}, {16, 0, 48, 64}, {0, 0, 64, 48}, {0, 0, 48, 64}} {
		painted := looksOf(paint(crop(p, 0, 0, 64, 64), left[0], left[1], left[2], left[3], 200))
		for l := corners; l < corners+strips; l++ {
			if c := lookCosine(clear, painted, l); (c > 0.99) != (l == corners+s) {
				t.Errorf("all but strip %d painted over: strip %d agrees to %.3f", s, l-corners, c)
			}
		}
	}
}

// Boxes of any colour over a third of a picture leave the rest as it is: that
// is enough, however little the two agree as a whole.
func TestWhatIsPaintedOverIsFoundByTheRest(t *testing.T) {
	for seed := range uint64(6) {
		p := scene(160, 120, 40+seed)
		painted := paint(paint(paint(p, 0, 10, 60, 30, 255), 50, 45, 60, 30, 0), 5, 80, 75, 30, 255)
		m := NewComparer().Compare(prepare(p), prepare(painted), 0.4)
		if v := Probability(m.Features, 0.4); v < 0.7 || m.Covered < 0.1 || m.Orientation != Upright {
			t.Errorf("scene %d: %.3f, %.2f covered, %.2f kept", seed, v, m.Covered, m.Kept)
		}
		other := NewComparer().Compare(prepare(scene(160, 120, 60+seed)), prepare(painted), 0.4)
		if v := Probability(other.Features, 0.4); v > 0.1 || other.Kept > 0.2 {
			t.Errorf("scene %d and another: %.3f, %.2f kept", seed, v, other.Kept)
		}
	}
}

func TestMapsGoBack(t *testing.T) {
	for o := range Orientation(8) {
		m := o.place()
		back, ok := m.inverse()
		x, y := m.then(back).at(0.3, 0.8)
		if !ok || math.Abs(x-0.3) > 1e-12 || math.Abs(y-0.8) > 1e-12 || nearest(m) != o {
			t.Errorf("orientation %d: %v %v", o, x, y)
		}
	}
}

func BenchmarkCompareCopies(b *testing.B) {
	p := scene(256, 192, 1)
	x, y := prepare(p), prepare(crop(p, 20, 20, 200, 150))
	c := NewComparer()
	for b.Loop() {
		c.Compare(x, y, 0.7)
	}
}
