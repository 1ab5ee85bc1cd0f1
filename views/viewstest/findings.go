package viewstest

import (
	"cmp"
	"context"
	"slices"

	"kindred/project"
)

// found are the findings that a test sets.
type found struct {
	outliers  []project.Finding
	mislabels []project.Mislabel
	estimate  project.Estimate
	quality   []project.QualityFinding
	leaks     []project.Leak
	steps     []project.Step
}

// SetOutliers sets what Outliers finds.
func (p *Project) SetOutliers(list ...project.Finding) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.found.outliers = list
}

// SetMislabels sets what Mislabels finds.
func (p *Project) SetMislabels(e project.Estimate, list ...project.Mislabel) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.found.mislabels, p.found.estimate = list, e
}

// SetQuality sets what Quality finds.
func (p *Project) SetQuality(list ...project.QualityFinding) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.found.quality = list
}

// SetLeaks sets what Leaks finds, and its proposal.
func (p *Project) SetLeaks(leaks []project.Leak, steps []project.Step) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.found.leaks, p.found.steps = leaks, steps
}

// Outliers returns what was set.
func (p *Project) Outliers(ctx context.Context, _ bool) ([]project.Finding, error) {
	if err := p.enter(ctx, "Outliers"); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.found.outliers), nil
}

// Mislabels returns what was set.
func (p *Project) Mislabels(ctx context.Context) ([]project.Mislabel, project.Estimate, error) {
	if err := p.enter(ctx, "Mislabels"); err != nil {
		return nil, project.Estimate{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.found.mislabels), p.found.estimate, nil
}

// Quality returns what was set.
func (p *Project) Quality(ctx context.Context) ([]project.QualityFinding, error) {
	if err := p.enter(ctx, "Quality"); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.found.quality), nil
}

// Leaks returns the leaks whose score reaches minScore, counted.
func (p *Project) Leaks(ctx context.Context, minScore float32) ([]project.Leak, map[string]int, []project.Step, error) {
	if err := p.enter(ctx, "Leaks"); err != nil {
		return nil, nil, nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	leaks := slices.DeleteFunc(slices.Clone(p.found.leaks), func(l project.Leak) bool { return l.Score < minScore })
	slices.SortStableFunc(leaks, func(a, b project.Leak) int { return cmp.Compare(b.Score, a.Score) })
	counts := map[string]int{}
	for _, l := range leaks {
		counts[l.SplitA+"/"+l.SplitB]++
	}
	return leaks, counts, slices.Clone(p.found.steps), nil
}
