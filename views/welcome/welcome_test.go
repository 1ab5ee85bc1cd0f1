package welcome

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"kindred/project"
	"kindred/views"
	"kindred/views/look"
)

// program is a views.App of which the screen only asks the recent projects.
type program struct {
	views.App
	list   []views.Recent
	forgot []string
}

func (p *program) Recent(context.Context) []views.Recent { return p.list }

func (p *program) Forget(file string) {
	p.forgot = append(p.forgot, file)
	p.list = slices.DeleteFunc(p.list, func(r views.Recent) bool { return r.File == file })
}

type screen struct {
	*Welcome
	app     *program
	window  fyne.Window
	opened  [][]string
	recent  []string
	chosen  int
	dialogs int
}

func open(t *testing.T, names ...string) *screen {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(look.New(look.Fonts{}).In(look.Dark))
	s := &screen{app: &program{}}
	for i, n := range names {
		s.app.list = append(s.app.list, views.Recent{File: n + ".kindred", Name: n, Images: 1000 * (i + 1), Roots: 1})
	}
	s.Welcome = New(Params{
		App: s.app, Dispatch: func(f func()) { f() }, Go: func(f func(context.Context)) { f(t.Context()) },
		Open:         func(p []string) { s.opened = append(s.opened, p) },
		OpenRecent:   func(r views.Recent) { s.recent = append(s.recent, r.Name) },
		ChooseFolder: func() { s.chosen++ }, ChooseProject: func() {}, Keyboard: func() { s.dialogs++ },
	})
	s.window = test.NewTempWindow(t, s.Content())
	s.window.Resize(fyne.NewSize(1440, 900))
	s.Reload()
	return s
}

func (s *screen) key(name fyne.KeyName) {
	s.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: name})
}

func TestThePathEntryOpens(t *testing.T) {
	s := open(t)
	s.path.Focus()
	test.Type(s.path.Focusable(), "/data/birds")
	s.key(fyne.KeyReturn)
	if len(s.opened) != 1 || !slices.Equal(s.opened[0], []string{"/data/birds"}) {
		t.Fatalf("opened %v", s.opened)
	}
}

func TestRecentProjectsByKeyboard(t *testing.T) {
	s := open(t, "Northshore", "Street signs", "Kitchen")
	if s.window.Canvas().Focused() != s.Focus() {
		t.Fatal("the list does not get the keyboard")
	}
	s.key(fyne.KeyDown)
	s.key(fyne.KeyDown)
	s.key(fyne.KeyDown) // there is no fourth
	s.key(fyne.KeyReturn)
	s.key(fyne.KeyHome)
	s.key(fyne.KeyReturn)
	if !slices.Equal(s.recent, []string{"Kitchen", "Northshore"}) {
		t.Fatalf("opened %v", s.recent)
	}
	s.key(fyne.KeyDelete)
	if !slices.Equal(s.app.forgot, []string{"Northshore.kindred"}) || len(s.recents.rows) != 2 {
		t.Errorf("forgot %v, %d rows left", s.app.forgot, len(s.recents.rows))
	}
}

func TestFindAProject(t *testing.T) {
	s := open(t, "Northshore", "Street signs", "Kitchen")
	s.find.SetText("street")
	if len(s.recents.rows) != 1 {
		t.Fatalf("%d rows", len(s.recents.rows))
	}
	s.find.Focus()
	s.key(fyne.KeyReturn)
	if !slices.Equal(s.recent, []string{"Street signs"}) {
		t.Errorf("opened %v", s.recent)
	}
}

func TestAClickOpensARecentProject(t *testing.T) {
	s := open(t, "Northshore", "Kitchen")
	test.Tap(s.recents.rows[1])
	if !slices.Equal(s.recent, []string{"Kitchen"}) {
		t.Errorf("opened %v", s.recent)
	}
}

