package host

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"kindred/app/engine"
	"kindred/app/home"
	"kindred/app/models"
	"kindred/app/sample"
	"kindred/project"
	"kindred/project/job"
	"kindred/project/thumb"
	"kindred/project/workspace"
	"kindred/views"
)

// Params says what a Host stands on.
type Params struct {
	Home    home.Home
	Engine  *engine.Engine
	Version string
	Now     func() time.Time
	Trace   func(event string) // optional: told what happens, for tests
}

// Host opens and closes projects for the window, one at a time.
type Host struct {
	Params
	ctx    context.Context // the program's; ends the work of an open project
	cancel context.CancelFunc

	mu      sync.Mutex // protects current and the recent file
	current *workspace.Live
	note    string // what is to be said of the project opened last

	models *models.Registry
}

var _ views.App = (*Host)(nil)

// New returns a Host. ctx is the program's.
func New(ctx context.Context, p Params) *Host {
	if p.Trace == nil {
		p.Trace = func(string) {}
	}
	h := &Host{Params: p, models: models.New(p.Home.Data, p.Engine)}
	h.ctx, h.cancel = context.WithCancel(ctx)
	return h
}

// Version is the program's version.
func (h *Host) Version() string { return h.Params.Version }

// Machine says in one line what the program works with.
func (h *Host) Machine() string {
	cores := "1 core"
	if n := runtime.NumCPU(); n > 1 {
		cores = fmt.Sprintf("%d cores", n)
	}
	return cores + " · model EfficientNet-Lite0, 5 MB, built in"
}

// OpenFolders opens the project of the first folder, the others as further
// roots, and scans. Files stand for their folders; a .kindred file opens as a
// project.
func (h *Host) OpenFolders(paths []string, done func(views.Project, error)) {
	go func() {
		folders, file, err := sortOut(paths)
		if err != nil {
			done(nil, err)
			return
		}
		if file != "" {
			h.open(file, false, nil, done)
			return
		}
		if file, err = h.Home.Project(folders[0]); err != nil {
			done(nil, fmt.Errorf("open %q: %w", folders[0], err))
			return
		}
		h.open(file, true, folders, done)
	}()
}

// OpenProject opens a project file and scans its folders.
func (h *Host) OpenProject(file string, done func(views.Project, error)) {
	go h.open(file, false, nil, done)
}

func (h *Host) open(file string, create bool, folders []string, done func(views.Project, error)) {
	h.openWith(file, create, folders, nil, done)
}

// openWith opens with a model, or, when that is nil, with the one that the
// project remembers.
func (h *Host) openWith(file string, create bool, folders []string, model *string, done func(views.Project, error)) {
	h.closeCurrent()
	h.Trace("opening")
	live, err := h.start(file, create, folders, model)
	if err != nil {
		done(nil, err)
		return
	}
	h.mu.Lock()
	h.current = live
	h.mu.Unlock()
	h.remember(live)
	h.Trace("project open")
	live.Scan()
	done(live, nil)
}

// screenful is how many thumbnails a window of usual size shows, at least, and
// ThumbnailsShown what is traced when they were handed out.
const (
	screenful       = 20
	ThumbnailsShown = "thumbnails shown"
)

func (h *Host) start(file string, create bool, folders []string, model *string) (*workspace.Live, error) {
	failed := ""
	if _, err := os.Stat(file); create && model == nil && errors.Is(err, os.ErrNotExist) {
		model, failed = h.standard()
	}
	w, err := workspace.Open(h.ctx, workspace.Params{
		File: file, Create: create, Thumbnails: h.Home.Thumbnails(), ThumbnailLimit: h.Home.ThumbnailLimit(),
		Pick: h.picker(model), Kernel: h.Engine.Kernel, Workers: runtime.NumCPU(),
	})
	if err != nil {
		return nil, err
	}
	if failed != "" {
		h.setNote(failed)
	}
	if err := h.keepModel(w, model); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	if err := w.AddFolders(h.ctx, folders); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	live := workspace.NewLive(h.ctx, w)
	live.OnThumbnails(screenful, func() { h.Trace(ThumbnailsShown) })
	live.Subscribe(func(e project.Event) {
		switch e {
		case project.FilesChanged:
			h.Trace("files changed")
		case project.FindingsChanged:
			h.Trace("findings changed")
		case project.JobsChanged:
			if jobs := live.Jobs(); len(jobs) > 0 && !slices.ContainsFunc(jobs, func(s job.Status) bool { return s.State < job.Done }) {
				h.Trace("jobs ended")
			}
		}
	})
	return live, nil
}

// sortOut turns what was dropped or typed into folders, or one project file.
func sortOut(paths []string) (folders []string, file string, err error) {
	seen := map[string]bool{}
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			var pe *os.PathError
			if errors.As(err, &pe) {
				err = pe.Err
			}
			return nil, "", fmt.Errorf("%q cannot be opened: %w", p, err)
		}
		switch {
		case info.IsDir():
		case filepath.Ext(p) == ".kindred":
			return nil, p, nil
		default:
			p = filepath.Dir(p)
		}
		f, err := os.Open(p)
		if err != nil {
			return nil, "", fmt.Errorf("%q cannot be read: %w", p, errors.Unwrap(err))
		}
		f.Close()
		if !seen[p] {
			seen[p] = true
			folders = append(folders, p)
		}
	}
	if len(folders) == 0 {
		return nil, "", errors.New("nothing to open")
	}
	return folders, "", nil
}

