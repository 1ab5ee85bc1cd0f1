package gallery

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"kindred/project"
	"kindred/project/job"
	"kindred/views/inspect"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/shell"
	"kindred/views/viewstest"
	"kindred/views/viewstest/host"
)

// scene is a gallery in a window of 1120 x 800 with the inspector beside it.
type scene struct {
	t testing.TB
	p *viewstest.Project
	h *host.Host
	g *Gallery
	w fyne.Window
}

func open(t testing.TB, n int, change func(*viewstest.Project)) *scene {
	t.Helper()
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(look.New(look.Fonts{}))
	p := viewstest.New(n)
	if change != nil {
		change(p)
	}
	h := host.New(t.Context(), p)
	src := h.Source()
	panel := inspect.New(src)
	g := New(h, src, panel)
	h.Win = test.NewTempWindow(t, container.NewBorder(nil, nil, nil, panel, g.Content()))
	h.Win.Resize(fyne.NewSize(1400, 800))
	s := &scene{t: t, p: p, h: h, g: g, w: h.Win}
	g.Shown()
	s.w.Canvas().Focus(g.Focus())
	s.until("the list", func() bool { return g.answered })
	s.settle()
	return s
}

func (s *scene) until(what string, done func() bool) {
	s.t.Helper()
	if !s.h.Queue.Until(done) {
		s.t.Fatalf("waited in vain for %s", what)
	}
}

func (s *scene) settle() { s.h.Queue.Settle(nil) }

// click presses on the middle of a listed place.
func (s *scene) click(place int, mod fyne.KeyModifier) {
	s.press(place, mod, desktop.MouseButtonPrimary, 0.5)
}

func (s *scene) press(place int, mod fyne.KeyModifier, button desktop.MouseButton, share float32) {
	geo := s.g.grid.geo
	at := fyne.NewPos(geo.x(place%geo.columns)+geo.size*share, geo.y(place/geo.columns)+geo.size*share)
	e := &desktop.MouseEvent{Button: button, Modifier: mod, PointEvent: fyne.PointEvent{Position: at}}
	s.g.grid.ground.MouseDown(e)
	s.g.grid.ground.MouseUp(e)
	s.settle()
}

func (s *scene) key(name fyne.KeyName) {
	s.w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: name})
	s.settle()
}

func TestSelectingWithMouseAndKeys(t *testing.T) {
	s := open(t, 500, nil)
	if s.g.grid.list.Len() != 500 || s.g.bars.shown.Text() != "500" {
		t.Fatalf("listed %d, shown %q", s.g.grid.list.Len(), s.g.bars.shown.Text())
	}
	s.click(2, 0)
	s.click(5, fyne.KeyModifierControl)
	if got := shown(s.g.sel); got != "3 6 @6" {
		t.Errorf("selected %q", got)
	}
	s.click(7, fyne.KeyModifierShift)
	if got := shown(s.g.sel); got != "6 7 8 @8" {
		t.Errorf("range %q", got)
	}
	if got := s.g.bars.selected.Text(); got != "· 3 selected" {
		t.Errorf("sub-bar says %q", got)
	}
	if !s.g.bars.action.Visible() {
		t.Error("no action bar")
	}
	s.press(0, 0, desktop.MouseButtonPrimary, 0.1) // its box
	if got := shown(s.g.sel); got != "1 6 7 8 @1" {
		t.Errorf("ticked %q", got)
	}
	s.key(fyne.KeyRight)
	if got := shown(s.g.sel); got != "2 @2" {
		t.Errorf("arrow %q", got)
	}
	ground := s.g.grid.ground
	ground.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	s.key(fyne.KeyDown)
	ground.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	if n := s.g.sel.Count(); n != s.g.grid.geo.columns+1 {
		t.Errorf("shift and down selected %d", n)
	}
	ground.TypedShortcut(&fyne.ShortcutSelectAll{})
	if s.g.sel.Count() != 500 {
		t.Errorf("all are %d", s.g.sel.Count())
	}
	s.key(fyne.KeyEscape)
	if s.g.sel.Count() != 0 || s.g.bars.action.Visible() {
		t.Error("Escape did not clear")
	}
	ground.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyRight, Modifier: fyne.KeyModifierControl})
	if s.g.sel.Count() != 0 {
		t.Error("Ctrl and an arrow selected")
	}
	s.key(fyne.KeyEnd)
	if s.g.sel.Focus() != 500 || s.g.grid.tiles[499] == nil {
		t.Error("End did not scroll to the last image")
	}
}

