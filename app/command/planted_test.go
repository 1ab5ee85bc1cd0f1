package command

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// TestDuplicatesOfTheSampleDataset holds the findings against what was planted
// in the sample dataset, with the default threshold.
func TestDuplicatesOfTheSampleDataset(t *testing.T) {
	b := newBench(t)
	const sample = "../../assets/sample"
	data, err := os.ReadFile(filepath.Join(sample, "PLANTED.json"))
	if err != nil {
		t.Fatal(err)
	}
	var planted struct {
		Exact [][2]string
		Near  []struct {
			Files [2]string
			Kind  string
		}
	}
	if err := json.Unmarshal(data, &planted); err != nil {
		t.Fatal(err)
	}
	var found struct {
		Pairs []struct {
			A, B, Kind, Reason string
			Score              float64
			Flagged            bool
		}
	}
	b.object(&found, "duplicates", filepath.Join(sample, "images"))
	type ends [2]string
	of := func(a, b string) ends { return ends{min(a, b), max(a, b)} }
	kind := map[ends]string{}
	for _, p := range found.Pairs {
		if p.Flagged {
			kind[of(p.A, p.B)] = p.Kind
		}
	}
	// Pairs that are one picture though nobody planted them as such, and why.
	allowed := map[ends]string{
		of("towers/IMG_2257.jpg", "towers/eiffel-thumb.jpg"): "the tiny file planted as odd in size is made of the same photo",
	}
	for _, p := range planted.Exact {
		if kind[of(p[0], p[1])] != "exact" {
			t.Errorf("%v are equal: found %q", p, kind[of(p[0], p[1])])
		}
		allowed[of(p[0], p[1])] = "exact"
	}
	missed := 0
	for _, p := range planted.Near {
		if kind[of(p.Files[0], p.Files[1])] == "" {
			missed++
			t.Logf("missed: %v, %s", p.Files, p.Kind)
		}
		allowed[of(p.Files[0], p.Files[1])] = p.Kind
	}
	if missed > 2 {
		t.Errorf("%d of %d edited copies were missed", missed, len(planted.Near))
	}
	for _, p := range found.Pairs {
		if p.Flagged && allowed[of(p.A, p.B)] == "" {
			t.Errorf("%s and %s are not one picture: %.3f, %s", p.A, p.B, p.Score, p.Reason)
		}
	}
}
