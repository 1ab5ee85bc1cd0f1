// Package scan brings a project up to date with its folders: it walks them,
// compares with what the store knows, and reads, decodes and encodes what is
// new.
//
//	walk ─▶ compare (find.go) ─▶ moves (moves.go) ─▶ store: Move Lose Change Add
//	                                                   │ files to read, in order
//	   ┌──────────────── bounded channel ◀─────────────┘
//	   ▼ one goroutine per core (worker.go)
//	read · hash ─▶ decode ─▶ quality · thumbnail ─▶ tensor ─▶ encode in batches
//	   │ bounded channel
//	   ▼ one goroutine (writer.go)
//	store: Finish, in batches
//
// What is to be read stands in the store as Pending from the moment it is
// found, so a run that ends early, however it ends, is taken up by the next.
package scan

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"kindred/embed"
	"kindred/project"
	"kindred/project/job"
)

// ThumbSink keeps thumbnails; project/thumb's cache is one.
type ThumbSink interface {
	// Put keeps the thumbnail of the picture with this hash.
	Put(ctx context.Context, hash project.Hash, jpeg []byte) error
}

// Params says what a run works on. The zero value of an optional field is a
// good one.
type Params struct {
	Store   Store
	Encoder embed.Encoder

	// optional

	Thumbs  ThumbSink                // where thumbnails go; without it none are made
	Workers int                      // goroutines that decode and encode; 0: one per core
	Roots   []project.RootID         // the roots to scan; empty: all
	Levels  map[project.RootID]Level // where the labels stand; absent: LevelAuto
	Relabel bool                     // give known files their labels again
	Verify  bool                     // read every file, also those that look unchanged
	OnBatch func([]project.FileID)   // after each transaction, with the files it was about; one call at a time
	Decode  Decode                   // how bytes become pixels; nil: package thumb
	Cost    Cost                     // with Decode: how much memory it takes; nil: package thumb
	Measure Measure                  // nil: package quality
}

// Decode decodes a picture file. The short side may come out reduced, but not
// below minShort; 0 asks for the full size. Errors match the reasons in
// project/errors.go. Quality is left to Measure. data is reused after the call.
// It may wait for its turn, until ctx ends.
type Decode func(ctx context.Context, data []byte, minShort int) (embed.Pixels, Content, error)

// Cost says about how many bytes Decode takes at its highest.
type Cost func(data []byte, minShort int) int64

// Measure takes the quality measures of a picture, whose memory is used again.
type Measure func(embed.Pixels) project.Quality

// Failure is a file, or a folder, that could not be used.
type Failure struct {
	ID     project.FileID // 0 for a folder
	Root   project.RootID
	Path   string // relative to the root
	Reason string
}

// Report says what a run found. A file that ends under Failed is in no other
// number, so Images = New + Changed + Unchanged + Moved are pictures.
type Report struct {
	Images, New, Changed, Unchanged, Moved int

	Missing      int            // known files that are not there now, from before too
	Failed       []Failure      // by root, then path
	Skipped      map[string]int // things left out, by reason
	Disconnected []project.RootID
	Offered      []project.RootID // their first folders are mostly numbers or dates: no labels were taken from them
	ThumbError   error            // the first thumbnail that could not be kept; that does not end a run

	// Seconds holds the time of the stages. walk, match (hashing for moves),
	// encoding (everything after) and total are wall time; read, decode,
	// resize, quality, thumbnail, encode and store are summed over the
	// goroutines that did it.
	Seconds map[string]float64
}

// class says by which number of the report a file is counted.
type class int

const (
	isNew class = iota
	isChanged
	isUnchanged
	isMoved
	classes
)

// task is a file that has to be read.
type task struct {
	id      project.FileID
	root    int // index into run.roots
	path    string
	size    int64
	class   class
	hash    project.Hash // what the store has of it, zero if nothing
	settled bool         // nothing needs to be stored if the content still is hash
}

// rootState is a root of this run.
type rootState struct {
	project.Root
	level Level
	split string      // of files without one: the root's own name is a split's
	lost  atomic.Bool // it was there when the run began and is not any more
}

// run is the state of one Run.
type run struct {
	Params
	model    embed.ModelID
	roots    []*rootState
	progress *job.Progress
	times    clocks

	// Written by one goroutine at a time: first the walk, then the writer.
	report Report
	counts [classes]int
}

// Run brings the store up to date. One bad file never ends it: it is recorded
// as failed with a reason. It ends early, with what is done stored, when ctx
// ends or when the store or the model fail as a whole; the report then covers
// what was done. p may be nil.
func Run(ctx context.Context, params Params, p *job.Progress) (Report, error) {
	if params.Store == nil || params.Encoder == nil {
		return Report{}, errors.New("scan: no store or no encoder given")
	}
	r := &run{Params: params, model: params.Encoder.Spec().ID, progress: p}
	r.report.Skipped = map[string]int{}
	r.report.Failed = []Failure{}
	if r.Workers <= 0 {
		r.Workers = runtime.GOMAXPROCS(0)
	}
	if r.OnBatch == nil {
		r.OnBatch = func([]project.FileID) {}
	}
	if r.Cost == nil {
		r.Cost = costThumb
	}
	began := time.Now()
	err := r.do(ctx)
	r.times.add(stageTotal, began)
	return r.finished(), err
}

func (r *run) do(ctx context.Context) error {
	if err := r.openRoots(ctx); err != nil {
		return err
	}
	tasks, err := r.find(ctx)
	if err != nil {
		return err
	}
	return r.process(ctx, tasks)
}

// openRoots asks the store for the roots and looks which are there.
func (r *run) openRoots(ctx context.Context) error {
	all, err := r.Store.Roots(ctx)
	if err != nil {
		return fmt.Errorf("scan: %w", err)
	}
	slices.SortFunc(all, func(a, b project.Root) int { return cmp.Compare(a.ID, b.ID) })
	for _, root := range all {
		switch {
		case len(r.Roots) > 0 && !slices.Contains(r.Roots, root.ID):
		case !connected(root.Path):
			r.report.Disconnected = append(r.report.Disconnected, root.ID)
		default:
			state := &rootState{Root: root, level: r.Levels[root.ID]}
			r.roots = append(r.roots, state)
			if r.chooseLevel(state) {
				r.report.Offered = append(r.report.Offered, root.ID)
			}
		}
	}
	return nil
}

// finished completes the report.
func (r *run) finished() Report {
	r.report.New, r.report.Changed = r.counts[isNew], r.counts[isChanged]
	r.report.Unchanged, r.report.Moved = r.counts[isUnchanged], r.counts[isMoved]
	for _, n := range r.counts {
		r.report.Images += n
	}
	for _, root := range r.roots {
		if root.lost.Load() {
			r.report.Disconnected = append(r.report.Disconnected, root.ID)
		}
	}
	slices.Sort(r.report.Disconnected)
	slices.SortFunc(r.report.Failed, func(a, b Failure) int {
		return cmp.Or(cmp.Compare(a.Root, b.Root), cmp.Compare(a.Path, b.Path))
	})
	r.report.Seconds = r.times.seconds()
	return r.report
}
