package gallery

import (
	"testing"

	"fyne.io/fyne/v2"
)

func TestTheTableOfKeysIsTrue(t *testing.T) {
	s := open(t, 30, nil)
	groups := Keyboard()
	s.h.TryKeys(t, groups[0], func() fyne.Focusable {
		s.g.closeFull()
		s.g.clearScope()
		s.g.sel.Go(3, Replace)
		return s.g.Focus()
	})
	s.h.TryKeys(t, groups[1], func() fyne.Focusable {
		s.g.clearScope()
		s.settle()
		s.g.openFull(3)
		return s.g.full
	})
}
