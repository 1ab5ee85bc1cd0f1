package thumb

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/binary"
	"image"
	"io"
	"sync"

	"kindred/embed"
	"kindred/project/thumb/icc"
)

// transforms keeps what was made of profiles: the files of a camera or a
// program all carry the same one, and reading it takes longer than using it on
// a reduced picture. It is shared by all in the process, as it depends on the
// profile alone.
var transforms = struct {
	sync.Mutex
	known map[[sha256.Size]byte]*icc.Transform // nil: nothing is to be done
}{known: map[[sha256.Size]byte]*icc.Transform{}}

// most is how many transforms are kept; one of CMYK takes 0.5 MB.
const most = 64

// transform returns what brings the picture's colours to sRGB, nil when they
// are, when it carries no profile or one that cannot be used.
func (h *header) transform(data []byte) *icc.Transform {
	profile := h.profile(data)
	if profile == nil {
		return nil
	}
	key := sha256.Sum256(profile)
	transforms.Lock()
	t, ok := transforms.known[key]
	transforms.Unlock()
	if ok {
		return t
	}
	t, _ = icc.New(profile) // a picture with a bad profile is better than none
	transforms.Lock()
	defer transforms.Unlock()
	if len(transforms.known) >= most {
		clear(transforms.known)
	}
	transforms.known[key] = t
	return t
}

// profile finds the ICC profile in a file; nil when there is none.
func (h *header) profile(data []byte) []byte {
	switch h.Format {
	case JPEG:
		return h.jpeg.profile()
	case PNG:
		return profilePNG(data)
	case WebP:
		list, _ := chunks(data[12:])
		for _, c := range list {
			if c.id == "ICCP" {
				return c.body
			}
		}
	case TIFF:
		return profileTIFF(data)
	case HEIC, AVIF:
		return h.heif.ICC
	}
	return nil
}

// profile joins the pieces of a profile (ICC.1:2022, annex B.4), which are
// numbered from 1 and may be in any order.
func (h jpegHeader) profile() []byte {
	var whole []byte
	for n := 1; n <= len(h.icc); n++ {
		for _, piece := range h.icc {
			if int(piece[0]) == n && int(piece[1]) == len(h.icc) {
				if len(h.icc) == 1 {
					return piece[2:]
				}
				whole = append(whole, piece[2:]...)
				break
			}
		}
	}
	return whole
}

// profilePNG reads the iCCP chunk, which comes before the pixels (PNG
// specification, section 11.3.2.3): a name, a zero, a zero, zlib.
func profilePNG(data []byte) []byte {
	for i := 8; i+12 <= len(data); {
		n, kind := int(binary.BigEndian.Uint32(data[i:])), string(data[i+4:i+8])
		if kind == "IDAT" || n > len(data)-i-12 {
			return nil
		}
		if kind != "iCCP" {
			i += 12 + n
			continue
		}
		_, packed, ok := bytes.Cut(data[i+8:i+8+n], []byte{0})
		if !ok || len(packed) < 2 {
			return nil
		}
		z, err := zlib.NewReader(bytes.NewReader(packed[1:]))
		if err != nil {
			return nil
		}
		profile, err := io.ReadAll(io.LimitReader(z, icc.MaxSize))
		if err != nil {
			return nil
		}
		return profile
	}
	return nil
}

// toSRGB converts a decoded picture in place. A gray profile on a picture with
// colours is a mistake of who made it; CMYK is converted where ink becomes
// pixels.
func toSRGB(p embed.Pixels, t *icc.Transform) {
	if t == nil || t.Channels == 1 && !gray(p) {
		return
	}
	t.RGB(p.Pix)
}

func gray(p embed.Pixels) bool {
	for i := 0; i < len(p.Pix); i += 3 {
		if s := p.Pix[i : i+3 : i+3]; s[0] != s[1] || s[1] != s[2] {
			return false
		}
	}
	return true
}

// fromInk converts CMYK by its profile; without one of CMYK as fromImage does.
func fromInk(m *image.CMYK, t *icc.Transform) embed.Pixels {
	if t == nil || t.Channels != 4 {
		return fromImage(m)
	}
	b := m.Bounds()
	p := embed.NewPixels(b.Dx(), b.Dy())
	for y := range p.H {
		t.CMYK(p.Pix[3*y*p.W:3*(y+1)*p.W], m.Pix[y*m.Stride:], false)
	}
	return p
}
