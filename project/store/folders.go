package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kindred/project"
)

// relabel is the setting that asks the next scan to label all files anew.
const relabel = "relabel"

// someRoot is a root, or one that was taken off the project.
type someRoot struct {
	project.Root
	removed bool
}

func (s *Store) allRoots(ctx context.Context) ([]someRoot, error) {
	var all []someRoot
	err := s.read.query(ctx, "allRoots", func(r *sql.Rows) error {
		var root someRoot
		var path []byte
		if err := r.Scan(&root.ID, &root.Name, &path, &root.removed); err != nil {
			return err
		}
		root.Path = string(path)
		all = append(all, root)
		return nil
	})
	return all, err
}

func rootAt(all []someRoot, path string) (someRoot, bool) {
	if i := slices.IndexFunc(all, func(r someRoot) bool { return r.Path == path }); i >= 0 {
		return all[i], true
	}
	return someRoot{}, false
}

// connected notes whether the folder is there.
func (s *Store) connected(r project.Root) project.Root {
	st, err := os.Stat(r.Path)
	r.Connected = err == nil && st.IsDir()
	return r
}

// nested refuses a path that lies inside another root than self, or around it.
func nested(all []someRoot, self project.RootID, path string) error {
	for _, r := range all {
		switch {
		case r.removed || r.ID == self:
		case r.Path == path:
			return fmt.Errorf("%w: it is in the project already", project.ErrNested)
		case within(r.Path, path):
			return fmt.Errorf("%w: it lies inside %q, which is in the project already", project.ErrNested, r.Path)
		case within(path, r.Path):
			return fmt.Errorf("%w: it holds %q, which is in the project already", project.ErrNested, r.Path)
		}
	}
	return nil
}

// within tells whether path lies below dir.
func within(dir, path string) bool {
	if !strings.HasSuffix(dir, string(filepath.Separator)) {
		dir += string(filepath.Separator)
	}
	return strings.HasPrefix(path, dir)
}

// RemoveRoot takes a folder off the project: its files are in no list any
// more. They are kept, as missing, with all that hangs on them, so AddRoot
// brings it back.
func (s *Store) RemoveRoot(ctx context.Context, id project.RootID) error {
	err := s.change(ctx, func(t *tx) error {
		if err := t.one("removeRoot", id); err != nil {
			return err
		}
		_, err := t.exec("loseRoot", id)
		return err
	})
	return fail("remove folder of", s.path, err)
}

// RelinkRoot gives a root another absolute path. Its files keep their ids. The
// error is project.ErrNested as with AddRoot.
func (s *Store) RelinkRoot(ctx context.Context, id project.RootID, path string) error {
	const op = "connect folder"
	if !filepath.IsAbs(path) {
		return fail(op, path, errors.New("not an absolute path"))
	}
	path = filepath.Clean(path)
	all, err := s.allRoots(ctx)
	if err == nil {
		err = nested(all, id, path)
	}
	if err == nil {
		err = s.change(ctx, func(t *tx) error {
			if _, err := t.exec("parkRoot", []byte(path)); err != nil {
				return err
			}
			return t.one("relinkRoot", []byte(path), id)
		})
	}
	return fail(op, path, err)
}

// Level is the level of labels that was chosen for a root: project.LabelsAuto,
// LabelsOff or a number of folders.
func (s *Store) Level(ctx context.Context, id project.RootID) (int, error) {
	var level int
	err := s.read.row(ctx, "rootLevel", []any{id}, &level)
	return level, fail("label level of", s.path, err)
}

// SetLevel chooses the level of labels of a root and asks the next scan to
// label its files anew.
func (s *Store) SetLevel(ctx context.Context, id project.RootID, level int) error {
	err := s.put(ctx, func(t *tx) error {
		if err := t.one("setRootLevel", level, id); err != nil {
			return err
		}
		_, err := t.exec("putSetting", relabel, "1")
		return err
	})
	return fail("set label level of", s.path, err)
}

// Relabelling tells whether files shall be labelled anew by the next scan.
func (s *Store) Relabelling(ctx context.Context) (bool, error) {
	_, err := s.Setting(ctx, relabel)
	if errors.Is(err, project.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Relabelled ends that.
func (s *Store) Relabelled(ctx context.Context) error {
	err := s.put(ctx, func(t *tx) error {
		_, err := t.exec("deleteSetting", relabel)
		return err
	})
	return fail("label files of", s.path, err)
}

// RootPaths yields the path below the root of every file of a root that is not
// missing, by path.
func (s *Store) RootPaths(ctx context.Context, id project.RootID) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		path, raw := "", []byte{}
		for more := true; more; {
			rows := make([]string, 0, page)
			err := s.read.query(ctx, "rootFolders", func(r *sql.Rows) error {
				if err := r.Scan(&path, &raw); err != nil {
					return err
				}
				if len(raw) > 0 {
					rows = append(rows, string(raw))
				} else {
					rows = append(rows, path)
				}
				return nil
			}, id, path, raw, page)
			if err != nil {
				yield("", fail("list files of", s.path, err))
				return
			}
			for _, p := range rows {
				if !yield(p, nil) {
					return
				}
			}
			more = len(rows) == page
		}
	}
}
