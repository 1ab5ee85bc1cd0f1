package workspace

// EmptyThumbnails throws the thumbnails of all projects away; they are made
// again when they are needed.
func (w *Workspace) EmptyThumbnails() error { return w.thumbs.Empty() }

// LimitThumbnails says how large the cache of thumbnails may grow, in bytes.
func (w *Workspace) LimitThumbnails(bytes int64) error { return w.thumbs.SetLimit(bytes) }
