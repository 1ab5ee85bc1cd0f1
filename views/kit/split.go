package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"kindred/views/look"
)

// Split places a pane of a fixed width beside the rest, with a line between
// them that can be dragged. The width is in px, not a share, so that a wider
// window widens the rest.
type Split struct {
	widget.BaseWidget
	// OnWidth is called when a drag has ended, to keep the width.
	OnWidth func(float32)

	pane, rest  fyne.CanvasObject
	width       float32
	least, most float32
	right       bool // the pane stands at the right
	hidden      bool
	over        bool // the pane lies over the rest, as a drawer
	divider     *divider
}

// NewSplit places pane at the left, or with right at the right.
func NewSplit(pane, rest fyne.CanvasObject, right bool, width, least, most float32) *Split {
	s := &Split{pane: pane, rest: rest, right: right, least: least, most: most}
	s.width = min(max(width, least), most)
	s.divider = newDivider(s)
	s.ExtendBaseWidget(s)
	return s
}

// Width returns the width of the pane.
func (s *Split) Width() float32 { return s.width }

// PaneShown says whether the pane is shown.
func (s *Split) PaneShown() bool { return !s.hidden }

// ShowPane shows or hides the pane and its divider.
func (s *Split) ShowPane(on bool) {
	if s.hidden == on {
		s.hidden = !on
		if on {
			s.pane.Show()
			s.divider.Show()
		} else {
			s.pane.Hide()
			s.divider.Hide()
		}
		s.Refresh()
	}
}

// SetOver lays the pane over the rest, as a drawer, or beside it.
func (s *Split) SetOver(over bool) {
	if s.over != over {
		s.over = over
		s.Refresh()
	}
}

// SetWidth changes the width, within its limits; with the same limits for
// both it is fixed.
func (s *Split) SetWidth(w, least, most float32) {
	w = min(max(w, least), most)
	if s.width == w && s.least == least && s.most == most {
		return
	}
	s.width, s.least, s.most = w, least, most
	s.Refresh()
}

func (s *Split) drag(dx float32) {
	if s.right {
		dx = -dx
	}
	s.SetWidth(s.width+dx, s.least, s.most)
}

// CreateRenderer implements fyne.Widget.
func (s *Split) CreateRenderer() fyne.WidgetRenderer {
	return render(s, painting{
		objects: []fyne.CanvasObject{s.rest, s.pane, s.divider},
		min: func() fyne.Size {
			m := s.rest.MinSize()
			if !s.hidden && !s.over {
				p := s.pane.MinSize()
				m = fyne.NewSize(m.Width+s.width, max(m.Height, p.Height))
			}
			return m
		},
		place: func(size fyne.Size) {
			w := s.width
			if s.hidden {
				w = 0
			}
			w = min(w, size.Width)
			paneX, restX, line := float32(0), w, w-1
			if s.right {
				paneX, restX, line = size.Width-w, 0, size.Width-w
			}
			s.pane.Resize(fyne.NewSize(w, size.Height))
			s.pane.Move(fyne.NewPos(paneX, 0))
			if s.over {
				w, restX = 0, 0
			}
			s.rest.Resize(fyne.NewSize(size.Width-w, size.Height))
			s.rest.Move(fyne.NewPos(restX, 0))
			s.divider.Resize(fyne.NewSize(7, size.Height))
			s.divider.Move(fyne.NewPos(line-3, 0))
		},
		paint: func() {},
	})
}

// divider is the line of a Split: 1 px drawn, 7 px to hold.
type divider struct {
	widget.BaseWidget
	split   *Split
	hovered bool
}

func newDivider(s *Split) *divider {
	d := &divider{split: s}
	d.ExtendBaseWidget(d)
	return d
}

func (d *divider) movable() bool { return d.split.least < d.split.most }

func (d *divider) Cursor() desktop.Cursor {
	if d.movable() {
		return desktop.HResizeCursor
	}
	return desktop.DefaultCursor
}

func (d *divider) MouseIn(*desktop.MouseEvent)    { d.hovered = d.movable(); d.Refresh() }
func (d *divider) MouseMoved(*desktop.MouseEvent) {}
func (d *divider) MouseOut()                      { d.hovered = false; d.Refresh() }

func (d *divider) Dragged(e *fyne.DragEvent) {
	// The divider moves under the pointer, so that only the distance from its
	// middle counts, not the sum of what the driver reports.
	if dx := e.Position.X - 3; dx != 0 {
		d.split.drag(dx)
	}
}

func (d *divider) DragEnd() {
	if d.split.OnWidth != nil {
		d.split.OnWidth(d.split.width)
	}
}

func (d *divider) CreateRenderer() fyne.WidgetRenderer {
	b := canvas.NewRectangle(colour(look.Line))
	return render(d, painting{
		objects: []fyne.CanvasObject{b},
		min:     func() fyne.Size { return fyne.NewSize(7, 16) },
		place: func(s fyne.Size) {
			b.Resize(fyne.NewSize(1, s.Height))
			b.Move(fyne.NewPos(3, 0))
		},
		paint: func() {
			b.FillColor = colour(look.Line)
			if d.hovered {
				b.FillColor = colour(look.Acc)
			}
		},
	})
}
