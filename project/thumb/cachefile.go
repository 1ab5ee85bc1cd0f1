package thumb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"embed"
	"errors"
	"fmt"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/mattn/go-sqlite3"

	"kindred/project"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

const (
	cacheID      = 0x4b6e5468 // "KnTh", application_id of a thumbnail cache
	cacheVersion = 1
)

// cacheFile is one opening of the database.
type cacheFile struct {
	path   string
	info   os.FileInfo
	db     *sql.DB
	query  map[string]*sql.Stmt
	batch  atomic.Int64 // number of the batch written last
	total  int64        // bytes held, as far as this process knows
	broken bool         // SQLite said that the file is damaged
}

// openCacheFile opens or makes the database; one that is no database, damaged
// or of another version is deleted first.
func openCacheFile(path string) (*cacheFile, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		removeCacheFile(path) // a log without its database would be replayed into the new one
	}
	f, err := tryCacheFile(path)
	// SQLite does not wait for another process that turns a new file to WAL.
	for i := 0; i < 200 && busy(err); i++ {
		time.Sleep(10 * time.Millisecond)
		f, err = tryCacheFile(path)
	}
	if damaged(err) || errors.Is(err, errOtherVersion) {
		removeCacheFile(path)
		f, err = tryCacheFile(path)
	}
	return f, err
}

var errOtherVersion = errors.New("made by another version")

func tryCacheFile(path string) (_ *cacheFile, err error) {
	f := &cacheFile{path: path, query: map[string]*sql.Stmt{}}
	f.db = sql.OpenDB(connector{path: path, driver: &sqlite3.SQLiteDriver{}})
	f.db.SetMaxOpenConns(4)
	f.db.SetMaxIdleConns(4)
	defer func() {
		if err != nil {
			f.close()
		}
	}()
	if err := f.prepare(); err != nil {
		return nil, err
	}
	if f.info, err = os.Stat(path); err != nil {
		return nil, err
	}
	return f, nil
}

