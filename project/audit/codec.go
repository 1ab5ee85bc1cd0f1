package audit

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"kindred/project"
)

// magic opens encoded links; its last byte is the version of the form.
const magic = "KLN\x01"

// kinds in the order of their numbers in the encoded form. New ones go to the
// end.
var kinds = []string{
	project.Similar, project.Exact, project.Metadata, project.Recompressed, project.Resized,
	project.Cropped, project.Flipped, project.Rotated, project.Recoloured, project.Overlaid,
}

var errLinks = errors.New("not a list of duplicates")

// EncodeLinks writes links: magic, their number (uint32), then each as A, B
// (uint32), score (float32), kind and part (a byte each), and the reason behind
// its length (uint16), little endian.
func EncodeLinks(links []Link) []byte {
	b := append(make([]byte, 0, 8+17*len(links)), magic...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(links)))
	for _, l := range links {
		b = binary.LittleEndian.AppendUint32(b, uint32(l.A))
		b = binary.LittleEndian.AppendUint32(b, uint32(l.B))
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(l.Score))
		b = append(b, byte(max(0, slices.Index(kinds, l.Kind))), byte(l.Part))
		reason := l.Reason[:min(len(l.Reason), math.MaxUint16)]
		b = binary.LittleEndian.AppendUint16(b, uint16(len(reason)))
		b = append(b, reason...)
	}
	return b
}

// DecodeLinks reads what EncodeLinks wrote, for so many contents. Bytes that
// are not a whole, sound list are refused.
func DecodeLinks(b []byte, contents int) ([]Link, error) {
	const fixed = 16 // bytes of a link without its reason
	if len(b) < 8 || string(b[:4]) != magic {
		return nil, errLinks
	}
	count := int(binary.LittleEndian.Uint32(b[4:]))
	b = b[8:]
	if count < 0 || count > len(b)/fixed {
		return nil, fmt.Errorf("%w: %d links in %d bytes", errLinks, count, len(b))
	}
	out := make([]Link, 0, count)
	for range count {
		if len(b) < fixed {
			return nil, fmt.Errorf("%w: cut off", errLinks)
		}
		l := Link{
			A: int32(binary.LittleEndian.Uint32(b)), B: int32(binary.LittleEndian.Uint32(b[4:])),
			Score: math.Float32frombits(binary.LittleEndian.Uint32(b[8:])), Part: Part(b[13]),
		}
		kind, length := int(b[12]), int(binary.LittleEndian.Uint16(b[14:]))
		if !l.fits(contents) || l.A > l.B || !(l.Score >= 0 && l.Score <= 1) || kind >= len(kinds) || l.Part > BPart || len(b) < fixed+length {
			return nil, fmt.Errorf("%w: link %d", errLinks, len(out))
		}
		l.Kind, l.Reason = kinds[kind], string(b[fixed:fixed+length])
		b = b[fixed+length:]
		out = append(out, l)
	}
	if len(b) != 0 {
		return nil, fmt.Errorf("%w: %d bytes too many", errLinks, len(b))
	}
	return out, nil
}
