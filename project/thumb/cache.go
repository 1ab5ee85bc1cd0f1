package thumb

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"kindred/project"
)

const (
	batchPuts  = 128                    // a batch is written when so many thumbnails wait,
	batchBytes = 4 << 20                // or so many bytes,
	batchUses  = 1024                   // or so many uses are to be noted,
	batchWait  = 100 * time.Millisecond // or so long after the first of them
	overhead   = 128                    // bytes an entry takes beside its picture
)

// Cache keeps thumbnails in a database file of its own. Everything in it can be
// made again: the file may be deleted at any time, also while it is open, and
// one that is damaged is replaced by an empty one. Several processes may have
// it open. When the limit is passed, the thumbnails that were not used for
// longest go.
//
// A Cache is safe for concurrent use.
type Cache struct {
	path  string
	limit atomic.Int64

	// write is held while a batch is written or the file is opened anew; it is
	// taken before mu.
	write sync.Mutex

	mu       sync.Mutex // guards what follows
	file     *cacheFile
	waiting  map[project.Hash][]byte // put, not yet written
	bytes    int                     // of waiting
	used     map[project.Hash]bool   // read, not yet noted
	timer    *time.Timer             // nil when no batch is due
	deferred error                   // of a batch that the timer wrote
	closed   bool
	timers   sync.WaitGroup
}

var errClosed = errors.New("thumbnail cache is closed")

// OpenCache opens or makes the cache. limit is in bytes; with 0 nothing is
// dropped for want of room. A file that belongs to
// something else is refused with project.ErrForeign, a damaged one replaced.
func OpenCache(path string, limit int64) (*Cache, error) {
	f, err := openCacheFile(path)
	if err != nil {
		return nil, fmt.Errorf("open thumbnail cache %q: %w", path, err)
	}
	c := &Cache{path: path, file: f, waiting: map[project.Hash][]byte{}, used: map[project.Hash]bool{}}
	c.limit.Store(limit)
	return c, nil
}

// SetLimit changes how large the cache may grow; what is above goes at once.
func (c *Cache) SetLimit(limit int64) error {
	c.limit.Store(limit)
	c.write.Lock()
	defer c.write.Unlock()
	c.mu.Lock()
	f := c.file
	c.mu.Unlock()
	if f == nil {
		return nil
	}
	return f.write(nil, nil, limit)
}

// Put keeps a thumbnail under the hash of its image file. It is written with
// others a moment later, and can be read at once. jpeg must not change
// afterwards. An error may be that of an earlier batch.
func (c *Cache) Put(ctx context.Context, hash project.Hash, jpeg []byte) error {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return errClosed
	}
	err := c.deferred
	c.deferred = nil
	c.bytes += len(jpeg) - len(c.waiting[hash])
	c.waiting[hash] = jpeg
	full := len(c.waiting) >= batchPuts || c.bytes >= batchBytes
	c.schedule()
	c.mu.Unlock()
	if full {
		err = errors.Join(err, c.Flush(ctx))
	}
	return err
}

// schedule makes sure that what waits is written soon. c.mu is held.
func (c *Cache) schedule() {
	if c.timer != nil || c.closed {
		return
	}
	c.timers.Add(1)
	c.timer = time.AfterFunc(batchWait, func() {
		defer c.timers.Done()
		if err := c.flush(); err != nil {
			c.mu.Lock()
			c.deferred = err
			c.mu.Unlock()
		}
	})
}

// Get returns the thumbnail of the image file with this hash. That there is
// none, for whatever reason, is no error.
func (c *Cache) Get(ctx context.Context, hash project.Hash) (jpeg []byte, ok bool, err error) {
	c.mu.Lock()
	f, closed := c.file, c.closed
	jpeg, ok = c.waiting[hash]
	c.mu.Unlock()
	switch {
	case closed:
		return nil, false, errClosed
	case ok:
		return jpeg, true, nil
	case f == nil:
		return nil, false, nil
	}
	jpeg, stale, err := f.get(ctx, hash)
	switch {
	case ctx.Err() != nil:
		return nil, false, ctx.Err()
	case err != nil:
		return nil, false, c.renew(f, err)
	case jpeg == nil:
		return nil, false, nil
	}
	if stale {
		c.mu.Lock()
		if c.used[hash] = true; len(c.used) >= batchUses {
			c.schedule()
		}
		c.mu.Unlock()
	}
	return jpeg, true, nil
}

// Flush writes what waits. When ctx ends before it is its turn, the rest stays
// for a later batch; a batch that has begun is finished.
func (c *Cache) Flush(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return c.flush()
}

func (c *Cache) flush() error {
	c.write.Lock()
	defer c.write.Unlock()
	c.mu.Lock()
	f, uses, err := c.file, c.used, c.deferred
	c.used, c.deferred = map[project.Hash]bool{}, nil
	// The puts stay readable in c.waiting until they are in the file; those
	// that arrive meanwhile must not be forgotten with them.
	batch := maps.Clone(c.waiting)
	if c.timer != nil {
		if c.timer.Stop() {
			c.timers.Done()
		}
		c.timer = nil
	}
	c.mu.Unlock()
	if len(batch) == 0 && len(uses) == 0 {
		return err
	}
	if f == nil || !f.there() {
		f, err = c.reopen(f)
	}
	if f != nil {
		if err = f.write(batch, uses, c.limit.Load()); damaged(err) {
			if f, err = c.reopen(f); f != nil {
				err = f.write(batch, uses, c.limit.Load())
			}
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	// Also when writing failed: thumbnails are made again, memory is not.
	for h, jpeg := range batch {
		if now, ok := c.waiting[h]; ok && same(now, jpeg) {
			c.bytes -= len(jpeg)
			delete(c.waiting, h)
		}
	}
	if err != nil {
		return fmt.Errorf("write thumbnail cache %q: %w", c.path, err)
	}
	return nil
}

// same reports whether two slices are one.
func same(a, b []byte) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// renew opens the file anew after f failed with err, if that is what helps.
func (c *Cache) renew(f *cacheFile, err error) error {
	c.write.Lock()
	defer c.write.Unlock()
	c.mu.Lock()
	now := c.file
	c.mu.Unlock()
	if now != f { // somebody else has done it
		return nil
	}
	f.broken = f.broken || damaged(err)
	if f.there() && !f.broken {
		return fmt.Errorf("read thumbnail cache %q: %w", c.path, err)
	}
	if _, err := c.reopen(f); err != nil {
		return fmt.Errorf("open thumbnail cache %q: %w", c.path, err)
	}
	return nil
}

// reopen replaces a file that is damaged or gone by a good one. c.write is held.
func (c *Cache) reopen(old *cacheFile) (*cacheFile, error) {
	if old != nil {
		old.close()
	}
	f, err := openCacheFile(c.path)
	if err == nil && old != nil && old.broken {
		f.close()
		removeCacheFile(c.path)
		f, err = openCacheFile(c.path)
	}
	if err != nil {
		f = nil
	}
	c.mu.Lock()
	c.file = f
	c.mu.Unlock()
	return f, err
}

// Close writes what waits and closes the file.
func (c *Cache) Close() error {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil
	}
	c.closed = true
	c.mu.Unlock()
	err := c.flush()
	c.timers.Wait()
	c.write.Lock()
	defer c.write.Unlock()
	if c.file != nil {
		err = errors.Join(err, c.file.close())
		c.file = nil
	}
	return err
}

// removeCacheFile deletes the database with the files that SQLite keeps beside
// it.
func removeCacheFile(path string) {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		_ = os.Remove(path + suffix)
	}
}
