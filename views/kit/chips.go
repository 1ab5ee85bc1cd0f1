package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"kindred/views/look"
)

// Key is a key cap.
type Key struct {
	widget.BaseWidget
	text string
}

// NewKey makes a key cap: "Ctrl O", "Enter", "?".
func NewKey(text string) *Key {
	k := &Key{text: text}
	k.ExtendBaseWidget(k)
	return k
}

// CreateRenderer implements fyne.Widget.
func (k *Key) CreateRenderer() fyne.WidgetRenderer {
	edge, text := box(look.RadiusSmall), canvas.NewText("", nil)
	return render(k, painting{
		objects: []fyne.CanvasObject{edge, text},
		min: func() fyne.Size {
			return fyne.NewSize(max(round(text.MinSize().Width)+8, look.KeyHeight), look.KeyHeight)
		},
		place: func(s fyne.Size) {
			centre(edge, 0, s.Height, fyne.NewSize(s.Width, look.KeyHeight))
			m := text.MinSize()
			centre(text, round((s.Width-m.Width)/2), s.Height, m)
		},
		paint: func() {
			fill(edge, look.BG2, look.Line2, 1)
			setText(text, k.text, look.Caption, look.T2, false)
		},
	})
}

// KeyHint says what a key does in a view: {"Enter", "open"}.
type KeyHint struct{ Key, Text string }

// KeyHints shows the keys of a view on one line, as many as fit, the first
// ones first.
type KeyHints struct {
	widget.BaseWidget
	hints []KeyHint
}

// NewKeyHints makes the line of keys at the right of the status bar.
func NewKeyHints(hints ...KeyHint) *KeyHints {
	h := &KeyHints{hints: hints}
	h.ExtendBaseWidget(h)
	return h
}

// Set changes the keys.
func (h *KeyHints) Set(hints []KeyHint) {
	h.hints = hints
	h.Refresh()
}

// Width is how wide all keys together are.
func (h *KeyHints) Width() float32 {
	w := float32(0)
	for _, x := range h.hints {
		key := fyne.MeasureText(x.Key, look.Caption, fyne.TextStyle{}).Width
		w += max(round(key)+8, look.KeyHeight) + 4 + round(fyne.MeasureText(x.Text, look.Small, fyne.TextStyle{}).Width) + 12
	}
	return w
}

// Hints returns what was set.
func (h *KeyHints) Hints() []KeyHint { return h.hints }

// CreateRenderer implements fyne.Widget.
func (h *KeyHints) CreateRenderer() fyne.WidgetRenderer {
	r := &hintsRenderer{h: h}
	r.build()
	return r
}

type hintsRenderer struct {
	h       *KeyHints
	objects []fyne.CanvasObject // three an entry: edge, key, text
}

func (r *hintsRenderer) build() {
	r.objects = r.objects[:0]
	for _, hint := range r.h.hints {
		edge, key, text := box(look.RadiusSmall), canvas.NewText("", nil), canvas.NewText("", nil)
		fill(edge, look.BG2, look.Line2, 1)
		setText(key, hint.Key, look.Caption, look.T2, false)
		setText(text, hint.Text, look.Small, look.T2, false)
		r.objects = append(r.objects, edge, key, text)
	}
}

func (r *hintsRenderer) width(i int) (keyWidth, all float32) {
	keyWidth = max(round(r.objects[3*i+1].MinSize().Width)+8, look.KeyHeight)
	return keyWidth, keyWidth + 4 + round(r.objects[3*i+2].MinSize().Width)
}

func (r *hintsRenderer) Destroy()                     {}
func (r *hintsRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *hintsRenderer) MinSize() fyne.Size           { return fyne.NewSize(0, look.KeyHeight) }

func (r *hintsRenderer) Layout(s fyne.Size) {
	n, used := 0, float32(0)
	for ; n < len(r.h.hints); n++ {
		_, w := r.width(n)
		if used+w > s.Width {
			break
		}
		used += w + 12
	}
	x := s.Width - used + 12
	for i := range r.h.hints {
		edge, key, text := r.objects[3*i].(*canvas.Rectangle), r.objects[3*i+1].(*canvas.Text), r.objects[3*i+2].(*canvas.Text)
		edge.Hidden, key.Hidden, text.Hidden = i >= n, i >= n, i >= n
		if i >= n {
			continue
		}
		kw, w := r.width(i)
		centre(edge, round(x), s.Height, fyne.NewSize(kw, look.KeyHeight))
		m := key.MinSize()
		centre(key, round(x+(kw-m.Width)/2), s.Height, m)
		centre(text, round(x+kw+4), s.Height, text.MinSize())
		x += w + 12
	}
}

func (r *hintsRenderer) Refresh() {
	r.build()
	r.Layout(r.h.Size())
	canvas.Refresh(r.h)
}

