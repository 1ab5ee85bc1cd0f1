package shell

import (
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"

	"kindred/views/chooser"
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

// prefFolder keeps the folder in which a person chose last.
const prefFolder = "chooser.folder"

// pick lets a person choose a folder, or a file with an ending.
func (s *Shell) pick(title, verb, ext string, do func(path string)) {
	if s.chooser != nil && s.chooser.Open() {
		return
	}
	home, _ := os.UserHomeDir()
	start := s.p.Preferences.StringWithFallback(prefFolder, home)
	if info, err := os.Stat(start); err != nil || !info.IsDir() {
		start = home
	}
	s.chooser = chooser.Show(chooser.Params{
		Canvas: s.p.Window.Canvas(), Dispatch: s.p.Dispatch, Go: s.goes,
		Title: title, Verb: verb, Ext: ext, Start: start, Home: home,
		Do: func(path string) {
			s.p.Preferences.SetString(prefFolder, filepath.Dir(path))
			do(path)
		},
	})
}

func (s *Shell) pickFolder(title, verb string, do func(path string)) { s.pick(title, verb, "", do) }

func (s *Shell) chooseFolder() {
	s.pickFolder("Open folder", "Open", func(path string) { s.Open([]string{path}) })
}

func (s *Shell) addFolder() {
	s.pickFolder("Add folder", "Add", func(path string) {
		if s.session != nil {
			s.session.addFolders([]string{path})
		}
	})
}

func (s *Shell) chooseProject() {
	s.pick("Open project", "Open", ".kindred", func(path string) { s.Open([]string{path}) })
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
