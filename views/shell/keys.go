package shell

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"kindred/views/kit"
	"kindred/views/look"
)

// Key is a key that a view uses itself: how it is written, what it does, and
// what Fyne sends for it. A test of each room types them, and everything else,
// so that the table says what the room does.
type Key struct {
	kit.KeyHint
	Runes string
	Names []fyne.KeyName
}

// KeyGroup are the keys of one view, or those of the whole window.
type KeyGroup struct {
	Title string
	Keys  []Key
}

// Hint is a line of a table of keys.
func Hint(key, text, runes string, names ...fyne.KeyName) Key {
	return Key{kit.KeyHint{Key: key, Text: text}, runes, names}
}

// everywhere are the keys of the window that are no commands.
var everywhere = []Key{
	Hint("Tab", "next part of the window", "", fyne.KeyTab),
	Hint("Alt", "menu", ""),
}

// KeyGroups is what "?" shows: every command that has a key, then the keys of
// the rooms, as their makers tell them.
func (s *Shell) KeyGroups() []KeyGroup {
	window := KeyGroup{Title: "Everywhere"}
	for _, c := range s.commands {
		if c.Key == "" {
			continue
		}
		key := c.Key
		if c.Rune != 0 && c.Key != string(c.Rune) && lower(rune(c.Key[0])) != c.Rune {
			key += "  or  " + string(c.Rune)
		}
		window.Keys = append(window.Keys, Key{KeyHint: kit.KeyHint{Key: key, Text: c.hint()}})
	}
	window.Keys = append(window.Keys, everywhere...)
	groups := []KeyGroup{window}
	for _, m := range s.p.Rooms {
		groups = append(groups, m.Keys...)
	}
	return groups
}

// hint is what the table of keys says of a command.
func (c *Command) hint() string {
	switch {
	case c.Hint != "":
		return c.Hint
	case c.Menu == "Select":
		return "Select: " + c.Label
	}
	return c.Label
}

// keyGrid shows the table in two columns of a fixed width, so that it fits
// 900 x 600 with a scroll bar at most. A group stays in one column.
func keyGrid(groups []KeyGroup) fyne.CanvasObject {
	lines := 0
	for _, g := range groups {
		lines += len(g.Keys) + 2
	}
	columns := [][]fyne.CanvasObject{nil, nil}
	at, used := 0, 0
	for _, g := range groups {
		if at == 0 && used > 0 && used+(len(g.Keys)+2)/2 > lines/2 {
			at = 1
		}
		used += len(g.Keys) + 2
		rows := []fyne.CanvasObject{kit.Fixed(0, look.ListRow, kit.NewText(g.Title, look.Caption, look.T3).Bold())}
		for _, k := range g.Keys {
			rows = append(rows, kit.Fixed(0, look.ListRow, kit.HBox(12,
				kit.Fixed(150, look.KeyHeight, container.NewHBox(kit.NewKey(k.Key))),
				kit.NewText(k.Text, look.Small, look.T1), kit.Spacer())))
		}
		columns[at] = append(columns[at], kit.Pad(0, 0, 16, 0, kit.VBox(0, rows...)))
	}
	return container.NewHBox(
		kit.Fixed(360, 0, kit.VBox(0, columns[0]...)),
		kit.Fixed(360, 0, kit.VBox(0, columns[1]...)))
}

func (s *Shell) showKeys() {
	grid := container.NewVScroll(keyGrid(s.KeyGroups()))
	s.dialog = kit.NewDialog(s.p.Window.Canvas(), "Keyboard", grid, fyne.NewSize(780, min(max(s.p.Window.Canvas().Size().Height-96, 500), 860)))
	s.dialog.Show()
}

func (s *Shell) showAbout() {
	text := kit.VBox(8,
		kit.HBox(12, kit.NewText("Kindred "+s.p.App.Version(), look.Heading, look.T1).Bold(), kit.Spacer()),
		kit.NewParagraph("See which images are kin, which do not belong, and turn folders into a good dataset.", look.Body, look.T2, 400),
		kit.NewText(s.p.App.Machine(), look.Small, look.T3).Truncate(100),
		kit.NewParagraph("Works offline. Your originals are never changed. Free software under the MIT licence; the notices of what it is built with come with the program.", look.Small, look.T3, 400),
	)
	s.dialog = kit.NewDialog(s.p.Window.Canvas(), "About", text, fyne.NewSize(460, 0))
	s.dialog.Show()
}
