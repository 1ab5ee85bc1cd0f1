package thumb

import (
	"bytes"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"

	"kindred/embed"
)

func TestThumbnail(t *testing.T) {
	for _, c := range []struct{ w, h, wantW, wantH int }{
		{1000, 500, 256, 128},
		{300, 600, 128, 256},
		{100, 60, 100, 60},
		{3000, 2, 256, 1},
		{256, 256, 256, 256},
	} {
		p := fromImage(photo(c.w, c.h))
		data, err := Thumbnail(p)
		if err != nil {
			t.Fatal(err)
		}
		config, err := jpeg.DecodeConfig(bytes.NewReader(data))
		if err != nil || config.Width != c.wantW || config.Height != c.wantH {
			t.Errorf("%d x %d: %d x %d, %v", c.w, c.h, config.Width, config.Height, err)
		}
		back, _, err := Decode(data, 0)
		if err != nil {
			t.Fatal(err)
		}
		want := p
		if c.w > Size || c.h > Size {
			want = embed.Resize(p, c.wantW, c.wantH)
		}
		if _, mean := differ(t, back, want); mean > 8 {
			t.Errorf("%d x %d: differs by %.1f", c.w, c.h, mean)
		}
	}
	if _, err := EncodeJPEG(embed.Pixels{W: 3, H: 3}, 80); err == nil {
		t.Error("encodes a picture without pixels")
	}
}

func packed(t *testing.T, m *image.RGBA, w, h int) {
	t.Helper()
	if m.Rect != image.Rect(0, 0, w, h) || m.Stride != 4*w || len(m.Pix) != 4*w*h {
		t.Errorf("%v, stride %d, %d bytes, want %d x %d", m.Rect, m.Stride, len(m.Pix), w, h)
	}
	for i := 3; i < len(m.Pix); i += 4 {
		if m.Pix[i] != 255 {
			t.Fatalf("pixel %d is transparent", i/4)
		}
	}
}

func TestCells(t *testing.T) {
	p := fromImage(photo(256, 128))
	data, err := EncodeJPEG(p, 95)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		w, h  int
		cover bool
		wantW int
		wantH int
	}{
		{128, 128, false, 128, 64},
		{100, 100, true, 100, 100},
		{33, 200, true, 33, 200},
		{33, 200, false, 33, 17},
		{256, 128, false, 256, 128},
		{512, 512, false, 512, 256},
		{300, 31, false, 62, 31},
		{1, 1, true, 1, 1},
	} {
		m, err := RGBA(data, c.w, c.h, c.cover)
		if err != nil {
			t.Fatal(err)
		}
		packed(t, m, c.wantW, c.wantH)
		packed(t, FromPixels(p, c.w, c.h, c.cover), c.wantW, c.wantH)
	}
	// Covering a square cuts the same from both sides: red rises from a
	// quarter to three quarters of its range.
	m, _ := RGBA(data, 64, 64, true)
	left, right := int(m.Pix[4*(32*64+1)]), int(m.Pix[4*(32*64+62)])
	if left < 55 || left > 80 || right < 175 || right > 200 {
		t.Errorf("red runs from %d to %d over the middle", left, right)
	}
	for _, bad := range [][]byte{nil, []byte("text"), data[:len(data)/2], file(t, "plain.png")} {
		if _, err := RGBA(bad, 10, 10, false); err == nil {
			t.Errorf("%d bytes pass for a thumbnail", len(bad))
		}
	}
	if _, err := RGBA(data, 0, 10, false); err == nil {
		t.Error("fits into nothing")
	}
}

// photos are the files beside the repository.
func photos(b *testing.B, n int) [][]byte {
	shared := os.Getenv("KINDRED_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	names, _ := filepath.Glob(filepath.Join(shared, "data", "photos", "*"))
	if len(names) == 0 {
		b.Skip("no photos in ../shared")
	}
	var out [][]byte
	for _, name := range names[:min(n, len(names))] {
		data, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		out = append(out, data)
	}
	return out
}

func BenchmarkDecode(b *testing.B) {
	list := photos(b, 100)
	for name, minShort := range map[string]int{"full": 0, "min256": 256, "min64": 64} {
		b.Run(name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				if _, _, err := Decode(list[i%len(list)], minShort); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkProbe(b *testing.B) {
	list := photos(b, 100)
	for i := 0; b.Loop(); i++ {
		if _, err := Probe(list[i%len(list)]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkThumbnail(b *testing.B) {
	var list []embed.Pixels
	for _, data := range photos(b, 30) {
		p, _, err := Decode(data, 256)
		if err != nil {
			b.Fatal(err)
		}
		list = append(list, p)
	}
	size := 0
	for i := 0; b.Loop(); i++ {
		data, err := Thumbnail(list[i%len(list)])
		if err != nil {
			b.Fatal(err)
		}
		size += len(data)
	}
	b.ReportMetric(float64(size)/float64(b.N), "bytes/thumbnail")
}

func BenchmarkRGBA(b *testing.B) {
	p, _, err := Decode(photos(b, 1)[0], 256)
	if err != nil {
		b.Fatal(err)
	}
	data, err := Thumbnail(p)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := RGBA(data, 180, 180, false); err != nil {
			b.Fatal(err)
		}
	}
}
