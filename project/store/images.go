package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"iter"
	"path/filepath"
	"slices"
	"time"

	"kindred/embed"
	"kindred/project"
)

// imagePage is how many rows of images one statement reads.
const imagePage = 500

// Counts says how many files stand where. Images are all but the missing.
func (s *Store) Counts(ctx context.Context, model embed.ModelID) (project.Counts, error) {
	var c project.Counts
	m, err := s.model(ctx, model)
	if err == nil {
		err = s.read.row(ctx, "counts", []any{m.base()}, &c.Images, &c.Failed, &c.Pending, &c.Missing)
	}
	c.Ready = c.Images - c.Failed - c.Pending
	return c, fail("count images of", s.path, err)
}

// Images returns the rows of files in the order of ids; unknown ids are left
// out. Taken is the camera's wall clock, in UTC.
func (s *Store) Images(ctx context.Context, model embed.ModelID, ids []project.FileID) ([]project.Image, error) {
	const op = "read images of"
	m, err := s.model(ctx, model)
	if err != nil {
		return nil, fail(op, s.path, err)
	}
	prefixes, err := s.prefixes(ctx)
	if err != nil {
		return nil, fail(op, s.path, err)
	}
	images := make([]project.Image, 0, len(ids))
	for part := range slices.Chunk(ids, imagePage) {
		list, err := json.Marshal(part)
		if err != nil {
			return nil, fail(op, s.path, err)
		}
		err = s.read.query(ctx, "images", func(r *sql.Rows) error {
			img, err := scanImage(r, m)
			img.Shown = prefixes[img.Root] + img.Shown
			images = append(images, img)
			return err
		}, m.base(), string(list))
		if err != nil {
			return nil, fail(op, s.path, err)
		}
	}
	return images, nil
}

func scanImage(r *sql.Rows, m *Model) (project.Image, error) {
	var img project.Image
	var raw, hash, top sql.RawBytes
	var mtime, inode int64
	var missing, pending bool
	var width, height, frames, taken, encoding sql.NullInt64
	var format, camera, label, split sql.NullString
	var q [7]sql.NullFloat64
	var lat, lon sql.NullFloat64
	err := r.Scan(&img.ID, &img.Root, &img.Shown, &raw, &img.Size, &mtime, &inode, &hash,
		&missing, &pending, &img.Reason, &img.Changed,
		&width, &height, &format, &frames, &taken, &camera,
		&q[0], &q[1], &q[2], &q[3], &q[4], &q[5], &q[6], &lat, &lon,
		&label, &split, &encoding, &top)
	if err != nil {
		return img, err
	}
	img.Path = img.Shown
	if len(raw) > 0 {
		img.Path = string(raw)
	}
	copy(img.Hash[:], hash)
	img.Modified, img.Inode = time.Unix(0, mtime), uint64(inode)
	switch {
	case missing:
		img.State = project.Missing
	case img.Reason != "":
		img.State = project.Failed
	case !pending && encoding.Valid:
		img.State = project.Ready
	}
	img.Width, img.Height, img.Frames = int(width.Int64), int(height.Int64), int(frames.Int64)
	img.Format, img.Camera = format.String, camera.String
	if taken.Valid {
		img.Taken = time.Unix(taken.Int64, 0).UTC()
	}
	for i, to := range []*float32{
		&img.Quality.Sharpness, &img.Quality.Brightness, &img.Quality.Contrast,
		&img.Quality.Dark, &img.Quality.Light, &img.Quality.Entropy, &img.Quality.Colour,
	} {
		*to = float32(q[i].Float64)
	}
	img.Lat, img.Lon = lat.Float64, lon.Float64
	img.Label, img.Split = label.String, split.String
	img.Predictions = m.predictions(top)
	return img, nil
}

// File says where a file lies: the path of its root, and its path below that,
// with slashes.
func (s *Store) File(ctx context.Context, id project.FileID) (root, path string, err error) {
	var dir, raw []byte
	err = s.read.row(ctx, "file", []any{id}, &dir, &path, &raw)
	if len(raw) > 0 {
		path = string(raw)
	}
	return string(dir), path, fail("find file in", s.path, err)
}

// AbsolutePath is where a file lies on disk.
func (s *Store) AbsolutePath(ctx context.Context, id project.FileID) (string, error) {
	root, path, err := s.File(ctx, id)
	if err != nil {
		return "", err
	}
	return filepath.Join(root, filepath.FromSlash(path)), nil
}

// FindByPath returns the file at a path below a root, or project.ErrNotFound.
func (s *Store) FindByPath(ctx context.Context, root project.RootID, path string) (project.FileID, error) {
	var id project.FileID
	shown, raw := splitPath(path)
	err := s.read.row(ctx, "findPath", []any{root, shown, raw}, &id)
	return id, fail("find", path, err)
}

// ByHash returns the files with this content that are not missing, by id.
func (s *Store) ByHash(ctx context.Context, hash project.Hash) ([]project.FileID, error) {
	ids := []project.FileID{}
	err := s.read.query(ctx, "byHash", func(r *sql.Rows) error {
		var id project.FileID
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	}, hash[:])
	return ids, fail("find content in", s.path, err)
}

// Failure is a file that could not be used.
type Failure struct {
	ID     project.FileID
	Path   string // relative to its root, may hold any byte
	Shown  string
	Reason string
}

// Failures yields the failed files that are not missing, by shown path.
func (s *Store) Failures(ctx context.Context) iter.Seq2[Failure, error] {
	return func(yield func(Failure, error) bool) {
		places, err := s.places(ctx)
		if err != nil {
			yield(Failure{}, fail("list failures of", s.path, err))
			return
		}
		for _, p := range places {
			path, raw := "", []byte{}
			for more := true; more; {
				var rows []Failure
				err := s.read.query(ctx, "failures", func(r *sql.Rows) error {
					var f Failure
					if err := r.Scan(&f.ID, &path, &raw, &f.Reason); err != nil {
						return err
					}
					f.Path, f.Shown = path, p.prefix+path
					if len(raw) > 0 {
						f.Path = string(raw)
					}
					rows = append(rows, f)
					return nil
				}, p.id, path, raw, imagePage)
				if err != nil {
					yield(Failure{}, fail("list failures of", s.path, err))
					return
				}
				for _, f := range rows {
					if !yield(f, nil) {
						return
					}
				}
				more = len(rows) == imagePage
			}
		}
	}
}
