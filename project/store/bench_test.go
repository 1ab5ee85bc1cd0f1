//go:build unix

package store

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kindred/embed"
	"kindred/project"
	"kindred/project/scan"

	"golang.org/x/sys/unix"
)

// processTime is what the process has used: on a busy machine it says more
// than the clock.
func processTime(t *testing.T) time.Duration {
	var u unix.Rusage
	check(t, unix.Getrusage(unix.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestSpeed holds the store to generous bounds at 100,000 files; it logs what
// it measured. Set KINDRED_BENCH to run it.
func TestSpeed(t *testing.T) {
	if os.Getenv("KINDRED_BENCH") == "" {
		t.Skip("a measurement of a minute: set KINDRED_BENCH=1")
	}
	const n, dim = 100_000, 1280
	path := filepath.Join(t.TempDir(), "big.kindred")
	s := openTest(t, path)
	root, err := s.AddRoot(t.Context(), "/photos")
	check(t, err)
	spec := specA
	spec.Dim = dim
	check(t, s.SetModel(t.Context(), spec))

	measure := func(name string, f func()) time.Duration {
		best, busy := time.Hour, time.Hour
		for range 3 {
			start, cpu := time.Now(), processTime(t)
			f()
			best, busy = min(best, time.Since(start)), min(busy, processTime(t)-cpu)
		}
		t.Logf("%-34s %8.1f ms, %8.1f ms of processor time", name, best.Seconds()*1000, busy.Seconds()*1000)
		return best
	}
	start := time.Now()
	fill(t, s, root.ID, n, dim)
	t.Logf("add and finish: %.0f rows/s, with making the vectors", n/time.Since(start).Seconds())

	var done []scan.Outcome
	for i := range 5000 {
		done = append(done, outcome(project.FileID(i+1), fmt.Sprint("new", i), dim))
	}
	start, cpu := time.Now(), processTime(t)
	for i := 0; i < len(done); i += 500 {
		check(t, s.Finish(t.Context(), modelA, done[i:i+500]))
	}
	t.Logf("finish alone: %.0f rows/s, %.0f a second of processor time", float64(len(done))/time.Since(start).Seconds(),
		float64(len(done))/(processTime(t)-cpu).Seconds())

	measure("known", func() {
		for _, err := range s.Known(t.Context(), root.ID, modelA) {
			check(t, err)
		}
	})
	var ids []project.FileID
	for _, key := range []project.SortKey{"name", "date", "size", "pixels", "label", "prediction", "confidence", "sharpness", "added"} {
		measure("list by "+string(key), func() {
			ids, err = s.List(t.Context(), modelA, project.Query{Sort: key})
			check(t, err)
		})
	}
	for _, f := range []string{"img_0", "tabby", "beach urlaub", "zebra", "label:beach", "size>100 width<200", "score(sharpness)<0.1", "date=2023-12", "-(folder:2024-05 OR unlabelled)"} {
		measure("filter "+f, func() {
			_, err := s.List(t.Context(), modelA, project.Query{Filter: f})
			check(t, err)
		})
	}
	measure("images, a page of 200", func() {
		_, err := s.Images(t.Context(), modelA, ids[50_000:50_200])
		check(t, err)
	})
	measure("images, all", func() {
		_, err := s.Images(t.Context(), modelA, ids)
		check(t, err)
	})
	measure("counts", func() {
		_, err := s.Counts(t.Context(), modelA)
		check(t, err)
	})
	measure("fingerprint", func() {
		s.revision.Add(1)
		_, err := s.Fingerprint(t.Context(), modelA)
		check(t, err)
	})
	measure("content files", func() {
		for _, err := range s.ContentFiles(t.Context()) {
			check(t, err)
		}
	})
	measure("vector matrix", func() {
		var m embed.Matrix
		_, m, err = s.VectorMatrix(t.Context(), modelA)
		check(t, err)
		if m.Rows != n {
			t.Fatalf("%d vectors", m.Rows)
		}
	})
	measure("check", func() { check(t, s.Check(t.Context())) })
	check(t, s.Close())
	st, err := os.Stat(path)
	check(t, err)
	t.Logf("file: %d MB", st.Size()>>20)
	measure("open and close", func() {
		s, err := Open(t.Context(), path, Options{})
		check(t, err)
		check(t, s.Close())
	})
}
