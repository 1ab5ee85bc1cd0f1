package review

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"kindred/views/feed"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/photo"
)

const rowHeight float32 = 56

// groupList is the list of groups at the left; only the rows on the screen
// exist.
type groupList struct {
	widget.BaseWidget
	src    *feed.Source
	found  *findings
	picked func(int)

	size     fyne.Size
	shown    map[int]*groupRow
	free     []*groupRow
	ground   *listGround
	scroll   *container.Scroll
	selected int
	hover    int
}

func newGroupList(src *feed.Source) *groupList {
	l := &groupList{src: src, found: &findings{}, shown: map[int]*groupRow{}, selected: -1, hover: -1}
	l.ground = &listGround{list: l}
	l.ground.ExtendBaseWidget(l.ground)
	l.scroll = container.NewVScroll(l.ground)
	l.scroll.OnScrolled = func(fyne.Position) { l.sync() }
	l.ExtendBaseWidget(l)
	return l
}

// CreateRenderer implements fyne.Widget.
func (l *groupList) CreateRenderer() fyne.WidgetRenderer {
	return &photo.Painting{
		Widget: l, Objs: []fyne.CanvasObject{l.scroll},
		Min:   func() fyne.Size { return fyne.NewSize(160, rowHeight) },
		Paint: func() {},
		Place: func(s fyne.Size) {
			if s == l.size {
				return
			}
			l.size = s
			l.arrange()
			l.scroll.Resize(s)
			l.sync()
		},
	}
}

func (l *groupList) arrange() {
	l.ground.Resize(fyne.NewSize(l.size.Width, max(l.height(), l.size.Height)))
	l.scroll.Refresh()
}

func (l *groupList) height() float32 { return float32(len(l.found.groups)) * rowHeight }

// set shows other findings with one group selected.
func (l *groupList) set(f *findings, selected int) {
	l.found, l.selected, l.hover = f, selected, -1
	l.arrange()
	l.reveal()
	l.sync()
}

// pick selects a group.
func (l *groupList) pick(i int) {
	if i < 0 || i >= len(l.found.groups) || i == l.selected {
		return
	}
	l.selected = i
	l.reveal()
	l.sync()
	l.picked(i)
}

func (l *groupList) reveal() {
	if l.selected < 0 || l.size.Height < rowHeight {
		return
	}
	top := float32(l.selected) * rowHeight
	switch offset := l.scroll.Offset.Y; {
	case top < offset:
		l.scroll.ScrollToOffset(fyne.NewPos(0, top))
	case top+rowHeight > offset+l.size.Height:
		l.scroll.ScrollToOffset(fyne.NewPos(0, top+rowHeight-l.size.Height))
	}
}

func (l *groupList) sync() {
	from := max(int(l.scroll.Offset.Y/rowHeight), 0)
	until := min(int((l.scroll.Offset.Y+l.size.Height)/rowHeight)+1, len(l.found.groups))
	for i, r := range l.shown {
		if i < from || i >= until {
			r.thumb.Set(0)
			r.Hide()
			l.free = append(l.free, r)
			delete(l.shown, i)
		}
	}
	for i := from; i < until; i++ {
		r := l.shown[i]
		if r == nil {
			if n := len(l.free); n > 0 {
				r, l.free = l.free[n-1], l.free[:n-1]
			} else {
				r = newGroupRow(l.src)
				l.ground.objects = append(l.ground.objects, r)
			}
			l.shown[i] = r
		}
		r.Resize(fyne.NewSize(l.size.Width, rowHeight))
		r.Move(fyne.NewPos(0, float32(i)*rowHeight))
		r.set(l.found, i)
		r.Show()
		r.mark(i == l.hover, i == l.selected)
	}
}

func (l *groupList) setHover(i int) {
	if i == l.hover {
		return
	}
	l.hover = i
	for k, r := range l.shown {
		r.mark(k == l.hover, k == l.selected)
	}
}

// listGround is what scrolls; it answers the pointer.
type listGround struct {
	widget.BaseWidget
	list    *groupList
	objects []fyne.CanvasObject
}

// CreateRenderer implements fyne.Widget.
func (g *listGround) CreateRenderer() fyne.WidgetRenderer { return listGroundRenderer{g} }

type listGroundRenderer struct{ g *listGround }

