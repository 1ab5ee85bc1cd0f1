package welcome

import (
	"image"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"kindred/views"
	"kindred/views/kit"
	"kindred/views/look"
)

const (
	rowHeight = 112
	rowGap    = 8
	coverSide = 80
	covers    = 5
	// scrollRoom keeps the scroll bar beside the rows.
	scrollRoom = 14
)

// recents is the list of recent projects: one row is selected, arrow keys
// move, Enter opens.
type recents struct {
	widget.BaseWidget
	open   func(views.Recent)
	forget func(views.Recent)

	all      []views.Recent
	shown    []views.Recent
	rows     []*recentRow
	selected int
	focused  bool
	box      *fyne.Container
	scroll   *container.Scroll
}

func newRecents(open, forget func(views.Recent)) *recents {
	r := &recents{open: open, forget: forget, box: kit.VBox(rowGap)}
	r.scroll = container.NewVScroll(kit.Pad(0, scrollRoom, 0, 0, r.box))
	r.ExtendBaseWidget(r)
	return r
}

func (r *recents) set(all []views.Recent, filter string) {
	var file string
	if r.selected < len(r.shown) {
		file = r.shown[r.selected].File
	}
	r.all, r.shown, r.rows, r.selected = all, nil, nil, 0
	var objects []fyne.CanvasObject
	for _, p := range all {
		if !strings.Contains(strings.ToLower(p.Name), strings.ToLower(filter)) {
			continue
		}
		if p.File == file {
			r.selected = len(r.shown)
		}
		row := newRecentRow(r, p, len(r.shown))
		r.shown = append(r.shown, p)
		r.rows = append(r.rows, row)
		objects = append(objects, row)
	}
	r.box.Objects = objects
	r.box.Refresh()
	r.mark()
}

func (r *recents) mark() {
	for i, row := range r.rows {
		row.setState(i == r.selected, i == r.selected && r.focused)
	}
}

func (r *recents) selectRow(i int) {
	if i < 0 || i >= len(r.rows) {
		return
	}
	r.selected = i
	r.mark()
	top := float32(i) * (rowHeight + rowGap)
	h := r.scroll.Size().Height
	switch {
	case top < r.scroll.Offset.Y:
		r.scroll.ScrollToOffset(fyne.NewPos(0, top))
	case top+rowHeight > r.scroll.Offset.Y+h:
		r.scroll.ScrollToOffset(fyne.NewPos(0, top+rowHeight-h))
	}
}

func (r *recents) openSelected() {
	if r.selected < len(r.shown) {
		r.open(r.shown[r.selected])
	}
}

func (r *recents) FocusGained()   { r.focused = true; r.mark() }
func (r *recents) FocusLost()     { r.focused = false; r.mark() }
func (r *recents) TypedRune(rune) {}

func (r *recents) TypedKey(e *fyne.KeyEvent) {
	page := max(1, int(r.scroll.Size().Height/(rowHeight+rowGap)))
	last := len(r.rows) - 1
	switch e.Name {
	case fyne.KeyDown:
		r.selectRow(min(r.selected+1, last))
	case fyne.KeyUp:
		r.selectRow(max(r.selected-1, 0))
	case fyne.KeyPageDown:
		r.selectRow(min(r.selected+page, last))
	case fyne.KeyPageUp:
		r.selectRow(max(r.selected-page, 0))
	case fyne.KeyHome:
		r.selectRow(0)
	case fyne.KeyEnd:
		r.selectRow(last)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		r.openSelected()
	case fyne.KeyDelete:
		if r.selected < len(r.shown) {
			r.forget(r.shown[r.selected])
		}
	}
}

func (r *recents) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(r.scroll)
}

// recentRow is one project: name, facts, note, covers, date. A click selects
// and opens it.
type recentRow struct {
	widget.BaseWidget
	list     *recents
	place    int
	project  views.Recent
	selected bool
	focused  bool
	hovered  bool
}

func newRecentRow(list *recents, p views.Recent, place int) *recentRow {
	r := &recentRow{list: list, project: p, place: place}
	r.ExtendBaseWidget(r)
	return r
}

func (r *recentRow) setState(selected, focused bool) {
	if r.selected != selected || r.focused != focused {
		r.selected, r.focused = selected, focused
		r.Refresh()
	}
}

func (r *recentRow) Tapped(*fyne.PointEvent) {
	r.list.selectRow(r.place)
	r.list.openSelected()
}

func (r *recentRow) TappedSecondary(e *fyne.PointEvent) {
	r.list.selectRow(r.place)
	kit.ShowMenu(fyne.NewMenu("",
		fyne.NewMenuItem("Open", r.list.openSelected),
		fyne.NewMenuItem("Take off this list", func() { r.list.forget(r.project) }),
	), r, e.Position)
}

