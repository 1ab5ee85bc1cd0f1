package review

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"kindred/project"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/viewstest"
	"kindred/views/viewstest/host"
)

// fill gives a project 40 groups of two and, as the second, one of four.
func fill(p *viewstest.Project) {
	var groups []project.Group
	var pairs []project.Pair
	id := project.FileID(1)
	for i := range 40 {
		n := 2
		if i == 1 {
			n = 4
		}
		g := project.Group{Keep: id, Kind: project.Recompressed, Score: 0.99 - float32(i)*0.004, ReclaimableBytes: 100_000, Why: []string{"sharper", "not cropped"}}
		for k := range n {
			g.Images = append(g.Images, id+project.FileID(k))
			if k > 0 {
				kind, reason := project.Recompressed, "recompressed q 92 → 31, cropped 4 % left, 2 % top"
				if k == 2 {
					kind, reason = project.Resized, "resized 0.71 ×"
				}
				if k < 3 { // the fourth was not compared with the one to keep
					pairs = append(pairs, project.Pair{A: g.Keep, B: id + project.FileID(k), Score: g.Score, Kind: kind, Reason: reason, Flagged: true})
				}
			}
		}
		id += project.FileID(n)
		groups = append(groups, g)
	}
	p.SetDuplicates(groups, pairs)
}

func open(t *testing.T, setup func(*viewstest.Project)) (*Duplicates, *host.Host, *viewstest.Project) {
	t.Helper()
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(look.New(look.Fonts{}))
	p := viewstest.New(200)
	setup(p)
	h := host.New(t.Context(), p)
	d := NewDuplicates(h, h.Source())
	h.Win = test.NewTempWindow(t, d.Content())
	h.Win.Resize(fyne.NewSize(1190, 800))
	d.Shown()
	if !h.Queue.Until(func() bool { return d.answered }) {
		t.Fatal("no answer")
	}
	h.Queue.Settle(nil)
	h.Win.Canvas().Focus(d.Focus())
	return d, h, p
}

func TestArrowsWalkTheGroups(t *testing.T) {
	d, h, _ := open(t, fill)
	key := func(n fyne.KeyName) {
		h.Win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: n})
		h.Queue.Settle(nil)
	}
	if got := d.counts.Text() + " · can free " + d.free.Text(); got != "40 groups · 42 extra copies · can free 4.0 MB" {
		t.Errorf("counts %q", got)
	}
	if d.compare.title.Text() != "Group 1" || d.compare.left.id != 1 || d.compare.right.id != 2 {
		t.Fatalf("shows %q: %d and %d", d.compare.title.Text(), d.compare.left.id, d.compare.right.id)
	}
	key(fyne.KeyDown)
	if d.compare.left.id != 3 || d.compare.right.id != 4 || d.compare.size.Text() != "4 images" {
		t.Errorf("down shows %d and %d", d.compare.left.id, d.compare.right.id)
	}
	key(fyne.KeyTab)
	if d.compare.right.id != 5 {
		t.Errorf("Tab shows %d", d.compare.right.id)
	}
	h.Win.Canvas().Focused().TypedRune('4')
	if d.compare.right.id != 6 || d.compare.score.Text() != "–" {
		t.Errorf("4 shows %d with score %q", d.compare.right.id, d.compare.score.Text())
	}
	key(fyne.KeyTab)
	if d.compare.right.id != 4 {
		t.Errorf("Tab after the last shows %d", d.compare.right.id)
	}
	key(fyne.KeyEnd)
	if d.group != 39 || d.list.Shown(39) == nil || d.list.Made() > 30 {
		t.Errorf("End went to %d with %d rows", d.group, d.list.Made())
	}
	key(fyne.KeyUp)
	key(fyne.KeyReturn)
	if len(h.Requests) != 1 || h.Requests[0].Title != "group 39" || len(h.Requests[0].Images) != 2 {
		t.Errorf("opened %v", h.Requests)
	}
}

