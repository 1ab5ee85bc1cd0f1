package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"kindred/views/look"
)

// line is a row or a column with one gap, in which each object keeps its
// smallest size across the row, in the middle; spacers share what is left.
// An object wrapped by Grow takes the rest and yields it first.
type line struct {
	gap    float32
	across bool // a row
}

func (l line) along(s fyne.Size) float32 {
	if l.across {
		return s.Width
	}
	return s.Height
}

func (l line) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	n := 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		if _, ok := o.(layout.SpacerObject); ok {
			continue
		}
		s := o.MinSize()
		if l.across {
			m.Width += s.Width
			m.Height = max(m.Height, s.Height)
		} else {
			m.Height += s.Height
			m.Width = max(m.Width, s.Width)
		}
		n++
	}
	if n > 1 {
		if l.across {
			m.Width += float32(n-1) * l.gap
		} else {
			m.Height += float32(n-1) * l.gap
		}
	}
	return m
}

func (l line) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	rest := l.along(size) - l.along(l.MinSize(objects))
	rest -= l.fit(objects, rest)
	grow := 0
	for _, o := range objects {
		if o.Visible() && grows(o) {
			grow++
		}
	}
	share := float32(0)
	if grow > 0 && rest > 0 {
		share = rest / float32(grow)
	}
	at, first := float32(0), true
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		if _, ok := o.(layout.SpacerObject); ok {
			at += share
			continue
		}
		if !first {
			at += l.gap
		}
		first = false
		s := o.MinSize()
		if f, ok := fits(o); ok {
			s.Width += f.extra
		}
		if grows(o) {
			if l.across {
				s.Width += share
			} else {
				s.Height += share
			}
		}
		if l.across {
			o.Resize(s)
			o.Move(fyne.NewPos(round(at), round((size.Height-s.Height)/2)))
			at += s.Width
		} else {
			o.Resize(fyne.NewSize(size.Width, s.Height))
			o.Move(fyne.NewPos(0, round(at)))
			at += s.Height
		}
	}
}

// fit widens the texts of Fit up to what they need, and returns what it used.
func (l line) fit(objects []fyne.CanvasObject, rest float32) float32 {
	used := float32(0)
	for _, o := range objects {
		f, ok := fits(o)
		if !ok || !o.Visible() || !l.across {
			continue
		}
		f.extra = min(max(f.text.Natural()-o.MinSize().Width, 0), max(rest-used, 0))
		used += f.extra
	}
	return used
}

// fit is the layout that marks a text that is as wide as it needs to be, and
// is shortened when there is less room.
type fit struct {
	text  *Text
	extra float32 // what the line around it gave last
}

func (*fit) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }
func (*fit) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Resize(s)
	o[0].Move(fyne.NewPos(0, 0))
}

func fits(o fyne.CanvasObject) (*fit, bool) {
	c, ok := o.(*fyne.Container)
	if !ok {
		return nil, false
	}
	f, ok := c.Layout.(*fit)
	return f, ok
}

// Fit makes a truncating text in an HBox as wide as it needs, if there is room.
func Fit(t *Text) *fyne.Container { return container.New(&fit{text: t}, t) }

func grows(o fyne.CanvasObject) bool {
	if _, ok := o.(layout.SpacerObject); ok {
		return true
	}
	c, ok := o.(*fyne.Container)
	if !ok {
		return false
	}
	_, ok = c.Layout.(grow)
	return ok
}

// grow is the layout that marks an object that takes the rest of a line.
type grow struct{}

func (grow) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }
func (grow) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Resize(s)
	o[0].Move(fyne.NewPos(0, 0))
}

// HBox places objects side by side, centred across.
func HBox(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(line{gap, true}, objects...)
}

// VBox places objects below each other, each as wide as the column.
func VBox(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(line{gap, false}, objects...)
}

// Spacer takes the room that is left in an HBox or a VBox.
func Spacer() fyne.CanvasObject { return layout.NewSpacer() }

// Grow makes an object take the room that is left in an HBox or a VBox.
func Grow(o fyne.CanvasObject) *fyne.Container { return container.New(grow{}, o) }

// fixed gives an object at least a size.
type fixed struct{ w, h float32 }

func (f fixed) MinSize(o []fyne.CanvasObject) fyne.Size {
	m := fyne.NewSize(0, 0)
	for _, x := range o {
		m = m.Max(x.MinSize())
	}
	if f.w > 0 {
		m.Width = f.w
	}
	if f.h > 0 {
		m.Height = f.h
	}
	return m
}

