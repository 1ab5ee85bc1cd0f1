package clusters

import (
	"testing"

	"fyne.io/fyne/v2"
)

func TestTheTableOfKeysIsTrue(t *testing.T) {
	c, h, _ := open(t, 300, nil)
	h.TryKeys(t, Keyboard()[0], func() fyne.Focusable { return c.Focus() })
}

// The ends of the slider are the levels 0 and 1 themselves, as --level takes
// them, by keys and by the pointer.
func TestTheEndsOfTheSliderAreTheEnds(t *testing.T) {
	c, h, _ := open(t, 300, nil)
	for range 30 {
		c.Cut(0.05)
	}
	if c.level != 1 {
		t.Errorf("the fine end by keys is %v", c.level)
	}
	for range 30 {
		c.Cut(-0.05)
	}
	if c.level != 0 {
		t.Errorf("the coarse end by keys is %v", c.level)
	}
	c.slider.Tapped(&fyne.PointEvent{Position: fyne.NewPos(c.slider.Size().Width, 4)})
	if c.level != 1 {
		t.Errorf("the fine end by pointer is %v", c.level)
	}
	h.Queue.Settle(nil)
}