func TestSweepOnEmptyGround(t *testing.T) {
	s := open(t, 100, nil)
	geo := s.g.grid.geo
	ground := s.g.grid.ground
	from := fyne.NewPos(geo.x(0)-4, geo.y(0)-4)
	ground.MouseDown(&desktop.MouseEvent{Button: desktop.MouseButtonPrimary, PointEvent: fyne.PointEvent{Position: from}})
	ground.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(geo.x(1)+10, geo.y(1)+10)}})
	ground.DragEnd()
	want := []project.FileID{1, 2, project.FileID(geo.columns + 1), project.FileID(geo.columns + 2)}
	if got := s.g.sel.IDs(); !slices.Equal(got, want) {
		t.Errorf("swept %v, want %v", got, want)
	}
}

func TestSearchFollowsTyping(t *testing.T) {
	s := open(t, 500, nil)
	s.click(0, 0) // a dog
	before := s.p.Calls("List")
	for _, r := range "label:dog" {
		s.g.bars.search.SetText(s.g.bars.search.Text() + string(r))
	}
	s.until("the dogs", func() bool { return s.g.grid.list.Len() == 36 })
	if n := s.p.Calls("List") - before; n != 1 {
		t.Errorf("%d searches for one word", n)
	}
	if !s.g.sel.Has(1) || s.g.sel.Count() != 1 {
		t.Error("the selection did not survive the search")
	}
	if got := s.g.bars.shown.Text() + " " + s.g.bars.of.Text(); got != "36 of 500" {
		t.Errorf("count %q", got)
	}

	s.g.bars.search.SetText("label:dog (")
	s.until("the error", func() bool { return s.g.bars.problem.Visible() })
	if s.g.bars.old.Text() == "" {
		t.Error("nothing says that the list is that of the search before")
	}
	if !strings.Contains(s.g.bars.message.Text(), "has no") || s.g.grid.list.Len() != 36 {
		t.Errorf("error %q, %d listed", s.g.bars.message.Text(), s.g.grid.list.Len())
	}

	s.g.bars.search.SetText("label:dog grass")
	s.until("nothing", func() bool { return s.g.grid.list.Len() == 0 })
	if s.g.bars.old.Text() != "" {
		t.Errorf("a good search is called old: %q", s.g.bars.old.Text())
	}
	if s.g.bars.problem.Visible() {
		t.Error("the error stayed")
	}
	if got := s.g.bars.picked.Text(); got != "1 selected, not shown" {
		t.Errorf("the action bar says %q of what nobody sees", got)
	}
	text := visibleText(s.g.middle)
	if !strings.Contains(text, "Nothing matches “label:dog grass”.") || !strings.Contains(text, "Remove last term") {
		t.Errorf("empty state says %q", text)
	}
	press(s.t, s.g.middle, "Remove last term")
	s.until("the dogs again", func() bool { return s.g.grid.list.Len() == 36 && s.g.grid.Visible() })
}

