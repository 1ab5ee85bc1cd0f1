package thumb

import (
	"fmt"
	"image"

	"github.com/nfnt/resize"

	"kindred/embed"
	"kindred/project"
)

// Size is the longest side of a stored thumbnail, in pixels.
const Size = 256

const level = 80 // JPEG's quality: 11-17 KB for a photo of 256 pixels

// Thumbnail is Scratch.Thumbnail in memory of its own.
func Thumbnail(p embed.Pixels) ([]byte, error) { return (*Scratch)(nil).Thumbnail(p) }

// EncodeJPEG writes a baseline JPEG of the given quality, 1 to 100.
func EncodeJPEG(p embed.Pixels, quality int) ([]byte, error) { return packJPEG(p, quality, &memory{}) }

func packJPEG(p embed.Pixels, quality int, m *memory) ([]byte, error) {
	if p.W <= 0 || p.H <= 0 || p.W > 65500 || p.H > 65500 || len(p.Pix) != 3*p.W*p.H {
		return nil, fmt.Errorf("encode JPEG: %d x %d pixels in %d bytes is not a picture", p.W, p.H, len(p.Pix))
	}
	return encodeJPEG(p, max(1, min(100, quality)), m)
}

// RGBA decodes a stored thumbnail for a cell of w x h pixels: fitted into it,
// or with cover filling it, cut equally at both sides. The result is packed
// (Stride = 4*W, from the origin), which Fyne uploads without converting.
func RGBA(jpeg []byte, w, h int, cover bool) (*image.RGBA, error) {
	if w <= 0 || h <= 0 {
		return nil, fmt.Errorf("decode thumbnail: no room in %d x %d", w, h)
	}
	if format, ok := Signature(jpeg); !ok || format != JPEG {
		return nil, fmt.Errorf("decode thumbnail: %w", project.ErrNotImage)
	}
	head, err := parseJPEG(jpeg)
	if err != nil {
		return nil, fmt.Errorf("decode thumbnail: %w", err)
	}
	if head.w <= 0 || head.h <= 0 || head.w*head.h > Limit {
		return nil, fmt.Errorf("decode thumbnail: %w: %d x %d pixels", project.ErrTooLarge, head.w, head.h)
	}
	// Small cells need not decode more than they show.
	den := 1
	for den < 8 && enough(scaled(head.w, 2*den), scaled(head.h, 2*den), w, h, cover) {
		den *= 2
	}
	pix, err := decodeJPEGRGBA(jpeg, head.w, head.h, den)
	if err != nil {
		return nil, fmt.Errorf("decode thumbnail: %w", err)
	}
	sw, sh := scaled(head.w, den), scaled(head.h, den)
	return place(&image.RGBA{Pix: pix, Stride: 4 * sw, Rect: image.Rect(0, 0, sw, sh)}, w, h, cover), nil
}

// FromPixels is RGBA for a decoded original, where the stored thumbnail is too
// small.
func FromPixels(p embed.Pixels, w, h int, cover bool) *image.RGBA {
	if p.W <= 0 || p.H <= 0 || w <= 0 || h <= 0 {
		return image.NewRGBA(image.Rectangle{})
	}
	return place(&image.RGBA{Pix: rgba(p), Stride: 4 * p.W, Rect: image.Rect(0, 0, p.W, p.H)}, w, h, cover)
}

// enough reports whether a source of sw x sh has no fewer pixels than are shown.
func enough(sw, sh, w, h int, cover bool) bool {
	if cover {
		return sw >= w && sh >= h
	}
	return sw >= w || sh >= h
}

// place scales a packed picture to fit or cover w x h.
func place(m *image.RGBA, w, h int, cover bool) *image.RGBA {
	sw, sh := m.Rect.Dx(), m.Rect.Dy()
	if !cover {
		w, h = fit(sw, sh, w, h)
	} else if sw*h > sh*w { // too wide
		m = middle(m, max(1, (sh*w+h/2)/h), sh)
	} else if sw*h < sh*w {
		m = middle(m, sw, max(1, (sw*h+w/2)/w))
	}
	return resize.Resize(uint(w), uint(h), m, resize.Bilinear).(*image.RGBA)
}

// fit is the largest size inside w x h with the aspect ratio of sw x sh.
func fit(sw, sh, w, h int) (int, int) {
	if sw*h > sh*w {
		return w, max(1, (sh*w+sw/2)/sw)
	}
	return max(1, (sw*h+sh/2)/sh), h
}

// middle cuts a packed w x h picture out of the centre.
func middle(m *image.RGBA, w, h int) *image.RGBA {
	w, h = min(w, m.Rect.Dx()), min(h, m.Rect.Dy())
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	x, y := (m.Rect.Dx()-w)/2, (m.Rect.Dy()-h)/2
	for row := range h {
		from := (y+row)*m.Stride + 4*x
		copy(out.Pix[row*out.Stride:(row+1)*out.Stride], m.Pix[from:from+4*w])
	}
	return out
}
