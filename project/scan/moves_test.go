package scan

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"kindred/project"
)

// library makes a folder with n pictures and a store that knows them.
func library(t *testing.T, n int) (string, *fakeStore) {
	root := t.TempDir()
	for i := range n {
		put(t, root, fmt.Sprintf("%d.png", i), picture(i))
	}
	s := newStore(t, root)
	expect(t, scan(t, s), n, 0, 0, 0, 0, 0)
	return root, s
}

// idle makes a run fail that reads anything.
func idle(t *testing.T) func(*Params) {
	return func(p *Params) {
		p.Encoder = &fakeEncoder{wait: func() { t.Error("something was encoded again") }}
	}
}

func TestRenamedFileKeepsItsID(t *testing.T) {
	root, s := library(t, 3)
	id := s.at("1.png").id
	rename(t, root, "1.png", "cats/other.png")
	expect(t, scan(t, s, idle(t)), 0, 0, 2, 1, 0, 0)
	if f := s.at("cats/other.png"); f.id != id || f.label != "cats" {
		t.Errorf("%+v", f)
	}
	expect(t, scan(t, s, idle(t)), 0, 0, 3, 0, 0, 0)
}

func TestRenamedFolder(t *testing.T) {
	root := t.TempDir()
	for i := range 5 {
		put(t, root, fmt.Sprintf("old/%d.png", i), picture(i))
		put(t, root, fmt.Sprintf("old/again/%d.png", i), picture(i)) // the same names and contents once more
	}
	s := newStore(t, root)
	scan(t, s)
	before := map[string]project.FileID{}
	for _, f := range s.files {
		before[strings.TrimPrefix(f.path, "old/")] = f.id
	}
	rename(t, root, "old", "new")
	expect(t, scan(t, s, idle(t)), 0, 0, 0, 10, 0, 0)
	for path, id := range before {
		if got := s.at("new/" + path).id; got != id {
			t.Errorf("%s was %d and is %d", path, id, got)
		}
	}
}

func TestMovedToAnotherDiskOrRoot(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	for i := range 4 {
		put(t, a, fmt.Sprintf("%d.png", i), picture(i))
	}
	put(t, a, "twin.png", picture(0))
	s := newStore(t, a, b)
	scan(t, s)
	zero, twin := s.at("0.png").id, s.at("twin.png").id
	// Copied and deleted: neither inode nor time stay.
	put(t, b, "a/twin.png", picture(0))
	put(t, b, "b/0.png", picture(0))
	put(t, b, "b/new.png", picture(9))
	must(t, os.Remove(a+"/0.png"))
	must(t, os.Remove(a+"/twin.png"))
	r := scan(t, s)
	expect(t, r, 1, 0, 3, 2, 0, 0)
	if got := s.in(2, "b/0.png").id; got != zero {
		t.Errorf("0.png was %d and is %d", zero, got)
	}
	if got := s.in(2, "a/twin.png").id; got != twin {
		t.Errorf("twin.png was %d and is %d", twin, got)
	}
	expect(t, scan(t, s, idle(t)), 0, 0, 6, 0, 0, 0)
}

func TestCopyIsANewFileButNoNewWork(t *testing.T) {
	root, s := library(t, 2)
	put(t, root, "copy.png", picture(1))
	expect(t, scan(t, s, idle(t)), 1, 0, 2, 0, 0, 0)
	if got := s.paths(project.Ready); len(got) != 3 {
		t.Errorf("ready: %v", got)
	}
	if s.at("copy.png").id == s.at("1.png").id {
		t.Error("copy and original are one file")
	}
}

func TestSwapsRowsAndRings(t *testing.T) {
	root, s := library(t, 8)
	id := func(i int) project.FileID { return s.at(fmt.Sprintf("%d.png", i)).id }
	old := make([]project.FileID, 8)
	for i := range old {
		old[i] = id(i)
	}
	// 0 and 1 change places; 2, 3, 4 go round; 5 to 6, 6 to 7, 7 to 8.
	for _, step := range [][2]string{
		{"0", "x"},
		{"1", "0"},
		{"x", "1"},
		{"4", "x"},
		{"3", "4"},
		{"2", "3"},
		{"x", "2"},
		{"7", "8"},
		{"6", "7"},
		{"5", "6"},
	} {
		rename(t, root, step[0]+".png", step[1]+".png")
	}
	expect(t, scan(t, s, idle(t)), 0, 0, 0, 8, 0, 0)
	for from, to := range []int{1, 0, 3, 4, 2, 6, 7, 8} {
		if got := id(to); got != old[from] {
			t.Errorf("%d.png was moved to %d.png: id %d became %d", from, to, old[from], got)
		}
	}
	expect(t, scan(t, s, idle(t)), 0, 0, 8, 0, 0, 0)
}

func TestReplacedByAnotherKnownFile(t *testing.T) {
	root, s := library(t, 3)
	id := s.at("0.png").id
	rename(t, root, "1.png", "0.png")
	expect(t, scan(t, s, idle(t)), 0, 1, 1, 0, 1, 0)
	if f := s.at("0.png"); f.id != id || f.hash != s.at("1.png").hash {
		t.Errorf("%+v", f)
	}
	if got := s.paths(project.Missing); !slices.Equal(got, []string{"1.png"}) {
		t.Errorf("missing: %v", got)
	}
	expect(t, scan(t, s, idle(t)), 0, 0, 2, 0, 1, 0)
}

