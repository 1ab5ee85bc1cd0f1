package kit

import (
	"math"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"kindred/views/look"
)

// Ellipsis shortens s with "…" at the end until it fits width.
func Ellipsis(s string, size float32, style fyne.TextStyle, width float32) string {
	if fyne.MeasureText(s, size, style).Width <= width {
		return s
	}
	runes := []rune(s)
	low, high := 0, len(runes) // runes[:low] fits
	for low < high {
		mid := (low + high + 1) / 2
		t := strings.TrimRight(string(runes[:mid]), " ") + "…"
		if fyne.MeasureText(t, size, style).Width <= width {
			low = mid
		} else {
			high = mid - 1
		}
	}
	if low == 0 {
		return "…"
	}
	return strings.TrimRight(string(runes[:low]), " ") + "…"
}

// Printable shows a name that may hold any byte: control characters become
// visible and invalid UTF-8 becomes the replacement character.
func Printable(s string) string {
	clean := true
	for _, r := range s {
		if r < ' ' || r == 0x7f || r == '\uFFFD' || (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069) {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return '↵'
		case r < ' ':
			return '␀' + r
		case r == 0x7f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return '\uFFFD'
		}
		return r
	}, s)
}

// Text is one line of text in a colour of the theme.
type Text struct {
	widget.BaseWidget
	text    string
	size    float32
	colour  fyne.ThemeColorName
	style   fyne.TextStyle
	align   fyne.TextAlign
	shorten bool
	least   float32
	holding bool
	held    float32
}

// NewText makes a line of text. Sizes and colours are those of package look.
func NewText(text string, size float32, colour fyne.ThemeColorName) *Text {
	t := &Text{text: Printable(text), size: size, colour: colour}
	t.ExtendBaseWidget(t)
	return t
}

// Bold makes the text SemiBold.
func (t *Text) Bold() *Text { t.style.Bold = true; return t }

// Mono sets the text in the typewriter font, for paths.
func (t *Text) Mono() *Text { t.style.Monospace = true; return t }

// Align places the text in its width.
func (t *Text) Align(a fyne.TextAlign) *Text { t.align = a; return t }

// Truncate shortens the text with an ellipsis when there is less room than it
// needs; it then asks for no more than least.
func (t *Text) Truncate(least float32) *Text { t.shorten, t.least = true, least; return t }

// Natural is the width of the whole text, and of the widest one since Hold.
func (t *Text) Natural() float32 {
	w := float32(math.Ceil(float64(fyne.MeasureText(t.text, t.size, t.style).Width)))
	if t.holding {
		t.held = max(t.held, w)
		return t.held
	}
	return w
}

// Hold keeps the room of the widest text from now on, so that what stands
// behind a text that counts does not move; without on it is given back.
func (t *Text) Hold(on bool) { t.holding, t.held = on, 0 }

// Text returns what was set.
func (t *Text) Text() string { return t.text }

// Set changes the text.
func (t *Text) Set(text string) {
	text = Printable(text)
	if t.text == text {
		return
	}
	t.text = text
	t.Refresh()
}

