package shell

import (
	"context"
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"kindred/project"
	"kindred/views"
	"kindred/views/kit"
)

// session is an open project in the shell: its rooms, its counts, and what
// the rooms are offered. It lives from opening to closing and implements Host.
// All methods but Go, Dispatch, Context and tell belong to the main goroutine.
type session struct {
	shell   *Shell
	project views.Project
	ctx     context.Context
	cancel  context.CancelFunc
	wg      sync.WaitGroup
	stop    func() // ends the subscription

	rooms   []Room
	current Room
	frame   *frame
	closed  bool

	counts   project.Counts
	counted  bool
	roots    []project.Root
	root     project.RootID // the folder that is shown, 0 for all
	counting bool
	again    bool
	wanted   lookedFor
	broken   bool // the project file is damaged, and that was told

	mu      sync.Mutex // protects what follows
	pending map[views.Event]bool
	timer   bool
	last    time.Time
	over    bool
}

func newSession(s *Shell, p views.Project) *session {
	se := &session{shell: s, project: p, pending: map[views.Event]bool{}}
	se.ctx, se.cancel = context.WithCancel(s.ctx)
	return se
}

// start makes the rooms and shows the first.
func (se *session) start() {
	s := se.shell
	for _, m := range s.p.Rooms {
		se.rooms = append(se.rooms, m.Make(se))
	}
	se.frame = newFrame(se)
	s.body.Objects = []fyne.CanvasObject{se.frame.content}
	s.p.Window.SetTitle(se.project.Name() + " · Kindred")
	se.frame.adapt(s.size.Width)
	s.body.Refresh()
	s.jobs.SetControls(se.project)
	se.stop = se.project.Subscribe(se.tell)
	se.showJobs()
	se.count()
	// The frame is one callback, the room another: together they would hold
	// the main goroutine for longer than a frame.
	se.Dispatch(func() {
		if se.current == nil && len(se.rooms) > 0 {
			se.show(se.firstRoom())
		}
	})
}

// end takes the session off the screen and cancels its work.
func (se *session) end() {
	se.closed = true
	se.mu.Lock()
	se.over = true
	se.mu.Unlock()
	if se.stop != nil {
		se.stop()
	}
	if se.current != nil {
		se.current.Hidden()
	}
	se.cancel()
}

// tell is called from any goroutine after a change. It collects events and
// has them shown at most once an interval.
func (se *session) tell(e views.Event) {
	se.mu.Lock()
	defer se.mu.Unlock()
	se.pending[e] = true
	if se.timer || se.over {
		return
	}
	se.timer = true
	wait := se.shell.p.Interval - time.Since(se.last)
	if wait <= 0 {
		se.Dispatch(se.flush)
		return
	}
	time.AfterFunc(wait, func() { se.Dispatch(se.flush) })
}

func (se *session) flush() {
	se.mu.Lock()
	events := se.pending
	se.pending = map[views.Event]bool{}
	se.timer = false
	se.last = time.Now()
	se.mu.Unlock()
	for _, e := range []views.Event{views.RootsChanged, views.FilesChanged, views.FindingsChanged, views.JobsChanged} {
		if !events[e] {
			continue
		}
		for _, r := range se.rooms {
			r.Refresh(e)
		}
	}
	if events[views.FilesChanged] || events[views.RootsChanged] {
		se.look()
		se.count()
	}
	if hint := se.shell.hint; events[views.FindingsChanged] && hint != "" {
		se.shell.hint = ""
		se.Notice(hint)
	}
	se.showJobs()
	se.Changed()
}

// count asks for the numbers of the rail; while an answer is awaited another
// call only notes that it must be asked again.
func (se *session) count() {
	if se.counting {
		se.again = true
		return
	}
	se.counting = true
	se.Go(func(ctx context.Context) {
		counts, err := se.project.Counts(ctx)
		roots, err2 := se.project.Roots(ctx)
		se.Dispatch(func() {
			se.counting = false
			if err == nil {
				se.counts, se.counted = counts, true
			}
			se.lookForDamage(err)
			if err2 == nil {
				se.roots = roots
			}
			se.showJobs()
			se.Changed()
			if se.again {
				se.again = false
				se.count()
			}
		})
	})
}

func (se *session) showJobs() {
	line := se.shell.jobs
	line.SetIdle("ok", se.idle())
	line.Set(se.project.Jobs(), se.counts.Failed)
}

