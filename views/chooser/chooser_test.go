package chooser

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"kindred/views/look"
	"kindred/views/viewstest"
)

// tree makes folders (with a slash at the end) and files.
func tree(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if name[len(name)-1] == '/' {
			if err := os.MkdirAll(path, 0o755); err != nil {
				t.Fatal(err)
			}
		} else if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

type scene struct {
	*Chooser
	t      *testing.T
	q      *viewstest.Queue
	chosen []string
}

func open(t *testing.T, start, ext string) *scene {
	t.Helper()
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(look.New(look.Fonts{}))
	w := test.NewTempWindow(t, widget.NewLabel(""))
	w.Resize(fyne.NewSize(900, 600))
	s := &scene{t: t, q: &viewstest.Queue{}}
	s.Chooser = Show(Params{
		Canvas: w.Canvas(), Dispatch: s.q.Dispatch, Go: func(f func(context.Context)) { go f(t.Context()) },
		Title: "Open folder", Verb: "Open", Ext: ext, Start: start, Home: start,
		Do: func(path string) { s.chosen = append(s.chosen, path) },
	})
	s.until("the first list", func() bool { return s.note.Text() != "" })
	return s
}

func (s *scene) until(what string, done func() bool) {
	s.t.Helper()
	if !s.q.Until(done) {
		s.t.Fatalf("waited in vain for %s; the path is %q, the names %v", what, s.path.Text(), s.names)
	}
}

// listed waits for exactly these names.
func (s *scene) listed(want ...string) {
	s.t.Helper()
	s.until("the names", func() bool {
		var got []string
		for _, e := range s.names {
			got = append(got, e.Name)
		}
		return slices.Equal(got, want)
	})
}

func (s *scene) press(keys ...fyne.KeyName) {
	for _, k := range keys {
		s.p.Canvas.Focused().TypedKey(&fyne.KeyEvent{Name: k})
	}
}

func TestAFolderIsChosenByKeys(t *testing.T) {
	dir := tree(t, "birds/north/", "birds/south/", "Boats/", ".hidden/", "notes.txt")
	s := open(t, dir, "")
	s.listed("birds", "Boats")
	for _, r := range "bi" {
		s.p.Canvas.Focused().TypedRune(r)
	}
	s.listed("birds")
	if !s.Chooser.open.Disabled() {
		t.Error("half a name can be opened")
	}
	s.press(fyne.KeyTab)
	s.listed("north", "south")
	if want := filepath.Join(dir, "birds") + string(filepath.Separator); s.path.Text() != want {
		t.Errorf("completed to %q, wanted %q", s.path.Text(), want)
	}
	s.press(fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn) // into south
	s.listed()
	s.until("it can be opened", func() bool { return !s.Chooser.open.Disabled() })
	s.press(fyne.KeyReturn)
	if want := []string{filepath.Join(dir, "birds", "south")}; !slices.Equal(s.chosen, want) || s.Open() {
		t.Errorf("chosen %q, wanted %q; open %v", s.chosen, want, s.Open())
	}
}

func TestEscapeClosesTheChooser(t *testing.T) {
	s := open(t, tree(t, "a/"), "")
	s.press(fyne.KeyEscape)
	if s.Open() || s.chosen != nil {
		t.Errorf("open %v, chosen %v", s.Open(), s.chosen)
	}
}

func TestAFileWithAnEndingIsChosen(t *testing.T) {
	dir := tree(t, "models/", "models/b.onnx", "models/A.ONNX", "models/c.txt", "models/deep/")
	s := open(t, filepath.Join(dir, "models"), ".onnx")
	s.listed("deep", "A.ONNX", "b.onnx")
	if !s.Chooser.open.Disabled() {
		t.Error("a folder can be chosen as a file")
	}
	s.list.Select(2)
	if want := []string{filepath.Join(dir, "models", "b.onnx")}; !slices.Equal(s.chosen, want) {
		t.Errorf("chosen %q, wanted %q", s.chosen, want)
	}
}

func TestAPathThatIsNotThereSaysSo(t *testing.T) {
	s := open(t, tree(t, "a/"), "")
	s.path.SetText("/no/such/folder/")
	s.until("the sentence", func() bool { return s.note.Text() == "There is no such folder." })
	s.press(fyne.KeyReturn)
	if s.chosen != nil || !s.Open() {
		t.Errorf("chosen %v", s.chosen)
	}
	s.goTo("~/")
	s.listed("a")
	s.path.SetText("/no/such/" + s.p.Home + "/")
	s.listed("a")
}

func TestComplete(t *testing.T) {
	for want, names := range map[string][]string{"": {}, "birds": {"birds"}, "bir": {"birds", "Birth"}, "B": {"B", "b1"}} {
		var all []Entry
		for _, n := range names {
			all = append(all, Entry{Name: n})
		}
		if got := complete(all); got != want {
			t.Errorf("%v: %q, wanted %q", names, got, want)
		}
	}
}
