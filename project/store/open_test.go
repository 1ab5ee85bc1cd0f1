package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"kindred/project"
)

func pragma(t *testing.T, s *Store, name string) string {
	t.Helper()
	var v string
	check(t, s.writer.QueryRow("PRAGMA "+name).Scan(&v))
	return v
}

func TestFileIsWhatTheDesignSays(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "sub", "100% birds? #1 \xff.kindred")
	s, err := Open(t.Context(), path, Options{Create: true})
	check(t, err)
	for name, want := range map[string]string{
		"page_size": "16384", "journal_mode": "wal", "foreign_keys": "1", "synchronous": "1", "user_version": "2", "application_id": "1265525874",
	} {
		if got := pragma(t, s, name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	root, err := s.AddRoot(t.Context(), "/x")
	check(t, err)
	add(t, s, root.ID, "a.jpg")
	if _, err := s.readers.Exec("DELETE FROM file"); err == nil {
		t.Error("a reader could write")
	}
	check(t, s.Check(t.Context()))
	check(t, s.Close())
	check(t, s.Close())
	names, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(names) != 1 {
		t.Errorf("beside the project lie %v", names)
	}
	s, err = Open(t.Context(), path, Options{})
	check(t, err)
	if got := list(t, s, project.Query{}); len(got) != 1 {
		t.Errorf("after reopening: %q", got)
	}
	check(t, s.Close())
}

func TestOnNetworkShares(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.kindred")
	s, err := Open(t.Context(), path, Options{Create: true}) // in WAL, then moved to a share
	check(t, err)
	check(t, s.Close())
	s, err = open(t.Context(), path, Options{}, setup{version: version, network: true})
	check(t, err)
	if got := pragma(t, s, "journal_mode"); got != "truncate" {
		t.Errorf("journal mode %s", got)
	}
	root, err := s.AddRoot(t.Context(), "/x")
	check(t, err)
	add(t, s, root.ID, "a", "b")
	// A writer gets in between the steps of a stream.
	for k, err := range s.Known(t.Context(), root.ID, modelA) {
		check(t, err)
		check(t, s.Lose(t.Context(), []project.FileID{k.ID}))
	}
	check(t, s.Close())
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	made := func(name string, change func(s *Store)) string {
		path := filepath.Join(dir, name)
		s, err := Open(t.Context(), path, Options{Create: true})
		check(t, err)
		change(s)
		check(t, s.Close())
		return path
	}
	exec := func(sql string) func(*Store) {
		return func(s *Store) {
			_, err := s.writer.Exec(sql)
			check(t, err)
		}
	}
	text := filepath.Join(dir, "notes.txt")
	check(t, os.WriteFile(text, []byte(strings.Repeat("not a database ", 100)), 0o666))
	empty := filepath.Join(dir, "empty")
	check(t, os.WriteFile(empty, nil, 0o666))
	short := made("short", func(*Store) {})
	check(t, os.Truncate(short, 40_000))
	for _, c := range []struct {
		path string
		want error
	}{
		{filepath.Join(dir, "absent"), project.ErrNotFound},
		{text, project.ErrForeign},
		{empty, project.ErrForeign},
		{made("other program", exec("PRAGMA application_id = 7")), project.ErrForeign},
		{made("newer", exec("PRAGMA user_version = 99")), project.ErrNewer},
		{short, project.ErrDamaged},
	} {
		before, _ := os.ReadFile(c.path)
		s, err := Open(t.Context(), c.path, Options{})
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", filepath.Base(c.path), err, c.want)
		}
		if err == nil {
			s.Close()
		}
		if after, _ := os.ReadFile(c.path); string(after) != string(before) {
			t.Errorf("%s was written to", filepath.Base(c.path))
		}
		if _, err := os.Stat(c.path + ".lock"); err == nil {
			t.Errorf("%s left a lock behind", filepath.Base(c.path))
		}
	}
	if _, err := Open(t.Context(), text, Options{Create: true}); !errors.Is(err, project.ErrForeign) {
		t.Errorf("a text file was taken for a new project: %v", err)
	}
}

func TestDamageIsFound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.kindred")
	s, err := Open(t.Context(), path, Options{Create: true})
	check(t, err)
	root, err := s.AddRoot(t.Context(), "/x")
	check(t, err)
	check(t, s.SetModel(t.Context(), specA))
	fill(t, s, root.ID, 2000, specA.Dim)
	check(t, s.Close())
	whole, err := os.ReadFile(path)
	check(t, err)
	for page := 1; page < len(whole)/pageSize; page += 7 {
		bad := append([]byte(nil), whole...)
		for i := range pageSize {
			bad[page*pageSize+i] = 0xA5
		}
		check(t, os.WriteFile(path, bad, 0o666))
		s, err := Open(t.Context(), path, Options{})
		if !errors.Is(err, project.ErrDamaged) {
			t.Errorf("page %d overwritten: %v", page, err)
		}
		if err == nil {
			s.Close()
		}
	}
	// One that is too large to be checked at each open shows it in use.
	bad := append([]byte(nil), whole...)
	for i := pageSize; i < len(bad); i++ {
		bad[i] = 0xA5
	}
	check(t, os.WriteFile(path, bad, 0o666))
	check(t, os.Truncate(path, smallFile+pageSize))
	s, err = Open(t.Context(), path, Options{})
	if err == nil {
		if _, err = s.List(t.Context(), modelA, project.Query{}); !errors.Is(err, project.ErrDamaged) {
			t.Errorf("list of a damaged file: %v", err)
		}
		if err := s.Check(t.Context()); !errors.Is(err, project.ErrDamaged) {
			t.Errorf("check of a damaged file: %v", err)
		}
		s.Close()
	} else if !errors.Is(err, project.ErrDamaged) {
		t.Errorf("open: %v", err)
	}
}

