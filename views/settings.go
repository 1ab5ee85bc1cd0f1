package views

import "context"

// Model is a model for pictures as the settings show it.
type Model struct {
	ID            string // names the model; nothing for people
	Name          string
	Path          string  // of the file; "" when the model is built in
	Width, Height int     // of the pictures that go in, in pixels
	Classes, Dim  int     // how many classes it names, and the length of a vector
	Size          int64   // of the file, in bytes
	Rate          float64 // images/s on this machine; 0: not measured
	Problem       string  // why it cannot be used now: "the file is gone"
}

// Builtin says whether the model comes with the program.
func (m Model) Builtin() bool { return m.Path == "" }

// Settings is what the settings of the window ask of the program. All methods
// but ModelInUse, OpeningNote and Licences may take long: views call them off
// the main goroutine.
type Settings interface {
	// Models lists the built-in model first, then those that were added.
	Models(ctx context.Context) ([]Model, error)
	// AddModel checks an .onnx file and remembers where it lies. The error
	// says why a file is refused.
	AddModel(ctx context.Context, path string) (Model, error)
	// ForgetModel takes a model off the list; its file stays, and so do the
	// vectors that projects hold of it.
	ForgetModel(ctx context.Context, id string) error
	// MeasureModel runs a model for a second or two on all cores and returns
	// images/s.
	MeasureModel(ctx context.Context, id string) (float64, error)
	// PrepareModel loads a model, so that OpenWithModel can fail no more for
	// its sake.
	PrepareModel(ctx context.Context, id string) error
	// OpenWithModel opens a project file with a model, which the project
	// remembers, and scans: what the model has not seen is embedded. No
	// project is open when it is called. done is called once, from any
	// goroutine.
	OpenWithModel(file, id string, done func(Project, error))
	// ModelInUse is the id of the open project's model, or "".
	ModelInUse() string
	// DefaultModel is the id of the model that new projects use.
	DefaultModel(ctx context.Context) (string, error)
	// SetDefaultModel chooses it among those of Models.
	SetDefaultModel(ctx context.Context, id string) error
	// OpeningNote is a sentence about the project that was opened last that a
	// person should read, such as that its model is gone; or "".
	OpeningNote() string
	// Cache says where the cache of thumbnails lies and how large it is.
	Cache(ctx context.Context) (path string, bytes int64, err error)
	// CacheLimit is how large it may grow, in bytes. It does not take long.
	CacheLimit() int64
	// SetCacheLimit changes that, and drops what is above.
	SetCacheLimit(ctx context.Context, bytes int64) error
	// EmptyCache throws all thumbnails away; they are made again when needed.
	EmptyCache(ctx context.Context) error
	// Licences is the program's licence and the notices of what is inside.
	Licences() string
}
