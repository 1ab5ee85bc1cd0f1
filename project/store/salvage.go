package store

import (
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/mattn/go-sqlite3"
)

const (
	stepByStep = 4096 // ids that are tried one by one behind a broken place
	firstRow   = "SELECT %s FROM %s WHERE %s >= ? ORDER BY %s LIMIT ?"
)

// shape is how the rows of a table are read and written.
type shape struct {
	table   string // quoted
	rowid   string // the column that orders the rows; "" WITHOUT ROWID
	columns string // quoted, with commas; rowid comes first, whether it is one of them or not
	insert  *sql.Stmt
	width   int
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// shape asks the new file, whose tables are whole.
func (r *rescue) shape(d described) (shape, error) {
	s := shape{table: quoted(d.name)}
	rows, err := r.to.QueryContext(r.ctx, "SELECT name, type, pk FROM pragma_table_info(?)", d.name)
	if err != nil {
		return s, err
	}
	defer rows.Close()
	var columns, keys []string
	alias := ""
	for rows.Next() {
		var name, kind string
		var pk int
		if err := rows.Scan(&name, &kind, &pk); err != nil {
			return s, err
		}
		if pk > 0 {
			keys = append(keys, name)
			if strings.EqualFold(kind, "INTEGER") {
				alias = name
			}
		}
		columns = append(columns, quoted(name))
	}
	if err := rows.Err(); err != nil {
		return s, err
	}
	rows.Close()
	var without bool
	if err := r.to.QueryRowContext(r.ctx, "SELECT wr FROM pragma_table_list(?)", d.name).Scan(&without); err != nil {
		return s, err
	}
	switch {
	case without:
	case len(keys) == 1 && alias != "":
		s.rowid = quoted(alias)
		rest := []string{s.rowid}
		for _, c := range columns {
			if c != s.rowid {
				rest = append(rest, c)
			}
		}
		columns = rest
	default:
		s.rowid = "rowid"
		columns = append([]string{"rowid"}, columns...)
	}
	s.columns, s.width = strings.Join(columns, ", "), len(columns)
	s.insert, err = r.to.PrepareContext(r.ctx, fmt.Sprintf("INSERT OR IGNORE INTO %s (%s) VALUES (?%s)",
		s.table, s.columns, strings.Repeat(", ?", len(columns)-1)))
	return s, err
}

// table saves the rows of one table and returns how many.
func (r *rescue) table(d described) (int, error) {
	s, err := r.shape(d)
	if err != nil {
		return 0, err
	}
	defer s.insert.Close()
	if s.rowid == "" {
		return r.bothEnds(s)
	}
	total := 0
	for from := int64(math.MinInt64); ; {
		n, last, err := r.copy(s, fmt.Sprintf(firstRow, s.columns, s.table, s.rowid, s.rowid), from, -1)
		total += n
		if err == nil {
			return total, nil
		}
		if !unreadable(err) {
			return total, err
		}
		r.out.Gaps++
		if last != nil {
			from = *last + 1
		}
		next, err := r.behind(s, from)
		if err != nil || next == nil {
			return total, err
		}
		from = *next
	}
}

// behind finds the next id from which a row can be read, nil when there is
// none. A row is unreadable alone when only its overflow is broken, with its
// page, or with all pages below a broken one; so the steps begin with 1 and
// grow later.
func (r *rescue) behind(s shape, from int64) (*int64, error) {
	text := fmt.Sprintf(firstRow, s.columns, s.table, s.rowid, s.rowid)
	if from == math.MinInt64 {
		from = 0 // nothing at all could be read; ids begin with 1
	}
	for tried := int64(1); from < math.MaxInt64/2; tried++ {
		from++
		if tried > stepByStep {
			from += tried - stepByStep
			tried += (tried - stepByStep) / 4
		}
		rows, err := r.from.QueryContext(r.ctx, text, from, 1)
		if err == nil {
			found := rows.Next()
			if found {
				err = rows.Scan(scratch(s.width)...)
			} else {
				err = rows.Err()
			}
			rows.Close()
			if err == nil && found {
				return &from, nil
			}
			if err == nil {
				return nil, nil // behind the last row
			}
		}
		if !unreadable(err) {
			return nil, err
		}
	}
	return nil, nil
}

func scratch(n int) []any {
	all := make([]any, n)
	for i := range all {
		all[i] = new(any)
	}
	return all
}

// copy inserts what a query gives until it ends or meets a broken page. last
// is the id that it read last, nil when it read none.
func (r *rescue) copy(s shape, text string, args ...any) (n int, last *int64, err error) {
	rows, err := r.from.QueryContext(r.ctx, text, args...)
	if err != nil {
		return 0, nil, err
	}
	defer rows.Close()
	dest := scratch(s.width)
	values := make([]any, s.width)
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return n, last, err
		}
		for i := range dest {
			values[i] = *dest[i].(*any)
		}
		if id, ok := values[0].(int64); ok {
			last = &id
		}
		res, err := s.insert.ExecContext(r.ctx, values...)
		if isConstraint(err) {
			r.out.Gaps++
			continue
		}
		if err != nil {
			return n, last, err
		}
		if more, err := res.RowsAffected(); err == nil {
			n += int(more)
		}
	}
	return n, last, rows.Err()
}

