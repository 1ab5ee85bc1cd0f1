//go:build !cgo || purejpeg

package thumb

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"

	"kindred/embed"
	"kindred/project"
	"kindred/project/thumb/icc"
)

// Turbo says that JPEG goes through libjpeg-turbo in this build.
const Turbo = false

// decodeJPEG decodes a JPEG of w x h pixels at 1/den of its size to RGB.
// image/jpeg cannot decode at a smaller scale, so the full picture is averaged.
func decodeJPEG(data []byte, w, h int, _ jpegHeader, den int, t *icc.Transform, _ *memory) (embed.Pixels, error) {
	img, err := jpeg.Decode(bytes.NewReader(data))
	var missing jpeg.UnsupportedError
	switch {
	case errors.As(err, &missing):
		return embed.Pixels{}, unsupported("JPEG: unsupported " + string(missing))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return embed.Pixels{}, fmt.Errorf("%w: the JPEG breaks off at byte %d", project.ErrTruncated, len(data))
	case err != nil:
		return embed.Pixels{}, fmt.Errorf("%w: %v", project.ErrTruncated, err)
	}
	if img.Bounds() != image.Rect(0, 0, w, h) {
		return embed.Pixels{}, fmt.Errorf("%w: the JPEG holds %v, its header says %d x %d", project.ErrTruncated, img.Bounds().Size(), w, h)
	}
	if ink, ok := img.(*image.CMYK); ok {
		return average(fromInk(ink, t), den), nil
	}
	return average(fromImage(img), den), nil
}

// decodeJPEGRGBA decodes a thumbnail to four bytes a pixel.
func decodeJPEGRGBA(data []byte, w, h, den int) ([]uint8, error) {
	p, err := decodeJPEG(data, w, h, jpegHeader{}, den, nil, nil)
	if err != nil {
		return nil, err
	}
	return rgba(p), nil
}

// average reduces a picture by the means of den x den blocks, smaller ones at
// the right and lower edges.
func average(p embed.Pixels, den int) embed.Pixels {
	if den == 1 {
		return p
	}
	out := embed.NewPixels(scaled(p.W, den), scaled(p.H, den))
	for y := range out.H {
		for x := range out.W {
			x1, y1 := min(p.W, (x+1)*den), min(p.H, (y+1)*den)
			var sum [3]int
			for v := y * den; v < y1; v++ {
				for _, c := range [3]int{0, 1, 2} {
					for i := 3*(v*p.W+x*den) + c; i < 3*(v*p.W+x1); i += 3 {
						sum[c] += int(p.Pix[i])
					}
				}
			}
			n := (x1 - x*den) * (y1 - y*den)
			for c, s := range sum {
				out.Pix[3*(y*out.W+x)+c] = uint8((s + n/2) / n)
			}
		}
	}
	return out
}

// encodeJPEG writes a baseline JPEG with 4:2:0 chroma.
func encodeJPEG(p embed.Pixels, quality int, _ *memory) ([]byte, error) {
	img := &image.RGBA{Pix: rgba(p), Stride: 4 * p.W, Rect: image.Rect(0, 0, p.W, p.H)}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("encode JPEG: %w", err)
	}
	return b.Bytes(), nil
}
