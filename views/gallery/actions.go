package gallery

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"kindred/project"
	"kindred/views/kit"
	"kindred/views/shell"
)

// copyMost bounds how many paths are put on the clipboard at once.
const copyMost = 10_000

// Open implements shell.Opener.
func (g *Gallery) Open(r shell.Request) {
	g.closeFull()
	g.focusOn = r.Image
	switch {
	case r.Like != 0:
		g.FindSimilar(r.Like)
		return
	case r.Images != nil:
		g.ShowIDs(r.Title, r.Images)
	case r.Image != 0 && r.Root == 0 && r.Filter == "":
		g.Walk(r.Image)
		return
	default: // one folder, or all
		g.setScope(scope{title: r.Title, root: r.Root})
	}
	if r.Filter != "" && r.Images == nil && r.Root == 0 { // the filter says it itself
		g.setScope(scope{})
	}
	g.bars.search.SetText(r.Filter)
}

// ShowIDs lists exactly these files in this order, with a token that can be
// removed: "cluster: dogs, grass".
func (g *Gallery) ShowIDs(title string, ids []project.FileID) {
	if ids == nil {
		ids = []project.FileID{}
	}
	g.setScope(scope{title: title, ids: ids})
}

// FindSimilar lists the images nearest to one.
func (g *Gallery) FindSimilar(id project.FileID) {
	if id == 0 {
		return
	}
	if g.ranked != nil {
		g.host.Open("images", shell.Request{Like: id})
		return
	}
	name := ""
	if row, ok := g.rows.Known(id); ok {
		name = row.Name()
	} else if g.panel.ID() == id {
		name = g.panel.Row().Name()
	}
	g.closeFull()
	g.focusOn = id
	g.setScope(scope{title: strings.TrimSpace("like " + name), like: id})
}

// setScope changes what is listed. An order of its own comes first.
func (g *Gallery) setScope(s scope) {
	g.want.scope = s
	g.want.reverse = false
	if s.ordered() {
		g.want.sort = given
	} else if g.want.sort == given {
		g.want.sort = project.SortName
	}
	g.bars.setScope(s, g.want)
	g.list(0, false)
}

func (g *Gallery) clearScope() { g.setScope(scope{}) }

// setFilter searches after a pause in typing.
func (g *Gallery) setFilter(text string) {
	text = strings.TrimSpace(text)
	if text == g.want.filter {
		return
	}
	g.want.filter = text
	if text == "" {
		g.bars.setError("")
	}
	g.list(typingPause, false)
}

// Walk goes on to an image: it is selected, shown in the inspector and, if it
// is listed, in the grid.
func (g *Gallery) Walk(id project.FileID) {
	if g.grid.list.Find(id) >= 0 {
		g.grid.focusOn(id)
	} else {
		g.sel.Set([]project.FileID{id})
		g.grid.told()
	}
	if g.full.Visible() {
		g.full.show(id)
	}
}

// nextSelected moves the focus within the selection.
func (g *Gallery) nextSelected(step int) {
	ids := g.sel.IDs()
	if len(ids) == 0 {
		return
	}
	at := 0
	for i, id := range ids {
		if id == g.sel.Focus() {
			at = i
			break
		}
	}
	id := ids[(at+step+len(ids))%len(ids)]
	if place := g.grid.list.Find(id); place >= 0 {
		g.sel.Go(place, Walk)
		g.grid.reveal(place)
		g.grid.told()
		return
	}
	row, _ := g.rows.Known(id)
	g.panel.Set(id, row, ids)
}

// typed does what a letter means in the grid.
func (g *Gallery) typed(r rune) {
	switch r {
	case 's', 'S':
		g.FindSimilar(g.target())
	case '+', '=':
		g.Do("larger")
	case '-', '−':
		g.Do("smaller")
	default:
		g.host.TypedRune(r)
	}
}

// escape takes one thing back: what the window has open or selected, the
// search, then the scope.
func (g *Gallery) escape() {
	switch {
	case g.host.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape}):
	case g.sel.Count() > 0:
		g.sel.Clear()
		g.grid.told()
	case g.want.filter != "":
		g.bars.search.SetText("")
	case g.want.scope.title != "":
		g.clearScope()
	}
}

