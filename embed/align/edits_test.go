package align

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"testing"

	"kindred/embed"
)

// scene paints a picture with shapes and texture of many sizes, another for
// each seed.
func scene(w, h int, seed uint64) embed.Pixels {
	r := rand.New(rand.NewPCG(seed, 7))
	type wave struct{ fx, fy, phase, amp float64 }
	var waves [3][14]wave
	for c := range waves {
		for i := range waves[c] {
			f := math.Pow(2, r.Float64()*5)
			a := r.Float64() * 2 * math.Pi
			waves[c][i] = wave{f * math.Cos(a), f * math.Sin(a), r.Float64() * 6.28, 40 / math.Sqrt(f)}
		}
	}
	type disc struct {
		x, y, r float64
		rgb     [3]float64
	}
	discs := make([]disc, 25)
	for i := range discs {
		discs[i] = disc{r.Float64(), r.Float64(), 0.02 + 0.12*r.Float64(), [3]float64{255 * r.Float64(), 255 * r.Float64(), 255 * r.Float64()}}
	}
	p := embed.NewPixels(w, h)
	for y := range h {
		for x := range w {
			u, v := float64(x)/float64(h), float64(y)/float64(h)
			for c := range 3 {
				s := 120.0
				for _, k := range waves[c] {
					s += k.amp * math.Sin(k.fx*u*3+k.fy*v*3+k.phase)
				}
				for _, d := range discs {
					if math.Hypot(u-d.x*float64(w)/float64(h), v-d.y) < d.r {
						s = 0.4*s + 0.6*d.rgb[c]
					}
				}
				p.Pix[3*(y*w+x)+c] = byteOf(s)
			}
		}
	}
	return p
}

func byteOf(v float64) uint8 { return uint8(math.Max(0, math.Min(255, math.Round(v)))) }

func crop(p embed.Pixels, x0, y0, w, h int) embed.Pixels {
	out := embed.NewPixels(w, h)
	for y := range h {
		copy(out.Pix[3*y*w:3*(y+1)*w], p.Pix[3*((y0+y)*p.W+x0):])
	}
	return out
}

func mirror(p embed.Pixels) embed.Pixels {
	out := embed.NewPixels(p.W, p.H)
	for y := range p.H {
		for x := range p.W {
			copy(out.Pix[3*(y*p.W+x):][:3], p.Pix[3*(y*p.W+p.W-1-x):])
		}
	}
	return out
}

// quarter turns a picture to the right.
func quarter(p embed.Pixels) embed.Pixels {
	out := embed.NewPixels(p.H, p.W)
	for y := range out.H {
		for x := range out.W {
			copy(out.Pix[3*(y*out.W+x):][:3], p.Pix[3*((p.H-1-x)*p.W+y):])
		}
	}
	return out
}

func oriented(p embed.Pixels, o Orientation) embed.Pixels {
	if o >= Mirrored {
		p = mirror(p)
	}
	for range o % 4 {
		p = quarter(p)
	}
	return p
}

func mix(p embed.Pixels, f func(r, g, b float64) (float64, float64, float64)) embed.Pixels {
	out := embed.NewPixels(p.W, p.H)
	for i := 0; i < len(p.Pix); i += 3 {
		r, g, b := f(float64(p.Pix[i]), float64(p.Pix[i+1]), float64(p.Pix[i+2]))
		out.Pix[i], out.Pix[i+1], out.Pix[i+2] = byteOf(r), byteOf(g), byteOf(b)
	}
	return out
}

func paint(p embed.Pixels, x0, y0, w, h int, v uint8) embed.Pixels {
	out := embed.Pixels{W: p.W, H: p.H, Pix: bytes.Clone(p.Pix)}
	for y := y0; y < y0+h; y++ {
		for x := x0; x < x0+w; x++ {
			i := 3 * (y*p.W + x)
			out.Pix[i], out.Pix[i+1], out.Pix[i+2] = v, v, v
		}
	}
	return out
}

func border(p embed.Pixels, by int, v uint8) embed.Pixels {
	out := paint(embed.NewPixels(p.W+2*by, p.H+2*by), 0, 0, p.W+2*by, p.H+2*by, v)
	for y := range p.H {
		copy(out.Pix[3*((y+by)*out.W+by):], p.Pix[3*y*p.W:3*(y+1)*p.W])
	}
	return out
}

func compressed(t testing.TB, p embed.Pixels, quality int) embed.Pixels {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, p.W, p.H))
	for i := range p.W * p.H {
		img.Set(i%p.W, i/p.W, color.RGBA{p.Pix[3*i], p.Pix[3*i+1], p.Pix[3*i+2], 255})
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	back, err := jpeg.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	out := embed.NewPixels(p.W, p.H)
	for i := range p.W * p.H {
		r, g, bl, _ := back.At(i%p.W, i/p.W).RGBA()
		out.Pix[3*i], out.Pix[3*i+1], out.Pix[3*i+2] = uint8(r>>8), uint8(g>>8), uint8(bl>>8)
	}
	return out
}

// smaller halves a picture by averages.
func smaller(p embed.Pixels) embed.Pixels {
	out := embed.NewPixels(p.W/2, p.H/2)
	for y := range out.H {
		for x := range out.W {
			for c := range 3 {
				i := 3*(2*y*p.W+2*x) + c
				sum := int(p.Pix[i]) + int(p.Pix[i+3]) + int(p.Pix[i+3*p.W]) + int(p.Pix[i+3*p.W+3])
				out.Pix[3*(y*out.W+x)+c] = uint8((sum + 2) / 4)
			}
		}
	}
	return out
}

// tilted turns a picture by some degrees around its middle; what comes from
// outside is black.
func tilted(p embed.Pixels, degrees float64) embed.Pixels {
	out := embed.NewPixels(p.W, p.H)
	s, c := math.Sincos(degrees * math.Pi / 180)
	for y := range p.H {
		for x := range p.W {
			dx, dy := float64(x)-float64(p.W-1)/2, float64(y)-float64(p.H-1)/2
			sx, sy := c*dx+s*dy+float64(p.W-1)/2, -s*dx+c*dy+float64(p.H-1)/2
			if sx < 0 || sy < 0 || sx >= float64(p.W-1) || sy >= float64(p.H-1) {
				continue
			}
			ix, iy := int(sx), int(sy)
			fx, fy := sx-float64(ix), sy-float64(iy)
			for ch := range 3 {
				at := func(x, y int) float64 { return float64(p.Pix[3*(y*p.W+x)+ch]) }
				v := (at(ix, iy)*(1-fx)+at(ix+1, iy)*fx)*(1-fy) + (at(ix, iy+1)*(1-fx)+at(ix+1, iy+1)*fx)*fy
				out.Pix[3*(y*p.W+x)+ch] = byteOf(v)
			}
		}
	}
	return out
}
