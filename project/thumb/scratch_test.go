package thumb

import (
	"bytes"
	"context"
	"math/rand/v2"
	"testing"

	"kindred/embed"
	"kindred/embed/quality"
)

// TestScratch sends pictures that grow and shrink through one Scratch: each must
// come out as in memory of its own.
func TestScratch(t *testing.T) {
	var s Scratch
	sizes := [][2]int{{300, 200}, {1500, 1000}, {60, 500}, {301, 199}, {8, 8}, {2, 900}}
	for i, size := range append(sizes, sizes...) {
		p := fromImage(photo(size[0], size[1]))
		data, err := EncodeJPEG(p, 90)
		if err != nil {
			t.Fatal(err)
		}
		want, _, err := Decode(data, 0)
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := Decoder{Scratch: &s}.Decode(context.Background(), data, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got.W != want.W || got.H != want.H || !bytes.Equal(got.Pix, want.Pix) {
			t.Fatalf("picture %d, %v, decodes to another", i, size)
		}
		w, h := embed.ShortSize(got.W, got.H, 100)
		if a, b := s.Resize(got, w, h), embed.Resize(want, w, h); a.W != b.W || a.H != b.H || !bytes.Equal(a.Pix, b.Pix) {
			t.Errorf("picture %d, %v, is resized to another", i, size)
		}
		if a, b := s.Measure(got), quality.Measure(want); a != b {
			t.Errorf("picture %d, %v, is measured as %+v, want %+v", i, size, a, b)
		}
		a, err := s.Thumbnail(got)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Thumbnail(want)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("picture %d, %v, has another thumbnail", i, size)
		}
		if _, err := s.Thumbnail(want); err != nil || !bytes.Equal(a, b) {
			t.Errorf("picture %d, %v: the next thumbnail changed it (%v)", i, size, err)
		}
	}
}

// TestMeasureEqualsQuality covers every number of pixels behind the last eight,
// and all colours that are extreme.
func TestMeasureEqualsQuality(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for w := 1; w <= 40; w++ {
		for _, h := range []int{1, 2, 13, 40} {
			p := embed.NewPixels(w, h)
			for i := range p.Pix {
				if p.Pix[i] = uint8(r.Uint32()); r.IntN(3) == 0 {
					p.Pix[i] = uint8(255 * r.IntN(2))
				}
			}
			if got, want := new(Scratch).Measure(p), quality.Measure(p); got != want {
				t.Fatalf("%d x %d: %+v, want %+v", w, h, got, want)
			}
		}
	}
	if got := (*Scratch)(nil).Measure(embed.Pixels{}); got != (quality.Measures{}) {
		t.Errorf("nothing is measured as %+v", got)
	}
}
