package shell

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"kindred/views/kit"
	"kindred/views/look"
)

// KeyTable is what "?" shows: every command that has a key, then the keys of
// the views.
func (s *Shell) KeyTable() []kit.KeyHint {
	var table []kit.KeyHint
	for _, c := range s.commands {
		if c.Key == "" {
			continue
		}
		key := c.Key
		if c.Rune != 0 && c.Key != string(c.Rune) && lower(rune(c.Key[0])) != c.Rune {
			key += "  or  " + string(c.Rune)
		}
		text := c.Label
		if c.Menu == "Select" {
			text = "Select: " + c.Label
		}
		table = append(table, kit.KeyHint{Key: key, Text: text})
	}
	return append(table, viewKeys...)
}

// keyGrid shows the table in columns of a fixed width, so that it fits 900 x
// 600 with a scroll bar at most.
func keyGrid(table []kit.KeyHint) fyne.CanvasObject {
	columns := []fyne.CanvasObject{}
	half := (len(table) + 1) / 2
	for start := 0; start < len(table); start += half {
		var rows []fyne.CanvasObject
		for _, h := range table[start:min(start+half, len(table))] {
			rows = append(rows, kit.Fixed(0, look.ListRow, kit.HBox(12,
				kit.Fixed(150, look.KeyHeight, container.NewHBox(kit.NewKey(h.Key))),
				kit.NewText(h.Text, look.Small, look.T1), kit.Spacer())))
		}
		columns = append(columns, kit.Fixed(360, 0, kit.VBox(0, rows...)))
	}
	return container.NewHBox(columns...)
}

func (s *Shell) showKeys() {
	grid := container.NewVScroll(keyGrid(s.KeyTable()))
	s.dialog = kit.NewDialog(s.p.Window.Canvas(), "Keyboard", grid, fyne.NewSize(780, 500))
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