func TestWithoutLastTerm(t *testing.T) {
	for in, want := range map[string]string{
		"dog":                  "",
		"dog grass":            "dog",
		`dog "green grass"`:    "dog",
		"dog size>200":         "dog",
		"dog AND (cat OR cow)": "dog",
		"dog OR cat":           "dog",
		"a NOT b":              "a",
		"  ":                   "",
	} {
		if got := withoutLastTerm(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func TestFindSimilarIsATokenThatCanBeRemoved(t *testing.T) {
	s := open(t, 500, nil)
	s.click(9, 0)
	s.g.grid.ground.TypedRune('s')
	s.until("the nearest", func() bool { return s.g.grid.list.Len() == similarCount+1 })
	if s.g.grid.list.At(0) != 10 || s.g.grid.list.At(1) != 11 {
		t.Errorf("starts with %d, %d", s.g.grid.list.At(0), s.g.grid.list.At(1))
	}
	if !s.g.bars.tokens.Visible() || s.g.bars.tokens.Objects[0].(*kit.Chip).Text() != "like img_000010.jpg" {
		t.Error("no token")
	}
	s.g.bars.search.SetText("label:dog")
	s.until("the dogs among them", func() bool { return s.g.grid.list.Len() == 14 })
	s.g.bars.search.SetText("")
	s.until("all of them", func() bool { return s.g.grid.list.Len() == similarCount+1 })
	s.g.clearScope()
	s.until("all images", func() bool { return s.g.grid.list.Len() == 500 })
	if s.g.bars.tokens.Visible() {
		t.Error("the token stayed")
	}
}

func TestOpenShowsAGroup(t *testing.T) {
	s := open(t, 100, nil)
	s.g.Open(shell.Request{Title: "cluster: dogs, grass", Images: []project.FileID{30, 20, 10}, Image: 20})
	s.until("the group", func() bool { return s.g.grid.list.Len() == 3 })
	if !slices.Equal(s.g.grid.list.IDs(), []project.FileID{30, 20, 10}) || s.g.sel.Focus() != 20 {
		t.Errorf("listed %v, focus %d", s.g.grid.list.IDs(), s.g.sel.Focus())
	}
	s.key(fyne.KeyEscape) // the selection
	s.key(fyne.KeyEscape) // the group
	s.until("all images", func() bool { return s.g.grid.list.Len() == 100 })
}

func TestImagesAppearWhileTheJobRuns(t *testing.T) {
	s := open(t, 0, func(p *viewstest.Project) { p.SetJobs(job.Status{State: job.Running}) })
	if text := visibleText(s.g.middle); !strings.Contains(text, "Still scanning") {
		t.Errorf("empty state says %q", text)
	}
	s.p.Subscribe(s.g.Refresh)
	s.p.Change(func(rows *[]project.Image) {
		*rows = append(*rows, project.Image{ID: 1, Path: "a.jpg", Shown: "a.jpg"})
	})
	s.until("the first", func() bool { return s.g.grid.list.Len() == 1 && s.g.grid.Visible() })
	lists := s.p.Calls("List")
	for i := 2; i <= 40; i++ { // a burst
		s.p.Change(func(rows *[]project.Image) {
			*rows = append(*rows, project.Image{ID: project.FileID(i), Path: "a.jpg", Shown: "a.jpg", Width: 4, Height: 4})
		})
		s.h.Queue.Drain()
	}
	s.until("all", func() bool { return s.g.grid.list.Len() == 40 })
	if n := s.p.Calls("List") - lists; n > 2 {
		t.Errorf("%d lists for a burst", n)
	}
}

func TestScrollPositionSurvivesNewImages(t *testing.T) {
	s := open(t, 1000, nil)
	geo := s.g.grid.geo
	s.g.grid.scroll.ScrollToOffset(fyne.NewPos(0, geo.y(40)+30))
	s.g.grid.sync()
	s.settle()
	top := s.g.grid.list.At(40 * geo.columns)
	ids := append([]project.FileID{990, 991, 992}, s.g.grid.list.IDs()[:900]...)
	s.g.ShowIDs("x", ids)
	s.until("the list", func() bool { return s.g.grid.list.Len() == 903 })
	s.g.grid.scroll.ScrollToOffset(fyne.NewPos(0, geo.y(40)+30))
	s.g.grid.sync()
	old := s.g.grid.list.At(40 * geo.columns)
	more := append(make([]project.FileID, 0), ids[3:]...)
	s.g.want.scope.ids = append(slices.Repeat([]project.FileID{950}, 0), more...)
	s.g.list(0, true)
	s.until("the shorter list", func() bool { return s.g.grid.list.Len() == 900 })
	row := int((s.g.grid.scroll.Offset.Y - padTop) / geo.rowHeight())
	if at := s.g.grid.list.Find(old); at/geo.columns != row {
		t.Errorf("%d stands in row %d, the screen starts at row %d (was %d)", old, at/geo.columns, row, top)
	}
}

func TestDoubleClickOpensAndArrowsWalk(t *testing.T) {
	s := open(t, 100, nil)
	s.click(4, 0)
	s.click(4, 0)
	if !s.g.full.Visible() || s.g.full.id != 5 {
		t.Fatalf("not open: %v %d", s.g.full.Visible(), s.g.full.id)
	}
	s.until("the preview", func() bool { return s.p.Calls("Preview") > 0 })
	s.key(fyne.KeyRight)
	s.key(fyne.KeyRight)
	if s.g.full.id != 7 || s.g.panel.ID() != 7 {
		t.Errorf("walked to %d, inspector shows %d", s.g.full.id, s.g.panel.ID())
	}
	s.g.full.stage.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 10)})
	if s.g.full.zoom <= 1 {
		t.Errorf("the wheel does not zoom: stage %v fitted %v pixels %v zoom %v", s.g.full.stage.Size(), s.g.full.fitted(s.g.full.stage.Size()), s.g.full.pixels != nil, s.g.full.zoom)
	}
	s.key(fyne.KeyEscape)
	if s.g.full.Visible() || shown(s.g.sel) != "7 @7" {
		t.Errorf("closed with %q", shown(s.g.sel))
	}
}

func TestInspectorWalksToTheNearest(t *testing.T) {
	s := open(t, 100, nil)
	s.click(0, 0)
	s.until("the nearest", func() bool { return s.p.Calls("Similar") > 0 })
	s.settle()
	s.g.panel.OnWalk(42)
	if s.g.panel.ID() != 42 || shown(s.g.sel) != "42 @42" {
		t.Errorf("inspector %d, selection %q", s.g.panel.ID(), shown(s.g.sel))
	}
	s.click(3, 0)
	s.click(5, fyne.KeyModifierControl)
	s.g.nextSelected(1)
	if s.g.panel.ID() != 4 || s.g.sel.Count() != 2 {
		t.Errorf("next of the selection %d", s.g.panel.ID())
	}
}

