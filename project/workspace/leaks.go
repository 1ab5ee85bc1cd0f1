package workspace

import (
	"context"
	"slices"

	"kindred/project"
	"kindred/project/audit"
)

// LeakOptions say which leaks are wanted.
type LeakOptions struct {
	MinScore float32 // pairs from here on leak; negative takes the default
	Filter   string  // only pairs of which both images match
	Stale    bool    // while a scan runs, what was computed a while ago will do
}

// FindLeaks returns the duplicates that stand in different splits, surest
// first, their number for each two splits ("train/val"), and a proposal that
// closes all of them with the fewest images; see audit.Leaks.
func (w *Workspace) FindLeaks(ctx context.Context, o LeakOptions) ([]project.Leak, map[string]int, []project.Step, error) {
	f, err := w.load(ctx, o.Stale)
	if err != nil {
		return nil, nil, nil, err
	}
	links, err := f.verified(ctx, nil)
	if err != nil {
		return nil, nil, nil, err
	}
	contents, links, err := w.filtered(ctx, f.contents, links, o.Filter)
	if err != nil {
		return nil, nil, nil, err
	}
	leaks, counts, proposal := audit.Leaks(contents, links, audit.Options{MinScore: o.MinScore, FlagScore: o.MinScore})
	return leaks, counts, proposal, nil
}

// Splits counts the images of each split; those without one stand under "".
func (w *Workspace) Splits(ctx context.Context) (map[string]int, error) {
	f, err := w.load(ctx, true)
	if err != nil {
		return nil, err
	}
	counts := map[string]int{}
	for _, c := range f.contents {
		for _, file := range c.Files {
			counts[file.Split]++
		}
	}
	return counts, nil
}

// filtered leaves in contents only the files that a filter finds, and in links
// only those between contents that have some.
func (w *Workspace) filtered(ctx context.Context, contents []audit.Content, links []audit.Link, filter string) ([]audit.Content, []audit.Link, error) {
	if filter == "" {
		return contents, links, nil
	}
	match, err := w.matching(ctx, filter)
	if err != nil {
		return nil, nil, err
	}
	contents = slices.Clone(contents)
	for i := range contents {
		contents[i].Files = slices.DeleteFunc(slices.Clone(contents[i].Files), func(file audit.File) bool { return !match[file.ID] })
	}
	links = slices.DeleteFunc(slices.Clone(links), func(l audit.Link) bool {
		return len(contents[l.A].Files) == 0 || len(contents[l.B].Files) == 0
	})
	return contents, links, nil
}
