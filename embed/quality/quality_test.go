package quality

import (
	"image"
	"image/draw"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"kindred/embed"
)

// checker is a picture of squares of the given side.
func checker(w, h, side int, dark, light uint8) embed.Pixels {
	p := embed.NewPixels(w, h)
	for i := range w * h {
		v := dark
		if (i%w/side+i/w/side)%2 == 1 {
			v = light
		}
		p.Pix[3*i], p.Pix[3*i+1], p.Pix[3*i+2] = v, v, v
	}
	return p
}

// blur averages over squares of 2r+1 pixels, three times, which is close to a
// Gaussian of standard deviation r+0.5.
func blur(p embed.Pixels, r int) embed.Pixels {
	out := embed.NewPixels(p.W, p.H)
	copy(out.Pix, p.Pix)
	line := func(first, step, n int) {
		sums := make([]int, n+1) // of the line up to each place
		for i := range n {
			sums[i+1] = sums[i] + int(out.Pix[first+i*step])
		}
		for i := range n {
			lo, hi := max(0, i-r), min(n, i+r+1)
			out.Pix[first+i*step] = uint8((sums[hi] - sums[lo] + (hi-lo)/2) / (hi - lo))
		}
	}
	for range 3 {
		for i := range 3 * p.H {
			line(i/3*3*p.W+i%3, 3, p.W)
		}
		for i := range 3 * p.W {
			line(i, 3*p.W, p.H)
		}
	}
	return out
}

func near(t *testing.T, what string, got float32, want, tolerance float64) {
	t.Helper()
	if math.Abs(float64(got)-want) > tolerance {
		t.Errorf("%s is %.4f, want %.4f", what, got, want)
	}
}

func TestUnits(t *testing.T) {
	m := Measure(checker(64, 64, 8, 0, 255))
	near(t, "Brightness", m.Brightness, 0.5, 1e-6)
	near(t, "Contrast", m.Contrast, 0.5, 1e-6)
	near(t, "Dark", m.Dark, 1, 0)
	near(t, "Light", m.Light, 0, 0)
	near(t, "Entropy", m.Entropy, 1, 1e-6)
	near(t, "Colour", m.Colour, 0, 0)

	red := embed.NewPixels(20, 10)
	for i := 0; i < len(red.Pix); i += 3 {
		red.Pix[i] = 255
	}
	m = Measure(red)
	near(t, "Brightness of red", m.Brightness, 0.299, 0.002)
	near(t, "Contrast of red", m.Contrast, 0, 1e-6)
	near(t, "Colour of red", m.Colour, 1, 0)
	near(t, "Entropy of red", m.Entropy, 0, 0)
	if !m.IsLowInformation() || m.IsBlurry() || m.IsDark() || m.IsLight() {
		t.Errorf("flat red is only low in information: %+v", m)
	}
	// A step edge is a step whatever its height.
	near(t, "Sharpness of steps", Measure(checker(256, 256, 64, 0, 255)).Sharpness, 0.5, 0.03)
	near(t, "Sharpness of low steps", Measure(checker(256, 256, 64, 100, 140)).Sharpness, 0.5, 0.03)
}

func TestSharpSubjectBeforeSoftGround(t *testing.T) {
	p := blur(checker(256, 256, 16, 20, 230), 6)
	if m := Measure(p); !m.IsBlurry() {
		t.Errorf("blurred: %+v", m)
	}
	subject := checker(96, 96, 16, 20, 230)
	for y := range subject.H {
		copy(p.Pix[3*((80+y)*p.W+80):], subject.Pix[3*y*subject.W:3*(y+1)*subject.W])
	}
	if m := Measure(p); m.IsBlurry() || m.Sharpness < 0.3 {
		t.Errorf("a sharp seventh before a soft ground: %+v", m)
	}
}

func TestMoreBlurIsLessSharp(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	p := embed.NewPixels(200, 160)
	for i := range p.Pix {
		p.Pix[i] = uint8(rng.IntN(256))
	}
	last := float32(2)
	for r := range 7 {
		s := Measure(blur(p, r)).Sharpness
		if s > last {
			t.Errorf("radius %d: sharpness rises from %.3f to %.3f", r, last, s)
		}
		last = s
	}
}

func TestAnySize(t *testing.T) {
	for _, s := range [][2]int{{0, 0}, {1, 1}, {1, 300}, {300, 1}, {5, 5}, {8, 9}, {7, 2000}} {
		m := Measure(embed.NewPixels(s[0], s[1]))
		for _, v := range []float32{m.Sharpness, m.Brightness, m.Contrast, m.Dark, m.Light, m.Entropy, m.Colour} {
			if v != 0 {
				t.Errorf("black %v: %+v", s, m)
			}
		}
	}
}

// photos are those beside the repository, reduced as the scan does it.
func photos(t testing.TB, n int) []embed.Pixels {
	shared := os.Getenv("KINDRED_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	names, _ := filepath.Glob(filepath.Join(shared, "data", "photos", "*"))
	if len(names) == 0 {
		t.Skip("no photos in ../shared")
	}
	var out []embed.Pixels
	for _, name := range names[:min(n, len(names))] {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		img, err := jpeg.Decode(f)
		_ = f.Close()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, reduce(img))
	}
	return out
}

func reduce(img image.Image) embed.Pixels {
	b := img.Bounds()
	p := embed.NewPixels(b.Dx(), b.Dy())
	m := image.NewRGBA(image.Rect(0, 0, p.W, p.H))
	draw.Draw(m, m.Rect, img, b.Min, draw.Src)
	for i := range p.W * p.H {
		copy(p.Pix[3*i:3*i+3], m.Pix[4*i:])
	}
	if s := min(p.W, p.H); s > 256 {
		p = embed.Resize(p, (p.W*256+s/2)/s, (p.H*256+s/2)/s)
	}
	return p
}

// Faults like those of contaminate.py, made here of real photos.
func TestFaultsOfPhotos(t *testing.T) {
	each := func(p embed.Pixels, f func(v float64) float64) embed.Pixels {
		out := embed.NewPixels(p.W, p.H)
		for i, v := range p.Pix {
			out.Pix[i] = uint8(f(float64(v)))
		}
		return out
	}
	var false4, missed [4]int
	list := photos(t, 10)
	for _, p := range list {
		for k, hit := range verdicts(Measure(p)) {
			if hit {
				false4[k]++
			}
		}
		faults := [4]embed.Pixels{
			blur(p, 6),
			each(p, func(v float64) float64 { return .08 * v }),
			each(p, func(v float64) float64 { return v + .93*(255-v) }),
			each(p, func(float64) float64 { return 130 }),
		}
		for want, fault := range faults {
			for k, hit := range verdicts(Measure(fault)) {
				switch {
				case k == want && !hit:
					missed[k]++
				case k != want && hit:
					false4[k]++
				}
			}
		}
	}
	for k, name := range [4]string{"blurry", "dark", "light", "low_information"} {
		t.Logf("%s: %d of %d missed, %d false", name, missed[k], len(list), false4[k])
		if 20*missed[k] > len(list) || 20*false4[k] > len(list) {
			t.Errorf("%s: %d of %d missed, %d false", name, missed[k], len(list), false4[k])
		}
	}
}

func verdicts(m Measures) [4]bool {
	return [4]bool{m.IsBlurry(), m.IsDark(), m.IsLight(), m.IsLowInformation()}
}

func BenchmarkMeasure(b *testing.B) {
	p := checker(341, 256, 16, 20, 230)
	for b.Loop() {
		Measure(p)
	}
}
