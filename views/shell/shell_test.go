package shell

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"kindred/project"
	"kindred/project/job"
	"kindred/views"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/viewstest"
)

// program is a views.App that writes down what it is asked.
type program struct {
	mu      sync.Mutex
	log     []string
	project *viewstest.Project
	err     error
}

func (p *program) note(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.log = append(p.log, fmt.Sprintf(format, args...))
}

func (p *program) calls() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.log)
}

func (p *program) Recent(context.Context) []views.Recent {
	return []views.Recent{{File: "/p/north.kindred", Name: "Northshore", Images: 3}}
}

func (p *program) OpenFolders(paths []string, done func(views.Project, error)) {
	p.note("folders %s", strings.Join(paths, " "))
	go p.answer(done)
}

func (p *program) OpenProject(file string, done func(views.Project, error)) {
	p.note("project %s", file)
	go p.answer(done)
}

func (p *program) answer(done func(views.Project, error)) {
	if p.err != nil {
		done(nil, p.err)
		return
	}
	done(p.project, nil)
}

func (p *program) CloseProject(done func())        { p.note("close"); go done() }
func (p *program) Forget(string)                   {}
func (p *program) Sample(done func(string, error)) { done("/data/Sample dataset", nil) }
func (p *program) Version() string                 { return "0.1" }
func (p *program) Machine() string                 { return "8 cores" }
func (p *program) Reveal(string) error             { return nil }

// room is a Room that writes down what it is asked.
type room struct {
	host      Host
	id, group string
	log       []string
	focus     *pad
	request   Request
	events    []views.Event
	inspector fyne.CanvasObject
}

// pad is an object that takes the keyboard and hands every key on.
type pad struct {
	widget.BaseWidget
	host Host
}

func (p *pad) FocusGained()              {}
func (p *pad) FocusLost()                {}
func (p *pad) TypedRune(r rune)          { p.host.TypedRune(r) }
func (p *pad) TypedKey(e *fyne.KeyEvent) { p.host.TypedKey(e) }
func (p *pad) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(widget.NewLabel("view"))
}
func (r *room) ID() string                   { return r.id }
func (r *room) Title() string                { return strings.ToUpper(r.id[:1]) + r.id[1:] }
func (r *room) Icon() string                 { return r.id }
func (r *room) Group() string                { return r.group }
func (r *room) Count() string                { return "7" }
func (r *room) Content() fyne.CanvasObject   { return r.focus }
func (r *room) Inspector() fyne.CanvasObject { return r.inspector }
func (r *room) Focus() fyne.Focusable        { return r.focus }
func (r *room) Keys() []kit.KeyHint          { return []kit.KeyHint{{Key: "Enter", Text: "open"}} }
func (r *room) Shown()                       { r.log = append(r.log, "shown") }
func (r *room) Hidden()                      { r.log = append(r.log, "hidden") }
func (r *room) Refresh(e views.Event)        { r.events = append(r.events, e) }
func (r *room) Can(string) bool              { return true }
func (r *room) Do(command string)            { r.log = append(r.log, command) }
func (r *room) Open(q Request)               { r.request = q }

type desk struct {
	*Shell
	t      *testing.T
	queue  *viewstest.Queue
	app    *program
	window fyne.Window
	rooms  map[string]*room
	quit   bool
}

func newDesk(t *testing.T, width float32) *desk {
	t.Helper()
	a := test.NewTempApp(t)
	d := &desk{t: t, queue: &viewstest.Queue{}, app: &program{project: viewstest.New(20)}, rooms: map[string]*room{}}
	d.window = test.NewTempWindow(t, widget.NewLabel(""))
	maker := func(id, title, group string, inspector bool) Maker {
		keys := []KeyGroup{{Title: title, Keys: []Key{Hint("S", "the room's own", "s")}}}
		return Maker{ID: id, Title: title, Keys: keys, Make: func(h Host) Room {
			r := &room{host: h, id: id, group: group, focus: &pad{host: h}}
			r.focus.ExtendBaseWidget(r.focus)
			if inspector {
				r.inspector = widget.NewLabel("inspector")
			}
			d.rooms[id] = r
			return r
		}}
	}
	d.Shell = New(Params{
		Context: t.Context(), App: d.app, Window: d.window, Dispatch: d.queue.Dispatch, Theme: look.New(look.Fonts{}),
		Preferences: a.Preferences(), Quit: func() { d.quit = true }, Interval: -1,
		Rooms: []Maker{maker("images", "Images", "", true), maker("clusters", "Clusters", "", true), maker("duplicates", "Duplicates", "Review", false)},
	})
	d.window.Resize(fyne.NewSize(width, 900))
	d.queue.Drain()
	return d
}

