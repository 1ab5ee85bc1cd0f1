//go:build cgo

package thrift

/*
#include <malloc.h>

// Each thread that allocates would get a heap of its own, of which parts stay
// unused for good.
static void kindred_few(void) {
#ifdef __GLIBC__
	mallopt(M_ARENA_MAX, 2);
#endif
}

static void kindred_trim(void) {
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}
*/
import "C"

// few makes the C libraries share two heaps.
func few() { C.kindred_few() }

// trim gives back to the system what the C libraries (SQLite, ONNX Runtime, the
// codecs, OpenGL) have freed.
func trim() { C.kindred_trim() }
