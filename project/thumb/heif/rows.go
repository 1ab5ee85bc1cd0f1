package heif

import (
	"encoding/binary"

	"kindred/embed"
)

// reduce makes a picture of the means of den x den blocks out of the rows of one
// of w x h, smaller blocks at the right and lower edges.
func reduce(w, h, den int, row func(y int, dst []uint8)) embed.Pixels {
	if den <= 1 {
		p := embed.NewPixels(w, h)
		for y := range h {
			row(y, p.Pix[3*y*w:3*(y+1)*w])
		}
		return p
	}
	p := embed.NewPixels((w+den-1)/den, (h+den-1)/den)
	line, sums := make([]uint8, 3*w), make([]uint32, 3*p.W)
	for y0 := 0; y0 < h; y0 += den {
		rows := min(den, h-y0)
		clear(sums)
		for y := range rows {
			row(y0+y, line)
			for x := range w {
				s, d := line[3*x:3*x+3:3*x+3], sums[x/den*3:x/den*3+3]
				d[0] += uint32(s[0])
				d[1] += uint32(s[1])
				d[2] += uint32(s[2])
			}
		}
		out := p.Pix[y0/den*3*p.W:]
		for x := range p.W {
			n := uint32(rows * min(den, w-x*den))
			for c := range 3 {
				out[3*x+c] = uint8((sums[3*x+c] + n/2) / n)
			}
		}
	}
	return p
}

// model says how luma and chroma become red, green and blue: 16-bit fixed point
// factors and what lies at black.
type model struct {
	luma, red, greenB, greenR, blue int32
	black                           int32
}

// modelOf follows ITU-T H.273, section 8.3. Files that say nothing are as JPEG,
// BT.601 of the full range, which HEIF asks for (ISO/IEC 23000-22, 7.3.6.4).
func modelOf(h Header) model {
	kr, kb := 0.299, 0.114
	switch h.Matrix {
	case 1:
		kr, kb = 0.2126, 0.0722
	case 9, 10:
		kr, kb = 0.2627, 0.0593
	}
	luma, chroma, black := 1.0, 1.0, int32(0)
	if !h.FullRange {
		luma, chroma, black = 255.0/219, 255.0/224, 16
	}
	fixed := func(v float64) int32 { return int32(v*65536 + 0.5) }
	kg := 1 - kr - kb
	return model{
		luma: fixed(luma), black: black,
		red: fixed(2 * (1 - kr) * chroma), blue: fixed(2 * (1 - kb) * chroma),
		greenB: fixed(2 * (1 - kb) * kb / kg * chroma), greenR: fixed(2 * (1 - kr) * kr / kg * chroma),
	}
}

// planes says where luma and chroma lie in what libheif returns.
type planes struct {
	w, h             int
	strideY, strideC int
	cb, cr           int  // begin of the chroma planes
	halfX, halfY     uint // 1 where chroma has half the samples
	model
}

func (p *planes) row(dst, pix []uint8, y int) {
	luma := pix[y*p.strideY:][:p.w]
	at := y >> p.halfY * p.strideC
	cbs, crs := pix[p.cb+at:], pix[p.cr+at:]
	for x, v := range luma {
		cb, cr := int32(cbs[x>>p.halfX])-128, int32(crs[x>>p.halfX])-128
		l := (int32(v)-p.black)*p.luma + 1<<15
		d := dst[3*x : 3*x+3 : 3*x+3]
		d[0] = clip((l + p.red*cr) >> 16)
		d[1] = clip((l - p.greenB*cb - p.greenR*cr) >> 16)
		d[2] = clip((l + p.blue*cb) >> 16)
	}
}

func (p *planes) rowGray(dst, pix []uint8, y int) {
	for x, v := range pix[y*p.strideY:][:p.w] {
		l := clip(((int32(v)-p.black)*p.luma + 1<<15) >> 16)
		dst[3*x], dst[3*x+1], dst[3*x+2] = l, l, l
	}
}

// rowRGBA lays a row over white.
func rowRGBA(dst, src []uint8, premultiplied bool) {
	for i, j := 0, 0; i < len(dst); i, j = i+3, j+4 {
		s, d := src[j:j+4:j+4], dst[i:i+3:i+3]
		white := 255 - int32(s[3])
		for c := range 3 {
			v := int32(s[c])
			if !premultiplied {
				v = (v*int32(s[3]) + 127) / 255
			}
			d[c] = clip(v + white)
		}
	}
}

func rowRGBA16(dst, src []uint8) {
	for i, j := 0, 0; i < len(dst); i, j = i+3, j+8 {
		white := 65535 - uint32(binary.LittleEndian.Uint16(src[j+6:]))
		for c := range 3 {
			v := min(65535, uint32(binary.LittleEndian.Uint16(src[j+2*c:]))+white)
			dst[i+c] = uint8((v*255 + 32767) / 65535)
		}
	}
}

func clip(v int32) uint8 { return uint8(max(0, min(255, v))) }
