package scan

import (
	"context"
	"iter"
	"time"

	"kindred/embed"
	"kindred/project"
)

// Stat is what tells an unchanged file without reading it.
type Stat struct {
	Size  int64
	MTime int64  // nanoseconds since 1970
	Inode uint64 // 0 where the system has none
}

// Known is what the store remembers of a file.
type Known struct {
	ID    project.FileID
	Path  string // relative to its root, slashes
	Stat  Stat
	Hash  project.Hash  // zero when it was never read
	State project.State // Pending, Ready, Failed or Missing, for the model asked for
}

// Found is a file that the walk saw for the first time.
type Found struct {
	Root         project.RootID
	Path         string
	Stat         Stat
	Label, Split string
}

// Move says that a known file now lies elsewhere. Its id, its decisions and
// what was derived from its content stay.
type Move struct {
	ID project.FileID
	Found
}

// Content is what was derived from a file's bytes, whatever the model.
type Content struct {
	Width, Height int
	Format        string
	Frames        int
	Taken         time.Time
	Camera        string
	Lat, Lon      float64 // as in project.Image
	Quality       project.Quality
}

// Outcome is the end of one file's way through the scan. Exactly one of these
// holds: Reason is not empty (the file failed); Content and Vector are set (it
// was decoded and encoded); both are nil (the store has them already for Hash
// and the model).
type Outcome struct {
	ID      project.FileID
	Stat    Stat
	Hash    project.Hash // zero when the file could not be read
	Reason  string
	Content *Content
	Vector  []float32
	Probs   []float32
}

// Store is what the scan needs of the project file. Every method that writes
// is one transaction: after a crash a batch is there whole or not at all.
type Store interface {
	Roots(ctx context.Context) ([]project.Root, error)
	// Known yields every file of a root, missing ones too, in path order.
	Known(ctx context.Context, root project.RootID, model embed.ModelID) iter.Seq2[Known, error]
	// Add inserts new files as Pending and returns their ids in order.
	Add(ctx context.Context, files []Found) ([]project.FileID, error)
	// Change marks known files whose Stat differs (or that reappeared) as
	// Pending.
	Change(ctx context.Context, ids []project.FileID) error
	// Move gives known files a new place, all at once: they may swap places.
	// A missing file that moves is no longer missing.
	Move(ctx context.Context, moves []Move) error
	// Lose marks files that were not found as Missing.
	Lose(ctx context.Context, ids []project.FileID) error
	// Relabel sets label and split from the folders again.
	Relabel(ctx context.Context, files []Move) error
	// Encoded reports whether content and a vector of the model are stored
	// for the bytes with this hash.
	Encoded(ctx context.Context, model embed.ModelID, hash project.Hash) (bool, error)
	// Finish stores outcomes: Ready or Failed.
	Finish(ctx context.Context, model embed.ModelID, done []Outcome) error
}
