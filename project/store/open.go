package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/mattn/go-sqlite3"

	"kindred/project"
)

const (
	version       = 2          // of the schema; see sql/README.md
	applicationID = 0x4b6e6472 // "Kndr", in the header of every project file
	pageSize      = 16384      // a vector of 2,560 bytes would waste a third of 4 KB pages
	readers       = 4

	// smallFile is the size up to which a file is checked at each open: it
	// takes well below 0.1 s. Larger ones are checked after a crash.
	smallFile = 32 << 20
)

// Options say how to open a project.
type Options struct {
	Create bool // make the file when it is absent
}

// Open opens a project file and brings its schema up to date. The error is
// project.ErrNotFound when the file is absent and not to be created,
// ErrLocked when another process has it open, ErrForeign when it is something
// else, ErrNewer when a later version made it, and ErrDamaged.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	steps, err := migrations(files)
	if err != nil {
		return nil, fail("open project", path, err)
	}
	return open(ctx, path, o, setup{version: version, migrations: steps})
}

// setup is what tests vary.
type setup struct {
	version    int
	migrations []migration
	network    bool // treat the file as if it lay on a network share
}

func open(ctx context.Context, path string, o Options, with setup) (*Store, error) {
	s, err := prepare(ctx, path, o, with)
	if err != nil {
		return nil, fail("open project", path, err)
	}
	return s, nil
}

// prepare does the work of Open; the Store it holds while something fails is
// closed again.
func prepare(ctx context.Context, path string, o Options, with setup) (_ *Store, err error) {
	real, err := resolve(path, o.Create)
	if err != nil {
		return nil, err
	}
	queries, err := readQueries()
	if err != nil {
		return nil, err
	}
	l, crashed, err := acquire(real)
	if err != nil {
		return nil, err
	}
	s := &Store{path: path, lock: l, network: with.network || onNetwork(filepath.Dir(real))}
	defer func() {
		if err != nil {
			s.closeDatabase()
			l.release()
		}
	}()
	if _, err := os.Stat(real); errors.Is(err, os.ErrNotExist) {
		if err := create(ctx, real); err != nil {
			return nil, err
		}
	}
	size, err := checkHeader(real, with.version)
	if err != nil {
		return nil, err
	}
	s.writer = database(real, "_txlock=immediate", s.pragmas(true))
	s.writer.SetMaxOpenConns(1)
	if err := migrate(ctx, s.writer, with); err != nil {
		return nil, err
	}
	if crashed || size <= smallFile {
		if err := quickCheck(ctx, s.writer); err != nil {
			return nil, err
		}
	}
	s.readers = database(real, "_query_only=1", s.pragmas(false))
	s.readers.SetMaxOpenConns(readers)
	s.readers.SetMaxIdleConns(readers)
	s.write = newStatements(s.writer, queries)
	s.read = newStatements(s.readers, queries)
	return s, nil
}

// resolve returns the path without symlinks, so that the lock is the same
// whatever the way to the file.
func resolve(path string, create bool) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(abs)
	if err == nil {
		return real, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	if !create {
		return "", project.ErrNotFound
	}
	if err := os.MkdirAll(filepath.Dir(abs), 0o777); err != nil {
		return "", err
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(abs))
	return filepath.Join(dir, filepath.Base(abs)), err
}

// pragmas are run on each new connection. The page size has been set when the
// file was made: before WAL, which would fix it at 4 KB.
func (s *Store) pragmas(writer bool) []string {
	// What a reader looks at twice the system holds for it; a commit of the
	// writer touches many pages.
	cache := "PRAGMA cache_size = -4096"
	if writer {
		cache = "PRAGMA cache_size = -16384"
	}
	all := []string{cache, "PRAGMA temp_store = MEMORY"}
	switch {
	case writer && s.network:
		// The way out of WAL without the shared memory that is missing there.
		all = append(all, "PRAGMA locking_mode = EXCLUSIVE", "PRAGMA journal_mode = TRUNCATE",
			"PRAGMA locking_mode = NORMAL", "SELECT count(*) FROM sqlite_master")
	case writer:
		all = append(all, "PRAGMA journal_mode = WAL")
	}
	return all
}

// connector opens connections without a driver registered by name.
type connector struct {
	dsn     string
	driver  *sqlite3.SQLiteDriver
	pragmas []string
}

func (c connector) Driver() driver.Driver { return c.driver }

func (c connector) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.driver.Open(c.dsn)
	if err != nil {
		return nil, err
	}
	for _, p := range c.pragmas {
		if _, err := conn.(*sqlite3.SQLiteConn).Exec(p, nil); err != nil {
			conn.Close()
			return nil, err
		}
	}
	return conn, nil
}

