// Package heif reads HEIC and AVIF files: ISO base media files (ISO/IEC
// 14496-12) that hold pictures as HEIF says (ISO/IEC 23008-12), coded as HEVC
// or AV1.
//
// The container is read here, so that the size of a picture is known and can be
// refused before any decoder sees the file. The decoders are libheif with
// libde265 and libavif with libaom, as the packages gen2brain/heic and
// gen2brain/avif carry them: compiled to WebAssembly, where a damaged file can
// harm nothing but its own memory (decode.go).
package heif

import "encoding/binary"

// Codecs of Header.Codec.
const (
	HEVC = "HEVC"
	AV1  = "AV1"
)

// Header is what the container says of its main picture.
type Header struct {
	Codec         string // HEVC, AV1, or the four letters of one that is not known here
	Width, Height int    // as Decode gives it
	Orientation   int    // 1..8 as in EXIF, what is left to be done after Decode
	Frames        int    // 1, or more for an image sequence
	Depth         int    // bits a channel of HEVC; 8 when the file does not say
	Exif          bool   // there is an item of EXIF
	ICC           []byte // profile of the colours; nil when there is none

	// Colours by numbers of ITU-T H.273, where a file has them; 2 is unspecified.
	Primaries, Transfer, Matrix int
	FullRange                   bool
}

// box is one box: its four letters and its body.
type box struct {
	kind string
	body []byte
}

// next takes the first box off data. A box that runs over the end is cut there:
// what is missing is for the decoder to find. ok is false at the end.
func next(data []byte) (b box, rest []byte, ok bool) {
	if len(data) < 8 {
		return box{}, nil, false
	}
	size, head := uint64(binary.BigEndian.Uint32(data)), uint64(8)
	switch {
	case size == 1 && len(data) >= 16:
		size, head = binary.BigEndian.Uint64(data[8:]), 16
	case size == 0: // up to the end
		size = uint64(len(data))
	}
	if size < head {
		return box{}, nil, false
	}
	size = min(size, uint64(len(data)))
	return box{string(data[4:8]), data[head:size]}, data[size:], true
}

// find returns the body of the first box of a kind, nil when there is none.
func find(data []byte, path ...string) []byte {
	for _, kind := range path {
		var found []byte
		for b, rest, ok := next(data); ok; b, rest, ok = next(rest) {
			if b.kind == kind {
				found = b.body
				break
			}
		}
		if data = found; data == nil {
			return nil
		}
	}
	return data
}

// number is a big-endian number of 2 or 4 bytes, taken off data; short data
// ends in zeros.
func number(data *[]byte, bytes int) int {
	n := 0
	for i := range bytes {
		n <<= 8
		if i < len(*data) {
			n |= int((*data)[i])
		}
	}
	*data = (*data)[min(bytes, len(*data)):]
	return n
}

// full takes version and flags off the body of a full box.
func full(data *[]byte) (version, flags int) {
	n := number(data, 4)
	return n >> 24, n & 0xffffff
}

// Parse reads the container. ok is false when it holds no picture that could be
// named. Nothing is allocated but the header; ICC is a part of data.
func Parse(data []byte) (h Header, ok bool) {
	h = Header{Frames: 1, Orientation: 1, Depth: 8, Primaries: 2, Transfer: 2, Matrix: 2, FullRange: true}
	meta := find(data, "meta")
	full(&meta)
	if meta != nil {
		primary := h.items(meta)
		h.properties(find(meta, "iprp"), primary)
	}
	h.track(find(data, "moov"))
	return h, h.Width > 0 && h.Height > 0 && h.Codec != ""
}

// items finds the codec of the main picture and whether there is EXIF, and
// returns the picture's number.
func (h *Header) items(meta []byte) (primary int) {
	pitm := find(meta, "pitm")
	if version, _ := full(&pitm); version == 0 {
		primary = number(&pitm, 2)
	} else {
		primary = number(&pitm, 4)
	}
	iinf := find(meta, "iinf")
	if version, _ := full(&iinf); version == 0 {
		number(&iinf, 2)
	} else {
		number(&iinf, 4)
	}
	kind, tiles := "", ""
	for b, rest, ok := next(iinf); ok; b, rest, ok = next(rest) {
		body := b.body
		version, _ := full(&body)
		if b.kind != "infe" || version < 2 {
			continue
		}
		id := number(&body, 2)
		if version > 2 {
			id = id<<16 | number(&body, 2)
		}
		number(&body, 2) // protection
		if len(body) < 4 {
			continue
		}
		name := string(body[:4])
		switch name {
		case "Exif":
			h.Exif = true
		case "hvc1", "hev1", "av01":
			tiles = name
		}
		if id == primary {
			kind = name
		}
	}
	switch kind {
	case "grid", "iden", "iovl": // made of others
		kind = tiles
	}
	h.Codec = codec(kind)
	return primary
}

