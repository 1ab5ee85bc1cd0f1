package shell

import (
	"path/filepath"
	"strings"

	"kindred/views"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/settings"
)

// hasSettings says whether the program has settings to show.
func (s *Shell) hasSettings() bool {
	_, ok := s.p.App.(views.Settings)
	return ok
}

// Settings is the page of settings while it is shown, else nil.
func (s *Shell) Settings() *settings.View { return s.settings }

// openSettings shows the settings in a dialog.
func (s *Shell) openSettings() {
	app, ok := s.p.App.(views.Settings)
	if !ok || s.settings != nil || s.closing || s.opening {
		return
	}
	name := ""
	if s.session != nil {
		name = s.session.project.Name()
	}
	s.settings = settings.New(settings.Params{
		Context: s.ctx, App: app, Dispatch: s.p.Dispatch, Go: s.goes, Canvas: s.p.Window.Canvas(),
		Version: s.p.App.Version(), Machine: s.p.App.Machine(),
		Mode: s.mode, SetMode: func(m look.Mode) { s.setTheme(m); s.refreshMenu() },
		Project: name, Busy: func() bool { return s.session != nil && s.jobs.Busy() },
		ChooseModel: s.chooseModel, Use: s.switchModel,
	})
	d := kit.NewDialog(s.p.Window.Canvas(), "Settings", s.settings.Content(), settings.Size())
	d.OnClosed = func() {
		s.settings.Close()
		s.settings = nil
	}
	s.dialog = d
	d.Show()
}

func (s *Shell) chooseModel(do func(path string)) { s.pick("Add model", "Add", ".onnx", do) }

// droppedModel offers a dropped .onnx file as a model; it says whether there
// was one. The settings, if they are open, may lie over the window.
func (s *Shell) droppedModel(paths []string) bool {
	for _, path := range paths {
		if !strings.EqualFold(filepath.Ext(path), ".onnx") || !s.hasSettings() {
			continue
		}
		if s.settings == nil && s.p.Window.Canvas().Overlays().Top() == nil {
			s.openSettings()
		}
		if s.settings != nil {
			s.settings.Add(path)
		}
		return true
	}
	return false
}

// switchModel opens the project again with another model. What that has not
// seen is embedded in the background.
func (s *Shell) switchModel(m views.Model) {
	app, ok := s.p.App.(views.Settings)
	if s.dialog != nil && s.settings != nil {
		s.dialog.Close()
	}
	if !ok || s.session == nil || s.opening || s.closing {
		return
	}
	file, name := s.session.project.File(), s.session.project.Name()
	s.closeProject(func() {
		s.opening = true
		s.welcome.Busy("Opening “" + kit.Printable(name) + "” with “" + kit.Printable(m.Name) + "”")
		app.OpenWithModel(file, m.ID, func(p views.Project, err error) {
			s.p.Dispatch(func() {
				s.opened(p, err, []string{file})
				if s.session != nil {
					s.notice("“" + kit.Printable(name) + "” now uses “" + kit.Printable(m.Name) + "”. The vectors of the other models are kept.")
				}
			})
		})
	})
}

// tellOpeningNote shows what there is to be said of the project just opened.
func (s *Shell) tellOpeningNote() {
	if app, ok := s.p.App.(views.Settings); ok {
		if note := app.OpeningNote(); note != "" {
			s.notice(note)
		}
	}
}
