package workspace

// EmptyThumbnails throws the thumbnails of all projects away; they are made
// again when they are needed.
func (w *Workspace) EmptyThumbnails() error { return w.thumbs.Empty() }
