package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"kindred/project"
)

// extension is that of project files.
const extension = ".kindred"

var errFirstPage = fmt.Errorf("%w: its first page is lost", project.ErrDamaged)

// wasOurs tells of a file without our header whether it is a project whose
// first page was destroyed: it has our name, and behind the first page either
// the log or the pages look like ours.
func wasOurs(path string) bool {
	if filepath.Ext(path) != extension {
		return false
	}
	if isLog(path + "-wal") {
		return true
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	page := make([]byte, pageSize)
	for n := range int64(64) {
		if _, err := f.ReadAt(page, (n+1)*pageSize); err != nil {
			return false
		}
		if isTree(page) {
			return true
		}
	}
	return false
}

// isLog tells whether a file begins as a write-ahead log of our page size (file
// format of SQLite, section 4.1).
func isLog(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	var h [12]byte
	if _, err := io.ReadFull(f, h[:]); err != nil {
		return false
	}
	return binary.BigEndian.Uint32(h[:])|1 == 0x377f0683 && binary.BigEndian.Uint32(h[8:]) == pageSize
}

// isTree tells whether a page is one of a B-tree: its kind, and the places of
// its cells, which must lie within it (section 1.6).
func isTree(page []byte) bool {
	head := 8
	switch page[0] {
	case 0x02, 0x05:
		head = 12
	case 0x0a, 0x0d:
	default:
		return false
	}
	cells := int(binary.BigEndian.Uint16(page[3:]))
	content := int(binary.BigEndian.Uint16(page[5:]))
	if page[7] > 60 || head+2*cells > content || content > len(page) {
		return false
	}
	for i := range cells {
		if at := int(binary.BigEndian.Uint16(page[head+2*i:])); at < content || at >= len(page) {
			return false
		}
	}
	return true
}

// lendFirstPage writes the first page of a new, empty project over one that is
// lost: tables begin at the same pages in every project that was made by the
// same statements, and are looked for where they do not. restore puts back what
// was there; unknown is the number of tables that a new project does not have.
// When a table is not found, nothing is changed, and the error is ErrDamaged.
func lendFirstPage(ctx context.Context, path string) (restore func() error, unknown int, err error) {
	model := path + ".model"
	defer removeAll(model, "-journal")
	if err := create(ctx, model); err != nil {
		return nil, 0, err
	}
	unknown, err = adopt(ctx, path, model)
	if err != nil {
		return nil, 0, err
	}
	st, err := os.Stat(path)
	if err != nil {
		return nil, 0, err
	}
	pages := st.Size() / pageSize
	lent := make([]byte, pageSize)
	if err := readAt(model, lent, 0); err != nil {
		return nil, 0, err
	}
	binary.BigEndian.PutUint32(lent[28:], uint32(pages))
	clear(lent[32:40])                    // free pages are not known
	copy(lent[92:96], lent[24:28])        // the count of pages holds
	lent[18], lent[19] = byte(2), byte(2) // a log may lie beside it
	before := make([]byte, min(pageSize, st.Size()))
	if err := readAt(path, before, 0); err != nil {
		return nil, 0, err
	}
	restore = func() error { return writeAt(path, before) }
	if err := writeAt(path, lent); err != nil {
		return nil, 0, errors.Join(err, restore())
	}
	return restore, unknown, nil
}

func readAt(path string, b []byte, at int64) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.ReadAt(b, at)
	return err
}

func writeAt(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(b, 0)
	return errors.Join(err, f.Close())
}
