package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
)

// forest are the B-trees of a file, found without a list of tables.
type forest struct {
	file  *os.File
	pages int64
	child map[int64]bool
	roots []int64 // pages of tables that are no page's child, in order
}

// plant reads the head of every page.
func plant(ctx context.Context, file *os.File, size int64) (*forest, error) {
	f := &forest{file: file, pages: size / pageSize, child: map[int64]bool{}}
	page := make([]byte, pageSize)
	var tables []int64
	for n := int64(2); n <= f.pages; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if _, err := file.ReadAt(page, (n-1)*pageSize); err != nil {
			return nil, err
		}
		if !isTree(page) {
			continue
		}
		if page[0] == 0x05 || page[0] == 0x0d {
			tables = append(tables, n)
		}
		if page[0] == 0x05 || page[0] == 0x02 {
			for _, c := range children(page) {
				f.child[c] = true
			}
		}
	}
	for _, n := range tables {
		if !f.child[n] {
			f.roots = append(f.roots, n)
		}
	}
	return f, nil
}

// children are the pages below an inner page.
func children(page []byte) []int64 {
	all := []int64{int64(binary.BigEndian.Uint32(page[8:]))}
	for i := range int(binary.BigEndian.Uint16(page[3:])) {
		at := int(binary.BigEndian.Uint16(page[12+2*i:]))
		if at+4 <= len(page) {
			all = append(all, int64(binary.BigEndian.Uint32(page[at:])))
		}
	}
	return all
}

// columns is the number of columns of the first row of a table that begins at
// a page, 0 when it has no row, -1 when no table begins there.
func (f *forest) columns(root int64) int {
	page := make([]byte, pageSize)
	for range 20 {
		if root < 2 || root > f.pages {
			return -1
		}
		if _, err := f.file.ReadAt(page, (root-1)*pageSize); err != nil || !isTree(page) {
			return -1
		}
		cells := int(binary.BigEndian.Uint16(page[3:]))
		switch page[0] {
		case 0x05:
			root = children(page)[0]
			if cells > 0 {
				root = children(page)[1]
			}
		case 0x0d:
			if cells == 0 {
				return 0
			}
			return recordColumns(page[binary.BigEndian.Uint16(page[8:]):])
		default:
			return -1
		}
	}
	return -1
}

// recordColumns counts the columns of a cell of a table's leaf (file format of
// SQLite, sections 1.6 and 2.1).
func recordColumns(cell []byte) int {
	_, n := varint(cell) // length
	_, m := varint(cell[n:])
	cell = cell[n+m:]
	head, n := varint(cell)
	if head > uint64(len(cell)) || head < uint64(n) {
		return -1
	}
	count := 0
	for cell = cell[n:head]; len(cell) > 0; count++ {
		_, n := varint(cell)
		cell = cell[n:]
	}
	return count
}

func varint(b []byte) (v uint64, n int) {
	for n < len(b) && n < 9 {
		n++
		if n == 9 {
			return v<<8 | uint64(b[8]), 9
		}
		v = v<<7 | uint64(b[n-1]&0x7f)
		if b[n-1] < 0x80 {
			break
		}
	}
	return v, n
}

// adopt says in the list of tables of an empty project at model where the
// tables of the file at path begin, and how many tables there are that it does
// not know. A project that was brought up from an earlier version has its later
// tables elsewhere than a new one: those are known by their columns.
func adopt(ctx context.Context, path, model string) (unknown int, err error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	st, err := file.Stat()
	if err != nil {
		return 0, err
	}
	f, err := plant(ctx, file, st.Size())
	if err != nil {
		return 0, err
	}
	db := database(model, "", nil)
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	type table struct {
		name    string
		root    int64
		columns int
	}
	var all []table
	rows, err := db.QueryContext(ctx, `SELECT m.name, m.rootpage, (SELECT count(*) FROM pragma_table_info(m.name))
		FROM sqlite_schema m JOIN pragma_table_list l ON l.name = m.name WHERE m.type = 'table' AND l.wr = 0 ORDER BY m.rootpage`)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var t table
		if err := rows.Scan(&t.name, &t.root, &t.columns); err != nil {
			return 0, err
		}
		all = append(all, t)
	}
	if err := rows.Err(); err != nil {
		return 0, err
	}
	rows.Close()
	taken := map[int64]bool{}
	// Columns that a later version added are not in rows from before.
	const added = 4
	fits := func(t table, n int) bool { return n <= t.columns && n >= t.columns-added }
	var lost []table
	for _, t := range all {
		if n := f.columns(t.root); !f.child[t.root] && (n == 0 || fits(t, n)) {
			taken[t.root] = true
		} else {
			lost = append(lost, t)
		}
	}
	for _, t := range lost {
		var found []int64
		for _, root := range f.roots {
			if n := f.columns(root); !taken[root] && n == t.columns {
				found = append(found, root)
			}
		}
		if len(found) != 1 {
			return 0, fmt.Errorf("%w, and where its table %q begins", errFirstPage, t.name)
		}
		taken[found[0]] = true
		if _, err := db.ExecContext(ctx, "PRAGMA writable_schema = ON"); err != nil {
			return 0, err
		}
		if _, err := db.ExecContext(ctx, "UPDATE sqlite_schema SET rootpage = ? WHERE name = ?", found[0], t.name); err != nil {
			return 0, err
		}
	}
	for _, root := range f.roots {
		if !taken[root] && f.columns(root) > 0 {
			unknown++
		}
	}
	return unknown, nil
}
