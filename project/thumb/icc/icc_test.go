package icc

import (
	"encoding/binary"
	"errors"
	"os"
	"testing"
)

// embedded cuts the profile out of a TIFF of ../testdata that is stored as one
// piece.
func embedded(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("../testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	for i := 128; i+40 < len(data); i++ {
		if string(data[i+36:i+40]) == "acsp" {
			return data[i : i+int(binary.BigEndian.Uint32(data[i:]))]
		}
	}
	t.Fatalf("%s holds no profile", name)
	return nil
}

func TestWhiteAndBlackStay(t *testing.T) {
	for _, name := range []string{"p3.tiff", "inks.tiff", "inks8.tiff"} {
		transform, err := New(embedded(t, name))
		if err != nil {
			t.Fatal(name, err)
		}
		got := []uint8{255, 255, 255, 0, 0, 0}
		if transform.Channels == 4 {
			transform.CMYK(got, []uint8{0, 0, 0, 0, 255, 255, 255, 255}, false)
		} else {
			transform.RGB(got)
		}
		for i, v := range got {
			if d := int(v) - 255*(1-i/3); d < -1 || d > 1 {
				t.Errorf("%s: white and black become %v", name, got)
				break
			}
		}
	}
}

func TestInvertedInkIsTheSameInk(t *testing.T) {
	transform, err := New(embedded(t, "inks.tiff"))
	if err != nil {
		t.Fatal(err)
	}
	a, b := make([]uint8, 3), make([]uint8, 3)
	transform.CMYK(a, []uint8{10, 200, 30, 40}, false)
	transform.CMYK(b, []uint8{245, 55, 225, 215}, true)
	if string(a) != string(b) {
		t.Errorf("%v, inverted %v", a, b)
	}
}

func TestParametricCurves(t *testing.T) {
	for _, c := range []struct {
		kind  int
		v     []float64
		x, at float64
	}{
		{0, []float64{2}, 0.5, 0.25},
		{1, []float64{2, 2, -1}, 0.75, 0.25},
		{1, []float64{2, 2, -1}, 0.25, 0},
		{2, []float64{2, 2, -1, 0.125}, 0.75, 0.375},
		{2, []float64{2, 2, -1, 0.125}, 0.25, 0.125},
		{3, []float64{2, 1, 0, 0.5, 0.25}, 0.5, 0.25},
		{3, []float64{2, 1, 0, 0.5, 0.25}, 0.125, 0.0625},
		{4, []float64{2, 1, 0, 0.5, 0.25, 0.125, 0.0625}, 0.5, 0.375},
		{4, []float64{2, 1, 0, 0.5, 0.25, 0.125, 0.0625}, 0.125, 0.125},
	} {
		if got := parametric(c.kind, c.v)(c.x); got != c.at {
			t.Errorf("kind %d of %v: %v, want %v", c.kind, c.x, got, c.at)
		}
	}
}

func FuzzNew(f *testing.F) {
	for _, name := range []string{"p3.tiff", "inks8.tiff"} {
		f.Add(embedded(f, name))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		transform, err := New(data)
		if err != nil && !errors.Is(err, ErrProfile) {
			t.Errorf("unnamed error: %v", err)
		}
		if transform == nil {
			return
		}
		pix := []uint8{0, 1, 2, 100, 200, 255}
		transform.RGB(pix)
		transform.CMYK(pix, []uint8{0, 100, 200, 255, 1, 2, 3, 4}, true)
	})
}