func TestEditedWithABackupIsChangedInPlace(t *testing.T) {
	root, s := library(t, 2)
	id := s.at("0.png").id
	rename(t, root, "0.png", "0_original.png")
	put(t, root, "0.png", picture(50))
	expect(t, scan(t, s), 1, 1, 1, 0, 0, 0)
	if got := s.at("0.png").id; got != id {
		t.Errorf("the edited file was %d and is %d", id, got)
	}
}

func TestEditedTouchedAndVerified(t *testing.T) {
	root, s := library(t, 3)
	put(t, root, "0.png", picture(40))
	now := time.Now().Add(time.Hour)
	must(t, os.Chtimes(root+"/1.png", now, now))
	expect(t, scan(t, s), 0, 2, 1, 0, 0, 0)

	// A content that changes behind an unchanged size and time is seen by
	// Verify alone.
	info, err := os.Stat(root + "/2.png")
	must(t, err)
	data := picture(2)
	data[len(data)-1] ^= 1 // in the checksum of the last chunk
	f, err := os.OpenFile(root+"/2.png", os.O_WRONLY, 0)
	must(t, err)
	_, err = f.Write(data)
	must(t, err)
	must(t, f.Close())
	must(t, os.Chtimes(root+"/2.png", info.ModTime(), info.ModTime()))
	expect(t, scan(t, s, idle(t)), 0, 0, 3, 0, 0, 0)
	r := scan(t, s, func(p *Params) { p.Verify = true })
	if r.Changed+len(r.Failed) != 1 || r.Unchanged != 2 {
		t.Errorf("%+v", r)
	}
}

func TestMissingFilesComeBack(t *testing.T) {
	root, s := library(t, 3)
	ids := []project.FileID{s.at("0.png").id, s.at("1.png").id}
	away := t.TempDir()
	must(t, os.Rename(root+"/0.png", away+"/0.png"))
	must(t, os.Rename(root+"/1.png", away+"/1.png"))
	expect(t, scan(t, s, idle(t)), 0, 0, 1, 0, 2, 0)
	expect(t, scan(t, s, idle(t)), 0, 0, 1, 0, 2, 0)
	if len(s.files) != 3 {
		t.Error("a missing file was forgotten")
	}
	must(t, os.Rename(away+"/0.png", root+"/0.png"))         // in its place
	must(t, os.Rename(away+"/1.png", root+"/elsewhere.png")) // in another
	expect(t, scan(t, s, idle(t)), 0, 0, 2, 1, 0, 0)
	if s.at("0.png").id != ids[0] || s.at("elsewhere.png").id != ids[1] || len(s.paths(project.Ready)) != 3 {
		t.Errorf("ready: %v", s.paths(project.Ready))
	}
}

func TestUnpluggedRootLosesNothing(t *testing.T) {
	a, drive := t.TempDir(), t.TempDir()+"/drive"
	put(t, a, "1.png", picture(1))
	put(t, drive, "2.png", picture(2))
	s := newStore(t, a, drive)
	scan(t, s)
	must(t, os.Rename(drive, drive+" away"))
	r := scan(t, s, idle(t))
	expect(t, r, 0, 0, 1, 0, 0, 0)
	if !slices.Equal(r.Disconnected, []project.RootID{2}) || len(s.paths(project.Missing)) != 0 {
		t.Errorf("disconnected: %v", r.Disconnected)
	}
	must(t, os.Rename(drive+" away", drive))
	expect(t, scan(t, s, idle(t)), 0, 0, 2, 0, 0, 0)
}

func TestOnlyTheRootsAskedFor(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	put(t, a, "1.png", picture(1))
	put(t, b, "2.png", picture(2))
	s := newStore(t, a, b)
	expect(t, scan(t, s, func(p *Params) { p.Roots = []project.RootID{2} }), 1, 0, 0, 0, 0, 0)
	if got := s.paths(project.Ready); !slices.Equal(got, []string{"2.png"}) {
		t.Errorf("ready: %v", got)
	}
}

// TestManyRandomChanges compares two projects: one that followed the folder
// through many changes, one that saw only the end.
func TestManyRandomChanges(t *testing.T) {
	root, s := library(t, 30)
	r := testRand(3)
	for round := range 15 {
		for range 1 + r.IntN(12) {
			names, err := os.ReadDir(root)
			must(t, err)
			pick := func() string { return names[r.IntN(len(names))].Name() }
			switch fresh := fmt.Sprintf("r%d-%d.png", round, r.IntN(20)); r.IntN(6) {
			case 0:
				put(t, root, fresh, picture(r.IntN(60)))
			case 1:
				put(t, root, pick(), picture(r.IntN(60)))
			case 2:
				if len(names) > 5 {
					must(t, os.Remove(root+"/"+pick()))
				}
			case 3:
				rename(t, root, pick(), fresh)
			case 4:
				rename(t, root, pick(), pick())
			case 5:
				x, y := pick(), pick()
				rename(t, root, x, "swap.png")
				if x != y {
					rename(t, root, y, x)
				}
				rename(t, root, "swap.png", y)
			}
		}
		scan(t, s)
		expect(t, scan(t, s, idle(t)), 0, 0, len(s.paths(project.Ready)), 0, len(s.paths(project.Missing)), 0)
		fresh := newStore(t, root)
		scan(t, fresh)
		state := func(s *fakeStore) map[string]project.Hash {
			m := map[string]project.Hash{}
			for _, path := range s.paths(project.Ready) {
				m[path] = s.at(path).hash
			}
			return m
		}
		if a, b := state(s), state(fresh); !maps.Equal(a, b) {
			t.Fatalf("round %d: %d files followed, %d files fresh", round, len(a), len(b))
		}
	}
}
