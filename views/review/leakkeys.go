package review

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"kindred/views/photo"
	"kindred/views/shell"
)

// leakKeys is the ground of the room: it takes the keyboard for all of it.
type leakKeys struct {
	widget.BaseWidget
	room   *Leaks
	inside fyne.CanvasObject
}

// CreateRenderer implements fyne.Widget.
func (k *leakKeys) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(k.inside) }

// Tapped implements fyne.Tappable: a click on the room gives it the keyboard.
func (k *leakKeys) Tapped(*fyne.PointEvent) { photo.Focus(k) }

// FocusGained implements fyne.Focusable.
func (k *leakKeys) FocusGained() {}

// FocusLost implements fyne.Focusable.
func (k *leakKeys) FocusLost() {}

// TypedRune implements fyne.Focusable.
func (k *leakKeys) TypedRune(r rune) {
	l := k.room
	switch {
	case r >= '0' && r <= '9':
		if i := int(r - '0'); i < len(l.pills.Pills()) {
			l.pick(i)
		}
	case r == 'm' || r == 'M':
		l.showMoves()
	case (r == 's' || r == 'S') && l.now[0] != 0:
		l.host.Open("images", shell.Request{Like: l.now[0]})
	default:
		l.host.TypedRune(r)
	}
}

// TypedKey implements fyne.Focusable.
func (k *leakKeys) TypedKey(e *fyne.KeyEvent) {
	switch {
	case k.room.list.Key(e.Name):
	case e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter:
		k.room.openInImages()
	default:
		k.room.host.TypedKey(e)
	}
}
