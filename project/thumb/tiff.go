package thumb

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"slices"

	"golang.org/x/image/tiff"
)

// Tags of a TIFF that are looked at here (TIFF 6.0, sections 8 and 16; ICC.1:2022,
// annex B.5).
const (
	tagPhotometric  = 262
	tagSamples      = 277
	tagInkSet       = 332
	tagExtraSamples = 338
	tagProfile      = 34675
)

// tiffOrder is the byte order of a TIFF.
func tiffOrder(data []byte) binary.ByteOrder {
	if data[0] == 'M' {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// tiffEntries returns the entries of the first page, 12 bytes each; those that
// run over the end of the file are left out.
func tiffEntries(data []byte) (list [][]byte) {
	order := tiffOrder(data)
	if len(data) < 8 {
		return nil
	}
	at := int64(order.Uint32(data[4:]))
	if at+2 > int64(len(data)) {
		return nil
	}
	for n := int64(order.Uint16(data[at:])); n > 0; n-- {
		if at+14 > int64(len(data)) {
			return list
		}
		list = append(list, data[at+2:at+14])
		at += 12
	}
	return list
}

// readPages counts the pages by following the chain of directories (TIFF 6.0,
// section 2). Offsets must grow or the chain may be a ring, so the number of
// steps is bounded by what the file can hold.
func (h *header) readPages(data []byte) {
	var order binary.ByteOrder = binary.LittleEndian
	if data[0] == 'M' {
		order = binary.BigEndian
	}
	if len(data) < 8 {
		return
	}
	seen := map[uint32]bool{}
	for off := order.Uint32(data[4:]); off != 0 && !seen[off]; {
		seen[off] = true
		if int64(off)+2 > int64(len(data)) {
			h.cut = fmt.Sprintf("breaks off at byte %d, before page %d", len(data), len(seen))
			return
		}
		h.Frames = len(seen)
		next := int64(off) + 2 + 12*int64(order.Uint16(data[off:]))
		if next+4 > int64(len(data)) {
			return // some writers leave the last link out
		}
		off = order.Uint32(data[next:])
	}
}

// profileTIFF finds the profile of the first page.
func profileTIFF(data []byte) []byte {
	order := tiffOrder(data)
	for _, e := range tiffEntries(data) {
		size, off := int64(order.Uint32(e[4:])), int64(order.Uint32(e[8:]))
		if order.Uint16(e) == tagProfile && size > 4 && off+size <= int64(len(data)) {
			return data[off : off+size]
		}
	}
	return nil
}

// decodeTIFF decodes the first page.
func decodeTIFF(data []byte) (image.Image, error) {
	data, ink := withoutInk(data)
	img, err := tiff.Decode(bytes.NewReader(data))
	if err != nil || !ink {
		return img, err
	}
	switch m := img.(type) {
	case *image.NRGBA:
		return &image.CMYK{Pix: m.Pix, Stride: m.Stride, Rect: m.Rect}, nil
	case *image.NRGBA64:
		out := image.NewCMYK(m.Rect)
		for i := range out.Pix {
			at := i/out.Stride*m.Stride + 2*(i%out.Stride)
			out.Pix[i] = to8(m.Pix[at], m.Pix[at+1])
		}
		return out, nil
	}
	return nil, unsupported("TIFF: unsupported variant of CMYK")
}

// withoutInk makes a CMYK page out to be RGB with alpha, since x/image/tiff
// knows no ink but reads four channels all the same. It puts another directory
// behind the file.
func withoutInk(data []byte) (patched []byte, ink bool) {
	order := tiffOrder(data)
	entries := tiffEntries(data)
	short := func(tag, missing uint16) uint16 {
		for _, e := range entries {
			if order.Uint16(e) == tag {
				return order.Uint16(e[8:])
			}
		}
		return missing
	}
	if short(tagPhotometric, 0) != 5 || short(tagSamples, 1) != 4 || short(tagInkSet, 1) != 1 {
		return data, false
	}
	entry := func(tag, value uint16) []byte {
		b := make([]byte, 12)
		order.PutUint16(b, tag)
		order.PutUint16(b[2:], 3) // SHORT
		order.PutUint32(b[4:], 1)
		order.PutUint16(b[8:], value)
		return b
	}
	list := [][]byte{entry(tagPhotometric, 2), entry(tagExtraSamples, 2)}
	for _, e := range entries {
		if tag := order.Uint16(e); tag != tagPhotometric && tag != tagExtraSamples {
			list = append(list, e)
		}
	}
	slices.SortStableFunc(list, func(a, b []byte) int { return int(order.Uint16(a)) - int(order.Uint16(b)) })
	at := (len(data) + 1) &^ 1
	out := make([]byte, at+2+12*len(list)+4)
	copy(out, data)
	order.PutUint32(out[4:], uint32(at))
	order.PutUint16(out[at:], uint16(len(list)))
	for i, e := range list {
		copy(out[at+2+12*i:], e)
	}
	return out, true
}
