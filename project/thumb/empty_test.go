package thumb

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"kindred/project"
)

func TestAnEmptiedCacheGivesItsRoomBackAndGoesOn(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "thumbnails.db")
	open := func() *Cache {
		c, err := OpenCache(path, 1<<30)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		})
		return c
	}
	c, other := open(), open()
	big := bytes.Repeat([]byte{7}, 1<<20)
	for i := range 4 {
		if err := c.Put(ctx, project.Hash{byte(i + 1)}, big); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	if err := c.Put(ctx, project.Hash{9}, big); err != nil { // waits to be written
		t.Fatal(err)
	}
	if err := c.Empty(); err != nil {
		t.Fatal(err)
	}
	var left int64
	for _, suffix := range []string{"", "-wal"} {
		if info, err := os.Stat(path + suffix); err == nil {
			left += info.Size()
		}
	}
	if left > 200_000 {
		t.Errorf("%d bytes are left", left)
	}
	for _, hash := range []project.Hash{{1}, {9}} {
		if _, ok, err := c.Get(ctx, hash); ok || err != nil {
			t.Errorf("%x is still there, %v", hash[:1], err)
		}
	}
	for i, c := range []*Cache{c, other} {
		hash := project.Hash{20 + byte(i)}
		if err := c.Put(ctx, hash, []byte("new")); err != nil {
			t.Fatal(err)
		}
		if err := c.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := c.Get(ctx, hash); !ok || err != nil {
			t.Errorf("cache %d takes nothing any more: %v", i, err)
		}
	}
}
