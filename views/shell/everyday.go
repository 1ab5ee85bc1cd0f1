package shell

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"

	"kindred/project"
	"kindred/views"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/welcome"
)

// Keys of the preferences that keep the window between two runs.
const (
	prefRoom   = "view.room"
	prefWidth  = "window.width"
	prefHeight = "window.height"
)

// WindowSize is the size that the window had when it was closed last, or
// fallback.
func WindowSize(p fyne.Preferences, fallback fyne.Size) fyne.Size {
	w := p.FloatWithFallback(prefWidth, float64(fallback.Width))
	h := p.FloatWithFallback(prefHeight, float64(fallback.Height))
	return fyne.NewSize(max(float32(w), leastWidth), max(float32(h), leastHeight))
}

// keepWindow remembers the size of the window.
func (s *Shell) keepWindow() {
	if size := s.p.Window.Canvas().Size(); size.Width >= leastWidth && size.Height >= leastHeight && !s.p.Window.FullScreen() {
		s.p.Preferences.SetFloat(prefWidth, float64(size.Width))
		s.p.Preferences.SetFloat(prefHeight, float64(size.Height))
	}
}

// firstRoom is the room that a project opens with: the one of the last time,
// while there is such a room.
func (se *session) firstRoom() string {
	last := se.shell.p.Preferences.String(prefRoom)
	if se.room(last) != nil {
		return last
	}
	return se.rooms[0].ID()
}

// ShowCrash tells that the program ended unexpectedly the last time and offers
// the report.
func (s *Shell) ShowCrash(report string) {
	text := kit.NewParagraph("Kindred ended unexpectedly last time. Your project is kept up to the last stored step. The report is at", look.Body, look.T2, 400)
	path := kit.NewParagraph(kit.Printable(report), look.Small, look.T1, 400)
	var d *kit.Dialog
	show := kit.NewButton("Show the report", func() {
		d.Close()
		s.goes(func(ctx context.Context) {
			if err := s.p.App.Reveal(report); err != nil {
				s.p.Dispatch(func() {
					s.notice("The report cannot be shown: " + err.Error() + ". It lies at " + kit.Printable(report))
				})
			}
		})
	})
	ok := kit.NewButton("Close", func() { d.Close() }).Primary()
	d = kit.NewDialog(s.p.Window.Canvas(), "Kindred ended unexpectedly", kit.VBox(8, text, path), fyne.NewSize(448, 0), show, ok)
	s.dialog = d
	d.Show()
}

// rebuild saves what is readable of a damaged project, opens it and says what
// was saved.
func (s *Shell) rebuild(paths []string) {
	doctor, ok := s.p.App.(views.Rebuilder)
	if !ok || s.opening || s.closing {
		return
	}
	s.opening = true
	s.welcome.Busy("Saving what can be read")
	doctor.Rebuild(paths, func(r project.Rebuilt, err error) {
		s.p.Dispatch(func() {
			s.opening = false
			s.welcome.Busy("")
			switch {
			case s.closing:
				s.quit()
			case err != nil:
				s.welcome.Fail(err, paths)
			default:
				s.saved = welcome.Rebuilt(r)
				s.Open(paths)
			}
		})
	})
}

// OpenWith implements Host.
func (se *session) OpenWith(path string) {
	starter, ok := se.shell.p.App.(views.Starter)
	if !ok {
		return
	}
	se.Go(func(context.Context) {
		if err := starter.OpenWith(path); err != nil {
			se.Dispatch(func() { se.Notice("The file cannot be opened: " + err.Error() + ".") })
		}
	})
}

// tellSaved says, once the rebuilt project is open, what was saved. It comes
// last, so that the keyboard goes back to the room.
func (s *Shell) tellSaved() {
	if text := s.saved; text != "" {
		s.saved = ""
		s.dialog = kit.Message(s.p.Window.Canvas(), "The project is rebuilt", text)
	}
}

// lookForDamage offers the way out when a large project, which is not checked
// as a whole at each opening, turns out to be damaged while it is open.
func (se *session) lookForDamage(err error) {
	if se.broken || !errors.Is(err, project.ErrDamaged) {
		return
	}
	if _, ok := se.shell.p.App.(views.Rebuilder); !ok {
		return
	}
	se.broken = true
	s, file := se.shell, se.project.File()
	s.dialog = kit.Confirm(se.Window().Canvas(), "This project is damaged",
		"Part of the project file cannot be read. Your images are untouched. Kindred can close the project, keep a copy of the file and save all that is readable into a new one.",
		"Make a copy and rebuild", func() { s.closeProject(func() { s.rebuild([]string{file}) }) })
}
