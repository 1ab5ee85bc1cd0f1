package main

import (
	"fyne.io/fyne/v2"

	"kindred/assets"
)

// metadata is what FyneApp.toml says, for builds that do not read it. A test
// holds the two together.
func metadata() fyne.AppMetadata {
	return fyne.AppMetadata{
		ID:      "app.kindred.Kindred",
		Name:    "Kindred",
		Version: "0.1.0",
		Build:   1,
		Icon:    fyne.NewStaticResource("icon.png", assets.Icon),
		Release: true,
	}
}
