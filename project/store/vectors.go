package store

import (
	"context"
	"database/sql"
	"iter"

	"kindred/embed"
	"kindred/project"
)

// vectorPage is how many vectors one statement reads: a few megabytes.
const vectorPage = 512

// A file is live when it is not missing, was read since it last changed, and
// could be read. Vectors are those of contents with at least one live file.

// Vectors yields contents and their raw vectors by rising content id. The
// slice is overwritten by the next step.
func (s *Store) Vectors(ctx context.Context, model embed.ModelID) iter.Seq2[Vector, error] {
	return func(yield func(Vector, error) bool) {
		if err := s.vectors(ctx, model, func(v Vector) bool { return yield(v, nil) }); err != nil {
			yield(Vector{}, fail("read vectors of", s.path, err))
		}
	}
}

// Vector is the raw output of a model for a content.
type Vector struct {
	Content int64
	Data    []float32
}

func (s *Store) vectors(ctx context.Context, model embed.ModelID, yield func(Vector) bool) error {
	m, err := s.model(ctx, model)
	if err != nil {
		return err
	}
	var contents []int64
	page := embed.NewMatrix(vectorPage, m.Dim)
	for last := m.base(); ; {
		contents, err = s.vectorPage(ctx, m, last, contents[:0], func(i int) []float32 { return page.Row(i) })
		if err != nil {
			return err
		}
		for i, id := range contents {
			if !yield(Vector{id, page.Row(i)}) {
				return nil
			}
		}
		if len(contents) < vectorPage {
			return nil
		}
		last = m.base() + contents[len(contents)-1]
	}
}

// vectorPage reads the next vectors behind the encoding last, appends their
// contents, and writes the i-th of contents to row(i).
func (s *Store) vectorPage(ctx context.Context, m *Model, last int64, contents []int64, row func(i int) []float32) ([]int64, error) {
	var id int64
	var data sql.RawBytes
	err := s.read.query(ctx, "vectors", func(r *sql.Rows) error {
		if err := r.Scan(&id, &data); err != nil {
			return err
		}
		contents = append(contents, id)
		return unpackVector(row(len(contents)-1), data)
	}, m.base(), m.end(), last, vectorPage)
	return contents, err
}

// VectorMatrix loads all that Vectors yields: row i belongs to contents[i].
func (s *Store) VectorMatrix(ctx context.Context, model embed.ModelID) (contents []int64, rows embed.Matrix, err error) {
	const op = "load vectors of"
	m, err := s.model(ctx, model)
	if err != nil {
		return nil, embed.Matrix{}, fail(op, s.path, err)
	}
	var n int
	if err := s.read.row(ctx, "countVectors", []any{m.base(), m.end()}, &n); err != nil {
		return nil, embed.Matrix{}, fail(op, s.path, err)
	}
	contents = make([]int64, 0, n)
	rows = embed.NewMatrix(n, m.Dim)
	for last := m.base(); ; {
		before := len(contents)
		contents, err = s.vectorPage(ctx, m, last, contents, func(i int) []float32 {
			if i >= rows.Rows { // the scan added some meanwhile
				rows.Data = append(rows.Data, make([]float32, m.Dim)...)
				rows.Rows++
			}
			return rows.Row(i)
		})
		if err != nil {
			return nil, embed.Matrix{}, fail(op, s.path, err)
		}
		if len(contents)-before < vectorPage {
			break
		}
		last = m.base() + contents[len(contents)-1]
	}
	return contents, rows.Slice(0, len(contents)), nil
}

// VectorOf is the raw vector of a file's content, or project.ErrNotFound.
func (s *Store) VectorOf(ctx context.Context, model embed.ModelID, id project.FileID) ([]float32, error) {
	const op = "read vector in"
	m, err := s.model(ctx, model)
	if err != nil {
		return nil, fail(op, s.path, err)
	}
	var data []byte
	if err := s.read.row(ctx, "vectorOf", []any{m.base(), id}, &data); err != nil {
		return nil, fail(op, s.path, err)
	}
	v := make([]float32, m.Dim)
	return v, fail(op, s.path, unpackVector(v, data))
}

// ContentFiles yields each content that has live files, by rising id, with
// those files by id. The slice is overwritten by the next step.
func (s *Store) ContentFiles(ctx context.Context) iter.Seq2[ContentFiles, error] {
	return func(yield func(ContentFiles, error) bool) {
		if err := s.contentFiles(ctx, func(c ContentFiles) bool { return yield(c, nil) }); err != nil {
			yield(ContentFiles{}, fail("list contents of", s.path, err))
		}
	}
}

// ContentFiles is a content and the files that hold it.
type ContentFiles struct {
	Content int64
	Files   []project.FileID
}

func (s *Store) contentFiles(ctx context.Context, yield func(ContentFiles) bool) error {
	var last int64
	if err := s.read.row(ctx, "lastContent", nil, &last); err != nil {
		return err
	}
	// A page is a range of contents, so that none is cut in two.
	for from := int64(0); from < last; from += page {
		var ids []project.FileID
		var starts []ContentFiles // Files is filled when ids has stopped growing
		var counts []int
		err := s.read.query(ctx, "contentFiles", func(r *sql.Rows) error {
			var content, id int64
			if err := r.Scan(&content, &id); err != nil {
				return err
			}
			if n := len(starts); n == 0 || starts[n-1].Content != content {
				starts = append(starts, ContentFiles{Content: content})
				counts = append(counts, 0)
			}
			counts[len(counts)-1]++
			ids = append(ids, project.FileID(id))
			return nil
		}, from, from+page)
		if err != nil {
			return err
		}
		for i, c := range starts {
			c.Files, ids = ids[:counts[i]:counts[i]], ids[counts[i]:]
			if !yield(c) {
				return nil
			}
		}
	}
	return nil
}
