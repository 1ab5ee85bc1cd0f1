package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"kindred/views/look"
)

// press is what widgets that are pressed share: pointer, keyboard, state.
type press struct {
	widget.BaseWidget
	self     fyne.Widget
	act      func()
	hovered  bool
	focused  bool
	disabled bool
}

func (p *press) init(self fyne.Widget, act func()) {
	p.self, p.act = self, act
	p.ExtendBaseWidget(self)
}

func (p *press) fire() {
	if !p.disabled && p.act != nil {
		p.act()
	}
}

// Tapped implements fyne.Tappable. A click does not take the keyboard away
// from the view.
func (p *press) Tapped(*fyne.PointEvent) { p.fire() }

// MouseIn implements desktop.Hoverable.
func (p *press) MouseIn(*desktop.MouseEvent) { p.hovered = true; p.self.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (p *press) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (p *press) MouseOut() { p.hovered = false; p.self.Refresh() }

// Cursor implements desktop.Cursorable.
func (p *press) Cursor() desktop.Cursor {
	if p.disabled {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// FocusGained implements fyne.Focusable.
func (p *press) FocusGained() { p.focused = true; p.self.Refresh() }

// FocusLost implements fyne.Focusable.
func (p *press) FocusLost() { p.focused = false; p.self.Refresh() }

// TypedRune implements fyne.Focusable.
func (p *press) TypedRune(rune) {}

// TypedKey implements fyne.Focusable: Enter and Space press.
func (p *press) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		p.fire()
	}
}

// Disabled says whether presses are ignored.
func (p *press) Disabled() bool { return p.disabled }

// Enable allows presses.
func (p *press) Enable() { p.setDisabled(false) }

// Disable ignores presses.
func (p *press) Disable() { p.setDisabled(true) }

func (p *press) setDisabled(d bool) {
	if p.disabled != d {
		p.disabled = d
		p.self.Refresh()
	}
}

// Button is pressed with a click, Enter or Space. It shows an icon, a label
// and the key that does the same, each of them if it is set.
type Button struct {
	press
	label      string
	icon       string
	iconColour fyne.ThemeColorName
	key        string
	others     []string // labels that it may get
	primary    bool
	flat       bool
	link       bool
	on         bool
	busy       bool
	height     float32
	textSize   float32
}

// NewButton makes a button of 28 px.
func NewButton(label string, tapped func()) *Button {
	b := &Button{label: label, height: look.ButtonHeight, textSize: look.Body}
	b.init(b, tapped)
	return b
}

// NewIconButton makes a flat button that shows only an icon.
func NewIconButton(icon string, tapped func()) *Button {
	return NewButton("", tapped).Icon(icon).Flat()
}

// NewLink makes a text in the accent colour that can be pressed.
func NewLink(label string, tapped func()) *Button {
	b := NewButton(label, tapped)
	b.link, b.flat, b.height, b.textSize = true, true, look.ChipHeight, look.Small
	return b
}

// Also keeps room for labels that the button may get, so that what stands
// beside it does not move.
func (b *Button) Also(labels ...string) *Button { b.others = labels; return b }

// Icon puts an icon before the label.
func (b *Button) Icon(name string) *Button { b.icon = name; return b }

// IconColour gives the icon a colour of its own.
func (b *Button) IconColour(c fyne.ThemeColorName) *Button { b.iconColour = c; return b }

// Key shows a key cap after the label.
func (b *Button) Key(text string) *Button { b.key = text; return b }

// Primary makes it the one button that a screen wants pressed.
func (b *Button) Primary() *Button { b.primary = true; return b }

// Flat leaves out ground and edge until the pointer is on it.
func (b *Button) Flat() *Button { b.flat = true; return b }

// Small makes it 24 px high, with text of 12.
func (b *Button) Small() *Button {
	b.height, b.textSize = look.SmallHeight, look.Small
	return b
}

// Large makes it 36 px high.
func (b *Button) Large() *Button { b.height = look.LargeHeight; return b }

// Label returns the text.
func (b *Button) Label() string { return b.label }

// SetLabel changes the text.
func (b *Button) SetLabel(s string) {
	if b.label != s {
		b.label = s
		b.Refresh()
	}
}

// SetIcon changes the icon.
func (b *Button) SetIcon(name string) {
	if b.icon != name {
		b.icon = name
		b.Refresh()
	}
}

// On says whether a toggle is on.
func (b *Button) On() bool { return b.on }

// SetOn shows a toggle as on or off.
func (b *Button) SetOn(on bool) {
	if b.on != on {
		b.on = on
		b.Refresh()
	}
}

// SetBusy shows that the button's work is under way; the label stays, presses
// are ignored.
func (b *Button) SetBusy(busy bool) {
	if b.busy != busy {
		b.busy, b.disabled = busy, busy
		b.Refresh()
	}
}

func (b *Button) colours() (ground, edge, text, icon fyne.ThemeColorName) {
	ground, edge, text, icon = look.BG3, look.Line2, look.T1, look.T2
	switch {
	case b.busy:
	case b.disabled:
		ground, edge, text, icon = look.BG2, look.Line, look.T3, look.T3
		if b.flat {
			ground, edge = "", ""
		}
	case b.primary:
		ground, edge, text, icon = look.AccBG, look.AccBG, look.OnAcc, look.OnAcc
	case b.on:
		ground, edge, icon = look.AccSoft, look.Acc, look.T1
	case b.link:
		ground, edge, text, icon = "", "", look.Acc, look.Acc
	case b.flat:
		ground, edge, text = "", "", look.T2
		if b.hovered {
			ground, text, icon = look.BG3, look.T1, look.T1
		}
	case b.hovered:
		ground = look.BG4
	}
	if b.iconColour != "" && !b.disabled && !b.primary {
		icon = b.iconColour
	}
	return ground, edge, text, icon
}

// CreateRenderer implements fyne.Widget.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	ground, icon, text := box(look.RadiusButton), newIcon(), canvas.NewText("", nil)
	capEdge, capText := box(look.RadiusSmall), canvas.NewText("", nil)
	const iconSize = look.IconList
	pad := func() float32 {
		switch {
		case b.link:
			return 0
		case b.label == "" && b.key == "":
			return round((b.height - iconSize) / 2)
		case b.height == look.SmallHeight:
			return 8
		case b.height == look.LargeHeight:
			return 16
		}
		return 12
	}
	capWidth := func() float32 { return max(capText.MinSize().Width+8, look.KeyHeight) }
	natural := func() float32 {
		w := 2 * pad()
		if b.icon != "" || b.busy {
			w += iconSize
			if b.label != "" {
				w += 8
			}
		}
		if b.label != "" {
			w += text.MinSize().Width
		}
		if b.key != "" {
			w += 8 + capWidth()
		}
		return round(w)
	}
	width := func() float32 {
		w := natural()
		for _, other := range b.others {
			more := fyne.MeasureText(other, b.textSize, text.TextStyle).Width - text.MinSize().Width
			w = max(w, round(natural()+more))
		}
		return w
	}
	return render(b, painting{
		objects: []fyne.CanvasObject{ground, icon, text, capEdge, capText},
		min:     func() fyne.Size { return fyne.NewSize(width(), b.height) },
		place: func(s fyne.Size) {
			ground.Resize(s)
			x := round((s.Width - natural()) / 2)
			x += pad()
			if !icon.Hidden {
				centre(icon, x, s.Height, fyne.NewSquareSize(iconSize))
				x += iconSize + 8
			}
			m := text.MinSize()
			centre(text, x, s.Height, m)
			if b.key != "" {
				if b.label != "" {
					x += m.Width + 8
				}
				w := capWidth()
				centre(capEdge, round(x), s.Height, fyne.NewSize(w, look.KeyHeight))
				m := capText.MinSize()
				centre(capText, round(x+(w-m.Width)/2), s.Height, m)
			}
		},
		paint: func() {
			g, e, t, i := b.colours()
			stroke := look.Stroke
			if b.focused {
				e, stroke = look.Acc, look.RingWidth
				if b.primary {
					e = look.T1
				}
			}
			fill(ground, g, e, stroke)
			name := b.icon
			if b.busy {
				name = "working"
			}
			setIcon(icon, name, i)
			setText(text, b.label, b.textSize, t, b.primary)
			text.Hidden = b.label == ""
			capEdge.Hidden, capText.Hidden = b.key == "", b.key == ""
			edge, ground := look.Line2, look.BG1
			switch {
			case b.primary && !b.disabled:
				edge, ground = look.OnAcc, ""
			case b.flat:
				ground = ""
			}
			fill(capEdge, ground, edge, 1)
			c := t
			if c == look.T1 {
				c = look.T2
			}
			setText(capText, b.key, look.Caption, c, b.primary)
		},
	})
}