// open opens a folder and waits until its numbers are known.
func (d *desk) open() {
	d.t.Helper()
	d.Open([]string{"/photos"})
	d.until("the project is open", func() bool { return d.session != nil && d.session.counted })
}

func (d *desk) until(what string, done func() bool) {
	d.t.Helper()
	if !d.queue.Until(done) {
		d.t.Fatalf("waited in vain until %s; the program was asked %v", what, d.app.calls())
	}
}

func (d *desk) shortcut(key fyne.KeyName) {
	want := (&desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault}).ShortcutName()
	for _, menu := range d.window.MainMenu().Items {
		for _, item := range menu.Items {
			if item.Shortcut != nil && item.Shortcut.ShortcutName() == want {
				item.Action()
			}
		}
	}
}

func TestAPathIsOpenedAndShown(t *testing.T) {
	d := newDesk(t, 1440)
	d.open()
	if !slices.Equal(d.app.calls(), []string{"folders /photos"}) {
		t.Errorf("asked %v", d.app.calls())
	}
	if d.Room().ID() != "images" || d.window.Title() != "Northshore · Kindred" {
		t.Errorf("room %v, title %q", d.Room().ID(), d.window.Title())
	}
	if d.window.Canvas().Focused() != d.rooms["images"].focus {
		t.Error("the room does not get the keyboard")
	}
	if got := d.session.frame.rail.images.Text(); got != "20 files" {
		t.Errorf("the rail says %q", got)
	}
	if row := d.session.frame.rail.roots[1]; row == nil || row.Count() != "20" {
		t.Error("the folder is not in the rail")
	}
}

func TestADropOpens(t *testing.T) {
	d := newDesk(t, 1440)
	d.Dropped(fyne.NewPos(0, 0), []fyne.URI{storage.NewFileURI("/a"), storage.NewFileURI("/b")})
	if d.Welcome().BusyText() != "Opening 2 folders" {
		t.Errorf("says %q", d.Welcome().BusyText())
	}
	d.until("open", func() bool { return d.session != nil })

	// In an open project it asks first.
	d.Dropped(fyne.NewPos(0, 0), []fyne.URI{storage.NewFileURI("/c")})
	if d.dialog == nil || !d.dialog.Open() {
		t.Fatal("it must ask what to do with the folder")
	}
	d.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	d.Dropped(fyne.NewPos(0, 0), []fyne.URI{storage.NewFileURI("/p/other.kindred")})
	d.until("the other project is open", func() bool {
		return slices.Equal(d.app.calls(), []string{"folders /a /b", "close", "project /p/other.kindred"}) && d.session != nil
	})
}

// The sample opens like a folder, and says once what to look at.
func TestTheSampleOpensAndSaysWhatToLookAt(t *testing.T) {
	d := newDesk(t, 1440)
	d.Run("sample")
	d.until("the sample is open", func() bool { return d.session != nil })
	if got := d.app.calls(); !slices.Equal(got, []string{"folders /data/Sample dataset"}) {
		t.Errorf("called %v", got)
	}
	if d.hint == "" {
		t.Fatal("there is no hint")
	}
	if !strings.Contains(d.hint, "Duplicates (Ctrl 3)") || !slices.Equal(d.reviewRooms(), []string{"Duplicates"}) {
		t.Errorf("hint %q, rooms for review %v", d.hint, d.reviewRooms())
	}
	d.session.tell(views.FindingsChanged)
	d.until("the hint was shown", func() bool { return d.hint == "" })
	if d.notices != 1 {
		t.Errorf("%d notices", d.notices)
	}
}

