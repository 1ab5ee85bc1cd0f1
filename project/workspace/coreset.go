package workspace

import (
	"context"

	"kindred/embed"
	"kindred/embed/coreset"
	"kindred/embed/neighbor"
	"kindred/project"
	"kindred/project/audit"
)

// FindCoreset chooses n images that stand for all that a filter finds (""
// takes all), in the order of the choice, and says how well they cover them
// beside as many drawn by chance. Copies are not chosen twice.
func (w *Workspace) FindCoreset(ctx context.Context, n int, filter string) (audit.Coreset, error) {
	f, err := w.load(ctx, false)
	if err != nil {
		return audit.Coreset{}, err
	}
	kernel, err := w.kernel()
	if err != nil {
		return audit.Coreset{}, err
	}
	if filter == "" {
		g, err := f.neighbours(ctx)
		if err != nil {
			return audit.Coreset{}, err
		}
		return audit.Representatives(ctx, kernel, f.contents, f.unit, g, n)
	}
	contents, _, err := w.filtered(ctx, f.contents, nil, filter)
	if err != nil {
		return audit.Coreset{}, err
	}
	var kept []audit.Content
	var rows []int
	for i, c := range contents {
		if len(c.Files) > 0 {
			kept = append(kept, c)
			rows = append(rows, i)
		}
	}
	unit := embed.NewMatrix(len(rows), f.unit.Cols)
	for k, i := range rows {
		copy(unit.Row(k), f.unit.Row(i))
	}
	g, err := neighbor.Build(ctx, kernel, unit, audit.Near)
	if err != nil {
		return audit.Coreset{}, err
	}
	return audit.Representatives(ctx, kernel, kept, unit, g, n)
}

// Standing is how unlike the others and how typical an image is, 0..1; see
// package coreset for what the numbers mean.
type Standing struct{ Uniqueness, Representativeness float32 }

// Standings returns those of every encoded image.
func (w *Workspace) Standings(ctx context.Context) (map[project.FileID]Standing, error) {
	f, err := w.load(ctx, true)
	if err != nil {
		return nil, err
	}
	g, err := f.neighbours(ctx)
	if err != nil {
		return nil, err
	}
	unique, typical := coreset.Uniqueness(g), coreset.Representativeness(g)
	out := make(map[project.FileID]Standing, len(f.content))
	for id, i := range f.content {
		if i < len(unique) {
			out[id] = Standing{unique[i], typical[i]}
		} else {
			out[id] = Standing{}
		}
	}
	return out, nil
}