func (f fixed) Layout(o []fyne.CanvasObject, s fyne.Size) {
	for _, x := range o {
		x.Resize(s)
		x.Move(fyne.NewPos(0, 0))
	}
}

// Fixed gives an object a width and a height; 0 leaves that side as it is.
func Fixed(w, h float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(fixed{w, h}, o)
}

// Pad leaves room around an object.
func Pad(top, right, bottom, left float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedLayout(top, bottom, left, right), o)
}

// Surface is a ground with an edge and a radius, with something on it.
type Surface struct {
	widget.BaseWidget
	ground, edge fyne.ThemeColorName
	radius       float32
	content      fyne.CanvasObject
}

// NewSurface makes a ground of a colour; edge may be empty, content nil.
func NewSurface(ground, edge fyne.ThemeColorName, radius float32, content fyne.CanvasObject) *Surface {
	s := &Surface{ground: ground, edge: edge, radius: radius, content: content}
	s.ExtendBaseWidget(s)
	return s
}

// Card is a surface with an edge and a padding of 16.
func Card(content fyne.CanvasObject) *Surface {
	return NewSurface(look.BG2, look.Line, look.RadiusCard, Pad(16, 16, 16, 16, content))
}

// SetColours changes ground and edge.
func (s *Surface) SetColours(ground, edge fyne.ThemeColorName) {
	if s.ground != ground || s.edge != edge {
		s.ground, s.edge = ground, edge
		s.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (s *Surface) CreateRenderer() fyne.WidgetRenderer {
	r := box(s.radius)
	objects := []fyne.CanvasObject{r}
	if s.content != nil {
		objects = append(objects, s.content)
	}
	return render(s, painting{
		objects: objects,
		min: func() fyne.Size {
			if s.content == nil {
				return fyne.NewSize(0, 0)
			}
			return s.content.MinSize()
		},
		place: func(size fyne.Size) {
			r.Resize(size)
			if s.content != nil {
				s.content.Resize(size)
			}
		},
		paint: func() { fill(r, s.ground, s.edge, 1) },
	})
}

// Rule is a 1 px line.
type Rule struct {
	widget.BaseWidget
	upright bool
}

// HRule is a line across; VRule is an upright one.
func HRule() *Rule { return newRule(false) }

// VRule is an upright line.
func VRule() *Rule { return newRule(true) }

func newRule(upright bool) *Rule {
	r := &Rule{upright: upright}
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer implements fyne.Widget.
func (r *Rule) CreateRenderer() fyne.WidgetRenderer {
	b := box(0)
	return render(r, painting{
		objects: []fyne.CanvasObject{b},
		min: func() fyne.Size {
			if r.upright {
				return fyne.NewSize(1, 16)
			}
			return fyne.NewSize(16, 1)
		},
		place: func(s fyne.Size) { b.Resize(s) },
		paint: func() { b.FillColor = colour(look.Line) },
	})
}

// bar is a toolbar: a ground, a row, a line below or above.
func bar(height float32, ground fyne.ThemeColorName, top bool, row fyne.CanvasObject) fyne.CanvasObject {
	inside := Pad(0, look.PanelPad, 0, look.PanelPad, row)
	body := container.New(tight{top}, inside, HRule())
	return Fixed(0, height, NewSurface(ground, "", 0, body))
}

// tight places its first object on all of it and a rule at one edge.
type tight struct{ top bool }

func (tight) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }
func (t tight) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Resize(s)
	o[0].Move(fyne.NewPos(0, 0))
	o[1].Resize(fyne.NewSize(s.Width, 1))
	if t.top {
		o[1].Move(fyne.NewPos(0, 0))
	} else {
		o[1].Move(fyne.NewPos(0, s.Height-1))
	}
}

// Toolbar is the bar of 48 px at the top of a view.
func Toolbar(objects ...fyne.CanvasObject) fyne.CanvasObject {
	return bar(look.ToolbarHeight, look.BG2, false, HBox(8, objects...))
}

// SubBar is the bar of 36 px below a toolbar.
func SubBar(objects ...fyne.CanvasObject) fyne.CanvasObject {
	return bar(look.SubBarHeight, look.BG2, false, HBox(8, objects...))
}

// ActionBar is the bar at the bottom of a view, 48 px or, in review, 52.
func ActionBar(height float32, objects ...fyne.CanvasObject) fyne.CanvasObject {
	return bar(height, look.BG2, true, HBox(8, objects...))
}
