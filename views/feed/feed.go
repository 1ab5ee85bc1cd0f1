// Package feed brings what a project knows to widgets without blocking them:
// calls of which only the newest matters, thumbnails by the thousand, and rows
// by the page. It knows no Fyne; what it shows goes through a views.Dispatch,
// so everything passed to it as "show" runs on the main goroutine.
package feed

import (
	"context"
	"sync"
	"time"

	"kindred/views"
)

// Latest runs calls off the main goroutine of which only the newest matters: a
// new call cancels the one before, and a late result is never shown.
//
// Its methods are called on the main goroutine, Wait from anywhere.
type Latest struct {
	ctx      context.Context
	dispatch views.Dispatch
	cancel   context.CancelFunc // of the newest call
	turn     uint64             // number of the newest call; main goroutine only
	busy     bool
	running  sync.WaitGroup
}

// NewLatest returns a Latest whose calls end with ctx.
func NewLatest(ctx context.Context, dispatch views.Dispatch) *Latest {
	return &Latest{ctx: ctx, dispatch: dispatch, cancel: func() {}}
}

// Run calls work off the main goroutine after a delay (0 means at once) and
// show with its result on it, unless a newer Run or Cancel came between.
func Run[T any](l *Latest, delay time.Duration, work func(context.Context) (T, error), show func(T, error)) {
	l.Cancel()
	ctx, cancel := context.WithCancel(l.ctx)
	l.cancel = cancel
	l.busy = true
	turn := l.turn
	l.running.Add(1)
	go func() {
		defer l.running.Done()
		defer cancel()
		if !pause(ctx, delay) {
			return
		}
		result, err := work(ctx)
		if ctx.Err() != nil {
			return
		}
		l.dispatch(func() {
			if l.turn != turn {
				return
			}
			l.busy = false
			show(result, err)
		})
	}()
}

// Cancel ends the call that runs; its result is not shown.
func (l *Latest) Cancel() {
	l.cancel()
	l.turn++
	l.busy = false
}

// Busy says whether a result is still to be shown.
func (l *Latest) Busy() bool { return l.busy }

// Wait returns when no call runs any more. Results may still be queued in the
// dispatcher.
func (l *Latest) Wait() { l.running.Wait() }

// pause sleeps for d and reports false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// Beat lets a burst of calls through at most once in an interval: the first at
// once, the others joined into one at the interval's end. Its methods are
// called on the main goroutine.
type Beat struct {
	ctx      context.Context
	dispatch views.Dispatch
	every    time.Duration
	do       func()
	waiting  bool // an interval runs
	again    bool // a call came during it
	running  sync.WaitGroup
}

// NewBeat returns a Beat that calls do on the main goroutine.
func NewBeat(ctx context.Context, dispatch views.Dispatch, every time.Duration, do func()) *Beat {
	return &Beat{ctx: ctx, dispatch: dispatch, every: every, do: do}
}

// Call asks for do.
func (b *Beat) Call() {
	if b.waiting {
		b.again = true
		return
	}
	b.do()
	b.waiting = true
	b.running.Add(1)
	go func() {
		defer b.running.Done()
		if !pause(b.ctx, b.every) {
			return
		}
		b.dispatch(func() {
			b.waiting = false
			if b.again {
				b.again = false
				b.Call()
			}
		})
	}()
}

// Wait returns when no interval runs.
func (b *Beat) Wait() { b.running.Wait() }