func TestAnErrorOfOpeningIsShown(t *testing.T) {
	d := newDesk(t, 1440)
	d.app.err = fmt.Errorf("open folder: %w", fs.ErrPermission)
	d.Open([]string{"/secret"})
	d.until("the error is shown", func() bool { return d.Welcome().ErrorText() != "" })
	if got := d.Welcome().ErrorText(); got != "This folder cannot be read: permission denied." {
		t.Error(got)
	}
	if d.session != nil {
		t.Error("there is a session")
	}
}

func TestShortcutsSwitchRooms(t *testing.T) {
	d := newDesk(t, 1440)
	d.shortcut(fyne.Key2) // no project: nothing happens
	d.open()
	d.shortcut(fyne.Key3)
	if d.Room().ID() != "duplicates" || !d.session.frame.rail.rows["duplicates"].Selected() {
		t.Fatalf("room %q", d.Room().ID())
	}
	if got := d.rooms["images"].log; !slices.Equal(got, []string{"shown", "hidden"}) {
		t.Errorf("the first room was told %v", got)
	}
	if d.Run("inspector") {
		t.Error("this room has no inspector")
	}
	d.shortcut(fyne.Key1)
	if d.Room().ID() != "images" {
		t.Errorf("room %q", d.Room().ID())
	}
}

func TestBareKeysReachTheCommands(t *testing.T) {
	d := newDesk(t, 1440)
	d.open()
	f := d.window.Canvas().Focused()
	before := d.session.Inspect()
	f.TypedRune('i')
	if d.session.Inspect() == before {
		t.Error("I does not toggle the inspector")
	}
	f.TypedRune('/')
	f.TypedRune('c')
	f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if got := d.rooms["images"].log; !slices.Equal(got, []string{"shown", "search", "cover", "select-none"}) {
		t.Errorf("the room was told %v", got)
	}
	f.TypedRune('?')
	if d.dialog == nil || !d.dialog.Open() || d.dialog.Title() != "Keyboard" {
		t.Fatal("? does not show the keys")
	}
	if d.Run("room-clusters") {
		t.Error("a command is done behind a dialog")
	}
	// With nothing focused the keys go to the room.
	d.dialog.Close()
	d.window.Canvas().Unfocus()
	d.typedRune('c')
	if d.window.Canvas().Focused() != d.rooms["images"].focus {
		t.Error("a key does not give the room the keyboard")
	}
}

// Ctrl O chooses a folder; in its field Ctrl A is the field's, and Esc closes.
func TestTheChooserTakesThePlaceOfMenuKeys(t *testing.T) {
	d := newDesk(t, 1440)
	d.shortcut(fyne.KeyO)
	if d.chooser == nil || !d.chooser.Open() {
		t.Fatal("Ctrl O opens nothing")
	}
	f := d.window.Canvas().Focused()
	d.Run("select-all")
	if got, ok := f.(interface{ SelectedText() string }); !ok || got.SelectedText() == "" {
		t.Errorf("Ctrl A selects nothing in %T", f)
	}
	f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if d.chooser.Open() {
		t.Error("Esc does not close the chooser")
	}
}

func TestSelectAllInAFieldSelectsItsText(t *testing.T) {
	d := newDesk(t, 1440)
	d.open()
	e := kit.NewEntry("")
	d.window.SetContent(e)
	e.SetText("dog")
	e.Focus()
	d.Run("select-all")
	if got := e.Focusable().(interface{ SelectedText() string }).SelectedText(); got != "dog" {
		t.Errorf("selected %q", got)
	}
	if slices.Contains(d.rooms["images"].log, "select-all") {
		t.Error("the room selected all, too")
	}
}

