package command

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestScanTakesLabelsFromTheChosenFolder(t *testing.T) {
	b := newBench(t)
	folder := filepath.Join(t.TempDir(), "birds")
	for i, name := range []string{"north/heron", "north/owl", "south/owl"} {
		save(t, filepath.Join(folder, filepath.FromSlash(name), "1.jpg"), drawing(int64(i), i, 160, 120), 90)
	}
	owls := func() int {
		t.Helper()
		var out struct {
			Images []struct{ Path string } `json:"images"`
		}
		b.object(&out, "clusters", folder, "--filter", "label:owl", "--no-scan")
		return len(out.Images)
	}
	var scanned struct{ Images int }
	b.object(&scanned, "scan", folder)
	if n := owls(); n != 0 {
		t.Errorf("%d owls by the first folder", n)
	}
	b.object(&scanned, "scan", folder, "--label-level", "2")
	if n := owls(); n != 2 {
		t.Errorf("%d owls by the second folder, want 2", n)
	}
	b.object(&scanned, "scan", folder) // the choice is kept
	if n := owls(); n != 2 {
		t.Errorf("%d owls after another scan, want 2", n)
	}
	b.object(&scanned, "scan", folder, "--label-level", "none")
	if n := owls(); n != 0 {
		t.Errorf("%d owls without labels", n)
	}
	if code := b.run("scan", folder, "--label-level", "deep"); code != exitUsage || !strings.Contains(b.err.String(), "none or auto") {
		t.Errorf("a level that is none: exit %d, %s", code, b.err.String())
	}
	if code := b.run("scan", folder, filepath.Join(folder, "north")); code != exitFailed || !strings.Contains(b.err.String(), "lies inside") {
		t.Errorf("a folder inside another: exit %d, %s", code, b.err.String())
	}
}
