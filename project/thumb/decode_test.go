package thumb

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"golang.org/x/image/bmp"

	"kindred/embed"
)

const patternW, patternH = 48, 40

// pattern is the picture that testdata/make.py draws.
func pattern() embed.Pixels {
	p := embed.NewPixels(patternW, patternH)
	for y := range p.H {
		for x := range p.W {
			d := p.Pix[3*(y*p.W+x):]
			d[0], d[1], d[2] = uint8(5*x), uint8(6*y), uint8(3*(x+y)/2)
			if x < 12 && y < 10 {
				d[0], d[1], d[2] = 255, 255, 255
			}
		}
	}
	return p
}

func file(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// differ returns the largest and the mean difference of two pictures' values.
func differ(t testing.TB, a, b embed.Pixels) (worst int, mean float64) {
	t.Helper()
	if a.W != b.W || a.H != b.H || len(a.Pix) != len(b.Pix) {
		t.Fatalf("size %d x %d, want %d x %d", a.W, a.H, b.W, b.H)
	}
	sum := 0
	for i := range a.Pix {
		d := int(a.Pix[i]) - int(b.Pix[i])
		d = max(d, -d)
		sum, worst = sum+d, max(worst, d)
	}
	return worst, float64(sum) / float64(len(a.Pix))
}

func TestEveryFormat(t *testing.T) {
	want := pattern()
	gray := func(of func(r, g, b int) int) embed.Pixels {
		p := embed.NewPixels(want.W, want.H)
		for i := 0; i < len(p.Pix); i += 3 {
			v := uint8(of(int(want.Pix[i]), int(want.Pix[i+1]), int(want.Pix[i+2])))
			p.Pix[i], p.Pix[i+1], p.Pix[i+2] = v, v, v
		}
		return p
	}
	luma := gray(func(r, g, b int) int { return (299*r + 587*g + 114*b) / 1000 })
	red := gray(func(r, g, b int) int { return r })
	for _, c := range []struct {
		name, format string
		frames       int
		want         embed.Pixels
		worst        int
		mean         float64
	}{
		{"baseline.jpg", JPEG, 1, want, 40, 2},
		{"progressive.jpg", JPEG, 1, want, 90, 4},
		{"subsampled.jpg", JPEG, 1, want, 90, 4},
		{"gray.jpg", JPEG, 1, luma, 40, 2},
		{"cmyk.jpg", JPEG, 1, want, 40, 2},
		{"plain.png", PNG, 1, want, 0, 0},
		{"rgb16.png", PNG, 1, want, 0, 0},
		{"gray16.png", PNG, 1, red, 0, 0},
		{"palette.png", PNG, 1, want, 45, 8},
		{"animated.png", PNG, 2, want, 0, 0},
		{"animated.gif", GIF, 3, want, 45, 8},
		{"plain.bmp", BMP, 1, want, 0, 0},
		{"lzw.tiff", TIFF, 1, want, 0, 0},
		{"cmyk.tiff", TIFF, 1, want, 0, 0},
		{"pages.tiff", TIFF, 3, want, 0, 0},
		{"gray16.tiff", TIFF, 1, red, 0, 0},
		{"lossless.webp", WebP, 1, want, 0, 0},
		{"animated.webp", WebP, 2, want, 0, 0},
		{"lossy.webp", WebP, 1, want, 90, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, info, err := Decode(file(t, c.name), 0)
			if err != nil {
				t.Fatal(err)
			}
			if want := (Info{Format: c.format, Width: patternW, Height: patternH, Frames: c.frames, Orientation: 1}); info != want {
				t.Errorf("info %+v, want %+v", info, want)
			}
			if worst, mean := differ(t, p, c.want); worst > c.worst || mean > c.mean {
				t.Errorf("differs by at most %d, mean %.2f", worst, mean)
			}
			if probe, err := Probe(file(t, c.name)); err != nil || probe != info {
				t.Errorf("Probe says %+v, %v", probe, err)
			}
		})
	}
}

