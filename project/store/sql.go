package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"sort"
	"strconv"
	"strings"
	"sync"
)

//go:embed sql
var files embed.FS

// migration brings a project file from version-1 to version.
type migration struct {
	version int
	name    string
	sql     string
}

// migrations reads the embedded migrations, in order.
func migrations(tree fs.FS) ([]migration, error) {
	names, err := fs.Glob(tree, "sql/migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var all []migration
	for _, name := range names {
		number, _, _ := strings.Cut(name[strings.LastIndexByte(name, '/')+1:], "-")
		v, err := strconv.Atoi(number)
		if err != nil {
			return nil, fmt.Errorf("migration %q: its name does not begin with a version", name)
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return nil, err
		}
		all = append(all, migration{v, name, string(text)})
	}
	sort.Slice(all, func(i, j int) bool { return all[i].version < all[j].version })
	return all, nil
}

// readQueries splits queries.sql at its "-- name: X" lines.
func readQueries() (map[string]string, error) {
	text, err := files.ReadFile("sql/queries.sql")
	if err != nil {
		return nil, err
	}
	all := make(map[string]string)
	for _, part := range strings.Split(string(text), "-- name: ")[1:] {
		name, body, _ := strings.Cut(part, "\n")
		all[strings.TrimSpace(name)] = strings.TrimSpace(body)
	}
	return all, nil
}

// statements prepares the named queries of one database when they are first
// used.
type statements struct {
	db      *sql.DB
	queries map[string]string

	mu       sync.Mutex // protects prepared
	prepared map[string]*sql.Stmt
}

func newStatements(db *sql.DB, queries map[string]string) *statements {
	return &statements{db: db, queries: queries, prepared: make(map[string]*sql.Stmt)}
}

// get returns a prepared statement, which the statements own.
func (s *statements) get(ctx context.Context, name string) (*sql.Stmt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st := s.prepared[name]; st != nil {
		return st, nil
	}
	text, ok := s.queries[name]
	if !ok {
		return nil, fmt.Errorf("no statement is named %q", name)
	}
	st, err := s.db.PrepareContext(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("prepare %q: %w", name, err)
	}
	s.prepared[name] = st
	return st, nil
}

// query runs a named query; each is called for every row and may not keep its
// RawBytes.
func (s *statements) query(ctx context.Context, name string, each func(*sql.Rows) error, args ...any) error {
	st, err := s.get(ctx, name)
	if err != nil {
		return err
	}
	rows, err := st.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// row runs a named query that gives one row.
func (s *statements) row(ctx context.Context, name string, args []any, dest ...any) error {
	st, err := s.get(ctx, name)
	if err != nil {
		return err
	}
	return st.QueryRowContext(ctx, args...).Scan(dest...)
}

// tx is a transaction of the writer with its named statements.
type tx struct {
	ctx   context.Context
	tx    *sql.Tx
	all   *statements
	bound map[string]*sql.Stmt
}

// stmt binds a statement to the transaction. The single connection of the
// writer is busy with the transaction, so statements are prepared on it.
func (t *tx) stmt(name string) (*sql.Stmt, error) {
	if st := t.bound[name]; st != nil {
		return st, nil
	}
	text, ok := t.all.queries[name]
	if !ok {
		return nil, fmt.Errorf("no statement is named %q", name)
	}
	st, err := t.tx.PrepareContext(t.ctx, text)
	if err != nil {
		return nil, fmt.Errorf("prepare %q: %w", name, err)
	}
	t.bound[name] = st
	return st, nil
}

func (t *tx) exec(name string, args ...any) (sql.Result, error) {
	st, err := t.stmt(name)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(t.ctx, args...)
}

// one runs a statement that must touch one row; sql.ErrNoRows says that it
// touched none.
func (t *tx) one(name string, args ...any) error {
	res, err := t.exec(name, args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return orNoRows(err)
	}
	return nil
}

func orNoRows(err error) error {
	if err == nil {
		return sql.ErrNoRows
	}
	return err
}

func (t *tx) row(name string, args []any, dest ...any) error {
	st, err := t.stmt(name)
	if err != nil {
		return err
	}
	return st.QueryRowContext(t.ctx, args...).Scan(dest...)
}
