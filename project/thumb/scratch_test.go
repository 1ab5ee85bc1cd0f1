package thumb

import (
	"bytes"
	"context"
	"testing"

	"kindred/embed"
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
