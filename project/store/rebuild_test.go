package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kindred/project"
)

// damagedProject makes a project of n files with a table of decisions as a
// later version may have it, and returns its bytes.
func damagedProject(t *testing.T, n int) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "p.kindred")
	s, err := Open(t.Context(), path, Options{Create: true})
	check(t, err)
	root, err := s.AddRoot(t.Context(), "/x")
	check(t, err)
	check(t, s.SetModel(t.Context(), specA))
	fill(t, s, root.ID, n, specA.Dim)
	for _, text := range []string{
		"CREATE TABLE decision (id INTEGER PRIMARY KEY, file_id INTEGER NOT NULL REFERENCES file (id), what TEXT NOT NULL) STRICT",
		"INSERT INTO decision (file_id, what) SELECT id, 'drop' FROM file WHERE id % 3 = 0",
		"CREATE INDEX decision_file ON decision (file_id)",
		"CREATE TABLE journal (at INTEGER, text BLOB) STRICT",
		"INSERT INTO journal SELECT id, zeroblob(400) FROM file",
	} {
		_, err := s.writer.Exec(text)
		check(t, err)
	}
	check(t, s.Close())
	whole, err := os.ReadFile(path)
	check(t, err)
	return whole
}

func countOf(t *testing.T, s *Store, text string) (n int) {
	t.Helper()
	check(t, s.writer.QueryRow(text).Scan(&n))
	return n
}

func TestRebuildAfterEachPageWasOverwritten(t *testing.T) {
	const n = 900
	whole := damagedProject(t, n)
	rebuilt, whichever := 0, map[string]int{}
	for page := 1; page < len(whole)/pageSize; page += 1 + page%4 {
		path := filepath.Join(t.TempDir(), "p.kindred")
		bad := bytes.Clone(whole)
		copy(bad[page*pageSize:], bytes.Repeat([]byte{0xA5}, pageSize))
		check(t, os.WriteFile(path, bad, 0o666))
		s, err := Open(t.Context(), path, Options{})
		if err == nil {
			s.Close()
			t.Errorf("page %d: damage not seen", page)
			continue
		}
		got, err := Rebuild(t.Context(), path)
		if err != nil {
			t.Errorf("page %d: %v", page, err)
			continue
		}
		if kept, err := os.ReadFile(got.Backup); err != nil || !bytes.Equal(kept, bad) {
			t.Errorf("page %d: the copy of the damaged file differs: %v", page, err)
		}
		s, err = Open(t.Context(), path, Options{})
		if err != nil {
			t.Errorf("page %d: after rebuilding: %v", page, err)
			continue
		}
		rebuilt++
		if err := s.Check(t.Context()); err != nil {
			t.Errorf("page %d: %v", page, err)
		}
		// One page is broken, so one table at most lost rows, or an index none.
		files, decisions := countOf(t, s, "SELECT count(*) FROM file WHERE path NOT LIKE char(10) || '%'"), countOf(t, s, "SELECT count(*) FROM decision")
		vectors, journal := countOf(t, s, "SELECT count(*) FROM vector"), countOf(t, s, "SELECT count(*) FROM journal")
		lost := 0
		for name, missing := range map[string]int{"file": n - files, "decision": n/3 - decisions, "vector": n - vectors, "journal": n - journal} {
			if missing > 0 {
				lost++
				whichever[name]++
			}
		}
		if lost > 1 {
			t.Errorf("page %d: %d files, %d decisions, %d vectors, %d journal rows are left", page, files, decisions, vectors, journal)
		}
		// The index of paths has what the table of files lost.
		if files != n {
			t.Errorf("page %d: %d of %d files are left", page, files, n)
		}
		if got.Files != files {
			t.Errorf("page %d: %d files told, %d are there", page, got.Files, files)
		}
		check(t, s.Close())
	}
	if rebuilt < 15 || whichever["vector"] == 0 || whichever["journal"] == 0 {
		t.Errorf("%d pages tried, losses %v: the test damages too little", rebuilt, whichever)
	}
}

