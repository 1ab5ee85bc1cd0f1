package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"kindred/views/look"
)

// Dialog is a card over the window with a scrim behind it. Escape closes it,
// and Tab stays inside.
type Dialog struct {
	widget.BaseWidget
	// OnClosed is called when the dialog is gone.
	OnClosed func()

	canvas  fyne.Canvas
	before  fyne.Focusable
	card    *Surface
	size    fyne.Size
	title   string
	content fyne.CanvasObject
	enter   func()
	open    bool
}

// NewDialog makes a dialog of a size; a side of 0 is as large as the content
// needs. Buttons stand at the bottom right; without any there is no bottom.
func NewDialog(c fyne.Canvas, title string, content fyne.CanvasObject, size fyne.Size, buttons ...*Button) *Dialog {
	d := &Dialog{canvas: c, title: title, content: content, size: size}
	head := Pad(12, 12, 12, 24, HBox(8,
		NewText(title, look.Panel, look.T1).Bold(), Spacer(),
		NewIconButton("close", d.Close)))
	top := VBox(0, head, HRule())
	var bottom fyne.CanvasObject
	if len(buttons) > 0 {
		row := []fyne.CanvasObject{Spacer()}
		for _, b := range buttons {
			row = append(row, b)
			if b.primary {
				d.enter = b.fire
			}
		}
		bottom = VBox(0, HRule(), Pad(12, 16, 12, 16, HBox(8, row...)))
	}
	body := container.NewBorder(top, bottom, nil, nil, Pad(16, 24, 16, 24, content))
	d.card = NewSurface(look.BG2, look.Line2, look.RadiusDialog, body)
	d.ExtendBaseWidget(d)
	return d
}

// Title returns the title.
func (d *Dialog) Title() string { return d.title }

// Open says whether the dialog is shown.
func (d *Dialog) Open() bool { return d.open }

// Show puts the dialog over the window and gives it the keyboard.
func (d *Dialog) Show() {
	if d.open {
		return
	}
	d.open = true
	d.before = d.canvas.Focused()
	d.canvas.Overlays().Add(d)
	d.Resize(d.canvas.Size())
	d.canvas.Focus(d)
}

// Close takes the dialog away; the keyboard goes back to where it was.
func (d *Dialog) Close() {
	if !d.open {
		return
	}
	d.open = false
	d.canvas.Overlays().Remove(d)
	if d.before != nil {
		d.canvas.Focus(d.before)
	}
	if d.OnClosed != nil {
		d.OnClosed()
	}
}

// Tapped implements fyne.Tappable: nothing below is reached.
func (d *Dialog) Tapped(*fyne.PointEvent) {}

// TappedSecondary implements fyne.SecondaryTappable.
func (d *Dialog) TappedSecondary(*fyne.PointEvent) {}

// FocusGained implements fyne.Focusable.
func (d *Dialog) FocusGained() {}

// FocusLost implements fyne.Focusable.
func (d *Dialog) FocusLost() {}

// TypedRune implements fyne.Focusable.
func (d *Dialog) TypedRune(r rune) {
	if r == '?' && d.enter == nil {
		d.Close()
	}
}

// TypedKey implements fyne.Focusable: Escape closes, Enter does the primary
// button.
func (d *Dialog) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyEscape:
		d.Close()
	case fyne.KeyReturn, fyne.KeyEnter:
		if d.enter != nil {
			d.enter()
		}
	}
}

// CreateRenderer implements fyne.Widget.
func (d *Dialog) CreateRenderer() fyne.WidgetRenderer {
	scrim := box(0)
	return render(d, painting{
		objects: []fyne.CanvasObject{scrim, d.card},
		min:     func() fyne.Size { return fyne.NewSize(0, 0) },
		place: func(s fyne.Size) {
			scrim.Resize(s)
			want := d.card.MinSize().Max(d.size)
			want = want.Min(s.SubtractWidthHeight(32, 32))
			d.card.Resize(want)
			d.card.Move(fyne.NewPos(round((s.Width-want.Width)/2), round((s.Height-want.Height)/2)))
		},
		paint: func() { scrim.FillColor = colour(look.Scrim) },
	})
}

// Confirm asks before something that touches files or many decisions. The
// button repeats the verb and the count.
func Confirm(c fyne.Canvas, title, text, verb string, do func()) *Dialog {
	var d *Dialog
	cancel := NewButton("Cancel", func() { d.Close() }).Key("Esc")
	yes := NewButton(verb, func() { d.Close(); do() }).Primary()
	d = NewDialog(c, title, NewParagraph(text, look.Body, look.T2, 400), fyne.NewSize(448, 0), cancel, yes)
	d.Show()
	return d
}

// Message tells something that needs no answer.
func Message(c fyne.Canvas, title, text string) *Dialog {
	var d *Dialog
	ok := NewButton("Close", func() { d.Close() }).Primary()
	d = NewDialog(c, title, NewParagraph(text, look.Body, look.T2, 400), fyne.NewSize(448, 0), ok)
	d.Show()
	return d
}
