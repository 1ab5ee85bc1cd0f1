// Package welcome is the first screen: a place to drop a folder, to open one,
// and the projects that were open before.
package welcome

import (
	"context"
	"errors"
	"os"
	"strings"

	"fyne.io/fyne/v2"

	"kindred/project"
	"kindred/views"
	"kindred/views/kit"
)

// Params is what the screen needs. All functions are called on the main
// goroutine, but for what Go runs.
type Params struct {
	App      views.App
	Dispatch views.Dispatch
	// Go runs f on a goroutine of its own, with a context that ends with the
	// program.
	Go            func(f func(ctx context.Context))
	Open          func(paths []string) // folders, or a project file
	OpenRecent    func(r views.Recent)
	ChooseFolder  func()
	ChooseProject func()
	Keyboard      func()
	Review        []string // titles of the rooms that list what to look at
	Sample        func()   // opens the sample dataset
	// Rebuild saves what is readable of a damaged project. Optional.
	Rebuild func(paths []string)
	Changed func() // the keys of the screen may be others now
}

// Welcome is the screen. All methods belong to the main goroutine.
type Welcome struct {
	p       Params
	content fyne.CanvasObject
	path    *kit.Entry
	drop    *dropArea
	sample  *kit.Button
	errors  *fyne.Container
	recents *recents
	find    *kit.Entry
	right   *fyne.Container
	asked   int // Reload calls, so that only the last answer counts
}

// New makes the screen; Reload fills it.
func New(p Params) *Welcome {
	w := &Welcome{p: p}
	w.path = kit.NewEntry("or type a folder’s path").Icon("terminal").Key("Enter").Large()
	w.path.OnSubmitted = w.submit
	w.path.OnChanged = func(string) { w.showError("", "", nil) }
	w.drop = newDropArea(p.ChooseFolder, p.ChooseProject)
	w.sample = kit.NewButton("Open", p.Sample)
	w.errors = kit.VBox(0)
	w.recents = newRecents(p.OpenRecent, func(r views.Recent) { p.App.Forget(r.File); w.Reload() })
	w.find = kit.NewSearch("Find a project").Small()
	w.find.OnChanged = func(s string) { w.recents.set(w.recents.all, s) }
	w.find.OnKey = func(k fyne.KeyName) bool {
		switch k {
		case fyne.KeyDown, fyne.KeyUp, fyne.KeyReturn, fyne.KeyEnter:
			w.recents.TypedKey(&fyne.KeyEvent{Name: k})
			return true
		}
		return false
	}
	w.content = w.build()
	return w
}

// Content is the screen.
func (w *Welcome) Content() fyne.CanvasObject { return w.content }

// Focus is what gets the keyboard on this screen.
func (w *Welcome) Focus() fyne.Focusable {
	if len(w.recents.shown) > 0 {
		return w.recents
	}
	return nil
}

// Keys are the hints of the status bar.
func (w *Welcome) Keys() []kit.KeyHint {
	keys := []kit.KeyHint{{Key: "Ctrl O", Text: "folder"}, {Key: "?", Text: "all keys"}}
	if len(w.recents.all) > 0 {
		keys = append([]kit.KeyHint{{Key: "↑ ↓", Text: "choose"}, {Key: "Enter", Text: "open"}}, keys...)
	}
	return keys
}

// Reload asks for the recent projects again.
func (w *Welcome) Reload() {
	w.asked++
	asked := w.asked
	w.p.Go(func(ctx context.Context) {
		list := w.p.App.Recent(ctx)
		if ctx.Err() != nil {
			return
		}
		w.p.Dispatch(func() {
			if asked == w.asked {
				w.show(list)
			}
		})
	})
}

func (w *Welcome) show(list []views.Recent) {
	w.recents.set(list, w.find.Text())
	if len(list) == 0 {
		w.right.Objects = []fyne.CanvasObject{firstRun(w.p.Keyboard, w.p.Review)}
	} else {
		w.right.Objects = []fyne.CanvasObject{w.projects()}
	}
	w.right.Refresh()
	if w.p.Changed != nil {
		w.p.Changed()
	}
	if c := fyne.CurrentApp().Driver().CanvasForObject(w.content); c != nil && c.Focused() == nil && w.Focus() != nil {
		c.Focus(w.Focus())
	}
}

func (w *Welcome) submit(s string) {
	home, _ := os.UserHomeDir()
	if path := TypedPath(s, home); path != "" {
		w.p.Open([]string{path})
	}
}

// Busy shows what is being opened: "Opening 2 folders". "" ends it.
func (w *Welcome) Busy(text string) {
	if text != "" {
		w.showError("", "", nil)
	}
	w.drop.setBusy(text)
	if text == "" {
		w.sample.Enable()
	} else {
		w.sample.Disable()
	}
}

// BusyText returns what is being opened.
func (w *Welcome) BusyText() string { return w.drop.busy }

// Fail shows why something could not be opened.
func (w *Welcome) Fail(err error, paths []string) {
	w.Busy("")
	text := Explain(err, paths)
	action, do := "Choose another", w.p.ChooseFolder
	if len(paths) == 1 && strings.HasSuffix(strings.ToLower(paths[0]), ".kindred") {
		do = w.p.ChooseProject
	}
	if errors.Is(err, project.ErrDamaged) && w.p.Rebuild != nil {
		action, do = "Make a copy and rebuild", func() { w.p.Rebuild(paths) }
	}
	w.path.SetWrong(w.path.Text() != "")
	w.showError(text, action, do)
}

// ErrorText returns the sentence of the error that is shown, or "".
func (w *Welcome) ErrorText() string {
	if len(w.errors.Objects) == 0 {
		return ""
	}
	return w.drop.failure
}

func (w *Welcome) showError(text, action string, do func()) {
	if text == w.drop.failure {
		return
	}
	w.drop.failure = text
	w.errors.Objects = nil
	if text != "" {
		w.errors.Objects = []fyne.CanvasObject{kit.ErrorCard("It could not be opened", text, action, do, contentWidth)}
	}
	w.errors.Refresh()
	w.content.Refresh()
}
