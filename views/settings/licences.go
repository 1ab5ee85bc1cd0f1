package settings

import (
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"kindred/views/kit"
	"kindred/views/look"
)

// licenceColumns is the number of characters on a line of the licences.
const licenceColumns = 96

// showLicences shows the texts, a line a row: they are thousands.
func (v *View) showLicences() {
	lines := wrap(v.p.App.Licences(), licenceColumns)
	list := widget.NewList(func() int { return len(lines) },
		func() fyne.CanvasObject {
			return kit.Fixed(0, 16, kit.NewText("", look.Small, look.T2).Mono().Truncate(100))
		},
		func(i widget.ListItemID, o fyne.CanvasObject) {
			o.(*fyne.Container).Objects[0].(*kit.Text).Set(lines[i])
		})
	list.HideSeparators = true
	v.licences = kit.NewDialog(v.p.Canvas, "Licences", list, fyne.NewSize(pageWidth+48, 600))
	v.licences.Show()
}

// wrap breaks text into lines of at most width characters, at spaces where
// there are any.
func wrap(text string, width int) []string {
	var out []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(strings.ReplaceAll(line, "\t", "    "), " \r\n")
		for utf8.RuneCountInString(line) > width {
			runes := []rune(line)
			cut := width
			for i := width; i > width/2; i-- {
				if runes[i] == ' ' {
					cut = i
					break
				}
			}
			out = append(out, strings.TrimRight(string(runes[:cut]), " "))
			line = strings.TrimLeft(string(runes[cut:]), " ")
		}
		out = append(out, line)
	}
	return out
}
