package scan

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"

	"kindred/project"
)

// Of files from this size on only one is read and decoded at a time, so that
// memory does not grow with the number of workers.
const largeFile = 24 << 20

// maxFile is the size from which a file is not read at all: no picture within
// the pixel limit is that large.
const maxFile = 2 << 30

// reasons are the causes that have a name for people, most special first.
var reasons = []error{
	project.ErrEmpty, project.ErrTooLarge, project.ErrSlow, project.ErrTruncated, project.ErrNotImage,
	project.ErrPermission, project.ErrChanging, project.ErrGone,
}

// Reason puts an error into a few words for people: the named reason that it
// wraps, without the operations around it. Errors that stand for one of the
// reasons without quoting it keep their own words ("BigTIFF is not supported").
func Reason(err error) string {
	for _, r := range reasons {
		if !errors.Is(err, r) {
			continue
		}
		cause := err
		for next := errors.Unwrap(cause); next != nil; next = errors.Unwrap(cause) {
			cause = next
		}
		return cause.Error()
	}
	var cause syscall.Errno
	switch {
	case errors.Is(err, fs.ErrPermission):
		return project.ErrPermission.Error()
	case errors.Is(err, fs.ErrNotExist):
		return project.ErrGone.Error()
	case errors.As(err, &cause):
		return cause.Error()
	}
	return err.Error()
}

// isGone tells whether an error means that nothing lies at a path.
func isGone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// connected tells whether a root's folder is there.
func connected(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// readFile reads a whole file into buf, which grows as needed, and makes sure
// that it did not change meanwhile. The Stat is the file's when it was opened.
func readFile(path string, buf []byte) (data []byte, stat Stat, err error) {
	f, err := os.Open(path)
	if err != nil {
		return buf, Stat{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return buf, Stat{}, err
	}
	stat = statOf(info)
	switch {
	case !info.Mode().IsRegular():
		return buf, stat, project.ErrChanging
	case stat.Size == 0:
		return buf, stat, project.ErrEmpty
	case stat.Size > maxFile:
		return buf, stat, project.ErrTooLarge
	}
	if int64(cap(buf)) < stat.Size {
		buf = make([]byte, stat.Size+stat.Size/4)
	}
	data = buf[:stat.Size]
	if _, err := io.ReadFull(f, data); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			err = project.ErrChanging
		}
		return data, stat, err
	}
	if info, err = f.Stat(); err != nil {
		return data, stat, err
	}
	if statOf(info) != stat {
		return data, stat, project.ErrChanging
	}
	return data, stat, nil
}

// hashFile computes the hash of a file without holding it in memory.
func hashFile(ctx context.Context, path string) (h project.Hash, err error) {
	f, err := os.Open(path)
	if err != nil {
		return h, err
	}
	defer f.Close()
	sum := sha256.New()
	for err == nil {
		if err = ctx.Err(); err == nil {
			_, err = io.CopyN(sum, f, 1<<20)
		}
	}
	if !errors.Is(err, io.EOF) {
		return h, err
	}
	sum.Sum(h[:0])
	return h, nil
}

// firstBytes returns up to n bytes from the start of a file, none if it cannot
// be read.
func firstBytes(path string, n int) []byte {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	head := make([]byte, n)
	got, _ := io.ReadFull(f, head)
	return head[:got]
}
