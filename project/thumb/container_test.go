package thumb

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"kindred/embed"
	"kindred/project"
	"kindred/project/thumb/heif"
)

func TestHEICAndAVIF(t *testing.T) {
	want := pattern()
	luma := embed.NewPixels(want.W, want.H)
	for i := 0; i < len(luma.Pix); i += 3 {
		v := uint8((299*int(want.Pix[i]) + 587*int(want.Pix[i+1]) + 114*int(want.Pix[i+2])) / 1000)
		luma.Pix[i], luma.Pix[i+1], luma.Pix[i+2] = v, v, v
	}
	for _, c := range []struct {
		name, format string
		frames       int
		want         embed.Pixels
		mean         float64
	}{
		{"plain.heic", HEIC, 1, want, 1.5},
		{"half.heic", HEIC, 1, want, 3},
		{"gray.heic", HEIC, 1, luma, 1.5},
		{"limited.heic", HEIC, 1, want, 1.5},
		{"deep.heic", HEIC, 1, want, 4}, // chroma halved both ways
		{"exifonly.heic", HEIC, 1, want, 1.5},
		{"plain.avif", AVIF, 1, want, 1.5},
		{"gray.avif", AVIF, 1, luma, 1.5},
		{"limited.avif", AVIF, 1, want, 1.5},
		{"animated.avif", AVIF, 3, want, 1.5},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, info, err := Decode(file(t, c.name), 0)
			if err != nil {
				t.Fatal(err)
			}
			if want := (Info{Format: c.format, Width: patternW, Height: patternH, Frames: c.frames, Orientation: 1}); info != want {
				t.Errorf("info %+v, want %+v", info, want)
			}
			if worst, mean := differ(t, p, c.want); mean > c.mean {
				t.Errorf("differs by at most %d, mean %.2f", worst, mean)
			}
			if probe, err := Probe(file(t, c.name)); err != nil || probe != info {
				t.Errorf("Probe says %+v, %v", probe, err)
			}
		})
	}
}

// What libheif turns by itself must not be turned again, what libavif leaves
// must be, and EXIF repeats it in both.
func TestHEIFOrientations(t *testing.T) {
	for _, format := range []string{HEIC, AVIF} {
		for o := 1; o <= 8; o++ {
			name := fmt.Sprintf("orientation%d.%s", o, strings.ToLower(format))
			p, info, err := Decode(file(t, name), 0)
			if err != nil {
				t.Fatal(name, err)
			}
			if _, mean := differ(t, p, pattern()); mean > 1.5 {
				t.Errorf("%s is not upright: %.2f", name, mean)
			}
			if info.Width != patternW || info.Height != patternH || info.Camera != "Kin Dred 1" || info.Taken != time.Date(2021, 3, 4, 5, 6, 7, 0, time.UTC) {
				t.Errorf("%s: %+v", name, info)
			}
		}
	}
}

func TestHEIFOfOddSizesAndTiles(t *testing.T) {
	for name, size := range map[string][2]int{"odd.heic": {131, 67}, "grid.heic": {128, 128}} {
		want := embed.NewPixels(size[0], size[1])
		for i := range size[0] * size[1] {
			x, y := i%size[0], i/size[0]
			d := want.Pix[3*i:]
			d[0], d[1], d[2] = uint8(5*x), uint8(6*y), uint8(3*(x+y)/2)
			if x < 12 && y < 10 {
				d[0], d[1], d[2] = 255, 255, 255
			}
		}
		p, _, err := Decode(file(t, name), 0)
		if err != nil {
			t.Fatal(name, err)
		}
		if _, mean := differ(t, p, want); mean > 7 { // Pillow, which smooths the chroma, has 4.1 and 3.5
			t.Errorf("%s: mean difference %.2f", name, mean)
		}
		half, info, err := Decode(file(t, name), size[1]/2)
		if err != nil || half.W != (size[0]+1)/2 || half.H != (size[1]+1)/2 || info.Width != size[0] {
			t.Fatalf("%s: %d x %d, %+v, %v", name, half.W, half.H, info, err)
		}
		for y := range half.H {
			for x := range half.W {
				for c := range 3 {
					sum, n := 0, 0
					for v := 2 * y; v < min(2*y+2, p.H); v++ {
						for u := 2 * x; u < min(2*x+2, p.W); u++ {
							sum, n = sum+int(p.Pix[3*(v*p.W+u)+c]), n+1
						}
					}
					if got := int(half.Pix[3*(y*half.W+x)+c]); got != (sum+n/2)/n {
						t.Fatalf("%s at %d, %d: %d, the mean is %d", name, x, y, got, (sum+n/2)/n)
					}
				}
			}
		}
	}
}

