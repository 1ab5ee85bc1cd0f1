package scan

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"kindred/project"
)

const (
	addBatch = 512                    // files added in one transaction
	addDelay = 150 * time.Millisecond // most time that a new file waits for its transaction
)

// place is a file as the walk saw it.
type place struct {
	root int // index into run.roots
	Found
}

// gone is a known file that was not found in its place.
type gone struct {
	root int
	Known
}

// change is a known file in whose place lies another content.
type change struct {
	was Known
	now place
}

// finder compares the folders with what the store knows.
type finder struct {
	*run
	fresh bool // the store knows no file yet: nothing can have moved

	found   []place  // new files, held back until moves are known
	changes []change // likewise
	gone    []gone
	back    []project.FileID // Missing files that are in their place again
	relabel []Move
	tasks   []task
	added   time.Time // of the last transaction that added files
}

// find walks all roots, tells the store what is new, changed, moved and lost,
// and returns the files that have to be read, in order.
func (r *run) find(ctx context.Context) ([]task, error) {
	r.progress.Begin("Looking for images", 0)
	f := &finder{run: r, fresh: true, added: time.Now()}
	for _, root := range r.roots {
		for _, err := range r.Store.Known(ctx, root.ID, r.model) {
			if err != nil {
				return nil, fmt.Errorf("scan: known files of %q: %w", root.Path, err)
			}
			f.fresh = false
			break
		}
	}
	began := time.Now()
	for i := range r.roots {
		if err := f.root(ctx, i); err != nil {
			return nil, err
		}
	}
	r.times.add(stageWalk, began)
	began = time.Now()
	moves, err := f.moves(ctx)
	if err != nil {
		return nil, err
	}
	r.times.add(stageMatch, began)
	if err := f.tell(ctx, moves); err != nil {
		return nil, err
	}
	sortTasks(f.tasks)
	return f.tasks, nil
}

// known loads what the store knows of a root, in the order of the walk. (The
// store sorts names that are not valid UTF-8 elsewhere.) That is some 150 bytes
// a file while its root is walked, and no reader is held open meanwhile.
func (f *finder) known(ctx context.Context, root project.Root) ([]Known, error) {
	var all []Known
	for k, err := range f.Store.Known(ctx, root.ID, f.model) {
		if err != nil {
			return nil, fmt.Errorf("scan: known files of %q: %w", root.Path, err)
		}
		all = append(all, k)
	}
	slices.SortFunc(all, func(a, b Known) int { return cmp.Compare(a.Path, b.Path) })
	return all, nil
}