// Can implements shell.Commander.
func (g *Gallery) Can(command string) bool {
	switch command {
	case "select-all", "invert":
		return g.grid.list.Len() > 0
	case "select-none":
		return g.sel.Count() > 0
	case "larger":
		return g.grid.wanted < MaxTile
	case "smaller":
		return g.grid.wanted > MinTile
	case "cover", "search":
		return true
	}
	return false
}

// Do implements shell.Commander.
func (g *Gallery) Do(command string) {
	switch command {
	case "select-all":
		g.sel.All()
		g.grid.told()
	case "select-none":
		g.sel.Clear()
		g.grid.told()
	case "invert":
		g.sel.Invert()
		g.grid.told()
	case "cover":
		g.grid.setCover(!g.grid.cover)
	case "larger":
		g.setTile(g.grid.wanted + 20)
	case "smaller":
		g.setTile(g.grid.wanted - 20)
	case "search":
		g.closeFull()
		g.bars.search.Focus()
	}
}

// setTile changes the tile size and keeps it.
func (g *Gallery) setTile(size float32) {
	g.grid.setSize(size)
	g.bars.size.Set(float64(g.grid.wanted))
	g.host.SetPreference(g.sized, float64(g.grid.wanted))
}

func (g *Gallery) reveal(id project.FileID) { g.withPath(id, g.host.Reveal) }

// openWith opens the original with the system's program.
func (g *Gallery) openWith(id project.FileID) { g.withPath(id, g.host.OpenWith) }

func (g *Gallery) withPath(id project.FileID, do func(path string)) {
	if id == 0 {
		return
	}
	g.src.Paths([]project.FileID{id}, func(paths []string, err error) {
		if err != nil {
			g.host.Notice("The file cannot be shown: " + err.Error())
			return
		}
		do(paths[0])
	})
}

func (g *Gallery) copyPaths(ids []project.FileID) {
	if len(ids) == 0 {
		return
	}
	ids = ids[:min(len(ids), copyMost)]
	g.src.Paths(ids, func(paths []string, err error) {
		if err != nil {
			g.host.Notice("The path cannot be copied: " + err.Error())
			return
		}
		fyne.CurrentApp().Clipboard().SetContent(strings.Join(paths, "\n"))
		g.host.Notice("Copied " + kit.Plural(len(paths), "path", "paths") + ".")
	})
}

const openWithName = "Open with the system’s program"

// imageMenu is what a right click on the full view offers.
func (g *Gallery) imageMenu(id project.FileID) *fyne.Menu {
	return fyne.NewMenu("",
		fyne.NewMenuItem("Find similar", func() { g.FindSimilar(id) }),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem("Show in folder", func() { g.reveal(id) }),
		fyne.NewMenuItem("Copy path", func() { g.copyPaths([]project.FileID{id}) }),
		fyne.NewMenuItem(openWithName, func() { g.openWith(id) }),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem("Close", g.closeFull),
	)
}

// contextMenu is what a right click offers.
func (g *Gallery) contextMenu(at fyne.Position) {
	c := fyne.CurrentApp().Driver().CanvasForObject(g.grid)
	if c == nil {
		return
	}
	widget.ShowPopUpMenuAtPosition(g.menu(), c, at)
}

func (g *Gallery) menu() *fyne.Menu {
	id := g.sel.Focus()
	copyName := "Copy path"
	if g.sel.Count() > 1 {
		copyName = "Copy " + kit.Plural(min(g.sel.Count(), copyMost), "path", "paths")
	}
	return fyne.NewMenu("",
		fyne.NewMenuItem("Open", func() { g.openFull(g.grid.list.Find(id)) }),
		fyne.NewMenuItem("Find similar", func() { g.FindSimilar(id) }),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem("Show in folder", func() { g.reveal(id) }),
		fyne.NewMenuItem(copyName, func() { g.copyPaths(g.sel.IDs()) }),
		fyne.NewMenuItem(openWithName, func() { g.openWith(id) }),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem("Select all", func() { g.Do("select-all") }),
		fyne.NewMenuItem("Invert selection", func() { g.Do("invert") }),
	)
}