func TestEveryCommandIsInTheMenuAndEveryKeyInTheTable(t *testing.T) {
	d := newDesk(t, 1440)
	inMenu := map[string]bool{}
	var walk func(m *fyne.Menu)
	walk = func(m *fyne.Menu) {
		for _, i := range m.Items {
			inMenu[i.Label] = true
			if i.ChildMenu != nil {
				walk(i.ChildMenu)
			}
		}
	}
	for _, m := range d.window.MainMenu().Items {
		walk(m)
	}
	table := map[string]string{}
	lines := map[string]bool{}
	for _, g := range d.KeyGroups() {
		for _, k := range g.Keys {
			if line := g.Title + k.Key; lines[line] {
				t.Errorf("%s lists %s twice", g.Title, k.Key)
			} else {
				lines[line] = true
			}
			table[k.Text] = k.Key
		}
	}
	if table["the room's own"] != "S" {
		t.Error("the keys of a room are not in the table")
	}
	seen := map[string]string{}
	for _, c := range d.Commands() {
		if !inMenu[c.Label] {
			t.Errorf("%q is not in the menu", c.Label)
		}
		if c.Key == "" {
			if c.Shortcut != nil || c.Rune != 0 || c.Name != "" {
				t.Errorf("%q has a key that is not named", c.Label)
			}
			continue
		}
		if c.Shortcut == nil && c.Rune == 0 && c.Name == "" {
			t.Errorf("%q names a key that does nothing", c.Label)
		}
		if seen[c.Key] != "" {
			t.Errorf("%s is the key of %q and of %q", c.Key, seen[c.Key], c.Label)
		}
		seen[c.Key] = c.Label
		text := c.hint()
		if !strings.HasPrefix(table[text], c.Key) {
			t.Errorf("the table shows %q for %q, not %q", table[text], text, c.Key)
		}
	}
	for _, want := range []string{"Ctrl O", "Ctrl Q", "Ctrl 1", "Ctrl 2", "Ctrl 3", "I", "C", "Ctrl +", "Ctrl −", "Ctrl A", "Esc", "F5", "?"} {
		if seen[want] == "" {
			t.Errorf("no command has the key %s", want)
		}
	}
}

func TestNarrowWindowsGiveRoomToTheView(t *testing.T) {
	d := newDesk(t, 1440)
	d.open()
	f := d.session.frame
	if f.narrow || !d.session.Inspect() || f.inner.Size().Width != 1440-look.RailWidth {
		t.Fatalf("wide: narrow %v, inspector %v, %v", f.narrow, d.session.Inspect(), f.inner.Size())
	}
	room := func() float32 { return d.rooms["images"].focus.Size().Width }
	if room() != 1440-look.RailWidth-look.InspectorWidth {
		t.Errorf("the room is %v wide", room())
	}
	d.window.Resize(fyne.NewSize(1100, 700))
	d.queue.Drain()
	if d.session.Inspect() || f.narrow || room() != 1100-look.RailWidth {
		t.Errorf("1100: inspector %v, narrow %v, room %v", d.session.Inspect(), f.narrow, room())
	}
	d.Run("inspector") // a drawer lies over the room
	if !d.session.Inspect() || room() != 1100-look.RailWidth {
		t.Errorf("drawer: inspector %v, room %v", d.session.Inspect(), room())
	}
	d.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if d.session.Inspect() || slices.Contains(d.rooms["images"].log, "select-none") {
		t.Errorf("Esc closes the drawer and nothing else; the room was told %v", d.rooms["images"].log)
	}
	d.Run("inspector")
	d.window.Resize(fyne.NewSize(900, 600))
	d.queue.Drain()
	if !f.narrow || f.rail.content.Size().Width != look.RailNarrow {
		t.Errorf("900: narrow %v, rail %v", f.narrow, f.rail.content.Size())
	}
	d.Run("rail")
	if f.narrow {
		t.Error("the rail does not unfold")
	}
	d.window.Resize(fyne.NewSize(1440, 900))
	d.queue.Drain()
	if f.narrow || !d.session.Inspect() {
		t.Error("back in a wide window all is shown again")
	}
	if m := d.Content().MinSize(); m.Width > 900 || m.Height > 600 {
		t.Errorf("the window needs %v", m)
	}
}

func TestEventsAreJoinedAndReachEveryRoom(t *testing.T) {
	d := newDesk(t, 1440)
	d.open()
	d.queue.Settle(nil)
	for _, r := range d.rooms {
		r.events = nil
	}
	for range 50 {
		d.app.project.Tell(project.FilesChanged)
	}
	d.app.project.Tell(project.FindingsChanged)
	d.queue.Settle(nil)
	for id, r := range d.rooms {
		if !slices.Equal(r.events, []views.Event{project.FilesChanged, project.FindingsChanged}) {
			t.Errorf("%s was told %v", id, r.events)
		}
	}
}

