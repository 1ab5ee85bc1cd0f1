package store

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"sort"
	"strings"

	"kindred/embed"
	"kindred/project"
)

const (
	contentBits = 40 // of an encoding's id; the bits above are the model's
	topClasses  = 5

	currentModel = "model" // setting
)

// Model is an encoder whose vectors the project holds.
type Model struct {
	ID      embed.ModelID
	Name    string
	Dim     int
	Classes []string

	row    int64
	folded []string // Classes as filters compare them
}

// base is before the first id of the model's encodings.
func (m *Model) base() int64 { return m.row << contentBits }

// end is behind the last.
func (m *Model) end() int64 { return (m.row + 1) << contentBits }

// SetModel stores an encoder and makes it the current one. It comes before
// Finish for that model.
func (s *Store) SetModel(ctx context.Context, spec embed.Spec) error {
	classes := spec.Classes
	if classes == nil {
		classes = []string{}
	}
	names, err := json.Marshal(classes)
	if err != nil {
		return fail("set model", spec.Name, err)
	}
	err = s.change(ctx, func(t *tx) error {
		if _, err := t.exec("putModel", string(spec.ID), spec.Name, spec.Dim, names); err != nil {
			return err
		}
		_, err := t.exec("putSetting", currentModel, string(spec.ID))
		return err
	})
	s.mu.Lock()
	delete(s.models, spec.ID)
	s.mu.Unlock()
	return fail("set model", spec.Name, err)
}

// CurrentModel is the one that SetModel was called for last, or
// project.ErrNotFound.
func (s *Store) CurrentModel(ctx context.Context) (Model, error) {
	id, err := s.Setting(ctx, currentModel)
	if err != nil {
		return Model{}, err
	}
	return s.Model(ctx, embed.ModelID(id))
}

// Model returns a stored model, or project.ErrNotFound.
func (s *Store) Model(ctx context.Context, id embed.ModelID) (Model, error) {
	m, err := s.model(ctx, id)
	if err == nil && m.row == 0 {
		return Model{}, fail("model", string(id), project.ErrNotFound)
	}
	if err != nil {
		return Model{}, fail("model", string(id), err)
	}
	return *m, nil
}

// model returns a model from memory or the file. One that is not stored has no
// classes and no encodings.
func (s *Store) model(ctx context.Context, id embed.ModelID) (*Model, error) {
	s.mu.Lock()
	m := s.models[id]
	s.mu.Unlock()
	if m != nil {
		return m, nil
	}
	m = &Model{ID: id}
	var names []byte
	err := s.read.row(ctx, "model", []any{string(id)}, &m.row, &m.Name, &m.Dim, &names)
	if isNoRows(err) {
		return m, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(names, &m.Classes); err != nil {
		return nil, fmt.Errorf("classes of model %q: %w: %w", m.Name, project.ErrDamaged, err)
	}
	m.folded = make([]string, len(m.Classes))
	for i, c := range m.Classes {
		m.folded[i] = foldName(c)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.models == nil {
		s.models = make(map[embed.ModelID]*Model)
	}
	s.models[id] = m
	return m, nil
}

// foldName folds the name of a class; models write "golden_retriever" as well
// as "golden retriever".
func foldName(s string) string { return strings.ReplaceAll(fold(s), "_", " ") }

// packTop returns the best classes, best first, ties by class.
func packTop(probs []float32) []byte {
	best := make([]int, 0, topClasses+1)
	for i, p := range probs {
		if len(best) == topClasses && !(p > probs[best[topClasses-1]]) {
			continue
		}
		at := sort.Search(len(best), func(k int) bool { return p > probs[best[k]] })
		best = append(best, 0)
		copy(best[at+1:], best[at:])
		best[at] = i
		best = best[:min(len(best), topClasses)]
	}
	out := make([]byte, 0, 8*topClasses)
	for _, i := range best {
		out = binary.LittleEndian.AppendUint32(out, uint32(i))
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(probs[i]))
	}
	return out
}

// predictions reads what packTop wrote.
func (m *Model) predictions(top []byte) []project.Prediction {
	if len(top) < 8 {
		return nil
	}
	out := make([]project.Prediction, 0, len(top)/8)
	for ; len(top) >= 8; top = top[8:] {
		p := project.Prediction{Confidence: math.Float32frombits(binary.LittleEndian.Uint32(top[4:]))}
		if i := binary.LittleEndian.Uint32(top); int64(i) < int64(len(m.Classes)) {
			p.Name = m.Classes[i]
		} else {
			p.Name = fmt.Sprintf("class %d", i)
		}
		out = append(out, p)
	}
	return out
}
