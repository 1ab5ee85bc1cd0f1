package command

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

type mislabelled struct {
	Images []struct {
		Path, Label, Suggested string
		Score                  float64
		Flagged                bool
	}
	Estimate struct{ Wrong, Low, High int }
}

// planted is what is hidden in the sample dataset.
type planted struct {
	Wrong                           []struct{ File, True string }
	Blurry, Dark, Light, Unlabelled []string
	LowInformation                  []string `json:"low_information"`
	Bad                             []struct{ File string }
}

func readPlanted(t *testing.T) planted {
	t.Helper()
	data, err := os.ReadFile("../../assets/sample/PLANTED.json")
	if err != nil {
		t.Fatal(err)
	}
	var p planted
	if err := json.Unmarshal(data, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestMislabelsAndQualityOfTheSampleDataset(t *testing.T) {
	b, p := newBench(t), readPlanted(t)
	images := filepath.Join("../../assets/sample", "images")
	var labels mislabelled
	b.object(&labels, "mislabels", images)
	truth := map[string]string{}
	for _, w := range p.Wrong {
		truth[w.File] = w.True
	}
	right, first := 0, 0
	for i, m := range labels.Images {
		if slices.Contains(p.Unlabelled, m.Path) {
			t.Errorf("%s has no label", m.Path)
		}
		if i > 0 && m.Score > labels.Images[i-1].Score {
			t.Errorf("%s stands behind a smaller score", m.Path)
		}
		if want := truth[m.Path]; want != "" {
			t.Logf("%d: %s, %.2f: %s", i, m.Path, m.Score, m.Suggested)
			if m.Suggested == want {
				right++
			}
			if i < 2*len(truth) {
				first++
			}
		}
	}
	if right < len(truth)-2 || first < len(truth)-2 {
		t.Errorf("of %d wrong labels %d have the right suggestion and %d stand in front", len(truth), right, first)
	}
	var quality struct {
		Images []struct {
			Path    string
			Flagged []string
			Scores  map[string]float64
		}
		Failed []struct{ Path string }
	}
	b.object(&quality, "quality", images, "--no-scan")
	flagged := map[string][]string{}
	for _, m := range quality.Images {
		for _, check := range m.Flagged {
			flagged[check] = append(flagged[check], m.Path)
		}
	}
	for check, want := range map[string][]string{"blurry": p.Blurry, "dark": p.Dark, "light": p.Light, "low_information": p.LowInformation} {
		slices.Sort(flagged[check])
		slices.Sort(want)
		if !slices.Equal(flagged[check], want) {
			t.Errorf("%s: %v, planted %v", check, flagged[check], want)
		}
	}
	t.Logf("odd: %v %v, grey: %v, extension: %v", flagged["odd_size"], flagged["odd_aspect_ratio"], flagged["grayscale"], flagged["wrong_extension"])
	if len(quality.Failed) != len(p.Bad) {
		t.Errorf("failed %v, planted %v", quality.Failed, p.Bad)
	}
}

func TestMislabelsFollowTheLabels(t *testing.T) {
	b := newBench(t)
	folder := filepath.Join(t.TempDir(), "set")
	for i := range 12 {
		name := fmt.Sprintf("%s/%s/%d.jpg", []string{"a", "b"}[i%2], []string{"c", "d", "e"}[i%3], i)
		save(t, filepath.Join(folder, filepath.FromSlash(name)), drawing(int64(i), i%3, 80, 60), 90)
	}
	labels := func(args ...string) []string {
		t.Helper()
		var out mislabelled
		b.object(&out, append([]string{"mislabels", folder}, args...)...)
		var all []string
		for _, m := range out.Images {
			all = append(all, m.Label)
		}
		slices.Sort(all)
		return slices.Compact(all)
	}
	if got := labels(); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("labels %v", got)
	}
	var scanned struct{ Images int }
	b.object(&scanned, "scan", folder, "--label-level", "2")
	if got := labels(); !slices.Equal(got, []string{"c", "d", "e"}) {
		t.Errorf("labels of the second folder %v", got)
	}
	if got := labels("--filter", "label:d"); !slices.Equal(got, []string{"d"}) {
		t.Errorf("filtered labels %v", got)
	}
	b.object(&scanned, "scan", folder, "--label-level", "none")
	if got := labels(); len(got) != 0 || !strings.Contains(b.err.String(), "no image has a label") {
		t.Errorf("labels %v without labels; %s", got, b.err.String())
	}
	if code := b.run("quality", folder, "--limit", "blury=1"); code != exitUsage || !strings.Contains(b.err.String(), "blurry") {
		t.Errorf("a check that is none: exit %d, %s", code, b.err.String())
	}
	if code := b.run("quality", folder, "--limit", "blurry=0.99"); code != exitDone || !strings.Contains(b.out.String(), "even the sharpest part is soft") {
		t.Errorf("another limit: exit %d\n%s", code, b.out.String())
	}
}
