package workspace

import (
	"path/filepath"
	"slices"
	"testing"

	"kindred/project"
)

func TestOutliersListEveryImageAndAreStored(t *testing.T) {
	home, dir := t.TempDir(), folder(t)
	w := open(t, home, &encoder{dim: 24}, &kernel{})
	scanned(t, w, dir)
	first := map[bool][]project.Finding{}
	for _, within := range []bool{false, true} {
		found, err := w.FindOutliers(t.Context(), OutlierOptions{WithinLabel: within})
		if err != nil {
			t.Fatal(err)
		}
		if len(found) != 61 { // 60 and a copy; the damaged file takes no part
			t.Errorf("%d images", len(found))
		}
		for i, x := range found[1:] {
			if x.Score > found[i].Score {
				t.Errorf("place %d has a higher score than the one before", i+1)
			}
		}
		first[within] = found
	}
	// The copy of a red picture stands among the blue ones.
	ids, err := w.List(t.Context(), project.Query{Filter: "path:copy"})
	if err != nil || len(ids) != 1 {
		t.Fatal(ids, err)
	}
	some, err := w.FindOutliers(t.Context(), OutlierOptions{Filter: "label:red"})
	if err != nil || len(some) != 20 {
		t.Errorf("%d of label red, %v", len(some), err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	w = open(t, home, &encoder{dim: 24}, &kernel{})
	defer w.Close()
	for within, want := range first {
		got, err := w.FindOutliers(t.Context(), OutlierOptions{WithinLabel: within})
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("within label %v: another answer after opening again, %v", within, err)
		}
	}
}

func TestCoresetOfAFilter(t *testing.T) {
	w := open(t, t.TempDir(), &encoder{dim: 24}, &kernel{})
	defer w.Close()
	scanned(t, w, folder(t))
	for filter, most := range map[string]int{"": 60, "label:green": 20, "label:none": 0} {
		set, err := w.FindCoreset(t.Context(), 100, filter)
		if err != nil || len(set.Images) != most {
			t.Errorf("%q: %d images, %v", filter, len(set.Images), err)
		}
		set, err = w.FindCoreset(t.Context(), 7, filter)
		if err != nil || len(set.Images) != min(7, most) {
			t.Errorf("%q: %d of 7, %v", filter, len(set.Images), err)
		}
	}
	all, err := w.Standings(t.Context())
	if err != nil || len(all) != 61 {
		t.Errorf("%d standings, %v", len(all), err)
	}
}

func TestOutliersOfABrokenModel(t *testing.T) {
	w := open(t, t.TempDir(), &encoder{dim: 24, broken: true}, &kernel{})
	defer w.Close()
	dir := t.TempDir()
	for i := range 4 {
		picture(t, filepath.Join(dir, string(rune('a'+i))+".png"), uint64(i), i%3)
	}
	if err := w.AddFolders(t.Context(), []string{dir}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Scan(t.Context(), ScanOptions{}, nil); err != nil {
		return // refused when scanned: nothing to find
	}
	found, err := w.FindOutliers(t.Context(), OutlierOptions{})
	if err == nil && len(found) > 0 {
		t.Error("vectors with NaN were ranked")
	}
}
