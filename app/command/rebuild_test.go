package command

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCheckRebuildsADamagedProject(t *testing.T) {
	b := newBench(t)
	folder := filepath.Join(t.TempDir(), "birds")
	for i := range 12 {
		save(t, filepath.Join(folder, []string{"heron", "owl"}[i%2], fmt.Sprintf("%02d.jpg", i)), drawing(int64(i), i%4, 160, 120), 90)
	}
	var scanned struct {
		Project string `json:"project"`
	}
	b.object(&scanned, "scan", folder)
	var sound struct {
		Project struct {
			Rebuilt *rebuiltPart `json:"rebuilt"`
		} `json:"project"`
	}
	b.object(&sound, "check", folder, "--rebuild")
	if sound.Project.Rebuilt != nil {
		t.Fatal("a sound project was rebuilt")
	}
	data, err := os.ReadFile(scanned.Project)
	if err != nil {
		t.Fatal(err)
	}
	// The page that holds the rows of the files.
	const page = 16384
	broken := 0
	for at := page; at < len(data); at += page {
		if data[at] == 0x0d && bytes.Contains(data[at:at+page], []byte("owl/01.jpg")) {
			copy(data[at:], bytes.Repeat([]byte{0xA5}, page))
			broken++
		}
	}
	if broken != 1 {
		t.Fatalf("%d pages hold the rows of files", broken)
	}
	if err := os.WriteFile(scanned.Project, data, 0o644); err != nil {
		t.Fatal(err)
	}
	if code := b.run("check", folder); code != exitFailed || !strings.Contains(b.err.String(), "damaged") {
		t.Errorf("check of a damaged project: exit %d, %s", code, b.err.String())
	}
	var out struct {
		OK      bool `json:"ok"`
		Project struct {
			Images, Pending int
			Integrity       string       `json:"integrity"`
			Rebuilt         *rebuiltPart `json:"rebuilt"`
		} `json:"project"`
	}
	b.object(&out, "check", folder, "--rebuild")
	if r := out.Project.Rebuilt; !out.OK || r == nil || r.Files != 12 || r.Unread != 12 || r.Labels != 2 || r.Vectors != 12 || out.Project.Integrity != "ok" {
		t.Fatalf("%+v, rebuilt %+v", out, out.Project.Rebuilt)
	}
	if kept, err := os.ReadFile(out.Project.Rebuilt.Backup); err != nil || !bytes.Equal(kept, data) {
		t.Errorf("the damaged file is not kept: %v", err)
	}
	var again struct {
		Images, New, Changed, Missing int
		Failed                        []failure
	}
	b.object(&again, "scan", folder)
	if again.Images != 12 || again.New != 0 || again.Missing != 0 || len(again.Failed) != 0 {
		t.Errorf("scan after rebuilding: %+v", again)
	}
	var labels struct {
		Images []struct{ Path string } `json:"images"`
	}
	b.object(&labels, "clusters", folder, "--filter", "label:owl", "--no-scan")
	t.Logf("%d owls have their label again", len(labels.Images))
	if code := b.run("check", "--rebuild"); code != exitUsage {
		t.Errorf("check --rebuild without a project: exit %d", code)
	}
}
