package review

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"kindred/views/photo"
	"kindred/views/shell"
)

// Keyboard is what the room does with keys, for the table.
func Keyboard() []shell.KeyGroup {
	return []shell.KeyGroup{{Title: "Duplicates", Keys: []shell.Key{
		shell.Hint("↑ ↓", "previous, next group", "", fyne.KeyUp, fyne.KeyDown, fyne.KeySpace),
		shell.Hint("Home, End", "first, last", "", fyne.KeyHome, fyne.KeyEnd),
		shell.Hint("Page Up, Page Down", "a page up, down", "", fyne.KeyPageUp, fyne.KeyPageDown),
		shell.Hint("1 – 9", "compare with this image", "123456789"),
		shell.Hint("Tab  or  →", "next image of the group", "", fyne.KeyTab, fyne.KeyRight),
		shell.Hint("Enter", "open in Images", "", fyne.KeyReturn, fyne.KeyEnter),
	}}}
}

// keyed is the ground of the room: it takes the keyboard for all of it.
type keyed struct {
	widget.BaseWidget
	room   *Duplicates
	inside fyne.CanvasObject
}

// CreateRenderer implements fyne.Widget.
func (k *keyed) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(k.inside) }

// Tapped implements fyne.Tappable: a click on the room gives it the keyboard.
func (k *keyed) Tapped(*fyne.PointEvent) { photo.Focus(k) }

// FocusGained implements fyne.Focusable.
func (k *keyed) FocusGained() {}

// FocusLost implements fyne.Focusable.
func (k *keyed) FocusLost() {}

// AcceptsTab implements fyne.Tabbable: Tab goes to the next image.
func (k *keyed) AcceptsTab() bool { return len(k.room.found.groups) > 0 }

// TypedRune implements fyne.Focusable.
func (k *keyed) TypedRune(r rune) {
	if r >= '1' && r <= '9' {
		k.room.choose(int(r - '1'))
		return
	}
	k.room.host.TypedRune(r)
}

// TypedKey implements fyne.Focusable.
func (k *keyed) TypedKey(e *fyne.KeyEvent) {
	d := k.room
	if d.list.Key(e.Name) {
		return
	}
	switch e.Name {
	case fyne.KeyTab, fyne.KeyRight:
		if d.group >= 0 && d.group < len(d.found.groups) {
			d.choose(d.after(d.other))
		}
	case fyne.KeyReturn, fyne.KeyEnter:
		d.openInImages()
	default:
		d.host.TypedKey(e)
	}
}
