// Package viewstest helps the tests of views: a dispatcher that the test
// drains, and a project made of numbers. Only tests import it; it imports no
// fyne/test.
package viewstest

import (
	"sync"
	"time"
)

// Queue stands in for the main goroutine: what is dispatched waits until the
// test drains it, on the test's goroutine.
type Queue struct {
	mu      sync.Mutex
	waiting []func()
	longest time.Duration
	runs    int
}

// Dispatch is the views.Dispatch of the queue.
func (q *Queue) Dispatch(f func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, f)
}

// Drain runs what waits, and what that queues, and returns how many ran.
func (q *Queue) Drain() int {
	n := 0
	for {
		q.mu.Lock()
		waiting := q.waiting
		q.waiting = nil
		q.mu.Unlock()
		if len(waiting) == 0 {
			return n
		}
		for _, f := range waiting {
			start := time.Now()
			f()
			took := time.Since(start)
			q.longest = max(q.longest, took)
			n++
			q.runs++
		}
	}
}

// Settle drains until nothing came for a while, and wait (which may be nil)
// has returned each time.
func (q *Queue) Settle(wait func()) {
	for quiet := 0; quiet < 3; {
		if wait != nil {
			wait()
		}
		if q.Drain() == 0 {
			quiet++
			time.Sleep(2 * time.Millisecond)
		} else {
			quiet = 0
		}
	}
}

// Until drains until done says so, and reports false when that takes longer
// than five seconds.
func (q *Queue) Until(done func() bool) bool {
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); {
		q.Drain()
		if done() {
			return true
		}
		time.Sleep(time.Millisecond)
	}
	return false
}

// Longest is how long the slowest function took, and Runs how many ran, since
// Reset.
func (q *Queue) Longest() time.Duration { return q.longest }

// Runs is how many functions ran since Reset.
func (q *Queue) Runs() int { return q.runs }

// Reset starts measuring again.
func (q *Queue) Reset() { q.longest, q.runs = 0, 0 }
