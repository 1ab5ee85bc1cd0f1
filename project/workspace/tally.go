package workspace

import (
	"context"
	"image"
	"sync/atomic"

	"kindred/project"
)

// tally calls a function when so many were counted.
type tally struct {
	left atomic.Int64
	call func()
}

// OnThumbnails calls f once, when n thumbnails were handed out. It is set before
// the first is asked for.
func (l *Live) OnThumbnails(n int, f func()) {
	l.thumbnails.call = f
	l.thumbnails.left.Store(int64(n))
}

// Thumbnail is Workspace.Thumbnail.
func (l *Live) Thumbnail(ctx context.Context, id project.FileID, width, height int, cover bool) (*image.RGBA, error) {
	m, err := l.Workspace.Thumbnail(ctx, id, width, height, cover)
	if err == nil && l.thumbnails.left.Add(-1) == 0 {
		l.thumbnails.call()
	}
	return m, err
}
