package settings

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"kindred/views"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/viewstest"
)

// page is a page of settings in a window.
type page struct {
	*View
	t      *testing.T
	app    *viewstest.Settings
	queue  *viewstest.Queue
	window fyne.Window
	mode   look.Mode
	used   []string
	busy   bool
}

func open(t *testing.T, project string, change func(p *page)) *page {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(look.New(look.Fonts{}).In(look.Dark))
	p := &page{t: t, app: viewstest.NewSettings(), queue: &viewstest.Queue{}, mode: look.Dark}
	if change != nil {
		change(p)
	}
	p.window = test.NewTempWindow(t, canvas.NewRectangle(nil))
	var wait sync.WaitGroup
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(func() { cancel(); wait.Wait() })
	p.View = New(Params{
		Context: ctx, App: p.app, Dispatch: p.queue.Dispatch, Canvas: p.window.Canvas(),
		Go:      func(f func(context.Context)) { wait.Go(func() { f(ctx) }) },
		Version: "0.1", Machine: "8 cores", Mode: p.mode, SetMode: func(m look.Mode) { p.mode = m },
		Project: project, Busy: func() bool { return p.busy },
		ChooseModel: func(do func(string)) { do("/m/tiny.onnx") },
		Use:         func(m views.Model) { p.used = append(p.used, m.ID) },
	})
	p.window.SetContent(p.Content())
	p.window.Resize(fyne.NewSize(900, 800))
	p.queue.Settle(nil)
	return p
}

// walk calls f for every object below o.
func walk(o fyne.CanvasObject, f func(fyne.CanvasObject)) {
	f(o)
	if w, ok := o.(fyne.Widget); ok {
		for _, c := range test.WidgetRenderer(w).Objects() {
			walk(c, f)
		}
	}
	if c, ok := o.(*fyne.Container); ok {
		for _, o := range c.Objects {
			walk(o, f)
		}
	}
}

// texts is all that can be read.
func texts(o fyne.CanvasObject) string {
	var all []string
	walk(o, func(o fyne.CanvasObject) {
		if t, ok := o.(*canvas.Text); ok && t.Text != "" {
			all = append(all, t.Text)
		}
	})
	return strings.Join(all, " | ")
}

// button returns the n-th button with a label.
func (p *page) button(label string, n int) *kit.Button {
	p.t.Helper()
	var found []*kit.Button
	walk(p.Content(), func(o fyne.CanvasObject) {
		if b, ok := o.(*kit.Button); ok && b.Label() == label {
			found = append(found, b)
		}
	})
	if len(found) <= n {
		p.t.Fatalf("%d buttons %q; there is: %s", len(found), label, texts(p.Content()))
	}
	return found[n]
}

func TestTheTableShowsWhatAModelIs(t *testing.T) {
	p := open(t, "Northshore", func(p *page) {
		p.app.Change(func(list []views.Model) []views.Model {
			return append(list, views.Model{ID: "old", Name: "old", Path: "/away/old.onnx", Width: 64, Height: 64, Size: 6_184_161, Problem: "the file is gone"})
		})
	})
	got := texts(p.Content())
	for _, want := range []string{
		"Follow the system", "efficientnet-lite0", "built in", "224 × 224", "5.4 MB", "1,000", "212", "in use",
		"the file is gone · /away/old.onnx", "none", "12.3 MB in /home/cache", "Kindred 0.1", "8 cores",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in: %s", want, got)
		}
	}
	if !p.button("Use", 0).Disabled() {
		t.Error("a model whose file is gone can be used")
	}
	if calls := p.app.Calls(); len(calls) != 0 {
		t.Errorf("asked %v: what is measured, in use or gone needs no measuring", calls)
	}
}

func TestAModelIsAddedMeasuredAndUsed(t *testing.T) {
	p := open(t, "Northshore", nil)
	p.button("Add model…", 0).Tapped(nil)
	if got := texts(p.Content()); !strings.Contains(got, "Checking “tiny.onnx”") {
		t.Errorf("does not say that it looks at the file: %s", got)
	}
	if !p.queue.Until(func() bool { return strings.Contains(texts(p.Content()), "1,234") }) {
		t.Fatalf("not measured: %s", texts(p.Content()))
	}
	p.button("Use", 0).Tapped(nil)
	if !p.queue.Until(func() bool { return len(p.used) == 1 }) || p.used[0] != "/m/tiny.onnx" {
		t.Fatalf("used %v", p.used)
	}
	if want := []string{"add /m/tiny.onnx", "measure /m/tiny.onnx", "prepare /m/tiny.onnx"}; !slices.Equal(p.app.Calls(), want) {
		t.Errorf("asked %v", p.app.Calls())
	}
}

func TestARefusalSaysWhy(t *testing.T) {
	p := open(t, "", nil)
	p.Add("/m/detect.onnx")
	p.queue.Settle(nil)
	got := texts(p.Content())
	for _, want := range []string{"“detect.onnx” cannot be used", `Its task is "detect".`, "Open a project to use another model in it."} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in: %s", want, got)
		}
	}
	p.Add("/m/tiny.onnx")
	p.queue.Settle(nil)
	if got := texts(p.Content()); strings.Contains(got, "detect") || !strings.Contains(got, "tiny") {
		t.Errorf("the refusal stays: %s", got)
	}
}

