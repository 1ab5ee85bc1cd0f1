package onnx

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	ort "github.com/yalue/onnxruntime_go"
	"golang.org/x/sys/cpu"
)

// preciseInt8 is the session entry that makes ONNX Runtime compute U8S8
// products without the saturating instruction of processors without VNNI
// (kOrtSessionOptionsAvx2PrecisionMode). On those the same int8 model is wrong
// without it; on processors with VNNI it would halve the speed.
const preciseInt8 = "session.x64quantprecision"

// settings of a session.
type settings struct {
	threads int  // within one operator
	calm    bool // threads sleep between operators instead of spinning
}

// session is a loaded model. Runs may overlap; close waits for them.
type session struct {
	runtime *Runtime
	outputs int

	mu     sync.RWMutex // held for reading by runs
	closed bool
	s      *ort.DynamicAdvancedSession
}

// errClosed says that an encoder or a kernel is used after Close.
var errClosed = errors.New("the model is closed")

// session loads a model. Inputs and outputs of run follow the order of names.
func (r *Runtime) session(model []byte, inputs, outputs []string, set settings) (*session, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil, errors.New("ONNX Runtime is closed")
	}
	options, err := ort.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	defer options.Destroy()
	entries := map[string]string{}
	if lacksVNNI(runtime.GOARCH, cpu.X86.HasAVX512VNNI, cpu.X86.HasAVXVNNI) {
		entries[preciseInt8] = "1"
	}
	if set.calm {
		entries["session.intra_op.allow_spinning"] = "0"
	}
	for key, value := range entries {
		if err := options.AddSessionConfigEntry(key, value); err != nil {
			return nil, err
		}
	}
	if set.calm {
		// A kernel is rarely at work: what its products take goes back to
		// the system at once.
		if err := options.SetCpuMemArena(false); err != nil {
			return nil, err
		}
	}
	if err := options.SetIntraOpNumThreads(max(set.threads, 1)); err != nil {
		return nil, err
	}
	s, err := ort.NewDynamicAdvancedSessionWithONNXData(model, inputs, outputs, options)
	if err != nil {
		return nil, native(err)
	}
	r.open++
	return &session{runtime: r, s: s, outputs: len(outputs)}, nil
}

// lacksVNNI reports whether 8-bit products need the precise mode: on amd64
// without either form of the VNNI instructions. Other processors have none of
// the trouble.
func lacksVNNI(arch string, avx512vnni, avxvnni bool) bool {
	return arch == "amd64" && !avx512vnni && !avxvnni
}

// input is a tensor the caller owns. ONNX Runtime reads it in place.
type input struct {
	shape []int64
	data  any // []float32, []int64, []int32, []int8 or []uint8
}

// output is a tensor that a run made, in memory of its own.
type output struct {
	shape []int64
	data  []float32
	ints  []int64 // instead of data, where the model gives int64
}

// run runs the model once. When ctx ends, it tells ONNX Runtime to stop, waits
// until it has, and returns the error of ctx.
func (s *session) run(ctx context.Context, inputs []input) ([]output, error) {
	var results []output
	err := s.runWith(ctx, inputs, nil, func(out []ort.Value) error {
		results = make([]output, len(out))
		for i, v := range out {
			results[i].shape = v.GetShape()
			switch v := v.(type) {
			case *ort.Tensor[float32]:
				results[i].data = v.GetData()
			case *ort.Tensor[int64]:
				results[i].ints = v.GetData()
			default:
				return fmt.Errorf("output %d is no tensor of numbers", i)
			}
		}
		return nil
	})
	return results, err
}

// runInto is run with outputs in memory of the caller: what is large and made
// over and over would otherwise be asked of the system each time.
func (s *session) runInto(ctx context.Context, inputs, outputs []input) error {
	return s.runWith(ctx, inputs, outputs, func([]ort.Value) error { return nil })
}

// runWith runs the model and has read look at the outputs while they live.
func (s *session) runWith(ctx context.Context, inputs, outputs []input, read func([]ort.Value) error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return errClosed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	var pins runtime.Pinner // C keeps the addresses until the tensors are destroyed
	defer pins.Unpin()
	in, out := make([]ort.Value, 0, len(inputs)), make([]ort.Value, s.outputs)
	defer func() {
		for _, v := range append(in, out...) {
			if v != nil {
				v.Destroy()
			}
		}
	}()
	for _, i := range inputs {
		v, err := tensor(i, &pins)
		if err != nil {
			return err
		}
		in = append(in, v)
	}
	for i, o := range outputs {
		v, err := tensor(o, &pins)
		if err != nil {
			return err
		}
		out[i] = v
	}
	if err := s.runCancellable(ctx, in, out); err != nil {
		return err
	}
	return read(out)
}

func (s *session) runCancellable(ctx context.Context, in, out []ort.Value) error {
	options, err := ort.NewRunOptions()
	if err != nil {
		return err
	}
	defer options.Destroy()
	told := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() { told <- options.Terminate() })
	err = s.s.RunWithOptions(in, out, options)
	if !stop() {
		<-told // the options must live until Terminate has returned
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return native(err)
}

// native drops the wrapper's own words from an error of ONNX Runtime.
func native(err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return err
}

func tensor(i input, pins *runtime.Pinner) (ort.Value, error) {
	switch data := i.data.(type) {
	case []float32:
		return pinned(i.shape, data, pins)
	case []int64:
		return pinned(i.shape, data, pins)
	case []int32:
		return pinned(i.shape, data, pins)
	case []int8:
		return pinned(i.shape, data, pins)
	case []uint8:
		return pinned(i.shape, data, pins)
	}
	return nil, fmt.Errorf("an input of type %T", i.data)
}

func pinned[T ort.TensorData](shape []int64, data []T, pins *runtime.Pinner) (ort.Value, error) {
	if len(data) > 0 {
		pins.Pin(&data[0])
	}
	return ort.NewTensor(ort.NewShape(shape...), data)
}

// close waits for runs and frees the model. Further calls do nothing.
func (s *session) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	s.runtime.mu.Lock()
	defer s.runtime.mu.Unlock()
	s.runtime.open--
	return s.s.Destroy()
}