func (listGroundRenderer) Destroy()                       {}
func (listGroundRenderer) Layout(fyne.Size)               {}
func (r listGroundRenderer) Objects() []fyne.CanvasObject { return r.g.objects }
func (r listGroundRenderer) MinSize() fyne.Size           { return fyne.NewSize(160, r.g.list.height()) }
func (listGroundRenderer) Refresh()                       {}

func (g *listGround) at(y float32) int {
	if i := int(y / rowHeight); y >= 0 && i < len(g.list.found.groups) {
		return i
	}
	return -1
}

// Tapped implements fyne.Tappable.
func (g *listGround) Tapped(e *fyne.PointEvent) { g.list.pick(g.at(e.Position.Y)) }

// MouseIn implements desktop.Hoverable.
func (g *listGround) MouseIn(e *desktop.MouseEvent) { g.MouseMoved(e) }

// MouseMoved implements desktop.Hoverable.
func (g *listGround) MouseMoved(e *desktop.MouseEvent) { g.list.setHover(g.at(e.Position.Y)) }

// MouseOut implements desktop.Hoverable.
func (g *listGround) MouseOut() { g.list.setHover(-1) }

// groupRow shows one group: a picture, how many, of which kind, score, bytes.
type groupRow struct {
	widget.BaseWidget
	thumb                     *photo.Thumb
	count, kinds, score, room *kit.Text
	ground, bar, line         *canvas.Rectangle
	hovered, selected         bool
}

func newGroupRow(src *feed.Source) *groupRow {
	r := &groupRow{
		thumb:  photo.NewThumb(src, 40, 40, true),
		count:  kit.NewText("", look.Small, look.T1).Bold().Truncate(40),
		kinds:  kit.NewText("", look.Caption, look.T3).Truncate(40),
		score:  kit.NewText("", look.Small, look.T1).Align(fyne.TextAlignTrailing),
		room:   kit.NewText("", look.Caption, look.T3).Align(fyne.TextAlignTrailing),
		ground: canvas.NewRectangle(look.Colour(look.Clear)),
		bar:    canvas.NewRectangle(look.Colour(look.Acc)),
		line:   canvas.NewRectangle(look.Colour(look.Line)),
	}
	r.ExtendBaseWidget(r)
	return r
}

func (r *groupRow) set(f *findings, i int) {
	g := f.groups[i]
	r.thumb.Set(g.Keep)
	r.count.Set(kit.Plural(len(g.Images), "image", "images"))
	r.kinds.Set(f.kinds[i])
	r.score.Set(kit.Score(float64(g.Score)))
	r.room.Set(kit.Bytes(g.ReclaimableBytes))
}

func (r *groupRow) mark(hovered, selected bool) {
	if r.hovered != hovered || r.selected != selected {
		r.hovered, r.selected = hovered, selected
		r.paint()
	}
}

func (r *groupRow) paint() {
	ground := look.Clear
	switch {
	case r.selected:
		ground = look.AccSoft
	case r.hovered:
		ground = look.BG3
	}
	r.ground.FillColor = look.Colour(ground)
	r.bar.FillColor, r.line.FillColor = look.Colour(look.Acc), look.Colour(look.Line)
	r.bar.Hidden = !r.selected
	r.ground.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (r *groupRow) CreateRenderer() fyne.WidgetRenderer {
	r.paint()
	return &photo.Painting{
		Widget: r,
		Objs:   []fyne.CanvasObject{r.ground, r.line, r.bar, r.thumb, r.count, r.kinds, r.score, r.room},
		Min:    func() fyne.Size { return fyne.NewSize(160, rowHeight) },
		Paint:  r.paint,
		Place: func(s fyne.Size) {
			r.ground.Resize(s)
			r.line.Resize(fyne.NewSize(s.Width, 1))
			r.line.Move(fyne.NewPos(0, s.Height-1))
			r.bar.Resize(fyne.NewSize(2, s.Height))
			r.thumb.Resize(fyne.NewSquareSize(40))
			r.thumb.Move(fyne.NewPos(12, 8))
			const right float32 = 60
			put := func(t *kit.Text, x, y, w float32) {
				t.Resize(fyne.NewSize(max(w, 0), 18))
				t.Move(fyne.NewPos(x, y))
			}
			put(r.count, 64, 10, s.Width-64-right-12)
			put(r.kinds, 64, 28, s.Width-64-right-12)
			put(r.score, s.Width-right-12, 10, right)
			put(r.room, s.Width-right-12, 28, right)
		},
	}
}
