package review

import (
	"context"
	"errors"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"kindred/project"
	"kindred/views"
	"kindred/views/feed"
	"kindred/views/gallery"
	"kindred/views/inspect"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/photo"
	"kindred/views/shell"
)

const (
	prefSuspect         = "labels.threshold"
	lowerBy     float32 = 0.2
	asFlagged   float32 = -1 // the threshold of the check itself
)

// LabelCheck is the room of the images whose label may be wrong, the surest
// first: the focused one large, the others as rows, or many of one pair of
// labels as a grid.
type LabelCheck struct {
	*gallery.Ranked
	host shell.Host
	src  *feed.Source

	at     float32 // threshold; asFlagged until a person moves it
	only   mixed   // the pair listed; empty: all
	paired bool    // the pair came with the grid and goes with it
	grid   bool
	peek   bool // the full view is open over the rows
	found  suspects
	focus  project.FileID
	wanted project.FileID // to be focused once it is listed
	hues   int            // counts the changes of the colours of labels

	call    *feed.Latest
	panel   *inspect.Panel
	content *fyne.Container
	form    *fyne.Container // rows; the grid lies beside it in content
	middle  *fyne.Container // focused suspect and rows, or why there is none
	keys    *labelKeys
	rows    *kit.Rows
	large   *suspectPane
	side    *labelSide
	both    *fyne.Container // side and panel, of which one is shown
	bars    [2]*labelBar    // above rows and grid
	list    *fyne.Container
}

var _ shell.Room = (*LabelCheck)(nil)

// NewLabelCheck makes the room with an inspector of its own.
func NewLabelCheck(host shell.Host, src *feed.Source, panel *inspect.Panel) *LabelCheck {
	l := &LabelCheck{host: host, src: src, panel: panel, call: feed.NewLatest(src.Crew), found: suspects{list: feed.NewList(nil)}}
	l.at = float32(host.Preference(prefSuspect, float64(asFlagged)))
	for i := range l.bars {
		l.bars[i] = newLabelBar(l, i == 1)
	}
	l.Ranked = gallery.NewRanked(host, src, panel, gallery.Ranking{
		ID: "labels", Title: "Label check", Icon: "label",
		Top: func(size fyne.CanvasObject) fyne.CanvasObject { return l.bars[1].box(size) },
		Name: func(row project.Image) string {
			m, _ := l.found.of(row.ID)
			return kit.Score(float64(m.Score)) + " · " + row.Label
		},
		Why: func(row project.Image) string {
			m, ok := l.found.of(row.ID)
			if !ok {
				return ""
			}
			return "Suggested: " + m.Suggested
		},
		Empty:  l.empty,
		Count:  func() string { return LabelCount(src) },
		Closed: l.closedFull,
		Rune:   l.rune,
	})
	l.rows = kit.NewRows(labelRowHeight, func() kit.Row { return newLabelRow(l) })
	l.rows.OnPicked = func(i int) { l.show(i) }
	l.rows.OnOpened = func(i int) { l.openFull() }
	l.rows.OnMenu = func(i int, at fyne.Position) {
		kit.ShowMenu(l.Menu(l.found.list.At(i)), l.rows, at.Subtract(fyne.CurrentApp().Driver().AbsolutePositionForObject(l.rows)))
	}
	l.large = newSuspectPane(l)
	l.list = photo.Column(l.rows, l.large, kit.HRule(), l.rows)
	l.middle = container.NewStack(l.list)
	top := l.bars[0].box(nil)
	l.form = photo.Column(l.middle, top, l.middle)
	l.keys = newLabelKeys(l, kit.NewSurface(look.BG1, "", 0, l.form))
	l.content = container.NewStack(l.keys, l.Ranked.Content())
	l.side = newLabelSide(l)
	l.both = container.NewStack(l.side.content, panel)
	l.showForm()
	src.Found.OnChanged(func(i feed.Issue) {
		if i == feed.IssueLabel {
			l.load(0, true)
		}
	})
	src.Labels.OnChanged(func() {
		l.hues++
		l.rows.Set(l.rows.Len(), l.rows.Selected())
		l.large.hues()
		l.side.set(l.found)
	})
	for _, b := range l.bars {
		b.setThreshold(l.threshold())
	}
	l.showEmpty()
	if src.Found.Ready(feed.IssueLabel) {
		l.load(0, true)
	}
	return l
}

