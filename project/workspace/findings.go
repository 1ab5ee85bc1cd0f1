package workspace

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"kindred/embed"
	"kindred/embed/neighbor"
	"kindred/project"
	"kindred/project/audit"
	"kindred/project/job"
)

// step computes one kind of finding.
type step struct {
	name    string             // for people
	vectors bool               // needs the facts of the project; others are given nil
	count   func(f *facts) int // of the items that tick will be told; nil: unknown
	run     func(ctx context.Context, f *facts, t tick) error
}

// steps are the findings in the order in which they become ready: what needs no
// vectors first, then what others are made from.
func (w *Workspace) steps() []step {
	return []step{
		{"Finding neighbours", true, nil, func(ctx context.Context, f *facts, t tick) error { return f.graph.ensure(ctx, t) }},
		{"Finding clusters", true, nil, func(ctx context.Context, f *facts, t tick) error { return f.tree.ensure(ctx, t) }},
		{"Finding outliers", true, nil, func(ctx context.Context, f *facts, t tick) error { return f.outliers.ensure(ctx, t) }},
		{"Checking labels", true, nil, func(ctx context.Context, f *facts, t tick) error { return f.labels.ensure(ctx, t) }},
		{"Comparing likely copies", true, eachTwice, func(ctx context.Context, f *facts, t tick) error { return f.links.ensure(ctx, t) }},
	}
}

func eachTwice(f *facts) int { return 2 * len(f.contents) }

// Refresh computes the findings that are missing or stale and stores them.
// ready, which may be nil, is called after each kind.
func (w *Workspace) Refresh(ctx context.Context, p *job.Progress, ready func()) error {
	var f *facts
	for _, s := range w.steps() {
		p.Begin(s.name, 0)
		if s.vectors && f == nil {
			var err error
			if f, err = w.load(ctx, false); err != nil {
				return err
			}
		}
		if s.count != nil {
			p.SetTotal(s.count(f))
		}
		// Ticks come from several goroutines, not always in order.
		var mu sync.Mutex
		told := 0
		err := s.run(ctx, f, func(done, _ int) {
			mu.Lock()
			defer mu.Unlock()
			if done > told {
				p.Add(done - told)
				told = done
			}
		})
		if err != nil {
			return err
		}
		if ready != nil {
			ready()
		}
	}
	return nil
}

// ClusterOptions say where to cut the hierarchy of clusters.
type ClusterOptions struct {
	Count  int     // when above 0: exactly so many
	Level  float64 // 0 coarse to 1 fine; negative: as the data suggests
	Filter string  // only images that match
	Stale  bool    // while a scan runs, what was computed a while ago will do
}

// FindClusters returns clusters by falling size, and the level used.
func (w *Workspace) FindClusters(ctx context.Context, o ClusterOptions) ([]project.Cluster, float64, error) {
	f, err := w.load(ctx, o.Stale)
	if err != nil {
		return nil, 0, err
	}
	tree, err := f.hierarchy(ctx)
	if err != nil {
		return nil, 0, err
	}
	all, level, err := audit.Clusters(ctx, tree, f.contents, f.unit, audit.ClusterOptions{
		Count: o.Count, Level: o.Level, Classes: func(i int) []project.Prediction { return f.classes[i] },
	})
	if err != nil || o.Filter == "" {
		return all, level, err
	}
	match, err := w.matching(ctx, o.Filter)
	if err != nil {
		return nil, 0, err
	}
	for i := range all {
		all[i].Images = slices.DeleteFunc(all[i].Images, func(id project.FileID) bool { return !match[id] })
	}
	all = slices.DeleteFunc(all, func(c project.Cluster) bool { return len(c.Images) == 0 })
	slices.SortStableFunc(all, func(a, b project.Cluster) int {
		if a.ID < 0 || b.ID < 0 {
			return cmp.Compare(b.ID, a.ID)
		}
		return cmp.Compare(len(b.Images), len(a.Images))
	})
	for i := range all {
		if all[i].ID >= 0 {
			all[i].ID = i
		}
	}
	return all, level, nil
}

// matching is the set of files that a filter finds.
func (w *Workspace) matching(ctx context.Context, filter string) (map[project.FileID]bool, error) {
	ids, err := w.List(ctx, project.Query{Filter: filter})
	if err != nil {
		return nil, err
	}
	set := make(map[project.FileID]bool, len(ids))
	for _, id := range ids {
		set[id] = true
	}
	return set, nil
}

// DuplicateOptions say which pairs are wanted.
type DuplicateOptions struct {
	MinScore    float32 // pairs from here on are flagged; -1 takes the default, 0 lists all candidates
	Filter      string  // only pairs of which both images match
	FlaggedOnly bool    // leave out pairs that are not flagged
	// Prefer are folders whose files are kept before others', the first most, as
	// the beginnings of shown paths.
	Prefer []string
	Stale  bool
}

// Duplicates are pairs and groups, surest first.
type Duplicates struct {
	Pairs  []project.Pair
	Groups []project.Group
}

