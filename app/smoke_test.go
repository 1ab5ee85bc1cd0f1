//go:build smoke

package main

import (
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestWindow uses the program as a new user would: types a folder's path, sees
// the images come, selects, walks through the rooms, changes the theme and the
// window's size, quits, and starts again.
func TestWindow(t *testing.T) {
	dir := t.TempDir()
	photos := filepath.Join(dir, "My photos")
	n := album(t, photos)
	d := newDesk(t, 1440, 900, filepath.Join(moduleRoot(t), "build", "shots"))
	d.start(dir, nil)
	d.resize(1440, 900)
	d.shot("01-welcome")

	d.click(250, 510) // the path entry
	d.write(photos)
	d.key("Return")
	d.wait("project open", time.Minute)
	d.wait("findings changed", 2*time.Minute)
	time.Sleep(2 * time.Second)
	d.key("ctrl+1")
	images := d.shot("02-images")
	if share := colourful(images, image.Rect(220, 120, 1000, 600)); share < 0.3 {
		t.Errorf("only %.0f %% of the grid is coloured: are the pictures shown?", 100*share)
	}
	if share := colourful(images, image.Rect(0, 60, 205, 800)); share > 0.2 {
		t.Errorf("%.0f %% of the rail is coloured", 100*share)
	}

	d.click(290, 190) // the first tile
	selected := d.shot("03-selected")
	if share := colourful(selected, image.Rect(1130, 60, 1430, 260)); share < 0.3 {
		t.Errorf("only %.0f %% of the preview is coloured: does the inspector follow?", 100*share)
	}
	d.key("Right", "Right", "shift+Right")
	d.key("slash")
	d.write("sea")
	time.Sleep(time.Second)
	d.shot("04-search")
	d.key("Escape", "Escape")

	d.key("ctrl+2")
	clusters := d.shot("05-clusters")
	if share := colourful(clusters, image.Rect(220, 60, 1430, 240)); share < 0.1 {
		t.Errorf("only %.0f %% of the clusters is coloured", 100*share)
	}
	d.key("ctrl+3")
	duplicates := d.shot("06-duplicates")
	if share := colourful(duplicates, image.Rect(480, 100, 1430, 600)); share < 0.1 {
		t.Errorf("only %.0f %% of the duplicates is coloured", 100*share)
	}
	d.key("Down", "Up")

	for i, name := range []string{"outliers", "label-check", "quality", "leaks"} {
		d.key(fmt.Sprintf("ctrl+%d", 4+i))
		time.Sleep(time.Second)
		d.shot("09-" + name)
	}

	d.key("ctrl+1")
	d.resize(900, 600)
	small := d.shot("07-small")
	if share := colourful(small, image.Rect(60, 110, 880, 500)); share < 0.3 {
		t.Errorf("only %.0f %% of the grid is coloured in a small window", 100*share)
	}
	d.resize(1440, 900)
	d.finish()

	var found struct {
		Images []struct{ Path string }
		Failed []struct{ Path, Reason string }
	}
	headless(t, dir, &found, "clusters", "--no-scan", "--json", photos)
	if len(found.Images) != n || len(found.Failed) != 1 || found.Failed[0].Path != "sea/broken.jpg" {
		t.Errorf("the window stored %d images and failed %v, wanted %d and sea/broken.jpg", len(found.Images), found.Failed, n)
	}

	// Again, in the light theme, from the command line.
	d.trace = ""
	d.start(t.TempDir(), []string{"FYNE_THEME=light"}, photos)
	d.resize(1440, 900)
	d.wait("findings changed", 2*time.Minute)
	d.shot("08-light")
	d.finish()
	if _, err := os.Stat(photos); err != nil {
		t.Error(err)
	}
}

// TestWindowTellsOfACrash ends the program as a fault of a C library does. The
// words of Go are kept, and the next start tells of them, once.
func TestWindowTellsOfACrash(t *testing.T) {
	dir := t.TempDir()
	d := newDesk(t, 1440, 900, filepath.Join(moduleRoot(t), "build", "shots"))
	d.start(dir, nil)
	if err := d.program.Process.Signal(syscall.SIGABRT); err != nil {
		t.Fatal(err)
	}
	if err := <-d.ended; err == nil {
		t.Fatal("the program ended well")
	}
	d.output = lockedBuffer{}
	d.start(dir, nil)
	d.wait("crash told", 10*time.Second)
	d.shot("09-crash")
	reports, _ := filepath.Glob(filepath.Join(dir, "home", "crash", "crash-*.txt"))
	if len(reports) != 1 {
		t.Fatalf("reports %v", reports)
	}
	if text, err := os.ReadFile(reports[0]); err != nil || !strings.Contains(string(text), "SIGABRT") || !strings.Contains(string(text), "goroutine 1") {
		t.Errorf("%v; the report:\n%s", err, text)
	}
	d.key("Escape")
	d.finish()
}

// TestScreenshots makes the pictures of the README from the sample dataset.
func TestScreenshots(t *testing.T) {
	shots := os.Getenv("KINDRED_SHOTS")
	if shots == "" {
		t.Skip("KINDRED_SHOTS names no folder; make screenshots does")
	}
	dir := t.TempDir()
	photos := filepath.Join(dir, "Sample dataset")
	var written struct{ Images int }
	headless(t, dir, &written, "sample", photos, "--json")
	for _, theme := range []string{"dark", "light"} {
		d := newDesk(t, 1440, 900, shots)
		d.start(t.TempDir(), []string{"FYNE_THEME=" + theme})
		d.resize(1440, 900)
		d.shot("welcome-" + theme)
		d.click(250, 510)
		d.write(photos)
		d.key("Return")
		d.wait("findings changed", 2*time.Minute)
		time.Sleep(2 * time.Second)
		d.click(450, 360)
		d.tool("mousemove", "1100", "885")
		d.shot("images-" + theme)
		d.key("ctrl+2")
		d.shot("clusters-" + theme)
		d.key("ctrl+3", "Down", "Down", "Down", "Down")
		d.shot("duplicates-" + theme)
		d.key("ctrl+5")
		time.Sleep(2 * time.Second)
		d.shot("label-check-" + theme)
		d.key("ctrl+6")
		time.Sleep(2 * time.Second)
		d.shot("quality-" + theme)
		d.finish()
	}
}