// LabelKeys is what the room does with keys, for the table.
func LabelKeys() []shell.KeyGroup {
	return []shell.KeyGroup{{Title: "Label check", Keys: []shell.Key{
		shell.Hint("↑ ↓", "previous, next suspect", "", fyne.KeyUp, fyne.KeyDown, fyne.KeySpace),
		shell.Hint("Home, End", "first, last", "", fyne.KeyHome, fyne.KeyEnd),
		shell.Hint("Page Up, Page Down", "a page up, down", "", fyne.KeyPageUp, fyne.KeyPageDown),
		shell.Hint("Enter", "full view", "", fyne.KeyReturn, fyne.KeyEnter),
		shell.Hint("G", "this pair of labels as a grid", "gG"),
		shell.Hint("S", "find similar", "sS"),
		shell.Hint("[ ]", "lower, higher threshold", "[]"),
	}}}
}

// Content is the view.
func (l *LabelCheck) Content() fyne.CanvasObject { return l.content }

// Inspector is what the check says of all labels; beside the grid, of the
// image in focus.
func (l *LabelCheck) Inspector() fyne.CanvasObject { return l.both }

// Focus is the rows, or the grid.
func (l *LabelCheck) Focus() fyne.Focusable {
	if l.grid || l.FullOpen() {
		return l.Ranked.Focus()
	}
	return l.keys
}

// Keys are the hints of the status bar.
func (l *LabelCheck) Keys() []kit.KeyHint {
	g := kit.KeyHint{Key: "G", Text: "as rows"}
	if l.grid || l.FullOpen() {
		if l.FullOpen() {
			return l.Ranked.Keys()
		}
		return append([]kit.KeyHint{g}, l.Ranked.Keys()...)
	}
	g.Text = "pair as grid"
	return []kit.KeyHint{{Key: "↑ ↓", Text: "suspect"}, {Key: "Enter", Text: "open"}, g, {Key: "S", Text: "similar"}, {Key: "[ ]", Text: "threshold"}, {Key: "I", Text: "overview"}}
}

// Open implements shell.Opener: it goes to a suspect.
func (l *LabelCheck) Open(q shell.Request) {
	l.Ranked.Open(shell.Request{})
	if q.Image == 0 {
		return
	}
	l.setGrid(false)
	l.wanted = q.Image
	if l.only.Given != "" {
		l.setPair(mixed{})
		return
	}
	l.load(0, true)
}

// Shown loads what the eye needs.
func (l *LabelCheck) Shown() {
	l.Ranked.Shown()
	l.showEmpty()
}

// Refresh follows a change of the project.
func (l *LabelCheck) Refresh(e views.Event) {
	l.Ranked.Refresh(e)
	if e == project.JobsChanged && l.found.list.Len() == 0 {
		l.showEmpty()
	}
}

// threshold is where the list begins: what the check flags, until a person
// moves the slider.
func (l *LabelCheck) threshold() float32 {
	if l.at == asFlagged {
		return 0.5
	}
	return l.at
}

func (l *LabelCheck) setThreshold(at float32, pause time.Duration) {
	l.at = at
	l.load(pause, true)
}

// setPair lists one pair of labels, or all.
func (l *LabelCheck) setPair(p mixed) {
	p.Count = 0
	l.only, l.paired = p, false
	l.load(0, false)
}

// load lists the suspects anew.
func (l *LabelCheck) load(delay time.Duration, keep bool) {
	all, at, only := l.src.Found.Labels().All, l.threshold(), l.only
	for _, b := range l.bars {
		b.setThreshold(at)
	}
	feed.Run(l.call, delay, func(context.Context) (suspects, error) { return suspect(all, at, only), nil },
		func(s suspects, _ error) { l.take(s, keep) })
}

func (l *LabelCheck) take(s suspects, keep bool) {
	if l.only.Given != "" && s.list.Len() == 0 && s.all > 0 { // the pair is gone
		l.setPair(mixed{})
		return
	}
	place := l.rows.Selected()
	l.found = s
	at := s.list.Find(l.focus)
	if w := s.list.Find(l.wanted); l.wanted != 0 && w >= 0 {
		at, l.wanted = w, 0
	}
	if at < 0 { // it is not listed any more: the one in its place
		at = min(max(place, 0), s.list.Len()-1)
	}
	l.rows.Set(s.list.Len(), at)
	l.Ranked.Set(s.list, keep)
	for _, b := range l.bars {
		b.set(s, l.only)
	}
	l.side.set(s)
	l.showEmpty()
	if at >= 0 {
		l.show(at)
	} else {
		l.focus = 0
	}
}

// show puts a suspect into the large pane.
func (l *LabelCheck) show(i int) {
	m := l.found.ranked[i]
	l.focus = m.ID
	l.large.set(m, i, len(l.found.ranked))
}

