package scan

import (
	"context"

	"kindred/embed"
	"kindred/project/thumb"
)

// isImage looks at the first bytes of a file.
func isImage(path string) bool {
	_, ok := thumb.Signature(firstBytes(path, thumb.HeadLen))
	return ok
}

// decodeThumb is the Decode of package thumb, into scratch.
func decodeThumb(ctx context.Context, data []byte, minShort int, scratch *thumb.Scratch) (embed.Pixels, Content, error) {
	px, info, err := thumb.Decoder{Scratch: scratch}.Decode(ctx, data, minShort)
	return px, Content{
		Width: info.Width, Height: info.Height, Format: info.Format, Frames: info.Frames,
		Taken: info.Taken, Camera: info.Camera, Lat: info.Lat, Lon: info.Lon,
	}, err
}

// costThumb is the Cost of package thumb.
func costThumb(data []byte, minShort int) int64 { return thumb.Decoder{}.Cost(data, minShort) }
