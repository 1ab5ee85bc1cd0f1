package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"kindred/embed"
	"kindred/project"
	"kindred/project/scan"
)

const modelA embed.ModelID = "aaaa-1"

var specA = embed.Spec{ID: modelA, Name: "tiny", Dim: 8, Classes: []string{"tabby", "golden_retriever", "sports car"}}

func openTest(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { check(t, s.Close()) })
	return s
}

// fresh opens a new project with one root and the model.
func fresh(t testing.TB) (*Store, project.Root) {
	t.Helper()
	s := openTest(t, filepath.Join(t.TempDir(), "birds.kindred"))
	r, err := s.AddRoot(t.Context(), filepath.Join(t.TempDir(), "photos"))
	check(t, err)
	check(t, s.SetModel(t.Context(), specA))
	return s, r
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func hashOf(s string) project.Hash { return sha256.Sum256([]byte(s)) }

// outcome is what a decoded and encoded file with these bytes gives.
func outcome(id project.FileID, bytes string, dim int) scan.Outcome {
	h := hashOf(bytes)
	r := rand.New(rand.NewPCG(uint64(h[0])|uint64(h[1])<<8|uint64(h[2])<<16, 1))
	v := make([]float32, dim)
	for i := range v {
		v[i] = r.Float32() - 0.3
	}
	p := []float32{0.1, 0.1, 0.1}
	p[h[3]%3] = 0.8
	return scan.Outcome{
		ID: id, Stat: scan.Stat{Size: int64(h[4]) * 1000, MTime: 1_700_000_000_000_000_000 + int64(h[5])*86400e9, Inode: 1<<63 | uint64(h[6])}, Hash: h,
		Content: &scan.Content{
			Width: 100 + int(h[7]), Height: 200, Format: "JPEG", Frames: 1, Camera: "Brownie",
			Quality: project.Quality{Sharpness: float32(h[8]) / 255, Entropy: 7, Colour: 0.25},
		},
		Vector: v, Probs: p,
	}
}

// add adds files, path by path, with the label before the first slash.
func add(t testing.TB, s *Store, root project.RootID, paths ...string) []project.FileID {
	t.Helper()
	var found []scan.Found
	for _, p := range paths {
		f := scan.Found{Root: root, Path: p, Stat: scan.Stat{Size: 10, MTime: time.Date(2024, 5, 12, 12, 0, 0, 0, time.Local).UnixNano(), Inode: 7}}
		for i := range p {
			if p[i] == '/' {
				f.Label = p[:i]
				break
			}
		}
		found = append(found, f)
	}
	ids, err := s.Add(t.Context(), found)
	check(t, err)
	if len(ids) != len(paths) {
		t.Fatalf("%d ids for %d files", len(ids), len(paths))
	}
	return ids
}

// finish stores each file as decoded and encoded; its bytes are its path.
func finish(t testing.TB, s *Store, ids []project.FileID, paths ...string) {
	t.Helper()
	var done []scan.Outcome
	for i, id := range ids {
		done = append(done, outcome(id, paths[i], specA.Dim))
	}
	check(t, s.Finish(t.Context(), modelA, done))
}

func list(t testing.TB, s *Store, q project.Query) []string {
	t.Helper()
	ids, err := s.List(t.Context(), modelA, q)
	check(t, err)
	return shown(t, s, ids)
}

func shown(t testing.TB, s *Store, ids []project.FileID) []string {
	t.Helper()
	imgs, err := s.Images(t.Context(), modelA, ids)
	check(t, err)
	out := []string{}
	for i, img := range imgs {
		if img.ID != ids[i] {
			t.Fatalf("image %d is %d, asked for %d", i, img.ID, ids[i])
		}
		out = append(out, img.Shown)
	}
	return out
}

func known(t testing.TB, s *Store, root project.RootID, model embed.ModelID) map[string]scan.Known {
	t.Helper()
	m := make(map[string]scan.Known)
	before := ""
	for k, err := range s.Known(t.Context(), root, model) {
		check(t, err)
		if k.Path <= before {
			t.Fatalf("%q after %q: not in path order", k.Path, before)
		}
		before = k.Path
		m[k.Path] = k
	}
	return m
}

// fill makes n files of a plausible photo collection, encoded.
func fill(t testing.TB, s *Store, root project.RootID, n, dim int) []project.FileID {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	labels := []string{"beach", "city", "forest", "mountain", "portrait", "street", "night", "snow"}
	var all []project.FileID
	for from := 0; from < n; from += 500 {
		var found []scan.Found
		for i := from; i < min(from+500, n); i++ {
			l := labels[i*len(labels)/n]
			found = append(found, scan.Found{
				Root: root, Label: l, Split: "train",
				Path: fmt.Sprintf("%s/2024-%02d/IMG_%06d Urlaub.jpg", l, i%12+1, i),
				Stat: scan.Stat{Size: 10, MTime: int64(i), Inode: uint64(i)},
			})
		}
		ids, err := s.Add(ctx, found)
		check(t, err)
		var done []scan.Outcome
		for i, id := range ids {
			done = append(done, outcome(id, found[i].Path, dim))
		}
		check(t, s.Finish(ctx, modelA, done))
		all = append(all, ids...)
	}
	return all
}
