package scan

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
	"iter"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"unsafe"

	"kindred/embed"
	"kindred/project"
)

var errCrash = errors.New("killed")

// fakeStore keeps a project in memory, as strict as a database: one file a
// path.
type fakeStore struct {
	t       testing.TB
	mu      sync.Mutex
	roots   []project.Root
	files   map[project.FileID]*fakeFile
	last    project.FileID
	content map[project.Hash]Content
	vectors map[project.Hash][]float32

	writes  int // calls that write
	crashAt int // the call that never happens, and none after it; 0: never
	log     []string
}

type fakeFile struct {
	id           project.FileID
	root         project.RootID
	path         string
	stat         Stat
	hash         project.Hash
	pending      bool
	missing      bool
	reason       string
	label, split string
}

func newStore(t testing.TB, roots ...string) *fakeStore {
	s := &fakeStore{
		t: t, files: map[project.FileID]*fakeFile{},
		content: map[project.Hash]Content{}, vectors: map[project.Hash][]float32{},
	}
	for i, path := range roots {
		s.roots = append(s.roots, project.Root{ID: project.RootID(i + 1), Name: filepath.Base(path), Path: path})
	}
	return s
}

func (s *fakeStore) write(ctx context.Context, what string, n int, f func()) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writes++; s.crashAt > 0 && s.writes >= s.crashAt {
		return errCrash
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	s.log = append(s.log, fmt.Sprintf("%s %d", what, n))
	f()
	return nil
}

func (s *fakeStore) Roots(context.Context) ([]project.Root, error) { return slices.Clone(s.roots), nil }

func (s *fakeStore) state(f *fakeFile) project.State {
	switch {
	case f.missing:
		return project.Missing
	case f.reason != "":
		return project.Failed
	case f.pending:
		return project.Pending
	}
	if s.vectors[f.hash] == nil {
		return project.Pending
	}
	return project.Ready
}

func (s *fakeStore) Known(_ context.Context, root project.RootID, _ embed.ModelID) iter.Seq2[Known, error] {
	return func(yield func(Known, error) bool) {
		s.mu.Lock()
		var all []Known
		for _, f := range s.files {
			if f.root == root {
				all = append(all, Known{ID: f.id, Path: f.path, Stat: f.stat, Hash: f.hash, State: s.state(f)})
			}
		}
		s.mu.Unlock()
		slices.SortFunc(all, func(a, b Known) int { return cmp.Compare(a.Path, b.Path) })
		for _, k := range all {
			if !yield(k, nil) {
				return
			}
		}
	}
}

func (s *fakeStore) unique() {
	type spot struct {
		root project.RootID
		path string
	}
	seen := map[spot]bool{}
	for _, f := range s.files {
		at := spot{f.root, f.path}
		if seen[at] {
			s.t.Errorf("two files at %q", f.path)
		}
		seen[at] = true
	}
}

func (s *fakeStore) Add(ctx context.Context, files []Found) (ids []project.FileID, err error) {
	err = s.write(ctx, "add", len(files), func() {
		for _, f := range files {
			s.last++
			s.files[s.last] = &fakeFile{
				id: s.last, root: f.Root, path: f.Path, stat: f.Stat, pending: true, label: f.Label, split: f.Split,
			}
			ids = append(ids, s.last)
		}
		s.unique()
	})
	return ids, err
}

func (s *fakeStore) Change(ctx context.Context, ids []project.FileID) error {
	return s.write(ctx, "change", len(ids), func() {
		for _, id := range ids {
			f := s.files[id]
			f.pending, f.missing, f.reason = true, false, ""
		}
	})
}

func (s *fakeStore) Move(ctx context.Context, moves []Move) error {
	return s.write(ctx, "move", len(moves), func() {
		for _, m := range moves {
			f := s.files[m.ID]
			f.root, f.path, f.stat, f.label, f.split, f.missing = m.Root, m.Path, m.Stat, m.Label, m.Split, false
		}
		s.unique()
	})
}

func (s *fakeStore) Lose(ctx context.Context, ids []project.FileID) error {
	return s.write(ctx, "lose", len(ids), func() {
		for _, id := range ids {
			s.files[id].missing = true
		}
	})
}

func (s *fakeStore) Relabel(ctx context.Context, files []Move) error {
	return s.write(ctx, "relabel", len(files), func() {
		for _, m := range files {
			s.files[m.ID].label, s.files[m.ID].split = m.Label, m.Split
		}
	})
}

func (s *fakeStore) Encoded(_ context.Context, _ embed.ModelID, h project.Hash) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.vectors[h] != nil, nil
}

