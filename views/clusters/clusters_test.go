package clusters

import (
	"context"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"kindred/project"
	"kindred/project/job"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/viewstest"
	"kindred/views/viewstest/host"
)

func open(t *testing.T, n int, change func(*viewstest.Project)) (*Clusters, *host.Host, *viewstest.Project) {
	t.Helper()
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(look.New(look.Fonts{}))
	p := viewstest.New(n)
	if change != nil {
		change(p)
	}
	h := host.New(t.Context(), p)
	c := New(h, h.Source())
	h.Win = test.NewTempWindow(t, c.Content())
	h.Win.Resize(fyne.NewSize(1120, 800))
	c.Shown()
	if !h.Queue.Until(func() bool { return c.answered }) {
		t.Fatal("no answer")
	}
	h.Queue.Settle(nil)
	h.Win.Canvas().Focus(c.Focus())
	return c, h, p
}

func TestSliderCutsFromCoarseToFine(t *testing.T) {
	c, h, p := open(t, 1400, nil)
	suggestedCount := len(c.all)
	if c.slider.Value() != 0.5 || suggestedCount < 3 {
		t.Fatalf("level %v, %d clusters", c.slider.Value(), suggestedCount)
	}
	if got := c.count.Text() + " · " + c.rest.Label(); !strings.HasPrefix(got, kit.Count(suggestedCount)+" clusters · ") || !strings.HasSuffix(got, " images in none") {
		t.Errorf("count says %q", got)
	}
	calls := p.Calls("Clusters")
	for v := 0.5; v <= 1; v += 0.05 { // a drag
		c.slider.OnChanged(v)
	}
	h.Queue.Until(func() bool { return len(c.all) > suggestedCount })
	if n := p.Calls("Clusters") - calls; n != 1 {
		t.Errorf("%d cuts for one drag", n)
	}
	c.slider.OnChanged(0)
	if !h.Queue.Until(func() bool { return len(c.all) == 2 }) {
		t.Errorf("coarse: %d clusters", len(c.all))
	}
}

func TestOnlyTheNewestCutIsShown(t *testing.T) {
	block := make(chan struct{})
	c, h, p := open(t, 1400, nil)
	p.SetGate(func(ctx context.Context, call string) error {
		if call == "Clusters" {
			select {
			case <-block:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	before := p.Calls("Clusters")
	c.slider.OnChanged(1)
	h.Queue.Until(func() bool { return p.Calls("Clusters") == before+1 })
	c.slider.OnChanged(0) // while the other runs
	h.Queue.Until(func() bool { return p.Calls("Clusters") == before+2 })
	close(block)
	h.Queue.Until(func() bool { return len(c.all) == 2 })
	h.Queue.Settle(nil)
	if len(c.all) != 2 {
		t.Errorf("%d clusters are shown", len(c.all))
	}
}

func TestEnterAndDoubleClickOpenInImages(t *testing.T) {
	c, h, _ := open(t, 1400, nil)
	key := func(n fyne.KeyName) { h.Win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: n}) }
	key(fyne.KeyDown)
	key(fyne.KeyRight)
	key(fyne.KeyReturn)
	if len(h.Requests) != 1 || h.Opened[0] != "images" || h.Requests[0].Title != "cluster: "+c.all[1].Name || len(h.Requests[0].Images) != len(c.all[1].Images) {
		t.Fatalf("opened %v", h.Opened)
	}
	at := c.cards.position(2).AddXY(20, 20)
	for range 2 {
		c.cards.ground.MouseDown(&desktop.MouseEvent{Button: desktop.MouseButtonPrimary, PointEvent: fyne.PointEvent{Position: at}})
	}
	if len(h.Requests) != 2 || h.Requests[1].Title != "cluster: "+c.all[2].Name {
		t.Errorf("double click opened %d", len(h.Requests))
	}
	test.Tap(c.rest)
	if len(h.Requests) != 3 || len(h.Requests[2].Images) != len(c.none) {
		t.Error("those in none do not open")
	}
}

func TestCardSaysWhatIsInIt(t *testing.T) {
	c, h, _ := open(t, 1400, nil)
	first := c.cards.shown[0]
	if !h.Queue.Until(func() bool { return first.labels.Files > 0 }) {
		t.Fatal("no labels")
	}
	if first.name.Text() != c.all[0].Name || first.size.Text() != kit.Count(len(c.all[0].Images)) || first.thumbs[3].ID() != c.all[0].Images[3] {
		t.Errorf("card %q %q", first.name.Text(), first.size.Text())
	}
	if first.note.Text() == "" {
		t.Error("the bar is not put in words")
	}
}

func TestOnlyCardsOnTheScreenExist(t *testing.T) {
	c, h, _ := open(t, 100, nil)
	many := make([]project.Cluster, 3000)
	for i := range many {
		many[i] = project.Cluster{ID: i, Images: []project.FileID{project.FileID(i%100 + 1)}}
	}
	c.cards.set(many)
	c.Focus().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	h.Queue.Settle(nil)
	if c.cards.shown[2999] == nil || len(c.cards.ground.objects) > 80 {
		t.Errorf("%d cards, the last one %v", len(c.cards.ground.objects), c.cards.shown[2999] != nil)
	}
}

func TestTooEarly(t *testing.T) {
	c, _, _ := open(t, 0, func(p *viewstest.Project) {
		p.SetJobs(job.Status{State: job.Running})
		p.Change(func(rows *[]project.Image) { *rows = append(*rows, project.Image{ID: 1, State: project.Pending}) })
	})
	if got := c.tooEarly(); got != "Clusters appear when images are embedded: 0 of 1 so far." {
		t.Errorf("says %q", got)
	}
	if c.cards.Visible() || c.Count() != "" {
		t.Error("an empty field is shown")
	}
}
