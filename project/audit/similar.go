package audit

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"kindred/embed"
	"kindred/embed/neighbor"
	"kindred/project"
)

// Similar returns the k files nearest to a vector by cosine, nearest first,
// ties by path, without those that omit names. unit holds the vectors of the
// contents, scaled to length 1 (neighbor.Normalize); vector may have any
// length. Cosines below 0 are 0.
func Similar(ctx context.Context, contents []Content, unit embed.Matrix, vector []float32, k int, omit ...project.FileID) ([]project.Neighbour, error) {
	if len(contents) != unit.Rows {
		return nil, fmt.Errorf("similar images: %d contents, %d vectors", len(contents), unit.Rows)
	}
	if k <= 0 || unit.Rows == 0 {
		return []project.Neighbour{}, ctx.Err()
	}
	q := neighbor.Normalize(embed.Matrix{Rows: 1, Cols: len(vector), Data: vector})
	type hit struct {
		project.Neighbour
		shown string
	}
	// Equal scores at the cut are decided by path, so that contents behind
	// the k-th with its score must be seen too.
	for take := k + len(omit) + 1; ; take *= 2 {
		index, score, err := neighbor.Query(ctx, unit, q.Data, take)
		if err != nil {
			return nil, err
		}
		var hits []hit
		for j, i := range index {
			for _, f := range contents[i].Files {
				if !slices.Contains(omit, f.ID) {
					cosine := float32(math.Min(1, math.Max(0, float64(score[j]))))
					hits = append(hits, hit{project.Neighbour{ID: f.ID, Cosine: cosine}, f.Shown})
				}
			}
		}
		slices.SortFunc(hits, func(a, b hit) int {
			if c := cmp.Compare(b.Cosine, a.Cosine); c != 0 {
				return c
			}
			return cmp.Compare(a.shown, b.shown)
		})
		all := len(index) == unit.Rows
		if !all && (len(hits) <= k || hits[len(hits)-1].Cosine == hits[k-1].Cosine) {
			continue
		}
		out := make([]project.Neighbour, 0, min(k, len(hits)))
		for _, h := range hits[:min(k, len(hits))] {
			out = append(out, h.Neighbour)
		}
		return out, nil
	}
}
