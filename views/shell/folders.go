package shell

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"

	"kindred/views/kit"
	"kindred/views/look"
)

// roomName is a room before there is a project.
type roomName struct{ id, title string }

func (s *Shell) roomNames() []roomName {
	names := make([]roomName, len(s.p.Rooms))
	for i, m := range s.p.Rooms {
		names[i] = roomName{m.ID, m.Title}
	}
	return names
}

// fileDialog is what the folder and the file dialog of Fyne share.
type fileDialog interface {
	Resize(fyne.Size)
	SetOnClosed(func())
	Show()
}

// show opens a file dialog nearly as large as the window: its own size shows
// hardly any names.
func (s *Shell) show(d fileDialog) {
	size := s.p.Window.Canvas().Size()
	d.Resize(fyne.NewSize(min(size.Width-48, 1000), min(size.Height-48, 720)))
	scrim := kit.ShowScrim(s.p.Window.Canvas())
	d.SetOnClosed(scrim.Close)
	d.Show()
}

func (s *Shell) pickFolder(do func(path string)) {
	s.show(dialog.NewFolderOpen(func(u fyne.ListableURI, err error) {
		switch {
		case err != nil:
			s.notice("The folder cannot be opened: " + err.Error())
		case u != nil:
			do(u.Path())
		}
	}, s.p.Window))
}

func (s *Shell) chooseFolder() {
	s.pickFolder(func(path string) { s.Open([]string{path}) })
}

func (s *Shell) addFolder() {
	s.pickFolder(func(path string) {
		if s.session != nil {
			s.session.addFolders([]string{path})
		}
	})
}

func (s *Shell) chooseProject() {
	d := dialog.NewFileOpen(func(r fyne.URIReadCloser, err error) {
		if err != nil {
			s.notice("The project cannot be opened: " + err.Error())
			return
		}
		if r == nil {
			return
		}
		path := r.URI().Path()
		r.Close()
		s.Open([]string{path})
	}, s.p.Window)
	d.SetFilter(storage.NewExtensionFileFilter([]string{".kindred"}))
	s.show(d)
}

// Dropped opens what was dropped on the window. While a project is open it
// asks whether to add the folders to it. The position means nothing.
func (s *Shell) Dropped(_ fyne.Position, uris []fyne.URI) {
	var paths []string
	for _, u := range uris {
		if u.Scheme() == "file" {
			paths = append(paths, u.Path())
		}
	}
	if s.droppedModel(paths) || len(paths) == 0 || s.p.Window.Canvas().Overlays().Top() != nil {
		return
	}
	if s.session == nil || (len(paths) == 1 && isProject(paths[0])) {
		s.Open(paths)
		return
	}
	se := s.session
	what := kit.Plural(len(paths), "folder", "folders")
	text := kit.NewParagraph("Add what was dropped to “"+se.project.Name()+"”, or open it as a project of its own?", look.Body, look.T2, 400)
	var d *kit.Dialog
	own := kit.NewButton("Open on its own", func() { d.Close(); s.Open(paths) })
	add := kit.NewButton("Add "+what, func() { d.Close(); se.addFolders(paths) }).Primary()
	d = kit.NewDialog(s.p.Window.Canvas(), "Dropped "+what, text, fyne.NewSize(448, 0), own, add)
	s.dialog = d
	d.Show()
}
