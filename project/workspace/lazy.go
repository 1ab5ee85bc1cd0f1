package workspace

import "context"

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
