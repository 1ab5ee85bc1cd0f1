package review

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"kindred/views/kit"
	"kindred/views/look"
)

// bench lays out a comparison: head, line, pictures, and below them what is
// said about them, which scrolls when there is little room.
type bench struct{}

const (
	benchPad   float32 = 16
	leastPanes float32 = 150
)

// MinSize implements fyne.Layout.
func (bench) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(360, 320) }

// Layout implements fyne.Layout.
func (bench) Layout(o []fyne.CanvasObject, s fyne.Size) {
	head, line, panes, lower := o[0], o[1], o[2], o[3]
	head.Resize(fyne.NewSize(s.Width, look.ToolbarHeight))
	head.Move(fyne.NewPos(0, 0))
	line.Resize(fyne.NewSize(s.Width, 1))
	line.Move(fyne.NewPos(0, look.ToolbarHeight-1))
	rest := s.Height - look.ToolbarHeight - 24 - 12
	wanted := lower.MinSize().Height
	if scroll, ok := lower.(*container.Scroll); ok {
		wanted = scroll.Content.MinSize().Height
	}
	below := min(wanted, rest*0.42)
	above := max(rest-below, leastPanes)
	below = max(rest-above, 0)
	inner := s.Width - 2*benchPad
	panes.Resize(fyne.NewSize(inner, above))
	panes.Move(fyne.NewPos(benchPad, look.ToolbarHeight+12))
	lower.Resize(fyne.NewSize(inner, below))
	lower.Move(fyne.NewPos(benchPad, look.ToolbarHeight+12+above+12))
}

// columns places two objects side by side: of the same width, or the first a
// little wider.
type columns struct{ even bool }

// MinSize implements fyne.Layout.
func (columns) MinSize(o []fyne.CanvasObject) fyne.Size {
	a, b := o[0].MinSize(), o[1].MinSize()
	return fyne.NewSize(100, max(a.Height, b.Height))
}

// Layout implements fyne.Layout.
func (c columns) Layout(o []fyne.CanvasObject, s fyne.Size) {
	gap, share := float32(24), float32(0.62)
	if c.even {
		gap, share = 8, 0.5
	}
	first := float32(int((s.Width - gap) * share))
	o[0].Resize(fyne.NewSize(first, s.Height))
	o[0].Move(fyne.NewPos(0, 0))
	o[1].Resize(fyne.NewSize(s.Width-gap-first, s.Height))
	o[1].Move(fyne.NewPos(first+gap, 0))
}

// thirds is a line of the table: a name and two values.
type thirds struct{}

// MinSize implements fyne.Layout.
func (thirds) MinSize(o []fyne.CanvasObject) fyne.Size { return fyne.NewSize(120, 16) }

// Layout implements fyne.Layout.
func (thirds) Layout(o []fyne.CanvasObject, s fyne.Size) {
	name := min(max(s.Width*0.24, 64), 100)
	each := (s.Width - name) / 2
	x := []float32{0, name, name + each}
	w := []float32{name, each - 8, each}
	for i, c := range o {
		h := c.MinSize().Height
		c.Resize(fyne.NewSize(float32(int(w[i])), h))
		c.Move(fyne.NewPos(float32(int(x[i])), float32(int((s.Height-h)/2))))
	}
}

// flow places chips side by side and leaves out those that do not fit.
type flow struct{ gap float32 }

// MinSize implements fyne.Layout.
func (flow) MinSize(o []fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, look.ChipHeight) }

// Layout implements fyne.Layout.
func (f flow) Layout(o []fyne.CanvasObject, s fyne.Size) {
	x := float32(0)
	for i, c := range o {
		m := c.MinSize()
		if x+m.Width > s.Width && i > 0 {
			c.Hide()
			continue
		}
		c.Show()
		if _, sentence := c.(*kit.Text); sentence { // which shortens itself
			m.Width = s.Width - x
		}
		c.Resize(m)
		c.Move(fyne.NewPos(x, float32(int((s.Height-m.Height)/2))))
		x += m.Width + f.gap
	}
}