// idle is what the status bar says while nothing runs.
func (se *session) idle() string {
	c := se.counts
	text := ""
	switch {
	case !se.counted:
		return "…"
	case c.Images == 0:
		text = "No images yet"
	default: // those that cannot be read are told beside it
		text = kit.Plural(c.Images, "file", "files") + " · " + kit.Plural(c.Ready, "image", "images") + " ready"
	}
	if c.Missing > 0 {
		text += " · " + kit.Count(c.Missing) + " not found"
	}
	return text
}

func (se *session) room(id string) Room {
	for _, r := range se.rooms {
		if r.ID() == id {
			return r
		}
	}
	return nil
}

// show makes a room the current one.
func (se *session) show(id string) {
	r := se.room(id)
	if r == nil {
		return
	}
	if r != se.current {
		if se.current != nil {
			se.current.Hidden()
		}
		se.current = r
		se.shell.p.Preferences.SetString(prefRoom, id)
		se.frame.show(r)
		r.Shown()
	}
	se.Changed()
	if f := r.Focus(); f != nil && se.shell.p.Window.Canvas().Overlays().Top() == nil {
		se.shell.p.Window.Canvas().Focus(f)
	}
}

func (se *session) openRoot(id project.RootID) {
	se.root = id
	se.Open("images", Request{Root: id})
}

func (se *session) showFailures() {
	se.Open("images", Request{Filter: "failed", Title: "Could not be read"})
}

func (se *session) scan() {
	se.Go(func(context.Context) { se.project.Scan() })
}

func (se *session) addFolders(paths []string) {
	se.Go(func(context.Context) {
		if err := se.project.AddFolders(paths); err != nil {
			se.Dispatch(func() { se.Notice("The folder was not added: " + folderTrouble(err)) })
		}
	})
}

func (se *session) can(command string) bool {
	c, ok := se.current.(Commander)
	return ok && c.Can(command)
}

func (se *session) do(command string) {
	if c, ok := se.current.(Commander); ok {
		c.Do(command)
	}
}

func (se *session) hasInspector() bool { return se.current != nil && se.current.Inspector() != nil }

// Project implements Host.
func (se *session) Project() views.Project { return se.project }

// Context implements Host.
func (se *session) Context() context.Context { return se.ctx }

// Dispatch implements Host.
func (se *session) Dispatch(f func()) {
	se.shell.p.Dispatch(func() {
		if !se.closed {
			f()
		}
	})
}

// Go implements Host.
func (se *session) Go(f func(ctx context.Context)) {
	se.wg.Go(func() { f(se.ctx) })
}

// Window implements Host.
func (se *session) Window() fyne.Window { return se.shell.p.Window }

// Open implements Host. A request that names no folder shows all folders.
func (se *session) Open(id string, r Request) {
	room := se.room(id)
	if room == nil {
		return
	}
	se.root = r.Root
	if o, ok := room.(Opener); ok {
		o.Open(r)
	}
	se.show(id)
}

// Changed implements Host.
func (se *session) Changed() {
	if se.closed || se.frame == nil {
		return
	}
	se.frame.rail.update()
	if se.current != nil {
		keys := append([]kit.KeyHint{}, se.current.Keys()...)
		se.shell.setHints(append(keys, kit.KeyHint{Key: "?", Text: "all keys"}))
	}
	se.shell.refreshMenu()
}

func same(a, b []kit.KeyHint) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// Notice implements Host.
func (se *session) Notice(text string) { se.shell.notice(text) }

// Inspect implements Host.
func (se *session) Inspect() bool { return se.frame != nil && se.frame.inspects() }

// SetInspector implements Host.
func (se *session) SetInspector(on bool) {
	if se.frame != nil {
		se.frame.setInspector(on)
		se.shell.refreshMenu()
	}
}

// TypedKey implements Host.
func (se *session) TypedKey(e *fyne.KeyEvent) bool { return se.shell.TypedKey(e) }

// TypedRune implements Host.
func (se *session) TypedRune(r rune) bool { return se.shell.TypedRune(r) }

// Reveal implements Host.
func (se *session) Reveal(path string) {
	se.Go(func(context.Context) {
		if err := se.shell.p.App.Reveal(path); err != nil {
			se.Dispatch(func() { se.Notice("The folder cannot be shown: " + err.Error() + ".") })
		}
	})
}

// Preference implements Host.
func (se *session) Preference(key string, fallback float64) float64 {
	return se.shell.p.Preferences.FloatWithFallback("view."+key, fallback)
}

// SetPreference implements Host.
func (se *session) SetPreference(key string, value float64) {
	se.shell.p.Preferences.SetFloat("view."+key, value)
}
