package scan

import (
	"context"

	"kindred/embed"
	"kindred/embed/quality"
	"kindred/project"
	"kindred/project/thumb"
)

// isImage looks at the first bytes of a file.
func isImage(path string) bool {
	_, ok := thumb.Signature(firstBytes(path, thumb.HeadLen))
	return ok
}

// decodeThumb is the Decode of package thumb.
func decodeThumb(ctx context.Context, data []byte, minShort int) (embed.Pixels, Content, error) {
	px, info, err := thumb.Decoder{}.Decode(ctx, data, minShort)
	return px, Content{
		Width: info.Width, Height: info.Height, Format: info.Format, Frames: info.Frames,
		Taken: info.Taken, Camera: info.Camera, Lat: info.Lat, Lon: info.Lon,
	}, err
}

// resizeShort is embed.ResizeShort by the resizing of package thumb.
func resizeShort(px embed.Pixels, short int) embed.Pixels {
	w, h := embed.ShortSize(px.W, px.H, short)
	return thumb.Resize(px, w, h)
}

// thumbnail makes the thumbnail of a reduced picture.
func thumbnail(px embed.Pixels) ([]byte, error) { return thumb.Thumbnail(px) }

// measureQuality takes the measures of package quality.
func measureQuality(px embed.Pixels) project.Quality {
	return project.Quality(quality.Measure(px))
}

// costThumb is the Cost of package thumb.
func costThumb(data []byte, minShort int) int64 { return thumb.Decoder{}.Cost(data, minShort) }
