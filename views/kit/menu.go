package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"kindred/views/look"
)

// Select shows one of several options and opens the list of them as a menu:
// "Sort Name ⌄".
type Select struct {
	press
	lead     string
	options  []string
	selected int
	boxed    bool
	changed  func(int)
}

// NewSelect makes a flat select; lead stands before the option in t3 and may
// be empty. changed is called when a person picks another option.
func NewSelect(lead string, options []string, selected int, changed func(int)) *Select {
	s := &Select{lead: lead, options: options, selected: selected, changed: changed}
	s.init(s, s.open)
	return s
}

// Boxed draws it as a button, for forms.
func (s *Select) Boxed() *Select { s.boxed = true; return s }

// Selected returns the index of the option shown.
func (s *Select) Selected() int { return s.selected }

// Select shows another option, without calling changed.
func (s *Select) Select(i int) {
	if i != s.selected && i >= 0 && i < len(s.options) {
		s.selected = i
		s.Refresh()
	}
}

// SetOptions changes the list.
func (s *Select) SetOptions(options []string, selected int) {
	s.options, s.selected = options, selected
	s.Refresh()
}

// Pick does what choosing the option in the menu does.
func (s *Select) Pick(i int) {
	if i == s.selected || i < 0 || i >= len(s.options) {
		return
	}
	s.Select(i)
	if s.changed != nil {
		s.changed(i)
	}
}

func (s *Select) open() {
	items := make([]*fyne.MenuItem, len(s.options))
	for i, o := range s.options {
		items[i] = fyne.NewMenuItem(o, func() { s.Pick(i) })
		items[i].Checked = i == s.selected
	}
	ShowMenu(fyne.NewMenu("", items...), s, fyne.NewPos(0, s.Size().Height+2))
}

// TypedKey implements fyne.Focusable: Up and Down pick, Enter opens.
func (s *Select) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyDown:
		s.Pick(s.selected + 1)
	case fyne.KeyUp:
		s.Pick(s.selected - 1)
	default:
		s.press.TypedKey(e)
	}
}

// ShowMenu opens a menu at a place relative to an object.
func ShowMenu(menu *fyne.Menu, at fyne.CanvasObject, offset fyne.Position) {
	c := canvasOf(at)
	if c == nil {
		return
	}
	pos := fyne.CurrentApp().Driver().AbsolutePositionForObject(at).Add(offset)
	widget.ShowPopUpMenuAtPosition(menu, c, pos)
}

// CreateRenderer implements fyne.Widget.
func (s *Select) CreateRenderer() fyne.WidgetRenderer {
	ground, icon := box(look.RadiusButton), newIcon()
	lead, text := canvas.NewText("", nil), canvas.NewText("", nil)
	pad := func() float32 {
		if s.boxed {
			return 10
		}
		return 4
	}
	return render(s, painting{
		objects: []fyne.CanvasObject{ground, lead, text, icon},
		min: func() fyne.Size {
			// Of the whole option: the text shown may be shortened already.
			full := fyne.MeasureText(s.option(), text.TextSize, text.TextStyle)
			w := 2*pad() + round(full.Width) + 6 + look.IconList
			if s.lead != "" {
				w += round(lead.MinSize().Width) + 5
			}
			return fyne.NewSize(w, look.ButtonHeight)
		},
		place: func(size fyne.Size) {
			ground.Resize(size)
			x := pad()
			if s.lead != "" {
				m := lead.MinSize()
				centre(lead, x, size.Height, m)
				x += round(m.Width) + 5
			}
			room := size.Width - x - pad() - look.IconList - 6
			text.Text = Ellipsis(s.option(), text.TextSize, text.TextStyle, room+1)
			centre(text, x, size.Height, text.MinSize())
			centre(icon, size.Width-pad()-look.IconList, size.Height, fyne.NewSquareSize(look.IconList))
		},
		paint: func() {
			g, edge, c, stroke := look.Clear, fyne.ThemeColorName(""), look.T1, look.Stroke
			if s.boxed {
				g, edge = look.BG3, look.Line2
			}
			switch {
			case s.disabled:
				c = look.T3
			case s.hovered && s.boxed:
				g = look.BG4
			case s.hovered:
				g = look.BG3
			}
			if s.focused {
				edge, stroke = look.Acc, look.RingWidth
			}
			fill(ground, g, edge, stroke)
			setText(lead, s.lead, look.Small, look.T3, false)
			setText(text, s.option(), look.Small, c, false)
			setIcon(icon, "chevron-down", look.T2)
		},
	})
}

func (s *Select) option() string {
	if s.selected < 0 || s.selected >= len(s.options) {
		return ""
	}
	return s.options[s.selected]
}
