// Package onnx runs encoders and the numerical kernel on ONNX Runtime. It is
// the only package that imports it.
//
// A model is read and judged by package graph before native code sees it; what
// is refused is refused with a sentence that names the file and the reason.
package onnx

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"

	ort "github.com/yalue/onnxruntime_go"

	"kindred/embed/onnx/graph"
)

// help says how to get the library. It ends every error of Open.
const help = "run make setup, or set KINDRED_ORT to libonnxruntime.so.1.27.0"

// process guards ONNX Runtime's environment, of which a process has one: the
// wrapper keeps it in a variable of its own, without a lock.
var process sync.Mutex

// Runtime is the loaded ONNX Runtime. A process can have one at a time; it
// makes the encoders and kernels, and outlives them.
type Runtime struct {
	version string

	mu     sync.Mutex // protects what follows
	closed bool
	open   int // sessions not yet closed
}

// Open loads the library, a path to libonnxruntime. The runtime's own messages
// are silenced: whatever goes wrong is returned as an error.
func Open(library string) (*Runtime, error) {
	process.Lock()
	defer process.Unlock()
	if library == "" {
		return nil, errors.New("open ONNX Runtime: no library given; " + help)
	}
	if ort.IsInitialized() {
		return nil, errors.New("open ONNX Runtime: it is open already, and a process can have one")
	}
	// The loader keeps its error text per thread.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	ort.SetSharedLibraryPath(library)
	if err := ort.InitializeEnvironment(ort.WithLogLevelFatal()); err != nil {
		return nil, openError(library, err)
	}
	if err := ort.DisableTelemetry(); err != nil {
		return nil, errors.Join(openError(library, err), ort.DestroyEnvironment())
	}
	return &Runtime{version: ort.GetVersion()}, nil
}

func openError(library string, err error) error {
	reason := err.Error()
	switch {
	case strings.Contains(reason, "API base"):
		reason = "it is older than 1.24, and this program needs 1.27.0"
	case strings.Contains(reason, "OrtGetApiBase"):
		reason = "it is a library, but not ONNX Runtime"
	default:
		// The loader's own words are last, behind the wrapper's and the path.
		if at := strings.LastIndex(reason, library+": "); at >= 0 {
			reason = reason[at+len(library)+2:]
		}
	}
	return fmt.Errorf("open ONNX Runtime %q: %s; %s", library, reason, help)
}

// Version is the library's own, such as "1.27.0".
func (r *Runtime) Version() string { return r.version }

// Close unloads the library. Encoders and kernels are closed first; while one
// is open, Close does nothing but say so. A second Close does nothing.
func (r *Runtime) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil
	}
	if r.open > 0 {
		return fmt.Errorf("close ONNX Runtime: %d models are still open", r.open)
	}
	r.closed = true
	process.Lock()
	defer process.Unlock()
	if err := ort.DestroyEnvironment(); err != nil {
		return fmt.Errorf("close ONNX Runtime: %w", err)
	}
	return nil
}

// SelfTest multiplies two matrices in ONNX Runtime and compares the product
// with the one known: it shows that library, processor and wrapper agree.
func (r *Runtime) SelfTest(ctx context.Context) error {
	var b graph.Builder
	b.Input("a", graph.Float, graph.Dims{2, 2})
	b.Weight("b", []int64{2, 2}, []float32{5, 6, 7, 8})
	b.Node("MatMul", []string{"a", "b"}, []string{"c"})
	b.Output("c", graph.Float, graph.Dims{2, 2})
	s, err := r.session(b.Bytes(), []string{"a"}, []string{"c"}, settings{threads: 1})
	if err != nil {
		return fmt.Errorf("test ONNX Runtime: %w", err)
	}
	defer s.close()
	out, err := s.run(ctx, []input{{[]int64{2, 2}, []float32{1, 2, 3, 4}}})
	if err != nil {
		return fmt.Errorf("test ONNX Runtime: %w", err)
	}
	want := [4]float32{19, 22, 43, 50}
	if got := out[0].data; len(got) != 4 || [4]float32(got) != want {
		return fmt.Errorf("test ONNX Runtime: a product of matrices is %v, want %v", got, want)
	}
	return nil
}
