package clusters

import (
	"math"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"kindred/project"
	"kindred/views/feed"
	"kindred/views/look"
	"kindred/views/photo"
)

const doubleClick = 400 * time.Millisecond

// cards is a field of cards that scrolls; only those on the screen exist.
type cards struct {
	widget.BaseWidget
	src    *feed.Source
	list   []project.Cluster
	opened func(int)
	typed  func(rune)
	key    func(*fyne.KeyEvent) // a key that means nothing here

	size    fyne.Size
	columns int
	width   float32 // of a card
	shown   map[int]*card
	free    []*card
	ground  *field
	scroll  *container.Scroll
	focus   int
	hover   int

	lastClick time.Time
	lastPlace int
}

func newCards(src *feed.Source) *cards {
	c := &cards{src: src, shown: map[int]*card{}, focus: -1, hover: -1, lastPlace: -1}
	c.ground = &field{cards: c}
	c.ground.ExtendBaseWidget(c.ground)
	c.scroll = container.NewVScroll(c.ground)
	c.scroll.OnScrolled = func(fyne.Position) { c.sync() }
	c.ExtendBaseWidget(c)
	return c
}

// CreateRenderer implements fyne.Widget.
func (c *cards) CreateRenderer() fyne.WidgetRenderer {
	return &photo.Painting{
		Widget: c, Objs: []fyne.CanvasObject{c.scroll},
		Min:   func() fyne.Size { return fyne.NewSize(cardWidth+2*look.PanelPad, 120) },
		Paint: func() {},
		Place: func(s fyne.Size) {
			if s == c.size {
				return
			}
			c.size = s
			c.arrange()
			c.scroll.Resize(s)
			c.sync()
		},
	}
}

// set shows another list; the focus follows the cluster whose most typical
// image is the same.
func (c *cards) set(list []project.Cluster) {
	focus := -1
	if c.focus >= 0 && c.focus < len(c.list) {
		was := c.list[c.focus].Images[0]
		for i, cl := range list {
			if cl.Images[0] == was {
				focus = i
				break
			}
		}
	}
	c.list, c.focus, c.hover = list, focus, -1
	c.arrange()
	c.sync()
}

func (c *cards) arrange() {
	room := max(c.size.Width-2*look.PanelPad, cardWidth)
	columns := max(int((room+look.CardGap)/(cardWidth+look.CardGap)), 1)
	width := float32(math.Floor(float64((room - look.CardGap*float32(columns-1)) / float32(columns))))
	if c.size.Width <= 0 {
		return
	}
	c.columns, c.width = columns, width
	c.ground.Resize(fyne.NewSize(c.size.Width, max(c.height(), c.size.Height)))
	c.scroll.Refresh()
}

func (c *cards) rowHeight() float32 { return cardHeight(c.width) + look.CardGap }

func (c *cards) height() float32 {
	if len(c.list) == 0 || c.columns == 0 {
		return 0
	}
	rows := (len(c.list) + c.columns - 1) / c.columns
	return look.PanelPad + float32(rows)*c.rowHeight()
}

func (c *cards) position(i int) fyne.Position {
	return fyne.NewPos(look.PanelPad+float32(i%c.columns)*(c.width+look.CardGap),
		look.PanelPad+float32(i/c.columns)*c.rowHeight())
}

// sync gives every place on the screen its card.
func (c *cards) sync() {
	if c.columns == 0 {
		return
	}
	first := max(int((c.scroll.Offset.Y-look.PanelPad)/c.rowHeight()), 0)
	last := int((c.scroll.Offset.Y+c.size.Height)/c.rowHeight()) + 1
	from, until := min(first*c.columns, len(c.list)), min(last*c.columns, len(c.list))
	for i, k := range c.shown {
		if i < from || i >= until {
			k.release()
			c.free = append(c.free, k)
			delete(c.shown, i)
		}
	}
	for i := from; i < until; i++ {
		k := c.shown[i]
		if k == nil {
			if n := len(c.free); n > 0 {
				k, c.free = c.free[n-1], c.free[:n-1]
			} else {
				k = newCard(c.src)
				c.ground.objects = append(c.ground.objects, k)
			}
			c.shown[i] = k
		}
		k.Resize(fyne.NewSize(c.width, cardHeight(c.width)))
		k.Move(c.position(i))
		k.set(i, c.list[i])
		k.Show()
		k.mark(i == c.hover, i == c.focus)
	}
}

func (c *cards) recolour() {
	for _, k := range c.shown {
		k.paintLabels()
	}
}

func (c *cards) marks() {
	for i, k := range c.shown {
		k.mark(i == c.hover, i == c.focus)
	}
}