func TestStatusBar(t *testing.T) {
	d := newDesk(t, 1440)
	if d.Jobs().Text() != "8 cores" {
		t.Errorf("welcome says %q", d.Jobs().Text())
	}
	d.open()
	d.app.project.SetJobs(job.Status{ID: 1, Name: "Embedding", State: job.Running, Done: 12430, Total: 50000, Rate: 212, Elapsed: time.Minute, Left: 177 * time.Second})
	d.app.project.Tell(project.JobsChanged)
	d.queue.Settle(nil)
	if got := d.Jobs().Text(); got != "Embedding 12,430 / 50,000 · 212 img/s · 2 min 57 s left" {
		t.Error(got)
	}
	if got := d.hints.Hints(); len(got) != 2 || got[1].Key != "?" {
		t.Errorf("keys %v", got)
	}
	// The list of jobs asks nothing: keys of the menu act as if it were not there.
	d.Jobs().OpenList()
	if d.window.Canvas().Overlays().Top() == nil {
		t.Fatal("the list of jobs does not open")
	}
	d.shortcut(fyne.Key2)
	if d.Room().ID() != "clusters" || d.window.Canvas().Overlays().Top() != nil {
		t.Errorf("with the list open Ctrl 2 shows %q", d.Room().ID())
	}
	d.Jobs().OpenList()
	d.window.Canvas().Focused().TypedRune('?')
	if d.dialog == nil || !d.dialog.Open() {
		t.Error("with the list open ? shows no keys")
	} else {
		d.dialog.Close()
	}
	d.shortcut(fyne.Key1)
	d.Run("cancel")
	if got := d.Jobs().Text(); !strings.HasPrefix(got, "Scan stopped at 12,430 of 50,000.") {
		t.Errorf("after cancelling: %q", got)
	}
	d.showFailures()
	if d.rooms["images"].request.Filter != "failed" {
		t.Error("Show does not filter the failed files")
	}
	d.session.Notice("Copied the path.")
	if d.Jobs().Text() != "Copied the path." {
		t.Error(d.Jobs().Text())
	}
}

func TestAFolderOfTheRailFilters(t *testing.T) {
	d := newDesk(t, 1440)
	d.open()
	test.Tap(d.session.frame.rail.roots[1])
	if d.rooms["images"].request.Root != 1 || !d.session.frame.rail.roots[1].Selected() {
		t.Error("the folder is not shown")
	}
	test.Tap(d.session.frame.rail.rows["images"])
	if d.rooms["images"].request.Root != 0 || d.session.frame.rail.roots[1].Selected() {
		t.Error("Images must show all folders again")
	}
}

// Closing waits for the goroutines of rooms, closes the project, then quits.
func TestCloseWaitsForTheWork(t *testing.T) {
	d := newDesk(t, 1440)
	d.open()
	release := make(chan struct{})
	ended := false
	host := d.rooms["images"].host
	host.Go(func(ctx context.Context) {
		<-ctx.Done()
		<-release
		host.Dispatch(func() { t.Error("dispatched after closing") })
		ended = true
	})
	d.Close()
	d.Close() // twice does no harm
	d.queue.Settle(nil)
	if d.quit || slices.Contains(d.app.calls(), "close") {
		t.Fatal("closed while a goroutine of a room still runs")
	}
	if d.session != nil {
		t.Error("the room is still shown")
	}
	close(release)
	d.until("quit", func() bool { return d.quit })
	if !ended || !slices.Contains(d.app.calls(), "close") {
		t.Errorf("ended %v, asked %v", ended, d.app.calls())
	}
}

func TestThemeIsKept(t *testing.T) {
	d := newDesk(t, 1440)
	d.Run("theme-light")
	if d.mode != look.Light || d.p.Preferences.Int("theme") != int(look.Light) {
		t.Error("the theme is not kept")
	}
	for _, c := range d.Commands() {
		if c.Checked != nil && strings.HasPrefix(c.ID, "theme-") && c.Checked() != (c.ID == "theme-light") {
			t.Errorf("%s has the wrong tick", c.ID)
		}
	}
}
