package thumb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/image/bmp"

	"kindred/embed"
	"kindred/project"
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

func TestTruncatedAnywhere(t *testing.T) {
	for _, name := range []string{
		"baseline.jpg", "progressive.jpg", "cmyk.jpg", "plain.png", "alpha.png", "animated.gif", "plain.bmp",
		"pages.tiff", "lzw.tiff", "lossy.webp", "lossless.webp", "alpha-lossy.webp", "animated.webp",
	} {
		data := file(t, name)
		step := max(1, len(data)/400)
		last := len(data) - 1
		if name == "animated.webp" {
			last-- // a padding byte
		}
		for n := last; n > 32; n -= step {
			_, _, err := Decode(data[:n:n], 0)
			switch {
			case name == "animated.gif" && n == len(data)-1: // only the trailer is missing
				if err != nil {
					t.Errorf("%s without its trailer: %v", name, err)
				}
			case name == "lzw.tiff" || name == "pages.tiff": // the end may hold what the first page does not need
				if err != nil && !errors.Is(err, project.ErrTruncated) {
					t.Errorf("%s cut at %d: %v", name, n, err)
				}
			case !errors.Is(err, project.ErrTruncated):
				t.Errorf("%s cut at %d of %d: %v", name, n, len(data), err)
			}
		}
		if _, _, err := Decode(data[:len(data)/3], 0); !errors.Is(err, project.ErrTruncated) {
			t.Errorf("a third of %s: %v", name, err)
		}
	}
}

func TestHarmlessWarningsAreAccepted(t *testing.T) {
	data := file(t, "baseline.jpg")
	sos := bytes.LastIndex(data, []byte{0xff, 0xda})
	stray := append(append(append([]byte(nil), data[:sos]...), 0, 0, 0), data[sos:]...)
	p, _, err := Decode(stray, 0)
	if err != nil {
		t.Fatal(err)
	}
	want, _, _ := Decode(data, 0)
	if worst, _ := differ(t, p, want); worst != 0 {
		t.Errorf("stray bytes changed the picture by %d", worst)
	}
	if _, _, err := Decode(stray[:len(stray)-40], 0); !errors.Is(err, project.ErrTruncated) {
		t.Errorf("stray bytes hide that the end is missing: %v", err)
	}
	if _, _, err := Decode(append(bytes.Clone(data), "trailing bytes"...), 0); err != nil {
		t.Errorf("trailing bytes: %v", err)
	}
}

// bomb is a PNG that is whole but for its pixels and declares w x h of them.
func bomb(w, h uint32) []byte {
	chunk := func(name string, body []byte) []byte {
		out := append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), name...)
		out = append(out, body...)
		return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	out := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(head, 8, 2, 0, 0, 0))...)
	return append(append(out, chunk("IDAT", []byte{120, 156})...), chunk("IEND", nil)...)
}

