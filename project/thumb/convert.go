package thumb

import (
	"image"
	"image/color"
	"image/draw"

	"kindred/embed"
	"kindred/project/thumb/icc"
)

// over lays a value with alpha a (0..255, not premultiplied) over white.
func over(v uint8, a uint32) uint8 {
	return uint8((uint32(v)*a + 255*(255-a) + 127) / 255)
}

// to8 rounds 16 bits to 8.
func to8(hi, lo uint8) uint8 {
	return uint8(((uint32(hi)<<8|uint32(lo))*255 + 32767) / 65535)
}

// fromImage converts to packed RGB over white, row by row for the types that
// the decoders return.
func fromImage(img image.Image) embed.Pixels {
	b := img.Bounds()
	p := embed.NewPixels(b.Dx(), b.Dy())
	for y := range p.H {
		dst := p.Pix[3*y*p.W : 3*(y+1)*p.W]
		switch m := img.(type) {
		case *image.NRGBA:
			rowNRGBA(dst, m.Pix[y*m.Stride:])
		case *image.RGBA:
			rowRGBA(dst, m.Pix[y*m.Stride:])
		case *image.Gray:
			rowGray(dst, m.Pix[y*m.Stride:])
		case *image.Gray16:
			rowGray16(dst, m.Pix[y*m.Stride:])
		case *image.NRGBA64:
			rowNRGBA64(dst, m.Pix[y*m.Stride:])
		case *image.RGBA64:
			rowRGBA64(dst, m.Pix[y*m.Stride:])
		case *image.YCbCr:
			rowYCbCr(dst, m, y)
		case *image.Paletted:
			return fromPaletted(m)
		case *image.CMYK:
			rowCMYK(dst, m.Pix[y*m.Stride:])
		default:
			return fromAny(img)
		}
	}
	return p
}

// fromAny goes through image/draw for types that no decoder here returns.
func fromAny(img image.Image) embed.Pixels {
	b := img.Bounds()
	m := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(m, m.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(m, m.Rect, img, b.Min, draw.Over)
	return fromImage(m)
}

func rowNRGBA(dst, src []uint8) {
	for i, j := 0, 0; i < len(dst); i, j = i+3, j+4 {
		s, d := src[j:j+4:j+4], dst[i:i+3:i+3]
		if s[3] == 255 {
			d[0], d[1], d[2] = s[0], s[1], s[2]
			continue
		}
		a := uint32(s[3])
		d[0], d[1], d[2] = over(s[0], a), over(s[1], a), over(s[2], a)
	}
}

func rowRGBA(dst, src []uint8) { // premultiplied, no value above its alpha
	for i, j := 0, 0; i < len(dst); i, j = i+3, j+4 {
		s, d := src[j:j+4:j+4], dst[i:i+3:i+3]
		w := 255 - int32(s[3])
		d[0], d[1], d[2] = clip(int32(s[0])+w), clip(int32(s[1])+w), clip(int32(s[2])+w)
	}
}

func rowGray(dst, src []uint8) {
	for i, j := 0, 0; i < len(dst); i, j = i+3, j+1 {
		dst[i], dst[i+1], dst[i+2] = src[j], src[j], src[j]
	}
}

func rowGray16(dst, src []uint8) {
	for i, j := 0, 0; i < len(dst); i, j = i+3, j+2 {
		v := to8(src[j], src[j+1])
		dst[i], dst[i+1], dst[i+2] = v, v, v
	}
}

func rowNRGBA64(dst, src []uint8) {
	for i, j := 0, 0; i < len(dst); i, j = i+3, j+8 {
		a := uint32(to8(src[j+6], src[j+7]))
		for c := range 3 {
			dst[i+c] = over(to8(src[j+2*c], src[j+2*c+1]), a)
		}
	}
}

func rowRGBA64(dst, src []uint8) {
	for i, j := 0, 0; i < len(dst); i, j = i+3, j+8 {
		w := 255 - int32(to8(src[j+6], src[j+7]))
		for c := range 3 {
			dst[i+c] = clip(int32(to8(src[j+2*c], src[j+2*c+1])) + w)
		}
	}
}

func rowYCbCr(dst []uint8, m *image.YCbCr, y int) {
	y += m.Rect.Min.Y
	for i := 0; i < len(dst); i += 3 {
		x := m.Rect.Min.X + i/3
		c := m.COffset(x, y)
		dst[i], dst[i+1], dst[i+2] = color.YCbCrToRGB(m.Y[m.YOffset(x, y)], m.Cb[c], m.Cr[c])
	}
}

func rowCMYK(dst, src []uint8) {
	for i, j := 0, 0; i < len(dst); i, j = i+3, j+4 {
		k := 255 - uint32(src[j+3])
		for c := range 3 {
			dst[i+c] = uint8(((255-uint32(src[j+c]))*k + 127) / 255)
		}
	}
}

// fromInvertedCMYK converts what JPEG files of the printing world hold: 255 is
// no ink, as Adobe writes it and everybody reads it.
func fromInvertedCMYK(ink []uint8, w, h int, t *icc.Transform) embed.Pixels {
	p := embed.NewPixels(w, h)
	if t != nil && t.Channels == 4 {
		t.CMYK(p.Pix, ink, true)
		return p
	}
	for i, j := 0, 0; i < len(p.Pix); i, j = i+3, j+4 {
		k := uint32(ink[j+3])
		for c := range 3 {
			p.Pix[i+c] = uint8((uint32(ink[j+c])*k + 127) / 255)
		}
	}
	return p
}

func fromPaletted(m *image.Paletted) embed.Pixels {
	var table [256][3]uint8
	for i, c := range m.Palette[:min(256, len(m.Palette))] {
		n := color.NRGBAModel.Convert(c).(color.NRGBA)
		a := uint32(n.A)
		table[i] = [3]uint8{over(n.R, a), over(n.G, a), over(n.B, a)}
	}
	p := embed.NewPixels(m.Rect.Dx(), m.Rect.Dy())
	i := 0
	for y := range p.H {
		for _, v := range m.Pix[y*m.Stride : y*m.Stride+p.W] {
			copy(p.Pix[i:i+3], table[v][:])
			i += 3
		}
	}
	return p
}

// onCanvas lays a frame on a white w x h canvas, its corner at the given place.
func onCanvas(frame embed.Pixels, at image.Point, w, h int) embed.Pixels {
	if at == (image.Point{}) && frame.W == w && frame.H == h {
		return frame
	}
	p := embed.NewPixels(w, h)
	for i := range p.Pix {
		p.Pix[i] = 255
	}
	for y := range frame.H {
		if at.Y+y < 0 || at.Y+y >= h || at.X < 0 || at.X >= w {
			continue
		}
		copy(p.Pix[3*((at.Y+y)*w+at.X):3*(at.Y+y+1)*w], frame.Pix[3*y*frame.W:3*(y+1)*frame.W])
	}
	return p
}

// rgba adds an opaque alpha channel.
func rgba(p embed.Pixels) []uint8 {
	out := make([]uint8, 4*p.W*p.H)
	for i, j := 0, 0; j < len(out); i, j = i+3, j+4 {
		s, d := p.Pix[i:i+3:i+3], out[j:j+4:j+4]
		d[0], d[1], d[2], d[3] = s[0], s[1], s[2], 255
	}
	return out
}
