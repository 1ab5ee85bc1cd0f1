package store

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kindred/project"
)

// plainProject makes a project of n files as this version makes it.
func plainProject(t *testing.T, n int) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "p.kindred")
	s, err := Open(t.Context(), path, Options{Create: true})
	check(t, err)
	root, err := s.AddRoot(t.Context(), "/x")
	check(t, err)
	check(t, s.SetModel(t.Context(), specA))
	fill(t, s, root.ID, n, specA.Dim)
	check(t, s.Close())
	whole, err := os.ReadFile(path)
	check(t, err)
	return whole
}

func TestRebuildAfterTheFirstPageWasOverwritten(t *testing.T) {
	const n = 1500
	for name, with := range map[string]byte{"zeros": 0, "garbage": 0xA5} {
		path := filepath.Join(t.TempDir(), "p.kindred")
		whole := plainProject(t, n)
		copy(whole, bytes.Repeat([]byte{with}, pageSize))
		check(t, os.WriteFile(path, whole, 0o666))
		if _, err := Open(t.Context(), path, Options{}); !errors.Is(err, project.ErrDamaged) || !strings.Contains(err.Error(), "first page") {
			t.Errorf("%s: %v", name, err)
		}
		got, err := Rebuild(t.Context(), path)
		check(t, err)
		if got.Files != n || got.Vectors != n || got.Labels != 9 || got.Unread != 0 || got.Gaps == 0 {
			t.Errorf("%s: saved %+v", name, got)
		}
		if kept, err := os.ReadFile(got.Backup); err != nil || !bytes.Equal(kept, whole) {
			t.Errorf("%s: the copy of the damaged file differs: %v", name, err)
		}
		s, err := Open(t.Context(), path, Options{})
		check(t, err)
		check(t, s.Check(t.Context()))
		if ids, err := s.List(t.Context(), modelA, project.Query{}); err != nil || len(ids) != n {
			t.Errorf("%s: %d files, %v", name, len(ids), err)
		}
		check(t, s.Close())
	}
}

// A project that an earlier version made has later tables elsewhere; tables
// that nobody knows are told as gaps, and are in the copy.
func TestRebuildFindsTablesThatLieElsewhere(t *testing.T) {
	const n = 700
	path := filepath.Join(t.TempDir(), "p.kindred")
	check(t, os.WriteFile(path, plainProject(t, n), 0o666))
	s, err := Open(t.Context(), path, Options{})
	check(t, err)
	for _, text := range []string{
		"CREATE TABLE other (id INTEGER PRIMARY KEY, path TEXT NOT NULL, a, b, c, d, e, f, g, h)",
		"INSERT INTO other (path) SELECT path FROM file",
		// The table of labels is made anew, behind all others.
		"PRAGMA foreign_keys = OFF",
		"CREATE TABLE moved (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, folded TEXT NOT NULL) STRICT",
		"INSERT INTO moved SELECT * FROM term",
		"DROP TABLE term",
		"ALTER TABLE moved RENAME TO term",
		"CREATE TABLE filler AS SELECT id, path, path AS p2, path AS p3, path AS p4, path AS p5, path AS p6, path AS p7 FROM file",
	} {
		_, err := s.writer.Exec(text)
		check(t, err)
	}
	check(t, s.Close())
	whole, err := os.ReadFile(path)
	check(t, err)
	clear(whole[:pageSize])
	check(t, os.WriteFile(path, whole, 0o666))
	got, err := Rebuild(t.Context(), path)
	check(t, err)
	if got.Files != n || got.Labels != 9 || got.Vectors != n || got.Gaps < 3 {
		t.Errorf("saved %+v", got)
	}
}

func TestAFileWithoutFirstPageIsOursByNameAndPages(t *testing.T) {
	dir := t.TempDir()
	whole := plainProject(t, 100)
	clear(whole[:pageSize])
	text := []byte(strings.Repeat("notes ", 20000))
	for name, c := range map[string]struct {
		data []byte
		log  []byte
		want error
	}{
		"pages.kindred": {whole, nil, project.ErrDamaged},
		"pages.sqlite":  {whole, nil, project.ErrForeign},
		"text.kindred":  {text, nil, project.ErrForeign},
		"log.kindred":   {nil, []byte("\x37\x7f\x06\x82\x00\x2d\xe2\x18\x00\x00\x40\x00rest"), project.ErrDamaged},
		"log4.kindred":  {nil, []byte("\x37\x7f\x06\x82\x00\x2d\xe2\x18\x00\x00\x10\x00rest"), project.ErrForeign},
	} {
		path := filepath.Join(dir, name)
		check(t, os.WriteFile(path, c.data, 0o666))
		if c.log != nil {
			check(t, os.WriteFile(path+"-wal", c.log, 0o666))
		}
		if _, err := Open(t.Context(), path, Options{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, wanted %v", name, err, c.want)
		}
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, c.data) {
			t.Errorf("%s was changed by opening it", name)
		}
	}
}