func TestTransparencyLiesOverWhite(t *testing.T) {
	img, err := png.Decode(bytes.NewReader(file(t, "alpha.png")))
	if err != nil {
		t.Fatal(err)
	}
	want := embed.NewPixels(patternW, patternH)
	for i := range patternW * patternH {
		c := img.At(i%patternW, i/patternW).(color.NRGBA)
		for k, v := range [3]uint8{c.R, c.G, c.B} {
			a := float64(c.A) / 255
			want.Pix[3*i+k] = uint8(float64(v)*a + 255*(1-a) + 0.5)
		}
	}
	for name, tolerance := range map[string]float64{"alpha.png": 0, "alpha.webp": 0, "alpha-lossy.webp": 4} {
		p, _, err := Decode(file(t, name), 0)
		if err != nil {
			t.Fatal(name, err)
		}
		if _, mean := differ(t, p, want); mean > tolerance {
			t.Errorf("%s differs by %.2f", name, mean)
		}
	}
}

func TestOrientations(t *testing.T) {
	for o := 1; o <= 8; o++ {
		p, info, err := Decode(file(t, fmt.Sprintf("orientation%d.png", o)), 0)
		if err != nil {
			t.Fatal(o, err)
		}
		if worst, _ := differ(t, p, pattern()); worst != 0 {
			t.Errorf("orientation %d is not upright", o)
		}
		want := Info{Format: PNG, Width: patternW, Height: patternH, Frames: 1, Orientation: o, Camera: "Kin Dred 1", Taken: time.Date(2021, 3, 4, 5, 6, 7, 0, time.UTC)}
		if info != want {
			t.Errorf("orientation %d: info %+v, want %+v", o, info, want)
		}
	}
	for name, tolerance := range map[string]float64{"orientation6.jpg": 4, "orientation6.tiff": 0, "orientation6.webp": 0} {
		p, info, err := Decode(file(t, name), 0)
		if err != nil || info.Orientation != 6 || info.Camera != "Kin Dred 1" || info.Taken.Year() != 2021 {
			t.Fatalf("%s: %+v, %v", name, info, err)
		}
		if _, mean := differ(t, p, pattern()); mean > tolerance {
			t.Errorf("%s is not upright: %.2f", name, mean)
		}
	}
}

func TestBadExifNeverFailsThePicture(t *testing.T) {
	data := file(t, "orientation6.jpg")
	at := bytes.Index(data, []byte("Exif\x00\x00")) + 6
	end := at - 8 + int(binary.BigEndian.Uint16(data[at-8:])) // of the segment
	for i := at; i < end; i++ {
		for _, v := range []byte{0, 0xff} {
			bad := bytes.Clone(data)
			bad[i] = v
			if _, _, err := Decode(bad, 0); err != nil {
				t.Fatalf("byte %d = %#x: %v", i, v, err)
			}
		}
	}
}

// photo is a smooth picture with some texture, w x h.
func photo(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetRGBA(x, y, color.RGBA{uint8(x * 255 / w), uint8(y * 255 / h), uint8((x ^ y) & 63), 255})
		}
	}
	return m
}

func TestScaledDecoding(t *testing.T) {
	for _, c := range []struct{ w, h, minShort, wantW, wantH int }{
		{1001, 603, 0, 1001, 603},
		{1001, 603, 303, 1001, 603},
		{1001, 603, 302, 501, 302},
		{1001, 603, 256, 501, 302},
		{603, 1001, 151, 151, 251},
		{1001, 603, 10, 126, 76},
		{40, 30, 256, 40, 30},
	} {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, photo(c.w, c.h), nil); err != nil {
			t.Fatal(err)
		}
		p, info, err := Decode(b.Bytes(), c.minShort)
		if err != nil {
			t.Fatal(err)
		}
		if p.W != c.wantW || p.H != c.wantH || len(p.Pix) != 3*p.W*p.H {
			t.Errorf("%d x %d at %d: %d x %d, want %d x %d", c.w, c.h, c.minShort, p.W, p.H, c.wantW, c.wantH)
		}
		if info.Width != c.w || info.Height != c.h {
			t.Errorf("info says %d x %d", info.Width, info.Height)
		}
	}
}