// isConstraint tells a row that the table refuses: garbage of a broken page.
func isConstraint(err error) bool {
	var e sqlite3.Error
	return errors.As(err, &e) && (e.Code == sqlite3.ErrConstraint || e.Code == sqlite3.ErrMismatch)
}

// bothEnds saves the rows of a table WITHOUT ROWID, from its first row up to
// the first broken page and from its last row down.
func (r *rescue) bothEnds(s shape) (int, error) {
	total := 0
	for _, order := range []string{" ASC", " DESC"} {
		n, _, err := r.copy(s, "SELECT "+s.columns+" FROM "+s.table+" ORDER BY 1"+order)
		total += n
		if err == nil {
			return total, nil
		}
		if !unreadable(err) {
			return total, err
		}
		r.out.Gaps++
	}
	return total, nil
}

// mend brings the saved rows into agreement: what refers to a row that is lost
// is made to refer to nothing, or gets a row to refer to. Nothing that a
// person decided is removed.
func (r *rescue) mend() error {
	if err := r.pathsOfIndex(); err != nil {
		return err
	}
	for _, text := range mending {
		if _, err := r.to.ExecContext(r.ctx, text); err != nil {
			return fmt.Errorf("mend: %w", err)
		}
	}
	return r.owners()
}

// mending is done in this order. Derived data without its owner can be
// computed again; files without content are read again.
var mending = []string{
	"UPDATE file SET content_id = NULL, pending = 1 WHERE content_id IS NOT NULL AND content_id NOT IN (SELECT id FROM content)",
	"UPDATE file SET label_id = NULL WHERE label_id IS NOT NULL AND label_id NOT IN (SELECT id FROM term)",
	"UPDATE file SET split_id = NULL WHERE split_id IS NOT NULL AND split_id NOT IN (SELECT id FROM term)",
	"DELETE FROM encoding WHERE id & 0xFFFFFFFFFF NOT IN (SELECT id FROM content) OR id >> 40 NOT IN (SELECT id FROM model)",
	"DELETE FROM vector WHERE id NOT IN (SELECT id FROM encoding)",
	"DELETE FROM encoding WHERE id NOT IN (SELECT id FROM vector)",
	"INSERT OR REPLACE INTO setting (key, value) VALUES ('" + relabel + "', '1')", // files saved from the index lost theirs
	"INSERT INTO root (id, name, path) SELECT DISTINCT root_id, 'lost-' || root_id, CAST('/lost-' || root_id AS BLOB) FROM file WHERE root_id NOT IN (SELECT id FROM root)",
}

// pathsOfIndex saves id and path of files whose row is lost from the index of
// paths, which has them too.
func (r *rescue) pathsOfIndex() error {
	rows, err := r.from.QueryContext(r.ctx, "SELECT id, root_id, path, raw FROM file INDEXED BY sqlite_autoindex_file_1 ORDER BY root_id, path, raw")
	if err != nil {
		return passUnreadable(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, root int64
		var path string
		raw := []byte{}
		if err := rows.Scan(&id, &root, &path, &raw); err != nil {
			return passUnreadable(err)
		}
		if raw == nil {
			raw = []byte{}
		}
		res, err := r.to.ExecContext(r.ctx, `INSERT OR IGNORE INTO file (id, root_id, path, raw, folded, size, mtime, inode)
			VALUES (?, ?, ?, ?, ?, 0, 0, 0)`, id, root, path, raw, fold(path))
		if err != nil && !isConstraint(err) {
			return err
		}
		if err == nil {
			if n, _ := res.RowsAffected(); n > 0 {
				r.out.Unread++
				r.out.Files++
			}
		}
	}
	return passUnreadable(rows.Err())
}

func passUnreadable(err error) error {
	if unreadable(err) {
		return nil
	}
	return err
}

// owners gives rows of other tables that refer to a file that is lost one that
// is missing, so that a decision keeps what it was about.
func (r *rescue) owners() error {
	type reference struct{ table, column string }
	var all []reference
	rows, err := r.to.QueryContext(r.ctx, `SELECT m.name, f."from" FROM sqlite_schema m, pragma_foreign_key_list(m.name) f
		WHERE m.type = 'table' AND lower(f."table") = 'file'`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var ref reference
		if err := rows.Scan(&ref.table, &ref.column); err != nil {
			return err
		}
		all = append(all, ref)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close()
	for _, ref := range all {
		if _, err := r.to.ExecContext(r.ctx, fmt.Sprintf(`INSERT OR IGNORE INTO file (id, root_id, path, folded, size, mtime, inode, missing)
			SELECT DISTINCT d.%[1]s, (SELECT min(id) FROM root), char(10) || '//lost/' || d.%[1]s, '', 0, 0, 0, 1
			FROM %[2]s d WHERE d.%[1]s IS NOT NULL AND d.%[1]s NOT IN (SELECT id FROM file)`, quoted(ref.column), quoted(ref.table))); err != nil {
			return err
		}
	}
	return nil
}
