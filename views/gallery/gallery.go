// Package gallery is the room "Images": a grid that scrolls at 100,000 rows,
// with a search, an order, a selection, a full view and an inspector.
//
//	entry, menus, events -> listing -> feed.Latest (off main) -> grid.setList
//	grid: tiles on the screen -> feed.Pages (rows), feed.Loader (thumbnails)
//	Selection: by file id -> grid marks, action bar, inspector
package gallery

import (
	"context"
	"errors"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"kindred/project"
	"kindred/project/job"
	"kindred/project/query"
	"kindred/views"
	"kindred/views/feed"
	"kindred/views/inspect"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/photo"
	"kindred/views/shell"
)

const (
	typingPause = 120 * time.Millisecond // between a letter and the search
	listEvery   = time.Second            // at most, while a job runs

	prefSize   = "gallery.tile"
	prefRanked = "review.tile"
)

// Gallery is the room. Its methods are called on the main goroutine.
type Gallery struct {
	host  shell.Host
	src   *feed.Source
	panel *inspect.Panel

	sel      *Selection
	rows     *feed.Pages
	grid     *grid
	want     listing
	total    int
	answered bool // a list has come
	isShown  bool
	stale    bool           // the project changed while the room was hidden
	focusOn  project.FileID // to select once it is listed
	hadSome  bool           // something was selected
	names    nameMode

	ranked *Ranked // nil in Images
	sized  string  // the preference that keeps the size of tiles

	listCall  *feed.Latest
	countCall *feed.Latest
	beat      *feed.Beat

	content *fyne.Container
	bars    *bars
	middle  *fyne.Container // grid, or why it is empty
	full    *fullView
	frame   *fyne.Container // bars and grid, hidden below the full view
}

var (
	_ shell.Room      = (*Gallery)(nil)
	_ shell.Commander = (*Gallery)(nil)
	_ shell.Opener    = (*Gallery)(nil)
)

// New makes the room. The panel is its inspector; it may be shared with other
// rooms, the gallery answers it.
func New(host shell.Host, src *feed.Source, panel *inspect.Panel) *Gallery {
	g := newGallery(host, src, panel, prefSize, DefaultTile)
	g.grid.marks = src.Found.Marks
	g.grid.review = g.review
	src.Found.OnChanged(func(feed.Issue) { g.grid.rowsArrived() })
	g.arrange(g.bars.top)
	return g
}

// review shows an image in the room in which a finding is looked at.
func (g *Gallery) review(m feed.Mark, id project.FileID) {
	g.host.Open(roomOf(m.Issue), shell.Request{Image: id})
}

// roomOf is the room in which findings of a kind are looked at.
func roomOf(i feed.Issue) string {
	return [feed.Issues]string{"duplicates", "outliers", "labels", "quality", "leaks"}[i]
}

// newGallery makes grid, selection, full view and bars; arrange puts them
// together.
func newGallery(host shell.Host, src *feed.Source, panel *inspect.Panel, sized string, tile float32) *Gallery {
	g := &Gallery{
		sized: sized,
		host:  host, src: src, panel: panel, sel: NewSelection(),
		want:     listing{sort: project.SortName},
		listCall: feed.NewLatest(src.Crew), countCall: feed.NewLatest(src.Crew),
	}
	g.beat = feed.NewBeat(src.Crew, listEvery, g.changedFiles)
	g.rows = feed.NewPages(src.Crew, src.Project, func([]project.FileID) { g.rowsArrived() }, g.failed)
	g.grid = newGrid(src, g.sel, g.rows)
	g.rows.OnChanged = g.grid.forget
	g.grid.wanted = float32(host.Preference(sized, float64(tile)))
	g.grid.text = g.nameOf
	g.grid.changed = g.selectionChanged
	g.grid.opened = g.openFull
	g.grid.context = g.contextMenu
	g.grid.command = g.typed
	g.grid.key = func(e *fyne.KeyEvent) { g.host.TypedKey(e) }
	g.grid.escaped = g.escape
	g.bars = newBars(g)
	g.full = newFullView(g)
	g.middle = container.NewStack(g.grid)
	g.wirePanel()
	src.Labels.OnChanged(func() { g.grid.rowsArrived() })
	return g
}

