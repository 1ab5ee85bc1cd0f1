package gallery

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"kindred/project"
	"kindred/project/query"
	"kindred/views/feed"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/photo"
)

// bars are the search, the bar with count, order and size above the grid, and
// the action bar below it.
type bars struct {
	g        *Gallery
	top      *fyne.Container
	tokens   *fyne.Container
	search   *kit.Entry
	problem  *fyne.Container
	message  *kit.Text
	mark     float32 // where the word stands that cannot be read
	shown    *kit.Text
	of       *kit.Text
	old      *kit.Text // says that the list answers an earlier search
	selected *kit.Text
	sort     *kit.Select
	keys     []project.SortKey // of the options of sort
	turn     *kit.Button
	size     *kit.Slider
	action   *fyne.Container
	picked   *kit.Text
	about    *kit.Text
}

func newBars(g *Gallery) *bars {
	b := &bars{g: g}
	b.search = kit.NewSearch("Search names, labels and predictions").Key("/")
	b.search.OnChanged = g.setFilter
	b.search.OnSubmitted = func(string) { g.focusGrid() }
	b.search.OnKey = func(k fyne.KeyName) bool {
		if k == fyne.KeyDown || (k == fyne.KeyEscape && b.search.Text() == "") {
			g.focusGrid()
			return true
		}
		return false
	}
	b.tokens = kit.HBox(6)
	b.tokens.Hide()
	b.message = kit.NewText("", look.Small, look.Bad).Truncate(80)
	b.problem = kit.Fixed(0, look.ListRow, kit.NewSurface(look.BadSoft, "", 0, container.New(under{b}, b.message)))
	b.problem.Hide()

	b.shown = kit.NewText("", look.Small, look.T1).Bold()
	b.of = kit.NewText("", look.Small, look.T3)
	b.old = kit.NewText("", look.Small, look.Warn)
	b.selected = kit.NewText("", look.Small, look.Acc)
	b.sort = kit.NewSelect("Sort", nil, 0, func(i int) {
		g.want.sort = b.keys[i]
		g.list(0, false)
	})
	b.turn = kit.NewButton("Reverse", func() {
		g.want.reverse = !g.want.reverse
		b.setTurn()
		g.list(0, false)
	}).Flat().Small()
	show := kit.NewSelect("Show", []string{"Label", "Prediction", "File name"}, 0, func(i int) {
		g.names = nameMode(i)
		g.grid.rowsArrived()
	})
	b.size = b.newSize()
	counts := kit.HBox(4, b.shown, b.of, b.old, b.selected)
	sub := kit.SubBar(counts, kit.VRule(), b.sort, b.turn, show, kit.Spacer(),
		kit.NewIcon("image-small", look.T2, look.IconList), b.size, kit.NewIcon("image-small", look.T2, 18))
	b.top = photo.Column(nil, kit.Toolbar(b.tokens, kit.Grow(b.search)), b.problem, sub)

	b.picked = kit.NewText("", look.Small, look.T1).Bold()
	b.about = kit.NewText("", look.Small, look.T3).Align(fyne.TextAlignTrailing).Truncate(0)
	clear := kit.NewButton("Clear", func() { g.Do("select-none") }).Flat().Key("Esc")
	b.action = container.NewStack(kit.ActionBar(look.ActionBarHeight, b.picked, kit.VRule(),
		kit.NewButton("Find similar", func() { g.FindSimilar(g.target()) }).Icon("similar").Key("S"),
		kit.NewButton("Show in folder", func() { g.reveal(g.target()) }).Icon("folder-open"),
		kit.NewButton("Copy path", func() { g.copyPaths(g.sel.IDs()) }).Icon("copy-path"),
		kit.Grow(b.about), clear))
	b.action.Hide()
	b.setSorts(g.want)
	return b
}

// newSize makes the slider of the tiles.
func (b *bars) newSize() *kit.Slider {
	g := b.g
	size := kit.NewSlider(float64(MinTile), float64(MaxTile), 4, float64(g.grid.wanted))
	size.OnChanged = func(v float64) { g.grid.setSize(float32(v)) }
	size.OnSettled = func(v float64) { g.host.SetPreference(g.sized, v) }
	return size
}