// A model that went away between listing and using leaves the project as it is.
func TestAModelThatCannotBeLoadedIsNotUsed(t *testing.T) {
	p := open(t, "Northshore", nil)
	p.Add("/m/tiny.onnx")
	p.queue.Settle(nil)
	use := p.button("Use", 0)
	p.app.Change(func(list []views.Model) []views.Model { list[1].Problem = "the file is gone"; return list })
	use.Tapped(nil)
	p.queue.Settle(nil)
	if got := texts(p.Content()); len(p.used) != 0 || !strings.Contains(got, "The file is gone.") {
		t.Errorf("used %v: %s", p.used, got)
	}
}

func TestNothingIsMeasuredWhileJobsRun(t *testing.T) {
	p := open(t, "Northshore", func(p *page) { p.busy = true })
	p.Add("/m/tiny.onnx")
	p.queue.Settle(nil)
	if calls := p.app.Calls(); !slices.Equal(calls, []string{"add /m/tiny.onnx"}) {
		t.Errorf("asked %v", calls)
	}
}

func TestForgettingAsksFirst(t *testing.T) {
	p := open(t, "Northshore", nil)
	p.Add("/m/tiny.onnx")
	p.queue.Settle(nil)
	p.askForget(p.models[1])
	top, ok := p.window.Canvas().Overlays().Top().(*kit.Dialog)
	if !ok || !strings.Contains(top.Title(), "tiny") {
		t.Fatal("it does not ask")
	}
	top.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	p.queue.Settle(nil)
	if len(p.models) != 1 || !slices.Contains(p.app.Calls(), "forget /m/tiny.onnx") {
		t.Errorf("%d models, asked %v", len(p.models), p.app.Calls())
	}
}

func TestTheCacheIsEmptied(t *testing.T) {
	p := open(t, "", nil)
	p.button("Empty the cache", 0).Tapped(nil)
	p.queue.Settle(nil)
	if got := p.cache.Text(); !slices.Contains(p.app.Calls(), "empty") || got != "0 B in /home/cache" {
		t.Errorf("asked %v, says %q", p.app.Calls(), got)
	}
}

func TestThemeIsChosen(t *testing.T) {
	p := open(t, "", nil)
	walk(p.Content(), func(o fyne.CanvasObject) {
		if s, ok := o.(*kit.Segment); ok {
			if s.Selected() != 1 {
				t.Errorf("part %d is picked, dark is 1", s.Selected())
			}
			s.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
		}
	})
	if p.mode != look.Light {
		t.Errorf("mode %v", p.mode)
	}
}

func TestLicencesAreShown(t *testing.T) {
	p := open(t, "", nil)
	p.button("Licences", 0).Tapped(nil)
	if top, ok := p.window.Canvas().Overlays().Top().(*kit.Dialog); !ok || top.Title() != "Licences" {
		t.Fatal("not shown")
	}
	for _, l := range wrap("short\n\n"+strings.Repeat("word ", 60)+"\n"+strings.Repeat("x", 250), 96) {
		if len(l) > 96 {
			t.Errorf("%d characters: %q", len(l), l)
		}
	}
	if got := wrap("one two three", 8); !slices.Equal(got, []string{"one two", "three"}) {
		t.Errorf("%q", got)
	}
}

// What arrives after closing changes nothing any more.
func TestClosedIsClosed(t *testing.T) {
	p := open(t, "Northshore", nil)
	p.Add("/m/tiny.onnx")
	p.Close()
	p.queue.Settle(nil)
	if len(p.models) != 1 {
		t.Error("the page goes on after closing")
	}
}

func TestTheCacheGetsALimit(t *testing.T) {
	p := open(t, "", nil)
	if got := p.limit.Selected(); sizes[got] != 2e9 {
		t.Errorf("it shows %d", sizes[got])
	}
	p.limit.Pick(0)
	p.queue.Settle(nil)
	if !slices.Contains(p.app.Calls(), "limit 500000000") {
		t.Errorf("asked %v", p.app.Calls())
	}
}

func TestTheModelOfNewProjectsIsChosen(t *testing.T) {
	p := open(t, "", func(p *page) {
		p.app.Change(func(list []views.Model) []views.Model {
			return append(list, views.Model{ID: "b", Name: "bird-net", Path: "/m/b.onnx", Rate: 1},
				views.Model{ID: "c", Name: "lost", Path: "/m/c.onnx", Rate: 1, Problem: "the file is gone"})
		})
	})
	if p.pick == nil || p.pick.Selected() != 0 {
		t.Fatal("the built-in one is not shown as chosen")
	}
	p.pick.Pick(1)
	if !p.queue.Until(func() bool { return p.standard == "b" && p.pick.Selected() == 1 }) {
		t.Errorf("chosen %q; asked %v", p.standard, p.app.Calls())
	}
	if !slices.Contains(p.app.Calls(), "default b") {
		t.Errorf("asked %v", p.app.Calls())
	}
	p.pick.Pick(2) // what cannot be used is not offered
	if p.pick.Selected() != 1 {
		t.Error("a model whose file is gone is offered")
	}
}
