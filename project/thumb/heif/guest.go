package heif

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"

	"github.com/tetratelabs/wazero/api"

	"kindred/embed"
)

// guest is a decoder at work on one picture. After the first error its methods
// do nothing.
type guest struct {
	ctx context.Context
	m   api.Module
	err error
}

// call calls a function of the program.
func (g *guest) call(name string, args ...uint64) uint64 {
	if g.err != nil {
		return 0
	}
	f := g.m.ExportedFunction(name)
	if f == nil {
		g.err = errFailed
		return 0
	}
	got, err := f.Call(g.ctx, args...)
	if err != nil || len(got) != 1 {
		g.err = errFailed // an unreachable instruction, an access out of bounds
		return 0
	}
	return got[0]
}

// alloc returns the place of n bytes in the program's memory. They are zero or
// what was there before; all of the memory goes when the picture is done.
func (g *guest) alloc(n int) uint64 {
	at := g.call("malloc", uint64(n))
	if at == 0 && g.err == nil {
		g.err = errFailed
	}
	return at
}

func (g *guest) put(at uint64, data []byte) {
	if g.err == nil && !g.m.Memory().Write(uint32(at), data) {
		g.err = errFailed
	}
}

// get looks at n bytes of the program's memory; they go with it.
func (g *guest) get(at uint64, n int) []byte {
	if g.err != nil {
		return nil
	}
	b, ok := g.m.Memory().Read(uint32(at), uint32(n))
	if !ok {
		g.err = errFailed
		return nil
	}
	return b
}

// results reads n numbers.
func (g *guest) results(at uint64, n int) []int {
	list := make([]int, n)
	if b := g.get(at, 4*n); b != nil {
		for i := range list {
			list[i] = int(binary.LittleEndian.Uint32(b[4*i:]))
		}
	}
	return list
}

// sized makes sure that the decoder sees the picture that the header promised,
// on which the limits were decided.
func (g *guest) sized(w, h int, head Header) {
	if g.err == nil && (w != head.Width || h != head.Height) {
		g.err = errFailed
	}
}

// What libheif calls its colour spaces and chroma formats.
const (
	spaceYCbCr, spaceRGB, spaceGray = 0, 1, 2
	chroma420, chroma422, chroma444 = 1, 2, 3
)

// stride is the length of a row of n samples of some bytes as libheif lays it
// out: even, at least 64 samples, a multiple of 16 bytes.
func stride(n, bytes int) int { return (max(64, (n+1)&^1)*bytes + 15) &^ 15 }

// heic decodes with libheif.
func (g *guest) heic(data []byte, head Header, den int) embed.Pixels {
	in := g.alloc(len(data))
	g.put(in, data)
	say := g.alloc(20) // width, height, colour space, chroma, premultiplied
	decode := func(headerOnly, out uint64) {
		if g.call("decode", in, uint64(len(data)), headerOnly, say, say+4, say+8, say+12, say+16, out) == 0 && g.err == nil {
			g.err = errFailed
		}
	}
	decode(1, 0)
	r := g.results(say, 5)
	w, h := r[0], r[1]
	if g.sized(w, h, head); g.err != nil {
		return embed.Pixels{}
	}
	sy := stride(w, 1)
	p := planes{w: w, h: h, strideY: sy, model: modelOf(head)}
	size := sy * h
	switch space, chroma := r[2], r[3]; {
	case space == spaceRGB:
		sy = stride(w, 4)
		size = sy * h
	case space == spaceYCbCr && chroma != chroma420 && head.Depth > 8:
		// libheif cannot bring these to 8 bits, and says so too late.
		g.err = fmt.Errorf("%w: %d bits with full chroma", ErrUnsupported, head.Depth)
		return embed.Pixels{}
	case space == spaceYCbCr && chroma >= chroma420 && chroma <= chroma444:
		cw, ch := w, h
		if chroma != chroma444 {
			cw, p.halfX = (w+1)/2, 1
		}
		if chroma == chroma420 {
			ch, p.halfY = (h+1)/2, 1
		}
		p.strideC = stride(cw, 1)
		p.cb, p.cr = size, size+p.strideC*ch
		size += 2 * p.strideC * ch
	case space != spaceGray:
		g.err = errFailed
		return embed.Pixels{}
	}
	out := g.alloc(size + 1<<12)
	decode(0, out)
	pix := g.get(out, size)
	if g.err != nil {
		return embed.Pixels{}
	}
	switch {
	case r[2] == spaceRGB:
		return reduce(w, h, den, func(y int, dst []uint8) { rowRGBA(dst, pix[y*sy:], r[4] == 1) })
	case r[2] == spaceGray:
		return reduce(w, h, den, func(y int, dst []uint8) { p.rowGray(dst, pix, y) })
	}
	return reduce(w, h, den, func(y int, dst []uint8) { p.row(dst, pix, y) })
}

// avif decodes with libavif, which gives premultiplied RGBA of 8 or 16 bits.
func (g *guest) avif(data []byte, head Header, den int) embed.Pixels {
	in := g.alloc(len(data))
	g.put(in, data)
	say := g.alloc(16)     // width, height, depth, frames
	duration := g.alloc(8) // of the frame, written when there is one
	decode := func(headerOnly, out uint64) {
		if g.call("decode", in, uint64(len(data)), headerOnly, 0, say, say+4, say+8, say+12, duration, out) == 0 && g.err == nil {
			g.err = errFailed
		}
	}
	decode(1, 0)
	r := g.results(say, 3)
	w, h, bytesPer := r[0], r[1], 1
	if r[2] > 8 {
		bytesPer = 2
	}
	if g.sized(w, h, head); g.err != nil {
		return embed.Pixels{}
	}
	out := g.alloc(4 * w * h * bytesPer)
	mark := []byte("no frame")
	g.put(duration, mark)
	decode(0, out)
	if bytes.Equal(g.get(duration, len(mark)), mark) && g.err == nil {
		g.err = errFailed
	}
	pix := g.get(out, 4*w*h*bytesPer)
	if g.err != nil {
		return embed.Pixels{}
	}
	if bytesPer == 2 {
		return reduce(w, h, den, func(y int, dst []uint8) { rowRGBA16(dst, pix[8*y*w:]) })
	}
	return reduce(w, h, den, func(y int, dst []uint8) { rowRGBA(dst, pix[4*y*w:], true) })
}