func TestMigrations(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.kindred")
	s, err := Open(t.Context(), path, Options{Create: true})
	check(t, err)
	_, err = s.AddRoot(t.Context(), "/x")
	check(t, err)
	check(t, s.Close())
	tree := fstest.MapFS{
		"sql/migrations/04-rename.sql": {Data: []byte("ALTER TABLE root RENAME COLUMN colour TO tint; UPDATE root SET tint = 'blue';")},
		"sql/migrations/03-colour.sql": {Data: []byte("ALTER TABLE root ADD COLUMN colour TEXT NOT NULL DEFAULT 'red';")},
		"sql/migrations/05-broken.sql": {Data: []byte("CREATE TABLE more (x); INSERT INTO nowhere VALUES (1);")},
	}
	steps, err := migrations(tree)
	check(t, err)
	if len(steps) != 3 || steps[0].version != 3 {
		t.Fatalf("migrations %+v", steps)
	}
	// One that fails leaves the file as it was, whatever ran before it.
	if _, err := open(t.Context(), path, Options{}, setup{version: 5, migrations: steps}); err == nil {
		t.Error("a broken migration passed")
	}
	s, err = Open(t.Context(), path, Options{})
	check(t, err)
	if got := pragma(t, s, "user_version"); got != "2" {
		t.Errorf("version %s after a migration that failed", got)
	}
	check(t, s.Close())
	s, err = open(t.Context(), path, Options{}, setup{version: 4, migrations: steps})
	check(t, err)
	var tint string
	check(t, s.writer.QueryRow("SELECT tint FROM root").Scan(&tint))
	if got := pragma(t, s, "user_version"); got != "4" || tint != "blue" {
		t.Errorf("version %s, tint %q", got, tint)
	}
	check(t, s.Close())
	if _, err := Open(t.Context(), path, Options{}); !errors.Is(err, project.ErrNewer) {
		t.Errorf("the migrated file: %v", err)
	}
	if _, err := open(t.Context(), path, Options{}, setup{version: 9, migrations: steps[:1]}); err == nil {
		t.Error("a gap in the migrations was not noticed")
	}
	if own, err := migrations(files); err != nil || len(own) != version-1 {
		t.Errorf("%d migrations for schema %d, %v", len(own), version, err)
	}
}

func TestEveryStatementPrepares(t *testing.T) {
	s, _ := fresh(t)
	for name := range s.read.queries {
		if _, err := s.read.get(t.Context(), name); err != nil {
			t.Error(err)
		}
	}
}

func TestFindingsKnowWhenTheyAreStale(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.kindred")
	s, err := Open(t.Context(), path, Options{Create: true})
	check(t, err)
	ctx := t.Context()
	print := func() string {
		t.Helper()
		p, err := s.Fingerprint(ctx, modelA)
		check(t, err)
		return string(p)
	}
	root, err := s.AddRoot(ctx, "/x")
	check(t, err)
	check(t, s.SetModel(ctx, specA))
	ids := add(t, s, root.ID, "a", "b")
	finish(t, s, ids, "a", "b")
	first := print()
	if _, _, err := s.Artefact(ctx, "clusters", modelA); !errors.Is(err, project.ErrNotFound) {
		t.Errorf("findings that were never made: %v", err)
	}
	check(t, s.PutArtefact(ctx, "clusters", modelA, []byte(first), []byte("old")))
	check(t, s.PutArtefact(ctx, "clusters", modelA, []byte(first), []byte("new")))
	check(t, s.SetSetting(ctx, "key", "value"))
	add(t, s, root.ID, "not read yet")
	if print() != first {
		t.Error("what findings do not look at changed the fingerprint")
	}
	check(t, s.Change(ctx, ids[:1]))
	if print() == first {
		t.Error("a changed file left the fingerprint alone")
	}
	finish(t, s, ids[:1], "a")
	if print() != first {
		t.Error("a file that was only touched changed the fingerprint")
	}
	check(t, s.Close())
	s, err = Open(ctx, path, Options{})
	check(t, err)
	defer s.Close()
	if print() != first {
		t.Error("reopening changed the fingerprint")
	}
	data, fp, err := s.Artefact(ctx, "clusters", modelA)
	if err != nil || string(data) != "new" || string(fp) != first {
		t.Errorf("findings %q, %v", data, err)
	}
	if v, err := s.Setting(ctx, "key"); v != "value" || err != nil {
		t.Errorf("setting %q, %v", v, err)
	}
	check(t, s.Lose(ctx, ids[1:]))
	if print() == first {
		t.Error("a missing file left the fingerprint alone")
	}
}

func TestCancel(t *testing.T) {
	s, root := fresh(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.List(ctx, modelA, project.Query{}); !errors.Is(err, context.Canceled) {
		t.Errorf("list: %v", err)
	}
	if err := s.Lose(ctx, []project.FileID{1}); !errors.Is(err, context.Canceled) {
		t.Errorf("lose: %v", err)
	}
	for _, err := range s.Known(ctx, root.ID, modelA) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("known: %v", err)
		}
	}
	add(t, s, root.ID, "still works")
}