func database(path, extra string, pragmas []string) *sql.DB {
	return sql.OpenDB(connector{dsn: dsn(path, "rw", extra), driver: &sqlite3.SQLiteDriver{}, pragmas: pragmas})
}

func dsn(path, mode, extra string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/...
	}
	u := url.URL{
		Scheme: "file", Path: path,
		RawQuery: "mode=" + mode + "&_foreign_keys=1&_busy_timeout=10000&_synchronous=NORMAL&" + extra,
	}
	return u.String()
}

// create makes an empty project under another name and renames it, so that
// after a crash the file is there whole or not at all.
func create(ctx context.Context, path string) error {
	temp := path + ".new"
	for _, old := range []string{temp, temp + "-journal"} {
		if err := os.Remove(old); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	schema, err := files.ReadFile("sql/schema.sql")
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector{
		dsn: dsn(temp, "rwc", "_txlock=immediate"), driver: &sqlite3.SQLiteDriver{},
		pragmas: []string{fmt.Sprintf("PRAGMA page_size = %d", pageSize)},
	})
	db.SetMaxOpenConns(1)
	err = inTx(ctx, db, string(schema),
		fmt.Sprintf("PRAGMA application_id = %d", applicationID), fmt.Sprintf("PRAGMA user_version = %d", version))
	if err := errors.Join(err, db.Close()); err != nil {
		os.Remove(temp)
		return err
	}
	return os.Rename(temp, path)
}

func inTx(ctx context.Context, db *sql.DB, scripts ...string) error {
	t, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer t.Rollback()
	for _, script := range scripts {
		if _, err := t.ExecContext(ctx, script); err != nil {
			return err
		}
	}
	return t.Commit()
}

// checkHeader tells from the first 100 bytes whether a file is a project that
// can be opened, before SQLite touches it.
func checkHeader(path string, ours int) (size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return 0, err
	}
	var h [100]byte
	if _, err := io.ReadFull(f, h[:]); err != nil || string(h[:16]) != "SQLite format 3\x00" {
		if wasOurs(path) {
			return 0, errFirstPage
		}
		return 0, project.ErrForeign
	}
	if binary.BigEndian.Uint32(h[68:]) != applicationID {
		return 0, project.ErrForeign
	}
	if v := binary.BigEndian.Uint32(h[60:]); v > uint32(ours) {
		return 0, newer(int(v), ours)
	}
	// The page count holds when both counters of changes agree; pages that a
	// log still holds may be missing here, so only without one.
	pages := int64(binary.BigEndian.Uint32(h[28:]))
	counted := binary.BigEndian.Uint32(h[24:]) == binary.BigEndian.Uint32(h[92:])
	if _, err := os.Stat(path + "-wal"); err != nil && counted && st.Size() < pages*int64(binary.BigEndian.Uint16(h[16:])) {
		return 0, fmt.Errorf("%w: it is cut short", project.ErrDamaged)
	}
	return st.Size(), nil
}

func newer(theirs, ours int) error {
	return fmt.Errorf("%w: its schema is %d, this program knows %d", project.ErrNewer, theirs, ours)
}

// migrate brings the schema to the version of the setup, in one transaction.
func migrate(ctx context.Context, db *sql.DB, with setup) error {
	var have int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&have); err != nil {
		return err
	}
	if have > with.version {
		return newer(have, with.version)
	}
	if have == with.version {
		return nil
	}
	scripts := []string{"PRAGMA defer_foreign_keys = ON"}
	next := have + 1
	for _, m := range with.migrations {
		if m.version == next && next <= with.version {
			scripts = append(scripts, m.sql)
			next++
		}
	}
	if next != with.version+1 {
		return fmt.Errorf("no migration from schema %d", next-1)
	}
	scripts = append(scripts, fmt.Sprintf("PRAGMA user_version = %d", with.version))
	return inTx(ctx, db, scripts...)
}

func quickCheck(ctx context.Context, db *sql.DB) error {
	problems, err := pragmaRows(ctx, db, "PRAGMA quick_check(3)")
	if err == nil && (len(problems) != 1 || problems[0] != "ok") {
		err = damaged(problems)
	}
	return err
}

func damaged(problems []string) error {
	return fmt.Errorf("%w: %s", project.ErrDamaged, strings.Join(problems, "; "))
}

func pragmaRows(ctx context.Context, db *sql.DB, query string) ([]string, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}
