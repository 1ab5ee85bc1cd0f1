package store

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"kindred/embed"
	"kindred/project"
	"kindred/project/scan"
)

// A path can hold any byte but NUL.
var oddPaths = []string{
	"cat/a.jpg", "cat/\xff\xfe.jpg", "cat/a\nb.jpg", "cat/Äpfel 🍏.jpg", "cat/e\u0301.jpg",
	"\xc3(.png", `it's "quoted" %41?x#y.jpg`, "z",
}

func TestPathsKeepTheirBytes(t *testing.T) {
	s, root := fresh(t)
	ids := add(t, s, root.ID, oddPaths...)
	k := known(t, s, root.ID, modelA) // checks the order of bytes
	imgs, err := s.Images(t.Context(), modelA, ids)
	check(t, err)
	for i, p := range oddPaths {
		if k[p].ID != ids[i] || imgs[i].Path != p {
			t.Errorf("%q: known as %d, image %d has %q", p, k[p].ID, ids[i], imgs[i].Path)
		}
		if id, err := s.FindByPath(t.Context(), root.ID, p); err != nil || id != ids[i] {
			t.Errorf("find %q: %d, %v", p, id, err)
		}
		dir, rel, err := s.File(t.Context(), ids[i])
		if err != nil || dir != root.Path || rel != p {
			t.Errorf("file %q: %q %q %v", p, dir, rel, err)
		}
	}
	if imgs[1].Shown != "cat/\ufffd\ufffd.jpg" || imgs[5].Shown != "\ufffd(.png" {
		t.Errorf("shown %q and %q", imgs[1].Shown, imgs[5].Shown)
	}
	if _, err := s.FindByPath(t.Context(), root.ID, "cat/\ufffd\ufffd.jpg"); !errors.Is(err, project.ErrNotFound) {
		t.Errorf("the shown form of another path was found: %v", err)
	}
}

