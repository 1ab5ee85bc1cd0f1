package workspace

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"kindred/project/scan"
	"kindred/project/thumb"
)

// Expand replaces folders among paths by the pictures below them, in the order
// of a scan. Everything else stays as it was typed, to be read or to fail by
// its name. Folders that cannot be read become failures.
func Expand(ctx context.Context, paths []string) (files []string, failed []FileResult, err error) {
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil || !info.IsDir() {
			files = append(files, p)
			continue
		}
		for item := range scan.Walk(ctx, p) {
			path := filepath.Join(p, filepath.FromSlash(item.Path))
			switch {
			case item.Kind == scan.Unreadable:
				failed = append(failed, FileResult{File: path, Reason: item.Reason})
			case item.Kind == scan.File && (!item.Probe || isPicture(path)):
				files = append(files, path)
			}
		}
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
	}
	return files, failed, nil
}

// isPicture looks at a file's first bytes.
func isPicture(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 32)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false
	}
	_, ok := thumb.Signature(head[:n])
	return ok
}