func codec(kind string) string {
	switch kind {
	case "hvc1", "hev1":
		return HEVC
	case "av01":
		return AV1
	}
	return kind
}

// properties reads size, orientation and colours of the main picture.
func (h *Header) properties(iprp []byte, primary int) {
	var list []box
	for b, rest, ok := next(find(iprp, "ipco")); ok && len(list) < 1<<15; b, rest, ok = next(rest) {
		list = append(list, b)
		if b.kind == "hvcC" && len(b.body) > 17 { // of a tile too (ISO/IEC 14496-15, 8.3.3.1)
			h.Depth = max(h.Depth, 8+int(b.body[17]&7))
		}
	}
	ipma := find(iprp, "ipma")
	version, flags := full(&ipma)
	for count := number(&ipma, 4); count > 0 && len(ipma) > 0; count-- {
		id := number(&ipma, 2)
		if version > 0 {
			id = id<<16 | number(&ipma, 2)
		}
		for n := number(&ipma, 1); n > 0; n-- {
			index := number(&ipma, 1) & 0x7f
			if flags&1 == 1 {
				index = index<<8 | number(&ipma, 1)
			}
			if id == primary && index > 0 && index <= len(list) {
				h.property(list[index-1])
			}
		}
	}
}

// property applies one property of the main picture. They come in the order in
// which they are to be applied (ISO/IEC 23000-22, 7.3.6.7). libheif crops,
// turns and mirrors by itself; libavif leaves it to its caller.
func (h *Header) property(b box) {
	body := b.body
	switch b.kind {
	case "ispe":
		full(&body)
		h.Width, h.Height = number(&body, 4), number(&body, 4)
	case "clap":
		if len(body) < 16 || h.Codec == AV1 {
			return
		}
		w, over, height, under := number(&body, 4), number(&body, 4), number(&body, 4), number(&body, 4)
		if over > 0 && under > 0 && w/over > 0 && height/under > 0 && w/over <= h.Width && height/under <= h.Height {
			h.Width, h.Height = w/over, height/under
		}
	case "irot":
		turns := number(&body, 1) & 3 // by 90 degrees, anticlockwise
		switch {
		case h.Codec == AV1:
			h.Orientation = turned[turns]
		case turns&1 == 1:
			h.Width, h.Height = h.Height, h.Width
		}
	case "imir":
		if h.Codec == AV1 {
			h.Orientation = mirrored[number(&body, 1)&1][h.Orientation]
		}
	case "colr":
		h.colours(body)
	}
}

// turned gives the orientation for a number of turns anticlockwise, mirrored
// the one after exchanging top and bottom (0) or left and right (1).
var (
	turned   = [4]int{1, 8, 3, 6}
	mirrored = [2][9]int{{1: 4, 8: 5, 3: 2, 6: 7}, {1: 2, 8: 7, 3: 4, 6: 5}}
)

// colours reads a colour box; a file may have one of each kind.
func (h *Header) colours(body []byte) {
	if len(body) < 4 {
		return
	}
	kind := string(body[:4])
	switch body = body[4:]; {
	case kind == "prof" || kind == "rICC":
		h.ICC = body
	case kind == "nclx" && len(body) >= 7:
		h.Primaries, h.Transfer, h.Matrix = number(&body, 2), number(&body, 2), number(&body, 2)
		h.FullRange = body[0]&0x80 != 0
	}
}

// track reads size, codec and number of frames of the first video track of an
// image sequence.
func (h *Header) track(moov []byte) {
	for b, rest, ok := next(moov); ok; b, rest, ok = next(rest) {
		stbl := find(b.body, "mdia", "minf", "stbl")
		if b.kind != "trak" || stbl == nil {
			continue
		}
		stsd, stsz := find(stbl, "stsd"), find(stbl, "stsz")
		number(&stsd, 8)
		entry, _, ok := next(stsd)
		if !ok || len(entry.body) < 28 || codec(entry.kind) != AV1 && codec(entry.kind) != HEVC {
			continue
		}
		number(&stsz, 8) // version, flags, common size
		h.Frames = max(1, min(number(&stsz, 4), 1<<24))
		if h.Width == 0 {
			h.Codec = codec(entry.kind)
			size := entry.body[24:]
			h.Width, h.Height = number(&size, 2), number(&size, 2)
		}
		return
	}
}
