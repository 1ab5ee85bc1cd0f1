package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"kindred/views/look"
)

// Choice is one part of a Segment: an icon, a word, or both.
type Choice struct{ Icon, Text string }

// Segment lets a person pick one of a few choices that stand side by side.
type Segment struct {
	widget.BaseWidget
	choices  []Choice
	selected int
	hovered  int
	focused  bool
	changed  func(int)
	edges    []float32 // x of the right edge of each part, set by the layout
}

// NewSegment makes a segment; changed is called when a person picks another
// part.
func NewSegment(choices []Choice, selected int, changed func(int)) *Segment {
	s := &Segment{choices: choices, selected: selected, hovered: -1, changed: changed}
	s.ExtendBaseWidget(s)
	return s
}

// Selected returns the picked part.
func (s *Segment) Selected() int { return s.selected }

// Select shows another part as picked, without calling changed.
func (s *Segment) Select(i int) {
	if i != s.selected && i >= 0 && i < len(s.choices) {
		s.selected = i
		s.Refresh()
	}
}

func (s *Segment) pick(i int) {
	if i == s.selected || i < 0 || i >= len(s.choices) {
		return
	}
	s.Select(i)
	if s.changed != nil {
		s.changed(i)
	}
}

func (s *Segment) at(x float32) int {
	for i, e := range s.edges {
		if x < e {
			return i
		}
	}
	return len(s.choices) - 1
}

// Tapped implements fyne.Tappable.
func (s *Segment) Tapped(e *fyne.PointEvent) { s.pick(s.at(e.Position.X)) }

// MouseIn implements desktop.Hoverable.
func (s *Segment) MouseIn(e *desktop.MouseEvent) { s.MouseMoved(e) }

// MouseMoved implements desktop.Hoverable.
func (s *Segment) MouseMoved(e *desktop.MouseEvent) {
	if i := s.at(e.Position.X); i != s.hovered {
		s.hovered = i
		s.Refresh()
	}
}

// MouseOut implements desktop.Hoverable.
func (s *Segment) MouseOut() { s.hovered = -1; s.Refresh() }

// Cursor implements desktop.Cursorable.
func (s *Segment) Cursor() desktop.Cursor { return desktop.PointerCursor }

// FocusGained implements fyne.Focusable.
func (s *Segment) FocusGained() { s.focused = true; s.Refresh() }

// FocusLost implements fyne.Focusable.
func (s *Segment) FocusLost() { s.focused = false; s.Refresh() }

// TypedRune implements fyne.Focusable.
func (s *Segment) TypedRune(rune) {}

// TypedKey implements fyne.Focusable.
func (s *Segment) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft:
		s.pick(s.selected - 1)
	case fyne.KeyRight:
		s.pick(s.selected + 1)
	case fyne.KeyHome:
		s.pick(0)
	case fyne.KeyEnd:
		s.pick(len(s.choices) - 1)
	}
}

// CreateRenderer implements fyne.Widget.
func (s *Segment) CreateRenderer() fyne.WidgetRenderer {
	ground, active, ring := box(look.RadiusButton), box(look.RadiusButton), box(look.RadiusButton)
	objects := []fyne.CanvasObject{ground, active}
	icons := make([]*canvas.Image, len(s.choices))
	texts := make([]*canvas.Text, len(s.choices))
	lines := make([]*canvas.Rectangle, len(s.choices))
	for i := range s.choices {
		icons[i], texts[i], lines[i] = newIcon(), canvas.NewText("", nil), box(0)
		objects = append(objects, icons[i], texts[i], lines[i])
	}
	objects = append(objects, ring)
	width := func(i int) float32 {
		w, c := float32(20), s.choices[i]
		if c.Icon != "" {
			w += look.IconList
			if c.Text != "" {
				w += 6
			}
		}
		if c.Text != "" {
			w += round(texts[i].MinSize().Width)
		}
		return w
	}
	return render(s, painting{
		objects: objects,
		min: func() fyne.Size {
			w := float32(0)
			for i := range s.choices {
				w += width(i)
			}
			return fyne.NewSize(w, look.ButtonHeight)
		},
		place: func(size fyne.Size) {
			ground.Resize(size)
			ring.Resize(size)
			s.edges = s.edges[:0]
			x := float32(0)
			for i, c := range s.choices {
				w := width(i)
				if i == s.selected {
					active.Move(fyne.NewPos(x, 0))
					active.Resize(fyne.NewSize(w, size.Height))
				}
				at := x + 10
				if c.Icon != "" {
					centre(icons[i], at, size.Height, fyne.NewSquareSize(look.IconList))
					at += look.IconList + 6
				}
				centre(texts[i], at, size.Height, texts[i].MinSize())
				x += w
				lines[i].Move(fyne.NewPos(x-1, 1))
				lines[i].Resize(fyne.NewSize(1, size.Height-2))
				s.edges = append(s.edges, x)
			}
		},
		paint: func() {
			fill(ground, look.BG3, look.Line2, 1)
			fill(active, look.AccSoft, look.Acc, 1)
			ring.Hidden = !s.focused
			fill(ring, "", look.Acc, look.RingWidth)
			for i, c := range s.choices {
				col := look.T2
				if i == s.selected || i == s.hovered {
					col = look.T1
				}
				setIcon(icons[i], c.Icon, col)
				setText(texts[i], c.Text, look.Small, col, false)
				lines[i].FillColor = colour(look.Line2)
				lines[i].Hidden = i == len(s.choices)-1 || i == s.selected || i+1 == s.selected
			}
		},
	})
}
