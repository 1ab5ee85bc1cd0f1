package clusters

import (
	"testing"

	"fyne.io/fyne/v2"
)

func TestTheTableOfKeysIsTrue(t *testing.T) {
	c, h, _ := open(t, 300, nil)
	h.TryKeys(t, Keyboard()[0], func() fyne.Focusable { return c.Focus() })
}