func TestAgreesWithImageJPEG(t *testing.T) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, photo(333, 222), &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"made": b.Bytes(), "progressive": file(t, "progressive.jpg"), "cmyk": file(t, "cmyk.jpg"), "gray": file(t, "gray.jpg")} {
		img, err := jpeg.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		p, _, err := Decode(data, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, mean := differ(t, p, fromImage(img)); mean > 2 {
			t.Errorf("%s: mean difference to image/jpeg %.2f", name, mean)
		}
	}
}

func TestGIFFrameOnItsCanvas(t *testing.T) {
	frame := image.NewPaletted(image.Rect(3, 2, 7, 5), color.Palette{color.Transparent, color.RGBA{9, 8, 7, 255}})
	frame.SetColorIndex(4, 3, 1)
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{frame}, Delay: []int{0}, Config: image.Config{Width: 10, Height: 8}}); err != nil {
		t.Fatal(err)
	}
	p, info, err := Decode(b.Bytes(), 0)
	if err != nil || info.Frames != 1 || p.W != 10 || p.H != 8 {
		t.Fatalf("%d x %d, %+v, %v", p.W, p.H, info, err)
	}
	for i := range p.W * p.H {
		want := [3]uint8{255, 255, 255}
		if i == 3*10+4 {
			want = [3]uint8{9, 8, 7}
		}
		if got := [3]uint8(p.Pix[3*i:]); got != want {
			t.Errorf("pixel %d is %v, want %v", i, got, want)
		}
	}
}

// Every fast path gives what At gives.
func TestConversionsAgreeWithAt(t *testing.T) {
	r := image.Rect(2, 3, 9, 8)
	kinds := []image.Image{
		image.NewNRGBA(r), image.NewRGBA(r), image.NewGray(r), image.NewGray16(r), image.NewNRGBA64(r), image.NewRGBA64(r),
		image.NewYCbCr(r, image.YCbCrSubsampleRatio420), image.NewYCbCr(r, image.YCbCrSubsampleRatio411), image.NewCMYK(r), image.NewAlpha(r),
		image.NewPaletted(r, color.Palette{color.NRGBA{1, 200, 3, 255}, color.NRGBA{200, 2, 100, 128}, color.Transparent}),
	}
	for _, img := range kinds {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				switch m := img.(type) {
				case *image.YCbCr:
					m.Y[m.YOffset(x, y)] = uint8(x * y * 3)
					m.Cb[m.COffset(x, y)], m.Cr[m.COffset(x, y)] = uint8(x*20), uint8(y*20)
				case interface {
					Set(x, y int, c color.Color)
				}:
					m.Set(x, y, color.NRGBA{uint8(x * 28), uint8(y * 31), uint8(x * y * 3), uint8(255 - x*y)})
				}
			}
		}
		got, want := fromImage(img), embed.NewPixels(r.Dx(), r.Dy())
		for y := range r.Dy() {
			for x := range r.Dx() {
				rr, g, b, a := img.At(r.Min.X+x, r.Min.Y+y).RGBA()
				for c, v := range [3]uint32{rr, g, b} {
					want.Pix[3*(y*r.Dx()+x)+c] = uint8((v + 65535 - a) / 257)
				}
			}
		}
		if worst, _ := differ(t, got, want); worst > 1 {
			t.Errorf("%T differs by %d", img, worst)
		}
	}
}

func TestConcurrentDecode(t *testing.T) {
	data := [][]byte{file(t, "baseline.jpg"), file(t, "progressive.jpg"), file(t, "plain.png"), file(t, "baseline.jpg")[:600], file(t, "lossy.webp")}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for k := range 30 {
				d := data[(i+k)%len(data)]
				p, _, err := Decode(d, 16)
				if (err != nil) != (len(d) == 600) || err == nil && len(p.Pix) == 0 {
					t.Errorf("%d bytes: %v", len(d), err)
				}
			}
		})
	}
	wg.Wait()
}

func TestTopDownBMP(t *testing.T) {
	var b bytes.Buffer
	if err := bmp.Encode(&b, photo(5, 4)); err != nil {
		t.Fatal(err)
	}
	p, info, err := Decode(b.Bytes(), 0)
	if err != nil || info.Format != BMP {
		t.Fatal(info, err)
	}
	if worst, _ := differ(t, p, fromImage(photo(5, 4))); worst != 0 {
		t.Errorf("differs by %d", worst)
	}
}
