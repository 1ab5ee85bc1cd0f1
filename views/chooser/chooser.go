// Package chooser is the dialog in which a person chooses a folder or a file: a
// field for the path, with completion, above the names in the folder that the
// path is in. It needs no help of the desktop.
package chooser

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"kindred/views"
	"kindred/views/kit"
	"kindred/views/look"
)

// Params says what is chosen.
type Params struct {
	Canvas   fyne.Canvas
	Dispatch views.Dispatch
	// Go runs f on a goroutine of its own: a folder may be far away.
	Go    func(f func(ctx context.Context))
	Title string
	Verb  string // of the button: "Open"
	Ext   string // ".onnx" chooses a file with that ending; "" a folder
	Start string // the folder to begin in
	Home  string // optional: where the button for the home folder leads
	// Do gets what was chosen. The dialog is gone by then.
	Do func(path string)
}

// Chooser is the dialog. All methods belong to the main goroutine.
type Chooser struct {
	p       Params
	dialog  *kit.Dialog
	path    *kit.Entry
	note    *kit.Text
	open    *kit.Button
	list    *widget.List
	names   []Entry
	at      int // the name that the arrows are on, -1 for none
	revised int // changes of the path, so that only the newest answer counts
	checked string
}

// Show puts the dialog over the window.
func Show(p Params) *Chooser {
	c := &Chooser{p: p, at: -1}
	c.path = kit.NewEntry("Path").Icon("terminal")
	c.path.OnChanged = func(string) { c.changed() }
	c.path.OnSubmitted = func(string) { c.enter() }
	c.path.OnKey = c.key
	c.path.CatchTab = true
	c.note = kit.NewText("", look.Small, look.T3).Truncate(100)
	c.open = kit.NewButton(p.Verb, c.choose).Primary().Key("Enter")
	cancel := kit.NewButton("Cancel", func() { c.dialog.Close() }).Key("Esc")
	c.list = widget.NewList(func() int { return len(c.names) }, func() fyne.CanvasObject { return newRow() }, c.bind)
	c.list.HideSeparators = true
	c.list.OnSelected = func(id widget.ListItemID) {
		c.list.UnselectAll()
		c.take(id)
	}
	upward := kit.NewButton("Up", func() { c.goTo(up(c.folder())) }).Icon("chevron-up").Small()
	bar := []fyne.CanvasObject{upward}
	if p.Home != "" {
		bar = append(bar, kit.NewButton("Home", func() { c.goTo(folderText(p.Home)) }).Icon("folder").Small())
	}
	bar = append(bar, kit.Grow(c.note))
	top := kit.VBox(8, c.path, kit.HBox(8, bar...), kit.HRule())
	size := p.Canvas.Size()
	content := container.NewBorder(top, nil, nil, nil, c.list)
	c.dialog = kit.NewDialog(p.Canvas, p.Title, content, fyne.NewSize(min(size.Width-64, 720), min(size.Height-64, 560)), cancel, c.open)
	c.dialog.Show()
	c.goTo(folderText(p.Start))
	return c
}

// Open says whether the dialog is shown.
func (c *Chooser) Open() bool { return c.dialog.Open() }

// folder is the folder that is listed.
func (c *Chooser) folder() string {
	dir, _ := split(c.typed())
	return dir
}

// typed is the path in the field: "~" for the home folder is spelled out, and a
// whole path that was typed behind another takes its place.
func (c *Chooser) typed() string {
	text := c.path.Text()
	for _, begin := range []string{"//", "/~/"} {
		if at := strings.LastIndex(text, begin); at > 0 {
			text = text[at+1:]
		}
	}
	if c.p.Home != "" && (text == "~" || strings.HasPrefix(text, "~/")) {
		return c.p.Home + text[1:]
	}
	return text
}

func (c *Chooser) goTo(dir string) {
	c.path.SetText(dir)
	c.end()
}

// end puts the cursor behind the path.
func (c *Chooser) end() {
	c.p.Canvas.Focus(c.path.Focusable())
	c.path.Focusable().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
}

