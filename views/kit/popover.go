package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"kindred/views/look"
)

// Popover is a card over the window that goes away with a click beside it or
// with Escape. It asks nothing: a bare key closes it and goes on to where the
// keyboard was.
type Popover struct {
	widget.BaseWidget
	// OnClosed is called when the card is gone.
	OnClosed func()

	canvas fyne.Canvas
	before fyne.Focusable
	card   *Surface
	place  func(window, card fyne.Size) fyne.Position
	open   bool
}

// NewPopover makes a card; place says where it stands, given the sizes of the
// window and of the card.
func NewPopover(c fyne.Canvas, content fyne.CanvasObject, place func(window, card fyne.Size) fyne.Position) *Popover {
	p := &Popover{canvas: c, place: place}
	p.card = NewSurface(look.BG2, look.Line2, look.RadiusCard, Pad(8, 12, 8, 12, content))
	p.ExtendBaseWidget(p)
	return p
}

// Open says whether the card is shown.
func (p *Popover) Open() bool { return p.open }

// Show puts the card over the window and gives it the keyboard.
func (p *Popover) Show() {
	if p.open {
		return
	}
	p.open = true
	p.before = p.canvas.Focused()
	p.canvas.Overlays().Add(p)
	p.Resize(p.canvas.Size())
	p.canvas.Focus(p)
}

// Close takes the card away.
func (p *Popover) Close() {
	if !p.open {
		return
	}
	p.open = false
	p.canvas.Overlays().Remove(p)
	if p.before != nil {
		p.canvas.Focus(p.before)
	}
	if p.OnClosed != nil {
		p.OnClosed()
	}
}

// Tapped implements fyne.Tappable.
func (p *Popover) Tapped(e *fyne.PointEvent) {
	at, size := p.card.Position(), p.card.Size()
	if e.Position.X < at.X || e.Position.Y < at.Y || e.Position.X > at.X+size.Width || e.Position.Y > at.Y+size.Height {
		p.Close()
	}
}

// FocusGained implements fyne.Focusable.
func (p *Popover) FocusGained() {}

// FocusLost implements fyne.Focusable.
func (p *Popover) FocusLost() {}

// TypedRune implements fyne.Focusable.
func (p *Popover) TypedRune(r rune) {
	if r == ' ' { // belongs to the buttons of the card
		return
	}
	p.Close()
	if p.before != nil {
		p.before.TypedRune(r)
	} else if f := p.canvas.OnTypedRune(); f != nil {
		f(r)
	}
}

// TypedKey implements fyne.Focusable.
func (p *Popover) TypedKey(e *fyne.KeyEvent) {
	switch {
	case e.Name == fyne.KeyEscape:
		p.Close()
	case functionKeys[e.Name]:
		p.Close()
		if p.before != nil {
			p.before.TypedKey(e)
		} else if f := p.canvas.OnTypedKey(); f != nil {
			f(e)
		}
	}
}

// functionKeys are the keys without a character that are commands.
var functionKeys = map[fyne.KeyName]bool{
	fyne.KeyF1: true, fyne.KeyF2: true, fyne.KeyF3: true, fyne.KeyF4: true, fyne.KeyF5: true, fyne.KeyF6: true,
	fyne.KeyF7: true, fyne.KeyF8: true, fyne.KeyF9: true, fyne.KeyF10: true, fyne.KeyF11: true, fyne.KeyF12: true,
}

// CreateRenderer implements fyne.Widget.
func (p *Popover) CreateRenderer() fyne.WidgetRenderer {
	return render(p, painting{
		objects: []fyne.CanvasObject{p.card},
		min:     func() fyne.Size { return fyne.NewSize(0, 0) },
		place: func(s fyne.Size) {
			m := p.card.MinSize()
			p.card.Resize(m)
			p.card.Move(p.place(s, m))
		},
		paint: func() {},
	})
}
