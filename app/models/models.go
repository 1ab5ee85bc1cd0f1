// Package models remembers the .onnx files that a person added, beside the
// built-in model. A model is remembered by its path and its id, which holds the
// SHA-256 of the file; the file itself stays where it is.
package models

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"kindred/app/engine"
	"kindred/assets"
	"kindred/embed"
)

// Model is one of the list.
type Model struct {
	ID      string `json:"id"` // an embed.ModelID
	Name    string `json:"name"`
	Path    string `json:"path"` // absolute; "" when it is built in
	Width   int    `json:"width"`
	Height  int    `json:"height"`
	Classes int    `json:"classes"`
	Dim     int    `json:"dim"`
	Size    int64  `json:"size"` // of the file, in bytes

	Rate    float64 `json:"-"` // images/s on this machine; 0: not measured
	Problem string  `json:"-"` // why it cannot be used now: "the file is gone"
}

// Builtin says whether the model comes with the program.
func (m Model) Builtin() bool { return m.Path == "" }

// What is wrong with a model's file.
const (
	gone    = "the file is gone"
	changed = "the file has changed since; add it again"
)

// ErrUnknown is returned for an id that is not on the list, and ErrGone for a
// model whose file is not there, or is another one now.
var (
	ErrUnknown = errors.New("no such model on this machine")
	ErrGone    = errors.New("its file is gone or has changed")
)

// list is the remembered part, as the file holds it.
type list struct {
	Models []Model            `json:"models"`
	Rates  map[string]float64 `json:"rates"` // images/s by id
	// Default is the id of the model of new projects; "" is the built-in one.
	Default string `json:"default,omitempty"`
}

// Registry is the list of models. Its methods are safe for concurrent use.
type Registry struct {
	file   string
	engine *engine.Engine
	mu     sync.Mutex // protects the file
}

// New returns the registry of a data folder.
func New(data string, e *engine.Engine) *Registry {
	return &Registry{file: filepath.Join(data, "models.json"), engine: e}
}

// List returns all models: the built-in one, then the others in the order in
// which they were added.
func (r *Registry) List(ctx context.Context) ([]Model, error) {
	builtin, err := r.builtin(ctx)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	l := r.read()
	r.mu.Unlock()
	all := append([]Model{builtin}, l.Models...)
	for i := range all {
		m := &all[i]
		m.Rate = l.Rates[m.ID]
		if m.Builtin() {
			continue
		}
		info, err := os.Stat(m.Path)
		switch {
		case err != nil:
			m.Problem = gone
		case info.Size() != m.Size:
			m.Problem = changed
		}
	}
	return all, nil
}

// builtin is the model that is always there.
func (r *Registry) builtin(ctx context.Context) (Model, error) {
	enc, err := r.engine.Encoder(ctx, "")
	if err != nil {
		return Model{}, err
	}
	return describe(enc.Spec(), "", int64(len(assets.Model))), nil
}

func describe(s embed.Spec, path string, size int64) Model {
	return Model{
		ID: string(s.ID), Name: s.Name, Path: path, Width: s.Input.Width, Height: s.Input.Height,
		Classes: len(s.Classes), Dim: s.Dim, Size: size,
	}
}

// Add checks an .onnx file by loading and trying it, and remembers it. What
// was remembered of the same file, or of the same model elsewhere, gives way.
func (r *Registry) Add(ctx context.Context, path string) (Model, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return Model{}, fmt.Errorf("model %q: %w", path, err)
	}
	info, err := os.Stat(abs)
	if err != nil {
		return Model{}, fmt.Errorf("model: %w", err)
	}
	enc, err := r.engine.Encoder(ctx, abs)
	if err != nil {
		return Model{}, err
	}
	m := describe(enc.Spec(), abs, info.Size())
	if builtin, err := r.builtin(ctx); err != nil || builtin.ID == m.ID {
		return builtin, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.read()
	at := slices.IndexFunc(l.Models, func(o Model) bool { return o.ID == m.ID || o.Path == m.Path })
	if at < 0 {
		at = len(l.Models)
	}
	l.Models = slices.DeleteFunc(l.Models, func(o Model) bool { return o.ID == m.ID || o.Path == m.Path })
	l.Models = slices.Insert(l.Models, min(at, len(l.Models)), m)
	m.Rate = l.Rates[m.ID]
	return m, r.write(l)
}

