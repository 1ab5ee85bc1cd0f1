package store

import (
	"context"
	"database/sql"
	"iter"

	"kindred/project"
)

// FilePath is a file with its path as it is shown, before bytes that are no
// UTF-8 were replaced.
type FilePath struct {
	ID   project.FileID
	Path string // below its root, with ROOTNAME/ before it when there are several
}

// Paths yields every file that is not missing, by path.
func (s *Store) Paths(ctx context.Context) iter.Seq2[FilePath, error] {
	return func(yield func(FilePath, error) bool) {
		places, err := s.places(ctx)
		if err != nil {
			yield(FilePath{}, fail("list files of", s.path, err))
			return
		}
		for _, p := range places {
			path, raw := "", []byte{}
			for more := true; more; {
				rows := make([]FilePath, 0, page)
				err := s.read.query(ctx, "paths", func(r *sql.Rows) error {
					var f FilePath
					if err := r.Scan(&f.ID, &path, &raw); err != nil {
						return err
					}
					f.Path = p.prefix + path
					if len(raw) > 0 {
						f.Path = p.prefix + string(raw)
					}
					rows = append(rows, f)
					return nil
				}, p.id, path, raw, page)
				if err != nil {
					yield(FilePath{}, fail("list files of", s.path, err))
					return
				}
				for _, f := range rows {
					if !yield(f, nil) {
						return
					}
				}
				more = len(rows) == page
			}
		}
	}
}

// HashOf is the hash of a file's content, zero when it was never read.
func (s *Store) HashOf(ctx context.Context, id project.FileID) (h project.Hash, err error) {
	var raw []byte
	err = s.read.row(ctx, "hashOf", []any{id}, &raw)
	copy(h[:], raw)
	return h, fail("find file in", s.path, err)
}
