package thumb

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"kindred/embed"
)

// TestResizeEqualsEmbed compares the kernel with package embed, whose tests
// compare it with Pillow: larger and smaller, odd sizes, single rows, equal sides.
func TestResizeEqualsEmbed(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	check := func(w, h, toW, toH int, white bool) {
		t.Helper()
		// Of exactly the size, so that the race detector and a guard page would
		// tell of a read behind it.
		p := embed.NewPixels(w, h)
		for i := range p.Pix {
			if p.Pix[i] = uint8(r.Uint32()); white {
				p.Pix[i] = 255
			}
		}
		before := bytes.Clone(p.Pix)
		got, want := Resize(p, toW, toH), embed.Resize(p, toW, toH)
		if got.W != want.W || got.H != want.H || !bytes.Equal(got.Pix, want.Pix) {
			t.Errorf("%d x %d to %d x %d: not equal", w, h, toW, toH)
		}
		if !bytes.Equal(p.Pix, before) {
			t.Errorf("%d x %d: the source changed", w, h)
		}
	}
	for _, c := range [][4]int{
		{500, 375, 341, 256},
		{341, 256, 256, 192},
		{1600, 1200, 341, 256},
		{1, 1, 5, 3},
		{2, 9, 255, 1},
		{3000, 3, 11, 2},
		{17, 400, 3, 223},
		{33, 21, 7, 21},
		{33, 21, 33, 7},
		{20, 31, 33, 5},
		{9, 1, 2, 2},
		{1, 9, 1, 4},
		{5, 1, 2, 1},
	} {
		check(c[0], c[1], c[2], c[3], false)
		check(c[0], c[1], c[2], c[3], true)
	}
	for range 300 {
		check(1+r.IntN(70), 1+r.IntN(70), 1+r.IntN(70), 1+r.IntN(70), false)
	}
	for _, px := range []embed.Pixels{Resize(embed.Pixels{}, 3, 3), Resize(embed.NewPixels(3, 3), 0, 3), Resize(embed.NewPixels(3, 3), 3, -1)} {
		if px.W != 0 || px.H != 0 || len(px.Pix) != 0 {
			t.Errorf("got %d x %d", px.W, px.H)
		}
	}
}

func BenchmarkResize(b *testing.B) {
	p := embed.NewPixels(500, 375)
	for b.Loop() {
		Resize(p, 341, 256)
	}
}

func BenchmarkResizeEmbed(b *testing.B) {
	p := embed.NewPixels(500, 375)
	for b.Loop() {
		embed.Resize(p, 341, 256)
	}
}
