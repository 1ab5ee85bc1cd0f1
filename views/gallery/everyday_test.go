package gallery

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"kindred/project"
	"kindred/views/viewstest"
)

func items(m *fyne.Menu) map[string]func() {
	all := map[string]func(){}
	for _, item := range m.Items {
		all[item.Label] = item.Action
	}
	return all
}

func TestEveryImageMenuLeadsToTheFile(t *testing.T) {
	s := open(t, 100, nil)
	s.click(4, 0)
	for i, menu := range []*fyne.Menu{s.g.menu(), s.g.imageMenu(5)} {
		do := items(menu)
		for _, name := range []string{"Show in folder", "Copy path", openWithName} {
			if do[name] == nil {
				t.Fatalf("menu %d lacks %q", i, name)
			}
			do[name]()
			s.settle()
		}
	}
	want := []string{"/photos/northshore/car/img_000005.jpg", "/photos/northshore/car/img_000005.jpg"}
	if !slices.Equal(s.h.Revealed, want) || !slices.Equal(s.h.Started, want) {
		t.Errorf("shown %v, opened %v", s.h.Revealed, s.h.Started)
	}
	if got := fyne.CurrentApp().Clipboard().Content(); got != want[0] {
		t.Errorf("copied %q", got)
	}
}

func TestFullViewZoomsByKeys(t *testing.T) {
	s := open(t, 100, nil)
	s.click(4, 0)
	s.click(4, 0)
	s.until("the preview", func() bool { return s.p.Calls("Preview") > 0 && s.g.full.pixels != nil })
	f := s.g.full
	f.TypedRune('1')
	if got := f.percent.Text(); got != "100 %" {
		t.Errorf("1 shows %s at zoom %v", got, f.zoom)
	}
	f.TypedRune('+')
	large := f.zoom
	f.TypedRune('0')
	if f.zoom != 1 || large <= f.whole() {
		t.Errorf("0 gives zoom %v, + gave %v", f.zoom, large)
	}
	for range 60 {
		f.TypedRune('+')
	}
	if f.zoom > max(mostZoom, f.whole()) {
		t.Errorf("zoom %v", f.zoom)
	}
	s.settle()
	if f.asked.Width > 4096 || f.asked.Height > 4096 {
		t.Errorf("asked for %v pixels", f.asked)
	}
	for range 60 {
		f.TypedRune('-')
	}
	if f.zoom != min(1, f.whole()) {
		t.Errorf("smallest zoom %v", f.zoom)
	}
}

func TestAPictureOfADriveThatIsAway(t *testing.T) {
	s := open(t, 100, func(p *viewstest.Project) {
		p.SetGate(func(_ context.Context, call string) error {
			if call == "Preview" {
				return fmt.Errorf("%w: %q", project.ErrDisconnected, "/photos")
			}
			return nil
		})
	})
	s.click(4, 0)
	s.click(4, 0)
	s.until("the reason", func() bool { return s.g.full.trouble.Text() != "" })
	s.settle()
	if got := s.g.full.trouble.Text(); !strings.Contains(got, "not connected") {
		t.Errorf("says %q", got)
	}
	if s.g.full.pixels == nil {
		t.Error("the thumbnail is not shown")
	}
}
