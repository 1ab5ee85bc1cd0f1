package inspect

import (
	"context"
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

func open(t *testing.T) (*Panel, *host.Host, *viewstest.Project) {
	t.Helper()
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(look.New(look.Fonts{}))
	p := viewstest.New(200)
	h := host.New(t.Context(), p)
	panel := New(h.Source())
	h.Win = test.NewTempWindow(t, panel)
	h.Win.Resize(fyne.NewSize(328, 700))
	return panel, h, p
}

func set(p *Panel, h *host.Host, ids ...project.FileID) {
	p.Set(ids[0], project.Image{}, ids)
	h.Queue.Until(func() bool { return p.known && p.near.thumbs[0].ID() != 0 })
	h.Queue.Settle(nil)
}

func TestPanelSaysWhatIsKnown(t *testing.T) {
	p, h, _ := open(t)
	set(p, h, 1)
	all := text(p)
	for _, want := range []string{
		"1 selected", "img_000001.jpg", "dog", "train", "efficientnet-lite0", "87.4 %", "saluki", ".93",
		"640 × 480", "40 KB", "JPEG", "12 May 2024, 09:41", "Kinax 3", "0.48",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not shown in\n%s", want, all)
		}
	}
	for _, hidden := range []string{"Frames", "Selection"} {
		if strings.Contains(all, hidden) {
			t.Errorf("%q is shown", hidden)
		}
	}
}

func TestNearestImageWalksOn(t *testing.T) {
	p, h, _ := open(t)
	set(p, h, 1)
	walked := project.FileID(0)
	p.OnWalk = func(id project.FileID) { walked = id }
	test.Tap(p.near.thumbs[2])
	if walked != 4 {
		t.Errorf("walked to %d, want 4", walked)
	}
	set(p, h, walked)
	if p.Row().ID != 4 || p.near.thumbs[0].ID() != 5 {
		t.Errorf("shows %d, nearest %d", p.Row().ID, p.near.thumbs[0].ID())
	}
}

func TestFileThatCannotBeRead(t *testing.T) {
	p, h, _ := open(t)
	p.Set(97, project.Image{}, []project.FileID{97})
	h.Queue.Until(func() bool { return p.known })
	h.Queue.Settle(nil)
	all := text(p)
	if !strings.Contains(all, "Truncated or damaged (broken at byte 8,192).") || strings.Contains(all, "Prediction") || strings.Contains(all, "Nearest") {
		t.Errorf("shows\n%s", all)
	}
}

func TestManySelected(t *testing.T) {
	p, h, _ := open(t)
	var ids []project.FileID
	for i := range 40 {
		ids = append(ids, project.FileID(i+1))
	}
	p.Set(3, project.Image{}, ids)
	h.Queue.Until(func() bool { return p.summary.box.Visible() })
	h.Queue.Settle(nil)
	all := text(p)
	for _, want := range []string{"3 of 40 selected", "40 images · 1.6 MB", "no label", "5 more"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not shown in\n%s", want, all)
		}
	}
	p.Set(3, project.Image{}, ids[2:3])
	if p.summary.box.Visible() {
		t.Error("the summary stayed")
	}
}

// A picture that was asked for must not come after another was chosen.
func TestOnlyTheNewestImageIsShown(t *testing.T) {
	p, h, fake := open(t)
	hold := make(chan struct{})
	fake.SetGate(func(ctx context.Context, call string) error {
		if call != "Images" {
			return nil
		}
		select {
		case <-hold:
		case <-ctx.Done():
		}
		return ctx.Err()
	})
	p.Set(1, project.Image{}, []project.FileID{1})
	p.Set(2, project.Image{}, []project.FileID{2})
	close(hold)
	h.Queue.Until(func() bool { return p.known })
	h.Queue.Settle(nil)
	if p.Row().ID != 2 || p.name.Text() != "img_000002.jpg" {
		t.Errorf("shows %d %q", p.Row().ID, p.name.Text())
	}
	p.Set(0, project.Image{}, nil)
	if !p.empty.Visible() || p.scroll.Visible() {
		t.Error("nothing selected, and something is shown")
	}
}

func text(o fyne.CanvasObject) string {
	var all []string
	var walk func(fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		if !o.Visible() {
			return
		}
		switch t := o.(type) {
		case *kit.Text:
			all = append(all, t.Text())
		case *kit.Paragraph:
			all = append(all, t.Text())
		case *kit.Chip:
			all = append(all, t.Text())
		}
		switch c := o.(type) {
		case *fyne.Container:
			for _, o := range c.Objects {
				walk(o)
			}
		case fyne.Widget:
			for _, o := range test.WidgetRenderer(c).Objects() {
				walk(o)
			}
		}
	}
	walk(o)
	return strings.Join(all, "\n")
}
