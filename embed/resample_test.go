package embed

import (
	"bytes"
	"hash/crc32"
	"math"
	"testing"
)

// noise makes a picture from a hash of place and channel, which the script that
// asked Pillow for the checksums below made in the same way.
func noise(w, h int) Pixels {
	px := NewPixels(w, h)
	for y := range h {
		for x := range w {
			for c := range 3 {
				v := uint32(x)*2654435761 + uint32(y)*(40503*65537&math.MaxUint32) + uint32(c)*97
				v ^= v >> 15
				v *= 2246822519
				v ^= v >> 13
				px.Pix[3*(y*w+x)+c] = uint8(v)
			}
		}
	}
	return px
}

// CRC-32 of what Pillow's resize(..., BILINEAR) makes of the same noise, one
// axis at a time, width first: Pillow 13 began to take the height first in some
// shapes, which moves single values by one.
func TestResizeEqualsPillow(t *testing.T) {
	for _, c := range []struct {
		w, h, toW, toH int
		sum            uint32
	}{
		{500, 375, 341, 256, 0x0b531724},
		{37, 53, 64, 91, 0xd7626a2f},
		{640, 480, 640, 100, 0x79f1c261},
		{33, 21, 7, 21, 0x2c844600},
		{1, 1, 5, 3, 0x4c9bc56b},
		{3000, 3, 11, 2, 0x548f0414},
		{101, 77, 101, 77, 0x9f73c23a},
		{17, 400, 3, 223, 0x5e6dbb3f},
		{2, 9, 255, 1, 0xfbb5264f},
	} {
		got := Resize(noise(c.w, c.h), c.toW, c.toH)
		if got.W != c.toW || got.H != c.toH || len(got.Pix) != 3*c.toW*c.toH {
			t.Errorf("%dx%d to %dx%d: got %dx%d", c.w, c.h, c.toW, c.toH, got.W, got.H)
		}
		if sum := crc32.ChecksumIEEE(got.Pix); sum != c.sum {
			t.Errorf("%dx%d to %dx%d: checksum %08x, Pillow has %08x", c.w, c.h, c.toW, c.toH, sum, c.sum)
		}
	}
}

// triangle resizes one axis of plane values by the definition of the filter, in
// float64 and without any rounding of the weights.
func triangle(in []float64, out int) []float64 {
	scale := float64(len(in)) / float64(out)
	width := math.Max(scale, 1)
	result := make([]float64, out)
	for i := range result {
		middle := (float64(i) + 0.5) * scale
		var sum, weights float64
		for j, v := range in {
			w := 1 - math.Abs(float64(j)+0.5-middle)/width
			if w > 0 {
				sum += w * v
				weights += w
			}
		}
		result[i] = sum / weights
	}
	return result
}

// reference resizes from first principles: rows, round, columns, round.
func reference(src Pixels, w, h int) Pixels {
	mid, out := NewPixels(w, src.H), NewPixels(w, h)
	for c := range 3 {
		for y := range src.H {
			row := make([]float64, src.W)
			for x := range row {
				row[x] = float64(src.Pix[3*(y*src.W+x)+c])
			}
			for x, v := range triangle(row, w) {
				mid.Pix[3*(y*w+x)+c] = uint8(math.Floor(v + 0.5))
			}
		}
		for x := range w {
			column := make([]float64, src.H)
			for y := range column {
				column[y] = float64(mid.Pix[3*(y*w+x)+c])
			}
			for y, v := range triangle(column, h) {
				out.Pix[3*(y*w+x)+c] = uint8(math.Floor(v + 0.5))
			}
		}
	}
	return out
}

func TestResizeFromFirstPrinciples(t *testing.T) {
	for _, c := range [][4]int{{61, 47, 30, 23}, {61, 47, 7, 60}, {20, 31, 33, 5}, {5, 4, 5, 4}, {9, 1, 2, 2}} {
		src := noise(c[0], c[1])
		got, want := Resize(src, c[2], c[3]), reference(src, c[2], c[3])
		for i := range want.Pix {
			// A sum that lies within the rounding of the weights of a half may fall to either side, in each pass.
			if d := int(got.Pix[i]) - int(want.Pix[i]); d < -1 || d > 1 {
				t.Fatalf("%v: value %d is %d, want %d", c, i, got.Pix[i], want.Pix[i])
			}
		}
	}
}

func TestResizeOfNothing(t *testing.T) {
	for _, px := range []Pixels{Resize(Pixels{}, 3, 3), Resize(noise(3, 3), 0, 3), Resize(noise(3, 3), 3, -1), ResizeShort(Pixels{}, 8)} {
		if px.W != 0 || px.H != 0 || len(px.Pix) != 0 {
			t.Errorf("got %dx%d", px.W, px.H)
		}
	}
	if px := ResizeShort(noise(1000, 2), 1); px.W != 500 || px.H != 1 {
		t.Errorf("1000x2: got %dx%d", px.W, px.H)
	}
}

func TestResizeKeepsItsSource(t *testing.T) {
	src := noise(40, 30)
	before := bytes.Clone(src.Pix)
	for _, size := range [][2]int{{40, 30}, {20, 30}, {40, 15}, {11, 50}} {
		clear(Resize(src, size[0], size[1]).Pix)
		if !bytes.Equal(src.Pix, before) {
			t.Fatalf("%v: the source changed", size)
		}
	}
}

func TestResizeShortRoundsTheLongSideDown(t *testing.T) {
	for _, c := range [][5]int{{500, 375, 256, 341, 256}, {375, 500, 256, 256, 341}, {100, 100, 64, 64, 64}, {32, 33, 224, 224, 231}} {
		if got := ResizeShort(noise(c[0], c[1]), c[2]); got.W != c[3] || got.H != c[4] {
			t.Errorf("%dx%d to %d: got %dx%d, want %dx%d", c[0], c[1], c[2], got.W, got.H, c[3], c[4])
		}
	}
}

func TestCenterCrop(t *testing.T) {
	// Python's round(58.5) is 58 and round(59.5) is 60.
	for _, c := range [][2]int{{341, 58}, {343, 60}, {225, 0}, {224, 0}, {227, 2}} {
		src := noise(c[0], 230)
		got := CenterCrop(src, 224, 224)
		if want := src.Pix[3*(3*c[0]+c[1]):][:3*224]; !bytes.Equal(got.Pix[:3*224], want) {
			t.Errorf("width %d: the crop does not begin at column %d", c[0], c[1])
		}
	}
	small := CenterCrop(Pixels{1, 1, []uint8{1, 2, 3}}, 4, 3)
	want := make([]uint8, 36)
	copy(want[3*(4+1):], []uint8{1, 2, 3})
	if !bytes.Equal(small.Pix, want) {
		t.Errorf("a small picture: got %v", small.Pix)
	}
}

func BenchmarkTensor(b *testing.B) {
	p := Preprocess{Resize: 256, Width: 224, Height: 224, Scale: 1, Mean: [3]float32{127, 127, 127}, Std: [3]float32{128, 128, 128}}
	px, dst := noise(500, 375), make([]float32, p.Len())
	for b.Loop() {
		p.Tensor(dst, px)
	}
}