// changed lists anew for the path as it is now.
func (c *Chooser) changed() {
	c.revised++
	revised, text := c.revised, c.typed()
	dir, prefix := split(text)
	c.at = -1
	c.p.Go(func(context.Context) {
		names, more, err := list(dir, prefix, c.p.Ext)
		info, bad := os.Stat(text)
		c.p.Dispatch(func() {
			if revised != c.revised || !c.dialog.Open() {
				return
			}
			c.names = names
			c.checked = ""
			if bad == nil && info.IsDir() == (c.p.Ext == "") {
				c.checked = text
				c.open.Enable()
			} else {
				c.open.Disable()
			}
			c.note.Set(c.say(prefix, more, err))
			c.list.ScrollToTop()
			c.list.Refresh()
		})
	})
}

// say is the line above the names.
func (c *Chooser) say(prefix string, more bool, err error) string {
	switch {
	case err != nil && os.IsPermission(err):
		return "This folder cannot be read: permission denied."
	case err != nil:
		return "There is no such folder."
	case more:
		return "The first " + kit.Count(most) + " names; type on to narrow down."
	case len(c.names) == 0 && prefix != "":
		return "No name here begins like this."
	case len(c.names) == 0 && c.p.Ext == "":
		return "No folders inside."
	case len(c.names) == 0:
		return "No folders and no " + c.p.Ext + " files inside."
	}
	return "↑ ↓ choose, Tab completes"
}

// key moves in the list, completes and closes, while the field has the keyboard.
func (c *Chooser) key(k fyne.KeyName) bool {
	switch k {
	case fyne.KeyEscape:
		c.dialog.Close()
	case fyne.KeyDown:
		c.move(min(c.at+1, len(c.names)-1))
	case fyne.KeyUp:
		c.move(max(c.at-1, -1))
	case fyne.KeyTab:
		c.complete()
	default:
		return false
	}
	return true
}

func (c *Chooser) move(at int) {
	c.at = at
	if at >= 0 {
		c.list.ScrollTo(at)
	}
	c.list.Refresh()
}

// complete writes the name that is chosen, or what all names have in common.
func (c *Chooser) complete() {
	switch {
	case c.at >= 0:
		c.write(c.names[c.at])
	case len(c.names) == 1:
		c.write(c.names[0])
	default:
		_, prefix := split(c.typed())
		if common := complete(c.names); len(common) > len(prefix) {
			c.goTo(c.folder() + common)
			return
		}
		c.p.Canvas.FocusNext() // nothing to complete: Tab is what it is elsewhere
	}
}

func (c *Chooser) write(e Entry) {
	path := c.folder() + e.Name
	if e.Folder {
		path = folderText(path)
	}
	c.goTo(path)
}

// take goes into a folder, or chooses a file.
func (c *Chooser) take(at int) {
	if at < 0 || at >= len(c.names) {
		return
	}
	e := c.names[at]
	if e.Folder {
		c.write(e)
		return
	}
	c.done(c.folder() + e.Name)
}

// enter goes on with the name that the arrows are on, else chooses the path.
func (c *Chooser) enter() {
	if c.at >= 0 {
		c.take(c.at)
		return
	}
	c.choose()
}

// choose takes the path in the field, if it is one of what is sought.
func (c *Chooser) choose() {
	if c.checked != "" && c.checked == c.typed() {
		c.done(c.checked)
	}
}

func (c *Chooser) done(path string) {
	c.dialog.Close()
	c.p.Do(filepath.Clean(path))
}

// row is one name.
type row struct {
	widget.BaseWidget
	icon   *kit.Icon
	name   *kit.Text
	ground *canvas.Rectangle
}

func newRow() *row {
	r := &row{icon: kit.NewIcon("folder", look.T2, look.IconList), name: kit.NewText("", look.Body, look.T1).Truncate(80), ground: canvas.NewRectangle(look.Colour(look.Clear))}
	r.ground.CornerRadius = look.RadiusButton
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer implements fyne.Widget.
func (r *row) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewStack(r.ground,
		kit.Pad(0, 8, 0, 8, kit.Fixed(0, look.RowHeight, kit.HBox(8, r.icon, kit.Grow(r.name))))))
}

func (c *Chooser) bind(id widget.ListItemID, o fyne.CanvasObject) {
	r, ok := o.(*row)
	if !ok || id >= len(c.names) {
		return
	}
	e := c.names[id]
	r.name.Set(e.Name)
	if e.Folder {
		r.icon.Set("folder", look.T2)
	} else {
		r.icon.Set("file", look.T2)
	}
	ground := look.Clear
	if id == c.at {
		ground = look.AccSoft
	}
	r.ground.FillColor = look.Colour(ground)
	r.ground.Refresh()
}