func TestTilesSayWhatTheyAre(t *testing.T) {
	s := open(t, 200, nil)
	s.until("labels", func() bool { return len(s.g.src.Labels.All()) > 0 })
	s.settle()
	for place, want := range map[int]string{0: "dog", 5: "no label"} {
		if got := s.g.grid.tiles[place].name.Text; got != want {
			t.Errorf("tile %d is called %q, want %q", place, got, want)
		}
	}
	s.g.focusOn = 97
	s.g.list(0, true)
	s.until("image 97", func() bool { return s.g.sel.Focus() == 97 })
	s.settle()
	failed := s.g.grid.tiles[96]
	if failed == nil || failed.broken == nil || failed.broken.Hidden || failed.name.Text != "img_000097.jpg" {
		t.Error("a file that cannot be read is not marked")
	}
}

func TestCommands(t *testing.T) {
	s := open(t, 50, nil)
	for _, c := range []string{"select-all", "invert", "cover", "larger", "smaller", "search"} {
		if !s.g.Can(c) {
			t.Errorf("cannot %q", c)
		}
	}
	if s.g.Can("select-none") {
		t.Error("can select none of none")
	}
	s.g.Do("larger")
	if s.g.grid.wanted != DefaultTile+20 || s.h.Numbers[prefSize] != DefaultTile+20 {
		t.Error("the size is not kept")
	}
	s.click(1, 0)
	s.g.reveal(s.g.target())
	s.until("the file manager", func() bool { return len(s.h.Revealed) == 1 })
	if s.h.Revealed[0] != "/photos/northshore/cat/img_000002.jpg" {
		t.Errorf("revealed %q", s.h.Revealed[0])
	}
	s.g.copyPaths(s.g.sel.IDs())
	s.until("a notice", func() bool { return len(s.h.Notices) == 1 })
	if got := fyne.CurrentApp().Clipboard().Content(); got != s.h.Revealed[0] {
		t.Errorf("copied %q", got)
	}
}

// BenchmarkScrollPage measures our code on the main goroutine: the callback of
// a scroll by one page at 100,000 images, with the deliveries it causes.
func BenchmarkScrollPage(b *testing.B) {
	s := open(b, 100_000, nil)
	s.h.Queue.Reset()
	g := s.g.grid
	offset := float32(0)
	var longest time.Duration
	for b.Loop() {
		offset += g.settledSize.Height
		if offset > g.geo.height()-g.settledSize.Height {
			offset = 0
		}
		start := time.Now()
		g.scroll.ScrollToOffset(fyne.NewPos(0, offset))
		g.sync()
		longest = max(longest, time.Since(start))
		s.h.Queue.Drain()
	}
	b.ReportMetric(float64(longest.Microseconds()), "worst-scroll-us")
	b.ReportMetric(float64(s.h.Queue.Longest().Microseconds()), "worst-delivery-us")
}

// BenchmarkListAgain measures what the main goroutine does when the list of
// 100,000 images is made again because files came.
func BenchmarkListAgain(b *testing.B) {
	s := open(b, 100_000, nil)
	s.h.Queue.Reset()
	n := 0
	for b.Loop() {
		n++
		s.g.want.reverse = n%2 == 1
		s.g.list(0, true)
		old := s.g.grid.list
		s.until("the list", func() bool { return s.g.grid.list != old })
	}
	b.ReportMetric(float64(s.h.Queue.Longest().Microseconds()), "worst-callback-us")
}

// BenchmarkSelectAllShown measures Ctrl A at 100,000 images, with bars and
// inspector.
func BenchmarkSelectAllShown(b *testing.B) {
	s := open(b, 100_000, nil)
	s.click(3, 0)
	for b.Loop() {
		s.g.Do("select-all")
	}
}

func visibleText(o fyne.CanvasObject) string {
	var all []string
	walk(o, func(o fyne.CanvasObject) {
		switch t := o.(type) {
		case *kit.Text:
			all = append(all, t.Text())
		case *kit.Paragraph:
			all = append(all, t.Text())
		case *kit.Button:
			all = append(all, t.Label())
		}
	})
	return strings.Join(all, "\n")
}

// press taps the visible button with a label.
func press(t testing.TB, o fyne.CanvasObject, label string) {
	t.Helper()
	done := false
	walk(o, func(o fyne.CanvasObject) {
		if b, ok := o.(*kit.Button); ok && b.Label() == label && !done {
			done = true
			test.Tap(b)
		}
	})
	if !done {
		t.Fatalf("no button %q", label)
	}
}

func walk(o fyne.CanvasObject, f func(fyne.CanvasObject)) {
	if !o.Visible() {
		return
	}
	f(o)
	switch c := o.(type) {
	case *fyne.Container:
		for _, o := range c.Objects {
			walk(o, f)
		}
	case fyne.Widget:
		for _, o := range test.WidgetRenderer(c).Objects() {
			walk(o, f)
		}
	}
}
