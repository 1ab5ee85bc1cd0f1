package scan

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"kindred/project"
)

// moves finds out which known files now lie elsewhere, and takes them out of
// found, changes and gone.
//
// First by size, time and inode: what agrees in all three was renamed on the
// same disk, and is not read. Here the places of changed files take part too,
// since renaming in a row (2 to 3, then 1 to 2) or swapping two names leaves
// files in each other's places. A changed file leaves its place only if another
// known file has taken it; otherwise it was changed in place, whatever else
// happened (an editor that keeps the original under another name, say).
//
// Then by content: new files as large as one that is gone are read and hashed.
func (f *finder) moves(ctx context.Context) ([]Move, error) {
	if len(f.found)+len(f.changes) == 0 || len(f.gone)+len(f.changes) == 0 {
		return nil, nil
	}
	moves := f.renames()
	byContent, err := f.relocations(ctx)
	return append(moves, byContent...), err
}

// renames matches by size, time and inode.
func (f *finder) renames() []Move {
	// Places: found first, then changes. Origins: gone first, then changes.
	nf, ng := len(f.found), len(f.gone)
	placeAt := func(i int) place {
		if i < nf {
			return f.found[i]
		}
		return f.changes[i-nf].now
	}
	originAt := func(i int) Known {
		if i < ng {
			return f.gone[i].Known
		}
		return f.changes[i-ng].was
	}
	byStat := map[Stat][]int{}
	for i := range nf + len(f.changes) {
		if s := placeAt(i).Stat; s.Inode != 0 {
			byStat[s] = append(byStat[s], i)
		}
	}
	to := make([]int, ng+len(f.changes))   // origin -> place, -1: none
	from := make([]int, nf+len(f.changes)) // place -> origin, -1: none
	for i := range from {
		from[i] = -1
	}
	for o := range to {
		to[o] = -1
		// Several places agree only if they are links to one file.
		places := byStat[originAt(o).Stat]
		best := -1
		for _, p := range places {
			if from[p] < 0 && (best < 0 || baseName(placeAt(p).Path) == baseName(originAt(o).Path)) {
				best = p
			}
		}
		if best >= 0 {
			to[o], from[best] = best, o
		}
	}
	// A changed file moves if and only if another moved into its place. Undoing
	// one match may undo the next.
	for again := true; again; {
		again = false
		for c := range f.changes {
			p, o := nf+c, ng+c
			if (from[p] >= 0) == (to[o] >= 0) {
				continue
			}
			again = true
			if from[p] >= 0 {
				to[from[p]], from[p] = -1, -1
			} else {
				from[to[o]], to[o] = -1, -1
			}
		}
	}
	var moves []Move
	for p, o := range from {
		if o < 0 {
			continue
		}
		moves = append(moves, f.moved(originAt(o), placeAt(p)))
	}
	f.found = keep(f.found, func(i int) bool { return from[i] < 0 })
	f.gone = keep(f.gone, func(i int) bool { return to[i] < 0 })
	f.changes = keep(f.changes, func(i int) bool { return from[nf+i] < 0 })
	return moves
}

// relocations matches by content.
func (f *finder) relocations(ctx context.Context) ([]Move, error) {
	sizes := map[int64]bool{}
	origins := map[project.Hash][]int{} // gone files, in order
	for i, g := range f.gone {
		if g.Hash != (project.Hash{}) && g.Stat.Size > 0 {
			sizes[g.Stat.Size] = true
			origins[g.Hash] = append(origins[g.Hash], i)
		}
	}
	var candidates []int
	for i, p := range f.found {
		if sizes[p.Stat.Size] {
			candidates = append(candidates, i)
		}
	}
	hashes, err := f.hashAll(ctx, candidates)
	if err != nil {
		return nil, err
	}
	to := map[int]int{} // place -> origin
	used := map[int]bool{}
	// Files that kept their name find each other first, so that two equal
	// copies that moved together do not change places.
	for _, sameName := range []bool{true, false} {
		for k, p := range candidates {
			if _, done := to[p]; done {
				continue
			}
			for _, o := range origins[hashes[k]] {
				if !used[o] && (!sameName || baseName(f.gone[o].Path) == baseName(f.found[p].Path)) {
					to[p], used[o] = o, true
					break
				}
			}
		}
	}
	var moves []Move
	for _, p := range candidates {
		if o, ok := to[p]; ok {
			moves = append(moves, f.moved(f.gone[o].Known, f.found[p]))
		}
	}
	f.found = keep(f.found, func(i int) bool { _, ok := to[i]; return !ok })
	f.gone = keep(f.gone, func(i int) bool { return !used[i] })
	return moves, nil
}