func TestThresholdKeepsTheGroupShown(t *testing.T) {
	d, h, p := open(t, fill)
	d.list.Pick(5)
	h.Queue.Settle(nil)
	keep := d.found.groups[5].Keep
	calls := p.Calls("Duplicates")
	for v := 80; v <= 96; v++ {
		d.slider.OnChanged(float64(v) / 100)
	}
	h.Queue.Until(func() bool { return len(d.found.groups) < 40 })
	h.Queue.Settle(nil)
	if n := p.Calls("Duplicates") - calls; n != 1 {
		t.Errorf("%d searches for one drag", n)
	}
	if d.compare.left.id != keep || d.value.Text() != "0.96" {
		t.Errorf("shows %d at %s, want %d", d.compare.left.id, d.value.Text(), keep)
	}
}

func TestNothingAtThisThreshold(t *testing.T) {
	d, h, _ := open(t, fill)
	d.slider.OnChanged(1)
	h.Queue.Until(func() bool { return len(d.found.groups) == 0 })
	texts := text(d.middle)
	if !strings.Contains(texts, "No duplicates at 1.00. 7 pairs between 0.97 and 1.00.") || d.split.Visible() {
		t.Errorf("says %q", texts)
	}
	for _, b := range buttons(d.middle) {
		if b.Label() == "Lower to 0.97" {
			test.Tap(b)
		}
	}
	if !h.Queue.Until(func() bool { return len(d.found.groups) > 0 && d.split.Visible() }) {
		t.Error("lowering shows nothing")
	}
}

func TestNoDuplicatesAtAll(t *testing.T) {
	d, _, _ := open(t, func(*viewstest.Project) {})
	if got := text(d.middle); !strings.Contains(got, "No duplicates at 0.70.") {
		t.Errorf("says %q", got)
	}
	d.Focus().TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown}) // nothing to walk
	d.Focus().TypedKey(&fyne.KeyEvent{Name: fyne.KeyTab})
}

func TestChangesAreSplitAtWords(t *testing.T) {
	got := changes(project.Pair{Reason: "recompressed q 92 → 31, cropped 4 % left, 2 % top, brighter +4 %"})
	want := []change{{"recompressed", "recompressed q 92 → 31"}, {"crop", "cropped 4 % left, 2 % top"}, {"bright", "brighter +4 %"}}
	if len(got) != len(want) {
		t.Fatalf("%v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%v, want %v", got[i], want[i])
		}
	}
	if got := changes(project.Pair{Kind: project.Exact}); len(got) != 1 || got[0].text != "exact copy" {
		t.Errorf("without a reason: %v", got)
	}
	for _, w := range words {
		if !look.HasIcon(w.icon) {
			t.Errorf("no icon %q", w.icon)
		}
	}
}

func TestBetterValuesAreMarked(t *testing.T) {
	a := project.Image{Width: 2048, Height: 1536, Size: 1_100_000, Label: "breakwater", Format: "JPEG", Quality: project.Quality{Sharpness: 0.34}}
	b := project.Image{Width: 1404, Height: 1052, Size: 184_000, Format: "JPEG", Quality: project.Quality{Sharpness: 0.71}}
	better := map[string]int{}
	for _, f := range compare(a, b) {
		better[f.name] = f.better
	}
	for name, want := range map[string]int{"Pixels": 1, "Sharpness": 2, "Bytes": 1, "Label": 1, "Format": 0, "Taken": 0} {
		if better[name] != want {
			t.Errorf("%s: %d is better, want %d", name, better[name], want)
		}
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

func text(o fyne.CanvasObject) string {
	var all []string
	walk(o, func(o fyne.CanvasObject) {
		if p, ok := o.(*kit.Paragraph); ok {
			all = append(all, p.Text())
		}
	})
	return strings.Join(all, "\n")
}

func buttons(o fyne.CanvasObject) (all []*kit.Button) {
	walk(o, func(o fyne.CanvasObject) {
		if b, ok := o.(*kit.Button); ok {
			all = append(all, b)
		}
	})
	return all
}
