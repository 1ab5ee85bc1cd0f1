package thumb

import (
	"fmt"

	"kindred/project"
)

// jpegHeader is what the markers before the first scan say.
type jpegHeader struct {
	w, h        int
	components  int
	progressive bool
	exif        bool
	icc         [][]byte // the pieces of a profile: number, count, data
}

// parseJPEG walks the markers of a JPEG up to its first scan (ITU-T T.81, annex
// B). It is the one source of the picture's size: libjpeg-turbo's own header
// call refuses unusual chroma subsampling that its decoder can do.
func parseJPEG(data []byte) (jpegHeader, error) {
	var h jpegHeader
	cut := func(at int) error {
		return fmt.Errorf("%w: the JPEG header breaks off at byte %d", project.ErrTruncated, at)
	}
	for i := 2; ; {
		for i < len(data) && data[i] != 0xff { // stray bytes between segments, as libjpeg skips them
			i++
		}
		for i < len(data) && data[i] == 0xff {
			i++
		}
		if i >= len(data) {
			return h, cut(len(data))
		}
		marker := data[i]
		i++
		switch {
		case marker == 0 || marker == 0x01 || marker >= 0xd0 && marker <= 0xd8:
			continue // no length follows
		case marker == 0xd9:
			return h, fmt.Errorf("%w: the JPEG ends at byte %d without a picture", project.ErrTruncated, i)
		}
		if i+2 > len(data) {
			return h, cut(len(data))
		}
		n := int(data[i])<<8 | int(data[i+1])
		if n < 2 || i+n > len(data) {
			return h, cut(i)
		}
		body := data[i+2 : i+n]
		i += n
		switch {
		case marker == 0xda:
			if h.components == 0 {
				return h, fmt.Errorf("%w: the JPEG has a scan but no frame before it", project.ErrTruncated)
			}
			return h, nil
		case marker == 0xe1 && len(body) > 6 && string(body[:5]) == "Exif\x00":
			h.exif = true
		case marker == 0xe2 && len(body) >= 14 && string(body[:12]) == "ICC_PROFILE\x00":
			h.icc = append(h.icc, body[12:])
		case marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc:
			if h.components != 0 || len(body) < 6 {
				return h, cut(i - n)
			}
			h.h = int(body[1])<<8 | int(body[2])
			h.w = int(body[3])<<8 | int(body[4])
			h.components = int(body[5])
			h.progressive = marker > 0xc1
			if h.components == 0 {
				return h, cut(i - n)
			}
		}
	}
}

// endsWell reports whether an end marker follows the first scan. Inside a scan
// a 0xff is followed by zero or a restart marker, so a marker cannot be
// mistaken for data.
func endsWell(data []byte) bool {
	for i := len(data) - 2; i >= 2; i-- {
		if data[i] == 0xff && data[i+1] == 0xd9 {
			return true
		}
		if data[i] == 0xff && data[i+1] == 0xda {
			return false
		}
	}
	return false
}