// Kind is the meaning of a chip.
type Kind int

const (
	Neutral Kind = iota
	Info
	Good
	Caution
	Wrong
)

func (k Kind) colours() (ground, text fyne.ThemeColorName) {
	switch k {
	case Info:
		return look.AccSoft, look.Acc
	case Good:
		return look.OKSoft, look.OK
	case Caution:
		return look.WarnSoft, look.Warn
	case Wrong:
		return look.BadSoft, look.Bad
	}
	return look.BG3, look.T1
}

// Chip is a small box with a word: a label with its dot, a state with its
// icon, a token of a search.
type Chip struct {
	widget.BaseWidget
	lead, text string
	icon       string
	kind       Kind
	dot        fyne.ThemeColorName
	act        func()
	closed     func()
}

// NewChip makes a chip of a kind. Good, Caution and Wrong bring an icon, so
// that nothing depends on colour alone.
func NewChip(text string, kind Kind) *Chip {
	c := &Chip{text: Printable(text), kind: kind}
	c.icon = map[Kind]string{Good: "check", Caution: "warning", Wrong: "drop"}[kind]
	c.ExtendBaseWidget(c)
	return c
}

// Icon puts another icon before the text; "" leaves it out.
func (c *Chip) Icon(name string) *Chip { c.icon = name; return c }

// Dot puts a dot in a colour before the text.
func (c *Chip) Dot(colour fyne.ThemeColorName) *Chip { c.dot = colour; return c }

// Lead puts a word in t3 before the text: "split:".
func (c *Chip) Lead(text string) *Chip { c.lead = text; return c }

// OnTapped makes the chip react to a click.
func (c *Chip) OnTapped(f func()) *Chip { c.act = f; return c }

// OnClosed shows a cross and calls f when the cross is clicked.
func (c *Chip) OnClosed(f func()) *Chip { c.closed = f; return c }

// Text returns the text.
func (c *Chip) Text() string { return c.text }

// Set changes text and kind.
func (c *Chip) Set(text string, kind Kind) {
	if c.text == text && c.kind == kind {
		return
	}
	c.text, c.kind = Printable(text), kind
	if c.icon != "" || kind != Neutral {
		c.icon = map[Kind]string{Good: "check", Caution: "warning", Wrong: "drop"}[kind]
	}
	c.Refresh()
}

// Tapped implements fyne.Tappable.
func (c *Chip) Tapped(e *fyne.PointEvent) {
	switch {
	case c.closed != nil && e.Position.X > c.Size().Width-20:
		c.closed()
	case c.act != nil:
		c.act()
	}
}

// Cursor implements desktop.Cursorable.
func (c *Chip) Cursor() desktop.Cursor {
	if c.act != nil || c.closed != nil {
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}

// CreateRenderer implements fyne.Widget.
func (c *Chip) CreateRenderer() fyne.WidgetRenderer {
	ground, icon, cross := box(look.RadiusSmall), newIcon(), newIcon()
	dot, lead, text := canvas.NewCircle(nil), canvas.NewText("", nil), canvas.NewText("", nil)
	place := func(s fyne.Size, move bool) float32 {
		x := float32(6)
		if c.dot != "" {
			if move {
				centre(dot, x, s.Height, fyne.NewSquareSize(8))
			}
			x += 14
		}
		if c.icon != "" {
			if move {
				centre(icon, x, s.Height, fyne.NewSquareSize(12))
			}
			x += 16
		}
		for _, t := range []*canvas.Text{lead, text} {
			if t.Text == "" {
				continue
			}
			m := t.MinSize()
			if move {
				centre(t, x, s.Height, m)
			}
			x += round(m.Width) + 4
		}
		x += 2
		if c.closed != nil {
			if move {
				centre(cross, x, s.Height, fyne.NewSquareSize(12))
			}
			x += 16
		}
		return x
	}
	return render(c, painting{
		objects: []fyne.CanvasObject{ground, dot, icon, lead, text, cross},
		min:     func() fyne.Size { return fyne.NewSize(place(fyne.Size{}, false), look.ChipHeight) },
		place: func(s fyne.Size) {
			centre(ground, 0, s.Height, fyne.NewSize(s.Width, look.ChipHeight))
			place(s, true)
		},
		paint: func() {
			g, t := c.kind.colours()
			fill(ground, g, "", 0)
			dot.Hidden = c.dot == ""
			if c.dot != "" {
				dot.FillColor = colour(c.dot)
			}
			i := t
			if c.kind == Neutral {
				i = look.T2
			}
			setIcon(icon, c.icon, i)
			setText(lead, c.lead, look.Small, look.T2, false)
			setText(text, c.text, look.Small, t, false)
			name := ""
			if c.closed != nil {
				name = "close"
			}
			setIcon(cross, name, look.T2)
		},
	})
}
