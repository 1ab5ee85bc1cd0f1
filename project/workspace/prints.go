package workspace

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
)

// depends says what a finding is computed from. Each includes those before it.
type depends int

const (
	onVectors depends = iota // the contents, in order, and their vectors
	onFiles                  // and which files hold them: ids, paths, sizes, dates
	onLabels                 // and the files' labels and splits
	dependsCount
)

// takePrints digests what findings depend on. Two states of a project with the
// same digest have the same findings of that kind, row by row.
func (f *facts) takePrints() {
	h := sha256.New()
	writeText(h, string(f.w.spec.ID))
	space := f.space()
	h.Write(space[:])
	writeInts(h, int64(f.unit.Cols), int64(len(f.contents)))
	for i := range f.contents {
		h.Write(f.hashes[i][:])
	}
	f.prints[onVectors] = h.Sum(nil)

	h = sha256.New()
	h.Write(f.prints[onVectors])
	for _, c := range f.contents {
		writeInts(h, int64(len(c.Files)))
		for _, file := range c.Files {
			writeInts(h, int64(file.ID), file.Size, file.Modified.UnixNano())
			writeText(h, file.Shown)
		}
	}
	f.prints[onFiles] = h.Sum(nil)

	h = sha256.New()
	h.Write(f.prints[onFiles])
	for _, c := range f.contents {
		for _, file := range c.Files {
			writeText(h, file.Label)
			writeText(h, file.Split)
		}
	}
	f.prints[onLabels] = h.Sum(nil)
}

func writeInts(h hash.Hash, values ...int64) {
	var b [8]byte
	for _, v := range values {
		binary.LittleEndian.PutUint64(b[:], uint64(v))
		h.Write(b[:])
	}
}

func writeText(h hash.Hash, s string) {
	writeInts(h, int64(len(s)))
	h.Write([]byte(s))
}
