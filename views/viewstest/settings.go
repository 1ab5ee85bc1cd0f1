package viewstest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"kindred/views"
)

// Settings is a views.Settings with a list of models. It writes down what it is
// asked to do.
type Settings struct {
	mu    sync.Mutex
	list  []views.Model
	log   []string
	bytes int64
	limit int64

	standard string // the model of new projects

	InUse   string // what ModelInUse answers; OpenWithModel changes it
	Note    string
	Project views.Project // what OpenWithModel opens
}

var _ views.Settings = (*Settings)(nil)

// NewSettings returns settings with the built-in model, measured already.
func NewSettings() *Settings {
	return &Settings{bytes: 12_300_000, InUse: "own", list: []views.Model{
		{ID: "own", Name: "efficientnet-lite0", Width: 224, Height: 224, Classes: 1000, Dim: 1280, Size: 5_400_000, Rate: 212},
	}}
}

func (s *Settings) note(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append(s.log, fmt.Sprintf(format, args...))
}

// Calls are what was asked, in order.
func (s *Settings) Calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}

// Change changes the list.
func (s *Settings) Change(f func(list []views.Model) []views.Model) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = f(s.list)
}

// Models implements views.Settings.
func (s *Settings) Models(context.Context) ([]views.Model, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.list), nil
}

// AddModel refuses what has "detect" in its name.
func (s *Settings) AddModel(_ context.Context, path string) (views.Model, error) {
	s.note("add %s", path)
	if strings.Contains(path, "detect") {
		return views.Model{}, fmt.Errorf(`open model "detect.onnx": it is refused: its task is "detect"`)
	}
	m := views.Model{ID: path, Name: "tiny", Path: path, Width: 8, Height: 8, Classes: 3, Dim: 3, Size: 900}
	s.Change(func(list []views.Model) []views.Model { return append(list, m) })
	return m, nil
}

// ForgetModel implements views.Settings.
func (s *Settings) ForgetModel(_ context.Context, id string) error {
	s.note("forget %s", id)
	s.Change(func(list []views.Model) []views.Model {
		return slices.DeleteFunc(list, func(m views.Model) bool { return m.ID == id })
	})
	return nil
}

// MeasureModel implements views.Settings.
func (s *Settings) MeasureModel(_ context.Context, id string) (float64, error) {
	s.note("measure %s", id)
	return 1234.4, nil
}

// PrepareModel refuses what has a problem.
func (s *Settings) PrepareModel(_ context.Context, id string) error {
	s.note("prepare %s", id)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.list {
		if m.ID == id && m.Problem != "" {
			return errors.New(m.Problem)
		}
	}
	return nil
}

// OpenWithModel implements views.Settings.
func (s *Settings) OpenWithModel(file, id string, done func(views.Project, error)) {
	s.note("open %s with %s", file, id)
	s.mu.Lock()
	s.InUse = id
	s.mu.Unlock()
	go done(s.Project, nil)
}

// ModelInUse implements views.Settings.
func (s *Settings) ModelInUse() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.InUse
}

// DefaultModel implements views.Settings.
func (s *Settings) DefaultModel(context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.standard == "" {
		return s.list[0].ID, nil
	}
	return s.standard, nil
}

// SetDefaultModel implements views.Settings.
func (s *Settings) SetDefaultModel(_ context.Context, id string) error {
	s.note("default %s", id)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.standard = id
	return nil
}

// OpeningNote implements views.Settings.
func (s *Settings) OpeningNote() string { return s.Note }

// Cache implements views.Settings.
func (s *Settings) Cache(context.Context) (string, int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return "/home/cache/thumbnails.db", s.bytes, nil
}

// CacheLimit implements views.Settings.
func (s *Settings) CacheLimit() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.limit == 0 {
		return 2e9
	}
	return s.limit
}

// SetCacheLimit implements views.Settings.
func (s *Settings) SetCacheLimit(_ context.Context, bytes int64) error {
	s.note("limit %d", bytes)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limit = bytes
	return nil
}

// EmptyCache implements views.Settings.
func (s *Settings) EmptyCache(context.Context) error {
	s.note("empty")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bytes = 0
	return nil
}

// Licences implements views.Settings.
func (s *Settings) Licences() string { return "MIT License\n\n" + strings.Repeat("word ", 60) }