// CloseProject closes the open project, waiting for its work to stop, and
// calls done, which may be nil.
func (h *Host) CloseProject(done func()) {
	go func() {
		h.closeCurrent()
		if done != nil {
			done()
		}
	}()
}

func (h *Host) closeCurrent() {
	h.mu.Lock()
	live := h.current
	h.current = nil
	h.mu.Unlock()
	if live == nil {
		return
	}
	h.remember(live)
	if err := live.Close(); err != nil {
		h.Trace("close: " + err.Error())
	}
	h.Trace("project closed")
}

// Close ends everything. The window must be gone or about to go.
func (h *Host) Close() {
	h.closeCurrent()
	h.cancel()
}

func (h *Host) recentFile() string { return filepath.Join(h.Home.Data, "recent.json") }

// remember writes what the welcome screen shows of a project.
func (h *Host) remember(live *workspace.Live) {
	e := entry{File: live.File(), Name: live.Name(), Opened: h.Now()}
	if counts, err := live.Counts(h.ctx); err == nil {
		e.Images, e.Pending = counts.Images, counts.Pending
	}
	if roots, err := live.Roots(h.ctx); err == nil {
		for _, r := range roots {
			e.Roots = append(e.Roots, r.Path)
		}
	}
	e.Covers = covers(h.ctx, live)
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := writeRecent(h.recentFile(), remember(readRecent(h.recentFile()), e)); err != nil {
		h.Trace("remember: " + err.Error())
	}
}

// covers picks five images spread over the project.
func covers(ctx context.Context, live *workspace.Live) []string {
	ids, err := live.List(ctx, project.Query{Sort: project.SortName})
	if err != nil || len(ids) == 0 {
		return nil
	}
	var pick []project.FileID
	const n = 5
	for i := range min(n, len(ids)) {
		pick = append(pick, ids[(2*i+1)*len(ids)/(2*min(n, len(ids)))])
	}
	rows, err := live.Images(ctx, pick)
	if err != nil {
		return nil
	}
	var hashes []string
	for _, r := range rows {
		if r.State == project.Ready {
			hashes = append(hashes, hex.EncodeToString(r.Hash[:]))
		}
	}
	return hashes
}

// sampleFolder is the sample's place below the data folder; its name is what
// people see.
const sampleFolder = "Sample dataset"

// Sample writes the sample dataset into the data folder, if it is not there.
func (h *Host) Sample(done func(string, error)) {
	go func() {
		dir := filepath.Join(h.Home.Data, sampleFolder)
		_, err := sample.Write(dir)
		if errors.Is(err, sample.ErrNotEmpty) {
			err = nil
		}
		done(dir, err)
	}()
}

// Forget takes a project off the list; its file stays.
func (h *Host) Forget(file string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := writeRecent(h.recentFile(), forget(readRecent(h.recentFile()), file)); err != nil {
		h.Trace("forget: " + err.Error())
	}
}

const coverSize = 80 // pixels, of the strip on the welcome screen

// Recent lists the projects of before, newest first. Those whose file is gone
// are left out.
func (h *Host) Recent(ctx context.Context) []views.Recent {
	h.mu.Lock()
	list := readRecent(h.recentFile())
	h.mu.Unlock()
	var cache *thumb.Cache
	if _, err := os.Stat(h.Home.Thumbnails()); err == nil {
		if c, err := thumb.OpenCache(h.Home.Thumbnails(), 0); err == nil {
			cache = c
			defer cache.Close()
		}
	}
	var out []views.Recent
	for _, e := range list {
		if _, err := os.Stat(e.File); err != nil {
			continue
		}
		r := views.Recent{File: e.File, Name: e.Name, Images: e.Images, Roots: len(e.Roots), Opened: opened(e.Opened, h.Now())}
		r.Note, r.Warn = note(e)
		for _, text := range e.Covers {
			if m := cover(ctx, cache, text); m != nil {
				r.Covers = append(r.Covers, m)
			}
		}
		out = append(out, r)
	}
	return out
}

// note is the third line of a project: what wants attention first.
func note(e entry) (text string, warn bool) {
	if pid := holder(e.File); pid != 0 {
		return elsewhere(pid), true
	}
	for _, root := range e.Roots {
		if _, err := os.Stat(root); err != nil {
			return fmt.Sprintf("folder “%s” is not connected", filepath.Base(root)), true
		}
	}
	if e.Pending > 0 {
		return fmt.Sprintf("%d %% embedded, resumes on open", 100*(e.Images-e.Pending)/max(e.Images, 1)), false
	}
	return "", false
}

func cover(ctx context.Context, cache *thumb.Cache, text string) *image.RGBA {
	hash, ok := parseHash(text)
	if cache == nil || !ok {
		return nil
	}
	data, found, err := cache.Get(ctx, hash)
	if err != nil || !found {
		return nil
	}
	m, err := thumb.RGBA(data, coverSize, coverSize, true)
	if err != nil {
		return nil
	}
	return m
}
