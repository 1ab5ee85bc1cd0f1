package gallery

import (
	"fyne.io/fyne/v2"

	"kindred/project"
	"kindred/views"
	"kindred/views/feed"
	"kindred/views/inspect"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/shell"
)

// RankedTile is the width of a tile of a ranked list, on which more is written.
const RankedTile = 180

// Ranking is what makes a room of its own of the gallery's parts.
type Ranking struct {
	ID, Title, Icon string
	// Top makes the bar above the grid; size is the slider of the tiles.
	Top func(size fyne.CanvasObject) fyne.CanvasObject
	// Name and Why are the two lines below a picture.
	Name, Why func(project.Image) string
	// Empty says why nothing is listed; working that a job may change that.
	Empty func(working bool) (icon, sentence, action string, do func())
	Count func() string // in the rail
	// Shown is called when the room comes on the screen, Changed after an
	// event; both may be nil.
	Shown   func()
	Changed func(views.Event)
	// Closed is called when the full view was closed; may be nil.
	Closed func()
	// Rune gets the letters that the grid does not use, and says whether it
	// used them; may be nil.
	Rune func(rune) bool
	Keys []kit.KeyHint // of the status bar, before those of the grid
}

// Ranked is a room of the "Review" group: the gallery with a ranked list in
// place of the search, and the reason on each tile.
type Ranked struct {
	*Gallery
	p Ranking
}

var (
	_ shell.Room      = (*Ranked)(nil)
	_ shell.Commander = (*Ranked)(nil)
	_ shell.Opener    = (*Ranked)(nil)
)

// NewRanked makes the room. The panel is its inspector and answers to it.
func NewRanked(host shell.Host, src *feed.Source, panel *inspect.Panel, p Ranking) *Ranked {
	g := newGallery(host, src, panel, prefRanked, RankedTile)
	r := &Ranked{Gallery: g, p: p}
	g.ranked = r
	g.grid.text = func(row project.Image) (string, bool) { return p.Name(row), true }
	g.grid.caption = p.Why
	g.grid.command = func(c rune) {
		if p.Rune == nil || !p.Rune(c) {
			g.typed(c)
		}
	}
	g.bars.size = g.bars.newSize() // the other one lies in the bar of Images
	g.arrange(p.Top(kit.HBox(8, kit.NewIcon("image-small", look.T2, look.IconList), g.bars.size, kit.NewIcon("image-small", look.T2, 18))))
	return r
}

// Set shows another list. With keep the screen stays where it is. The one that
// has the focus keeps it, if it is still listed.
func (r *Ranked) Set(list *feed.List, keep bool) {
	g := r.Gallery
	g.answered = true
	g.grid.setList(list, keep)
	g.rows.Stale()
	g.grid.reload()
	g.showEmpty()
	row, _ := g.rows.Known(g.sel.Focus())
	g.bars.setSelection(g.sel.Count(), row)
	g.host.Changed()
	if id := g.focusOn; id != 0 && list.Find(id) >= 0 {
		g.focusOn = 0
		g.grid.focusOn(id)
	}
}

// Explain writes the lines below the pictures anew.
func (r *Ranked) Explain() { r.grid.rowsArrived() }

// List is what is shown.
func (r *Ranked) List() *feed.List { return r.grid.list }

// Empty writes anew why nothing is listed.
func (r *Ranked) Empty() {
	if r.grid.list.Len() == 0 {
		r.showEmpty()
	}
}

// FocusOn selects an image when it is listed, now or after the next Set.
func (r *Ranked) FocusOn(id project.FileID) {
	r.closeFull()
	r.focusOn = id
	if r.grid.list.Find(id) >= 0 {
		r.focusOn = 0
		r.grid.focusOn(id)
	}
}

// OpenFull shows a listed image in the full view.
func (r *Ranked) OpenFull(id project.FileID) {
	r.openFull(r.grid.list.Find(id))
}

// FullOpen says whether the full view is open.
func (r *Ranked) FullOpen() bool { return r.full.Visible() }

// Current is the image that has the focus, 0 for none.
func (r *Ranked) Current() project.FileID { return r.sel.Focus() }

// Reveal shows a file in the system's file manager.
func (r *Ranked) Reveal(id project.FileID) { r.reveal(id) }

// CopyPath puts the path of a file on the clipboard.
func (r *Ranked) CopyPath(id project.FileID) { r.copyPaths([]project.FileID{id}) }

// Menu is what a right click on a file offers.
func (r *Ranked) Menu(id project.FileID) *fyne.Menu {
	return fyne.NewMenu("",
		fyne.NewMenuItem("Open", func() { r.OpenFull(id) }),
		fyne.NewMenuItem("Find similar", func() { r.FindSimilar(id) }),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem("Show in folder", func() { r.reveal(id) }),
		fyne.NewMenuItem("Copy path", func() { r.CopyPath(id) }),
		fyne.NewMenuItem(openWithName, func() { r.openWith(id) }),
	)
}

// ID implements shell.Room, as do the methods below.
func (r *Ranked) ID() string { return r.p.ID }

// Title is the name in the rail.
func (r *Ranked) Title() string { return r.p.Title }

// Icon is the icon in the rail.
func (r *Ranked) Icon() string { return r.p.Icon }

// Group is the head in the rail.
func (r *Ranked) Group() string { return "Review" }

// Count is shown in the rail.
func (r *Ranked) Count() string { return r.p.Count() }

// Keys are the hints of the status bar.
func (r *Ranked) Keys() []kit.KeyHint {
	if r.full.Visible() {
		return r.Gallery.Keys()
	}
	keys := r.Gallery.Keys()
	return append(append([]kit.KeyHint{}, r.p.Keys...), keys[:len(keys)-1]...) // it is Images that searches
}

// Shown loads what the eye needs.
func (r *Ranked) Shown() {
	r.isShown = true
	r.src.Labels.Refresh()
	if r.p.Shown != nil {
		r.p.Shown()
	}
	r.grid.sync()
	if r.grid.list.Len() == 0 {
		r.showEmpty()
	}
}

// Refresh follows a change of the project.
func (r *Ranked) Refresh(e views.Event) {
	switch e {
	case project.FilesChanged:
		if r.isShown {
			r.rows.Stale()
			r.grid.reload()
		}
	case project.JobsChanged:
		r.Empty()
	}
	if r.p.Changed != nil {
		r.p.Changed(e)
	}
	r.panel.Changed(e)
}

// Open implements shell.Opener: it selects an image.
func (r *Ranked) Open(q shell.Request) {
	r.closeFull()
	if q.Image != 0 {
		r.FocusOn(q.Image)
	}
}

// Can implements shell.Commander: it is Images that searches.
func (r *Ranked) Can(command string) bool { return command != "search" && r.Gallery.Can(command) }
