package models

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kindred/app/engine"
	"kindred/app/models/modelstest"
)

// fresh is a registry on the real runtime, and a second one on the same folder
// as after a restart.
func fresh(t *testing.T) (r *Registry, again func() *Registry, dir string) {
	t.Helper()
	dir = t.TempDir()
	e := engine.New(filepath.Join(dir, "cache"), getenv)
	if err := e.SelfTest(t.Context()); err != nil {
		t.Skipf("no ONNX Runtime here: %v", err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	data := filepath.Join(dir, "data")
	return New(data, e), func() *Registry { return New(data, e) }, dir
}

// getenv adds the library that `make setup` puts into build/.
func getenv(key string) string {
	if v := os.Getenv(key); v != "" || key != "KINDRED_ORT" {
		return v
	}
	if abs, err := filepath.Abs("../../build/ort/libonnxruntime.so"); err == nil {
		if _, err := os.Stat(abs); err == nil {
			return abs
		}
	}
	return ""
}

func listed(t *testing.T, r *Registry) []Model {
	t.Helper()
	all, err := r.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAModelIsAddedAndRemembered(t *testing.T) {
	r, again, dir := fresh(t)
	if all := listed(t, r); len(all) != 1 || !all[0].Builtin() || all[0].Name != "efficientnet-lite0" || all[0].Classes != 1000 || all[0].Width != 224 {
		t.Fatalf("at first %+v", all)
	}
	file := modelstest.Tiny(t, filepath.Join(dir, "tiny.onnx"), 1, nil)
	m, err := r.Add(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	want := Model{ID: m.ID, Name: "tiny", Path: file, Width: 8, Height: 8, Classes: 3, Dim: m.Dim, Size: info.Size()}
	if m != want || m.Dim == 0 {
		t.Errorf("added %+v", m)
	}
	rate, err := r.Measure(t.Context(), m.ID)
	if err != nil || rate <= 0 {
		t.Errorf("measured %v, %v", rate, err)
	}
	all := listed(t, again())
	if len(all) != 2 || all[1].Rate != rate || all[1].ID != m.ID {
		t.Errorf("after a restart %+v", all)
	}
	if _, err := again().Open(t.Context(), m.ID); err != nil {
		t.Error(err)
	}

	// The same file elsewhere is the same model.
	moved := filepath.Join(dir, "moved.onnx")
	if err := os.Rename(file, moved); err != nil {
		t.Fatal(err)
	}
	if all := listed(t, r); all[1].Problem != "the file is gone" {
		t.Errorf("its file was moved: %+v", all[1])
	}
	if _, err := r.Open(t.Context(), m.ID); !errors.Is(err, ErrGone) {
		t.Errorf("opened a file that is gone: %v", err)
	}
	if _, err := r.Add(t.Context(), moved); err != nil {
		t.Fatal(err)
	}
	if all := listed(t, r); len(all) != 2 || all[1].Path != moved || all[1].Problem != "" {
		t.Errorf("added from its new place: %+v", all)
	}

	if err := r.Forget(m.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Open(t.Context(), m.ID); !errors.Is(err, ErrUnknown) {
		t.Errorf("opened a model that was forgotten: %v", err)
	}
	if _, err := os.Stat(moved); err != nil {
		t.Error("forgetting deleted the file")
	}
}

// A file that was exported anew is another model, be it of the same length.
func TestAFileThatChangedIsAnotherModel(t *testing.T) {
	r, _, dir := fresh(t)
	file := modelstest.Tiny(t, filepath.Join(dir, "tiny.onnx"), 1, nil)
	first, err := r.Add(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	modelstest.Tiny(t, file, 2, nil)
	if _, err := r.Open(t.Context(), first.ID); !errors.Is(err, ErrGone) {
		t.Errorf("opened: %v", err)
	}
	second, err := r.Add(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	if all := listed(t, r); len(all) != 2 || all[1].ID != second.ID || second.ID == first.ID {
		t.Errorf("%+v", all)
	}
}

func TestWhatIsNoModelIsRefused(t *testing.T) {
	r, _, dir := fresh(t)
	whole := modelstest.Tiny(t, filepath.Join(dir, "whole.onnx"), 1, nil)
	data, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(dir, "half.onnx")
	if err := os.WriteFile(half, data[:len(data)/2], 0o644); err != nil {
		t.Fatal(err)
	}
	text := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(text, []byte("no model"), 0o644); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		half: "refused",
		modelstest.Tiny(t, filepath.Join(dir, "detect.onnx"), 1, map[string]string{"task": "detect"}): `its task is "detect"`,
		text:                              "nor an .onnx file",
		filepath.Join(dir, "absent.onnx"): "no such file",
	} {
		if _, err := r.Add(t.Context(), file); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", filepath.Base(file), err)
		}
	}
	if all := listed(t, r); len(all) != 1 {
		t.Errorf("a refused model is on the list: %+v", all)
	}
}

// A list that cannot be read is begun anew; the built-in model is always there.
func TestADamagedListIsBegunAnew(t *testing.T) {
	r, _, dir := fresh(t)
	for _, text := range []string{"{", `{"models":[{"name":"x"}]}`} {
		if err := os.MkdirAll(filepath.Join(dir, "data"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "data", "models.json"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if all := listed(t, r); len(all) != 1 {
			t.Errorf("%q: %+v", text, all)
		}
	}
}

func TestAnUltralyticsExport(t *testing.T) {
	r, _, _ := fresh(t)
	root := os.Getenv("KINDRED_SHARED")
	if root == "" {
		root = "../../../shared"
	}
	file := filepath.Join(root, "models", "yolo26n-cls-cifar10.onnx")
	if _, err := os.Stat(file); err != nil {
		t.Skip("no ../shared/models here")
	}
	m, err := r.Add(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	if m.Classes != 10 || m.Width == 0 || m.Dim == 0 {
		t.Errorf("%+v", m)
	}
	rate, err := r.Measure(t.Context(), m.ID)
	t.Logf("%s: %d x %d, %d classes, %d bytes, %.0f images/s", m.Name, m.Width, m.Height, m.Classes, m.Size, rate)
	if err != nil || rate <= 0 {
		t.Errorf("%v, %v", rate, err)
	}
}

func TestTheModelOfNewProjects(t *testing.T) {
	r, _, dir := fresh(t)
	if id := r.Default(); id != "" {
		t.Errorf("%q at first", id)
	}
	m, err := r.Add(t.Context(), modelstest.Tiny(t, filepath.Join(dir, "tiny.onnx"), 1, nil))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.SetDefault(t.Context(), m.ID); err != nil || r.Default() != m.ID {
		t.Errorf("%v, %q", err, r.Default())
	}
	if err := r.SetDefault(t.Context(), "nobody"); !errors.Is(err, ErrUnknown) || r.Default() != m.ID {
		t.Errorf("an unknown one: %v, %q", err, r.Default())
	}
	all, err := r.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := r.SetDefault(t.Context(), all[0].ID); err != nil || r.Default() != "" {
		t.Errorf("the built-in one: %v, %q", err, r.Default())
	}
	if err := r.SetDefault(t.Context(), m.ID); err != nil {
		t.Fatal(err)
	}
	if err := r.Forget(m.ID); err != nil || r.Default() != "" {
		t.Errorf("one that is forgotten: %v, %q", err, r.Default())
	}
}
