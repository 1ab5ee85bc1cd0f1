package kit

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"kindred/views/look"
)

func setup(t *testing.T, o fyne.CanvasObject) fyne.Window {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(look.New(look.Fonts{}).In(look.Dark))
	w := test.NewTempWindow(t, o)
	w.Resize(fyne.NewSize(600, 400))
	return w
}

func TestFormats(t *testing.T) {
	for want, got := range map[string]string{
		"0":                  Count(0),
		"999":                Count(999),
		"50,000":             Count(50000),
		"-1,234,567":         Count(-1234567),
		"1 image":            Plural(1, "image", "images"),
		"14 files":           Plural(14, "file", "files"),
		"999 B":              Bytes(999),
		"612 KB":             Bytes(612_345),
		"1.0 MB":             Bytes(999_600),
		"1.9 GB":             Bytes(1_900_000_000),
		"31.4 GB":            Bytes(31_400_000_000),
		"120 MB":             Bytes(120_000_000),
		"87.4 %":             Percent(0.874),
		"100 %":              Percent(1),
		"25 %":               WholePercent(0.25),
		"99 %":               WholePercent(0.999),
		"0.93":               Score(0.93),
		"0.99":               Score(0.9999),
		"1.00":               Score(1),
		"212 img/s":          Rate(212.4, "img"),
		"3.2 img/s":          Rate(3.2, "img"),
		"2 min 57 s":         Left(177 * time.Second),
		"7 s":                Left(6500 * time.Millisecond),
		"45 s":               Left(41 * time.Second),
		"10 min":             Left(601 * time.Second),
		"1 h 5 min":          Left(65 * time.Minute),
		"0.4 s":              Took(400 * time.Millisecond),
		"41 s":               Took(41 * time.Second),
		"no date":            Date(time.Time{}),
		"2048 × 1365":        Pixels(2048, 1365),
		"12 May 2024, 09:41": Date(time.Date(2024, 5, 12, 9, 41, 0, 0, time.UTC)),
	} {
		if want != got {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestEllipsisFits(t *testing.T) {
	setup(t, NewText("x", look.Small, look.T1))
	style := fyne.TextStyle{}
	for _, width := range []float32{5, 30, 60, 100, 400} {
		s := Ellipsis("American Staffordshire terrier", look.Small, style, width)
		if w := fyne.MeasureText(s, look.Small, style).Width; w > width && s != "…" {
			t.Errorf("%q is %.1f wide, more than %.1f", s, w, width)
		}
	}
	if s := Ellipsis("collie", look.Small, style, 400); s != "collie" {
		t.Errorf("a text that fits is changed to %q", s)
	}
}

func TestPrintableShowsControlCharacters(t *testing.T) {
	if s := Printable("a\nb\x01"); s != "a↵b␁" {
		t.Errorf("got %q", s)
	}
	if s := Printable("zoë 🐦.jpg"); s != "zoë 🐦.jpg" {
		t.Errorf("an ordinary name is changed to %q", s)
	}
	if s := Printable("bad\xff"); s != "bad\uFFFD" {
		t.Errorf("got %q", s)
	}
}

func TestLinesFitTheWidth(t *testing.T) {
	setup(t, NewText("x", look.Small, look.T1))
	text := "See which images are kin, averyveryveryverylongwordwithoutanyspaceinside, and do not belong."
	for _, l := range Lines(text, look.Body, fyne.TextStyle{}, 120) {
		if w := fyne.MeasureText(l, look.Body, fyne.TextStyle{}).Width; w > 120 {
			t.Errorf("line %q is %.1f wide", l, w)
		}
	}
}

func TestButtonByPointerAndKeyboard(t *testing.T) {
	n := 0
	b := NewButton("Drop", func() { n++ }).Icon("drop").Key("X")
	w := setup(t, HBox(0, b))
	test.Tap(b)
	w.Canvas().Focus(b)
	b.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	b.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if n != 3 {
		t.Fatalf("pressed %d times, want 3", n)
	}
	b.SetBusy(true)
	test.Tap(b)
	b.SetBusy(false)
	b.Disable()
	test.Tap(b)
	if n != 3 {
		t.Error("a busy or disabled button must not react")
	}
}

func TestSegmentByKeyboardAndPointer(t *testing.T) {
	got := -1
	s := NewSegment([]Choice{{Text: "One"}, {Text: "Two"}, {Text: "Three"}}, 0, func(i int) { got = i })
	w := setup(t, HBox(0, s))
	w.Canvas().Focus(s)
	s.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	if got != 1 {
		t.Fatalf("picked %d, want 1", got)
	}
	test.TapAt(s, fyne.NewPos(s.Size().Width-4, 10))
	if got != 2 || s.Selected() != 2 {
		t.Errorf("picked %d, want 2", got)
	}
}

func TestSlider(t *testing.T) {
	var values []float64
	settled := 0
	s := NewSlider(0.8, 1, 0.01, 0.93).Width(212)
	s.OnChanged = func(v float64) { values = append(values, v) }
	s.OnSettled = func(float64) { settled++ }
	setup(t, HBox(0, s))
	s.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	if s.Value() != 0.94 || settled != 1 {
		t.Fatalf("value %v, settled %d", s.Value(), settled)
	}
	s.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(-50, 0)}})
	if s.Value() != 0.8 || settled != 1 {
		t.Errorf("while dragging: value %v, settled %d", s.Value(), settled)
	}
	s.DragEnd()
	s.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	s.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	if s.Value() != 1 || len(values) != 3 || settled != 3 {
		t.Errorf("value %v, changes %v, settled %d", s.Value(), values, settled)
	}
}

