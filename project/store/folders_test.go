package store

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"kindred/project"
	"kindred/project/scan"
)

func TestARemovedFolderComesBackAsItWas(t *testing.T) {
	s, root := fresh(t)
	other, err := s.AddRoot(t.Context(), "/elsewhere/photos")
	check(t, err)
	ids := add(t, s, root.ID, "cat/a", "cat/b")
	finish(t, s, ids, "a", "b")
	finish(t, s, add(t, s, other.ID, "dog/c"), "c")
	check(t, s.RemoveRoot(t.Context(), root.ID))
	if got := list(t, s, project.Query{}); !slices.Equal(got, []string{"dog/c"}) {
		t.Errorf("listed %q", got)
	}
	if got := list(t, s, project.Query{Missing: true}); !slices.Equal(got, []string{"dog/c"}) {
		t.Errorf("listed with the missing %q", got)
	}
	if c, err := s.Counts(t.Context(), modelA); err != nil || c.Images != 1 || c.Ready != 1 || c.Missing != 0 {
		t.Errorf("counts %+v, %v", c, err)
	}
	if roots, err := s.Roots(t.Context()); err != nil || len(roots) != 1 || roots[0].ID != other.ID {
		t.Errorf("roots %+v, %v", roots, err)
	}
	if err := s.RemoveRoot(t.Context(), root.ID); !errors.Is(err, project.ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
	back, err := s.AddRoot(t.Context(), root.Path)
	check(t, err)
	if back.ID != root.ID || back.Name != root.Name {
		t.Errorf("came back as %+v, was %+v", back, root)
	}
	check(t, s.Change(t.Context(), ids)) // as a scan that sees them again
	if got, err := s.List(t.Context(), modelA, project.Query{Root: root.ID}); err != nil || !slices.Equal(got, ids) {
		t.Errorf("ids %v, were %v; %v", got, ids, err)
	}
	if ok, err := s.Encoded(t.Context(), modelA, hashOf("a")); !ok || err != nil {
		t.Errorf("what was derived is gone: %v", err)
	}
	check(t, s.Check(t.Context()))
}

func TestAFolderThatMovedKeepsItsFiles(t *testing.T) {
	s, root := fresh(t)
	ids := add(t, s, root.ID, "cat/a")
	finish(t, s, ids, "a")
	now := filepath.Join(t.TempDir(), "moved")
	check(t, s.RelinkRoot(t.Context(), root.ID, now))
	if path, err := s.AbsolutePath(t.Context(), ids[0]); err != nil || path != filepath.Join(now, "cat", "a") {
		t.Errorf("file at %q, %v", path, err)
	}
	if got := list(t, s, project.Query{}); !slices.Equal(got, []string{"cat/a"}) {
		t.Errorf("listed %q", got)
	}
	if err := s.RelinkRoot(t.Context(), 99, "/x"); !errors.Is(err, project.ErrNotFound) {
		t.Errorf("a folder that is not there: %v", err)
	}
	// A place that a removed folder had can be taken.
	old, err := s.AddRoot(t.Context(), "/old")
	check(t, err)
	check(t, s.RemoveRoot(t.Context(), old.ID))
	check(t, s.RelinkRoot(t.Context(), root.ID, "/old"))
}

func TestFoldersInEachOtherAreRefused(t *testing.T) {
	s, _ := fresh(t)
	a, err := s.AddRoot(t.Context(), "/p/a")
	check(t, err)
	for _, path := range []string{"/p/a/b", "/p", "/"} {
		if _, err := s.AddRoot(t.Context(), path); !errors.Is(err, project.ErrNested) {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, path := range []string{"/p/ab", "/p/b"} {
		if _, err := s.AddRoot(t.Context(), path); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	if again, err := s.AddRoot(t.Context(), "/p/a"); err != nil || again.ID != a.ID {
		t.Errorf("the same again: %+v, %v", again, err)
	}
	for _, path := range []string{"/p/b", "/p/b/c", "/p"} {
		if err := s.RelinkRoot(t.Context(), a.ID, path); !errors.Is(err, project.ErrNested) {
			t.Errorf("relink to %s: %v", path, err)
		}
	}
	check(t, s.RelinkRoot(t.Context(), a.ID, "/p/a/deeper")) // its own place is free
	check(t, s.RemoveRoot(t.Context(), a.ID))
	_, err = s.AddRoot(t.Context(), "/p/a/deeper/still")
	check(t, err)
	if _, err := s.AddRoot(t.Context(), "/p/a/deeper"); !errors.Is(err, project.ErrNested) {
		t.Errorf("a removed folder came back around another one: %v", err)
	}
}

func TestLevelsOfLabels(t *testing.T) {
	s, root := fresh(t)
	add(t, s, root.ID, "b/x", "a/\xff", "c")
	if level, err := s.Level(t.Context(), root.ID); level != project.LabelsAuto || err != nil {
		t.Errorf("level %d, %v", level, err)
	}
	if due, err := s.Relabelling(t.Context()); due || err != nil {
		t.Errorf("to be labelled at once: %v, %v", due, err)
	}
	check(t, s.SetLevel(t.Context(), root.ID, 2))
	if due, err := s.Relabelling(t.Context()); !due || err != nil {
		t.Errorf("not to be labelled: %v", err)
	}
	check(t, s.Relabelled(t.Context()))
	if due, err := s.Relabelling(t.Context()); due || err != nil {
		t.Errorf("still to be labelled: %v", err)
	}
	if level, err := s.Level(t.Context(), root.ID); level != 2 || err != nil {
		t.Errorf("level %d, %v", level, err)
	}
	var paths []string
	for p, err := range s.RootPaths(t.Context(), root.ID) {
		check(t, err)
		paths = append(paths, p)
	}
	slices.Sort(paths)
	if !slices.Equal(paths, []string{"a/\xff", "b/x", "c"}) {
		t.Errorf("paths %q", paths)
	}
}

// testdata/v1.kindred.gz was made by the program when its schema was 1.
func TestAProjectOfSchema1(t *testing.T) {
	packed, err := os.Open("testdata/v1.kindred.gz")
	check(t, err)
	defer packed.Close()
	z, err := gzip.NewReader(packed)
	check(t, err)
	data, err := io.ReadAll(z)
	check(t, err)
	path := filepath.Join(t.TempDir(), "v1.kindred")
	check(t, os.WriteFile(path, data, 0o666))
	if v := data[63]; v != 1 {
		t.Fatalf("the fixture is of schema %d", v)
	}
	s := openTest(t, path)
	if got := pragma(t, s, "user_version"); got != "2" {
		t.Errorf("schema %s", got)
	}
	check(t, s.Check(t.Context()))
	want := []string{"birds-2/broken.jpg", "birds-2/odd\ufffd.jpg", "birds-2/owl/copy.jpg", "birds/heron/1.jpg", "birds/heron/2.jpg", "birds/loose.jpg", "birds/owl/1.jpg"}
	if got := list(t, s, project.Query{}); !slices.Equal(got, want) {
		t.Errorf("listed %q", got)
	}
	if got := list(t, s, project.Query{Filter: "label:owl"}); len(got) != 2 {
		t.Errorf("owls %q", got)
	}
	if c, err := s.Counts(t.Context(), modelA); err != nil || c.Images != 7 || c.Ready != 5 || c.Failed != 1 || c.Pending != 1 || c.Missing != 1 {
		t.Errorf("counts %+v, %v", c, err)
	}
	if v, err := s.Setting(t.Context(), "note"); v != "from schema 1" {
		t.Errorf("setting %q, %v", v, err)
	}
	if h, err := s.Headers(t.Context(), 100); err != nil || len(h) < 4 {
		t.Errorf("%d headers are to be read again, %v", len(h), err)
	}
	roots, err := s.Roots(t.Context())
	check(t, err)
	id := add(t, s, roots[0].ID, "new.jpg")
	o := outcome(id[0], "new.jpg", specA.Dim)
	o.Content.Lat, o.Content.Lon = 52.52, -13.405
	check(t, s.Finish(t.Context(), modelA, []scan.Outcome{o}))
	imgs, err := s.Images(t.Context(), modelA, id)
	check(t, err)
	if imgs[0].Lat != 52.52 || imgs[0].Lon != -13.405 {
		t.Errorf("place %v, %v", imgs[0].Lat, imgs[0].Lon)
	}
	// And it can be rebuilt as it was, in its own version.
	old := filepath.Join(t.TempDir(), "old.kindred")
	bad := bytes.Clone(data)
	check(t, os.WriteFile(old, bad[:len(bad)-pageSize], 0o666))
	if _, err := Rebuild(t.Context(), old); err != nil {
		t.Error(err)
	}
	openTest(t, old)
}
