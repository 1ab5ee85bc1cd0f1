package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"kindred/views/look"
)

// SectionHead is the small head above a group of rows, with a word or a button
// at its right (nil for none).
func SectionHead(title string, right fyne.CanvasObject) fyne.CanvasObject {
	row := []fyne.CanvasObject{NewText(title, look.Caption, look.T3), Spacer()}
	if right != nil {
		row = append(row, right)
	}
	return Fixed(0, 20, HBox(4, row...))
}

// PanelHead is the head of a panel: a SemiBold title and a note in t3.
func PanelHead(title, note string) fyne.CanvasObject {
	return HBox(8, NewText(title, look.Small, look.T1).Bold(), Spacer(), NewText(note, look.Caption, look.T3))
}

// Empty says why a place is empty and offers one next step. action may be "".
func Empty(icon, sentence, action string, do func()) fyne.CanvasObject {
	rows := []fyne.CanvasObject{
		NewIcon(icon, look.T3, look.IconNotice),
		NewParagraph(sentence, look.Body, look.T1, 320).Align(fyne.TextAlignCenter),
	}
	if action != "" {
		rows = append(rows, container.NewCenter(NewButton(action, do)))
	}
	return container.NewCenter(VBox(12, rows...))
}

// ErrorCard says what happened, to which file, and what to do. action may be "".
func ErrorCard(title, text, action string, do func(), width float32) fyne.CanvasObject {
	rows := []fyne.CanvasObject{
		HBox(8, NewIcon("error", look.Bad, look.IconNav), NewText(title, look.Body, look.T1).Truncate(width-56)),
		NewParagraph(text, look.Small, look.T2, width-32),
	}
	if action != "" {
		rows = append(rows, HBox(0, NewLink(action, do), Spacer()))
	}
	return NewSurface(look.BadSoft, "", look.RadiusCard, Pad(12, 16, 12, 16, VBox(6, rows...)))
}

// Part is one colour of a StackedBar.
type Part struct {
	Share  float64
	Colour fyne.ThemeColorName
}

// StackedBar shows shares of a whole beside each other: the labels of a
// cluster.
type StackedBar struct {
	widget.BaseWidget
	parts []Part
}

// NewStackedBar makes a bar of 6 px.
func NewStackedBar(parts []Part) *StackedBar {
	s := &StackedBar{parts: parts}
	s.ExtendBaseWidget(s)
	return s
}

// Set changes the parts.
func (s *StackedBar) Set(parts []Part) {
	s.parts = parts
	s.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (s *StackedBar) CreateRenderer() fyne.WidgetRenderer {
	r := &stackedRenderer{s: s}
	r.build()
	return r
}

type stackedRenderer struct {
	s     *StackedBar
	boxes []fyne.CanvasObject
}

func (r *stackedRenderer) build() {
	r.boxes = r.boxes[:0]
	ground := box(look.RadiusBar)
	ground.FillColor = colour(look.BG3)
	r.boxes = append(r.boxes, ground)
	for _, p := range r.s.parts {
		b := box(0)
		b.FillColor = colour(p.Colour)
		r.boxes = append(r.boxes, b)
	}
}

func (r *stackedRenderer) Destroy()                     {}
func (r *stackedRenderer) Objects() []fyne.CanvasObject { return r.boxes }
func (r *stackedRenderer) MinSize() fyne.Size           { return fyne.NewSize(24, 6) }

func (r *stackedRenderer) Layout(s fyne.Size) {
	centre(r.boxes[0], 0, s.Height, fyne.NewSize(s.Width, 6))
	x := float32(0)
	for i, p := range r.s.parts {
		w := float32(p.Share) * s.Width
		centre(r.boxes[i+1], x, s.Height, fyne.NewSize(max(0, w-1), 6))
		x += w
	}
}

func (r *stackedRenderer) Refresh() {
	r.build()
	r.Layout(r.s.Size())
	canvas.Refresh(r.s)
}
