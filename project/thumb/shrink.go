//go:build cgo && !purejpeg

package thumb

/*
#include <stdint.h>
#include "shrink.h"

// Plain pointers, since Go memory must not point to Go memory.
static int shrink(uint8_t *dst, const uint8_t *src, int w, int h,
		const int32_t *fx, const int32_t *wx, int nx, int mx,
		const int32_t *fy, const int32_t *wy, int ny, int my) {
	struct taps across = {fx, wx, nx, mx}, down = {fy, wy, ny, my};
	return kindred_shrink(dst, src, w, h, &across, &down);
}
*/
import "C"

import (
	"unsafe"

	"kindred/embed"
)

// resized is Resize into m.
func resized(p embed.Pixels, w, h int, m *memory) embed.Pixels {
	if w <= 0 || h <= 0 || p.W <= 0 || p.H <= 0 || C.kindred_can_shrink() == 0 {
		return embed.Resize(p, w, h)
	}
	x, y := evenTaps(p.W, w), evenTaps(p.H, h)
	out := m.pixels(w, h)
	failed := C.shrink((*C.uint8_t)(&out.Pix[0]), (*C.uint8_t)(&p.Pix[0]), C.int(p.W), C.int(p.H),
		ints(x.first), ints(x.weight), C.int(w), C.int(x.most),
		ints(y.first), ints(y.weight), C.int(h), C.int(y.most))
	if failed != 0 { // no memory for a few rows
		return embed.Resize(p, w, h)
	}
	return out
}

func ints(v []int32) *C.int32_t { return (*C.int32_t)(unsafe.Pointer(&v[0])) }

// taps are embed.Taps with the same number of weights for each output: a loop
// whose length changes costs more than weights of zero.
type taps struct {
	first, weight []int32
	most          int
}

func evenTaps(in, out int) taps {
	from := embed.ResizeTaps(in, out)
	t := taps{first: from.First}
	begin := int32(0)
	for _, end := range from.End {
		t.most = max(t.most, int(end-begin))
		begin = end
	}
	t.weight = make([]int32, out*t.most)
	begin = 0
	for i, end := range from.End {
		first := min(int(t.first[i]), in-t.most) // stay inside the picture
		to := t.weight[i*t.most+int(t.first[i])-first:]
		for k, w := range from.Weight[begin:end] {
			to[k] = int32(w)
		}
		t.first[i], begin = int32(first), end
	}
	return t
}
