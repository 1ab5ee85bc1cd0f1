package workspace

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"kindred/project"
	"kindred/project/scan"
)

// A project whose pictures were decoded before dates and places were read gets
// them with the next scan, without encoding anything again.
func TestHeadersOfEarlierVersionsAreReadAgain(t *testing.T) {
	home := t.TempDir()
	folder := filepath.Join(home, "photos")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"orientation6.jpg", "orientation6.heic", "plain.bmp"} {
		data, err := os.ReadFile("../thumb/testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	enc := &encoder{}
	w := open(t, home, enc, &kernel{})
	defer w.Close()
	ctx := t.Context()
	if err := w.AddFolders(ctx, []string{folder}); err != nil {
		t.Fatal(err)
	}
	read := func() map[string]project.Image {
		t.Helper()
		if _, err := w.Scan(ctx, ScanOptions{}, nil); err != nil {
			t.Fatal(err)
		}
		ids, err := w.List(ctx, project.Query{})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := w.Images(ctx, ids)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]project.Image{}
		for _, r := range rows {
			out[r.Path] = r
		}
		return out
	}
	want := read()
	if c := want["orientation6.jpg"].Camera; c != "Kin Dred 1" {
		t.Fatalf("camera %q", c)
	}
	// As an earlier version left it.
	if err := w.store.SetSetting(ctx, "headers-before", "1000"); err != nil {
		t.Fatal(err)
	}
	old, err := w.store.Headers(ctx, 10)
	if err != nil || len(old) != 3 {
		t.Fatalf("%d contents, %v", len(old), err)
	}
	if err := w.store.PutHeaders(ctx, old, []*scan.Content{{}, {}, {}}); err != nil {
		t.Fatal(err)
	}
	if got := read(); got["orientation6.jpg"].Camera != "" {
		t.Fatal("what was done is done again")
	}
	if err := w.store.SetSetting(ctx, "headers-before", "1000"); err != nil {
		t.Fatal(err)
	}
	// One of the files is another one by now: it is left to the scan.
	if err := os.WriteFile(filepath.Join(folder, "plain.bmp"), []byte("no picture"), 0o644); err != nil {
		t.Fatal(err)
	}
	got := read()
	for _, name := range []string{"orientation6.jpg", "orientation6.heic"} {
		if g, w := got[name], want[name]; g.Camera != w.Camera || !g.Taken.Equal(w.Taken) || g.Lat != w.Lat || g.Taken != time.Date(2021, 3, 4, 5, 6, 7, 0, time.UTC) {
			t.Errorf("%s: %q at %v", name, g.Camera, g.Taken)
		}
	}
	if left, err := w.store.Headers(ctx, 10); err != nil || len(left) != 0 {
		t.Errorf("%d headers are left, %v", len(left), err)
	}
}