// prepare makes the tables in an empty file and checks what is in others.
func (f *cacheFile) prepare() error {
	tx, err := f.db.Begin() // immediate: two processes do not both make the tables
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	var id, version, tables int
	for pragma, into := range map[string]*int{"PRAGMA application_id": &id, "PRAGMA user_version": &version, "SELECT count(*) FROM sqlite_master": &tables} {
		if err := tx.QueryRow(pragma).Scan(into); err != nil {
			return err
		}
	}
	switch {
	case tables == 0:
		schema, err := sqlFiles.ReadFile("sql/schema.sql")
		if err != nil {
			return err
		}
		mark := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", cacheID, cacheVersion)
		if _, err := tx.Exec(string(schema) + mark); err != nil {
			return err
		}
	case id != cacheID:
		return fmt.Errorf("%w: a database of something else", project.ErrForeign)
	case version != cacheVersion:
		return errOtherVersion
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	text, err := sqlFiles.ReadFile("sql/queries.sql")
	if err != nil {
		return err
	}
	for _, part := range strings.Split(string(text), "-- name: ")[1:] {
		name, body, _ := strings.Cut(part, "\n")
		if f.query[strings.TrimSpace(name)], err = f.db.Prepare(body); err != nil {
			return err
		}
	}
	var batch int64
	if err := f.query["batch"].QueryRow().Scan(&batch); err != nil {
		return err
	}
	f.batch.Store(batch - 1)
	return f.query["total"].QueryRow().Scan(&f.total)
}

// there reports whether the file still lies at its place.
func (f *cacheFile) there() bool {
	now, err := os.Stat(f.path)
	return err == nil && os.SameFile(now, f.info)
}

// get returns nil when there is no such thumbnail. stale says that its last
// use was noted before the newest batch.
func (f *cacheFile) get(ctx context.Context, hash project.Hash) (jpeg []byte, stale bool, err error) {
	var used int64
	err = f.query["get"].QueryRowContext(ctx, hash[:]).Scan(&jpeg, &used)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	return jpeg, used < f.batch.Load(), err
}

// write stores a batch in one transaction and makes room when it is needed.
func (f *cacheFile) write(puts map[project.Hash][]byte, uses map[project.Hash]bool, limit int64) (err error) {
	defer func() { f.broken = f.broken || damaged(err) }()
	if limit <= 0 {
		limit = math.MaxInt64
	}
	tx, err := f.db.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	b := cacheBatch{f: f, tx: tx}
	var number int64
	b.scan("batch", &number)
	for _, h := range sorted(uses) {
		b.exec("use", number, h[:])
	}
	for _, h := range sorted(puts) {
		if size := int64(len(puts[h])) + overhead; size <= limit {
			b.put(h, puts[h], size, number)
		}
	}
	if f.total+b.grown > limit {
		b.makeRoom(limit)
	}
	if b.err != nil {
		return b.err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	f.total += b.grown
	f.batch.Store(number)
	return nil
}

// cacheBatch is one transaction; after the first error its methods do nothing.
type cacheBatch struct {
	f     *cacheFile
	tx    *sql.Tx
	grown int64
	err   error
}

func (b *cacheBatch) exec(name string, args ...any) sql.Result {
	if b.err != nil {
		return nil
	}
	var r sql.Result
	r, b.err = b.tx.Stmt(b.f.query[name]).Exec(args...)
	return r
}

func (b *cacheBatch) scan(name string, into ...any) {
	if b.err == nil {
		b.err = b.tx.Stmt(b.f.query[name]).QueryRow().Scan(into...)
	}
}

func (b *cacheBatch) put(h project.Hash, jpeg []byte, size, number int64) {
	if b.err != nil {
		return
	}
	var id, old int64
	err := b.tx.Stmt(b.f.query["find"]).QueryRow(h[:]).Scan(&id, &old)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		r := b.exec("addPicture", jpeg)
		if b.err != nil {
			return
		}
		if id, b.err = r.LastInsertId(); b.err == nil {
			b.exec("addEntry", h[:], id, size, number)
		}
	case err != nil:
		b.err = err
	default:
		b.exec("replacePicture", jpeg, id)
		b.exec("replaceEntry", size, number, h[:])
	}
	b.grown += size - old
}

// makeRoom drops the entries that were not used for longest until a sixteenth
// of the limit is free, so that it does not run for each batch. The total is
// counted first: other processes write too.
func (b *cacheBatch) makeRoom(limit int64) {
	var total int64
	b.scan("total", &total)
	if b.err != nil {
		return
	}
	b.f.total, b.grown = total, 0
	if total <= limit {
		return
	}
	type entry struct {
		hash     []byte
		id, size int64
	}
	for b.err == nil && total > limit-limit/16 {
		rows, err := b.tx.Stmt(b.f.query["oldest"]).Query()
		if err != nil {
			b.err = err
			return
		}
		var list []entry
		for rows.Next() && b.err == nil {
			var e entry
			b.err = rows.Scan(&e.hash, &e.id, &e.size)
			list = append(list, e)
		}
		if b.err = errors.Join(b.err, rows.Err(), rows.Close()); len(list) == 0 {
			return
		}
		for _, e := range list {
			if total <= limit-limit/16 {
				return
			}
			b.exec("dropPicture", e.id)
			b.exec("dropEntry", e.hash)
			total -= e.size
			b.grown -= e.size
		}
	}
}

func (f *cacheFile) close() error { return f.db.Close() }

// damaged reports whether SQLite found the file damaged, not a database or
// without our tables: the statements are fixed, so that any error in one of
// them is the file's.
func damaged(err error) bool {
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return false
	}
	return slices.Contains([]sqlite3.ErrNo{sqlite3.ErrCorrupt, sqlite3.ErrNotADB, sqlite3.ErrIoErr, sqlite3.ErrError}, e.Code)
}

func busy(err error) bool {
	var e sqlite3.Error
	return errors.As(err, &e) && (e.Code == sqlite3.ErrBusy || e.Code == sqlite3.ErrLocked)
}

// sorted returns the keys of a map in order, for equal files from equal work.
func sorted[V any](m map[project.Hash]V) []project.Hash {
	keys := make([]project.Hash, 0, len(m))
	for h := range m {
		keys = append(keys, h)
	}
	slices.SortFunc(keys, func(a, b project.Hash) int { return strings.Compare(string(a[:]), string(b[:])) })
	return keys
}

// connector opens connections to one file without a driver registered by name.
type connector struct {
	path   string
	driver *sqlite3.SQLiteDriver
}

func (c connector) Driver() driver.Driver { return c.driver }

// Connect sets the page size before WAL, which would fix it at 4 KB, so that a
// thumbnail takes one or two pages. Nothing is synced: after a power cut the
// cache may be damaged, and then it is made anew.
func (c connector) Connect(context.Context) (driver.Conn, error) {
	path := filepath.ToSlash(c.path)
	if !strings.HasPrefix(path, "/") && filepath.IsAbs(c.path) {
		path = "/" + path // C:/...
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: "_busy_timeout=10000&_txlock=immediate&_synchronous=OFF"}
	if !filepath.IsAbs(c.path) {
		u = url.URL{Scheme: "file", Opaque: url.PathEscape(path), RawQuery: u.RawQuery}
	}
	conn, err := c.driver.Open(u.String())
	if err != nil {
		return nil, err
	}
	for _, p := range []string{"PRAGMA page_size = 16384", "PRAGMA journal_mode = WAL", "PRAGMA cache_size = -2048"} {
		if _, err := conn.(*sqlite3.SQLiteConn).Exec(p, nil); err != nil {
			_ = conn.Close()
			return nil, err
		}
	}
	return conn, nil
}
