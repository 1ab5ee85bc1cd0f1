package sample

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWriteFillsANewFolderAndNoOther(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "sample")
	w, err := Write(dir)
	if err != nil {
		t.Fatal(err)
	}
	if w.Files < 80 || w.Bytes > 6_000_000 {
		t.Errorf("%d pictures of %d bytes, wanted 80 or more below 6 MB", w.Files, w.Bytes)
	}
	classes, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	folders := 0
	for _, c := range classes {
		if c.IsDir() && c.Name() != "LICENSES" {
			folders++
		}
	}
	if folders < 8 {
		t.Errorf("%d classes, wanted 8 or more", folders)
	}
	if _, err := Write(dir); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("writing over it gave %v", err)
	}
	empty := t.TempDir()
	if _, err := Write(empty); err != nil {
		t.Errorf("an empty folder was refused: %v", err)
	}
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(dir), ".*"))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// Every picture names its source, author and an allowed licence.
func TestEveryPictureHasASource(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sample")
	if _, err := Write(dir); err != nil {
		t.Fatal(err)
	}
	table, err := os.ReadFile(filepath.Join(dir, "SOURCES.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for i, line := range strings.Split(strings.TrimSpace(string(table)), "\n") {
		if i == 0 {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) < 4 || f[1] == "" || f[2] == "" {
			t.Errorf("line %d names no source or author: %q", i+1, line)
			continue
		}
		known[f[0]] = true
		switch licence := strings.ToLower(f[3]); {
		case strings.HasPrefix(licence, "public-domain"), strings.HasPrefix(licence, "cc0"),
			strings.HasPrefix(licence, "cc-by-3"), strings.HasPrefix(licence, "cc-by-4"),
			strings.HasPrefix(licence, "cc-by-sa"), strings.HasPrefix(licence, "gpl"):
		default:
			t.Errorf("%s is under %q, which is not allowed", f[0], f[3])
		}
	}
	err = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		if rel = filepath.ToSlash(rel); !known[rel] && rel != "SOURCES.tsv" && !strings.HasPrefix(rel, "LICENSES/") {
			t.Errorf("%s has no line in SOURCES.tsv", rel)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