// Forget takes a model off the list; its file stays, and so do the vectors that
// projects hold of it.
func (r *Registry) Forget(id string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.read()
	l.Models = slices.DeleteFunc(l.Models, func(m Model) bool { return m.ID == id })
	delete(l.Rates, id)
	if l.Default == id {
		l.Default = ""
	}
	return r.write(l)
}

// Default is the id of the model that new projects use, "" for the built-in one.
func (r *Registry) Default() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.read().Default
}

// SetDefault chooses the model of new projects; "" and the id of the built-in
// one are that. Another one must be on the list.
func (r *Registry) SetDefault(ctx context.Context, id string) error {
	builtin, err := r.builtin(ctx)
	if err != nil {
		return err
	}
	if id == builtin.ID {
		id = "" // new projects follow the program's next one
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.read()
	if id != "" && !slices.ContainsFunc(l.Models, func(m Model) bool { return m.ID == id }) {
		return fmt.Errorf("model of new projects: %w", ErrUnknown)
	}
	l.Default = id
	return r.write(l)
}

// Open returns the encoder of a model: ErrUnknown, ErrGone or why the file is
// refused. "" is the built-in model.
func (r *Registry) Open(ctx context.Context, id string) (embed.Encoder, error) {
	builtin, err := r.engine.Encoder(ctx, "")
	if err != nil || id == "" || string(builtin.Spec().ID) == id {
		return builtin, err
	}
	r.mu.Lock()
	l := r.read()
	r.mu.Unlock()
	at := slices.IndexFunc(l.Models, func(m Model) bool { return m.ID == id })
	if at < 0 {
		return nil, ErrUnknown
	}
	m := l.Models[at]
	if _, err := os.Stat(m.Path); err != nil {
		return nil, fmt.Errorf("model %q: %w", m.Path, ErrGone)
	}
	enc, err := r.engine.Encoder(ctx, m.Path)
	if err != nil {
		return nil, err
	}
	if string(enc.Spec().ID) != id {
		return nil, fmt.Errorf("model %q: %w", m.Path, ErrGone)
	}
	return enc, nil
}

// Measure runs a model for a moment and remembers how fast it is here, in
// images/s. It loads all cores.
func (r *Registry) Measure(ctx context.Context, id string) (float64, error) {
	enc, err := r.Open(ctx, id)
	if err != nil {
		return 0, err
	}
	rate, err := measure(ctx, enc)
	if err != nil {
		return 0, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.read()
	if l.Rates == nil {
		l.Rates = map[string]float64{}
	}
	l.Rates[string(enc.Spec().ID)] = rate
	return rate, r.write(l)
}

// read returns the remembered list; r.mu is held. A damaged file is begun anew:
// the models themselves are elsewhere.
func (r *Registry) read() list {
	var l list
	data, err := os.ReadFile(r.file)
	if err != nil || json.Unmarshal(data, &l) != nil {
		return list{}
	}
	l.Models = slices.DeleteFunc(l.Models, func(m Model) bool { return m.ID == "" || m.Path == "" })
	return l
}

// write replaces the file in one step; r.mu is held.
func (r *Registry) write(l list) error {
	data, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(r.file), 0o755); err != nil {
		return fmt.Errorf("remember models: %w", err)
	}
	part := r.file + ".part"
	if err := os.WriteFile(part, data, 0o600); err != nil {
		return fmt.Errorf("remember models: %w", err)
	}
	if err := os.Rename(part, r.file); err != nil {
		return fmt.Errorf("remember models: %w", err)
	}
	return nil
}