// SetColour changes the colour.
func (t *Text) SetColour(c fyne.ThemeColorName) {
	if t.colour == c {
		return
	}
	t.colour = c
	t.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (t *Text) CreateRenderer() fyne.WidgetRenderer {
	c := canvas.NewText("", nil)
	place := func(s fyne.Size) {
		shown := t.text
		if t.shorten {
			shown = Ellipsis(t.text, t.size, t.style, s.Width)
		}
		if c.Text != shown {
			c.Text = shown
			c.Refresh()
		}
		h := c.MinSize().Height
		c.Resize(fyne.NewSize(s.Width, h))
		c.Move(fyne.NewPos(0, round((s.Height-h)/2)))
	}
	return render(t, painting{
		objects: []fyne.CanvasObject{c},
		place:   place,
		min: func() fyne.Size {
			m := fyne.MeasureText(t.text, t.size, t.style)
			if t.shorten {
				m.Width = min(m.Width, t.least)
			}
			return m
		},
		paint: func() {
			if !t.shorten {
				c.Text = t.text
			}
			c.TextSize, c.TextStyle, c.Alignment, c.Color = t.size, t.style, t.align, colour(t.colour)
			c.Refresh()
		},
	})
}

// Paragraph is text broken into lines of a given width.
type Paragraph struct {
	widget.BaseWidget
	text   string
	size   float32
	colour fyne.ThemeColorName
	width  float32
	style  fyne.TextStyle
	align  fyne.TextAlign
}

// NewParagraph makes a text that is at most width wide.
func NewParagraph(text string, size float32, colour fyne.ThemeColorName, width float32) *Paragraph {
	p := &Paragraph{text: Printable(text), size: size, colour: colour, width: width}
	p.ExtendBaseWidget(p)
	return p
}

// Align places the lines in the width.
func (p *Paragraph) Align(a fyne.TextAlign) *Paragraph { p.align = a; return p }

// Bold makes the text SemiBold.
func (p *Paragraph) Bold() *Paragraph { p.style.Bold = true; return p }

// Set changes the text.
func (p *Paragraph) Set(text string) {
	text = Printable(text)
	if p.text != text {
		p.text = text
		p.Refresh()
	}
}

// Text returns what was set.
func (p *Paragraph) Text() string { return p.text }

// Lines breaks text at spaces into lines that fit width; a word that is longer
// is broken inside.
func Lines(text string, size float32, style fyne.TextStyle, width float32) []string {
	fits := func(s string) bool { return fyne.MeasureText(s, size, style).Width <= width }
	var lines []string
	for _, part := range strings.Split(text, "↵") {
		line := ""
		for _, word := range strings.Fields(part) {
			next := word
			if line != "" {
				next = line + " " + word
			}
			if fits(next) {
				line = next
				continue
			}
			if line != "" {
				lines = append(lines, line)
			}
			for !fits(word) {
				cut := len([]rune(word)) - 1
				for cut > 1 && !fits(string([]rune(word)[:cut])) {
					cut--
				}
				lines = append(lines, string([]rune(word)[:cut]))
				word = string([]rune(word)[cut:])
				if len([]rune(word)) <= 1 {
					break
				}
			}
			line = word
		}
		lines = append(lines, line)
	}
	return lines
}

func (p *Paragraph) lineHeight() float32 {
	switch {
	case p.size <= look.Small:
		return 16
	case p.size <= look.Panel:
		return 20
	case p.size <= look.Heading:
		return 28
	}
	return 36
}

// CreateRenderer implements fyne.Widget.
func (p *Paragraph) CreateRenderer() fyne.WidgetRenderer {
	r := &paragraphRenderer{p: p}
	r.build()
	return r
}

// paragraphRenderer has as many text objects as there are lines.
type paragraphRenderer struct {
	p     *Paragraph
	lines []fyne.CanvasObject
}

func (r *paragraphRenderer) build() {
	r.lines = r.lines[:0]
	for _, s := range Lines(r.p.text, r.p.size, r.p.style, r.p.width) {
		c := canvas.NewText(s, colour(r.p.colour))
		c.TextSize, c.TextStyle, c.Alignment = r.p.size, r.p.style, r.p.align
		r.lines = append(r.lines, c)
	}
}

func (r *paragraphRenderer) Destroy()                     {}
func (r *paragraphRenderer) Objects() []fyne.CanvasObject { return r.lines }

func (r *paragraphRenderer) MinSize() fyne.Size {
	w := float32(0)
	for _, l := range r.lines {
		w = max(w, l.MinSize().Width)
	}
	if r.p.align == fyne.TextAlignCenter {
		w = r.p.width
	}
	return fyne.NewSize(w, float32(len(r.lines))*r.p.lineHeight())
}

func (r *paragraphRenderer) Layout(s fyne.Size) {
	h := r.p.lineHeight()
	for i, l := range r.lines {
		m := l.MinSize()
		l.Resize(fyne.NewSize(s.Width, m.Height))
		l.Move(fyne.NewPos(0, round(float32(i)*h+(h-m.Height)/2)))
	}
}

func (r *paragraphRenderer) Refresh() {
	r.build()
	r.Layout(r.p.Size())
	canvas.Refresh(r.p)
}
