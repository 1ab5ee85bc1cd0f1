package feed

import (
	"container/list"
	"image"

	"kindred/project"
)

// Key names a picture: of which file, in which size in pixels, and whether it
// covers that size or fits into it.
type Key struct {
	ID    project.FileID
	W, H  int
	Cover bool
}

// cache keeps pictures up to a bound in bytes; what was used longest ago goes
// first. All methods are O(1) but the eviction, which is O(evicted). It is not
// safe for concurrent use.
type cache struct {
	limit int64
	bytes int64
	order *list.List // of *picture, most recently used first
	byKey map[Key]*list.Element
}

type picture struct {
	key   Key
	image *image.RGBA
}

func newCache(limit int64) *cache {
	return &cache{limit: limit, order: list.New(), byKey: map[Key]*list.Element{}}
}

func (c *cache) get(k Key) *image.RGBA {
	e, ok := c.byKey[k]
	if !ok {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*picture).image
}

// put keeps img. A picture larger than the bound is not kept.
func (c *cache) put(k Key, img *image.RGBA) {
	c.drop(k)
	size := int64(len(img.Pix))
	if size > c.limit {
		return
	}
	c.byKey[k] = c.order.PushFront(&picture{key: k, image: img})
	c.bytes += size
	for c.bytes > c.limit {
		c.drop(c.order.Back().Value.(*picture).key)
	}
}

func (c *cache) drop(k Key) {
	e, ok := c.byKey[k]
	if !ok {
		return
	}
	c.order.Remove(e)
	delete(c.byKey, k)
	c.bytes -= int64(len(e.Value.(*picture).image.Pix))
}

// forget drops every size of a file's picture; O(kept).
func (c *cache) forget(id project.FileID) {
	for e := c.order.Front(); e != nil; {
		next := e.Next()
		if k := e.Value.(*picture).key; k.ID == id {
			c.drop(k)
		}
		e = next
	}
}
