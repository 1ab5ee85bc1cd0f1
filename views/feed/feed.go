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

// Crew is the goroutines that work for the rooms of one open project: they end
// with its context, and can be waited for.
type Crew struct {
	ctx      context.Context
	dispatch views.Dispatch

	mu      sync.Mutex
	idle    *sync.Cond // on mu; running fell to 0
	running int
}

// NewCrew returns a crew that works until ctx ends and shows through dispatch.
func NewCrew(ctx context.Context, dispatch views.Dispatch) *Crew {
	c := &Crew{ctx: ctx, dispatch: dispatch}
	c.idle = sync.NewCond(&c.mu)
	return c
}

// Go runs f on a goroutine of its own, unless the context has ended.
func (c *Crew) Go(f func(context.Context)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ctx.Err() != nil {
		return
	}
	c.running++
	go func() {
		defer func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			if c.running--; c.running == 0 {
				c.idle.Broadcast()
			}
		}()
		f(c.ctx)
	}()
}

// Show runs f on the main goroutine, later.
func (c *Crew) Show(f func()) { c.dispatch(f) }

// Wait returns when nobody works. What was dispatched may still be queued.
func (c *Crew) Wait() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.running > 0 {
		c.idle.Wait()
	}
}

// Latest runs calls off the main goroutine of which only the newest matters: a
// new call cancels the one before, and a late result is never shown. Its
// methods are called on the main goroutine.
type Latest struct {
	crew   *Crew
	cancel context.CancelFunc // of the newest call
	turn   uint64             // number of the newest call
	busy   bool
}

// NewLatest returns a Latest whose calls are done by a crew.
func NewLatest(crew *Crew) *Latest { return &Latest{crew: crew, cancel: func() {}} }

// Run calls work off the main goroutine after a delay (0 means at once) and
// show with its result on it, unless a newer Run or Cancel came between.
func Run[T any](l *Latest, delay time.Duration, work func(context.Context) (T, error), show func(T, error)) {
	l.Cancel()
	ctx, cancel := context.WithCancel(l.crew.ctx)
	l.cancel = cancel
	l.busy = true
	turn := l.turn
	l.crew.Go(func(context.Context) {
		defer cancel()
		if !pause(ctx, delay) {
			return
		}
		result, err := work(ctx)
		if ctx.Err() != nil {
			return
		}
		l.crew.Show(func() {
			if l.turn != turn {
				return
			}
			l.busy = false
			show(result, err)
		})
	})
}

// Cancel ends the call that runs; its result is not shown.
func (l *Latest) Cancel() {
	l.cancel()
	l.turn++
	l.busy = false
}

// Busy says whether a result is still to be shown.
func (l *Latest) Busy() bool { return l.busy }

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
	crew    *Crew
	every   time.Duration
	do      func()
	waiting bool // an interval runs
	again   bool // a call came during it
}

// NewBeat returns a Beat that calls do on the main goroutine.
func NewBeat(crew *Crew, every time.Duration, do func()) *Beat {
	return &Beat{crew: crew, every: every, do: do}
}

// Call asks for do.
func (b *Beat) Call() {
	if b.waiting {
		b.again = true
		return
	}
	b.waiting = true
	b.do()
	b.crew.Go(func(ctx context.Context) {
		if !pause(ctx, b.every) {
			return
		}
		b.crew.Show(func() {
			b.waiting = false
			if b.again {
				b.again = false
				b.Call()
			}
		})
	})
}