// hashAll hashes found files on all cores. A file that cannot be read gets the
// zero hash, which matches nothing.
func (f *finder) hashAll(ctx context.Context, candidates []int) ([]project.Hash, error) {
	hashes := make([]project.Hash, len(candidates))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(candidates)) {
		workers.Go(func() {
			for {
				k := int(next.Add(1)) - 1
				if k >= len(candidates) || f.progress.Gate(ctx) != nil {
					return
				}
				p := f.found[candidates[k]]
				if h, err := hashFile(ctx, f.roots[p.root].Path+"/"+p.Path); err == nil {
					hashes[k] = h
				}
			}
		})
	}
	workers.Wait()
	return hashes, ctx.Err()
}

// moved records that a known file lies at a place, and reads it if there is
// work left.
func (f *finder) moved(was Known, now place) Move {
	f.counts[isMoved]++
	t := task{id: was.ID, root: now.root, path: now.Path, size: now.Stat.Size, class: isMoved, hash: was.Hash}
	switch was.State {
	case project.Ready:
		t.settled = true
	case project.Missing:
		f.back = append(f.back, was.ID)
	}
	if !t.settled || f.Verify {
		f.tasks = append(f.tasks, t)
	}
	return Move{ID: was.ID, Found: now.Found}
}

// tell writes what the walk found into the store.
func (f *finder) tell(ctx context.Context, moves []Move) error {
	began := time.Now()
	lost := []project.FileID{}
	for _, g := range f.gone {
		if g.State != project.Missing {
			lost = append(lost, g.ID)
		}
	}
	f.report.Missing = len(f.gone)
	again := f.back
	for _, c := range f.changes {
		f.counts[isChanged]++
		again = append(again, c.was.ID)
		f.tasks = append(f.tasks, task{
			id: c.was.ID, root: c.now.root, path: c.now.Path, size: c.now.Stat.Size, class: isChanged, hash: c.was.Hash,
		})
	}
	steps := []struct {
		what string
		n    int
		do   func() error
	}{
		{"move files", len(moves), func() error { return f.Store.Move(ctx, moves) }},
		{"lose files", len(lost), func() error { return f.Store.Lose(ctx, lost) }},
		{"change files", len(again), func() error { return f.Store.Change(ctx, again) }},
		{"label files", len(f.relabel), func() error { return f.Store.Relabel(ctx, f.relabel) }},
	}
	told := false
	for _, s := range steps {
		if s.n == 0 {
			continue
		}
		if err := s.do(); err != nil {
			return fmt.Errorf("scan: %s: %w", s.what, err)
		}
		told = true
	}
	f.times.add(stageStore, began)
	if told {
		ids := append(lost, again...)
		for _, m := range moves {
			ids = append(ids, m.ID)
		}
		f.OnBatch(ids)
	}
	return f.add(ctx)
}

// keep returns the elements whose index passes.
func keep[T any](all []T, pass func(int) bool) (kept []T) {
	for i, v := range all {
		if pass(i) {
			kept = append(kept, v)
		}
	}
	return kept
}

// sortTasks puts tasks into the order of roots and paths, whichever way they
// were found.
func sortTasks(tasks []task) {
	slices.SortFunc(tasks, func(a, b task) int {
		return cmp.Or(cmp.Compare(a.root, b.root), cmp.Compare(a.path, b.path))
	})
}
