package command

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

type ranked struct {
	Images []struct {
		Path, Why string
		Score     float64
		Flagged   bool
	}
	Coverage map[string]struct {
		Mean float64 `json:"mean_distance"`
		Max  float64 `json:"max_distance"`
	}
	Failed []struct{ Path, Reason string }
}

func TestOutliersAndCoresetFollowTheContract(t *testing.T) {
	b := newBench(t)
	dir := album(t)
	for _, args := range [][]string{{"outliers", dir}, {"outliers", "--within-label", dir}, {"coreset", dir, "--count", "24"}} {
		var o ranked
		b.object(&o, args...)
		want := 25 // 24 drawings and a copy
		if args[0] == "coreset" {
			want = 24
			if c := o.Coverage["chosen"]; len(o.Coverage) != 2 || c.Mean > 1e-5 || c.Max > 1e-5 {
				t.Errorf("all contents chosen: %v", o.Coverage)
			}
		}
		if len(o.Images) != want || len(o.Failed) != 1 {
			t.Errorf("%v: %d images, %d failed", args, len(o.Images), len(o.Failed))
		}
		for i, x := range o.Images {
			if x.Score < 0 || x.Score > 1 || x.Why == "" || x.Flagged && args[0] == "coreset" {
				t.Errorf("%v: %+v", args, x)
			}
			if i > 0 && (x.Score > o.Images[i-1].Score || x.Score == o.Images[i-1].Score && x.Path < o.Images[i-1].Path) {
				t.Errorf("%v: %q stands behind %q", args, x.Path, o.Images[i-1].Path)
			}
		}
		before := b.out.String()
		args = append(args, "--no-scan")
		b.object(&o, args...)
		if b.out.String() != before {
			t.Errorf("%v: another answer the second time", args)
		}
		if code := b.run(args...); code != 0 || b.out.Len() == 0 {
			t.Errorf("%v without --json: exit %d", args, code)
		}
	}
	for _, args := range [][]string{{"coreset", dir}, {"coreset", dir, "--count", "0"}} {
		if code := b.run(args...); code != 2 {
			t.Errorf("%v: exit %d, wanted 2", args, code)
		}
	}
}

func TestOutliersAndCoresetOfFew(t *testing.T) {
	b := newBench(t)
	dir := filepath.Join(t.TempDir(), "few")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for n := range 4 {
		if n > 0 {
			save(t, filepath.Join(dir, fmt.Sprintf("%d.jpg", n)), drawing(int64(n), n, 160, 120), 90)
		}
		var o, c ranked
		b.object(&o, "outliers", dir)
		b.object(&c, "coreset", "--count", "2", dir)
		if len(o.Images) != n || len(c.Images) != min(n, 2) {
			t.Errorf("%d images: %d outliers, %d in the coreset", n, len(o.Images), len(c.Images))
		}
		for _, x := range o.Images {
			if n < 3 && x.Score != 0 || x.Flagged {
				t.Errorf("%d images: %+v", n, x)
			}
		}
	}
}
