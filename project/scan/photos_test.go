package scan_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"kindred/embed"
	"kindred/embed/onnx"
	"kindred/project"
	"kindred/project/scan"
	"kindred/project/store"
	"kindred/project/thumb"
)

// photos returns the folder of test photos; the class is in a photo's name.
func photos(t testing.TB) string {
	t.Helper()
	shared := os.Getenv("KINDRED_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	folder, err := filepath.Abs(filepath.Join(shared, "data", "photos"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the folder shared/ is not there: set KINDRED_SHARED")
	}
	return folder
}

// encoder opens the built-in model.
func encoder(t testing.TB) embed.Encoder {
	t.Helper()
	library := os.Getenv("KINDRED_ORT")
	if library == "" {
		library = filepath.Join("..", "..", "build", "ort", "libonnxruntime.so")
		if _, err := os.Stat(library); err != nil {
			t.Skip("ONNX Runtime is missing: run make setup, or set KINDRED_ORT")
		}
	}
	model, err := os.ReadFile(filepath.Join("..", "..", "assets", "model", "efficientnet-lite0.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	rt, err := onnx.Open(library)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := rt.Close(); err != nil {
			t.Error(err)
		}
	})
	options := onnx.Options{Name: "efficientnet-lite0"}
	table, err := os.ReadFile(filepath.Join("..", "..", "assets", "model", "classes.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(table)) {
		wnid, name, _ := strings.Cut(strings.TrimSpace(line), "\t")
		options.WNIDs = append(options.WNIDs, wnid)
		options.Classes = append(options.Classes, name)
	}
	e, err := rt.Encoder(t.Context(), model, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

// open makes a project of one folder.
func open(t testing.TB, folder string, spec embed.Spec) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), t.TempDir()+"/test.kindred", store.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	_, err = s.AddRoot(t.Context(), folder)
	if err == nil {
		err = s.SetModel(t.Context(), spec)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestPhotosFromEndToEnd scans photos with the real decoder, model and store.
func TestPhotosFromEndToEnd(t *testing.T) {
	source := photos(t)
	e := encoder(t)
	folder := t.TempDir()
	names, err := os.ReadDir(source)
	if err != nil {
		t.Fatal(err)
	}
	const n = 60
	step := max(1, len(names)/n)
	for i := range n {
		data, err := os.ReadFile(filepath.Join(source, names[i*step%len(names)].Name()))
		if err == nil {
			err = os.WriteFile(fmt.Sprintf("%s/%02d %s", folder, i, names[i*step%len(names)].Name()), data, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	s := open(t, folder, e.Spec())
	cache, err := thumb.OpenCache(t.TempDir()+"/thumbs.db", 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	defer cache.Close()
	params := scan.Params{Store: s, Encoder: e, Thumbs: cache}
	r, err := scan.Run(t.Context(), params, nil)
	if err != nil || r.New != n || len(r.Failed) != 0 || r.ThumbError != nil {
		t.Fatalf("%+v, %v", r, err)
	}
	t.Logf("%.0f images/s; seconds: %v", n/r.Seconds["encoding"], r.Seconds)

	ids, err := s.List(t.Context(), e.Spec().ID, project.Query{Sort: project.SortName})
	if err != nil {
		t.Fatal(err)
	}
	images, err := s.Images(t.Context(), e.Spec().ID, ids)
	if err != nil || len(images) != n {
		t.Fatalf("%d images, %v", len(images), err)
	}
	wnid := map[string]string{} // of a class name; two classes may share one
	for i, name := range e.Spec().Classes {
		wnid[name] = e.Spec().WNIDs[i]
	}
	right := 0
	for _, m := range images {
		if m.State != project.Ready || m.Width == 0 || m.Format != "JPEG" || m.Quality.Entropy == 0 {
			t.Errorf("%+v", m)
		}
		if _, ok, err := cache.Get(t.Context(), m.Hash); !ok || err != nil {
			t.Errorf("%s has no thumbnail: %v", m.Path, err)
		}
		if len(m.Predictions) > 0 && strings.Contains(m.Path, wnid[m.Predictions[0].Name]) {
			right++
		}
	}
	if right < n*3/4 {
		t.Errorf("%d of %d photos are recognised", right, n)
	}

	began := time.Now()
	if r, err = scan.Run(t.Context(), params, nil); err != nil || r.Unchanged != n || r.Seconds["read"] != 0 {
		t.Errorf("again: %+v, %v", r, err)
	}
	t.Logf("again: %v", time.Since(began))

	// Names swapped: the ids follow, the store agrees.
	a, b := images[0], images[1]
	for _, step := range [][2]string{{a.Path, "x"}, {b.Path, a.Path}, {"x", b.Path}} {
		if err := os.Rename(folder+"/"+step[0], folder+"/"+step[1]); err != nil {
			t.Fatal(err)
		}
	}
	if r, err = scan.Run(t.Context(), params, nil); err != nil || r.Moved != 2 || r.Unchanged != n-2 {
		t.Errorf("swapped: %+v, %v", r, err)
	}
	now, err := s.Images(t.Context(), e.Spec().ID, []project.FileID{a.ID})
	if err != nil || len(now) != 1 || now[0].Path != b.Path || now[0].Hash != a.Hash {
		t.Errorf("%+v, %v", now, err)
	}
}

// BenchmarkPhotos scans all test photos once, and tells how that compares with
// decoding and resizing alone and with the model alone.
func BenchmarkPhotos(b *testing.B) {
	folder := photos(b)
	e := encoder(b)
	for b.Loop() {
		s := open(b, folder, e.Spec())
		cache, err := thumb.OpenCache(b.TempDir()+"/thumbs.db", 1<<30)
		if err != nil {
			b.Fatal(err)
		}
		r, err := scan.Run(b.Context(), scan.Params{Store: s, Encoder: e, Thumbs: cache}, nil)
		if err := errors.Join(err, cache.Close()); err != nil {
			b.Fatal(err)
		}
		n := float64(r.Images)
		cores := float64(runtime.GOMAXPROCS(0))
		sec := r.Seconds
		limit := cores * n / (sec["encode"] + sec["decode"] + sec["resize"])
		b.ReportMetric(n/sec["encoding"], "images/s")
		b.ReportMetric(n/sec["encoding"]/limit, "of-limit")
		for _, stage := range []string{"read", "decode", "resize", "quality", "thumbnail", "encode", "store"} {
			b.ReportMetric(1000*sec[stage]/n, "ms-"+stage)
		}
	}
}