func TestErrorsSayWhatHappenedAndOfferAnother(t *testing.T) {
	s := open(t)
	s.Busy("Opening “x”")
	s.Fail(fmt.Errorf("open folder %q: %w", "/x", fs.ErrPermission), []string{"/x"})
	if s.BusyText() != "" || s.ErrorText() != "This folder cannot be read: permission denied." {
		t.Errorf("busy %q, error %q", s.BusyText(), s.ErrorText())
	}
	s.path.SetText("/y")
	if s.ErrorText() != "" {
		t.Error("typing another path must take the error away")
	}
}

func TestExplain(t *testing.T) {
	for _, c := range []struct {
		err  error
		path string
		want string
	}{
		{fs.ErrNotExist, "/data/no", "There is no folder at /data/no."},
		{project.ErrLocked, "/p/birds.kindred", "The project “birds.kindred” is open in another Kindred. Close it there first."},
		{project.ErrForeign, "/p/a.kindred", "The file “a.kindred” is not a project of Kindred."},
		{project.ErrNewer, "/p/a.kindred", "The project “a.kindred” was made by a newer version of Kindred. Open it with that version."},
		{errors.New("disk on fire"), "/p", "Disk on fire."},
	} {
		if got := Explain(fmt.Errorf("open: %w", c.err), []string{c.path}); got != c.want && !strings.HasSuffix(got, "disk on fire.") {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
}

func TestTypedPath(t *testing.T) {
	for in, want := range map[string]string{
		"  /data/birds ":            "/data/birds",
		`"/data/my birds"`:          "/data/my birds",
		"file:///data/my%20birds":   "/data/my birds",
		"~/Pictures":                "/home/ann/Pictures",
		"~":                         "/home/ann",
		"":                          "",
		"/data/100%25/it's a photo": "/data/100%25/it's a photo",
	} {
		if got := TypedPath(in, "/home/ann"); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestOpening(t *testing.T) {
	if got := Opening([]string{"/a", "/b"}); got != "Opening 2 folders" {
		t.Error(got)
	}
	if got := Opening([]string{"/a/birds"}); got != "Opening “birds”" {
		t.Error(got)
	}
}

func TestFirstRunShowsTheSteps(t *testing.T) {
	s := open(t)
	if s.Focus() != nil || len(s.Keys()) != 2 {
		t.Error("there is nothing to choose on the first run")
	}
	if len(s.right.Objects) != 1 {
		t.Error("the right side is empty")
	}
}

// Nothing may be cut off at the smallest window: what does not fit scrolls.
func TestSmallestWindow(t *testing.T) {
	s := open(t, "Northshore", "Street signs", "Kitchen", "Museum")
	s.window.SetPadded(false)
	s.window.Resize(fyne.NewSize(900, 547))
	if m := s.Content().MinSize(); m.Width > 900 || m.Height > 547 {
		t.Errorf("the screen needs %v", m)
	}
	if w := s.recents.rows[0].Size().Width; w < 300 {
		t.Errorf("a row is only %v wide", w)
	}
}

func TestTheSecondProcessIsToldWhichHasTheProject(t *testing.T) {
	err := fmt.Errorf("open project %q: %w", "/p/birds.kindred", fmt.Errorf("%w: process 4711 on oak has it", project.ErrLocked))
	got := Explain(err, []string{"/p/birds.kindred"})
	if want := "The project “birds.kindred” is open in another Kindred (process 4711 on oak). Close it there first."; got != want {
		t.Errorf("says %q, want %q", got, want)
	}
	if got := Explain(project.ErrLocked, nil); !strings.Contains(got, "another Kindred. Close") {
		t.Errorf("without a name it says %q", got)
	}
}

func TestWhatWasSavedIsTold(t *testing.T) {
	got := Rebuilt(project.Rebuilt{Backup: "/p/birds.kindred.damaged-1", Files: 1968, Labels: 12, Vectors: 1960, Unread: 8})
	want := "Saved: 1,968 files, 12 labels and 1,960 embeddings. 8 files are read again from the folders. The damaged file is kept as “birds.kindred.damaged-1” beside the project."
	if got != want {
		t.Errorf("says %q", got)
	}
}
