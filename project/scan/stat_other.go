//go:build !unix

package scan

import "io/fs"

// statOf takes from a file's info what Stat remembers of it. There is no inode
// here, so a rename is recognised by its content alone.
func statOf(info fs.FileInfo) Stat {
	return Stat{Size: info.Size(), MTime: info.ModTime().UnixNano()}
}
