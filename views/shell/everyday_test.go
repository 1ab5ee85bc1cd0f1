package shell

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"kindred/project"
)

func TestTheWindowOpensAsItWasClosed(t *testing.T) {
	d := newDesk(t, 1280)
	prefs := fyne.CurrentApp().Preferences()
	if got := WindowSize(prefs, fyne.NewSize(1280, 800)); got != fyne.NewSize(1280, 800) {
		t.Errorf("first size %v", got)
	}
	d.open()
	d.Run("room-clusters")
	d.window.Resize(fyne.NewSize(1110, 707))
	d.Close()
	d.until("it has quit", func() bool { return d.quit })
	if got := WindowSize(prefs, fyne.NewSize(1280, 800)); got != fyne.NewSize(1110, 707) {
		t.Errorf("size of the next start %v, want 1110 x 707", got)
	}
	prefs.SetFloat(prefWidth, 12)
	if got := WindowSize(prefs, fyne.NewSize(1280, 800)); got.Width < leastWidth {
		t.Errorf("a window of width %v", got.Width)
	}
	if got := prefs.String(prefRoom); got != "clusters" {
		t.Errorf("room of the next start %q, want clusters", got)
	}
}

func TestALastRoomThatIsNoMoreIsLeftOut(t *testing.T) {
	d := newDesk(t, 1280)
	fyne.CurrentApp().Preferences().SetString(prefRoom, "attic")
	d.open()
	if d.Room() == nil || d.Room().ID() != "images" {
		t.Errorf("opened with %v", d.Room())
	}
}

func TestACrashIsTold(t *testing.T) {
	d := newDesk(t, 1280)
	d.ShowCrash("/data/crash/crash-1.txt")
	if d.dialog == nil || !d.dialog.Open() || !strings.Contains(d.dialog.Title(), "ended unexpectedly") {
		t.Fatal("nothing is told")
	}
	d.dialog.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if d.dialog.Open() {
		t.Error("Enter does not close it")
	}
}

// doctor is a program that can rebuild.
type doctor struct {
	*program
	fails error
}

func (d *doctor) Rebuild(paths []string, done func(project.Rebuilt, error)) {
	d.note("rebuild %s", strings.Join(paths, " "))
	d.err = nil
	go done(project.Rebuilt{Backup: "/p/birds.kindred.damaged-1", Files: 1968, Labels: 12, Vectors: 1960, Unread: 8, Gaps: 1}, d.fails)
}

func TestADamagedProjectIsOfferedAWayOut(t *testing.T) {
	d := newDesk(t, 1280)
	d.p.App = &doctor{program: d.app}
	d.app.err = fmt.Errorf("open project: %w: page 7", project.ErrDamaged)
	d.Open([]string{"/p/birds.kindred"})
	d.until("it failed", func() bool { return d.Welcome().ErrorText() != "" })
	if text := d.Welcome().ErrorText(); !strings.Contains(text, "“birds.kindred” is damaged") || !strings.Contains(text, "untouched") {
		t.Errorf("says %q", text)
	}
	d.rebuild([]string{"/p/birds.kindred"})
	d.until("the project is open", func() bool { return d.session != nil })
	if got := d.app.calls(); !slices.Equal(got, []string{"project /p/birds.kindred", "rebuild /p/birds.kindred", "project /p/birds.kindred"}) {
		t.Errorf("asked %v", got)
	}
	if d.dialog == nil || d.dialog.Title() != "The project is rebuilt" {
		t.Error("does not say what was saved")
	}
}

func TestDamageThatShowsWhileAProjectIsOpen(t *testing.T) {
	d := newDesk(t, 1280)
	d.p.App = &doctor{program: d.app}
	d.open()
	d.session.lookForDamage(nil)
	if d.dialog != nil {
		t.Fatal("asks about a sound project")
	}
	d.session.lookForDamage(fmt.Errorf("count images: %w", project.ErrDamaged))
	if d.dialog == nil || !d.dialog.Open() {
		t.Fatal("offers no way out")
	}
	d.dialog.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	d.until("it is rebuilt and open again", func() bool {
		return d.session != nil && d.dialog.Title() == "The project is rebuilt"
	})
	if got := d.app.calls(); !slices.Contains(got, "close") || !slices.Contains(got, "rebuild /tmp/northshore.kindred") {
		t.Errorf("asked %v", got)
	}
}
