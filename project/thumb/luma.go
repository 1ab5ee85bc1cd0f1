//go:build cgo && !purejpeg

package thumb

/*
#include <stddef.h>
#include <stdint.h>
#include "luma.h"
*/
import "C"

import (
	"unsafe"

	"kindred/embed"
	"kindred/embed/quality"
)

// measure is quality.Measure with luma in m.
func measure(p embed.Pixels, m *memory) quality.Measures {
	n := p.W * p.H
	if n <= 0 || C.kindred_can_luma() == 0 {
		return quality.Measure(p)
	}
	l := quality.Luma{W: p.W, H: p.H, Pix: m.take(n)}
	C.kindred_luma((*C.uint8_t)(&l.Pix[0]), (*C.uint8_t)(&p.Pix[:3*n][0]), C.size_t(n),
		(*C.uint32_t)(unsafe.Pointer(&l.Histogram[0])), (*C.uint64_t)(unsafe.Pointer(&l.Chroma)))
	return l.Measure()
}
