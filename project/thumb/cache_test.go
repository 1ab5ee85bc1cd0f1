package thumb

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kindred/project"
)

func hash(i int) project.Hash {
	var h project.Hash
	binary.BigEndian.PutUint64(h[:], uint64(i)*0x9e3779b97f4a7c15)
	return h
}

// fake is a stand-in for a thumbnail, of n bytes that tell which it is.
func fake(i, n int) []byte { return bytes.Repeat([]byte{byte(i), byte(i >> 8)}, n/2) }

func open(t testing.TB, path string, limit int64) *Cache {
	t.Helper()
	c, err := OpenCache(path, limit)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func put(t testing.TB, c *Cache, from, to, size int) {
	t.Helper()
	for i := from; i < to; i++ {
		if err := c.Put(t.Context(), hash(i), fake(i, size)); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// held counts which of the thumbnails are there, and checks them.
func held(t testing.TB, c *Cache, from, to, size int) (n int) {
	t.Helper()
	for i := from; i < to; i++ {
		jpeg, ok, err := c.Get(t.Context(), hash(i))
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			n++
			if !bytes.Equal(jpeg, fake(i, size)) {
				t.Fatalf("thumbnail %d is another one", i)
			}
		}
	}
	return n
}

func TestCacheKeepsThumbnails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "made", "here #1 100%?", "thumbs.db")
	c := open(t, path, 1<<30)
	if err := c.Put(t.Context(), hash(0), fake(0, 100)); err != nil {
		t.Fatal(err)
	}
	if held(t, c, 0, 1, 100) != 1 {
		t.Error("not there before it is written")
	}
	put(t, c, 1, 300, 12000)
	if n := held(t, c, 1, 300, 12000); n != 299 {
		t.Errorf("%d of 299 are there", n)
	}
	put(t, c, 5, 6, 20000) // replaced
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.Put(t.Context(), hash(1), nil); err == nil {
		t.Error("a closed cache takes thumbnails")
	}
	c = open(t, path, 1<<30)
	if held(t, c, 5, 6, 20000) != 1 || held(t, c, 6, 300, 12000) != 294 {
		t.Error("lost by closing and opening")
	}
	var page int
	if err := c.file.db.QueryRow("PRAGMA page_size").Scan(&page); err != nil || page != 16384 {
		t.Errorf("pages of %d bytes, %v", page, err)
	}
}

func TestCacheWritesWithoutFlush(t *testing.T) {
	path := filepath.Join(t.TempDir(), "thumbs.db")
	a, b := open(t, path, 1<<30), open(t, path, 1<<30)
	if err := a.Put(t.Context(), hash(1), fake(1, 10)); err != nil {
		t.Fatal(err)
	}
	for range 200 {
		if held(t, b, 1, 2, 10) == 1 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("not written after two seconds")
}

func TestCacheDropsWhatWasNotUsedForLongest(t *testing.T) {
	const size = 10000 - overhead
	path := filepath.Join(t.TempDir(), "thumbs.db")
	c := open(t, path, 100*10000)
	put(t, c, 0, 50, size)
	put(t, c, 50, 100, size)
	if n := held(t, c, 0, 10, size); n != 10 { // used again
		t.Fatalf("%d of 10", n)
	}
	put(t, c, 100, 130, size)
	for _, want := range []struct{ from, to, least, most int }{{0, 10, 10, 10}, {10, 50, 0, 10}, {50, 100, 45, 50}, {100, 130, 30, 30}} {
		if n := held(t, c, want.from, want.to, size); n < want.least || n > want.most {
			t.Errorf("%d to %d: %d are left, want %d to %d", want.from, want.to, n, want.least, want.most)
		}
	}
	put(t, c, 200, 201, 2000000) // larger than the whole cache
	if held(t, c, 200, 201, 2000000) != 0 {
		t.Error("keeps what is larger than the limit")
	}
	put(t, c, 1000, 2000, size)
	if n := held(t, c, 0, 2000, size); n > 100 || n < 90 {
		t.Errorf("%d of at most 100 are left", n)
	}
	_ = c.Close()
	if info, err := os.Stat(path); err != nil || info.Size() > 5<<20 {
		t.Errorf("file of %d bytes for a limit of a million, %v", info.Size(), err)
	}
}

func TestCacheDamaged(t *testing.T) {
	for name, damage := range map[string]func(data []byte) []byte{
		"garbage":   func([]byte) []byte { return bytes.Repeat([]byte("garbage "), 5000) },
		"empty":     func([]byte) []byte { return nil },
		"half":      func(d []byte) []byte { return d[:len(d)/2] },
		"torn":      func(d []byte) []byte { return append(d[:16384:16384], bytes.Repeat([]byte{7}, len(d)-16384)...) },
		"no header": func(d []byte) []byte { return append(make([]byte, 100), d[100:]...) },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "thumbs.db")
			c := open(t, path, 1<<30)
			put(t, c, 0, 100, 8000)
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, damage(data), 0o600); err != nil {
				t.Fatal(err)
			}
			c = open(t, path, 1<<30)
			for i := range 100 { // may be there or not, but is no error
				if _, _, err := c.Get(t.Context(), hash(i)); err != nil {
					t.Fatal(err)
				}
			}
			put(t, c, 100, 300, 8000)
			if n := held(t, c, 100, 300, 8000); n != 200 {
				t.Errorf("%d of 200 after the damage", n)
			}
		})
	}
}

func TestCacheDeletedWhileOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "thumbs.db")
	for _, whole := range []bool{true, false} {
		c := open(t, path, 1<<30)
		put(t, c, 0, 10, 8000)
		if whole {
			removeCacheFile(path)
		} else {
			_ = os.Remove(path) // leaves the log
		}
		put(t, c, 10, 20, 8000)
		if n := held(t, c, 10, 20, 8000); n != 10 {
			t.Errorf("%d of 10 after deleting", n)
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		c = open(t, path, 1<<30)
		if n := held(t, c, 10, 20, 8000); n != 10 {
			t.Errorf("%d of 10 in the new file", n)
		}
		_ = c.Close()
		removeCacheFile(path)
	}
}

func TestCacheOverwrittenWhileOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "thumbs.db")
	c := open(t, path, 1<<30)
	put(t, c, 0, 200, 20000)
	if _, err := c.file.db.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Repeat([]byte{3}, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	for round := range 3 {
		for i := range 200 {
			_, _, _ = c.Get(t.Context(), hash(i)) // finds the damage
		}
		_ = c.Put(t.Context(), hash(1000+round), fake(1, 10))
		_ = c.Flush(t.Context())
	}
	put(t, c, 300, 310, 8000)
	if n := held(t, c, 300, 310, 8000); n != 10 {
		t.Errorf("%d of 10 after the damage", n)
	}
}

func TestCacheLeavesForeignDatabasesAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "project.db")
	db := sql.OpenDB(connector{path: path})
	_ = db.Close()
	c := open(t, path, 1<<20)
	put(t, c, 0, 1, 10)
	if _, err := c.file.db.Exec("PRAGMA application_id = 77"); err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
	if _, err := OpenCache(path, 1<<20); !errors.Is(err, project.ErrForeign) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error("the foreign file is gone")
	}
}

func TestCacheConcurrent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "thumbs.db")
	caches := []*Cache{open(t, path, 1<<22), open(t, path, 1<<22)}
	var wg sync.WaitGroup
	for g := range 6 {
		wg.Go(func() {
			c := caches[g%2]
			for i := range 150 {
				if err := c.Put(t.Context(), hash(g*1000+i), fake(g*1000+i, 9000)); err != nil {
					t.Error(err)
				}
				if got, ok, err := c.Get(t.Context(), hash(g*1000+i/2)); err != nil || ok && !bytes.Equal(got, fake(g*1000+i/2, 9000)) {
					t.Error(ok, err)
				}
				if i%50 == 0 {
					_ = c.Flush(t.Context())
				}
			}
		})
	}
	wg.Wait()
}

func TestCacheCancelled(t *testing.T) {
	c := open(t, filepath.Join(t.TempDir(), "thumbs.db"), 1<<20)
	put(t, c, 0, 1, 10)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := c.Get(ctx, hash(0)); !errors.Is(err, context.Canceled) {
		t.Errorf("Get: %v", err)
	}
	if err := c.Flush(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Flush: %v", err)
	}
}

// Processes that open a cache at once do not hinder each other.
func TestCacheProcesses(t *testing.T) {
	if path := os.Getenv("KINDRED_TEST_CACHE"); path != "" {
		c := open(t, path, 1<<30)
		put(t, c, os.Getpid()*100, os.Getpid()*100+100, 5000)
		if n := held(t, c, os.Getpid()*100, os.Getpid()*100+100, 5000); n != 100 {
			t.Errorf("%d of 100", n)
		}
		return
	}
	path := filepath.Join(t.TempDir(), "thumbs.db")
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCacheProcesses$")
			cmd.Env = append(os.Environ(), "KINDRED_TEST_CACHE="+path)
			if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "PASS") {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	wg.Wait()
}

func BenchmarkCachePut(b *testing.B) {
	c := open(b, filepath.Join(b.TempDir(), "thumbs.db"), 1<<30)
	for i := 0; b.Loop(); i++ {
		if err := c.Put(b.Context(), hash(i), fake(i, 13000)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCacheGet(b *testing.B) {
	c := open(b, filepath.Join(b.TempDir(), "thumbs.db"), 1<<30)
	put(b, c, 0, 1000, 13000)
	for i := 0; b.Loop(); i++ {
		if _, ok, err := c.Get(b.Context(), hash(i%1000)); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}

// The welcome screen looks at a cache whose limit it does not know.
func TestCacheWithoutLimitDropsNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	c := open(t, path, 1<<20)
	put(t, c, 0, 100, 1000)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c = open(t, path, 0)
	put(t, c, 100, 101, 1000)
	if err := c.Flush(t.Context()); err != nil { // so that the others are stale
		t.Fatal(err)
	}
	if n := held(t, c, 0, 101, 1000); n != 101 {
		t.Fatalf("%d of 101 thumbnails", n)
	}
	if err := c.Close(); err != nil { // notes their use
		t.Fatal(err)
	}
	c = open(t, path, 1<<20)
	defer c.Close()
	if n := held(t, c, 0, 101, 1000); n != 101 {
		t.Errorf("after a look %d of 101 thumbnails are left", n)
	}
}
