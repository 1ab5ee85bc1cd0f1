package thumb

import (
	"context"
	"errors"
	"fmt"

	"kindred/embed"
	"kindred/project"
	"kindred/project/thumb/heif"
)

// readHEIF reads what the container of a HEIC or AVIF says. Which of the two it
// is depends on the codec; the brand may leave it open.
func (h *header) readHEIF(data []byte) error {
	head, ok := heif.Parse(data)
	if !ok {
		return fmt.Errorf("%w: the %s holds no picture", project.ErrTruncated, h.Format)
	}
	switch head.Codec {
	case heif.HEVC:
		h.Format = HEIC
	case heif.AV1:
		h.Format = AVIF
	default:
		return unsupported(fmt.Sprintf("%s: unsupported codec %q", h.Format, head.Codec))
	}
	h.heif = head
	h.w, h.h, h.Frames, h.Orientation, h.exif = head.Width, head.Height, head.Frames, head.Orientation, head.Exif
	return nil
}

// decodeHEIF decodes a HEIC or AVIF at about 1/den of its size.
func decodeHEIF(ctx context.Context, data []byte, h header, den int) (embed.Pixels, error) {
	p, err := heif.Decode(ctx, data, h.heif, den)
	switch {
	case err == nil:
		return p, nil
	case ctx.Err() != nil:
		return p, context.Cause(ctx)
	case errors.Is(err, heif.ErrSlow):
		return p, fmt.Errorf("%w: %s: %w", project.ErrSlow, h.Format, err)
	case errors.Is(err, heif.ErrUnsupported):
		return p, unsupported(h.Format + ": " + err.Error())
	}
	return p, fmt.Errorf("%w: %s: %w", project.ErrTruncated, h.Format, err)
}
