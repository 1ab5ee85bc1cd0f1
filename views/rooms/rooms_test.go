package rooms

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"kindred/views"
	"kindred/views/look"
	"kindred/views/shell"
	"kindred/views/viewstest"
)

// program opens one project, whatever it is asked for.
type program struct {
	p      views.Project
	closed atomic.Int32
}

func (a *program) Recent(context.Context) []views.Recent                   { return nil }
func (a *program) OpenFolders(_ []string, done func(views.Project, error)) { done(a.p, nil) }
func (a *program) OpenProject(_ string, done func(views.Project, error))   { done(a.p, nil) }
func (a *program) CloseProject(done func())                                { a.closed.Add(1); done() }
func (a *program) Forget(string)                                           {}
func (a *program) Sample(func(string, error))                              {}
func (a *program) Version() string                                         { return "0" }
func (a *program) Machine() string                                         { return "" }
func (a *program) Reveal(string) error                                     { return nil }

// The rooms work in the real frame: every one is shown, a cluster opens in
// Images, and the project closes while things are still loading.
func TestRoomsInTheShell(t *testing.T) {
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(look.New(look.Fonts{}))
	q := &viewstest.Queue{}
	a := &program{p: viewstest.New(2000)}
	w := test.NewTempWindow(t, nil)
	s := shell.New(shell.Params{Context: t.Context(), App: a, Window: w, Dispatch: q.Dispatch, Rooms: All(), Interval: -1, Quit: func() {}})
	w.Resize(fyne.NewSize(1440, 900))
	s.Open([]string{"/photos"})
	q.Settle(nil)
	for _, id := range []string{"room-clusters", "room-duplicates", "room-images"} {
		if !s.Run(id) {
			t.Errorf("%s cannot be shown", id)
		}
		q.Settle(nil)
	}
	if !s.Run("select-all") || !s.Run("invert") {
		t.Error("the commands of Images do not work")
	}
	s.Run("room-clusters")
	q.Settle(nil)
	w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyHome})
	w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	q.Settle(nil)
	if !s.Run("select-all") {
		t.Error("a cluster did not open in Images")
	}
	s.Run("close")
	for end := time.Now().Add(5 * time.Second); a.closed.Load() == 0 && time.Now().Before(end); {
		q.Settle(nil)
	}
	if n := a.closed.Load(); n != 1 {
		t.Errorf("closed %d times", n)
	}
}
