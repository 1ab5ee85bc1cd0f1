package main

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/BurntSushi/toml"

	"kindred/assets"
)

// FyneApp.toml is read by Fyne's tools, metadata() by the program: people must
// not meet two names or versions. Build is counted up by the packager.
func TestMetadataAgreesWithFyneApp(t *testing.T) {
	var file struct {
		Details struct{ Icon, Name, ID, Version string }
	}
	root := moduleRoot(t)
	if _, err := toml.DecodeFile(filepath.Join(root, "FyneApp.toml"), &file); err != nil {
		t.Fatal(err)
	}
	m := metadata()
	if d := file.Details; d.Name != m.Name || d.ID != m.ID || d.Version != m.Version {
		t.Errorf("FyneApp.toml has %+v, the program %s %s %s", d, m.Name, m.ID, m.Version)
	}
	icon, err := os.ReadFile(filepath.Join(root, file.Details.Icon))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(icon, assets.Icon) {
		t.Error("FyneApp.toml names another icon than the one inside the program")
	}
	if config, err := png.DecodeConfig(bytes.NewReader(icon)); err != nil || config.Width < 256 || config.Width != config.Height {
		t.Errorf("the icon is %+v (%v), wanted a square PNG of 256 pixels or more", config, err)
	}
}
