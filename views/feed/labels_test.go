package feed

import (
	"slices"
	"testing"

	"kindred/project"
	"kindred/views/viewstest"
)

func TestCountLabelsReadsFewRows(t *testing.T) {
	for _, n := range []int{0, 1, 2, 63, 64, 65, 5000} {
		p := viewstest.New(n)
		rows := 0
		want := map[string]int{}
		p.Change(func(all *[]project.Image) {
			for i := range *all {
				if i%1000 == 7 {
					(*all)[i].Label = "rare"
				}
				if l := (*all)[i].Label; l != "" {
					want[l]++
				}
			}
		})
		labels, err := CountLabels(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if len(labels) != len(want) {
			t.Errorf("%d: %d labels, want %d", n, len(labels), len(want))
		}
		for i, l := range labels {
			if want[l.Name] != l.Count {
				t.Errorf("%d: %s %d, want %d", n, l.Name, l.Count, want[l.Name])
			}
			if i > 0 && labels[i-1].Count < l.Count {
				t.Errorf("%d: not by count: %v", n, labels)
			}
			rows += l.Count
		}
	}
}

func TestLabelsRankOnce(t *testing.T) {
	p := viewstest.New(140)
	q := &viewstest.Queue{}
	l := NewLabels(NewCrew(t.Context(), q.Dispatch), p)
	told := 0
	l.OnChanged(func() { told++ })
	l.Refresh()
	if !q.Until(func() bool { return told == 1 }) {
		t.Fatal("not counted")
	}
	if l.Hue("") != 0 || l.Hue("unheard of") != 0 || l.Hue("bird") == 0 {
		t.Errorf("hues %v", l.All())
	}
	if !slices.ContainsFunc(l.All(), func(x Label) bool { return x.Name == "boat" && x.Count == 10 }) {
		t.Errorf("labels %v", l.All())
	}
}
