package workspace

import (
	"bytes"
	"context"
)

// lazy makes a value once, when it is first asked for. While one caller makes
// it the others wait, each as long as its own ctx allows; a making that failed
// is tried again by the next.
type lazy[T any] struct {
	token chan struct{}
	value T
	made  bool
}

func newLazy[T any]() *lazy[T] { return &lazy[T]{token: make(chan struct{}, 1)} }

func (l *lazy[T]) get(ctx context.Context, make func(context.Context) (T, error)) (T, error) {
	select {
	case l.token <- struct{}{}:
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
	defer func() { <-l.token }()
	if l.made {
		return l.value, nil
	}
	value, err := make(ctx)
	if err == nil {
		l.value, l.made = value, true
	}
	return value, err
}

// tick is told how many of how many items are done. It may be called from
// several goroutines, and is never nil inside a computation.
type tick func(done, total int)

// artefact is a finding that is computed once for a state of the project,
// stored beside it, and computed anew only when what it depends on changed.
type artefact[T any] struct {
	f       *facts
	lazy    *lazy[T]
	kind    string // in the store; its number is raised when the same data would give another artefact
	on      depends
	decode  func(context.Context, []byte) (T, error)
	compute func(context.Context, tick) (T, error)
	encode  func(T) []byte

	// update, when given, makes the artefact out of the one stored for an
	// earlier state of the project and what changed since. It reports false
	// when the earlier one is of no use.
	update func(ctx context.Context, former []byte, t tick) (T, bool, error)
}

// lazyArtefact declares a finding of f: a new kind is one line in newFacts and
// a field. decode must refuse bytes that do not fit f (numbers of rows out of
// range), encode and decode must be inverse, and compute must be deterministic.
// Other artefacts that compute needs are asked for with get inside it.
func lazyArtefact[T any](f *facts, kind string, on depends, decode func(context.Context, []byte) (T, error), compute func(context.Context, tick) (T, error), encode func(T) []byte) *artefact[T] {
	return &artefact[T]{f: f, lazy: newLazy[T](), kind: kind, on: on, decode: decode, compute: compute, encode: encode}
}

// get returns the finding: the one in memory, else the stored one, else it is
// computed and stored. t, which may be nil, is told how far that is.
func (a *artefact[T]) get(ctx context.Context, t tick) (T, error) {
	if t == nil {
		t = func(int, int) {}
	}
	return a.lazy.get(ctx, func(ctx context.Context) (T, error) {
		data, print, err := a.f.w.store.Artefact(ctx, a.kind, a.f.w.spec.ID)
		now := a.f.prints[a.on]
		former := err == nil
		if former && bytes.Equal(print, now) {
			// What cannot be read is computed again.
			if value, err := a.decode(ctx, data); err == nil {
				return value, nil
			}
			former = false
		}
		value, ok := *new(T), false
		err = nil
		if former && a.update != nil {
			value, ok, err = a.update(ctx, data, t)
		}
		if err == nil && !ok {
			value, err = a.compute(ctx, t)
		}
		if err != nil {
			return value, err
		}
		// During a scan it would be stale at once.
		if a.f.w.running.Load() {
			return value, nil
		}
		return value, a.f.w.store.PutArtefact(ctx, a.kind, a.f.w.spec.ID, now, a.encode(value))
	})
}

// ensure computes the finding if it is missing or stale.
func (a *artefact[T]) ensure(ctx context.Context, t tick) error {
	_, err := a.get(ctx, t)
	return err
}