func TestDeclaredSizesAreBoundedBeforeDecoding(t *testing.T) {
	put := func(name string, edit func([]byte)) []byte {
		b := bytes.Clone(file(t, name))
		edit(b)
		return b
	}
	jpegHuge := put("baseline.jpg", func(b []byte) {
		sof := bytes.Index(b, []byte{0xff, 0xc0})
		copy(b[sof+5:], []byte{0xff, 0xff, 0xff, 0xff})
	})
	cases := map[string][]byte{
		"PNG 60,000 x 60,000": bomb(60000, 60000),
		"PNG 2^32-1 squared":  bomb(1<<32-1, 1<<32-1),
		"JPEG 65,535 squared": jpegHuge,
		"GIF 65,535 squared":  put("animated.gif", func(b []byte) { copy(b[6:], []byte{0xff, 0xff, 0xff, 0xff}) }),
		"BMP":                 put("plain.bmp", func(b []byte) { b[20], b[24] = 1, 1 }),
		"WebP": put("animated.webp", func(b []byte) {
			copy(b[24:], []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
		}),
	}
	for name, data := range cases {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, _, err := Decode(data, 0); !errors.Is(err, project.ErrTooLarge) && !errors.Is(err, project.ErrTruncated) {
			t.Fatalf("%s: %v", name, err)
		}
		runtime.ReadMemStats(&after)
		allocated := after.TotalAlloc - before.TotalAlloc
		if allocated > 1<<20 {
			t.Errorf("%s: refused after allocating %d bytes", name, allocated)
		}
	}
	if _, _, err := Decode(bomb(60000, 60000), 0); !errors.Is(err, project.ErrTooLarge) || !strings.Contains(err.Error(), "60000 x 60000") {
		t.Errorf("got %v", err)
	}
	if _, _, err := Decode(bomb(15000, 15000), 0); !errors.Is(err, project.ErrTruncated) {
		t.Errorf("a claim of 225 megapixels in 70 bytes: %v", err)
	}
	if _, _, err := Decode(bomb(0, 7), 0); !errors.Is(err, project.ErrTruncated) {
		t.Errorf("no width: %v", err)
	}
	if _, _, err := (Decoder{MaxPixels: 100}).Decode(file(t, "plain.bmp"), 0); !errors.Is(err, project.ErrTooLarge) {
		t.Errorf("own limit: %v", err)
	}
}

func TestWhatIsNoPicture(t *testing.T) {
	for name, c := range map[string]struct {
		data string
		want error
	}{
		"nothing":       {"", project.ErrEmpty},
		"text":          {"not an image", project.ErrNotImage},
		"BM text":       {"BM is how this long line of plain text begins", project.ErrNotImage},
		"JPEG head":     {"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + strings.Repeat("\x00", 200), project.ErrTruncated},
		"zeros":         {strings.Repeat("\x00", 1000), project.ErrNotImage},
		"SVG":           {"<svg xmlns='http://www.w3.org/2000/svg'/>", project.ErrNotImage},
		"HEIC":          {"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", project.ErrNotImage},
		"AVIF":          {"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avif", project.ErrNotImage},
		"one byte":      {"\xff", project.ErrNotImage},
		"PNG signature": {"\x89PNG\r\n\x1a\n", project.ErrTruncated},
		"GIF signature": {"GIF89a", project.ErrTruncated},
		"TIFF":          {"II*\x00", project.ErrTruncated},
		"WebP":          {"RIFF\x04\x00\x00\x00WEBP", project.ErrTruncated},
	} {
		if _, _, err := Decode([]byte(c.data), 256); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	_, _, err := Decode([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), 0)
	if err == nil || err.Error() != "HEIC is not supported yet" {
		t.Errorf("HEIC: %v", err)
	}
}

func TestSignature(t *testing.T) {
	for name, want := range map[string]string{
		"baseline.jpg": JPEG, "plain.png": PNG, "animated.gif": GIF, "plain.bmp": BMP, "lzw.tiff": TIFF, "lossy.webp": WebP,
	} {
		if got, ok := Signature(file(t, name)[:HeadLen]); !ok || got != want {
			t.Errorf("%s: %q, %v", name, got, ok)
		}
	}
	if got, ok := Signature([]byte("\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avif")); !ok || got != AVIF {
		t.Errorf("AVIF: %q, %v", got, ok)
	}
	if got, ok := Signature([]byte("II*\x00\x10\x00\x00\x00CR\x02\x00")); ok {
		t.Errorf("camera raw passes for %q", got)
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

func FuzzDecode(f *testing.F) {
	names, err := filepath.Glob("testdata/*.[bgjptw]*")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		if data, err := os.ReadFile(name); err == nil && filepath.Ext(name) != ".py" {
			f.Add(data)
			f.Add(data[:len(data)/2])
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := Decoder{MaxPixels: 1 << 18}
		p, info, err := d.Decode(data, 16)
		if err == nil && (len(p.Pix) != 3*p.W*p.H || p.W <= 0 || p.H <= 0 || info.Format == "") {
			t.Errorf("%d x %d in %d bytes, %+v", p.W, p.H, len(p.Pix), info)
		}
		if err != nil && !errors.Is(err, project.ErrTruncated) && !errors.Is(err, project.ErrNotImage) && !errors.Is(err, project.ErrTooLarge) && !errors.Is(err, project.ErrEmpty) {
			t.Errorf("unnamed error: %v", err)
		}
	})
}
