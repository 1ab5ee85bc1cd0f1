package thumb

import "fmt"

// Empty throws all thumbnails away and gives their room on the disk back. The
// cache can be used on; other processes that have it open notice.
func (c *Cache) Empty() error {
	c.write.Lock()
	defer c.write.Unlock()
	c.mu.Lock()
	f, closed := c.file, c.closed
	clear(c.waiting)
	clear(c.used)
	c.bytes, c.deferred = 0, nil
	c.mu.Unlock()
	if closed {
		return errClosed
	}
	if f != nil {
		f.close()
	}
	removeCacheFile(c.path)
	if _, err := c.reopen(nil); err != nil {
		return fmt.Errorf("empty thumbnail cache %q: %w", c.path, err)
	}
	return nil
}
