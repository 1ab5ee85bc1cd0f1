package thumb

import (
	"encoding/binary"
	"fmt"
	"image"

	"kindred/embed"
	"kindred/project"
)

// chunk is one RIFF chunk: its four letters and its body, cut short when the
// file is.
type chunk struct {
	id   string
	body []byte
}

// chunks walks RIFF chunks, padded to even lengths, and reports whether the
// last one is whole.
func chunks(data []byte) (list []chunk, whole bool) {
	for len(data) >= 8 {
		n := int64(binary.LittleEndian.Uint32(data[4:]))
		c := chunk{id: string(data[:4])}
		data = data[8:]
		if n > int64(len(data)) {
			c.body = data
			return append(list, c), false
		}
		c.body, data = data[:n], data[n:]
		if n&1 == 1 && len(data) > 0 {
			data = data[1:]
		}
		list = append(list, c)
	}
	return list, true
}

// uint24 is a little-endian number of three bytes.
func uint24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }

// readWebP reads size, frames and whether there is EXIF (WebP container
// specification; VP8 frame header: RFC 6386 section 9.1; VP8L header: WebP
// lossless specification section 3).
func (h *header) readWebP(data []byte) error {
	if size := int64(binary.LittleEndian.Uint32(data[4:])) + 8; size > int64(len(data))+1 {
		h.cut = fmt.Sprintf("breaks off at byte %d of %d", len(data), size)
	}
	list, _ := chunks(data[12:])
	frames := 0
	for _, c := range list {
		b := c.body
		switch {
		case c.id == "VP8X" && len(b) >= 10:
			h.w, h.h = 1+uint24(b[4:]), 1+uint24(b[7:])
		case c.id == "VP8 " && h.w == 0 && len(b) >= 10:
			h.w, h.h = int(binary.LittleEndian.Uint16(b[6:]))&0x3fff, int(binary.LittleEndian.Uint16(b[8:]))&0x3fff
		case c.id == "VP8L" && h.w == 0 && len(b) >= 5:
			bits := binary.LittleEndian.Uint32(b[1:])
			h.w, h.h = 1+int(bits&0x3fff), 1+int(bits>>14&0x3fff)
		case c.id == "ANMF":
			frames++
		case c.id == "EXIF":
			h.exif = true
		}
	}
	h.Frames = max(1, frames)
	if h.w == 0 {
		return fmt.Errorf("%w: the WebP has no picture", project.ErrTruncated)
	}
	return nil
}

// stillWebP returns a file that holds one picture: the data as it is, or the
// first frame of an animation as a file of its own, since x/image/webp knows no
// animations. The frame keeps its own size; at is where it lies on the canvas.
// A frame that leaves the w x h canvas is left to the decoder to refuse, so that
// the limit on the canvas holds for it too.
func stillWebP(data []byte, w, h int) (still []byte, at image.Point) {
	list, _ := chunks(data[12:])
	for _, c := range list {
		if c.id != "ANMF" {
			continue
		}
		if len(c.body) < 16 {
			break
		}
		var alpha, picture []byte
		inner, _ := chunks(c.body[16:])
		for _, f := range inner {
			switch f.id {
			case "ALPH":
				alpha = riff(f)
			case "VP8 ", "VP8L":
				picture = riff(f)
			}
		}
		at = image.Pt(2*uint24(c.body), 2*uint24(c.body[3:]))
		if picture == nil || at.X+1+uint24(c.body[6:]) > w || at.Y+1+uint24(c.body[9:]) > h {
			break
		}
		head := make([]byte, 10)
		copy(head[4:], c.body[6:12]) // width-1 and height-1, three bytes each
		if alpha != nil {            // VP8L carries its own
			head[0] = 0x10
		}
		body := append([]byte("WEBP"), riff(chunk{"VP8X", head})...)
		body = append(append(body, alpha...), picture...)
		return riff(chunk{"RIFF", body}), at
	}
	return data, image.Point{}
}

// riff writes a chunk with its header and padding.
func riff(c chunk) []byte {
	out := binary.LittleEndian.AppendUint32([]byte(c.id), uint32(len(c.body)))
	out = append(out, c.body...)
	if len(c.body)&1 == 1 {
		out = append(out, 0)
	}
	return out
}

// fromWebP is fromImage for what x/image/webp returns. VP8 stores luma in
// 16..235 and chroma in 16..240 (RFC 6386 section 9.2, ITU-R BT.601), while
// image.YCbCr means the full range of JPEG: taken as it is, such a picture
// would come out flat.
func fromWebP(img image.Image) embed.Pixels {
	var ycc *image.YCbCr
	var alpha []uint8
	stride := 0
	switch m := img.(type) {
	case *image.YCbCr:
		ycc = m
	case *image.NYCbCrA:
		ycc, alpha, stride = &m.YCbCr, m.A, m.AStride
	default:
		return fromImage(img)
	}
	b := ycc.Rect
	p := embed.NewPixels(b.Dx(), b.Dy())
	i := 0
	for y := range p.H {
		for x := range p.W {
			ci := ycc.COffset(b.Min.X+x, b.Min.Y+y)
			// 16-bit fixed point of 255/219 and of 255/224 times the BT.601 factors.
			l := 76309*(int32(ycc.Y[ycc.YOffset(b.Min.X+x, b.Min.Y+y)])-16) + 1<<15
			cb, cr := int32(ycc.Cb[ci])-128, int32(ycc.Cr[ci])-128
			d := p.Pix[i : i+3 : i+3]
			d[0] = clip((l + 104597*cr) >> 16)
			d[1] = clip((l - 25675*cb - 53279*cr) >> 16)
			d[2] = clip((l + 132201*cb) >> 16)
			if alpha != nil {
				a := uint32(alpha[y*stride+x])
				d[0], d[1], d[2] = over(d[0], a), over(d[1], a), over(d[2], a)
			}
			i += 3
		}
	}
	return p
}

func clip(v int32) uint8 { return uint8(max(0, min(255, v))) }
