package audit

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"kindred/embed"
	"kindred/embed/neighbor"
	"kindred/project"
)

// labelled is contents in groups around random middles, a label a group.
func labelled(sizes map[string]int) ([]Content, embed.Matrix) {
	r := rand.New(rand.NewPCG(11, 1))
	const d = 12
	m := embed.Matrix{Cols: d}
	var contents []Content
	for _, label := range sortedKeys(sizes) {
		var middle [d]float64
		for j := range middle {
			middle[j] = r.NormFloat64()
		}
		for i := range sizes[label] {
			for j := range d {
				m.Data = append(m.Data, float32(middle[j]+0.15*r.NormFloat64()))
			}
			m.Rows++
			contents = append(contents, Content{Width: 640, Height: 480, Files: []File{{
				ID: project.FileID(len(contents) + 1), Shown: fmt.Sprintf("%s/%03d.jpg", label, i), Label: label,
			}}})
		}
	}
	return contents, neighbor.Normalize(m)
}

func TestWithinALabelTheOthersAreForeign(t *testing.T) {
	contents, unit := labelled(map[string]int{"cat": 100, "dog": 100})
	for _, i := range []int{100, 101, 102} { // dogs that are called cats
		contents[i].Files[0].Label = "cat"
	}
	score, err := OutliersWithin(t.Context(), embed.GoKernel{}, contents, unit, embed.Matrix{})
	if err != nil {
		t.Fatal(err)
	}
	reasons, err := NewReasons(t.Context(), embed.GoKernel{}, unit, ReasonOptions{Groups: LabelGroups(contents), Labels: true})
	if err != nil {
		t.Fatal(err)
	}
	found := RankOutliers(contents, score, func(i int) string { return reasons.Why(i, true) })
	for _, f := range found[:3] {
		if f.ID < 101 || f.ID > 103 || !f.Flagged {
			t.Errorf("image %d leads with %.2f", f.ID, f.Score)
		}
		if !strings.Contains(f.Why, "to the middle of 'cat'") || !strings.Contains(f.Why, "nearer to 'dog'") {
			t.Errorf("why: %s", f.Why)
		}
	}
	graph, _, err := Neighbours(t.Context(), embed.GoKernel{}, unit)
	if err != nil {
		t.Fatal(err)
	}
	all, err := Outliers(t.Context(), embed.GoKernel{}, unit, embed.Matrix{}, graph)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all[100:103] {
		if s >= OutlierFlag {
			t.Errorf("among all images, dogs are outliers: %.2f", s)
		}
	}
}

func TestReasonsSayWhatIsSeen(t *testing.T) {
	contents, unit := labelled(map[string]int{"cat": 60, "dog": 60, "odd": 1})
	looks := make([]Look, len(contents))
	for i := range looks {
		looks[i] = Look{Width: 640, Height: 480 + i%7, Quality: project.Quality{Brightness: 0.4 + float32(i%10)/100, Colour: 0.3, Contrast: 0.2, Sharpness: 0.5, Entropy: 7}}
	}
	odd := len(contents) - 1
	looks[odd].Quality.Brightness = 0.05
	groups := LabelGroups(contents)[:2]
	reasons, err := NewReasons(t.Context(), embed.GoKernel{}, unit, ReasonOptions{
		Groups: groups, Looks: looks,
		Classes: func(i int) []project.Prediction {
			if i == odd {
				return []project.Prediction{{Name: "moving_van", Confidence: 0.8}}
			}
			return []project.Prediction{{Name: "tabby", Confidence: 0.6}}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	why := reasons.Why(odd, true)
	for _, want := range []string{"far from every group; nearest is '", "much darker than the rest (brightness 0.05, usual 0.4", "looks like 'moving van' (0.80), as no other does"} {
		if !strings.Contains(why, want) {
			t.Errorf("%q lacks %q", why, want)
		}
	}
	if why := reasons.Why(5, true); strings.Contains(why, "than the rest") || strings.Contains(why, "looks like") {
		t.Errorf("a usual image: %q", why)
	}
	none, err := NewReasons(t.Context(), embed.GoKernel{}, unit, ReasonOptions{})
	if err != nil || none.Why(0, true) != "" {
		t.Errorf("without groups: %q, %v", none.Why(0, true), err)
	}
}

func TestOutliersAreRankedAndStored(t *testing.T) {
	contents := []Content{
		{Files: []File{{ID: 1, Shown: "b"}, {ID: 2, Shown: "a"}}},
		{Files: []File{{ID: 3, Shown: "c"}}},
		{}, // filtered away
		{Files: []File{{ID: 4, Shown: "0"}}},
	}
	found := RankOutliers(contents, []float32{0.5, 0.75, 1, 0.5}, func(i int) string { return fmt.Sprint(i) })
	var ids []project.FileID
	for _, f := range found {
		ids = append(ids, f.ID)
	}
	if !slices.Equal(ids, []project.FileID{3, 4, 2, 1}) {
		t.Errorf("order %v", ids)
	}
	scores := []float32{0, 0.25, 1}
	b := EncodeScores(scores)
	if back, err := DecodeScores(b, 3); err != nil || !slices.Equal(back, scores) {
		t.Error(back, err)
	}
	for name, bad := range map[string][]byte{
		"short": b[:9], "other magic": append([]byte("KSC\x02"), b[4:]...), "above 1": append(b[:12:12], 0, 0, 0, 64),
		"empty": nil,
	} {
		if _, err := DecodeScores(bad, 3); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if score, err := Outliers(t.Context(), embed.GoKernel{}, embed.NewMatrix(2, 3), embed.Matrix{}, neighbor.Graph{}); err != nil || score[0] != 0 || score[1] != 0 {
		t.Error(score, err)
	}
}

func TestACoresetStandsForAll(t *testing.T) {
	contents, unit := labelled(map[string]int{"cat": 200, "dog": 80, "frog": 20})
	contents[0].Files = append(contents[0].Files, File{ID: 999, Shown: "a copy", Label: "cat"})
	graph, _, err := Neighbours(t.Context(), embed.GoKernel{}, unit)
	if err != nil {
		t.Fatal(err)
	}
	for _, count := range []int{1, 12, 40, 1000} {
		set, err := Representatives(t.Context(), embed.GoKernel{}, contents, unit, graph, count)
		if err != nil {
			t.Fatal(err)
		}
		if len(set.Images) != min(count, len(contents)) {
			t.Fatalf("%d images for %d", len(set.Images), count)
		}
		last := float32(2)
		for k, x := range set.Images {
			if !(x.Score < last) || x.Why == "" || len(set.Uniqueness) != len(set.Images) {
				t.Errorf("place %d: %+v", k, x)
			}
			last = x.Score
		}
		if count >= 12 && count < 300 {
			if set.Chosen.Mean >= set.Random.Mean || set.Chosen.Max >= set.Random.Max {
				t.Errorf("%d: %+v, by chance %+v", count, set.Chosen, set.Random)
			}
			if !set.Chosen.Probed || set.Chosen.Probe < set.Random.Probe {
				t.Errorf("%d: probe %+v, by chance %+v", count, set.Chosen, set.Random)
			}
		}
	}
	one, err := Representatives(t.Context(), embed.GoKernel{}, contents[:1], unit.Slice(0, 1), neighbor.Graph{}, 3)
	if err != nil || len(one.Images) != 1 {
		t.Error(one, err)
	}
	none, err := Representatives(t.Context(), embed.GoKernel{}, nil, embed.Matrix{}, neighbor.Graph{}, 3)
	if err != nil || none.Images == nil || len(none.Images) != 0 {
		t.Error(none, err)
	}
}
