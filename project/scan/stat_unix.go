//go:build unix

package scan

import (
	"io/fs"
	"syscall"
)

// statOf takes from a file's info what Stat remembers of it.
func statOf(info fs.FileInfo) Stat {
	s := Stat{Size: info.Size(), MTime: info.ModTime().UnixNano()}
	if sys, ok := info.Sys().(*syscall.Stat_t); ok {
		s.Inode = uint64(sys.Ino)
	}
	return s
}
