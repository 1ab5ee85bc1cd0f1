package workspace

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kindred/project"
	"kindred/project/job"
	"kindred/project/scan"
)

// deepest is the deepest folder that is offered as a label.
const deepest = 4

// realPath is a folder's absolute path without symlinks, as roots are stored.
func realPath(folder string) (string, error) {
	abs, err := filepath.Abs(folder)
	if err != nil {
		return "", fmt.Errorf("folder %q: %w", folder, err)
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real
	}
	return abs, nil
}

// labelling reads for each root where its labels stand, and whether known
// files shall be labelled anew.
func (w *Workspace) labelling(ctx context.Context) (map[project.RootID]scan.Level, bool, error) {
	roots, err := w.store.Roots(ctx)
	if err != nil {
		return nil, false, err
	}
	levels := map[project.RootID]scan.Level{}
	for _, r := range roots {
		level, err := w.store.Level(ctx, r.ID)
		if err != nil {
			return nil, false, err
		}
		levels[r.ID] = scan.Level(level)
	}
	again, err := w.store.Relabelling(ctx)
	return levels, again, err
}

// SetLabelLevel chooses which folder below a root names the label:
// project.LabelsAuto, LabelsOff or a number. The next scan labels all files
// anew.
func (w *Workspace) SetLabelLevel(ctx context.Context, id project.RootID, level int) error {
	if level < project.LabelsOff {
		return fmt.Errorf("label level %d: not a level", level)
	}
	return w.store.SetLevel(ctx, id, level)
}

// FolderLabels says what labels the files of a root would get at each level.
func (w *Workspace) FolderLabels(ctx context.Context, id project.RootID) (project.FolderLabels, error) {
	level, err := w.store.Level(ctx, id)
	if err != nil {
		return project.FolderLabels{}, err
	}
	var counts [deepest + 1]map[string]int
	for l := range counts {
		counts[l] = map[string]int{}
	}
	total := 0
	for path, err := range w.store.RootPaths(ctx, id) {
		if err != nil {
			return project.FolderLabels{}, err
		}
		total++
		for l := 1; l <= deepest; l++ {
			label, _ := scan.LabelsAt(path, scan.Level(l))
			if label == "" {
				break // deeper ones have none either
			}
			counts[l][strings.ToValidUTF8(label, "\ufffd")]++
		}
	}
	choice := func(level int, found map[string]int) project.LabelChoice {
		c := project.LabelChoice{Level: level, Labels: []project.LabelCount{}, Unlabelled: total}
		for name, n := range found {
			c.Labels = append(c.Labels, project.LabelCount{Name: name, Count: n})
			c.Unlabelled -= n
		}
		slices.SortFunc(c.Labels, func(a, b project.LabelCount) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
		})
		return c
	}
	names := make([]string, 0, len(counts[1]))
	for name := range counts[1] {
		names = append(names, name)
	}
	automatic := counts[1]
	if !scan.LooksLikeLabels(names) {
		automatic = nil
	}
	out := project.FolderLabels{Level: level, Choices: []project.LabelChoice{choice(project.LabelsAuto, automatic)}}
	for l := 1; l <= deepest && len(counts[l]) > 0; l++ {
		out.Choices = append(out.Choices, choice(l, counts[l]))
	}
	out.Choices = append(out.Choices, choice(project.LabelsOff, nil))
	return out, nil
}

// RemoveFolder takes a folder off the project; see views.FolderKeeper. It
// waits for a scan to end.
func (w *Workspace) RemoveFolder(ctx context.Context, id project.RootID) error {
	w.scanning.Lock()
	defer w.scanning.Unlock()
	return w.store.RemoveRoot(ctx, id)
}

// RelinkFolder says where a folder is now. It waits for a scan to end.
func (w *Workspace) RelinkFolder(ctx context.Context, id project.RootID, path string) error {
	real, err := realPath(path)
	if err != nil {
		return err
	}
	if st, err := os.Stat(real); err != nil || !st.IsDir() {
		return fmt.Errorf("connect folder %q: not a folder that can be read", path)
	}
	w.scanning.Lock()
	defer w.scanning.Unlock()
	return w.store.RelinkRoot(ctx, id, real)
}

// disconnected makes clear that a file is not there because its whole folder
// is not.
func (w *Workspace) disconnected(ctx context.Context, id project.FileID, err error) error {
	if !errors.Is(err, os.ErrNotExist) {
		return err
	}
	root, _, fail := w.store.File(ctx, id)
	if fail != nil {
		return err
	}
	if _, gone := os.Stat(root); gone == nil {
		return err
	}
	return fmt.Errorf("%w: %q", project.ErrDisconnected, root)
}

// newFolders turns what was dropped into folders that the project lacks.
func (l *Live) newFolders(paths []string) ([]string, error) {
	roots, err := l.store.Roots(l.ctx)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, path := range paths {
		real, err := realPath(path)
		if err != nil {
			return nil, err
		}
		st, err := os.Stat(real)
		if err != nil {
			return nil, fmt.Errorf("folder %q: %w", path, err)
		}
		if !st.IsDir() {
			real = filepath.Dir(real)
		}
		if slices.Contains(out, real) {
			continue
		}
		if slices.ContainsFunc(roots, func(r project.Root) bool { return r.Path == real }) {
			return nil, fmt.Errorf("%w: %q is in the project already", project.ErrNested, filepath.Base(real))
		}
		out = append(out, real)
	}
	return out, nil
}

// between runs f when no job works on the project: those that do are
// cancelled, and begun again afterwards.
func (l *Live) between(ctx context.Context, name string, f func(context.Context) error) error {
	for _, s := range l.jobs.Status() {
		if s.State != job.Done && s.State != job.Failed && s.State != job.Cancelled {
			l.jobs.Cancel(s.ID)
		}
	}
	done := make(chan error, 1)
	l.jobs.Start(name, func(ctx context.Context, _ *job.Progress) error {
		err := f(ctx)
		done <- err
		return err
	})
	var err error
	select {
	case err = <-done:
	case <-ctx.Done():
		return ctx.Err()
	case <-l.ctx.Done():
		return l.ctx.Err()
	}
	// All earlier jobs have ended; one that never began has not said so.
	l.mu.Lock()
	l.busy = false
	l.mu.Unlock()
	l.tell(project.RootsChanged)
	l.tell(project.FilesChanged)
	l.Scan()
	return err
}

// RemoveFolder implements views.FolderKeeper.
func (l *Live) RemoveFolder(ctx context.Context, id project.RootID) error {
	return l.between(ctx, "Removing a folder", func(ctx context.Context) error { return l.Workspace.RemoveFolder(ctx, id) })
}

// RelinkFolder implements views.FolderKeeper.
func (l *Live) RelinkFolder(ctx context.Context, id project.RootID, path string) error {
	return l.between(ctx, "Connecting a folder", func(ctx context.Context) error { return l.Workspace.RelinkFolder(ctx, id, path) })
}

// SetFolderLabels implements views.FolderKeeper.
func (l *Live) SetFolderLabels(ctx context.Context, id project.RootID, level int) error {
	return l.between(ctx, "Labelling", func(ctx context.Context) error { return l.Workspace.SetLabelLevel(ctx, id, level) })
}
