package command

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestOptionsMayStandBeforeTheCommand(t *testing.T) {
	for _, c := range []struct {
		line, want string
		ok         bool
	}{
		{"scan a", "scan a", true},
		{"--json scan a", "scan --json a", true},
		{"--project scan duplicates --json", "duplicates --project scan --json", true},
		{"--project=p clusters", "clusters --project=p", true},
		{"-json --k 3 similar a.jpg b", "similar -json --k 3 a.jpg b", true},
		{"--wrong scan a", "scan --wrong a", true},
		{"--help scan", "--help scan", true},
		{"photos", "photos", false},
		{"--json photos scan", "--json photos scan", false},
		{"-- scan", "-- scan", false},
		{"--json", "--json", false},
		{"", "", false},
	} {
		got, ok := Arrange(strings.Fields(c.line))
		if ok != c.ok || !slices.Equal(got, strings.Fields(c.want)) {
			t.Errorf("%q becomes %q %v, wanted %q %v", c.line, got, ok, c.want, c.ok)
		}
	}
}

// Results go to stdout, messages to stderr, and one is not called many.
func TestWhatAPersonReads(t *testing.T) {
	b := newBench(t)
	dir := t.TempDir()
	for i := range 9 {
		save(t, filepath.Join(dir, "kind", string(rune('a'+i))+".jpg"), drawing(int64(i), 1, 160, 120), 90)
	}
	data, err := os.ReadFile(filepath.Join(dir, "kind", "a.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"copy.jpg": data, "broken.jpg": []byte("no picture")} {
		if err := os.WriteFile(filepath.Join(dir, "kind", name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if code := b.run("scan", dir); code != 0 {
		t.Fatal(b.err.String())
	}
	if out := b.out.String(); strings.Contains(out, "failed:") || !strings.Contains(out, "10 images: 10 new") || !strings.Contains(out, "1 unreadable") {
		t.Errorf("scan prints\n%s", out)
	}
	if !strings.Contains(b.err.String(), "failed: kind/broken.jpg: ") {
		t.Errorf("scan says on stderr %q", b.err.String())
	}
	b.run("duplicates", dir, "--min-score", "1")
	if out := b.out.String(); !strings.Contains(out, "1 group, ") {
		t.Errorf("duplicates prints\n%s", out)
	}
	b.run("clusters", dir, "--count", "1")
	if out := b.out.String(); !strings.Contains(out, "… and 7 more") {
		t.Errorf("clusters prints\n%s", out)
	}
	if b.run("models", "a"); !strings.HasSuffix(b.err.String(), "usage: kindred models\n") {
		t.Errorf("usage %q", b.err.String())
	}
}
