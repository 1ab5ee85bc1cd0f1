package workspace

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"kindred/project"
	"kindred/project/job"
)

// idle waits until no job of a project is left.
func idle(t *testing.T, l *Live) {
	t.Helper()
	for range 1000 {
		busy := slices.ContainsFunc(l.Jobs(), func(s job.Status) bool {
			return s.State != job.Done && s.State != job.Failed && s.State != job.Cancelled
		})
		if !busy {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the project does not come to rest")
}

func listed(t *testing.T, l *Live, q project.Query) []project.FileID {
	t.Helper()
	ids, err := l.List(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func TestAFolderLeavesAndComesBack(t *testing.T) {
	home, dir := t.TempDir(), folder(t)
	e := &encoder{dim: 24}
	w := open(t, home, e, &kernel{})
	scanned(t, w, dir)
	l := NewLive(t.Context(), w)
	defer l.Close()
	before := listed(t, l, project.Query{})
	more := t.TempDir()
	picture(t, filepath.Join(more, "extra", "1.png"), 7, 1)
	if err := l.AddFolders([]string{filepath.Join(more, "extra", "1.png")}); err != nil { // a file stands for its folder
		t.Fatal(err)
	}
	idle(t, l)
	roots, err := l.Roots(t.Context())
	if err != nil || len(roots) != 2 || roots[1].Images != 1 {
		t.Fatalf("folders %+v, %v", roots, err)
	}
	for _, path := range []string{dir, filepath.Join(dir, "red"), filepath.Dir(dir)} {
		if err := l.AddFolders([]string{path}); !errors.Is(err, project.ErrNested) {
			t.Errorf("%s: %v", path, err)
		}
	}
	idle(t, l)
	if err := l.RemoveFolder(t.Context(), roots[0].ID); err != nil {
		t.Fatal(err)
	}
	idle(t, l)
	if got := listed(t, l, project.Query{}); len(got) != 1 {
		t.Errorf("%d images are left of one", len(got))
	}
	if _, err := os.Stat(filepath.Join(dir, "red", "00.png")); err != nil {
		t.Errorf("a file was touched: %v", err)
	}
	calls := e.calls.Load()
	if err := l.AddFolders([]string{dir}); err != nil {
		t.Fatal(err)
	}
	idle(t, l)
	roots, _ = l.Roots(t.Context())
	if got := listed(t, l, project.Query{Root: roots[0].ID}); !slices.Equal(got, before) {
		t.Errorf("came back with other ids: %v, were %v", got, before)
	}
	if e.calls.Load() != calls {
		t.Errorf("%d batches were encoded again", e.calls.Load()-calls)
	}
}

func TestAFolderIsConnectedElsewhere(t *testing.T) {
	home, dir := t.TempDir(), filepath.Join(t.TempDir(), "drive")
	for i := range 4 {
		picture(t, filepath.Join(dir, "red", fmt.Sprintf("%d.png", i)), uint64(i), 0)
	}
	w := open(t, home, &encoder{dim: 24}, &kernel{})
	scanned(t, w, dir)
	l := NewLive(t.Context(), w)
	defer l.Close()
	before := listed(t, l, project.Query{})
	moved := dir + "-moved"
	if err := os.Rename(dir, moved); err != nil {
		t.Fatal(err)
	}
	l.Scan()
	idle(t, l)
	roots, err := l.Roots(t.Context())
	if err != nil || roots[0].Connected {
		t.Fatalf("%+v, %v", roots, err)
	}
	// Nothing is lost: the images stay, with their thumbnails.
	if got := listed(t, l, project.Query{}); !slices.Equal(got, before) {
		t.Errorf("images %v, were %v", got, before)
	}
	if _, err := l.Thumbnail(t.Context(), before[0], 64, 64, true); err != nil {
		t.Errorf("no thumbnail: %v", err)
	}
	if _, err := l.Preview(t.Context(), before[0], 600, 600); !errors.Is(err, project.ErrDisconnected) {
		t.Errorf("preview: %v", err)
	}
	if err := l.RelinkFolder(t.Context(), roots[0].ID, filepath.Join(moved, "nowhere")); err == nil {
		t.Error("connected with a folder that is not there")
	}
	if err := l.RelinkFolder(t.Context(), roots[0].ID, moved); err != nil {
		t.Fatal(err)
	}
	idle(t, l)
	if got := listed(t, l, project.Query{}); !slices.Equal(got, before) {
		t.Errorf("images %v, were %v", got, before)
	}
	if _, err := l.Preview(t.Context(), before[0], 600, 600); err != nil {
		t.Errorf("preview: %v", err)
	}
	if c, err := l.Counts(t.Context()); err != nil || c.Ready != 4 || c.Missing != 0 {
		t.Errorf("counts %+v, %v", c, err)
	}
}

func TestTheLevelOfLabelsIsChosen(t *testing.T) {
	home, dir := t.TempDir(), t.TempDir()
	for i, name := range []string{"2023/heron", "2023/owl", "2024/owl", "2024"} {
		picture(t, filepath.Join(dir, filepath.FromSlash(name), "1.png"), uint64(i), i%3)
	}
	w := open(t, home, &encoder{dim: 24}, &kernel{})
	scanned(t, w, dir)
	l := NewLive(t.Context(), w)
	defer l.Close()
	roots, err := l.Roots(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := listed(t, l, project.Query{Filter: "unlabelled"}); len(got) != 4 {
		t.Errorf("%d without a label: years are none", len(got))
	}
	choices, err := l.FolderLabels(t.Context(), roots[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	want := "{0 [{0 [] 4} {1 [{2023 2} {2024 2}] 0} {2 [{owl 2} {heron 1}] 1} {-1 [] 4}]}"
	if got := fmt.Sprint(choices); got != want {
		t.Errorf("choices %s\nwant    %s", got, want)
	}
	if err := l.SetFolderLabels(t.Context(), roots[0].ID, 2); err != nil {
		t.Fatal(err)
	}
	idle(t, l)
	if got := listed(t, l, project.Query{Filter: "label:owl"}); len(got) != 2 {
		t.Errorf("%d owls", len(got))
	}
	if err := l.SetFolderLabels(t.Context(), roots[0].ID, project.LabelsOff); err != nil {
		t.Fatal(err)
	}
	idle(t, l)
	if got := listed(t, l, project.Query{Filter: "unlabelled"}); len(got) != 4 {
		t.Errorf("%d without a label after switching labels off", len(got))
	}
}