// setSorts offers the orders that the listing has, its scope's own first.
func (b *bars) setSorts(want listing) {
	b.keys = b.keys[:0]
	var names []string
	if want.scope.ordered() {
		b.keys, names = append(b.keys, given), append(names, want.scope.order())
	}
	for _, s := range sorts {
		b.keys, names = append(b.keys, s.key), append(names, s.name)
	}
	b.sort.SetOptions(names, max(slices.Index(b.keys, want.sort), 0))
	b.setTurn()
}

func (b *bars) setTurn() {
	b.turn.SetOn(b.g.want.reverse)
}

// setScope shows the scope as a token before the search.
func (b *bars) setScope(s scope, want listing) {
	b.tokens.Objects = nil
	if s.title == "" {
		b.tokens.Hide()
	} else {
		b.tokens.Objects = []fyne.CanvasObject{kit.NewChip(short(s.title, 36), kit.Info).OnClosed(b.g.clearScope)}
		b.tokens.Show()
	}
	b.setSorts(want)
	b.relayout()
}

// under places a message under the word that it is about, as far as there is
// room for it.
type under struct{ b *bars }

func (under) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }
func (u under) Layout(o []fyne.CanvasObject, s fyne.Size) {
	const side = 16
	x := max(min(u.b.mark, s.Width-side-u.b.message.Natural()), side)
	o[0].Move(fyne.NewPos(x, 0))
	o[0].Resize(fyne.NewSize(max(s.Width-side-x, 0), s.Height))
}

// setWrong says under the word why the search cannot be read, and that the
// list is that of the search before.
func (b *bars) setWrong(e *query.Error, filter string) {
	field := b.search.Text()
	from := strings.Index(field, filter) + min(e.Pos, len(filter))
	b.mark = b.search.TextX(field[:max(min(from, len(field)), 0)])
	if d := fyne.CurrentApp().Driver(); d != nil {
		b.mark += d.AbsolutePositionForObject(b.search).X - d.AbsolutePositionForObject(b.top).X
	}
	b.old.Set("· last good result")
	b.setError(e.Error())
	b.problem.Refresh()
}

// setError says under the field what is wrong; "" is nothing.
func (b *bars) setError(text string) {
	b.search.SetWrong(text != "")
	was := b.problem.Visible()
	b.message.Set(text)
	if text == "" {
		b.old.Set("")
	}
	if text == "" {
		b.problem.Hide()
	} else {
		b.problem.Show()
	}
	if was != b.problem.Visible() {
		b.relayout()
	}
}

// relayout makes room for what was shown or hidden, without refreshing the
// grid's pictures.
func (b *bars) relayout() {
	b.top.Refresh()
	if f := b.g.frame; f != nil {
		photo.Relayout(f)
	}
}

// setCounts writes "1,284 of 50,000 · 3 selected".
func (b *bars) setCounts(listed, total, selected int) {
	b.shown.Set(kit.Count(listed))
	switch {
	case listed == total && total == 1:
		b.of.Set("file")
	case listed == total:
		b.of.Set("files")
	default:
		b.of.Set("of " + kit.Count(total))
	}
	if selected > 0 {
		b.selected.Set("· " + kit.Count(selected) + " selected")
	} else {
		b.selected.Set("")
	}
}

// setSelection shows the action bar while something is selected.
func (b *bars) setSelection(n int, row project.Image) {
	was := b.action.Visible()
	if n == 0 {
		b.action.Hide()
	} else {
		b.picked.Set(picked(n, b.g.sel.Listed()))
		if n == 1 && row.ID != 0 {
			b.about.Set(kit.Bytes(row.Size))
		} else if n == 1 {
			b.about.Set("")
		}
		b.action.Show()
	}
	if was != b.action.Visible() {
		b.relayout()
	} else if n > 0 {
		b.action.Refresh()
	}
}

// picked says how many files are selected, and how many of them a person sees.
func picked(n, listed int) string {
	text := kit.Count(n) + " selected"
	switch {
	case listed == n:
	case n == 1:
		text += ", not shown"
	case listed == 0:
		text += ", none of them shown"
	default:
		text += ", " + kit.Count(listed) + " of them shown"
	}
	return text
}

// setSummary writes what several selected files hold.
func (b *bars) setSummary(s feed.Summary) {
	if b.g.sel.Count() != s.Files {
		return
	}
	text := kit.Bytes(s.Bytes)
	if len(s.Labels) > 0 {
		text += " · " + kit.Plural(len(s.Labels), "label", "labels")
	}
	b.about.Set(text)
	b.action.Refresh()
}
