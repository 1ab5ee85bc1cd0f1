package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"kindred/project"
)

// lock keeps other processes out of a project. It is a lock of the operating
// system on a file beside the project, so it ends with the process, however
// that ends. The file says who holds it, and is removed on a clean close: one
// that is there without a lock is the trace of a crash.
type lock struct {
	path string
	file *os.File
}

// errHeld is returned by tryLock when another process, or another Store of
// this one, holds the lock.
var errHeld = errors.New("held")

// acquire takes the lock of a project file. crashed reports that the last
// holder did not close.
func acquire(project string) (l *lock, crashed bool, err error) {
	path := project + ".lock"
	for {
		_, err := os.Stat(path)
		crashed := err == nil
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
		if err != nil {
			return nil, false, err
		}
		if err := tryLock(f); err != nil {
			holder := readHolder(f)
			f.Close()
			if errors.Is(err, errHeld) {
				return nil, false, lockedBy(holder)
			}
			return nil, false, err
		}
		// Between opening and locking, the former holder may have removed
		// the file: then this lock would guard nothing.
		if !samePlace(f, path) {
			f.Close()
			continue
		}
		l := &lock{path: path, file: f}
		if err := l.sign(); err != nil {
			l.release()
			return nil, false, err
		}
		return l, crashed, nil
	}
}

func samePlace(f *os.File, path string) bool {
	a, err := f.Stat()
	if err != nil {
		return false
	}
	b, err := os.Stat(path)
	return err == nil && os.SameFile(a, b)
}

// sign writes who holds the lock.
func (l *lock) sign() error {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	_, err = l.file.WriteAt(fmt.Appendf(nil, "%d\n%s\n", os.Getpid(), host), 0)
	return err
}

// release removes the file before letting go of it, so that whoever waits for
// it sees that it is gone.
func (l *lock) release() error {
	if l == nil {
		return nil
	}
	return removeLock(l.file, l.path)
}

// readHolder returns the lines of a lock file, or nil.
func readHolder(f *os.File) []string {
	text, err := io.ReadAll(io.NewSectionReader(f, 0, 1024))
	if err != nil {
		return nil
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

func lockedBy(holder []string) error {
	if len(holder) != 2 {
		return project.ErrLocked
	}
	return fmt.Errorf("%w: process %s on %s has it", project.ErrLocked, holder[0], holder[1])
}
