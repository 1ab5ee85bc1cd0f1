package workspace

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"kindred/embed"
	"kindred/project"
	"kindred/project/audit"
)

// What is brought up to date is what a fresh computation gives.
func TestFindingsAreBroughtUpToDate(t *testing.T) {
	for name, raw := range map[string]int{"all vectors in memory": rawUpTo, "index space": 20} {
		home, dir := t.TempDir(), folder(t)
		dim := 24
		if raw < rawUpTo {
			dim = 300
		}
		w := open(t, home, &encoder{dim: dim}, &kernel{})
		defer w.Close()
		w.rawUpTo = raw
		scanned(t, w, dir)
		if err := w.Refresh(t.Context(), nil, nil); err != nil {
			t.Fatal(err)
		}
		before, err := w.load(t.Context(), false)
		if err != nil {
			t.Fatal(err)
		}
		picture(t, filepath.Join(dir, "green", "new.png"), 777, 1)
		data, err := os.ReadFile(filepath.Join(dir, "red", "03.png"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "blue", "again.png"), append(data, "tail"...), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, gone := range []string{"red/05.png", "blue/11.png"} {
			if err := os.Remove(filepath.Join(dir, gone)); err != nil {
				t.Fatal(err)
			}
		}
		scanned(t, w, dir)
		f, err := w.load(t.Context(), false)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(f.prints[onVectors], before.prints[onVectors]) {
			t.Fatalf("%s: nothing changed", name)
		}
		if raw < rawUpTo && !slices.Equal(f.axes.Data, before.axes.Data) {
			t.Errorf("%s: other axes for four pictures", name)
		}
		got, err := f.graph.get(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		want, err := f.computeGraph(t.Context(), func(int, int) {})
		if err != nil {
			t.Fatal(err)
		}
		// The same neighbours, but among those whose cosines differ by less than
		// 1e-5: products summed in another order may swap them.
		if !slices.EqualFunc(got.Graph.Score, want.Graph.Score, func(a, b float32) bool { return max(a-b, b-a) < 1e-5 }) {
			t.Errorf("%s: not the graph of a fresh build", name)
		}
		links, err := f.links.get(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := audit.Verify(t.Context(), embed.GoKernel{}, f, f.contents, f.unit, got.Graph, audit.VerifyOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(links, fresh) {
			t.Errorf("%s: %d links, a fresh run gives %d others", name, len(links), len(fresh))
		}
	}
}

// Labels are no part of vectors: the graph stays, what depends on labels is
// computed anew, and nobody is shown the old ones.
func TestNewLabelsAreSeen(t *testing.T) {
	home, dir := t.TempDir(), folder(t)
	w := open(t, home, &encoder{dim: 24}, &kernel{})
	defer w.Close()
	scanned(t, w, dir)
	before, err := w.load(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	roots, err := w.Roots(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.SetLabelLevel(t.Context(), roots[0].ID, -1); err != nil {
		t.Fatal(err)
	}
	scanned(t, w, dir)
	after, err := w.load(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	if before.contents[0].Files[0].Label == "" || after.contents[0].Files[0].Label != "" {
		t.Errorf("label %q, then %q", before.contents[0].Files[0].Label, after.contents[0].Files[0].Label)
	}
	if bytes.Equal(before.prints[onLabels], after.prints[onLabels]) {
		t.Error("findings of the old labels pass for those of the new")
	}
	if !bytes.Equal(before.prints[onVectors], after.prints[onVectors]) || !bytes.Equal(before.prints[onFiles], after.prints[onFiles]) {
		t.Error("labels threw away what does not depend on them")
	}
}

func TestForeignRowsAreRefused(t *testing.T) {
	f := &facts{hashes: make([]project.Hash, 3)}
	for i := range f.hashes {
		f.hashes[i][0] = byte(i)
	}
	b := f.withRows([]byte("data"))
	for n := range b[:len(b)-4] {
		if _, _, _, err := cutRows(b[:n]); err == nil {
			t.Fatalf("%d bytes pass for %d", n, len(b))
		}
	}
	keys, _, data, err := cutRows(b)
	if err != nil || string(data) != "data" || !slices.Equal(f.since(keys), []int32{0, 1, 2}) {
		t.Errorf("%v %q %v", keys, data, err)
	}
	if got := f.since(keys[1:]); !slices.Equal(got, []int32{-1, 0, 1}) {
		t.Errorf("rows %v", got)
	}
}
