package heif

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("../testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestParse(t *testing.T) {
	for name, want := range map[string]Header{
		"plain.heic":        {Codec: HEVC, Width: 48, Height: 40, Orientation: 1, Frames: 1, Depth: 8, Primaries: 1, Transfer: 13, Matrix: 6, FullRange: true},
		"limited.heic":      {Codec: HEVC, Width: 48, Height: 40, Orientation: 1, Frames: 1, Depth: 8, Primaries: 1, Transfer: 13, Matrix: 1},
		"grid.heic":         {Codec: HEVC, Width: 128, Height: 128, Orientation: 1, Frames: 1, Depth: 8, Primaries: 1, Transfer: 13, Matrix: 6, FullRange: true},
		"deep444.heic":      {Codec: HEVC, Width: 48, Height: 40, Orientation: 1, Frames: 1, Depth: 10, Primaries: 1, Transfer: 13, Matrix: 6, FullRange: true},
		"orientation6.heic": {Codec: HEVC, Width: 48, Height: 40, Orientation: 1, Frames: 1, Depth: 8, Exif: true, Primaries: 1, Transfer: 13, Matrix: 6, FullRange: true},
		"orientation6.avif": {Codec: AV1, Width: 40, Height: 48, Orientation: 6, Frames: 1, Depth: 8, Exif: true, Primaries: 1, Transfer: 13, Matrix: 6, FullRange: true},
		"animated.avif":     {Codec: AV1, Width: 48, Height: 40, Orientation: 1, Frames: 3, Depth: 8, Primaries: 1, Transfer: 13, Matrix: 6, FullRange: true},
	} {
		got, ok := Parse(read(t, name))
		if got.ICC = nil; !ok || !same(got, want) {
			t.Errorf("%s: %+v, %v", name, got, ok)
		}
	}
	if h, ok := Parse(read(t, "p3.avif")); !ok || len(h.ICC) < 500 || string(h.ICC[36:40]) != "acsp" {
		t.Errorf("p3.avif: profile of %d bytes", len(h.ICC))
	}
}

func same(a, b Header) bool {
	return a.Codec == b.Codec && a.Width == b.Width && a.Height == b.Height && a.Orientation == b.Orientation && a.Frames == b.Frames &&
		a.Depth == b.Depth && a.Exif == b.Exif && a.Primaries == b.Primaries && a.Transfer == b.Transfer && a.Matrix == b.Matrix && a.FullRange == b.FullRange
}

func FuzzParse(f *testing.F) {
	names, err := filepath.Glob("../testdata/*")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, ".heic") || strings.HasSuffix(name, ".avif") {
			f.Add(read(f, filepath.Base(name)))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		h, ok := Parse(data)
		if ok && (h.Width <= 0 || h.Height <= 0 || h.Codec == "" || h.Orientation < 1 || h.Orientation > 8 || h.Frames < 1) {
			t.Errorf("%+v", h)
		}
	})
}