func TestKnownFollowsTheFile(t *testing.T) {
	s, root := fresh(t)
	ctx := t.Context()
	ids := add(t, s, root.ID, "a.jpg", "b.jpg", "c.jpg")
	state := func(path string, want project.State) {
		t.Helper()
		if got := known(t, s, root.ID, modelA)[path].State; got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
	state("a.jpg", project.Pending)
	bad := scan.Outcome{ID: ids[1], Stat: scan.Stat{Size: 3, MTime: 4, Inode: 5}, Hash: hashOf("junk"), Reason: "not an image"}
	good := outcome(ids[0], "A", specA.Dim)
	check(t, s.Finish(ctx, modelA, []scan.Outcome{good, bad, {ID: ids[2], Reason: "no permission"}}))
	k := known(t, s, root.ID, modelA)
	if got := k["a.jpg"]; got != (scan.Known{ID: ids[0], Path: "a.jpg", Stat: good.Stat, Hash: good.Hash, State: project.Ready}) {
		t.Errorf("a.jpg: %+v", got)
	}
	if got := k["b.jpg"]; got != (scan.Known{ID: ids[1], Path: "b.jpg", Stat: bad.Stat, Hash: bad.Hash, State: project.Failed}) {
		t.Errorf("b.jpg: %+v", got)
	}
	if k["c.jpg"].Hash != (project.Hash{}) || k["c.jpg"].State != project.Failed {
		t.Errorf("c.jpg: %+v", k["c.jpg"])
	}
	// With another model the file is to be encoded again.
	if got := known(t, s, root.ID, "other-1")["a.jpg"].State; got != project.Pending {
		t.Errorf("with another model it is %v", got)
	}
	check(t, s.Lose(ctx, ids[:1]))
	state("a.jpg", project.Missing)
	check(t, s.Change(ctx, ids[:2]))
	state("a.jpg", project.Pending)
	state("b.jpg", project.Pending)
	// The same bytes again: the store has content and vector.
	check(t, s.Finish(ctx, modelA, []scan.Outcome{{ID: ids[0], Stat: good.Stat, Hash: good.Hash}}))
	state("a.jpg", project.Ready)
	img := image(t, s, ids[0])
	if img.Changed {
		t.Error("the same bytes are marked as changed")
	}
	check(t, s.Finish(ctx, modelA, []scan.Outcome{outcome(ids[0], "A2", specA.Dim)}))
	if img = image(t, s, ids[0]); !img.Changed || img.Hash != hashOf("A2") {
		t.Errorf("other bytes in place: %+v", img)
	}
}

func image(t *testing.T, s *Store, id project.FileID) project.Image {
	t.Helper()
	imgs, err := s.Images(t.Context(), modelA, []project.FileID{id})
	check(t, err)
	if len(imgs) != 1 {
		t.Fatalf("%d images for file %d", len(imgs), id)
	}
	return imgs[0]
}

func TestImageHoldsWhatWasStored(t *testing.T) {
	s, root := fresh(t)
	ids := add(t, s, root.ID, "cat/a.jpg")
	o := outcome(ids[0], "A", specA.Dim)
	o.Probs = []float32{0.25, 0.5, 0.25}
	o.Content.Taken = time.Date(2023, 7, 1, 23, 30, 0, 0, time.FixedZone("", 3600))
	check(t, s.Finish(t.Context(), modelA, []scan.Outcome{o}))
	got := image(t, s, ids[0])
	if !got.Modified.Equal(time.Unix(0, o.Stat.MTime)) {
		t.Errorf("modified %v", got.Modified)
	}
	got.Modified = time.Time{}
	want := project.Image{
		ID: ids[0], Root: root.ID, Path: "cat/a.jpg", Shown: "cat/a.jpg", Size: o.Stat.Size, Inode: o.Stat.Inode, Hash: o.Hash, State: project.Ready,
		Width: o.Content.Width, Height: 200, Format: "JPEG", Frames: 1, Camera: "Brownie", Quality: o.Content.Quality,
		Taken: time.Date(2023, 7, 1, 23, 30, 0, 0, time.UTC), Label: "cat",
		Predictions: []project.Prediction{{Name: "golden_retriever", Confidence: 0.5}, {Name: "tabby", Confidence: 0.25}, {Name: "sports car", Confidence: 0.25}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestMoveKeepsTheWork(t *testing.T) {
	s, root := fresh(t)
	paths := []string{"a.jpg", "b.jpg", "old/c.jpg"}
	ids := add(t, s, root.ID, paths...)
	finish(t, s, ids, paths...)
	check(t, s.Lose(t.Context(), ids[2:]))
	to := func(id project.FileID, path, label string) scan.Move {
		return scan.Move{ID: id, Found: scan.Found{Root: root.ID, Path: path, Label: label, Stat: scan.Stat{Size: 1, MTime: 2, Inode: 3}}}
	}
	// Two files swap names while a third comes back elsewhere.
	check(t, s.Move(t.Context(), []scan.Move{to(ids[0], "b.jpg", ""), to(ids[1], "a.jpg", ""), to(ids[2], "new/c.jpg", "new")}))
	k := known(t, s, root.ID, modelA)
	if len(k) != 3 || k["a.jpg"].ID != ids[1] || k["b.jpg"].ID != ids[0] || k["new/c.jpg"].ID != ids[2] {
		t.Fatalf("after the move: %+v", k)
	}
	for p, f := range k {
		if f.State != project.Ready || f.Stat != (scan.Stat{Size: 1, MTime: 2, Inode: 3}) {
			t.Errorf("%s: %+v", p, f)
		}
	}
	if img := image(t, s, ids[2]); img.Label != "new" || img.Hash != hashOf("old/c.jpg") {
		t.Errorf("moved: %+v", img)
	}
	if err := s.Move(t.Context(), []scan.Move{to(ids[0], "a.jpg", "")}); err == nil {
		t.Error("a file was moved onto another one")
	}
	if k := known(t, s, root.ID, modelA); k["b.jpg"].ID != ids[0] {
		t.Error("a move that failed has left traces")
	}
	check(t, s.Relabel(t.Context(), []scan.Move{to(ids[0], "ignored", "dog")}))
	if img := image(t, s, ids[0]); img.Label != "dog" || img.Path != "b.jpg" {
		t.Errorf("relabelled: %+v", img)
	}
}

func TestEqualBytesShareTheirWork(t *testing.T) {
	s, root := fresh(t)
	ids := add(t, s, root.ID, "a.jpg", "copy.jpg", "c.jpg")
	ctx := t.Context()
	if yes, err := s.Encoded(ctx, modelA, hashOf("A")); yes || err != nil {
		t.Errorf("encoded before it was: %v %v", yes, err)
	}
	check(t, s.Finish(ctx, modelA, []scan.Outcome{outcome(ids[0], "A", specA.Dim), outcome(ids[1], "A", specA.Dim)}))
	if yes, err := s.Encoded(ctx, modelA, hashOf("A")); !yes || err != nil {
		t.Errorf("not encoded: %v %v", yes, err)
	}
	if yes, _ := s.Encoded(ctx, "other-1", hashOf("A")); yes {
		t.Error("encoded by a model that never ran")
	}
	both, err := s.ByHash(ctx, hashOf("A"))
	if err != nil || !slices.Equal(both, ids[:2]) {
		t.Errorf("by hash: %v %v", both, err)
	}
	contents, m, err := s.VectorMatrix(ctx, modelA)
	if err != nil || len(contents) != 1 || m.Rows != 1 {
		t.Errorf("%d contents, %d vectors, %v", len(contents), m.Rows, err)
	}
	for c, err := range s.ContentFiles(ctx) {
		check(t, err)
		if c.Content != contents[0] || !slices.Equal(c.Files, ids[:2]) {
			t.Errorf("content %d has files %v", c.Content, c.Files)
		}
	}
}

func TestFinishRefusesWhatDoesNotFit(t *testing.T) {
	s, root := fresh(t)
	ids := add(t, s, root.ID, "a.jpg", "b.jpg")
	ctx := t.Context()
	good, bad := outcome(ids[0], "A", specA.Dim), outcome(ids[1], "B", 3)
	if err := s.Finish(ctx, modelA, []scan.Outcome{good, bad}); err == nil {
		t.Error("a vector of another length was stored")
	}
	if c, _ := s.Counts(ctx, modelA); c.Ready != 0 {
		t.Error("half a batch was stored")
	}
	if err := s.Finish(ctx, modelA, []scan.Outcome{{ID: ids[0], Hash: hashOf("X")}}); err == nil {
		t.Error("an outcome without content was stored")
	}
	if err := s.Finish(ctx, "other-1", []scan.Outcome{good}); !errors.Is(err, project.ErrNotFound) {
		t.Errorf("a model that is not stored: %v", err)
	}
	good.ID = 999
	if err := s.Finish(ctx, modelA, []scan.Outcome{good}); !errors.Is(err, project.ErrNotFound) {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestVectors(t *testing.T) {
	s, root := fresh(t)
	ctx := t.Context()
	paths := []string{"a", "b", "c", "d", "e"}
	ids := add(t, s, root.ID, paths...)
	finish(t, s, ids, paths...)
	tiny := outcome(ids[4], "e", specA.Dim)
	for i := range tiny.Vector {
		tiny.Vector[i] = float32(i) * 1e-9
	}
	check(t, s.Finish(ctx, modelA, []scan.Outcome{tiny}))
	for i, p := range paths {
		want := outcome(ids[i], p, specA.Dim).Vector
		if p == "e" {
			want = tiny.Vector
		}
		got, err := s.VectorOf(ctx, modelA, ids[i])
		check(t, err)
		for k := range want {
			if d := math.Abs(float64(got[k] - want[k])); d > math.Abs(float64(want[k]))/2048 {
				t.Errorf("%s: component %d is %v, want %v", p, k, got[k], want[k])
			}
		}
	}
	check(t, s.Lose(ctx, ids[1:2]))
	check(t, s.Change(ctx, ids[2:3]))
	var seen []int64
	for v, err := range s.Vectors(ctx, modelA) {
		check(t, err)
		seen = append(seen, v.Content)
	}
	if len(seen) != 3 || !slices.IsSorted(seen) {
		t.Errorf("contents %v, want three: missing and changed files take no part", seen)
	}
	contents, m, err := s.VectorMatrix(ctx, modelA)
	if err != nil || !slices.Equal(contents, seen) || m.Rows != 3 || m.Cols != specA.Dim || len(m.Data) != 3*specA.Dim {
		t.Errorf("matrix %d x %d for %v: %v", m.Rows, m.Cols, contents, err)
	}
	if _, err := s.VectorOf(ctx, "other-1", ids[0]); !errors.Is(err, project.ErrNotFound) {
		t.Errorf("a vector of another model: %v", err)
	}
	var other embed.ModelID = "other-1"
	if contents, _, err := s.VectorMatrix(ctx, other); len(contents) != 0 || err != nil {
		t.Errorf("another model: %v %v", contents, err)
	}
}

func TestHalf(t *testing.T) {
	for h := range uint32(0x7c00) { // every finite positive float16, both ways
		x := fromHalf(uint16(h))
		if back := toHalf(x); back != uint16(h) {
			t.Fatalf("%#x is %v, and that is %#x", h, x, back)
		}
		if back := toHalf(-x); back != uint16(h)|0x8000 {
			t.Fatalf("-%v is %#x", x, back)
		}
	}
	for x, want := range map[float32]float32{1: 1, 65504: 65504, 1 + 1.0/2048: 1, 1 + 3.0/2048: 1 + 2.0/1024, 1.0 / (1 << 24): 1.0 / (1 << 24), 1.0 / (1 << 26): 0} {
		if got := fromHalf(toHalf(x)); got != want {
			t.Errorf("%v becomes %v, want %v", x, got, want)
		}
	}
	for _, v := range [][]float32{{1e6, 1}, {1e-5, 2e-5}, {float32(math.Inf(1)), 0}} {
		back := make([]float32, len(v))
		check(t, unpackVector(back, packVector(v)))
		if !slices.Equal(v, back) {
			t.Errorf("%v came back as %v", v, back)
		}
	}
	if err := unpackVector(make([]float32, 3), make([]byte, 7)); err == nil {
		t.Error("7 bytes were taken for 3 values")
	}
}