func (c *cards) at(p fyne.Position) int {
	if c.columns == 0 {
		return -1
	}
	column := int((p.X - look.PanelPad) / (c.width + look.CardGap))
	row := int((p.Y - look.PanelPad) / c.rowHeight())
	i := row*c.columns + column
	if p.X < look.PanelPad || p.Y < look.PanelPad || column >= c.columns || i >= len(c.list) {
		return -1
	}
	if at := c.position(i); p.X >= at.X+c.width || p.Y >= at.Y+cardHeight(c.width) {
		return -1
	}
	return i
}

// moveTo moves the focus and scrolls to it.
func (c *cards) moveTo(i int) {
	if len(c.list) == 0 {
		return
	}
	c.focus = min(max(i, 0), len(c.list)-1)
	top := c.position(c.focus).Y
	switch offset := c.scroll.Offset.Y; {
	case top-look.PanelPad < offset:
		c.scroll.ScrollToOffset(fyne.NewPos(0, max(0, top-look.PanelPad)))
	case top+c.rowHeight() > offset+c.size.Height:
		c.scroll.ScrollToOffset(fyne.NewPos(0, top+c.rowHeight()-c.size.Height))
	}
	c.sync()
}

// field is the ground that scrolls; it answers pointer and keyboard.
type field struct {
	widget.BaseWidget
	cards   *cards
	objects []fyne.CanvasObject
}

// CreateRenderer implements fyne.Widget.
func (f *field) CreateRenderer() fyne.WidgetRenderer { return fieldRenderer{f} }

type fieldRenderer struct{ f *field }

func (fieldRenderer) Destroy()                       {}
func (fieldRenderer) Layout(fyne.Size)               {}
func (r fieldRenderer) Objects() []fyne.CanvasObject { return r.f.objects }
func (r fieldRenderer) MinSize() fyne.Size           { return fyne.NewSize(cardWidth, r.f.cards.height()) }
func (r fieldRenderer) Refresh()                     {}

// MouseDown implements desktop.Mouseable.
func (f *field) MouseDown(e *desktop.MouseEvent) {
	c := f.cards
	photo.Focus(f)
	i := c.at(e.Position)
	if i < 0 || e.Button != desktop.MouseButtonPrimary {
		return
	}
	now := time.Now()
	double := i == c.lastPlace && now.Sub(c.lastClick) < doubleClick
	c.lastClick, c.lastPlace = now, i
	c.focus = i
	c.marks()
	if double {
		c.lastPlace = -1
		c.opened(i)
	}
}

// MouseUp implements desktop.Mouseable.
func (f *field) MouseUp(*desktop.MouseEvent) {}

// MouseIn implements desktop.Hoverable.
func (f *field) MouseIn(e *desktop.MouseEvent) { f.MouseMoved(e) }

// MouseMoved implements desktop.Hoverable.
func (f *field) MouseMoved(e *desktop.MouseEvent) {
	if i := f.cards.at(e.Position); i != f.cards.hover {
		f.cards.hover = i
		f.cards.marks()
	}
}

// MouseOut implements desktop.Hoverable.
func (f *field) MouseOut() {
	f.cards.hover = -1
	f.cards.marks()
}

// FocusGained implements fyne.Focusable.
func (f *field) FocusGained() {}

// FocusLost implements fyne.Focusable.
func (f *field) FocusLost() {}

// TypedRune implements fyne.Focusable.
func (f *field) TypedRune(r rune) { f.cards.typed(r) }

// TypedKey implements fyne.Focusable.
func (f *field) TypedKey(e *fyne.KeyEvent) {
	c := f.cards
	page := max(int(c.size.Height/max(c.rowHeight(), 1)), 1) * c.columns
	switch e.Name {
	case fyne.KeyLeft:
		c.moveTo(c.focus - 1)
	case fyne.KeyRight:
		c.moveTo(c.focus + 1)
	case fyne.KeyUp:
		if c.focus >= c.columns {
			c.moveTo(c.focus - c.columns)
		}
	case fyne.KeyDown:
		if c.focus < 0 {
			c.moveTo(0)
		} else {
			c.moveTo(c.focus + c.columns)
		}
	case fyne.KeyPageUp:
		c.moveTo(c.focus - page)
	case fyne.KeyPageDown:
		c.moveTo(c.focus + page)
	case fyne.KeyHome:
		c.moveTo(0)
	case fyne.KeyEnd:
		c.moveTo(len(c.list) - 1)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		c.opened(c.focus)
	default:
		c.key(e)
	}
}
