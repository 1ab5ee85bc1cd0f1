package thumb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/png"
	"io"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"

	"kindred/embed"
	"kindred/project"
	"kindred/project/thumb/icc"
)

// read fills size, frames and what else the header and the order of the blocks
// say. It allocates nothing that depends on the declared size.
func (h *header) read(data []byte) error {
	switch h.Format {
	case JPEG:
		head, err := parseJPEG(data)
		h.jpeg, h.w, h.h, h.exif = head, head.w, head.h, head.exif
		return err
	case PNG:
		return h.readPNG(data)
	case GIF:
		return h.readGIF(data)
	case WebP:
		return h.readWebP(data)
	case HEIC, AVIF:
		return h.readHEIF(data)
	case TIFF:
		if data[2] == '+' || data[3] == '+' {
			return unsupported("TIFF: BigTIFF is not supported yet")
		}
		h.exif = true
		h.readPages(data)
		data, _ = withoutInk(data)
		return h.config(tiff.DecodeConfig(bytes.NewReader(data)))
	default:
		return h.config(bmp.DecodeConfig(bytes.NewReader(data)))
	}
}

func (h *header) config(c image.Config, err error) error {
	h.w, h.h = c.Width, c.Height
	return reason(h.Format, err)
}

// readPNG walks the chunks (PNG specification, section 5). A chunk that runs
// over the end is left to the decoder to find.
func (h *header) readPNG(data []byte) error {
	if len(data) < 33 || string(data[12:16]) != "IHDR" {
		return fmt.Errorf("%w: the PNG has no header", project.ErrTruncated)
	}
	h.w, h.h = int(binary.BigEndian.Uint32(data[16:])), int(binary.BigEndian.Uint32(data[20:]))
	held := 0
	for i := 8; i+12 <= len(data); {
		n := int(binary.BigEndian.Uint32(data[i:]))
		switch body := data[i+8:]; string(data[i+4 : i+8]) {
		case "acTL":
			if len(body) >= 4 {
				h.Frames = max(1, int(binary.BigEndian.Uint32(body)))
			}
		case "eXIf", "zTXt":
			h.exif = true
		case "IDAT":
			held += min(n, len(data)-i)
		case "IEND":
			i = len(data)
			continue
		}
		i += 12 + n
	}
	// Deflate shrinks at most 1032 times and a row takes a byte at least for
	// every eight pixels: a header that claims more is not worth its memory.
	if rows := int64(h.h); h.w > 0 && rows > 0 && int64(h.w) <= Limit && rows <= Limit {
		if need := rows * (1 + int64(h.w)/8); need > 1040*int64(held)+1<<16 && need <= Limit {
			h.cut = fmt.Sprintf("claims %d x %d pixels in %d bytes", h.w, h.h, len(data))
		}
	}
	return nil
}

// readGIF counts the frames by walking the blocks (GIF89a, appendix B). A file
// that only lacks its trailer is whole; one that ends within a block is not.
func (h *header) readGIF(data []byte) error {
	if len(data) < 13 {
		return fmt.Errorf("%w: the GIF has no header", project.ErrTruncated)
	}
	h.w, h.h = int(binary.LittleEndian.Uint16(data[6:])), int(binary.LittleEndian.Uint16(data[8:]))
	i, frames := 13, 0
	table := func(flags byte) {
		if flags&0x80 != 0 {
			i += 3 << (1 + flags&7)
		}
	}
	blocks := func() { // data sub-blocks up to an empty one
		for i < len(data) && data[i] != 0 {
			i += 1 + int(data[i])
		}
		i++
	}
	table(data[10])
walk:
	for i < len(data) {
		switch data[i] {
		case ',':
			if i+10 >= len(data) {
				i = len(data) + 1
				break walk
			}
			flags := data[i+9]
			i += 10
			table(flags)
			i++ // LZW code size
			blocks()
			if i <= len(data) {
				frames++
			}
		case '!':
			i += 2
			blocks()
		default: // the trailer, or what follows the last frame
			break walk
		}
	}
	h.Frames = max(1, frames)
	switch {
	case i > len(data):
		h.cut = fmt.Sprintf("breaks off at byte %d, after %d whole frames", len(data), frames)
	case frames == 0:
		h.cut = "holds no frame"
	}
	return nil
}

// decodeOther decodes everything but JPEG, HEIC and AVIF.
func decodeOther(data []byte, format string, w, h int, t *icc.Transform) (embed.Pixels, error) {
	var img image.Image
	var err error
	var at image.Point // of the first frame of an animation on its canvas
	r := bytes.NewReader(data)
	switch format {
	case PNG:
		img, err = png.Decode(r)
	case GIF:
		img, err = gif.Decode(r)
	case BMP:
		img, err = bmp.Decode(r)
	case TIFF:
		img, err = decodeTIFF(data)
	case WebP:
		data, at = stillWebP(data, w, h)
		img, err = webp.Decode(bytes.NewReader(data))
	}
	if err != nil {
		return embed.Pixels{}, reason(format, err)
	}
	b := img.Bounds()
	switch format {
	case WebP:
		return onCanvas(fromWebP(img), at, w, h), nil
	case GIF:
		return onCanvas(fromImage(img), b.Min, w, h), nil
	}
	if b.Dx() != w || b.Dy() != h {
		return embed.Pixels{}, fmt.Errorf("%w: the %s holds %v pixels, its header says %d x %d", project.ErrTruncated, format, b.Size(), w, h)
	}
	if ink, ok := img.(*image.CMYK); ok {
		return fromInk(ink, t), nil
	}
	return fromImage(img), nil
}

// reason turns a decoder's error into one of the reasons why a file fails.
func reason(format string, err error) error {
	var p png.UnsupportedError
	var t tiff.UnsupportedError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &p):
		return unsupported("PNG: unsupported " + string(p))
	case errors.As(err, &t):
		return unsupported("TIFF: unsupported " + string(t))
	case errors.Is(err, bmp.ErrUnsupported):
		return unsupported("BMP: unsupported variant")
	case errors.Is(err, project.ErrTruncated), errors.Is(err, project.ErrNotImage):
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: the %s breaks off before its end", project.ErrTruncated, format)
	}
	return fmt.Errorf("%w: %v", project.ErrTruncated, err)
}
