package onnx

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"kindred/embed/kerneltest"
)

// shared is the one runtime that a test process can have.
var shared = struct {
	once sync.Once
	rt   *Runtime
	err  error
}{}

// library returns the path of ONNX Runtime: $KINDRED_ORT, or where make setup
// puts it.
func library() string {
	if path := os.Getenv("KINDRED_ORT"); path != "" {
		return path
	}
	return filepath.Join("..", "..", "build", "ort", "libonnxruntime.so")
}

func openRuntime(t testing.TB) *Runtime {
	t.Helper()
	if _, err := os.Stat(library()); err != nil && os.Getenv("KINDRED_ORT") == "" {
		t.Skip("ONNX Runtime is missing: run make setup, or set KINDRED_ORT")
	}
	shared.once.Do(func() { shared.rt, shared.err = Open(library()) })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.rt
}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.rt != nil {
		if err := shared.rt.Close(); err != nil {
			println("a test left something open:", err.Error())
			code = 1
		}
	}
	os.Exit(code)
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	text := filepath.Join(t.TempDir(), "libonnxruntime.so")
	if err := os.WriteFile(text, []byte("not a library"), 0o600); err != nil {
		t.Fatal(err)
	}
	if shared.rt != nil { // a process can open one only: ask another
		out, err := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$").CombinedOutput()
		if err != nil {
			t.Errorf("%s", out)
		}
		return
	}
	for path, want := range map[string]string{
		"":                    "no library given",
		"/nowhere/libonnx.so": "No such file",
		text:                  "file too short",
		"libm.so.6":           "not ONNX Runtime",
	} {
		_, err := Open(path)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "KINDRED_ORT") || !strings.Contains(err.Error(), "make setup") {
			t.Errorf("%q: %v", path, err)
		} else {
			t.Log(err)
		}
	}
}

func TestRuntime(t *testing.T) {
	rt := openRuntime(t)
	if !strings.HasPrefix(rt.Version(), "1.") {
		t.Errorf("version %q", rt.Version())
	}
	if err := rt.SelfTest(t.Context()); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := rt.SelfTest(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := Open(library()); err == nil {
		t.Error("a second runtime in one process")
	}
}

func TestCloseWaitsForModels(t *testing.T) {
	rt := openRuntime(t)
	k, err := rt.Kernel(1)
	if err != nil {
		t.Fatal(err)
	}
	if err := rt.Close(); err == nil || !strings.Contains(err.Error(), "still open") {
		t.Errorf("a runtime closed below a kernel: %v", err)
	}
	for range 2 {
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := k.Gemm(t.Context(), kerneltest.Random(2, 2, 1), kerneltest.Random(2, 2, 2)); !errors.Is(err, errClosed) {
		t.Errorf("a closed kernel: %v", err)
	}
}

func TestKernel(t *testing.T) {
	for _, threads := range []int{1, 2} {
		k, err := openRuntime(t).Kernel(threads)
		if err != nil {
			t.Fatal(err)
		}
		kerneltest.Run(t, k)
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A base of several parts must give what one part would.
func TestKernelMergesParts(t *testing.T) {
	k, err := openRuntime(t).Kernel(2)
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	queries, base := kerneltest.Whole(5, 3, 1), kerneltest.Whole(3*baseBlock/2+77, 3, 2)
	index, score, err := k.TopK(t.Context(), queries, base, 7000)
	if err != nil {
		t.Fatal(err)
	}
	checkAgainstGo(t, queries, base, 7000, index, score)
}

func TestPreciseInt8OnlyWhereNeeded(t *testing.T) {
	for _, c := range []struct {
		arch                string
		avx512vnni, avxvnni bool
		want                bool
	}{
		{"amd64", false, false, true},
		{"amd64", true, false, false},
		{"amd64", false, true, false},
		{"amd64", true, true, false},
		{"arm64", false, false, false},
	} {
		if got := lacksVNNI(c.arch, c.avx512vnni, c.avxvnni); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