func TestHEIFTransparencyLiesOverWhite(t *testing.T) {
	p, _, err := Decode(file(t, "alpha.avif"), 0)
	if err != nil {
		t.Fatal(err)
	}
	want, _, err := Decode(file(t, "alpha.png"), 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, mean := differ(t, p, want); mean > 3 {
		t.Errorf("differs by %.2f", mean)
	}
}

// sized gives the picture in a file another size, by its ispe boxes.
func sized(data []byte, w, h uint32) []byte {
	out := bytes.Clone(data)
	for i := 0; ; {
		n := bytes.Index(out[i:], []byte("ispe"))
		if n < 0 {
			return out
		}
		i += n + 4
		binary.BigEndian.PutUint32(out[i+4:], w)
		binary.BigEndian.PutUint32(out[i+8:], h)
	}
}

func TestHEIFSizesAreBoundedBeforeDecoding(t *testing.T) {
	for _, name := range []string{"grid.heic", "plain.avif"} {
		data := file(t, name)
		for _, size := range [][2]uint32{{60000, 60000}, {1<<32 - 1, 1<<32 - 1}, {8001, 8000}} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, _, err := Decode(sized(data, size[0], size[1]), 0)
			runtime.ReadMemStats(&after)
			if !errors.Is(err, project.ErrTooLarge) || !strings.Contains(err.Error(), "64 megapixels") {
				t.Errorf("%s of %v: %v", name, size, err)
			}
			if after.TotalAlloc-before.TotalAlloc > 1<<20 {
				t.Errorf("%s of %v: refused after allocating %d bytes", name, size, after.TotalAlloc-before.TotalAlloc)
			}
		}
		// A lie within the limit is found out by the decoder.
		if _, _, err := Decode(sized(data, 48, 7000), 0); err != nil && !errors.Is(err, project.ErrTruncated) {
			t.Errorf("%s with a wrong size: %v", name, err)
		}
		if _, _, err := Decode(sized(data, 0, 0), 0); !errors.Is(err, project.ErrTruncated) {
			t.Errorf("%s of no size: %v", name, err)
		}
		if _, _, err := (Decoder{MaxPixels: 100}).Decode(t.Context(), data, 0); !errors.Is(err, project.ErrTooLarge) {
			t.Errorf("%s, own limit: %v", name, err)
		}
	}
}

func TestHEIFTruncatedAnywhere(t *testing.T) {
	for _, name := range []string{"plain.heic", "plain.avif", "grid.heic"} {
		data := file(t, name)
		for n := len(data) - 1; n > 32; n -= max(1, len(data)/40) {
			_, _, err := Decode(data[:n:n], 0)
			if !errors.Is(err, project.ErrTruncated) && !errors.Is(err, project.ErrNotImage) {
				t.Errorf("%s cut at %d of %d: %v", name, n, len(data), err)
			}
		}
	}
}

func TestHEIFThatCannotBeRead(t *testing.T) {
	_, _, err := Decode(file(t, "deep444.heic"), 0)
	if !errors.Is(err, project.ErrNotImage) || !strings.Contains(err.Error(), "10 bits") {
		t.Errorf("10 bits with full chroma: %v", err)
	}
	other := bytes.ReplaceAll(file(t, "plain.heic"), []byte("hvc1"), []byte("vvc1"))
	if _, _, err := Decode(other, 0); !errors.Is(err, project.ErrNotImage) || !strings.Contains(err.Error(), "vvc1") {
		t.Errorf("another codec: %v", err)
	}
	// Neither reads what another decoder is for.
	if _, err := heif.Decode(t.Context(), file(t, "plain.heic"), heif.Header{Codec: heif.AV1, Width: 48, Height: 40}, 1); err == nil {
		t.Error("libavif read a HEIC")
	}
}

func TestHEIFWaitsNoLongerThanAsked(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ended := make(chan error)
	for range 8 {
		go func() {
			_, _, err := Decoder{}.Decode(ctx, file(t, "odd.heic"), 0)
			ended <- err
		}()
	}
	for range 8 {
		if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
}