// root compares one root: the walk and the known files, both by path.
func (f *finder) root(ctx context.Context, index int) error {
	root := f.roots[index]
	known, err := f.known(ctx, root.Root)
	if err != nil {
		return err
	}
	firstGone, firstFailure := len(f.gone), len(f.report.Failed)
	for item := range Walk(ctx, root.Path) {
		if err := f.progress.Gate(ctx); err != nil {
			return err
		}
		if item.Kind == Skipped {
			f.report.Skipped[item.Reason]++
			continue
		}
		key := item.Path
		if item.Folder && key != "" {
			key += "/"
		}
		for len(known) > 0 && known[0].Path < key {
			f.gone = append(f.gone, gone{index, known[0]})
			known = known[1:]
		}
		if item.Kind == Unreadable {
			failure := Failure{Root: root.ID, Path: item.Path, Reason: item.Reason}
			// Nothing is known of what cannot be seen: it stays as it is.
			for len(known) > 0 && (known[0].Path == key || item.Folder && strings.HasPrefix(known[0].Path, key)) {
				if !item.Folder {
					failure.ID = known[0].ID
				}
				known = known[1:]
			}
			f.report.Failed = append(f.report.Failed, failure)
			continue
		}
		var was *Known
		if len(known) > 0 && known[0].Path == item.Path {
			was, known = &known[0], known[1:]
		}
		if err := f.file(ctx, index, item, was); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, k := range known {
		f.gone = append(f.gone, gone{index, k})
	}
	if !connected(root.Path) {
		// It went away during the walk: what was not seen is not gone.
		root.lost.Store(true)
		f.gone = f.gone[:firstGone]
		f.report.Failed = f.report.Failed[:firstFailure]
	}
	return nil
}

// file compares one file with what the store knows of its path, which is
// nothing when was is nil.
func (f *finder) file(ctx context.Context, index int, item Item, was *Known) error {
	root := f.roots[index]
	if was == nil && item.Probe && !isImage(root.Path+"/"+item.Path) {
		f.report.Skipped[kindOfFile(item.Path)]++
		return nil
	}
	f.progress.Add(1)
	now := place{index, Found{Root: root.ID, Path: item.Path, Stat: item.Stat}}
	now.Label, now.Split = LabelsAt(item.Path, root.level)
	if now.Split == "" {
		now.Split = root.split
	}
	switch {
	case was == nil:
		f.found = append(f.found, now)
		if f.fresh && (len(f.found) >= addBatch || time.Since(f.added) >= addDelay) {
			return f.add(ctx)
		}
		return nil
	case !sameStat(was.Stat, item.Stat):
		f.changes = append(f.changes, change{*was, now})
	default:
		f.unchanged(index, *was)
	}
	if f.Relabel {
		f.relabel = append(f.relabel, Move{ID: was.ID, Found: now.Found})
	}
	return nil
}

// unchanged decides whether a file has to be read although it looks as before.
func (f *finder) unchanged(index int, was Known) {
	f.counts[isUnchanged]++
	t := task{id: was.ID, root: index, path: was.Path, size: was.Stat.Size, class: isUnchanged, hash: was.Hash}
	switch was.State {
	case project.Ready:
		if t.settled = true; !f.Verify {
			return
		}
	case project.Missing:
		f.back = append(f.back, was.ID)
	case project.Pending, project.Failed:
		// Failed files are tried again each time: a permission may have been
		// given, and neither size nor time would tell.
	}
	f.tasks = append(f.tasks, t)
}

// add stores the new files collected so far, as Pending.
func (f *finder) add(ctx context.Context) error {
	for len(f.found) > 0 {
		n := min(len(f.found), 4*addBatch)
		batch := make([]Found, n)
		for i := range batch {
			batch[i] = f.found[i].Found
		}
		began := time.Now()
		ids, err := f.Store.Add(ctx, batch)
		if err != nil {
			return fmt.Errorf("scan: add files: %w", err)
		}
		if len(ids) != n {
			return fmt.Errorf("scan: add files: the store gave %d ids for %d files", len(ids), n)
		}
		f.times.add(stageStore, began)
		for i, id := range ids {
			now := f.found[i]
			f.tasks = append(f.tasks, task{id: id, root: now.root, path: now.Path, size: now.Stat.Size, class: isNew})
		}
		f.counts[isNew] += n
		f.found = f.found[n:]
		f.OnBatch(ids)
	}
	f.found = nil
	f.added = time.Now()
	return nil
}

// sameStat tells whether a file looks untouched. An inode counts only where
// both have one.
func sameStat(a, b Stat) bool {
	return a.Size == b.Size && a.MTime == b.MTime && (a.Inode == b.Inode || a.Inode == 0 || b.Inode == 0)
}

// chooseLevel settles what LevelAuto means for a root, and which split its name
// stands for. It tells whether labels were left out because the folders look
// like numbers or dates.
func (r *run) chooseLevel(root *rootState) (offered bool) {
	root.split = SplitName(baseName(root.Path))
	if root.level != LevelAuto {
		return false
	}
	root.level = 1
	if LooksLikeLabels(firstFolders(root.Path, true)) {
		return false
	}
	root.level = LevelOff
	return true
}

// firstFolders lists the folders that could be labels: those below the root,
// and in place of a split's folder those below it.
func firstFolders(path string, splits bool) (names []string) {
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil // the walk will say so
	}
	for _, e := range entries {
		switch name := e.Name(); {
		case !e.IsDir() || skipped(name) || extensions[extension(name)]:
		case splits && SplitName(name) != "":
			names = append(names, firstFolders(path+"/"+name, false)...)
		default:
			names = append(names, name)
		}
	}
	return names
}

// baseName is a path's last name.
func baseName(path string) string {
	path = strings.TrimRight(strings.ReplaceAll(path, "\\", "/"), "/")
	return path[strings.LastIndexByte(path, '/')+1:]
}
