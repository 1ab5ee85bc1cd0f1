// Package audit turns vectors and pixels into findings that a person can check:
// nearest images, clusters, duplicates. It composes the algorithms of embed,
// holds the thresholds, and says the reasons in words.
//
// What is slow (the graph, the tree, the verified pairs) is computed once for a
// set of contents and can be encoded and kept; what depends on a level or a
// threshold is made from that at once.
package audit

import (
	"context"
	"time"

	"kindred/embed"
	"kindred/project"
)

// Content is what several equal files hold. Contents are numbered by their
// place in the list that Contents returns, and so are the rows of the matrix
// beside it.
type Content struct {
	Width, Height int
	Sharpness     float32   // 0..1, see project.Quality
	Taken         time.Time // by the camera's clock, zero when unknown
	Camera        string
	Placed        bool   // it says where it was taken
	Files         []File // at least one; not missing
}

// File is one file as findings need it.
type File struct {
	ID       project.FileID
	Shown    string // the path that ties are broken by
	Size     int64  // bytes
	Modified time.Time
	Inode    uint64 // of the bytes on the disk, 0 when unknown: two names of one take no space twice
	Label    string
	Split    string // "" for none
	Dropped  bool   // never the one to keep
}

// Source is what audit needs of an open project.
type Source interface {
	// Contents returns the contents that have a vector, in an order that does
	// not change while files stay, and their raw vectors, a row each.
	Contents(ctx context.Context) ([]Content, embed.Matrix, error)
	// Thumbnail returns the pixels of content i (as Contents numbers them),
	// some 256 on the long side, or the picture itself when it is smaller.
	// Several goroutines may call it at once.
	Thumbnail(ctx context.Context, i int) (embed.Pixels, error)
}
