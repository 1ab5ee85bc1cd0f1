package thumb

import "encoding/binary"

// HeadLen is how many bytes Signature wants to see. With fewer it recognises
// what it can.
const HeadLen = 32

// Signature recognises a picture format by a file's first bytes. ok is false
// for everything else, camera raw formats built on TIFF included.
func Signature(head []byte) (format string, ok bool) {
	at := func(off int, s string) bool { return len(head) >= off+len(s) && string(head[off:off+len(s)]) == s }
	switch {
	case at(0, "\xff\xd8\xff"):
		return JPEG, true
	case at(0, "\x89PNG\r\n\x1a\n"):
		return PNG, true
	case at(0, "GIF87a"), at(0, "GIF89a"):
		return GIF, true
	case at(0, "RIFF") && at(8, "WEBP"):
		return WebP, true
	case at(0, "II*\x00"), at(0, "MM\x00*"), at(0, "II+\x00"), at(0, "MM\x00+"):
		if at(8, "CR") { // Canon raw
			return "", false
		}
		return TIFF, true
	case at(0, "BM"):
		return BMP, bitmap(head)
	case at(4, "ftyp"):
		return brand(head)
	}
	return "", false
}

// bitmap tells a BMP from a text that begins with BM: the reserved bytes are
// rarely anything but zero, and the info header has one of a few lengths.
func bitmap(head []byte) bool {
	if len(head) < 18 {
		return false
	}
	switch binary.LittleEndian.Uint32(head[14:]) {
	case 12, 16, 40, 52, 56, 64, 108, 124:
		return true
	}
	return false
}

// brand reads the brands of an ISO base media file: the major one, and for the
// generic mif1 and msf1 the compatible ones that follow.
func brand(head []byte) (string, bool) {
	generic := false
	for off := 8; off+4 <= min(len(head), HeadLen); off += 4 {
		switch string(head[off : off+4]) {
		case "avif", "avis":
			return AVIF, true
		case "heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs":
			return HEIC, true
		case "mif1", "msf1":
			generic = true
		}
	}
	if generic {
		return HEIC, true
	}
	return "", false
}
