package kit

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"kindred/views/look"
)

// Row is one line of Rows. It is used again for another place when it leaves
// the screen.
type Row interface {
	fyne.CanvasObject
	Bind(place int) // shows a place; what is right already is left alone
	Release()       // is not on the screen any more
}

// Rows is a list of rows of one height, of which only those on the screen
// exist. It draws their grounds, marks the one selected and answers the
// pointer; the keyboard belongs to the room.
type Rows struct {
	widget.BaseWidget
	// OnPicked is called when another row was picked, OnOpened on a double
	// click, OnMenu on a right click.
	OnPicked, OnOpened func(int)
	OnMenu             func(i int, at fyne.Position)

	height   float32
	n        int
	make     func() Row
	size     fyne.Size
	shown    map[int]*rowFrame
	free     []*rowFrame
	ground   *rowsGround
	scroll   *container.Scroll
	selected int
	hover    int

	lastPlace int
	lastClick time.Time
}

const doubleClick = 400 * time.Millisecond

// NewRows makes an empty list; newRow makes a row as often as one is needed.
func NewRows(height float32, newRow func() Row) *Rows {
	r := &Rows{
		OnPicked: func(int) {}, OnOpened: func(int) {}, OnMenu: func(int, fyne.Position) {},
		height: height, make: newRow, shown: map[int]*rowFrame{}, selected: -1, hover: -1, lastPlace: -1,
	}
	r.ground = &rowsGround{rows: r}
	r.ground.ExtendBaseWidget(r.ground)
	r.scroll = container.NewVScroll(r.ground)
	r.scroll.OnScrolled = func(fyne.Position) { r.sync() }
	r.ExtendBaseWidget(r)
	return r
}

// Len is the number of rows, Selected the place of the one selected or -1,
// and Page how many fit on the screen, at least 1.
func (r *Rows) Len() int { return r.n }

// Selected is the place of the row selected, or -1.
func (r *Rows) Selected() int { return r.selected }

// Page is how many rows fit on the screen, at least 1.
func (r *Rows) Page() int { return max(int(r.size.Height/r.height), 1) }

// Made is how many rows exist, for tests of what a long list costs.
func (r *Rows) Made() int { return len(r.ground.objects) }

// Shown is the row at a place, or nil when it is not on the screen.
func (r *Rows) Shown(i int) Row {
	if f := r.shown[i]; f != nil {
		return f.row
	}
	return nil
}

// Set shows n rows with one selected, all bound anew.
func (r *Rows) Set(n, selected int) {
	r.n, r.selected, r.hover = n, selected, -1
	r.arrange()
	r.reveal()
	r.sync()
}

// Pick selects a row.
func (r *Rows) Pick(i int) {
	if i < 0 || i >= r.n || i == r.selected {
		return
	}
	r.selected = i
	r.reveal()
	r.sync()
	r.OnPicked(i)
}

// Key moves the selection as lists do, and says whether it used the key.
func (r *Rows) Key(name fyne.KeyName) bool {
	last := r.n - 1
	switch name {
	case fyne.KeyUp:
		r.Pick(max(r.selected-1, 0))
	case fyne.KeyDown, fyne.KeySpace:
		r.Pick(min(r.selected+1, last))
	case fyne.KeyPageUp:
		r.Pick(max(r.selected-r.Page(), 0))
	case fyne.KeyPageDown:
		r.Pick(min(r.selected+r.Page(), last))
	case fyne.KeyHome:
		r.Pick(0)
	case fyne.KeyEnd:
		r.Pick(last)
	default:
		return false
	}
	return true
}

func (r *Rows) arrange() {
	r.ground.Resize(fyne.NewSize(r.size.Width, max(r.total(), r.size.Height)))
	r.scroll.Refresh()
}

func (r *Rows) total() float32 { return float32(r.n) * r.height }

func (r *Rows) reveal() {
	if r.selected < 0 || r.size.Height < r.height {
		return
	}
	top := float32(r.selected) * r.height
	switch offset := r.scroll.Offset.Y; {
	case top < offset:
		r.scroll.ScrollToOffset(fyne.NewPos(0, top))
	case top+r.height > offset+r.size.Height:
		r.scroll.ScrollToOffset(fyne.NewPos(0, top+r.height-r.size.Height))
	}
}

func (r *Rows) sync() {
	from := max(int(r.scroll.Offset.Y/r.height), 0)
	until := min(int((r.scroll.Offset.Y+r.size.Height)/r.height)+1, r.n)
	for i, f := range r.shown {
		if i < from || i >= until {
			f.row.Release()
			f.Hide()
			r.free = append(r.free, f)
			delete(r.shown, i)
		}
	}
	for i := from; i < until; i++ {
		f := r.shown[i]
		if f == nil {
			if n := len(r.free); n > 0 {
				f, r.free = r.free[n-1], r.free[:n-1]
			} else {
				f = newRowFrame(r.make())
				r.ground.objects = append(r.ground.objects, f)
			}
			r.shown[i] = f
		}
		f.Resize(fyne.NewSize(r.size.Width, r.height))
		f.Move(fyne.NewPos(0, float32(i)*r.height))
		f.row.Bind(i)
		f.Show()
		f.mark(i == r.hover, i == r.selected)
	}
}

