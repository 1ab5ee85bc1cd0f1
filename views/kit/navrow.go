package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"kindred/views/look"
)

// NavRow is a row of the rail: icon, text, count.
type NavRow struct {
	press
	icon     string
	text     string
	count    string
	list     bool // rows of 24 with text of 12, as under "Folders"
	selected bool
	narrow   bool
	amber    bool

	// OnMenu makes the menu of a right click. Optional.
	OnMenu func() *fyne.Menu
}

// NewNavRow makes a row of 28 px.
func NewNavRow(icon, text string, tapped func()) *NavRow {
	r := &NavRow{icon: icon, text: Printable(text)}
	r.init(r, tapped)
	return r
}

// List makes it a row of 24 px.
func (r *NavRow) List() *NavRow { r.list = true; return r }

// Text returns the name of the row.
func (r *NavRow) Text() string { return r.text }

// Count returns the count shown.
func (r *NavRow) Count() string { return r.count }

// Selected says whether the row is the current one.
func (r *NavRow) Selected() bool { return r.selected }

// SetCount changes the count; "" shows none.
func (r *NavRow) SetCount(s string) {
	if r.count != s {
		r.count = s
		r.Refresh()
	}
}

// SetSelected marks the row as the current one.
func (r *NavRow) SetSelected(on bool) {
	if r.selected != on {
		r.selected = on
		r.Refresh()
	}
}

// SetNarrow shows only the icon.
func (r *NavRow) SetNarrow(on bool) {
	if r.narrow != on {
		r.narrow = on
		r.Refresh()
	}
}

// SetAmber shows the row as one that wants attention: amber icon, name in t3.
func (r *NavRow) SetAmber(icon string, on bool) {
	if r.amber != on || r.icon != icon {
		r.amber, r.icon = on, icon
		r.Refresh()
	}
}

// TappedSecondary implements fyne.SecondaryTappable.
func (r *NavRow) TappedSecondary(e *fyne.PointEvent) {
	if r.OnMenu != nil {
		ShowMenu(r.OnMenu(), r, e.Position)
	}
}

// CreateRenderer implements fyne.Widget.
func (r *NavRow) CreateRenderer() fyne.WidgetRenderer {
	ground, bar, icon := box(look.RadiusButton), box(1), newIcon()
	text, count := canvas.NewText("", nil), canvas.NewText("", nil)
	height, iconSize := look.RowHeight, look.IconNav
	if r.list {
		height, iconSize = look.ListRow, look.IconList
	}
	return render(r, painting{
		objects: []fyne.CanvasObject{ground, bar, icon, text, count},
		min:     func() fyne.Size { return fyne.NewSize(32, height) },
		place: func(s fyne.Size) {
			ground.Resize(s)
			bar.Resize(fyne.NewSize(look.RingWidth, s.Height-12))
			bar.Move(fyne.NewPos(0, 6))
			if r.narrow {
				centre(icon, round((s.Width-iconSize)/2), s.Height, fyne.NewSquareSize(iconSize))
				return
			}
			centre(icon, 8, s.Height, fyne.NewSquareSize(iconSize))
			right := s.Width - 8
			if r.count != "" {
				m := count.MinSize()
				centre(count, round(right-m.Width), s.Height, m)
				right -= m.Width + 8
			}
			x := 8 + iconSize + 8
			text.Text = Ellipsis(r.text, text.TextSize, text.TextStyle, right-x)
			centre(text, x, s.Height, text.MinSize())
		},
		paint: func() {
			g, edge, c, n, i := fyne.ThemeColorName(""), fyne.ThemeColorName(""), look.T2, look.T3, look.T2
			switch {
			case r.selected:
				g, c, n, i = look.AccSoft, look.T1, look.T1, look.Acc
			case r.hovered && !r.disabled:
				g, c, i = look.BG3, look.T1, look.T1
			}
			if r.list {
				n = c
			}
			if r.amber {
				i, c, n = look.Warn, look.T3, look.T3
			}
			if r.disabled {
				c, n, i = look.T3, look.T3, look.T3
			}
			if r.focused {
				edge = look.Acc
			}
			fill(ground, g, edge, 1)
			bar.FillColor = colour(look.Acc)
			bar.Hidden = !r.selected
			setIcon(icon, r.icon, i)
			size := look.Body
			if r.list {
				size = look.Small
			}
			setText(text, r.text, size, c, false)
			setText(count, r.count, look.Small, n, false)
			text.Hidden, count.Hidden = r.narrow, r.narrow || r.count == ""
		},
	})
}
