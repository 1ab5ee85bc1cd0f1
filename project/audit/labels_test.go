package audit

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"kindred/embed"
	"kindred/embed/neighbor"
	"kindred/project"
)

// catsAndDogs is contents of two kinds, each file labelled after its kind but for
// those in wrong; order is the order in which the contents stand.
func catsAndDogs(order []int, wrong map[int]bool) ([]Content, embed.Matrix) {
	contents, unit := make([]Content, len(order)), embed.NewMatrix(len(order), 8)
	for at, i := range order {
		random := rand.New(rand.NewPCG(uint64(i), 4))
		for j := range 8 {
			unit.Row(at)[j] = float32(random.NormFloat64()) * 0.3
		}
		unit.Row(at)[i%2] += 3
		label := []string{"cat", "dog"}[i%2]
		if wrong[i] {
			label = []string{"dog", "cat"}[i%2]
		}
		contents[at] = Content{Files: []File{{ID: project.FileID(i + 1), Shown: fmt.Sprintf("%03d.jpg", i), Label: label}}}
	}
	return contents, neighbor.Normalize(unit)
}

func checkLabels(t *testing.T, contents []Content, unit embed.Matrix) ([]project.Mislabel, LabelCheck) {
	t.Helper()
	ctx := context.Background()
	check, err := Labels(ctx, embed.GoKernel{}, contents, unit, true)
	if err != nil {
		t.Fatal(err)
	}
	graph, err := neighbor.Build(ctx, embed.GoKernel{}, unit, Near)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := DecodeLabels(check.Encode(), contents)
	if err != nil || len(check.Verdicts) > 0 && !reflect.DeepEqual(decoded, check) {
		t.Fatalf("what is kept is not what was found: %v", err)
	}
	return RankMislabels(contents, check, graph), check
}

func TestMislabels(t *testing.T) {
	order := make([]int, 120)
	for i := range order {
		order[i] = i
	}
	wrong := map[int]bool{5: true, 40: true, 77: true}
	contents, unit := catsAndDogs(order, wrong)
	contents[8].Files[0].Label = "" // not judged
	contents[11].Files = append(contents[11].Files, File{ID: 900, Shown: "copy.jpg", Label: "cat"})
	found, check := checkLabels(t, contents, unit)
	if len(found) != 120 {
		t.Fatalf("%d of 120 labels are listed", len(found))
	}
	for i, m := range found {
		want := wrong[int(m.ID)-1] || m.ID == 900 // the dog's copy among the cats
		if m.Flagged != want || m.Flagged != (i < 4) || m.ID == 9 {
			t.Errorf("place %d: file %d is %v, flagged %v", i, m.ID, m.Score, m.Flagged)
		}
		if m.Flagged && (m.Why == "" || len(m.Near) == 0 || m.Suggested == m.Label) {
			t.Errorf("file %d: %q instead of %q because %q, near %v", m.ID, m.Suggested, m.Label, m.Why, m.Near)
		}
	}
	if e := check.Estimate; e.Low > 4 || e.High < 4 || e.Wrong < e.Low || e.Wrong > e.High {
		t.Errorf("4 are wrong, estimate %+v", e)
	}

	// The order in which files came into the project changes nothing.
	shuffled := slices.Clone(order)
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(shuffled), func(a, b int) { shuffled[a], shuffled[b] = shuffled[b], shuffled[a] })
	a, _ := ordered(t, order, wrong)
	b, _ := ordered(t, shuffled, wrong)
	for i := range a {
		if a[i].ID != b[i].ID || a[i].Score != b[i].Score {
			t.Fatalf("place %d: %+v after another order, %+v before", i, b[i].Finding, a[i].Finding)
		}
	}
}

func ordered(t *testing.T, order []int, wrong map[int]bool) ([]project.Mislabel, LabelCheck) {
	t.Helper()
	contents, unit := catsAndDogs(order, wrong)
	return checkLabels(t, contents, unit)
}

func TestMislabelsOfLittle(t *testing.T) {
	for n := range 4 {
		order := make([]int, n)
		for i := range order {
			order[i] = i
		}
		contents, unit := catsAndDogs(order, nil)
		if found, _ := checkLabels(t, contents, unit); len(found) != n {
			t.Errorf("%d of %d are listed", len(found), n)
		}
		for i := range contents {
			contents[i].Files[0].Label = ""
		}
		if found, check := checkLabels(t, contents, unit); len(found) != 0 || check.Estimate != (project.Estimate{}) {
			t.Errorf("without labels: %v, %+v", found, check.Estimate)
		}
	}
}
