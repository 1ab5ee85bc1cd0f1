// Package views holds what the screens of Kindred share: the project as they
// see it, the application as they ask it, and the rule about goroutines.
//
//	main goroutine: widgets, selection, current filter, Dispatch queue    <- only place that changes view state
//	job goroutine:  scan -> decode -> encode -> store                     <- ctx of the open project; atomic counters
//	ticker (10 Hz): counters -> event -> Dispatch(update status bar)
//	loader pool:    thumbnail requests, newest first, cancelled when the cell is recycled
//
// Views import Fyne, project and project/job. They know no SQL, no ONNX, no
// package embed, and decide nothing about data.
package views

import (
	"context"
	"image"

	"kindred/project"
	"kindred/project/job"
)

// Dispatch runs a function on the main goroutine, later. The program passes
// fyne.Do; tests pass a queue that the test drains.
type Dispatch func(func())

// Event says what of a project changed.
type Event = project.Event

const (
	FilesChanged    = project.FilesChanged
	FindingsChanged = project.FindingsChanged
	JobsChanged     = project.JobsChanged
	RootsChanged    = project.RootsChanged
)

// Project is an open project as the views see it. Every method but Jobs, Name
// and the job controls may take long: views call them off the main goroutine.
type Project interface {
	Name() string
	File() string
	Model() string // name of the current model, for people
	Roots(ctx context.Context) ([]project.Root, error)
	Counts(ctx context.Context) (project.Counts, error)
	// List returns the ids that answer a query, in order. A filter that
	// cannot be read is a *query.Error.
	List(ctx context.Context, q project.Query) ([]project.FileID, error)
	// Images returns a page of rows in the order of ids.
	Images(ctx context.Context, ids []project.FileID) ([]project.Image, error)
	// Thumbnail returns a tightly packed picture that fits w x h pixels, or
	// covers it when cover is set (then exactly w x h).
	Thumbnail(ctx context.Context, id project.FileID, w, h int, cover bool) (*image.RGBA, error)
	// Preview decodes the original to fit w x h pixels.
	Preview(ctx context.Context, id project.FileID, w, h int) (*image.RGBA, error)
	// Path is where the file lies on disk.
	Path(ctx context.Context, id project.FileID) (string, error)
	// Similar returns the k nearest images by cosine, nearest first.
	Similar(ctx context.Context, id project.FileID, k int) ([]project.Neighbour, error)
	// Clusters cuts the hierarchy at a level from 0 (coarse) to 1 (fine);
	// a negative level takes the level that the data suggests. It returns
	// the level used.
	Clusters(ctx context.Context, level float64) ([]project.Cluster, float64, error)
	// Duplicates returns the groups whose pairs reach minScore (a negative
	// one takes the default), surest first, with the pairs inside them.
	Duplicates(ctx context.Context, minScore float32) ([]project.Group, []project.Pair, error)
	// Outliers ranks every embedded image by how surely it belongs to no
	// group, or, with within, not to the others of its label; the oddest first.
	Outliers(ctx context.Context, within bool) ([]project.Finding, error)
	// Mislabels ranks every labelled image by how surely its label is wrong, and
	// estimates how many labels are.
	Mislabels(ctx context.Context) ([]project.Mislabel, project.Estimate, error)
	// Quality returns what the checks say of every picture that could be
	// decoded, by shown path.
	Quality(ctx context.Context) ([]project.QualityFinding, error)
	// Leaks returns the duplicates that stand in different splits (a negative
	// minScore takes the default), surest first, their number for each two
	// splits ("train/val"), and the fewest steps that close them all.
	Leaks(ctx context.Context, minScore float32) ([]project.Leak, map[string]int, []project.Step, error)
	AddFolders(paths []string) error
	// Scan brings the project up to date in the background, findings too.
	Scan()
	Jobs() []job.Status
	Pause(job.ID)
	Resume(job.ID)
	Cancel(job.ID)
	// Subscribe calls f from any goroutine after a change, until the
	// returned function is called. f must not block.
	Subscribe(f func(Event)) (cancel func())
}

// Recent is a project that was open before.
type Recent struct {
	File   string
	Name   string
	Images int
	Roots  int
	Note   string // "61 % embedded, resumes on open", "drive “Archive” is not connected"
	Warn   bool   // Note wants attention
	Opened string // "today, 14:12", "yesterday", "12 Nov"
	Covers []*image.RGBA
}

// App is the program around the project.
type App interface {
	Recent(ctx context.Context) []Recent
	// OpenFolders opens the project of these folders (files are taken for
	// their folder), making it if need be, and starts its scan. done is
	// called once, from any goroutine.
	OpenFolders(paths []string, done func(Project, error))
	// OpenProject opens a .kindred file.
	OpenProject(file string, done func(Project, error))
	CloseProject(done func())
	Forget(file string) // takes it off the recent list
	// Sample makes the folder of the sample dataset, if it is not there yet,
	// and names it. done is called once, from any goroutine.
	Sample(done func(folder string, err error))
	Version() string
	Machine() string          // "8 cores · model EfficientNet-Lite0, 5 MB, built in"
	Reveal(path string) error // shows the file in the system's file manager
}
