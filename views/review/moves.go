package review

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"kindred/project"
	"kindred/views/chooser"
	"kindred/views/feed"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/photo"
)

// showMoves lists the steps of the proposal, to be copied or saved.
func (l *Leaks) showMoves() {
	f := l.found
	if len(f.steps) == 0 || l.host.Window() == nil {
		return
	}
	rows := kit.NewRows(look.RowHeight, func() kit.Row { return newMoveRow(l.src, f) })
	rows.Set(len(f.steps), -1)
	note := kit.NewParagraph(f.proposal()+" No file is touched here: it is a list to go by.", look.Small, look.T2, 560)
	copyAll := kit.NewButton("Copy list", func() {
		fyne.CurrentApp().Clipboard().SetContent(f.text())
		l.host.Notice("Copied " + kit.Plural(len(f.steps), "line", "lines") + ".")
	}).Icon("copy-path")
	save := kit.NewButton("Save list…", func() {
		l.dialog.Close()
		l.save(f)
	}).Primary()
	l.dialog = kit.NewDialog(l.host.Window().Canvas(), kit.Plural(len(f.steps), "move", "moves")+" that close all leaks",
		photo.Column(rows, note, kit.Fixed(0, 12, kit.VBox(0)), rows), fyne.NewSize(640, 440), copyAll, save)
	l.dialog.Show()
}

// save asks for a folder and writes the list there, under a name that is free.
func (l *Leaks) save(f *leakage) {
	home, _ := os.UserHomeDir()
	chooser.Show(chooser.Params{
		Canvas: l.host.Window().Canvas(), Dispatch: l.host.Dispatch, Go: l.host.Go,
		Title: "Save the list in a folder", Verb: "Save here", Start: home, Home: home,
		Do: func(folder string) {
			name, text := l.src.Project.Name()+"-leaks", f.text()
			l.src.Go(func(context.Context) {
				path, err := writeNew(folder, name, ".tsv", text)
				l.src.Show(func() {
					if err != nil {
						l.host.Notice("The list was not saved: " + err.Error() + ".")
						return
					}
					l.host.Notice("Saved " + path + ".")
				})
			})
		},
	})
}

// writeNew writes a file that is not there yet: NAME.ext, else NAME-2.ext.
func writeNew(folder, name, ext, text string) (string, error) {
	for i := 1; i < 1000; i++ {
		path := filepath.Join(folder, name+ext)
		if i > 1 {
			path = filepath.Join(folder, fmt.Sprintf("%s-%d%s", name, i, ext))
		}
		w, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if os.IsExist(err) {
			continue
		}
		if err != nil {
			return "", err
		}
		_, err = w.WriteString(text)
		if err2 := w.Close(); err == nil {
			err = err2
		}
		return path, err
	}
	return "", fmt.Errorf("%q has too many lists already", folder)
}

// moveRow is one step of the proposal.
type moveRow struct {
	widget.BaseWidget
	of     *leakage
	thumb  *photo.Thumb
	action *kit.Text
	path   *kit.Text
	to     *kit.Text
}

func newMoveRow(src *feed.Source, of *leakage) *moveRow {
	r := &moveRow{
		of: of, thumb: photo.NewThumb(src, 22, 22, true),
		action: kit.NewText("", look.Small, look.T3), path: kit.NewText("", look.Small, look.T1).Truncate(60),
		to: kit.NewText("", look.Small, look.T2).Align(fyne.TextAlignTrailing),
	}
	r.ExtendBaseWidget(r)
	return r
}

// Bind implements kit.Row.
func (r *moveRow) Bind(i int) {
	s := r.of.steps[i]
	r.thumb.Set(s.ID)
	r.path.Set(r.of.paths[s.ID])
	r.action.Set("leave out")
	r.to.Set(r.of.from[s.ID])
	if s.Action == "move" {
		r.action.Set("move")
		r.to.Set(r.of.from[s.ID] + " → " + s.To)
	}
}

// Release implements kit.Row.
func (r *moveRow) Release() { r.thumb.Set(project.FileID(0)) }

// CreateRenderer implements fyne.Widget.
func (r *moveRow) CreateRenderer() fyne.WidgetRenderer {
	return &photo.Painting{
		Widget: r, Objs: []fyne.CanvasObject{r.thumb, r.action, r.path, r.to}, Paint: func() {},
		Min: func() fyne.Size { return fyne.NewSize(300, look.RowHeight) },
		Place: func(s fyne.Size) {
			put := func(o fyne.CanvasObject, x, y, w, h float32) {
				o.Resize(fyne.NewSize(max(w, 0), h))
				o.Move(fyne.NewPos(x, y))
			}
			put(r.thumb, 8, 3, 22, 22)
			put(r.action, 40, 6, 64, 16)
			put(r.path, 108, 6, s.Width-108-140, 16)
			put(r.to, s.Width-132, 6, 120, 16)
		},
	}
}
