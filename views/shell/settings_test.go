package shell

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"

	"kindred/views"
	"kindred/views/kit"
	"kindred/views/viewstest"
)

// whole is a program with settings.
type whole struct {
	*program
	*viewstest.Settings
}

func newWholeDesk(t *testing.T) (*desk, *whole) {
	d := newDesk(t, 1440)
	w := &whole{d.app, viewstest.NewSettings()}
	w.Settings.Project = d.app.project
	d.p.App = w
	d.refreshMenu()
	return d, w
}

func TestSettingsOpenByKeyAndRail(t *testing.T) {
	d, _ := newWholeDesk(t)
	d.shortcut(fyne.KeyComma) // on the welcome screen, too
	if d.dialog == nil || d.dialog.Title() != "Settings" || d.Settings() == nil {
		t.Fatal("Ctrl , does not open the settings")
	}
	d.dialog.Close()
	if d.Settings() != nil {
		t.Error("closed, but still there")
	}
	d.open()
	test.Tap(d.session.frame.rail.settings)
	if d.Settings() == nil {
		t.Fatal("the rail does not open the settings")
	}
	d.dialog.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if d.Settings() != nil {
		t.Error("Esc does not close them")
	}
}

func TestADroppedModelIsOffered(t *testing.T) {
	d, w := newWholeDesk(t)
	drop := func(path string) {
		d.Dropped(fyne.NewPos(0, 0), []fyne.URI{storage.NewFileURI(path)})
		d.queue.Settle(nil)
	}
	drop("/m/tiny.onnx")
	if d.Settings() == nil {
		t.Fatal("the settings do not open")
	}
	drop("/m/second.onnx") // on the open settings
	if got := w.Settings.Calls(); !slices.Contains(got, "add /m/tiny.onnx") || !slices.Contains(got, "add /m/second.onnx") {
		t.Errorf("asked %v", got)
	}
	if got := d.app.calls(); len(got) != 0 {
		t.Errorf("a folder was opened: %v", got)
	}
	d.dialog.Close()
	kit.Message(d.window.Canvas(), "Something", "else")
	drop("/m/third.onnx")
	if slices.Contains(w.Settings.Calls(), "add /m/third.onnx") {
		t.Error("a model is added behind a dialog")
	}
}

func TestSwitchingTheModelOpensTheProjectAgain(t *testing.T) {
	d, w := newWholeDesk(t)
	d.open()
	d.Run("room-clusters")
	d.openSettings()
	d.queue.Settle(nil)
	before := d.session
	d.switchModel(views.Model{ID: "other", Name: "tiny"})
	if d.Settings() != nil {
		t.Error("the settings stay open")
	}
	d.until("the project is open again", func() bool { return d.session != nil && d.session != before && d.session.counted })
	want := "open " + d.app.project.File() + " with other"
	if got := w.Settings.Calls(); !slices.Contains(got, want) {
		t.Errorf("asked %v, not %q", got, want)
	}
	if got := d.app.calls(); !slices.Equal(got, []string{"folders /photos", "close"}) {
		t.Errorf("asked %v", got)
	}
	if got := d.Jobs().Text(); !strings.Contains(got, "now uses “tiny”") {
		t.Errorf("says %q", got)
	}
	if d.Room() == nil || d.Room().ID() != "clusters" {
		t.Errorf("shows %v", d.Room())
	}
}

func TestANoteOfOpeningIsShown(t *testing.T) {
	d, w := newWholeDesk(t)
	w.Settings.Note = "The model “old” cannot be used."
	d.open()
	if got := d.Jobs().Text(); got != w.Settings.Note {
		t.Errorf("says %q", got)
	}
}

// Closing while the model is switched ends the program.
func TestCloseWhileSwitching(t *testing.T) {
	d, w := newWholeDesk(t)
	d.open()
	d.switchModel(views.Model{ID: "other", Name: "tiny"})
	d.Close()
	d.until("quit", func() bool { return d.quit })
	for _, c := range w.Settings.Calls() {
		if strings.HasPrefix(c, "open") {
			t.Errorf("opened while closing: %v", w.Settings.Calls())
		}
	}
}
