package host

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"kindred/views/shell"
)

// TryKeys types every rune of ASCII, and every key of the table, into what
// ready gives the keyboard anew each time, and reports those that the room uses
// and the table does not name, or the other way round.
func (h *Host) TryKeys(t *testing.T, g shell.KeyGroup, ready func() fyne.Focusable) {
	t.Helper()
	named := ""
	for _, k := range g.Keys {
		named += k.Runes
	}
	for r := '!'; r <= '~'; r++ {
		h.Typed = ""
		ready().TypedRune(r)
		used := h.Typed == ""
		if used != strings.ContainsRune(named, r) {
			t.Errorf("%s: %q: used %v, in the table %v", g.Title, r, used, !used)
		}
	}
	names := map[fyne.KeyName]bool{}
	for _, k := range g.Keys {
		for _, n := range k.Names {
			names[n] = true
		}
	}
	for _, n := range []fyne.KeyName{
		fyne.KeyLeft, fyne.KeyRight, fyne.KeyUp, fyne.KeyDown, fyne.KeyHome, fyne.KeyEnd, fyne.KeyPageUp, fyne.KeyPageDown,
		fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace, fyne.KeyTab, fyne.KeyF5, fyne.KeyF2, fyne.KeyDelete, fyne.KeyInsert, fyne.KeyBackspace,
	} {
		h.Passed = ""
		ready().TypedKey(&fyne.KeyEvent{Name: n})
		used := h.Passed == ""
		if used != names[n] {
			t.Errorf("%s: %s: used %v, in the table %v", g.Title, n, used, !used)
		}
	}
}
