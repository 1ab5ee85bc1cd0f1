package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"

	"kindred/project"
	"kindred/project/scan"
)

// headersBefore is the setting with the id of content below which headers are
// to be read again; migration 2 writes it.
const headersBefore = "headers-before"

// Header is a decoded content whose header is to be read again.
type Header struct {
	Content int64
	Hash    project.Hash
	File    project.FileID // one that holds it
}

// Headers returns the next contents that an earlier version decoded, at most n,
// which did not read all that headers say. There are none when it is empty.
func (s *Store) Headers(ctx context.Context, n int) ([]Header, error) {
	const op = "list headers of"
	text, err := s.Setting(ctx, headersBefore)
	if errors.Is(err, project.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	before, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, fail(op, s.path, err)
	}
	var all []Header
	err = s.read.query(ctx, "headers", func(r *sql.Rows) error {
		var h Header
		var hash sql.RawBytes
		err := r.Scan(&h.Content, &hash, &h.File)
		copy(h.Hash[:], hash)
		all = append(all, h)
		return err
	}, before, n)
	if err == nil && len(all) == 0 {
		err = s.put(ctx, func(t *tx) error {
			_, err := t.exec("dropSetting", headersBefore)
			return err
		})
	}
	return all, fail(op, s.path, err)
}

// PutHeaders stores what the headers of these contents say, of all that Headers
// returned; nil is for one that cannot be read now, which keeps what it has.
func (s *Store) PutHeaders(ctx context.Context, of []Header, said []*scan.Content) error {
	err := s.put(ctx, func(t *tx) error {
		for i, c := range said {
			if c == nil {
				continue
			}
			if err := t.one("putHeader", wallClock(c.Taken), valid(c.Camera),
				degrees(c.Lat, c.Lon, c.Lat), degrees(c.Lat, c.Lon, c.Lon), of[i].Content); err != nil {
				return err
			}
		}
		_, err := t.exec("putSetting", headersBefore, strconv.FormatInt(of[len(of)-1].Content, 10))
		return err
	})
	return fail("store headers in", s.path, err)
}
