package workspace

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"kindred/embed"
	"kindred/project"
	"kindred/project/job"
)

// encoder is a fake with a space that a test can foresee: the vector is the
// picture's mean colour spread over the axes, with a little of its own.
type encoder struct {
	dim    int
	calls  atomic.Int64
	broken bool
}

func (e *encoder) Spec() embed.Spec {
	return embed.Spec{
		ID: "fake-p1", Name: "fake", Dim: e.dim, Classes: []string{"red", "green", "blue"},
		Input: embed.Preprocess{Resize: 16, Width: 16, Height: 16, Scale: 1, Std: [3]float32{1, 1, 1}},
	}
}

func (e *encoder) Encode(ctx context.Context, input []float32, n int) ([]embed.Encoding, error) {
	e.calls.Add(1)
	out := make([]embed.Encoding, n)
	size := e.Spec().Input.Len()
	for i := range out {
		planes := input[i*size : (i+1)*size]
		v := make([]float32, e.dim)
		probs := make([]float32, 3)
		var sum float32
		for c := range 3 {
			for _, p := range planes[c*size/3 : (c+1)*size/3] {
				probs[c] += p
			}
			sum += probs[c]
		}
		for c := range 3 {
			probs[c] /= max(sum, 1)
			for j := c; j < e.dim; j += 3 {
				v[j] = probs[c]*4 + planes[(j*7)%size]/255
			}
		}
		if e.broken {
			v[0] = float32(math.NaN())
		}
		out[i] = embed.Encoding{Embedding: v, Probs: probs}
	}
	return out, ctx.Err()
}

func (e *encoder) Close() error { return nil }

// kernel counts how often work is asked for.
type kernel struct {
	embed.GoKernel
	asked atomic.Int64
}

func (k *kernel) get() (embed.Kernel, error) { k.asked.Add(1); return k.GoKernel, nil }