func (s *fakeStore) Finish(ctx context.Context, _ embed.ModelID, done []Outcome) error {
	return s.write(ctx, "finish", len(done), func() {
		for _, o := range done {
			f := s.files[o.ID]
			switch {
			case o.Reason != "" && (o.Content != nil || o.Vector != nil),
				(o.Content == nil) != (o.Vector == nil):
				s.t.Errorf("outcome of %q is neither one nor the other: %+v", f.path, o)
			case o.Reason == "" && o.Content == nil && s.vectors[o.Hash] == nil:
				s.t.Errorf("outcome of %q refers to what is not stored", f.path)
			}
			f.stat, f.hash, f.reason, f.pending, f.missing = o.Stat, o.Hash, o.Reason, false, false
			if o.Content != nil {
				s.content[o.Hash], s.vectors[o.Hash] = *o.Content, o.Vector
			}
		}
	})
}

// at returns the file at a path of the first root.
func (s *fakeStore) at(path string) *fakeFile { return s.in(1, path) }

func (s *fakeStore) in(root project.RootID, path string) *fakeFile {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.files {
		if f.root == root && f.path == path {
			c := *f
			return &c
		}
	}
	s.t.Fatalf("no file %q in root %d", path, root)
	return nil
}

// paths lists the files that are in a state, sorted.
func (s *fakeStore) paths(state project.State) (all []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.files {
		if s.state(f) == state {
			all = append(all, f.path)
		}
	}
	slices.Sort(all)
	return all
}

// fakeEncoder makes a vector from the bytes of the tensor.
type fakeEncoder struct {
	mu      sync.Mutex
	encoded int
	batches []int
	wait    func() // before each call
	refuse  func(tensor []float32) error
	spoil   bool // NaN in every vector
}

func (e *fakeEncoder) Spec() embed.Spec {
	return embed.Spec{ID: "fake-1", Name: "fake", Dim: 4, Input: embed.Preprocess{
		Resize: 8, Width: 8, Height: 8, Scale: 1, Std: [3]float32{1, 1, 1},
	}}
}

func (e *fakeEncoder) Encode(ctx context.Context, input []float32, n int) ([]embed.Encoding, error) {
	if e.wait != nil {
		e.wait()
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	size := len(input) / n
	all := make([]embed.Encoding, n)
	for i := range all {
		tensor := input[i*size : (i+1)*size]
		if e.refuse != nil {
			if err := e.refuse(tensor); err != nil {
				return nil, err
			}
		}
		h := fnv.New64a()
		h.Write(unsafe.Slice((*byte)(unsafe.Pointer(&tensor[0])), 4*size))
		r := rand.New(rand.NewPCG(h.Sum64(), 1))
		v := []float32{r.Float32(), r.Float32(), r.Float32(), r.Float32()}
		if e.spoil {
			v[2] = float32(math.NaN())
		}
		all[i] = embed.Encoding{Embedding: v, Probs: []float32{1}}
	}
	e.mu.Lock()
	e.encoded += n
	e.batches = append(e.batches, n)
	e.mu.Unlock()
	return all, nil
}

func (e *fakeEncoder) Close() error { return nil }

// picture returns a PNG that shows seed and nothing else.
func picture(seed int) []byte {
	m := image.NewRGBA(image.Rect(0, 0, 16, 12))
	r := rand.New(rand.NewPCG(uint64(seed), 7))
	for y := range 12 {
		for x := range 16 {
			m.Set(x, y, color.RGBA{uint8(r.Uint32()), uint8(r.Uint32()), uint8(r.Uint32()), 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// put writes a file and the folders above it.
func put(t testing.TB, root, path string, data []byte) {
	t.Helper()
	full := root + "/" + path
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// rename moves a file or a folder inside root.
func rename(t testing.TB, root, from, to string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(root+"/"+to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(root+"/"+from, root+"/"+to); err != nil {
		t.Fatal(err)
	}
}

// scan runs and expects no error.
func scan(t testing.TB, s *fakeStore, change ...func(*Params)) Report {
	t.Helper()
	p := Params{Store: s, Encoder: &fakeEncoder{}, Workers: 2}
	for _, c := range change {
		c(&p)
	}
	report, err := Run(t.Context(), p, nil)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// expect compares the numbers new, changed, unchanged, moved, missing, failed.
func expect(t testing.TB, r Report, want ...int) {
	t.Helper()
	got := []int{r.New, r.Changed, r.Unchanged, r.Moved, r.Missing, len(r.Failed)}
	if !slices.Equal(got, want) {
		t.Errorf("new, changed, unchanged, moved, missing, failed: %v, want %v (%v)", got, want, r.Failed)
	}
	if r.Images != r.New+r.Changed+r.Unchanged+r.Moved {
		t.Errorf("%d images are not the sum of %v", r.Images, got)
	}
}
