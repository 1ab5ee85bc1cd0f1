package workspace

import (
	"context"
	"slices"

	"kindred/project"
	"kindred/project/audit"
)

// OutlierOptions say among what outliers are looked for.
type OutlierOptions struct {
	Filter      string // only images that match are listed; what is usual is judged by all
	WithinLabel bool   // each image among those of its label
	Stale       bool   // while a scan runs, what was computed a while ago will do
}

// apartFrom is the score from which a reason says by what an image differs.
const apartFrom = 0.05

// FindOutliers ranks every encoded image by how surely it belongs to no group,
// or not to the others of its label; ties by shown path.
func (w *Workspace) FindOutliers(ctx context.Context, o OutlierOptions) ([]project.Finding, error) {
	f, err := w.load(ctx, o.Stale)
	if err != nil {
		return nil, err
	}
	kind, why := f.outliers, f.why
	if o.WithinLabel {
		kind, why = f.outliersWithin, f.whyWithin
	}
	score, err := kind.get(ctx, nil)
	if err != nil {
		return nil, err
	}
	reasons, err := why.get(ctx, func(ctx context.Context) (*audit.Reasons, error) { return f.reasons(ctx, o.WithinLabel) })
	if err != nil {
		return nil, err
	}
	found := audit.RankOutliers(f.contents, score, func(i int) string {
		return reasons.Why(i, score[i] >= apartFrom)
	})
	if o.Filter == "" {
		return found, ctx.Err()
	}
	match, err := w.matching(ctx, o.Filter)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(found, func(x project.Finding) bool { return !match[x.ID] }), nil
}

func (f *facts) computeOutliers(ctx context.Context, _ tick) ([]float32, error) {
	g, err := f.neighbours(ctx)
	if err != nil {
		return nil, err
	}
	kernel, err := f.w.kernel()
	if err != nil {
		return nil, err
	}
	return audit.Outliers(ctx, kernel, f.unit, f.axes, g)
}

func (f *facts) computeOutliersWithin(ctx context.Context, _ tick) ([]float32, error) {
	kernel, err := f.w.kernel()
	if err != nil {
		return nil, err
	}
	return audit.OutliersWithin(ctx, kernel, f.contents, f.unit, f.axes)
}

func (f *facts) decodeScores(_ context.Context, data []byte) ([]float32, error) {
	return audit.DecodeScores(data, len(f.contents))
}

// reasons compares images with the clusters that the data suggest, or with
// their labels.
func (f *facts) reasons(ctx context.Context, labels bool) (*audit.Reasons, error) {
	kernel, err := f.w.kernel()
	if err != nil {
		return nil, err
	}
	o := audit.ReasonOptions{Labels: labels, Classes: func(i int) []project.Prediction { return f.classes[i] }}
	if labels {
		o.Groups = audit.LabelGroups(f.contents)
	} else if o.Groups, err = f.groups(ctx); err != nil {
		return nil, err
	}
	if o.Looks, err = f.looks(ctx); err != nil {
		return nil, err
	}
	return audit.NewReasons(ctx, kernel, f.unit, o)
}

// groups are the clusters at the suggested level, by their contents.
func (f *facts) groups(ctx context.Context) ([]audit.GroupName, error) {
	tree, err := f.hierarchy(ctx)
	if err != nil {
		return nil, err
	}
	clusters, _, err := audit.Clusters(ctx, tree, f.contents, f.unit, audit.ClusterOptions{
		Level: -1, Classes: func(i int) []project.Prediction { return f.classes[i] },
	})
	if err != nil {
		return nil, err
	}
	var out []audit.GroupName
	for _, c := range clusters {
		if c.ID < 0 {
			continue
		}
		group := audit.GroupName{Name: c.Name}
		for _, id := range c.Images {
			if i, ok := f.content[id]; ok {
				group.Members = append(group.Members, int32(i))
			}
		}
		slices.Sort(group.Members)
		group.Members = slices.Compact(group.Members)
		out = append(out, group)
	}
	return out, nil
}

// looks reads what was measured on the pictures.
func (f *facts) looks(ctx context.Context) ([]audit.Look, error) {
	out := make([]audit.Look, len(f.contents))
	ids := make([]project.FileID, len(f.contents))
	for i, c := range f.contents {
		ids[i] = c.Files[0].ID
	}
	const page = 1000
	for lo := 0; lo < len(ids); lo += page {
		images, err := f.w.Images(ctx, ids[lo:min(lo+page, len(ids))])
		if err != nil {
			return nil, err
		}
		for _, im := range images {
			if i, ok := f.content[im.ID]; ok {
				out[i] = audit.Look{Width: im.Width, Height: im.Height, Quality: im.Quality}
			}
		}
	}
	return out, nil
}