func picture(t *testing.T, file string, seed uint64, hue int) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 1))
	img := image.NewRGBA(image.Rect(0, 0, 48, 36))
	for y := range 36 {
		for x := range 48 {
			c := [3]uint8{uint8(random.IntN(90)), uint8(random.IntN(90)), uint8(random.IntN(90))}
			c[hue] += 150
			img.SetRGBA(x, y, color.RGBA{c[0], c[1], c[2], 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// folder makes 3 x 20 pictures, a copy and a damaged file.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for hue, name := range []string{"red", "green", "blue"} {
		for i := range 20 {
			picture(t, filepath.Join(dir, name, fmt.Sprintf("%02d.png", i)), uint64(hue*100+i), hue)
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "red", "00.png"))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"copy.png": data, "bad.png": data[:len(data)/2]} {
		if err := os.WriteFile(filepath.Join(dir, "blue", name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func open(t *testing.T, home string, e *encoder, k *kernel) *Workspace {
	t.Helper()
	w, err := Open(t.Context(), Params{
		File: filepath.Join(home, "p.kindred"), Create: true, Thumbnails: filepath.Join(home, "cache", "thumbs.db"),
		Encoder: e, Kernel: k.get, Workers: 2,
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func scanned(t *testing.T, w *Workspace, dir string) {
	t.Helper()
	if err := w.AddFolders(t.Context(), []string{dir}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Scan(t.Context(), ScanOptions{}, nil); err != nil {
		t.Fatal(err)
	}
}

func TestFindingsAreStoredAndTakenUpAgain(t *testing.T) {
	home, dir := t.TempDir(), folder(t)
	e, k := &encoder{dim: 24}, &kernel{}
	w := open(t, home, e, k)
	scanned(t, w, dir)
	if err := w.Refresh(t.Context(), nil, nil); err != nil {
		t.Fatal(err)
	}
	first, _, err := w.FindClusters(t.Context(), ClusterOptions{Count: 3})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range first {
		rows, err := w.Images(t.Context(), c.Images)
		if err != nil {
			t.Fatal(err)
		}
		count := map[string]int{}
		for _, r := range rows {
			count[r.Predictions[0].Name]++
		}
		if len(count) != 1 {
			t.Errorf("cluster %d %q mixes %v", c.ID, c.Name, count)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}

	k = &kernel{}
	w = open(t, home, e, k)
	defer w.Close()
	again, _, err := w.FindClusters(t.Context(), ClusterOptions{Count: 3})
	if err != nil {
		t.Fatal(err)
	}
	d, err := w.FindDuplicates(t.Context(), DuplicateOptions{MinScore: -1})
	if err != nil {
		t.Fatal(err)
	}
	if n := k.asked.Load(); n != 0 {
		t.Errorf("stored findings were computed again: the kernel was asked for %d times", n)
	}
	if fmt.Sprint(again) != fmt.Sprint(first) {
		t.Errorf("after reopening the clusters are %v, were %v", again, first)
	}
	names, err := w.Paths(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Pairs) == 0 || d.Pairs[0].Kind != project.Exact || names[d.Pairs[0].A] != "blue/copy.png" || names[d.Pairs[0].B] != "red/00.png" {
		t.Errorf("pairs %+v", d.Pairs)
	}

	// A new picture makes them stale.
	picture(t, filepath.Join(dir, "green", "new.png"), 777, 1)
	scanned(t, w, dir)
	after, _, err := w.FindClusters(t.Context(), ClusterOptions{Count: 3})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range after {
		n += len(c.Images)
	}
	if n != 62 || k.asked.Load() == 0 {
		t.Errorf("after a new picture the clusters hold %d images, wanted 62", n)
	}
}

// Large projects hold their vectors in the index space only. What is nearest
// must be what is nearest in the model's own.
func TestTheIndexSpaceKeepsWhatIsNearest(t *testing.T) {
	home, dir := t.TempDir(), folder(t)
	e, k := &encoder{dim: 300}, &kernel{} // more than the index space has
	w := open(t, home, e, k)
	defer w.Close()
	scanned(t, w, dir)
	ids, err := w.List(t.Context(), project.Query{Sort: project.SortName})
	if err != nil {
		t.Fatal(err)
	}
	near := func() (all [][]project.Neighbour) {
		for _, id := range ids[:20] {
			n, err := w.Similar(t.Context(), id, 5)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, n)
		}
		return all
	}
	raw := near()
	w.facts, w.rawUpTo = nil, 50
	indexed := near()
	if w.facts.axes.Rows == 0 {
		t.Fatal("the index space was not used")
	}
	names, err := w.Paths(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// Which of the pictures of a colour is nearest hangs on noise that half of
	// so few pictures cannot teach the axes; that it is of the colour, and
	// that a copy is a copy, does not.
	for i := range indexed {
		for _, n := range indexed[i] {
			if n.ID != ids[0] && filepath.Dir(names[n.ID]) != filepath.Dir(names[ids[i]]) && filepath.Base(names[n.ID]) != "copy.png" {
				t.Errorf("near %q is %q", names[ids[i]], names[n.ID])
			}
		}
		if d := math.Abs(float64(raw[i][0].Cosine - indexed[i][0].Cosine)); d > 0.03 {
			t.Errorf("%q: the nearest at %v, in the index space at %v", names[ids[i]], raw[i][0].Cosine, indexed[i][0].Cosine)
		}
	}
	if first := indexed[0][0]; filepath.Base(names[ids[0]]) == "copy.png" && (names[first.ID] != "red/00.png" || first.Cosine < 0.9999) {
		t.Errorf("the nearest to the copy is %q at %v", names[first.ID], first.Cosine)
	}
}

func TestSimilarLeavesOutWhatWasAskedFor(t *testing.T) {
	home, dir := t.TempDir(), folder(t)
	w := open(t, home, &encoder{dim: 24}, &kernel{})
	defer w.Close()
	scanned(t, w, dir)
	file := filepath.Join(dir, "red", "00.png")
	near, err := w.SimilarTo(t.Context(), Like{Plus: []string{file}, K: 100})
	if err != nil {
		t.Fatal(err)
	}
	names, err := w.Paths(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(near) != 60 || names[near[0].ID] != "blue/copy.png" {
		t.Fatalf("%d similar, the first %q", len(near), names[near[0].ID])
	}
	less, err := w.SimilarTo(t.Context(), Like{Plus: []string{file}, Minus: []string{filepath.Join(dir, "red", "01.png")}, K: 5, Filter: "predicted:green"})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range less {
		if filepath.Dir(names[n.ID]) != "green" {
			t.Errorf("the filter let %q through", names[n.ID])
		}
	}
	if len(less) != 5 {
		t.Errorf("%d similar with a filter", len(less))
	}
	if _, err := w.SimilarTo(t.Context(), Like{Plus: []string{filepath.Join(dir, "absent.png")}, K: 5}); err == nil {
		t.Error("an absent image gave no error")
	}
}

func TestEncodeFilesKeepsTheOrder(t *testing.T) {
	dir := folder(t)
	files, failed, err := Expand(t.Context(), []string{dir, filepath.Join(dir, "absent.png")})
	if err != nil || len(failed) != 0 {
		t.Fatal(err, failed)
	}
	if len(files) != 63 || !slices.IsSorted(files[:62]) {
		t.Fatalf("%d files", len(files))
	}
	i, bad := 0, 0
	for r, err := range EncodeFiles(t.Context(), &encoder{dim: 24}, files, 3) {
		if err != nil {
			t.Fatal(err)
		}
		if r.File != files[i] {
			t.Fatalf("result %d is of %q, wanted %q", i, r.File, files[i])
		}
		if r.Reason != "" {
			bad++
		} else if len(r.Encoded.Embedding) != 24 {
			t.Errorf("%q has %d values", r.File, len(r.Encoded.Embedding))
		}
		i++
	}
	if i != 63 || bad != 2 {
		t.Errorf("%d results, %d bad", i, bad)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	var last error
	for _, err := range EncodeFiles(ctx, &encoder{dim: 24}, files, 2) {
		n++
		cancel()
		last = err
	}
	if n >= 63 || !errors.Is(last, context.Canceled) {
		t.Errorf("after cancel: %d results, the last error %v", n, last)
	}
}

// A broken model is named, and leaves the project readable.
func TestABrokenModelIsRefused(t *testing.T) {
	home, dir := t.TempDir(), folder(t)
	w := open(t, home, &encoder{dim: 24, broken: true}, &kernel{})
	defer w.Close()
	if err := w.AddFolders(t.Context(), []string{dir}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Scan(t.Context(), ScanOptions{}, nil); err == nil {
		t.Error("vectors with NaN gave no error")
	}
	if _, err := w.Counts(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestLiveTellsAndClosesWhileItWorks(t *testing.T) {
	home, dir := t.TempDir(), folder(t)
	w := open(t, home, &encoder{dim: 24}, &kernel{})
	l := NewLive(t.Context(), w)
	events := make(chan project.Event, 1000)
	cancel := l.Subscribe(func(e project.Event) { events <- e })
	defer cancel()
	if err := l.AddFolders([]string{dir}); err != nil {
		t.Fatal(err)
	}
	l.Scan()
	l.Scan() // while one is going on, another does nothing
	seen := map[project.Event]bool{}
	told := func() bool {
		return seen[project.FindingsChanged] && seen[project.FilesChanged] && seen[project.RootsChanged] && seen[project.JobsChanged]
	}
	for end := time.After(30 * time.Second); !told(); {
		select {
		case e := <-events:
			seen[e] = true
		case <-end:
			t.Fatalf("told %v only", seen)
		}
	}
	if n := len(l.Jobs()); n > 2 {
		t.Errorf("%d jobs for one scan: %v", n, l.Jobs())
	}
	groups, _, err := l.Duplicates(t.Context(), -1)
	if err != nil || len(groups) == 0 {
		t.Errorf("%d groups, %v", len(groups), err)
	}
	l.Scan()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	for _, j := range l.Jobs() {
		if j.State == job.Running || j.State == job.Waiting {
			t.Errorf("after closing a job is %v", j)
		}
	}
}

func TestThumbnailsComeFromCacheOrOriginal(t *testing.T) {
	home, dir := t.TempDir(), folder(t)
	w := open(t, home, &encoder{dim: 24}, &kernel{})
	defer w.Close()
	scanned(t, w, dir)
	ids, err := w.List(t.Context(), project.Query{Filter: "folder:red", Sort: project.SortName})
	if err != nil || len(ids) != 20 {
		t.Fatal(len(ids), err)
	}
	check := func(when string) {
		t.Helper()
		m, err := w.Thumbnail(t.Context(), ids[0], 24, 24, true)
		if err != nil {
			t.Fatal(when, err)
		}
		if m.Bounds() != image.Rect(0, 0, 24, 24) || m.Stride != 4*24 {
			t.Fatalf("%s: bounds %v, stride %d", when, m.Bounds(), m.Stride)
		}
		if c := m.RGBAAt(12, 12); c.R < c.G+60 {
			t.Errorf("%s: the middle is %v, wanted red", when, c)
		}
	}
	check("cached")
	// The cache may be deleted at any time.
	if err := w.thumbs.Close(); err != nil {
		t.Fatal(err)
	}
	for _, f := range []string{"thumbs.db", "thumbs.db-wal", "thumbs.db-shm"} {
		_ = os.Remove(filepath.Join(home, "cache", f))
	}
	other := open(t, t.TempDir(), &encoder{dim: 24}, &kernel{})
	w.thumbs = other.thumbs
	defer other.store.Close()
	check("from the original")
	p, err := w.Preview(t.Context(), ids[0], 1000, 1000)
	if err != nil || p.Bounds() != image.Rect(0, 0, 48, 36) {
		t.Errorf("preview %v, %v", p.Bounds(), err)
	}
}

func TestLazyTriesAgainAfterAFailure(t *testing.T) {
	l := newLazy[uint64]()
	calls := 0
	made := func(context.Context) (uint64, error) {
		calls++
		if calls == 1 {
			return 0, errors.New("not yet")
		}
		return binary.LittleEndian.Uint64([]byte("kindred!")), nil
	}
	if _, err := l.get(t.Context(), made); err == nil {
		t.Error("the failure was swallowed")
	}
	for range 3 {
		if v, err := l.get(t.Context(), made); err != nil || v == 0 {
			t.Error(v, err)
		}
	}
	if calls != 2 {
		t.Errorf("made %d times", calls)
	}
}
