package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kindred/project"
)

func isNoRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// Roots returns the folders of the project in the order in which they were
// added.
func (s *Store) Roots(ctx context.Context) ([]project.Root, error) {
	all := []project.Root{}
	err := s.read.query(ctx, "roots", func(r *sql.Rows) error {
		var root project.Root
		var path []byte
		if err := r.Scan(&root.ID, &root.Name, &path, &root.Images); err != nil {
			return err
		}
		root.Path = string(path)
		all = append(all, root)
		return nil
	})
	for i := range all {
		st, err := os.Stat(all[i].Path)
		all[i].Connected = err == nil && st.IsDir()
	}
	return all, fail("list folders of", s.path, err)
}

// AddRoot adds a folder, given by its absolute path, or returns the root that
// it is already. One that was removed comes back as it was. A folder inside
// another one of the project, or around one, is project.ErrNested. Its name is the folder's, with "-2" and so on when another
// root has that.
func (s *Store) AddRoot(ctx context.Context, path string) (project.Root, error) {
	const op = "add folder"
	if !filepath.IsAbs(path) {
		return project.Root{}, fail(op, path, errors.New("not an absolute path"))
	}
	path = filepath.Clean(path)
	all, err := s.allRoots(ctx)
	if err != nil {
		return project.Root{}, fail(op, path, err)
	}
	if old, ok := rootAt(all, path); ok {
		if old.removed {
			if err := nested(all, old.ID, path); err != nil {
				return project.Root{}, fail(op, path, err)
			}
			err = s.change(ctx, func(t *tx) error { return t.one("reviveRoot", old.ID) })
		}
		return s.connected(old.Root), fail(op, path, err)
	}
	if err := nested(all, 0, path); err != nil {
		return project.Root{}, fail(op, path, err)
	}
	base := valid(filepath.Base(path))
	if strings.ContainsAny(base, `/\`) { // the root of a file system
		base = "root"
	}
	name := base
	for n := 2; slices.ContainsFunc(all, func(r someRoot) bool { return r.Name == name }); n++ {
		name = fmt.Sprintf("%s-%d", base, n)
	}
	root := project.Root{Name: name, Path: path}
	err = s.change(ctx, func(t *tx) error {
		res, err := t.exec("addRoot", name, []byte(path))
		if err != nil {
			return err
		}
		id, err := res.LastInsertId()
		root.ID = project.RootID(id)
		return err
	})
	if err != nil {
		return project.Root{}, fail(op, path, err)
	}
	return s.connected(root), nil
}

// place is a root as it stands in shown paths.
type place struct {
	id     project.RootID
	prefix string // "" when the project has one root, else NAME/
}

// places returns the roots in the order of shown paths.
func (s *Store) places(ctx context.Context) ([]place, error) {
	var all []place
	err := s.read.query(ctx, "rootNames", func(r *sql.Rows) error {
		var p place
		if err := r.Scan(&p.id, &p.prefix); err != nil {
			return err
		}
		p.prefix += "/"
		all = append(all, p)
		return nil
	})
	if len(all) == 1 {
		all[0].prefix = ""
	}
	// Names end in a slash here and hold none, so no prefix begins another,
	// and the order of prefixes is the order of the paths behind them.
	slices.SortFunc(all, func(a, b place) int { return strings.Compare(a.prefix, b.prefix) })
	return all, err
}

// prefixes returns the prefix of each root.
func (s *Store) prefixes(ctx context.Context) (map[project.RootID]string, error) {
	all, err := s.places(ctx)
	m := make(map[project.RootID]string, len(all))
	for _, p := range all {
		m[p.id] = p.prefix
	}
	return m, err
}
