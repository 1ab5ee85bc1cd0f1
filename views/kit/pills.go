package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"kindred/views/look"
)

// Pill is one choice of Pills: a word with the number of what it holds; -1
// while that is not known.
type Pill struct {
	Text  string
	Count int
}

// Pills lets a person pick one of several choices, each with a count: the
// checks of a room. One that holds nothing is grey.
type Pills struct {
	widget.BaseWidget
	pills    []Pill
	selected int
	hovered  int
	focused  bool
	changed  func(int)
	edges    []float32 // x of the right edge of each, set by the layout
}

const (
	pillPad float32 = 7
	pillGap float32 = 4
)

// NewPills makes the row; changed is called when a person picks another one.
func NewPills(pills []Pill, selected int, changed func(int)) *Pills {
	p := &Pills{pills: pills, selected: selected, hovered: -1, changed: changed}
	p.ExtendBaseWidget(p)
	return p
}

// Set changes words and counts.
func (p *Pills) Set(pills []Pill) {
	p.pills = pills
	p.Refresh()
}

// Pills are what is offered.
func (p *Pills) Pills() []Pill { return p.pills }

// Selected is the place of the one picked.
func (p *Pills) Selected() int { return p.selected }

// Select shows another one as picked, without calling changed.
func (p *Pills) Select(i int) {
	if i != p.selected && i >= 0 && i < len(p.pills) {
		p.selected = i
		p.Refresh()
	}
}

// Pick does what a click on one does.
func (p *Pills) Pick(i int) {
	if i == p.selected || i < 0 || i >= len(p.pills) {
		return
	}
	p.Select(i)
	p.changed(i)
}

func (p *Pills) at(x float32) int {
	for i, e := range p.edges {
		if x < e {
			return i
		}
	}
	return -1
}

// Tapped implements fyne.Tappable.
func (p *Pills) Tapped(e *fyne.PointEvent) { p.Pick(p.at(e.Position.X)) }

// MouseIn implements desktop.Hoverable.
func (p *Pills) MouseIn(e *desktop.MouseEvent) { p.MouseMoved(e) }

// MouseMoved implements desktop.Hoverable.
func (p *Pills) MouseMoved(e *desktop.MouseEvent) {
	if i := p.at(e.Position.X); i != p.hovered {
		p.hovered = i
		p.Refresh()
	}
}

// MouseOut implements desktop.Hoverable.
func (p *Pills) MouseOut() { p.hovered = -1; p.Refresh() }

// Cursor implements desktop.Cursorable.
func (p *Pills) Cursor() desktop.Cursor { return desktop.PointerCursor }

// FocusGained implements fyne.Focusable.
func (p *Pills) FocusGained() { p.focused = true; p.Refresh() }

// FocusLost implements fyne.Focusable.
func (p *Pills) FocusLost() { p.focused = false; p.Refresh() }

// TypedRune implements fyne.Focusable.
func (p *Pills) TypedRune(rune) {}

// TypedKey implements fyne.Focusable.
func (p *Pills) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft:
		p.Pick(p.selected - 1)
	case fyne.KeyRight:
		p.Pick(p.selected + 1)
	case fyne.KeyHome:
		p.Pick(0)
	case fyne.KeyEnd:
		p.Pick(len(p.pills) - 1)
	}
}

// CreateRenderer implements fyne.Widget.
func (p *Pills) CreateRenderer() fyne.WidgetRenderer {
	r := &pillsRenderer{p: p}
	r.build()
	return r
}

// pillsRenderer has a ground, a word and a count for each pill.
type pillsRenderer struct {
	p       *Pills
	objects []fyne.CanvasObject
}

func (r *pillsRenderer) build() {
	r.objects = r.objects[:0]
	for i, pill := range r.p.pills {
		ground, text, count := box(look.RadiusSmall), canvas.NewText("", nil), canvas.NewText("", nil)
		colour, number, g, edge, stroke := look.T2, look.T3, fyne.ThemeColorName(""), fyne.ThemeColorName(""), look.Stroke
		switch {
		case i == r.p.selected:
			colour, number, g, edge = look.T1, look.T1, look.AccSoft, look.Acc
			if r.p.focused {
				stroke = look.RingWidth
			}
		case pill.Count == 0:
			colour = look.T3
		}
		if i == r.p.hovered && i != r.p.selected {
			g, colour, number = look.BG3, look.T1, look.T1
		}
		fill(ground, g, edge, stroke)
		setText(text, pill.Text, look.Small, colour, false)
		shown := ""
		if pill.Count >= 0 {
			shown = Count(pill.Count)
		}
		setText(count, shown, look.Small, number, false)
		r.objects = append(r.objects, ground, text, count)
	}
}

func (r *pillsRenderer) width(i int) (text, all float32) {
	text = round(r.objects[3*i+1].MinSize().Width)
	all = 2*pillPad + text
	if c := r.objects[3*i+2].(*canvas.Text); c.Text != "" {
		all += 5 + round(c.MinSize().Width)
	}
	return text, all
}

// Destroy implements fyne.WidgetRenderer, as do the next four methods.
func (r *pillsRenderer) Destroy() {}

// Objects are those of all pills.
func (r *pillsRenderer) Objects() []fyne.CanvasObject { return r.objects }

// MinSize is that of one line.
func (r *pillsRenderer) MinSize() fyne.Size {
	w := float32(0)
	for i := range r.p.pills {
		_, all := r.width(i)
		w += all + pillGap
	}
	return fyne.NewSize(max(w-pillGap, 0), look.SmallHeight)
}

// Layout places the pills side by side.
func (r *pillsRenderer) Layout(s fyne.Size) {
	r.p.edges = r.p.edges[:0]
	x := float32(0)
	for i := range r.p.pills {
		text, all := r.width(i)
		centre(r.objects[3*i], x, s.Height, fyne.NewSize(all, look.SmallHeight))
		centre(r.objects[3*i+1], x+pillPad, s.Height, r.objects[3*i+1].MinSize())
		centre(r.objects[3*i+2], x+pillPad+text+5, s.Height, r.objects[3*i+2].MinSize())
		x += all + pillGap
		r.p.edges = append(r.p.edges, x)
	}
}

// Refresh draws all anew.
func (r *pillsRenderer) Refresh() {
	r.build()
	r.Layout(r.p.Size())
	canvas.Refresh(r.p)
}