// arrange puts the parts together, with a bar at the top.
func (g *Gallery) arrange(top fyne.CanvasObject) {
	g.frame = photo.Column(g.middle, top, g.middle, g.bars.action)
	ground := kit.NewSurface(look.BG1, "", 0, g.frame)
	g.content = container.NewStack(ground, g.full)
	g.full.Hide()
}

func (g *Gallery) wirePanel() {
	g.panel.OnWalk = g.Walk
	g.panel.OnSimilar = g.FindSimilar
	g.panel.OnOpen = func(id project.FileID) { g.openFull(g.grid.list.Find(id)) }
	g.panel.OnReveal = func(id project.FileID) { g.reveal(id) }
	g.panel.OnOpenWith = func(id project.FileID) { g.openWith(id) }
	g.panel.OnCopyPath = func(id project.FileID) { g.copyPaths([]project.FileID{id}) }
	g.panel.OnNextSelected = g.nextSelected
	g.panel.OnSummary = g.bars.setSummary
	g.panel.OnReview = g.review
}

// ID implements shell.Room, as do the next eight methods.
func (g *Gallery) ID() string { return "images" }

// Title is the name in the rail.
func (g *Gallery) Title() string { return "Images" }

// Icon is the icon in the rail.
func (g *Gallery) Icon() string { return "images" }

// Group is none: the first rows of the rail.
func (g *Gallery) Group() string { return "" }

// Count is the number of images of the project, once it is known.
func (g *Gallery) Count() string {
	if !g.answered {
		return ""
	}
	return kit.Count(g.total)
}

// Content is the view.
func (g *Gallery) Content() fyne.CanvasObject { return g.content }

// Inspector is the panel at the right.
func (g *Gallery) Inspector() fyne.CanvasObject { return g.panel }

// Focus is the grid, or the full view when it is open.
func (g *Gallery) Focus() fyne.Focusable {
	if g.full.Visible() {
		return g.full
	}
	return g.grid.ground
}

// Shown loads what the eye needs.
func (g *Gallery) Shown() {
	g.isShown = true
	g.src.Labels.Refresh()
	if !g.answered || g.stale {
		g.stale = false
		g.rows.Stale()
		g.list(0, true)
	}
}

// Hidden stops nothing that is cheap; changes are only noted from now on.
func (g *Gallery) Hidden() { g.isShown = false }

// Refresh follows a change of the project.
func (g *Gallery) Refresh(e views.Event) {
	switch e {
	case project.FilesChanged, project.RootsChanged:
		g.src.Found.RefreshFiles()
		g.beat.Call()
	case project.JobsChanged:
		if g.answered && g.grid.list.Len() == 0 {
			g.showEmpty()
		}
	case project.FindingsChanged:
		g.src.Found.Refresh()
		if g.want.scope.like != 0 {
			g.beat.Call()
		}
	}
	g.panel.Changed(e)
}

// changedFiles lists again and reads the rows on the screen again.
func (g *Gallery) changedFiles() {
	if !g.isShown {
		g.stale = true
		feed.Run(g.countCall, 0, g.src.Project.Counts, func(c project.Counts, err error) {
			if err == nil && c.Images != g.total {
				g.total, g.answered = c.Images, true
				g.host.Changed()
			}
		})
		return
	}
	g.src.Labels.Refresh()
	g.rows.Stale()
	if g.listCall.Busy() { // a slow list is not begun anew, it is repeated
		g.beat.Call()
		return
	}
	g.list(0, true)
}

// list asks for the list; with keep the screen stays where it is.
func (g *Gallery) list(delay time.Duration, keep bool) {
	want, old := g.want, g.grid.list
	feed.Run(g.listCall, delay, func(ctx context.Context) (answer, error) {
		return want.ask(ctx, g.src.Project, old)
	}, func(a answer, err error) {
		if err != nil {
			g.failed(err)
			return
		}
		g.bars.setError("")
		g.answered, g.total = true, a.total
		if a.list != g.grid.list {
			g.grid.setList(a.list, keep)
		} else {
			if !keep {
				g.grid.scroll.ScrollToOffset(fyne.Position{})
			}
			g.grid.sync()
		}
		g.grid.reload()
		g.showEmpty()
		g.bars.setCounts(a.list.Len(), a.total, g.sel.Count())
		row, _ := g.rows.Known(g.sel.Focus())
		g.bars.setSelection(g.sel.Count(), row)
		g.host.Changed()
		if id := g.focusOn; id != 0 && a.list.Find(id) >= 0 {
			g.focusOn = 0
			g.grid.focusOn(id)
		}
	})
}