func (r *Rows) setHover(i int) {
	if i == r.hover {
		return
	}
	r.hover = i
	for k, f := range r.shown {
		f.mark(k == r.hover, k == r.selected)
	}
}

// CreateRenderer implements fyne.Widget.
func (r *Rows) CreateRenderer() fyne.WidgetRenderer {
	return render(r, painting{
		objects: []fyne.CanvasObject{r.scroll},
		min:     func() fyne.Size { return fyne.NewSize(160, r.height) },
		paint:   func() {},
		place: func(s fyne.Size) {
			if s == r.size {
				return
			}
			r.size = s
			r.arrange()
			r.scroll.Resize(s)
			r.sync()
		},
	})
}

// rowsGround is what scrolls; it answers the pointer for all rows.
type rowsGround struct {
	widget.BaseWidget
	rows    *Rows
	objects []fyne.CanvasObject
}

// CreateRenderer implements fyne.Widget.
func (g *rowsGround) CreateRenderer() fyne.WidgetRenderer { return rowsGroundRenderer{g} }

type rowsGroundRenderer struct{ g *rowsGround }

func (rowsGroundRenderer) Destroy()                       {}
func (rowsGroundRenderer) Layout(fyne.Size)               {}
func (r rowsGroundRenderer) Objects() []fyne.CanvasObject { return r.g.objects }
func (r rowsGroundRenderer) MinSize() fyne.Size           { return fyne.NewSize(160, r.g.rows.total()) }

// Refresh does nothing: Fyne refreshes what lies on it by itself.
func (rowsGroundRenderer) Refresh() {}

func (g *rowsGround) at(y float32) int {
	if i := int(y / g.rows.height); y >= 0 && i < g.rows.n {
		return i
	}
	return -1
}

// Tapped implements fyne.Tappable.
func (g *rowsGround) Tapped(e *fyne.PointEvent) {
	r, i := g.rows, g.at(e.Position.Y)
	now := time.Now()
	double := i >= 0 && i == r.lastPlace && now.Sub(r.lastClick) < doubleClick
	r.lastPlace, r.lastClick = i, now
	if double {
		r.lastPlace = -1
		r.OnOpened(i)
		return
	}
	r.Pick(i)
}

// TappedSecondary implements fyne.SecondaryTappable.
func (g *rowsGround) TappedSecondary(e *fyne.PointEvent) {
	if i := g.at(e.Position.Y); i >= 0 {
		g.rows.Pick(i)
		g.rows.OnMenu(i, e.AbsolutePosition)
	}
}

// MouseIn implements desktop.Hoverable.
func (g *rowsGround) MouseIn(e *desktop.MouseEvent) { g.MouseMoved(e) }

// MouseMoved implements desktop.Hoverable.
func (g *rowsGround) MouseMoved(e *desktop.MouseEvent) { g.rows.setHover(g.at(e.Position.Y)) }

// MouseOut implements desktop.Hoverable.
func (g *rowsGround) MouseOut() { g.rows.setHover(-1) }

// rowFrame is the ground of a row, the bar of the one selected, and the line
// below.
type rowFrame struct {
	widget.BaseWidget
	row               Row
	ground, bar, line *canvas.Rectangle
	hovered, selected bool
}

func newRowFrame(row Row) *rowFrame {
	f := &rowFrame{row: row, ground: box(0), bar: box(0), line: box(0)}
	f.ExtendBaseWidget(f)
	return f
}

func (f *rowFrame) mark(hovered, selected bool) {
	if f.hovered != hovered || f.selected != selected {
		f.hovered, f.selected = hovered, selected
		f.paint()
		f.ground.Refresh()
		f.bar.Refresh()
	}
}

func (f *rowFrame) paint() {
	ground := fyne.ThemeColorName(look.Clear)
	switch {
	case f.selected:
		ground = look.AccSoft
	case f.hovered:
		ground = look.BG3
	}
	fill(f.ground, ground, "", 0)
	f.bar.FillColor, f.line.FillColor = colour(look.Acc), colour(look.Line)
	f.bar.Hidden = !f.selected
}

// CreateRenderer implements fyne.Widget.
func (f *rowFrame) CreateRenderer() fyne.WidgetRenderer {
	f.paint()
	return &rowFrameRenderer{f}
}

// rowFrameRenderer does not refresh the row with its frame: that would upload
// the pictures in it again.
type rowFrameRenderer struct{ f *rowFrame }

func (r *rowFrameRenderer) Destroy() {}
func (r *rowFrameRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.f.ground, r.f.line, r.f.bar, r.f.row}
}
func (r *rowFrameRenderer) MinSize() fyne.Size { return r.f.row.MinSize() }
func (r *rowFrameRenderer) Layout(s fyne.Size) {
	r.f.ground.Resize(s)
	r.f.line.Resize(fyne.NewSize(s.Width, 1))
	r.f.line.Move(fyne.NewPos(0, s.Height-1))
	r.f.bar.Resize(fyne.NewSize(2, s.Height))
	r.f.row.Resize(s)
}

func (r *rowFrameRenderer) Refresh() {
	r.f.paint()
	for _, o := range []fyne.CanvasObject{r.f.ground, r.f.bar, r.f.line} {
		o.Refresh()
	}
}
