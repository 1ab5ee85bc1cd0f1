package feed

import (
	"cmp"
	"context"
	"slices"

	"kindred/project"
	"kindred/views"
)

// Summary says what a selection of files holds.
type Summary struct {
	Files      int
	Bytes      int64
	Labels     []Label // the most frequent first
	Unlabelled int
	Failed     int
}

// Summarise reads the rows of files and adds them up.
func Summarise(ctx context.Context, p views.Project, ids []project.FileID) (Summary, error) {
	var s Summary
	count := map[string]int{}
	for chunk := range slices.Chunk(ids, 1000) {
		if err := ctx.Err(); err != nil {
			return Summary{}, err
		}
		rows, err := p.Images(ctx, chunk)
		if err != nil {
			return Summary{}, err
		}
		for _, r := range rows {
			s.Files++
			s.Bytes += r.Size
			if r.State == project.Failed {
				s.Failed++
			}
			if r.Label == "" {
				s.Unlabelled++
			} else {
				count[r.Label]++
			}
		}
	}
	for name, n := range count {
		s.Labels = append(s.Labels, Label{name, n})
	}
	slices.SortFunc(s.Labels, func(a, b Label) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
	return s, nil
}
