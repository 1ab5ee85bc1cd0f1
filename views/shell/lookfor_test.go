package shell

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kindred/project"
)

// A file that is named opens its folder, which is said, and is selected.
func TestANamedFileIsSelectedInItsFolder(t *testing.T) {
	d := newDesk(t, 1440)
	d.open()
	d.session.lookFor("/photos/northshore/cat/img_000002.jpg")
	if got := d.Jobs().Text(); got != "Opened “cat”, the folder of “img_000002.jpg”." {
		t.Errorf("says %q", got)
	}
	d.until("it is selected", func() bool { return d.rooms["images"].request.Image == 2 })

	// One that is not listed yet is selected when it comes.
	d.session.lookFor("/photos/northshore/cat/later.jpg")
	d.queue.Settle(nil)
	if d.rooms["images"].request.Image != 2 {
		t.Fatalf("selected %d", d.rooms["images"].request.Image)
	}
	d.app.project.Change(func(rows *[]project.Image) { (*rows)[6].Path = "cat/later.jpg" })
	d.session.tell(project.FilesChanged)
	d.until("it is selected", func() bool { return d.rooms["images"].request.Image == 7 })
}

func TestOneFile(t *testing.T) {
	dir := t.TempDir()
	file, saved := filepath.Join(dir, "a.jpg"), filepath.Join(dir, "b.kindred")
	for _, f := range []string{file, saved} {
		if err := os.WriteFile(f, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for paths, want := range map[string]string{file: file, saved: "", dir: "", file + " " + file: "", filepath.Join(dir, "none"): ""} {
		if got := oneFile(strings.Fields(paths)); got != want {
			t.Errorf("%q: %q, wanted %q", paths, got, want)
		}
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Skip("this system makes no links")
	}
	if rel, ok := below(dir, filepath.Join(link, "a.jpg")); !ok || rel != "a.jpg" {
		t.Errorf("below a link: %q %v", rel, ok)
	}
}
