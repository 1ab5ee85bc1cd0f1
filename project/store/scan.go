package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"math"
	"time"

	"kindred/embed"
	"kindred/project"
	"kindred/project/scan"
)

var _ scan.Store = (*Store)(nil)

// page is how many rows a stream reads at once. Between pages no read lock is
// held, so a stream never keeps a writer waiting on a network share, nor the
// log from being folded in.
const page = 4096

// Known yields every file of a root, missing ones too, by the bytes of their
// paths. Files that are added while it runs are left out.
func (s *Store) Known(ctx context.Context, root project.RootID, model embed.ModelID) iter.Seq2[scan.Known, error] {
	return func(yield func(scan.Known, error) bool) {
		if err := s.known(ctx, root, model, func(k scan.Known) bool { return yield(k, nil) }); err != nil {
			yield(scan.Known{}, fail("list known files of", s.path, err))
		}
	}
}

func (s *Store) known(ctx context.Context, root project.RootID, model embed.ModelID, yield func(scan.Known) bool) error {
	m, err := s.model(ctx, model)
	if err != nil {
		return err
	}
	var last int64
	if err := s.read.row(ctx, "lastFile", nil, &last); err != nil {
		return err
	}
	// Paths that are not UTF-8 are few. They are merged in by their bytes.
	odd, err := s.readKnown(ctx, nil, "knownRaw", m.base(), root)
	if err != nil {
		return err
	}
	rows := make([]scan.Known, 0, page)
	for after := ""; ; {
		rows, err = s.readKnown(ctx, rows[:0], "known", m.base(), root, after, last, page)
		if err != nil {
			return err
		}
		for _, k := range rows {
			for len(odd) > 0 && odd[0].Path < k.Path {
				if !yield(odd[0]) {
					return nil
				}
				odd = odd[1:]
			}
			if !yield(k) {
				return nil
			}
		}
		if len(rows) < page {
			break
		}
		after = rows[len(rows)-1].Path
	}
	for _, k := range odd {
		if !yield(k) {
			return nil
		}
	}
	return nil
}

func (s *Store) readKnown(ctx context.Context, rows []scan.Known, query string, args ...any) ([]scan.Known, error) {
	var path, hash sql.RawBytes
	var k scan.Known
	var id, inode, state int64
	dest := []any{&id, &path, &k.Stat.Size, &k.Stat.MTime, &inode, &hash, &state}
	err := s.read.query(ctx, query, func(r *sql.Rows) error {
		if err := r.Scan(dest...); err != nil {
			return err
		}
		k.ID, k.State = project.FileID(id), project.State(state)
		k.Path, k.Stat.Inode, k.Hash = string(path), uint64(inode), project.Hash{}
		copy(k.Hash[:], hash)
		rows = append(rows, k)
		return nil
	}, args...)
	return rows, err
}

// terms finds or makes the ids of labels and splits.
type terms struct {
	tx  *tx
	ids map[string]int64
}

// id returns nil for the empty name.
func (t *terms) id(name string) (any, error) {
	if name == "" {
		return nil, nil
	}
	name = valid(name)
	if id, ok := t.ids[name]; ok {
		return id, nil
	}
	var id int64
	err := t.tx.row("term", []any{name}, &id)
	if isNoRows(err) {
		var res sql.Result
		if res, err = t.tx.exec("addTerm", name, fold(name)); err == nil {
			id, err = res.LastInsertId()
		}
	}
	if err != nil {
		return nil, err
	}
	if t.ids == nil {
		t.ids = make(map[string]int64)
	}
	t.ids[name] = id
	return id, nil
}

func (t *terms) both(f scan.Found) (label, split any, err error) {
	if label, err = t.id(f.Label); err != nil {
		return nil, nil, err
	}
	split, err = t.id(f.Split)
	return label, split, err
}

// Add inserts new files as Pending and returns their ids in order.
func (s *Store) Add(ctx context.Context, found []scan.Found) ([]project.FileID, error) {
	ids := make([]project.FileID, 0, len(found))
	err := s.change(ctx, func(t *tx) error {
		names := terms{tx: t}
		for _, f := range found {
			label, split, err := names.both(f)
			if err != nil {
				return err
			}
			shown, raw := splitPath(f.Path)
			res, err := t.exec("addFile", f.Root, shown, raw, fold(shown),
				f.Stat.Size, f.Stat.MTime, int64(f.Stat.Inode), label, split)
			if err != nil {
				return fmt.Errorf("%q: %w", f.Path, err)
			}
			id, err := res.LastInsertId()
			if err != nil {
				return err
			}
			ids = append(ids, project.FileID(id))
		}
		return nil
	})
	if err != nil {
		return nil, fail("add files to", s.path, err)
	}
	return ids, nil
}

// Change marks files as Pending: they differ, or are there again.
func (s *Store) Change(ctx context.Context, ids []project.FileID) error {
	return fail("change files of", s.path, s.each(ctx, "changeFile", ids))
}

// Lose marks files that were not found as Missing.
func (s *Store) Lose(ctx context.Context, ids []project.FileID) error {
	return fail("mark missing files of", s.path, s.each(ctx, "loseFile", ids))
}

func (s *Store) each(ctx context.Context, query string, ids []project.FileID) error {
	if len(ids) == 0 {
		return nil
	}
	return s.change(ctx, func(t *tx) error {
		for _, id := range ids {
			if err := t.one(query, id); err != nil {
				return fmt.Errorf("file %d: %w", id, err)
			}
		}
		return nil
	})
}