func TestEntrySubmitsAndClears(t *testing.T) {
	submitted := ""
	e := NewEntry("or type a folder’s path").Key("Enter")
	e.OnSubmitted = func(s string) { submitted = s }
	w := setup(t, e)
	e.Focus()
	test.Type(e.Focusable(), "/data")
	w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if submitted != "/data" {
		t.Fatalf("submitted %q", submitted)
	}
	e.Focusable().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if e.Text() != "" {
		t.Error("Escape must clear the field")
	}
	e.Focusable().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if w.Canvas().Focused() != nil {
		t.Error("Escape in an empty field must give the keyboard back")
	}
}

func TestDialogTakesAndReturnsTheKeyboard(t *testing.T) {
	b := NewButton("x", nil)
	w := setup(t, HBox(0, b))
	w.Canvas().Focus(b)
	done := false
	d := Confirm(w.Canvas(), "Drop", "Drop 2,871 copies?", "Drop 2,871 copies", func() { done = true })
	if w.Canvas().Focused() == b {
		t.Fatal("the button below keeps the keyboard")
	}
	w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if d.Open() || done || w.Canvas().Focused() != b {
		t.Error("Escape must close without doing, and give the keyboard back")
	}
	d = Confirm(w.Canvas(), "Drop", "Drop 2,871 copies?", "Drop 2,871 copies", func() { done = true })
	w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if d.Open() || !done {
		t.Error("Enter must do it")
	}
}

func TestSplitKeepsItsWidth(t *testing.T) {
	pane, rest := NewSurface(look.BG2, "", 0, nil), NewSurface(look.BG1, "", 0, nil)
	s := NewSplit(pane, rest, true, 320, 240, 480)
	kept := float32(0)
	s.OnWidth = func(w float32) { kept = w }
	w := setup(t, s)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(1000, 400))
	if pane.Size().Width != 320 || rest.Size().Width != 680 {
		t.Fatalf("pane %v, rest %v", pane.Size(), rest.Size())
	}
	s.divider.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(3-40, 5)}})
	s.divider.DragEnd()
	if kept != 360 || pane.Size().Width != 360 {
		t.Errorf("kept %v, pane %v", kept, pane.Size())
	}
	s.ShowPane(false)
	if rest.Size().Width != 1000 {
		t.Errorf("rest %v with the pane hidden", rest.Size())
	}
}

// Every widget must survive that its renderer is dropped and made again, and
// a change of the theme.
func TestRenderersAreRepeatable(t *testing.T) {
	all := []fyne.Widget{
		NewText("a", 12, look.T1).Truncate(10), NewParagraph("a b", 12, look.T1, 50), NewButton("a", nil).Icon("drop").Key("X"),
		NewKey("?"), NewKeyHints(KeyHint{"Enter", "open"}), NewChip("a", Good).Dot(look.Hue(1)).OnClosed(func() {}),
		NewSegment([]Choice{{Icon: "grid"}, {Icon: "list"}}, 0, nil), NewEntry("a").Icon("search"), NewSelect("Sort", []string{"Name"}, 0, nil),
		NewSlider(0, 1, 0, 0.5), NewBar(0.5, look.Acc), NewProgress(40), NewSpinner(14), NewIcon("images", look.T2, 16), NewDot(""),
		NewNavRow("images", "Images", nil), NewSurface(look.BG2, look.Line, 4, nil), HRule(), NewStackedBar([]Part{{0.5, look.Hue(1)}}),
	}
	objects := make([]fyne.CanvasObject, len(all))
	for i, w := range all {
		objects[i] = w
	}
	setup(t, VBox(4, objects...))
	for _, w := range all {
		a, b := w.CreateRenderer(), w.CreateRenderer()
		a.Layout(fyne.NewSize(100, 30))
		b.Refresh()
		if a.MinSize() != b.MinSize() {
			t.Errorf("%T: sizes %v and %v", w, a.MinSize(), b.MinSize())
		}
	}
	fyne.CurrentApp().Settings().SetTheme(look.New(look.Fonts{}).In(look.Light))
}