// FindDuplicates returns the pairs of images that may show one picture.
func (w *Workspace) FindDuplicates(ctx context.Context, o DuplicateOptions) (Duplicates, error) {
	f, err := w.load(ctx, o.Stale)
	if err != nil {
		return Duplicates{}, err
	}
	links, err := f.verified(ctx, nil)
	if err != nil {
		return Duplicates{}, err
	}
	flag := o.MinScore
	if flag == 0 {
		flag = -1 // every candidate is listed; what is flagged stays the default
	}
	least := o.MinScore
	if o.FlaggedOnly {
		least = flag
	}
	var d Duplicates
	contents, links, err := w.filtered(ctx, f.contents, links, o.Filter)
	if err != nil {
		return Duplicates{}, err
	}
	d.Pairs, d.Groups = audit.Duplicates(contents, links, audit.Options{
		MinScore: least, FlagScore: flag, Prefer: o.Prefer, IsLink: w.linkTest(ctx),
	})
	return d, nil
}

// Similar returns the k images nearest to one of the project.
func (w *Workspace) Similar(ctx context.Context, id project.FileID, k int) ([]project.Neighbour, error) {
	vector, err := w.store.VectorOf(ctx, w.spec.ID, id)
	if errors.Is(err, project.ErrNotFound) {
		return nil, nil // not encoded yet
	}
	if err != nil {
		return nil, err
	}
	return w.nearest(ctx, vector, k, []project.FileID{id}, true)
}

func (w *Workspace) nearest(ctx context.Context, vector []float32, k int, omit []project.FileID, stale bool) ([]project.Neighbour, error) {
	f, err := w.load(ctx, stale)
	if err != nil {
		return nil, err
	}
	kernel, err := w.kernel()
	if err != nil {
		return nil, err
	}
	if vector, err = f.index(ctx, kernel, vector); err != nil {
		return nil, err
	}
	return audit.Similar(ctx, f.contents, f.unit, vector, k, omit...)
}

// Like asks for images like some and unlike others.
type Like struct {
	Plus, Minus []string // paths of image files, in the project or not
	K           int
	Filter      string
}

// SimilarTo ranks the project's images by cosine to the sum of the Plus less
// the Minus vectors, each of length 1. Those files themselves are left out.
func (w *Workspace) SimilarTo(ctx context.Context, like Like) ([]project.Neighbour, error) {
	sum := make([]float32, w.spec.Dim)
	var omit []project.FileID
	for i, path := range slices.Concat(like.Plus, like.Minus) {
		vector, id, err := w.vectorOf(ctx, path)
		if err != nil {
			return nil, err
		}
		if id != 0 {
			omit = append(omit, id)
		}
		sign := float32(1)
		if i >= len(like.Plus) {
			sign = -1
		}
		unit := neighbor.Normalize(embed.Matrix{Rows: 1, Cols: len(vector), Data: vector})
		for j, v := range unit.Data {
			sum[j] += sign * v
		}
	}
	k := like.K
	if like.Filter != "" {
		counts, err := w.Counts(ctx)
		if err != nil {
			return nil, err
		}
		k = max(counts.Ready, k)
	}
	near, err := w.nearest(ctx, sum, k, omit, false)
	if err != nil || like.Filter == "" {
		return near, err
	}
	match, err := w.matching(ctx, like.Filter)
	if err != nil {
		return nil, err
	}
	near = slices.DeleteFunc(near, func(n project.Neighbour) bool { return !match[n.ID] })
	return near[:min(len(near), like.K)], nil
}

// vectorOf is the raw vector of an image file: the stored one when the file
// belongs to the project, else a fresh one.
func (w *Workspace) vectorOf(ctx context.Context, path string) ([]float32, project.FileID, error) {
	if id, err := w.Find(ctx, path); err == nil {
		vector, err := w.store.VectorOf(ctx, w.spec.ID, id)
		if err == nil || !errors.Is(err, project.ErrNotFound) {
			return vector, id, err
		}
	}
	if _, err := os.Stat(path); err != nil {
		// It may be a path as the commands print it.
		if id, found := w.shown(ctx, path); found {
			vector, err := w.store.VectorOf(ctx, w.spec.ID, id)
			return vector, id, err
		}
		return nil, 0, fmt.Errorf("image %q: %w", path, errors.Unwrap(err))
	}
	results, err := encodeBatch(ctx, w.encoder, []string{path})
	if err != nil {
		return nil, 0, err
	}
	if results[0].Reason != "" {
		return nil, 0, fmt.Errorf("image %q: %s", path, results[0].Reason)
	}
	return results[0].Encoded.Embedding, 0, nil
}

// shown returns the file whose path is shown like this.
func (w *Workspace) shown(ctx context.Context, path string) (project.FileID, bool) {
	for f, err := range w.store.Paths(ctx) {
		if err != nil {
			return 0, false
		}
		if f.Path == path {
			return f.ID, true
		}
	}
	return 0, false
}

// Find returns the project's file that lies at a path on disk.
func (w *Workspace) Find(ctx context.Context, path string) (project.FileID, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return 0, err
	}
	// The file may be a link, which the project keeps under its own name:
	// only its folder is followed.
	if dir, err := filepath.EvalSymlinks(filepath.Dir(abs)); err == nil {
		abs = filepath.Join(dir, filepath.Base(abs))
	}
	roots, err := w.Roots(ctx)
	if err != nil {
		return 0, err
	}
	for _, r := range roots {
		rel, err := filepath.Rel(r.Path, abs)
		if err != nil || !filepath.IsLocal(rel) {
			continue
		}
		id, err := w.store.FindByPath(ctx, r.ID, filepath.ToSlash(rel))
		if err == nil || !errors.Is(err, project.ErrNotFound) {
			return id, err
		}
	}
	return 0, fmt.Errorf("%q: %w", path, project.ErrNotFound)
}