// walk goes to an image that evidence shows: the suspect, if it is one, else
// the image in Images.
func (l *LabelCheck) walk(id project.FileID) {
	if id == 0 {
		return
	}
	if i := l.found.list.Find(id); i >= 0 {
		l.rows.Pick(i)
		return
	}
	l.host.Open("images", shell.Request{Image: id})
}

func (l *LabelCheck) openFull() {
	if l.focus == 0 {
		return
	}
	l.peek = true
	l.showForm()
	l.OpenFull(l.focus)
}

func (l *LabelCheck) closedFull() {
	if !l.peek {
		return
	}
	l.peek = false
	if i := l.found.list.Find(l.Current()); i >= 0 {
		l.rows.Pick(i)
	}
	l.showForm()
	l.host.Window().Canvas().Focus(l.keys)
}

// setGrid changes between rows and grid. The grid shows the pair of the
// suspect in focus, unless one was chosen.
func (l *LabelCheck) setGrid(on bool) {
	if l.grid == on {
		return
	}
	l.grid = on
	if m, ok := l.found.of(l.focus); on && ok && l.only.Given == "" {
		l.setPair(mixed{Given: m.Label, Like: m.Suggested})
		l.paired = true
	}
	if !on && l.paired {
		l.setPair(mixed{})
	}
	l.showForm()
	if on && l.focus != 0 {
		l.FocusOn(l.focus)
	}
	if c := l.host.Window().Canvas(); l.host.Window() != nil && c.Overlays().Top() == nil {
		c.Focus(l.Focus())
	}
	l.host.Changed()
}

// showForm shows rows or grid, and beside it what belongs to it.
func (l *LabelCheck) showForm() {
	grid := l.grid || l.peek
	show := func(o fyne.CanvasObject, on bool) {
		if on {
			o.Show()
		} else {
			o.Hide()
		}
	}
	show(l.keys, !grid)
	show(l.Ranked.Content(), grid)
	show(l.side.content, !grid)
	show(l.panel, grid)
	photo.Relayout(l.content)
	photo.Relayout(l.both)
}

// rune does what a letter means in both forms.
func (l *LabelCheck) rune(r rune) bool {
	switch r {
	case 'g', 'G':
		l.setGrid(!l.grid)
	case '[', ']':
		step := map[rune]float32{'[': -0.05, ']': 0.05}[r]
		l.slide(l.threshold() + step)
	default:
		return false
	}
	return true
}

func (l *LabelCheck) slide(at float32) {
	at = min(max(at, leastSuspect), mostSuspect)
	l.host.SetPreference(prefSuspect, float64(at))
	l.setThreshold(at, 0)
}

// showEmpty shows the list, or why there is nothing in it.
func (l *LabelCheck) showEmpty() {
	if l.found.list.Len() > 0 {
		if len(l.middle.Objects) > 1 {
			l.middle.Objects = l.middle.Objects[:1]
			l.list.Show()
			photo.Relayout(l.middle)
		}
		return
	}
	l.list.Hide()
	l.middle.Objects = []fyne.CanvasObject{l.list, kit.Empty(l.empty(working(l.src.Project)))}
	l.middle.Refresh()
}

// empty says why nothing is listed, and offers one step.
func (l *LabelCheck) empty(working bool) (icon, sentence, action string, do func()) {
	c, found := l.src.Found.Labels(), l.src.Found
	err := found.Err(feed.IssueLabel)
	switch {
	case err != nil && !errors.Is(err, project.ErrNotFound):
		return "error", "The labels could not be checked: " + err.Error() + ".", "", nil
	case len(c.All) == 0 && (working || waits(l.src, feed.IssueLabel)), !found.Ready(feed.IssueLabel):
		return "label", "Suspects appear when the labels have been checked.", "", nil
	case len(c.All) == 0:
		return "label", "No labels. Open a folder whose subfolders are labels.", "", nil
	case c.Flagged == 0 && l.found.below == 0:
		return "label", "No label looks wrong. " + kit.Plural(len(c.All), "label", "labels") + " checked.", "", nil
	}
	at := l.threshold()
	lower := max(at-lowerBy, leastSuspect)
	sentence = "No label looks wrong from " + kit.Score(float64(at)) + "."
	if l.found.below > 0 {
		sentence += " " + kit.Plural(l.found.below, "label", "labels") + " between " + kit.Score(float64(lower)) + " and " + kit.Score(float64(at)) + "."
	}
	return "label", sentence, "Lower to " + kit.Score(float64(lower)), func() { l.slide(lower) }
}