// failed shows why a list could not be made.
func (g *Gallery) failed(err error) {
	var wrong *query.Error
	if errors.As(err, &wrong) {
		g.bars.setWrong(wrong, g.want.filter)
		return
	}
	if !g.answered {
		g.answered = true
		g.showEmpty()
	}
	g.host.Notice("The images could not be listed: " + err.Error())
}

func (g *Gallery) rowsArrived() {
	g.grid.rowsArrived()
	if row, ok := g.rows.Known(g.sel.Focus()); ok && g.panel.ID() == row.ID {
		g.bars.setSelection(g.sel.Count(), row)
	}
}

// showEmpty shows the grid, or why there is nothing in it.
func (g *Gallery) showEmpty() {
	if g.grid.list.Len() > 0 {
		if len(g.middle.Objects) > 1 {
			g.middle.Objects = g.middle.Objects[:1]
			g.grid.Show()
			photo.Relayout(g.middle)
		}
		return
	}
	working := false
	for _, j := range g.src.Project.Jobs() {
		working = working || j.State == job.Running || j.State == job.Waiting || j.State == job.Paused
	}
	icon, sentence, action, do := "no-match", "", "", func() {}
	switch {
	case g.ranked != nil:
		icon, sentence, action, do = g.ranked.p.Empty(working)
	case g.want.filter != "":
		sentence = "Nothing matches “" + short(g.want.filter, 60) + "”."
		if working {
			sentence += " Still scanning."
		}
		action, do = "Remove last term", func() { g.bars.search.SetText(withoutLastTerm(g.want.filter)) }
	case g.want.scope.root != 0 && g.want.scope.title == "":
		icon, sentence = "folder", "No images in this folder."
		if working {
			sentence = "No images in this folder yet. Still scanning."
		}
	case g.want.scope.title != "":
		sentence = "No images in “" + short(g.want.scope.title, 60) + "”."
		action, do = "Show all images", g.clearScope
	case working:
		icon, sentence = "images", "Still scanning. Images appear here as they are found."
	default:
		icon, sentence = "images", "No images yet. Drop a folder on the window to add one."
	}
	g.grid.Hide()
	g.middle.Objects = []fyne.CanvasObject{g.grid, kit.Empty(icon, sentence, action, do)}
	g.middle.Refresh()
}

func short(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// selectionChanged tells bars and inspector.
func (g *Gallery) selectionChanged() {
	n := g.sel.Count()
	g.bars.setCounts(g.grid.list.Len(), g.total, n)
	id := g.sel.Focus()
	if n == 0 {
		id = 0
	}
	row, _ := g.rows.Known(id)
	g.bars.setSelection(n, row)
	g.panel.Set(id, row, g.sel.IDs())
	if g.hadSome != (n > 0) { // the menu greys what needs a selection
		g.hadSome = n > 0
		g.host.Changed()
	}
}

// nameMode says what stands below a picture.
type nameMode int

const (
	nameLabel nameMode = iota
	namePrediction
	nameFile
)

// nameOf is the line below a picture.
func (g *Gallery) nameOf(row project.Image) (string, bool) {
	switch g.names {
	case namePrediction:
		if len(row.Predictions) == 0 {
			return "no prediction yet", false
		}
		p := row.Predictions[0]
		return p.Name + " " + kit.WholePercent(float64(p.Confidence)), true
	case nameFile:
		return row.Name(), true
	}
	if row.Label != "" {
		return row.Label, true
	}
	if len(g.src.Labels.All()) == 0 { // nothing has a label: names say more
		return row.Name(), true
	}
	return "no label", false
}

// targets are the files that a command acts on.
func (g *Gallery) target() project.FileID { return g.sel.First() }

// focusGrid gives the grid the keyboard.
func (g *Gallery) focusGrid() { g.host.Window().Canvas().Focus(g.grid.ground) }
