package workspace

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"

	"kindred/project"
	"kindred/project/audit"
)

// qualityLimits is the setting that holds the limits which a person changed.
const qualityLimits = "quality-limits"

// QualityOptions say what is checked.
type QualityOptions struct {
	Filter string // only images that match; what is usual is judged by all
	// Limits stand in for those of the project, check by check. In units: see
	// audit.QualityLimits.
	Limits map[string]float64
}

// FindQuality checks every picture that could be decoded, whether it is encoded
// or not, by shown path.
func (w *Workspace) FindQuality(ctx context.Context, o QualityOptions) ([]project.QualityFinding, error) {
	limits, err := w.QualityLimits(ctx)
	if err != nil {
		return nil, err
	}
	maps.Copy(limits, o.Limits)
	if err := audit.QualityLimits(limits).Check(); err != nil {
		return nil, fmt.Errorf("check quality: %w", err)
	}
	ids, err := w.List(ctx, project.Query{Sort: project.SortName})
	if err != nil {
		return nil, err
	}
	match := map[project.FileID]bool(nil)
	if o.Filter != "" {
		if match, err = w.matching(ctx, o.Filter); err != nil {
			return nil, err
		}
	}
	all := make([]audit.Measured, 0, len(ids))
	const page = 1000
	for lo := 0; lo < len(ids); lo += page {
		images, err := w.Images(ctx, ids[lo:min(lo+page, len(ids))])
		if err != nil {
			return nil, err
		}
		for _, im := range images {
			if im.State == project.Missing || im.State == project.Failed || im.Width < 1 || im.Height < 1 {
				continue
			}
			all = append(all, audit.Measured{
				ID: im.ID, Width: im.Width, Height: im.Height, Format: im.Format,
				Name: path.Base(im.Path), Quality: im.Quality,
			})
		}
	}
	usual := audit.NewUsual(all, limits)
	found := make([]project.QualityFinding, 0, len(all))
	for _, m := range all {
		if match == nil || match[m.ID] {
			found = append(found, usual.Quality(m))
		}
	}
	return found, ctx.Err()
}

// QualityLimits are the limits that were changed in this project, by check.
func (w *Workspace) QualityLimits(ctx context.Context) (map[string]float64, error) {
	limits := map[string]float64{}
	text, err := w.store.Setting(ctx, qualityLimits)
	if errors.Is(err, project.ErrNotFound) {
		return limits, nil
	}
	if err != nil {
		return nil, err
	}
	if json.Unmarshal([]byte(text), &limits) != nil || audit.QualityLimits(limits).Check() != nil {
		return map[string]float64{}, nil // written by another version: the defaults hold
	}
	return limits, nil
}

// SetQualityLimits keeps limits in the project, in place of the former ones;
// none brings the defaults back.
func (w *Workspace) SetQualityLimits(ctx context.Context, limits map[string]float64) error {
	if err := audit.QualityLimits(limits).Check(); err != nil {
		return fmt.Errorf("set limits: %w", err)
	}
	text, err := json.Marshal(limits)
	if err != nil {
		return err
	}
	return w.store.SetSetting(ctx, qualityLimits, string(text))
}
