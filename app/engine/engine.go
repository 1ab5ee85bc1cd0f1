// Package engine brings ONNX Runtime, the encoder and the numeric kernel to
// life when they are first needed, once for the whole program.
package engine

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"kindred/assets"
	"kindred/embed"
	"kindred/embed/onnx"
)

// Engine owns the process's one ONNX Runtime. Its methods are safe for
// concurrent use.
type Engine struct {
	cache  string // folder for the unpacked runtime library
	getenv func(string) string

	mu       sync.Mutex // protects what follows
	runtime  *onnx.Runtime
	kernel   *onnx.Kernel
	encoders map[string]embed.Encoder // by model name, or path and SHA-256 of the file
}

// New returns an engine that unpacks its library below the cache folder.
func New(cache string, getenv func(string) string) *Engine {
	return &Engine{cache: cache, getenv: getenv, encoders: map[string]embed.Encoder{}}
}

// Encoder returns the encoder of a model: a built-in name, or an .onnx file.
// An empty name is the built-in default.
func (e *Engine) Encoder(ctx context.Context, model string) (embed.Encoder, error) {
	key, data, name, err := e.read(model)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if enc := e.encoders[key]; enc != nil {
		return enc, nil
	}
	rt, err := e.open()
	if err != nil {
		return nil, err
	}
	opt := onnx.Options{Name: name, Threads: 1}
	if key == assets.ModelName {
		data = assets.Model
		opt.Classes, opt.WNIDs = classes()
	}
	enc, err := rt.Encoder(ctx, data, opt)
	if err != nil {
		return nil, err
	}
	e.encoders[key] = enc
	return enc, nil
}

// read finds a model's bytes; those of the built-in one are read later.
func (e *Engine) read(model string) (key string, data []byte, name string, err error) {
	if model == "" || model == assets.ModelName {
		return assets.ModelName, nil, assets.ModelName, nil
	}
	if !strings.EqualFold(filepath.Ext(model), ".onnx") {
		return "", nil, "", fmt.Errorf("model %q: neither built in (%s) nor an .onnx file", model, assets.ModelName)
	}
	key, err = filepath.Abs(model)
	if err != nil {
		return "", nil, "", fmt.Errorf("model %q: %w", model, err)
	}
	data, err = os.ReadFile(key)
	if err != nil {
		return "", nil, "", fmt.Errorf("model: %w", err)
	}
	// A file that was written anew is another model.
	sum := sha256.Sum256(data)
	return key + "\x00" + string(sum[:]), data, filepath.Base(key), nil
}

// Kernel returns the numeric kernel on ONNX Runtime.
func (e *Engine) Kernel() (embed.Kernel, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.kernel != nil {
		return e.kernel, nil
	}
	rt, err := e.open()
	if err != nil {
		return nil, err
	}
	kernel, err := rt.Kernel(runtime.NumCPU())
	if err != nil {
		return nil, err
	}
	e.kernel = kernel
	return kernel, nil
}

// SelfTest runs a small computation with a known answer on the runtime.
func (e *Engine) SelfTest(ctx context.Context) error {
	e.mu.Lock()
	rt, err := e.open()
	e.mu.Unlock()
	if err != nil {
		return err
	}
	return rt.SelfTest(ctx)
}

// Close ends the encoders and the runtime.
func (e *Engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	var errs []error
	for key, enc := range e.encoders {
		errs = append(errs, enc.Close())
		delete(e.encoders, key)
	}
	if e.kernel != nil {
		errs = append(errs, e.kernel.Close())
		e.kernel = nil
	}
	if e.runtime != nil {
		errs = append(errs, e.runtime.Close())
		e.runtime = nil
	}
	return errors.Join(errs...)
}

// open starts the runtime; e.mu must be held.
func (e *Engine) open() (*onnx.Runtime, error) {
	if e.runtime != nil {
		return e.runtime, nil
	}
	library, err := e.library()
	if err != nil {
		return nil, err
	}
	rt, err := onnx.Open(library)
	if err != nil {
		return nil, err
	}
	e.runtime = rt
	return rt, nil
}

// classes reads the built-in model's class names and WordNet ids.
func classes() (names, wnids []string) {
	for line := range strings.Lines(string(assets.Classes)) {
		wnid, name, _ := strings.Cut(strings.TrimRight(line, "\r\n"), "\t")
		names, wnids = append(names, name), append(wnids, wnid)
	}
	return names, wnids
}
