package scan

import (
	"testing"

	"kindred/project"
)

func TestLabels(t *testing.T) {
	for _, c := range []struct {
		path         string
		level        Level
		label, split string
	}{
		{"x.jpg", LevelAuto, "", ""},
		{"cat/x.jpg", LevelAuto, "cat", ""},
		{"cat/black/x.jpg", LevelAuto, "cat", ""},
		{"train/cat/x.jpg", LevelAuto, "cat", "train"},
		{"Training/cat/a/x.jpg", LevelAuto, "cat", "train"},
		{"VALID/dog/x.jpg", LevelAuto, "dog", "val"},
		{"val/dog/x.jpg", LevelAuto, "dog", "val"},
		{"Validation/dog/x.jpg", LevelAuto, "dog", "val"},
		{"dev/dog/x.jpg", LevelAuto, "dog", "val"},
		{"test/dog/x.jpg", LevelAuto, "dog", "test"},
		{"test/x.jpg", LevelAuto, "", "test"},
		{"cat/train/x.jpg", LevelAuto, "cat", ""},
		{"train/test/x.jpg", LevelAuto, "test", "train"},
		{"trains/x.jpg", LevelAuto, "trains", ""},
		{"train/cat/x.jpg", LevelOff, "", "train"},
		{"train/animals/cat/x.jpg", 2, "cat", "train"},
		{"animals/x.jpg", 2, "", ""},
		{"b\xff\n/x.jpg", 1, "b\xff\n", ""},
	} {
		if label, split := LabelsAt(c.path, c.level); label != c.label || split != c.split {
			t.Errorf("%q at %d: label %q, split %q", c.path, c.level, label, split)
		}
	}
	if label, split := Labels("train/cat/x.jpg"); label != "cat" || split != "train" {
		t.Error(label, split)
	}
}

func TestNumbersAndDatesAreNotLabels(t *testing.T) {
	for _, c := range []struct {
		names []string
		want  bool
	}{
		{nil, true},
		{[]string{"cat", "dog"}, true},
		{[]string{"0", "1", "2"}, false},
		{[]string{"2023", "2024", "other"}, false},
		{[]string{"2023", "2024", "cat", "dog"}, true}, // half is not more than half
		{[]string{"2023-07-14", "20230715", "2023_07", "14.07.2023"}, false},
		{[]string{"2023-07-14 Holiday", "2024.01.01 New Year"}, false},
		{[]string{"January", "2024 feb"}, false},
		{[]string{"n01440764", "n02102040"}, true},
		{[]string{"4x4", "7up", "2023-07-145"}, true},
		{[]string{"-", "_"}, true},
	} {
		if got := LooksLikeLabels(c.names); got != c.want {
			t.Errorf("%q: %v", c.names, got)
		}
	}
}

func TestLabelsOfARun(t *testing.T) {
	classes, years, train := t.TempDir(), t.TempDir(), t.TempDir()+"/Train"
	put(t, classes, "train/cat/1.png", picture(1))
	put(t, classes, "test/1.png", picture(2))
	put(t, classes, "3.png", picture(3))
	put(t, years, "2023/1.png", picture(4))
	put(t, years, "val/2024/1.png", picture(5))
	put(t, train, "dog/1.png", picture(6))
	s := newStore(t, classes, years, train)
	r := scan(t, s)
	if len(r.Offered) != 1 || r.Offered[0] != 2 {
		t.Errorf("offered: %v", r.Offered)
	}
	check := func(root int, path, label, split string) {
		t.Helper()
		if f := s.in(s.roots[root].ID, path); f.label != label || f.split != split {
			t.Errorf("%s: label %q, split %q", path, f.label, f.split)
		}
	}
	check(0, "train/cat/1.png", "cat", "train")
	check(0, "test/1.png", "", "test")
	check(0, "3.png", "", "")
	check(1, "2023/1.png", "", "")
	check(1, "val/2024/1.png", "", "val")
	check(2, "dog/1.png", "dog", "train")

	scan(t, s, func(p *Params) { p.Levels, p.Relabel = map[project.RootID]Level{1: LevelOff, 2: 1}, true })
	check(0, "train/cat/1.png", "", "train")
	check(1, "2023/1.png", "2023", "")
	check(1, "val/2024/1.png", "2024", "val")
}
