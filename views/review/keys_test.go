package review

import (
	"testing"

	"fyne.io/fyne/v2"
)

func TestTheTableOfKeysIsTrue(t *testing.T) {
	d, h, _ := open(t, fill)
	h.TryKeys(t, Keyboard()[0], func() fyne.Focusable { return d.Focus() })
}