func TestRebuildKeepsIdsLabelsAndWhatIsNotBroken(t *testing.T) {
	whole := damagedProject(t, 1500)
	path := filepath.Join(t.TempDir(), "p.kindred")
	check(t, os.WriteFile(path, whole, 0o666))
	s, err := Open(t.Context(), path, Options{})
	check(t, err)
	before := list(t, s, project.Query{})
	beforeIDs, err := s.List(t.Context(), modelA, project.Query{})
	check(t, err)
	// A leaf of the table of files, in the middle of it.
	leaf := 0
	check(t, s.writer.QueryRow("SELECT id FROM file WHERE path LIKE '%IMG_000700%'").Scan(&leaf))
	check(t, s.Close())
	at := bytes.Index(whole, []byte("IMG_000700 Urlaub"))
	if at < 0 {
		t.Fatal("the file is not in the bytes")
	}
	broken := 0
	for page := 1; page < len(whole)/pageSize; page++ {
		part := whole[page*pageSize : (page+1)*pageSize]
		if part[0] == 0x0d && bytes.Contains(part, []byte("IMG_000700 Urlaub")) { // a leaf of a table
			copy(part, bytes.Repeat([]byte{0}, pageSize))
			broken++
		}
	}
	if broken != 1 {
		t.Fatalf("%d leaves hold the file", broken)
	}
	check(t, os.WriteFile(path, whole, 0o666))
	got, err := Rebuild(t.Context(), path)
	check(t, err)
	if got.Unread == 0 || got.Unread > 300 || got.Files != 1500 || got.Vectors != 1500 || got.Labels != 9 || got.Gaps == 0 {
		t.Errorf("saved %+v", got)
	}
	s, err = Open(t.Context(), path, Options{})
	check(t, err)
	defer s.Close()
	ids, err := s.List(t.Context(), modelA, project.Query{})
	check(t, err)
	if strings.Join(list(t, s, project.Query{}), "\n") != strings.Join(before, "\n") || fmt.Sprint(ids) != fmt.Sprint(beforeIDs) {
		t.Error("ids or paths are others than before")
	}
	counts, err := s.Counts(t.Context(), modelA)
	check(t, err)
	if counts.Pending != got.Unread || counts.Images != 1500 {
		t.Errorf("%+v, where %d files are to be read again", counts, got.Unread)
	}
	if n := countOf(t, s, "SELECT count(*) FROM decision"); n != 500 {
		t.Errorf("%d of 500 decisions", n)
	}
}

func TestRebuildOfAFileCutShort(t *testing.T) {
	whole := damagedProject(t, 1500)
	path := filepath.Join(t.TempDir(), "p.kindred")
	check(t, os.WriteFile(path, whole[:len(whole)*3/5], 0o666))
	if _, err := Open(t.Context(), path, Options{}); !errors.Is(err, project.ErrDamaged) {
		t.Fatalf("open: %v", err)
	}
	got, err := Rebuild(t.Context(), path)
	check(t, err)
	if got.Files == 0 {
		t.Errorf("nothing saved: %+v", got)
	}
	again, err := Rebuild(t.Context(), path) // of a whole file: nothing is lost
	check(t, err)
	if again.Files != got.Files || again.Gaps != 0 || again.Backup == got.Backup || !strings.HasSuffix(again.Backup, ".damaged-2") {
		t.Errorf("again %+v, first %+v", again, got)
	}
	s, err := Open(t.Context(), path, Options{})
	check(t, err)
	check(t, s.Check(t.Context()))
	check(t, s.Close())
}

func TestRebuildRefuses(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "notes.kindred")
	check(t, os.WriteFile(text, []byte(strings.Repeat("notes ", 100)), 0o666))
	if _, err := Rebuild(t.Context(), text); !errors.Is(err, project.ErrForeign) {
		t.Errorf("a text: %v", err)
	}
	if _, err := Rebuild(t.Context(), filepath.Join(dir, "none.kindred")); !errors.Is(err, project.ErrNotFound) {
		t.Errorf("no file: %v", err)
	}
	s := openTest(t, filepath.Join(dir, "p.kindred"))
	if _, err := Rebuild(t.Context(), s.path); !errors.Is(err, project.ErrLocked) {
		t.Errorf("an open project: %v", err)
	}
	names, _ := os.ReadDir(dir)
	if len(names) != 3 { // the text, the project, its lock; and its log
		for _, n := range names {
			if strings.Contains(n.Name(), "damaged") {
				t.Errorf("left %s behind", n.Name())
			}
		}
	}
}
