// Package store keeps a project in one SQLite file: folders, files, what was
// derived from their contents, and findings.
//
// One connection writes, a few read, so a list never waits for the scan. Each
// method that writes is one transaction. There is no call that loads every
// row: lists are compact ids, rows come in pages, vectors in streams.
//
// The statements lie in sql/; sql/README.md says how the schema changes.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"kindred/embed"
)

// Store is an open project file. It is safe for concurrent use; its streams
// may be nested, and may be read while others write.
type Store struct {
	path string // as asked for, for messages
	lock *lock

	writer   *sql.DB // one connection
	readers  *sql.DB
	write    *statements
	read     *statements
	network  bool
	revision atomic.Int64 // raised by each write to files or vectors

	mu     sync.Mutex // protects what follows
	models map[embed.ModelID]*Model
	prints map[embed.ModelID]print
	closed bool
}

// Path is the project file.
func (s *Store) Path() string { return s.path }

// Close writes everything into the one file, removes what lay beside it and
// lets other processes open it. Streams must have ended. A second Close does
// nothing.
func (s *Store) Close() error {
	s.mu.Lock()
	done := s.closed
	s.closed = true
	s.mu.Unlock()
	if done {
		return nil
	}
	err := errors.Join(s.closeDatabase(), s.lock.release())
	return fail("close project", s.path, err)
}

func (s *Store) closeDatabase() error {
	var errs []error
	if s.readers != nil {
		errs = append(errs, s.readers.Close()) // a reader would hold the checkpoint back
	}
	if s.writer != nil {
		if !s.network {
			_, err := s.writer.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
			errs = append(errs, err)
		}
		errs = append(errs, s.writer.Close())
	}
	return errors.Join(errs...)
}

// change is put for what findings are computed from.
func (s *Store) change(ctx context.Context, f func(*tx) error) error {
	err := s.put(ctx, f)
	if err == nil {
		s.revision.Add(1)
	}
	return err
}

// put runs f in a transaction of the writer, which is rolled back when f fails
// or ctx is cancelled.
func (s *Store) put(ctx context.Context, f func(*tx) error) error {
	t, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer t.Rollback() // does nothing after the commit
	if err := f(&tx{ctx: ctx, tx: t, all: s.write, bound: make(map[string]*sql.Stmt)}); err != nil {
		return err
	}
	return t.Commit()
}

// Check reads the whole file and returns the first things that are wrong with
// it.
func (s *Store) Check(ctx context.Context) error {
	problems, err := pragmaRows(ctx, s.readers, "PRAGMA integrity_check(10)")
	if err == nil && (len(problems) != 1 || problems[0] != "ok") {
		err = damaged(problems)
	}
	if err != nil {
		return fail("check project", s.path, err)
	}
	broken, err := pragmaRows(ctx, s.readers, "SELECT \"table\" || ' row ' || rowid || ' refers to nothing in ' || parent FROM pragma_foreign_key_check LIMIT 10")
	if err == nil && len(broken) > 0 {
		err = damaged(broken)
	}
	if err != nil {
		return fail("check project", s.path, err)
	}
	var orphans int
	err = s.read.row(ctx, "orphans", nil, &orphans)
	if err == nil && orphans > 0 {
		err = damaged([]string{fmt.Sprintf("%d vectors belong to nothing", orphans)})
	}
	return fail("check project", s.path, err)
}

// Setting returns a value that SetSetting stored, or project.ErrNotFound.
func (s *Store) Setting(ctx context.Context, key string) (string, error) {
	var value string
	err := s.read.row(ctx, "setting", []any{key}, &value)
	return value, fail("setting", key, err)
}

// SetSetting keeps a small text of the project.
func (s *Store) SetSetting(ctx context.Context, key, value string) error {
	err := s.put(ctx, func(t *tx) error {
		_, err := t.exec("putSetting", key, value)
		return err
	})
	return fail("set", key, err)
}
