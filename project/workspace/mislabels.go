package workspace

import (
	"context"
	"slices"

	"kindred/project"
	"kindred/project/audit"
)

// MislabelOptions say which labels are listed.
type MislabelOptions struct {
	Filter string // only images that match are listed; labels are judged by all
	Stale  bool   // while a scan runs, what was computed a while ago will do
}

// FindMislabels ranks every labelled image by how surely its label is wrong,
// ties by shown path, and estimates how many labels of the project are. Without
// labels both are empty.
func (w *Workspace) FindMislabels(ctx context.Context, o MislabelOptions) ([]project.Mislabel, project.Estimate, error) {
	f, err := w.load(ctx, o.Stale)
	if err != nil {
		return nil, project.Estimate{}, err
	}
	check, err := f.labels.get(ctx, nil)
	if err != nil {
		return nil, project.Estimate{}, err
	}
	graph, err := f.neighbours(ctx)
	if err != nil {
		return nil, project.Estimate{}, err
	}
	found := audit.RankMislabels(f.contents, check, graph)
	if o.Filter == "" {
		return found, check.Estimate, ctx.Err()
	}
	match, err := w.matching(ctx, o.Filter)
	if err != nil {
		return nil, project.Estimate{}, err
	}
	return slices.DeleteFunc(found, func(m project.Mislabel) bool { return !match[m.ID] }), check.Estimate, nil
}

func (f *facts) computeLabels(ctx context.Context, _ tick) (audit.LabelCheck, error) {
	// Both at once would take twice the memory, and the graph is wanted first.
	if _, err := f.neighbours(ctx); err != nil {
		return audit.LabelCheck{}, err
	}
	kernel, err := f.w.kernel()
	if err != nil {
		return audit.LabelCheck{}, err
	}
	return audit.Labels(ctx, kernel, f.contents, f.unit, f.axes.Rows == 0)
}

func (f *facts) decodeLabels(_ context.Context, data []byte) (audit.LabelCheck, error) {
	return audit.DecodeLabels(data, f.contents)
}
