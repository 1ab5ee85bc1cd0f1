// Package workspace is an open project: its file, its pictures, its encoder and
// its findings. The headless commands use it directly; Live wraps it for the
// window with background jobs and events.
package workspace

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"kindred/embed"
	"kindred/project"
	"kindred/project/job"
	"kindred/project/scan"
	"kindred/project/store"
	"kindred/project/thumb"
)

// Params says what to open and with what.
type Params struct {
	File       string // the project file
	Create     bool   // make it when it is absent
	Thumbnails string // file of the thumbnail cache
	Encoder    embed.Encoder
	// Pick, when given, is asked for the encoder in place of Encoder, once it
	// is known which model the project was told to use.
	Pick    func(context.Context, Remembered) (embed.Encoder, error)
	Kernel  func() (embed.Kernel, error) // asked for when findings are computed
	Workers int                          // goroutines of a scan, one a core

	ThumbnailLimit int64 // bytes; 0 takes the default of 1 GiB
}

const defaultThumbnailLimit = 1 << 30

// Workspace is an open project. Its methods are safe for concurrent use.
type Workspace struct {
	file    string
	store   *store.Store
	thumbs  *thumb.Cache
	encoder embed.Encoder
	spec    embed.Spec
	kernel  func() (embed.Kernel, error)
	workers int

	scanning sync.Mutex // one scan at a time

	rawUpTo int           // see vectors.go; tests make it small
	running atomic.Bool   // a scan is going on
	loading chan struct{} // held while facts are looked at or replaced
	facts   *facts
	linked  linkMemo
}

// Open opens a project file, or makes it.
func Open(ctx context.Context, p Params) (*Workspace, error) {
	if p.Encoder == nil && p.Pick == nil || p.Kernel == nil {
		panic("workspace: Open without encoder or kernel")
	}
	if p.Create {
		if err := os.MkdirAll(filepath.Dir(p.File), 0o755); err != nil {
			return nil, fmt.Errorf("make project %q: %w", p.File, err)
		}
	}
	st, err := store.Open(ctx, p.File, store.Options{Create: p.Create})
	if err != nil {
		return nil, err
	}
	encoder, err := p.encoder(ctx, st)
	if err != nil {
		return nil, errors.Join(err, st.Close())
	}
	w := &Workspace{
		file: p.File, store: st, encoder: encoder, spec: encoder.Spec(),
		kernel: p.Kernel, workers: max(p.Workers, 1), loading: make(chan struct{}, 1), rawUpTo: rawUpTo,
	}
	if err := st.SetModel(ctx, w.spec); err != nil {
		return nil, errors.Join(err, st.Close())
	}
	limit := p.ThumbnailLimit
	if limit == 0 {
		limit = defaultThumbnailLimit
	}
	if err := os.MkdirAll(filepath.Dir(p.Thumbnails), 0o700); err != nil {
		return nil, errors.Join(fmt.Errorf("make cache: %w", err), st.Close())
	}
	if w.thumbs, err = thumb.OpenCache(p.Thumbnails, limit); err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return w, nil
}

// Close ends the project; its file is complete afterwards.
func (w *Workspace) Close() error { return errors.Join(w.thumbs.Close(), w.store.Close()) }

// File is the project file's path.
func (w *Workspace) File() string { return w.file }

// Spec is what the encoder says of itself.
func (w *Workspace) Spec() embed.Spec { return w.spec }

// AddFolders makes folders roots of the project, those that are not yet.
func (w *Workspace) AddFolders(ctx context.Context, folders []string) error {
	for _, folder := range folders {
		abs, err := realPath(folder)
		if err != nil {
			return err
		}
		if _, err := w.store.AddRoot(ctx, abs); err != nil {
			return err
		}
	}
	return nil
}

// ScanOptions says how thorough a scan is.
type ScanOptions struct {
	Verify  bool                   // read every file, whatever its size and date
	OnBatch func([]project.FileID) // called from one goroutine after files were stored
}

// Scan brings the project up to date with its folders.
func (w *Workspace) Scan(ctx context.Context, o ScanOptions, p *job.Progress) (scan.Report, error) {
	w.scanning.Lock()
	defer w.scanning.Unlock()
	w.running.Store(true)
	defer w.running.Store(false)
	levels, again, err := w.labelling(ctx)
	if err != nil {
		return scan.Report{}, err
	}
	report, err := scan.Run(ctx, scan.Params{
		Store: w.store, Encoder: w.encoder, Thumbs: w.thumbs,
		Workers: w.workers, Verify: o.Verify, OnBatch: o.OnBatch,
		Levels: levels, Relabel: again,
	}, p)
	if err == nil && again && len(report.Disconnected) == 0 {
		err = w.store.Relabelled(ctx)
	}
	if err == nil {
		err = w.readHeaders(ctx, p)
	}
	return report, err
}

// Roots are the project's folders in the order they were added.
func (w *Workspace) Roots(ctx context.Context) ([]project.Root, error) { return w.store.Roots(ctx) }

// Counts are the numbers of the rail.
func (w *Workspace) Counts(ctx context.Context) (project.Counts, error) {
	return w.store.Counts(ctx, w.spec.ID)
}

// List returns the ids that answer a query, in order.
func (w *Workspace) List(ctx context.Context, q project.Query) ([]project.FileID, error) {
	return w.store.List(ctx, w.spec.ID, q)
}

// Images returns rows in the order of ids.
func (w *Workspace) Images(ctx context.Context, ids []project.FileID) ([]project.Image, error) {
	return w.store.Images(ctx, w.spec.ID, ids)
}

// Path is where a file lies on disk.
func (w *Workspace) Path(ctx context.Context, id project.FileID) (string, error) {
	return w.store.AbsolutePath(ctx, id)
}

// Failures yields the files that could not be used, by path.
func (w *Workspace) Failures(ctx context.Context) iter.Seq2[store.Failure, error] {
	return w.store.Failures(ctx)
}

// Paths returns the raw shown path of every file that is not missing:
// relative to the only root, or ROOTNAME/relative.
func (w *Workspace) Paths(ctx context.Context) (map[project.FileID]string, error) {
	names := map[project.FileID]string{}
	for f, err := range w.store.Paths(ctx) {
		if err != nil {
			return nil, err
		}
		names[f.ID] = f.Path
	}
	return names, nil
}

// Check tests the database.
func (w *Workspace) Check(ctx context.Context) error { return w.store.Check(ctx) }
