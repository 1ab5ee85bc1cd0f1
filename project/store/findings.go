package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"

	"kindred/embed"
)

// print is a fingerprint and the revision of the store that it belongs to.
type print struct {
	revision int64
	sum      []byte
}

// Fingerprint is a digest of what findings are computed from: which live files
// there are, under which names, with which labels, splits and contents, and which
// of them have a vector. It is the same after reopening, and when a scan finds nothing new.
// Findings stored with another fingerprint are stale. It is computed once
// after each change.
func (s *Store) Fingerprint(ctx context.Context, model embed.ModelID) ([]byte, error) {
	revision := s.revision.Load() // before reading, so that a write meanwhile shows
	s.mu.Lock()
	p, ok := s.prints[model]
	s.mu.Unlock()
	if ok && p.revision == revision {
		return p.sum, nil
	}
	sum, err := s.fingerprint(ctx, model)
	if err != nil {
		return nil, fail("fingerprint", s.path, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.prints == nil {
		s.prints = make(map[embed.ModelID]print)
	}
	s.prints[model] = print{revision, sum}
	return sum, nil
}

func (s *Store) fingerprint(ctx context.Context, model embed.ModelID) ([]byte, error) {
	m, err := s.model(ctx, model)
	if err != nil {
		return nil, err
	}
	places, err := s.places(ctx)
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n", model)
	for _, p := range places {
		fmt.Fprintf(h, "%d %q\n", p.id, p.prefix)
	}
	var buf []byte
	for last, more := int64(0), true; more; {
		n := 0
		err := s.read.query(ctx, "fingerprint", func(r *sql.Rows) error {
			var root, content, label, split int64
			var path, raw sql.RawBytes
			if err := r.Scan(&last, &root, &content, &label, &split, &path, &raw); err != nil {
				return err
			}
			n++
			buf = buf[:0]
			for _, v := range []int64{last, root, content, label, split, int64(len(path)), int64(len(raw))} {
				buf = binary.LittleEndian.AppendUint64(buf, uint64(v))
			}
			buf = append(append(buf, path...), raw...)
			_, err := h.Write(buf)
			return err
		}, m.base(), last, page)
		if err != nil {
			return nil, err
		}
		more = n == page
	}
	return h.Sum(nil), nil
}

// Artefact returns what PutArtefact stored of a kind for a model, with its
// fingerprint, or project.ErrNotFound.
func (s *Store) Artefact(ctx context.Context, kind string, model embed.ModelID) (data, fingerprint []byte, err error) {
	err = s.read.row(ctx, "artefact", []any{kind, string(model)}, &data, &fingerprint)
	return data, fingerprint, fail("read "+kind+" of", s.path, err)
}

// PutArtefact stores findings of a kind, in place of the former ones.
func (s *Store) PutArtefact(ctx context.Context, kind string, model embed.ModelID, fingerprint, data []byte) error {
	if data == nil {
		data = []byte{}
	}
	err := s.put(ctx, func(t *tx) error {
		_, err := t.exec("putArtefact", kind, string(model), fingerprint, data)
		return err
	})
	return fail("store "+kind+" in", s.path, err)
}
