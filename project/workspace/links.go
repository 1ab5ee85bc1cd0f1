package workspace

import (
	"context"
	"io/fs"
	"os"
	"sync"
	"time"

	"kindred/project"
	"kindred/project/audit"
)

// linkMemo remembers which files are links, as the scan follows those. The zero
// value is ready; it is safe for concurrent use.
type linkMemo struct {
	mu   sync.Mutex // protects seen
	seen map[linkKey]bool
}

// linkKey changes when a file gives way to a link or a link to a file.
type linkKey struct {
	id       project.FileID
	inode    uint64
	modified time.Time
}

// linkTest tells links from files by asking the disk, once each. What cannot be
// reached now is taken for a file.
func (w *Workspace) linkTest(ctx context.Context) func(audit.File) bool {
	return func(f audit.File) bool {
		key := linkKey{f.ID, f.Inode, f.Modified}
		m := &w.linked
		m.mu.Lock()
		link, known := m.seen[key]
		m.mu.Unlock()
		if known {
			return link
		}
		path, err := w.Path(ctx, f.ID)
		if err != nil {
			return false
		}
		info, err := os.Lstat(path)
		if err != nil {
			return false
		}
		link = info.Mode()&fs.ModeSymlink != 0
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.seen == nil {
			m.seen = map[linkKey]bool{}
		}
		m.seen[key] = link
		return link
	}
}
