package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/mattn/go-sqlite3"

	"kindred/project"
)

// longest bounds how far a file is filled up: a broken header may tell any
// length.
const longest = 1 << 40

// Rebuild saves what can be read of a damaged project file. The file is first
// copied to NAME.damaged-1 (or the next free number) beside it. Then every row
// of every table that can still be read, of tables that this version does not
// know too, goes into a new file, which takes the place of the damaged one.
//
// A row of a file that cannot be read keeps its id and its path when the index
// of paths is whole; it is read again by the next scan. The error is
// project.ErrLocked when a process has the project open, ErrForeign when nothing
// says that the file is a project, ErrNewer, or ErrDamaged when the list of
// tables is lost. Where the first page, with that list, was overwritten, the
// list of a new project takes its place; tables of later versions are then in
// the copy of the damaged file only.
func Rebuild(ctx context.Context, path string) (project.Rebuilt, error) {
	out, err := rebuild(ctx, path)
	return out, fail("rebuild project", path, err)
}

func rebuild(ctx context.Context, path string) (out project.Rebuilt, err error) {
	real, err := resolve(path, false)
	if err != nil {
		return out, err
	}
	l, _, err := acquire(real)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, l.release()) }()
	_, bad := checkHeader(real, version)
	if bad != nil && !errors.Is(bad, project.ErrDamaged) {
		return out, bad
	}
	out.File = path
	if out.Backup, err = backup(ctx, real); err != nil {
		return out, err
	}
	if errors.Is(bad, errFirstPage) {
		restore, unknown, fault := lendFirstPage(ctx, real)
		if fault != nil {
			return out, fault
		}
		out.Gaps += 1 + unknown
		defer func() {
			if err != nil { // the file stays as it was
				err = errors.Join(err, restore())
			}
		}()
	}
	fresh := real + ".rebuilt"
	if err := salvage(ctx, real, fresh, &out); err != nil {
		removeAll(fresh, "-journal")
		return out, err
	}
	// The log and its index belong to the damaged file.
	removeAll(real, "-wal", "-shm", "-journal")
	if err := os.Rename(fresh, real); err != nil {
		return out, err
	}
	return out, nil
}

func removeAll(path string, suffixes ...string) {
	if suffixes[0] == "-journal" {
		os.Remove(path)
	}
	for _, s := range suffixes {
		os.Remove(path + s)
	}
}

// backup copies the file, and the log beside it, under a name that is free.
func backup(ctx context.Context, path string) (string, error) {
	name := ""
	for n := 1; ; n++ {
		name = fmt.Sprintf("%s.damaged-%d", path, n)
		if _, err := os.Lstat(name); errors.Is(err, os.ErrNotExist) {
			break
		}
	}
	for _, suffix := range []string{"", "-wal"} {
		err := copyFile(ctx, path+suffix, name+suffix)
		if errors.Is(err, os.ErrNotExist) && suffix != "" {
			continue
		}
		if err != nil {
			os.Remove(name)
			os.Remove(name + suffix)
			return "", fmt.Errorf("keep a copy of the damaged file: %w", err)
		}
	}
	return name, nil
}

func copyFile(ctx context.Context, from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	for err == nil {
		if err = ctx.Err(); err == nil {
			_, err = io.CopyN(out, in, 16<<20)
		}
	}
	if errors.Is(err, io.EOF) {
		err = out.Sync()
	}
	return errors.Join(err, out.Close())
}

// rescue moves rows from a damaged file into a new one.
type rescue struct {
	ctx  context.Context
	from *sql.DB
	to   *sql.Tx
	out  *project.Rebuilt
}

// salvage fills a new file at fresh.
func salvage(ctx context.Context, damaged, fresh string, out *project.Rebuilt) (err error) {
	removeAll(fresh, "-journal")
	restore, err := fitLength(damaged)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, restore())
		}
	}()
	// Cells are checked, so that garbage is not taken for rows.
	from := database(damaged, "", []string{"PRAGMA cell_size_check = ON"})
	from.SetMaxOpenConns(1)
	defer from.Close()
	tables, late, have, err := readSchema(ctx, from)
	if err != nil {
		return err
	}
	to := sql.OpenDB(connector{
		dsn: dsn(fresh, "rwc", "_txlock=immediate"), driver: &sqlite3.SQLiteDriver{},
		pragmas: []string{fmt.Sprintf("PRAGMA page_size = %d", pageSize), "PRAGMA foreign_keys = OFF"},
	})
	to.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, to.Close()) }()
	t, err := to.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer t.Rollback()
	r := &rescue{ctx: ctx, from: from, to: t, out: out}
	for _, table := range tables {
		if _, err := t.ExecContext(ctx, table.sql); err != nil {
			return fmt.Errorf("%w: make table %q: %w", project.ErrDamaged, table.name, err)
		}
		n, err := r.table(table)
		if err != nil {
			return err
		}
		switch table.name {
		case "file":
			out.Files += n
		case "term":
			out.Labels += n
		case "vector":
			out.Vectors += n
		default:
			out.Other += n
		}
	}
	if err := r.mend(); err != nil {
		return err
	}
	late = append(late, fmt.Sprintf("PRAGMA application_id = %d", applicationID), fmt.Sprintf("PRAGMA user_version = %d", have))
	for _, text := range late {
		if _, err := t.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("%q: %w", text, err)
		}
	}
	return t.Commit()
}

// fitLength fills a file that was cut short with empty pages up to the length
// that its header tells: SQLite opens it then, and meets a broken page where
// one is gone. restore undoes that.
func fitLength(path string) (restore func() error, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	var h [100]byte
	if _, err := io.ReadFull(f, h[:]); err != nil {
		return nil, err
	}
	want := int64(binary.BigEndian.Uint16(h[16:])) * int64(binary.BigEndian.Uint32(h[28:]))
	if st.Size() >= want || want > longest {
		return func() error { return nil }, nil
	}
	return func() error { return os.Truncate(path, st.Size()) }, os.Truncate(path, want)
}

// described is a table as the damaged file describes it.
type described struct{ name, sql string }

// readSchema returns the tables, the statements that make the rest (indexes,
// views, triggers), and the version. The new file is made of the same
// statements, so that it is of the same version whatever that is.
func readSchema(ctx context.Context, db *sql.DB) (tables []described, late []string, have int, err error) {
	lost := func(err error) error {
		if unreadable(err) {
			return fmt.Errorf("%w: its list of tables cannot be read", project.ErrDamaged)
		}
		return err
	}
	if err = db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&have); err != nil {
		return nil, nil, 0, lost(err)
	}
	rows, err := db.QueryContext(ctx, "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid")
	if err != nil {
		return nil, nil, 0, lost(err)
	}
	defer rows.Close()
	for rows.Next() {
		var kind, name, text string
		if err := rows.Scan(&kind, &name, &text); err != nil {
			return nil, nil, 0, lost(err)
		}
		switch {
		case strings.HasPrefix(name, "sqlite_"):
		case kind == "table":
			tables = append(tables, described{name, text})
		default:
			late = append(late, text)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, nil, 0, lost(err)
	}
	if len(tables) == 0 {
		return nil, nil, 0, fmt.Errorf("%w: it holds no tables", project.ErrDamaged)
	}
	return tables, late, have, nil
}

// unreadable tells the errors of broken pages from all others.
func unreadable(err error) bool {
	var e sqlite3.Error
	return errors.As(err, &e) && (e.Code == sqlite3.ErrCorrupt || e.Code == sqlite3.ErrIoErr || e.Code == sqlite3.ErrNotADB)
}
