package command

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

type leaksObject struct {
	Pairs []struct {
		A, B, SplitA, SplitB string
		Score                float64
	}
	Counts   map[string]int
	Proposal []struct{ Path, Action, To string }
	Failed   []struct{ Path, Reason string }
}

func TestLeaksBetweenSplits(t *testing.T) {
	b := newBench(t)
	dir := filepath.Join(t.TempDir(), "set")
	for kind := range 6 {
		save(t, filepath.Join(dir, "train", "a", string(rune('0'+kind))+".jpg"), drawing(int64(kind*100), kind, 160, 120), 90)
	}
	save(t, filepath.Join(dir, "val", "a", "new.jpg"), drawing(900, 6, 160, 120), 90)
	save(t, filepath.Join(dir, "val", "a", "again.jpg"), drawing(100, 1, 160, 120), 30) // train/a/1.jpg, compressed
	data, err := os.ReadFile(filepath.Join(dir, "train", "a", "3.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Testing/x.jpg", "test/copy.jpg"} { // the first is no split's name
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var got leaksObject
	b.object(&got, "leaks", dir)
	if !reflect.DeepEqual(got.Counts, map[string]int{"train/val": 1, "train/test": 1}) || len(got.Pairs) != 2 || got.Failed == nil {
		t.Fatalf("%s", b.out.String())
	}
	if p := got.Pairs[0]; p.A != "test/copy.jpg" || p.B != "train/a/3.jpg" || p.Score != 1 {
		t.Errorf("surest leak %+v", p)
	}
	if p := got.Pairs[1]; p.A != "train/a/1.jpg" || p.B != "val/a/again.jpg" || !(p.Score >= 0.7 && p.Score < 1) {
		t.Errorf("second leak %+v", p)
	}
	if s := b.out.String(); !strings.Contains(s, `"split_a":"test","split_b":"train"`) || !strings.Contains(s, `"split_a":"train","split_b":"val"`) {
		t.Errorf("splits of the pairs: %s", s)
	}
	if len(got.Proposal) != 2 || got.Proposal[0].Path != "train/a/1.jpg" || got.Proposal[0].Action != "move" || got.Proposal[0].To != "val" ||
		got.Proposal[1].Path != "train/a/3.jpg" || got.Proposal[1].Action != "remove" {
		t.Errorf("proposal %+v", got.Proposal)
	}
	before := b.out.String()
	if b.run("leaks", "--no-scan", dir, "--json"); b.out.String() != before {
		t.Errorf("another answer the second time: %s", b.out.String())
	}

	b.object(&got, "leaks", "--no-scan", dir, "--filter", "split:train,val")
	if len(got.Pairs) != 1 || len(got.Proposal) != 1 {
		t.Errorf("of train and val alone: %s", b.out.String())
	}
	if code := b.run("leaks", "--no-scan", dir); code != exitDone ||
		!strings.Contains(b.out.String(), "train/test   1") || !strings.Contains(b.out.String(), "move to val  train/a/1.jpg") {
		t.Errorf("exit %d: %s", code, b.out.String())
	}
	if code := b.run("leaks", "--no-scan", dir, "--min-score", "2"); code != exitUsage {
		t.Errorf("a score of 2: exit %d", code)
	}
}

func TestLeaksWithoutSplits(t *testing.T) {
	b := newBench(t)
	dir := filepath.Join(t.TempDir(), "plain")
	for n := range 3 {
		if n > 0 {
			save(t, filepath.Join(dir, string(rune('0'+n))+".jpg"), drawing(1, 0, 160, 120), 90)
		} else if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		var got leaksObject
		b.object(&got, "leaks", dir)
		if got.Pairs == nil || got.Counts == nil || got.Proposal == nil || len(got.Pairs)+len(got.Counts)+len(got.Proposal) != 0 {
			t.Errorf("%d images: %s", n, b.out.String())
		}
	}
	if code := b.run("leaks", dir); code != exitDone || !strings.Contains(b.out.String(), "fewer than two splits") {
		t.Errorf("exit %d: %s", code, b.out.String())
	}
}