// Move gives known files a new place. Files may swap places; a place that
// another known file has, be it missing, is an error.
func (s *Store) Move(ctx context.Context, moves []scan.Move) error {
	if len(moves) == 0 {
		return nil
	}
	err := s.change(ctx, func(t *tx) error {
		for _, m := range moves {
			if err := t.one("parkFile", m.ID); err != nil {
				return fmt.Errorf("file %d: %w", m.ID, err)
			}
		}
		names := terms{tx: t}
		for _, m := range moves {
			label, split, err := names.both(m.Found)
			if err != nil {
				return err
			}
			shown, raw := splitPath(m.Path)
			if err := t.one("moveFile", m.Root, shown, raw, fold(shown),
				m.Stat.Size, m.Stat.MTime, int64(m.Stat.Inode), label, split, m.ID); err != nil {
				return fmt.Errorf("%q: %w", m.Path, err)
			}
		}
		return nil
	})
	return fail("move files of", s.path, err)
}

// Relabel sets label and split of files, and nothing else.
func (s *Store) Relabel(ctx context.Context, files []scan.Move) error {
	if len(files) == 0 {
		return nil
	}
	err := s.change(ctx, func(t *tx) error {
		names := terms{tx: t}
		for _, m := range files {
			label, split, err := names.both(m.Found)
			if err != nil {
				return err
			}
			if err := t.one("relabelFile", label, split, m.ID); err != nil {
				return fmt.Errorf("file %d: %w", m.ID, err)
			}
		}
		return nil
	})
	return fail("label files of", s.path, err)
}

// Encoded reports whether content and a vector of the model are stored for the
// bytes with this hash.
func (s *Store) Encoded(ctx context.Context, model embed.ModelID, hash project.Hash) (bool, error) {
	m, err := s.model(ctx, model)
	if err != nil {
		return false, fail("look up", s.path, err)
	}
	var yes bool
	err = s.read.row(ctx, "encoded", []any{m.base(), hash[:]}, &yes)
	return yes, fail("look up", s.path, err)
}

// Finish stores outcomes. The model has been stored by SetModel.
func (s *Store) Finish(ctx context.Context, model embed.ModelID, done []scan.Outcome) error {
	if len(done) == 0 {
		return nil
	}
	const op = "store outcomes in"
	m, err := s.model(ctx, model)
	if err == nil && m.row == 0 {
		err = fmt.Errorf("model %q: %w", model, project.ErrNotFound)
	}
	if err != nil {
		return fail(op, s.path, err)
	}
	err = s.change(ctx, func(t *tx) error {
		for i := range done {
			if err := t.finish(m, &done[i]); err != nil {
				return fmt.Errorf("file %d: %w", done[i].ID, err)
			}
		}
		return nil
	})
	return fail(op, s.path, err)
}

func (t *tx) finish(m *Model, o *scan.Outcome) error {
	content, err := t.putContent(o)
	if err != nil {
		return err
	}
	switch {
	case o.Reason != "":
	case content == nil:
		return errors.New("an outcome without a reason has no hash")
	case o.Vector != nil:
		err = t.putVector(m, m.base()+*content, o)
	default:
		var there bool
		if err = t.row("hasEncoding", []any{m.base() + *content}, &there); err == nil && !there {
			err = errors.New("an outcome without a vector, and none is stored")
		}
	}
	if err != nil {
		return err
	}
	return t.one("finishFile", content, o.Stat.Size, o.Stat.MTime, int64(o.Stat.Inode), o.Reason, o.ID)
}

// putContent returns the id of the outcome's bytes, nil when they could not be
// read. Bytes that could not be decoded are stored by their hash alone, so
// that the file is known again when it moves.
func (t *tx) putContent(o *scan.Outcome) (*int64, error) {
	if o.Hash == (project.Hash{}) {
		return nil, nil
	}
	var id int64
	if c := o.Content; c != nil {
		q := c.Quality
		err := t.row("putContent", []any{
			o.Hash[:], c.Width, c.Height, c.Frames, wallClock(c.Taken), c.Format, valid(c.Camera),
			q.Sharpness, q.Brightness, q.Contrast, q.Dark, q.Light, q.Entropy, q.Colour,
			degrees(c.Lat, c.Lon, c.Lat), degrees(c.Lat, c.Lon, c.Lon),
		}, &id)
		return &id, err
	}
	var decoded bool
	err := t.row("content", []any{o.Hash[:]}, &id, &decoded)
	if isNoRows(err) {
		var res sql.Result
		if res, err = t.exec("addContent", o.Hash[:]); err == nil {
			id, err = res.LastInsertId()
		}
	}
	if err == nil && !decoded && o.Reason == "" {
		err = errors.New("an outcome without content, and none is stored")
	}
	return &id, err
}

func (t *tx) putVector(m *Model, id int64, o *scan.Outcome) error {
	if len(o.Vector) != m.Dim {
		return fmt.Errorf("a vector of %d dimensions, where model %q has %d", len(o.Vector), m.Name, m.Dim)
	}
	var top1, confidence, top any
	if len(o.Probs) > 0 {
		packed := packTop(o.Probs)
		top1 = binary.LittleEndian.Uint32(packed)
		confidence = math.Float32frombits(binary.LittleEndian.Uint32(packed[4:]))
		top = packed
	}
	if _, err := t.exec("putEncoding", id, top1, confidence, top); err != nil {
		return err
	}
	_, err := t.exec("putVector", id, packVector(o.Vector))
	return err
}

// degrees is value, or NULL when the place is not known.
func degrees(lat, lon, value float64) any {
	if lat == 0 && lon == 0 {
		return nil
	}
	return value
}

// wallClock keeps what the camera's clock showed: cameras know no time zones.
func wallClock(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC).Unix()
}
