//go:build cgo && !purejpeg

package thumb

/*
#cgo LDFLAGS: -l:libturbojpeg.a -lm
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

static int keep(tjhandle t, int rc, char *msg, int n) {
	int code = rc == 0 ? 0 : tjGetErrorCode(t) == TJERR_WARNING ? 1 : 2;
	if (code) {
		strncpy(msg, tjGetErrorStr2(t), n - 1);
		msg[n - 1] = 0;
	}
	tjDestroy(t);
	return code;
}

// 0: done, 1: a warning, 2: an error; msg says which.
static int decode(const unsigned char *src, unsigned long size, unsigned char *dst,
		int w, int pitch, int h, int format, int flags, char *msg, int n) {
	tjhandle t = tjInitDecompress();
	if (!t) {
		strncpy(msg, "out of memory", n - 1);
		return 2;
	}
	return keep(t, tjDecompress2(t, src, size, dst, w, pitch, h, format, flags), msg, n);
}

// dst holds *size bytes, which is enough for the worst case.
static int encode(const unsigned char *src, int w, int pitch, int h, int format,
		unsigned char *dst, unsigned long *size, int quality, char *msg, int n) {
	tjhandle t = tjInitCompress();
	if (!t) {
		strncpy(msg, "out of memory", n - 1);
		return 2;
	}
	return keep(t, tjCompress2(t, src, w, pitch, h, format, &dst, size,
		TJSAMP_420, quality, TJFLAG_NOREALLOC), msg, n);
}
*/
import "C"

import (
	"fmt"
	"strings"
	"unsafe"

	"kindred/embed"
	"kindred/project"
	"kindred/project/thumb/icc"
)

// Turbo says that JPEG goes through libjpeg-turbo in this build.
const Turbo = true

// A handle is made for every call: that takes 0.3 us beside the 1-3 ms of a
// decode, needs no pool, and gives the memory of large progressive files back.

// decodeJPEG decodes a JPEG of w x h pixels at 1/den of its size to RGB, that of
// CMYK by its profile.
func decodeJPEG(data []byte, w, h int, head jpegHeader, den int, t *icc.Transform, m *memory) (embed.Pixels, error) {
	w, h = scaled(w, den), scaled(h, den)
	if head.components == 4 {
		ink := make([]uint8, 4*w*h)
		if err := turboDecode(data, ink, w, h, 4, C.TJPF_CMYK); err != nil {
			return embed.Pixels{}, err
		}
		return fromInvertedCMYK(ink, w, h, t), nil
	}
	p := m.pixels(w, h)
	return p, turboDecode(data, p.Pix, w, h, 3, C.TJPF_RGB)
}

// decodeJPEGRGBA decodes a thumbnail straight to four bytes a pixel.
func decodeJPEGRGBA(data []byte, w, h, den int) ([]uint8, error) {
	w, h = scaled(w, den), scaled(h, den)
	pix := make([]uint8, 4*w*h)
	return pix, turboDecode(data, pix, w, h, 4, C.TJPF_RGBA)
}

// turboDecode fills dst, w x h pixels of n bytes. It stops at the first
// warning: one that says data is missing or broken is an error, as it is for
// image/jpeg. The others (stray bytes before a marker, an odd version number)
// are common and harmless; then it goes through again without stopping, and
// only asks that the file has its end.
func turboDecode(data, dst []byte, w, h, n int, format C.int) error {
	var msg [200]C.char
	run := func(flags C.int) C.int {
		return C.decode((*C.uchar)(unsafe.Pointer(&data[0])), C.ulong(len(data)), (*C.uchar)(unsafe.Pointer(&dst[0])),
			C.int(w), C.int(w*n), C.int(h), format, C.TJFLAG_LIMITSCANS|flags, &msg[0], C.int(len(msg)))
	}
	code := run(C.TJFLAG_STOPONWARNING)
	if code == 1 && harmless(C.GoString(&msg[0])) && endsWell(data) {
		code = min(run(0), 2)
		if code == 1 {
			return nil
		}
	}
	if code == 0 {
		return nil
	}
	why := C.GoString(&msg[0])
	switch {
	case strings.HasPrefix(why, "Unsupported"):
		return unsupported("JPEG: " + lower(why))
	case strings.HasPrefix(why, "Premature end of JPEG"):
		return fmt.Errorf("%w: the JPEG breaks off at byte %d", project.ErrTruncated, len(data))
	}
	return fmt.Errorf("%w: JPEG: %s", project.ErrTruncated, lower(why))
}

// harmless tells warnings of libjpeg after which the whole picture is there.
func harmless(warning string) bool {
	for _, part := range []string{"extraneous bytes before marker", "Unknown Adobe color transform", "unknown JFIF revision", "Inconsistent progression sequence"} {
		if strings.Contains(warning, part) {
			return true
		}
	}
	return false
}

func lower(s string) string {
	if len(s) > 1 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'a' && s[1] <= 'z' {
		return string(s[0]+'a'-'A') + s[1:]
	}
	return s
}

// encodeJPEG writes a baseline JPEG with 4:2:0 chroma.
func encodeJPEG(p embed.Pixels, quality int, m *memory) ([]byte, error) {
	size := C.tjBufSize(C.int(p.W), C.int(p.H), C.TJSAMP_420)
	if size == ^C.ulong(0) {
		return nil, fmt.Errorf("encode JPEG: %d x %d is too large", p.W, p.H)
	}
	buf := m.take(int(size))
	var msg [200]C.char
	code := C.encode((*C.uchar)(unsafe.Pointer(&p.Pix[0])), C.int(p.W), C.int(3*p.W), C.int(p.H), C.TJPF_RGB,
		(*C.uchar)(unsafe.Pointer(&buf[0])), &size, C.int(quality), &msg[0], C.int(len(msg)))
	if code != 0 {
		return nil, fmt.Errorf("encode JPEG: %s", lower(C.GoString(&msg[0])))
	}
	return append([]byte(nil), buf[:size]...), nil
}
