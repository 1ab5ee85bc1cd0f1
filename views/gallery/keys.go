package gallery

import (
	"fyne.io/fyne/v2"

	"kindred/views/kit"
	"kindred/views/shell"
)

// Keys are the hints of the status bar.
func (g *Gallery) Keys() []kit.KeyHint {
	if g.full.Visible() {
		return []kit.KeyHint{{Key: "← →", Text: "next image"}, {Key: "+ −", Text: "zoom"}, {Key: "0 1", Text: "fit, 100 %"}, {Key: "S", Text: "similar"}, {Key: "Esc", Text: "close"}}
	}
	return []kit.KeyHint{
		{Key: "Enter", Text: "open"},
		{Key: "Space", Text: "select"},
		{Key: "S", Text: "similar"},
		{Key: "C", Text: "cover"},
		{Key: "I", Text: "inspector"},
		{Key: "/", Text: "search"},
	}
}

// Keyboard is what the room does with keys, for the table.
func Keyboard() []shell.KeyGroup {
	return []shell.KeyGroup{
		{Title: "Images", Keys: []shell.Key{
			shell.Hint("← → ↑ ↓", "move", "", fyne.KeyLeft, fyne.KeyRight, fyne.KeyUp, fyne.KeyDown),
			shell.Hint("Home, End", "first, last", "", fyne.KeyHome, fyne.KeyEnd),
			shell.Hint("Page Up, Page Down", "a page up, down", "", fyne.KeyPageUp, fyne.KeyPageDown),
			shell.Hint("Shift + arrows", "extend the selection", ""),
			shell.Hint("Ctrl + arrows", "move without selecting", ""),
			shell.Hint("Space", "select", "", fyne.KeySpace),
			shell.Hint("Enter", "full view", "", fyne.KeyReturn, fyne.KeyEnter),
			shell.Hint("S", "find similar", "sS"),
			shell.Hint("+  −", "larger, smaller tiles", "+=-−"),
		}},
		{Title: "Full view", Keys: []shell.Key{
			shell.Hint("← →", "previous, next image", "", fyne.KeyLeft, fyne.KeyRight, fyne.KeyUp, fyne.KeyDown, fyne.KeyPageUp, fyne.KeyPageDown, fyne.KeySpace),
			shell.Hint("Home, End", "first, last", "", fyne.KeyHome, fyne.KeyEnd),
			shell.Hint("+  −", "zoom", "+=-−"),
			shell.Hint("0  or  F", "fit the window", "0fF"),
			shell.Hint("1", "100 %", "1"),
			shell.Hint("S", "find similar", "sS"),
			shell.Hint("Enter", "back to the grid", "", fyne.KeyReturn, fyne.KeyEnter),
		}},
	}
}
