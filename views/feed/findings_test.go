package feed

import (
	"context"
	"errors"
	"slices"
	"testing"

	"kindred/project"
	"kindred/views/viewstest"
)

func TestFindingsMarkWhatIsFlagged(t *testing.T) {
	p := viewstest.New(200)
	p.SetDuplicates([]project.Group{{Images: []project.FileID{1, 2}, Keep: 1, Score: 0.98}},
		[]project.Pair{{A: 1, B: 2, Score: 0.98, Reason: "resized 0.71 ×"}})
	p.SetOutliers(
		project.Finding{ID: 3, Score: 0.2}, project.Finding{ID: 1, Score: 0.9, Flagged: true, Why: "far from every group"})
	p.SetQuality(
		project.QualityFinding{ID: 1, Scores: map[string]float32{"blurry": 0.7, "dark": 0.9}, Flagged: []string{"blurry", "dark"}, Why: map[string]string{"blurry": "soft", "dark": "black"}},
		project.QualityFinding{ID: 2, Scores: map[string]float32{"blurry": 0.3}},
		project.QualityFinding{ID: 5, Scores: map[string]float32{"blurry": 0.8}, Flagged: []string{"blurry"}, Why: map[string]string{"blurry": "softer"}})
	p.SetLeaks([]project.Leak{{Pair: project.Pair{A: 1, B: 2, Score: 0.98}, SplitA: "train", SplitB: "val"}}, nil)
	q := &viewstest.Queue{}
	f := NewFindings(NewCrew(t.Context(), q.Dispatch), p)
	var told []Issue
	f.OnChanged(func(i Issue) { told = append(told, i) })
	f.Refresh()
	if !q.Until(func() bool { return len(told) == int(Issues) }) {
		t.Fatalf("told %v", told)
	}
	if slices.Index(told, IssueQuality) > slices.Index(told, IssueOutlier) {
		t.Errorf("told %v: quality needs no vectors and comes first", told)
	}
	want := []Mark{
		{IssueDuplicate, 0.98, "resized 0.71 ×", 2},
		{IssueOutlier, 0.9, "far from every group", 0},
		{IssueQuality, 0.9, "black", 0},
		{IssueLeak, 0.98, "a copy of it is in val", 2},
	}
	marks := f.Marks(1)
	if len(marks) != len(want) {
		t.Fatalf("marks %v", marks)
	}
	for i := range want {
		if marks[i] != want[i] {
			t.Errorf("mark %v, want %v", marks[i], want[i])
		}
	}
	if len(f.Marks(3)) != 0 {
		t.Error("what is not flagged is marked")
	}
	c := f.Quality()
	if c.Counts[0] != 2 || c.Counts[1] != 1 || c.Counts[Undecodable] != 2 || c.All != 4 {
		t.Errorf("counts %v, all %d", c.Counts, c.All)
	}
	if r := c.Rank(0, 0.2); r.List.Len() != 3 || r.List.At(0) != 5 || r.List.At(2) != 2 {
		t.Errorf("blurry from 0.2: %v", r.List.IDs())
	}
	if r := c.Rank(-1, 0.5); r.List.Len() != 4 || r.List.At(0) != 1 || r.Check[1] != 1 {
		t.Errorf("all: %v", r.List.IDs())
	}
	if o := f.Outliers(); o[0].ID != 1 {
		t.Errorf("outliers %v", o)
	}
}

func TestAFindingThatFailsLeavesTheOthers(t *testing.T) {
	p := viewstest.New(20)
	q := &viewstest.Queue{}
	broken := errors.New("disk is gone")
	p.SetGate(gateOn("Leaks", broken))
	f := NewFindings(NewCrew(t.Context(), q.Dispatch), p)
	f.Refresh()
	if !q.Until(func() bool { return f.Ready(IssueOutlier) && f.Ready(IssueLeak) }) {
		t.Fatal("the outliers never came")
	}
	if !errors.Is(f.Err(IssueLeak), broken) || f.Err(IssueQuality) != nil {
		t.Errorf("errors %v", f.errs)
	}
}

func gateOn(call string, err error) func(context.Context, string) error {
	return func(_ context.Context, name string) error {
		if name == call {
			return err
		}
		return nil
	}
}
