package main

import (
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"
)

func main() {
	a := app.NewWithID("io.github.kindred.Kindred")
	w := a.NewWindow("Kindred")
	w.SetContent(widget.NewLabel("Kindred"))
	dialog.ShowInformation("a", "b", w)
	w.ShowAndRun()
}