func (r *recentRow) MouseIn(*desktop.MouseEvent)    { r.hovered = true; r.Refresh() }
func (r *recentRow) MouseMoved(*desktop.MouseEvent) {}
func (r *recentRow) MouseOut()                      { r.hovered = false; r.Refresh() }
func (r *recentRow) Cursor() desktop.Cursor         { return desktop.PointerCursor }

func (r *recentRow) facts() string {
	return kit.Plural(r.project.Images, "file", "files") + " · " + kit.Plural(r.project.Roots, "folder", "folders")
}

func (r *recentRow) CreateRenderer() fyne.WidgetRenderer {
	v := &recentRenderer{r: r, ground: canvas.NewRectangle(nil)}
	v.ground.CornerRadius = look.RadiusCard
	v.objects = []fyne.CanvasObject{v.ground}
	for i := range v.texts {
		v.texts[i] = canvas.NewText("", nil)
		v.objects = append(v.objects, v.texts[i])
	}
	for _, c := range r.project.Covers[:min(covers, len(r.project.Covers))] {
		img := &canvas.Image{Image: fit(c), FillMode: canvas.ImageFillCover, ScaleMode: canvas.ImageScaleSmooth, CornerRadius: look.RadiusSmall}
		v.images = append(v.images, img)
		v.objects = append(v.objects, img)
	}
	v.paint()
	return v
}

// fit returns the picture as an interface that is nil when the picture is.
func fit(p *image.RGBA) image.Image {
	if p == nil {
		return image.NewRGBA(image.Rect(0, 0, 1, 1))
	}
	return p
}

type recentRenderer struct {
	r       *recentRow
	ground  *canvas.Rectangle
	texts   [4]*canvas.Text // name, facts, note, opened
	images  []*canvas.Image
	objects []fyne.CanvasObject
}

func (v *recentRenderer) Destroy()                     {}
func (v *recentRenderer) Objects() []fyne.CanvasObject { return v.objects }
func (v *recentRenderer) MinSize() fyne.Size           { return fyne.NewSize(160, rowHeight) }

func (v *recentRenderer) paint() {
	p := v.r.project
	ground, edge, stroke := look.Clear, look.Clear, look.Stroke
	switch {
	case v.r.focused:
		ground, edge = look.BG2, look.Acc
	case v.r.selected:
		ground, edge = look.BG2, look.Line2
	case v.r.hovered:
		ground = look.BG3
	}
	v.ground.FillColor, v.ground.StrokeColor, v.ground.StrokeWidth = look.Colour(ground), look.Colour(edge), stroke
	note := look.T3
	if p.Warn {
		note = look.Warn
	}
	for i, t := range []struct {
		text string
		size float32
		c    fyne.ThemeColorName
	}{{p.Name, look.Panel, look.T1}, {v.r.facts(), look.Small, look.T2}, {p.Note, look.Small, note}, {p.Opened, look.Small, look.T3}} {
		v.texts[i].Text, v.texts[i].TextSize, v.texts[i].Color = kit.Printable(t.text), t.size, look.Colour(t.c)
		v.texts[i].TextStyle.Bold = i == 0
	}
}

func (v *recentRenderer) Layout(s fyne.Size) {
	v.ground.Resize(s)
	right := s.Width - 16
	m := v.texts[3].MinSize()
	v.texts[3].Move(fyne.NewPos(right-m.Width, (s.Height-m.Height)/2))
	right -= max(m.Width, 88) + 18
	// The covers give way, the last one first, when the row is narrow.
	const least = 180
	n := len(v.images)
	for n > 0 && right-16-float32(n)*(coverSide+4) < least {
		n--
	}
	right -= float32(n) * (coverSide + 4)
	for i, img := range v.images {
		img.Hidden = i >= n
		if i < n {
			img.Resize(fyne.NewSquareSize(coverSide))
			img.Move(fyne.NewPos(float32(int(right))+float32(i)*(coverSide+4), (s.Height-coverSide)/2))
		}
	}
	if n == 0 {
		right = s.Width - 16
		v.texts[3].Move(fyne.NewPos(right-m.Width, 28))
		right -= m.Width + 12
	}
	paint := []string{v.r.project.Name, v.r.facts(), v.r.project.Note}
	for i, y := range []float32{26, 48, 66} {
		t := v.texts[i]
		t.Text = kit.Ellipsis(kit.Printable(paint[i]), t.TextSize, t.TextStyle, right-28)
		t.Move(fyne.NewPos(16, y))
	}
}

func (v *recentRenderer) Refresh() {
	v.paint()
	v.Layout(v.r.Size())
	canvas.Refresh(v.r)
}
