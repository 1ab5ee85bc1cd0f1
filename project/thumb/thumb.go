// Package thumb decodes picture files, makes thumbnails and keeps them.
//
// A file's format is read from its first bytes, never from its name. Sizes are
// read from the header and held against a limit before memory for pixels is
// asked for, so a small file cannot claim gigabytes. What cannot be used ends
// in an error that wraps one of the reasons in project/errors.go; nothing here
// panics on bad data.
//
// JPEG goes through libjpeg-turbo (turbo.go), or through image/jpeg where cgo is
// missing or the build tag purejpeg is set (turbo_none.go). HEIC and AVIF go
// through package heif.
package thumb

import (
	"context"
	"fmt"
	"time"

	"kindred/embed"
	"kindred/project"
	"kindred/project/thumb/heif"
)

// Format names, as project.Image.Format has them.
const (
	JPEG = "JPEG"
	PNG  = "PNG"
	GIF  = "GIF"
	BMP  = "BMP"
	TIFF = "TIFF"
	WebP = "WebP"
	HEIC = "HEIC"
	AVIF = "AVIF"
)

// Limit is the largest picture that a Decoder without a limit of its own
// accepts, in pixels. For HEIC and AVIF it is heif.MaxPixels.
const Limit = 250_000_000

// Info is what a file says of its picture.
type Info struct {
	Format        string
	Width, Height int       // as shown, orientation applied, before any scaling
	Frames        int       // 1, or more for animations and multi-page files
	Taken         time.Time // the camera's wall clock as UTC; zero when unknown
	Camera        string    // maker and model; empty when unknown
	Lat, Lon      float64   // where it was taken, degrees, north and east positive; both 0 when unknown
	Orientation   int       // as in EXIF, 1..8, of the stored picture; 1 when the file says nothing
}

// Decoder decodes pictures. The zero value is ready for use, and safe for
// concurrent use.
type Decoder struct {
	// MaxPixels is the largest width times height that is decoded; 0 means
	// Limit.
	MaxPixels int64
	// Scratch is memory to decode into, where the format's decoder can; nil
	// allocates.
	Scratch *Scratch
}

// Decode decodes with the default limit. See Decoder.Decode.
func Decode(data []byte, minShort int) (embed.Pixels, Info, error) {
	return Decoder{}.Decode(context.Background(), data, minShort)
}

// Probe reads the header with the default limit. See Decoder.Probe.
func Probe(data []byte) (Info, error) { return Decoder{}.Probe(data) }

// Decode decodes the first frame or page of a picture file to upright 8-bit
// sRGB, by the profile that the file carries, transparency laid over white. With minShort > 0 a JPEG, HEIC or AVIF may
// come out at 1/2, 1/4 or 1/8 of its size, as small as its short side can be
// without going below minShort; 0 asks for the full size. Other formats always
// come in full size.
//
// HEIC and AVIF are decoded one at a time in the whole process: a call waits for
// its turn. In the program, where another process does it (heif.UseChild), it
// ends when ctx does, and when a picture takes too long (project.ErrSlow).
// Decoding of the other formats is not interrupted.
//
// The error wraps project.ErrEmpty, ErrNotImage, ErrTooLarge or ErrTruncated.
// Formats and variants that are known but cannot be decoded match ErrNotImage
// and say so in words.
func (d Decoder) Decode(ctx context.Context, data []byte, minShort int) (p embed.Pixels, info Info, err error) {
	defer recovered(&err)
	h, err := d.header(data)
	if err != nil {
		return embed.Pixels{}, h.Info, err
	}
	t := h.transform(data)
	switch {
	case h.cut != "":
		err = fmt.Errorf("%w: the %s %s", project.ErrTruncated, h.Format, h.cut)
	case h.Format == JPEG:
		p, err = decodeJPEG(data, h.w, h.h, h.jpeg, scaleFor(h.w, h.h, minShort), t, &d.Scratch.ready().decoded)
	case h.Format == HEIC || h.Format == AVIF:
		p, err = decodeHEIF(ctx, data, h, scaleFor(h.w, h.h, minShort))
	default:
		p, err = decodeOther(data, h.Format, h.w, h.h, t)
	}
	if err != nil {
		return embed.Pixels{}, h.Info, err
	}
	toSRGB(p, t)
	return upright(p, h.Orientation), h.Info, nil
}

// Probe reads what a file says of itself without decoding pixels. Its errors
// are those of Decode.
func (d Decoder) Probe(data []byte) (info Info, err error) {
	defer recovered(&err)
	h, err := d.header(data)
	return h.Info, err
}

// header is Info with what the decoders need besides: the size as stored.
type header struct {
	Info
	w, h int
	jpeg jpegHeader
	heif heif.Header
	exif bool   // there is EXIF to read
	cut  string // how the container is broken behind its header; empty when it is whole
}

// header reads all that a file says before its pixels.
func (d Decoder) header(data []byte) (header, error) {
	h, err := d.sized(data)
	if err != nil {
		return h, err
	}
	if h.exif {
		h.readExif(data)
	}
	h.Width, h.Height = h.w, h.h
	if h.Orientation >= 5 {
		h.Width, h.Height = h.h, h.w
	}
	return h, nil
}

// sized is header without EXIF and what follows from it, and refuses pictures
// that are too large.
func (d Decoder) sized(data []byte) (header, error) {
	h := header{Info: Info{Frames: 1, Orientation: 1}}
	if len(data) == 0 {
		return h, project.ErrEmpty
	}
	format, ok := Signature(data)
	if !ok {
		return h, project.ErrNotImage
	}
	h.Format = format
	if err := h.read(data); err != nil {
		return h, err
	}
	if h.w <= 0 || h.h <= 0 {
		return h, fmt.Errorf("%w: the %s header gives the size as %d x %d", project.ErrTruncated, format, h.w, h.h)
	}
	limit := d.MaxPixels
	if limit <= 0 {
		limit = Limit
	}
	if h.heif.Codec != "" {
		limit = min(limit, heif.MaxPixels)
	}
	if int64(h.w) > limit/int64(h.h) {
		return h, fmt.Errorf("%w: %d x %d pixels, the limit is %d megapixels", project.ErrTooLarge, h.w, h.h, limit/1_000_000)
	}
	return h, nil
}

// scaleFor returns the denominator 1, 2, 4 or 8 by which a w x h JPEG can be
// reduced while decoding with its short side staying at least minShort.
func scaleFor(w, h, minShort int) int {
	den := 1
	for minShort > 0 && den < 8 && (min(w, h)+2*den-1)/(2*den) >= minShort {
		den *= 2
	}
	return den
}

// scaled is the size of a JPEG's side after decoding at 1/den.
func scaled(n, den int) int { return (n + den - 1) / den }

// unsupported is a picture of a known kind that cannot be decoded. It matches
// project.ErrNotImage, since it cannot take part, but says what it is.
type unsupported string

func (u unsupported) Error() string        { return string(u) }
func (u unsupported) Is(target error) bool { return target == project.ErrNotImage }

// recovered turns a panic of a third party's decoder into an error: that a
// decoder met bytes its authors did not foresee is a property of the file.
func recovered(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w: the decoder gave up: %v", project.ErrTruncated, r)
	}
}
