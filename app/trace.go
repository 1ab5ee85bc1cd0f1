package main

import (
	"fmt"
	"os"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"

	"kindred/app/host"
)

// frameBudget is how long a callback of ours may hold the main goroutine.
const frameBudget = 8 * time.Millisecond

// tracer writes what happens to the file that KINDRED_TRACE names: events for
// the window test, and callbacks that held the main goroutine for longer than
// the budget. Without the file it costs nothing. KINDRED_PROFILE names a file
// for a profile of the processor time from the first thumbnails to the end.
type tracer struct {
	over  atomic.Bool // the window is closing
	mu    sync.Mutex  // protects the file and the figures
	file  *os.File
	prof  *os.File
	start time.Time
	calls int
	slow  int
	worst time.Duration
}

func newTracer(file, profile string) (*tracer, error) {
	t := &tracer{start: time.Now()}
	if profile != "" {
		f, err := os.Create(profile)
		if err != nil {
			return nil, fmt.Errorf("KINDRED_PROFILE: %w", err)
		}
		t.prof = f
	}
	if file == "" {
		return t, nil
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("KINDRED_TRACE: %w", err)
	}
	t.file = f
	return t, nil
}

func (t *tracer) event(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.write(text)
	if t.prof != nil && text == host.ThumbnailsShown {
		if err := pprof.StartCPUProfile(t.prof); err != nil {
			t.write("profile: " + err.Error())
		}
	}
}

func (t *tracer) write(text string) {
	if t.file != nil {
		fmt.Fprintf(t.file, "%8.3f %s\n", time.Since(t.start).Seconds(), text)
	}
}

// end drops what is still to be dispatched. Once Fyne's loop has ended it would
// run functions on the goroutine that brings them, beside the main one, and
// under whatever that holds.
func (t *tracer) end() { t.over.Store(true) }

// dispatch runs f on the main goroutine, later, and takes its time.
func (t *tracer) dispatch(f func()) {
	if t.over.Load() {
		return
	}
	if t.file == nil {
		fyne.Do(f)
		return
	}
	fyne.Do(func() {
		began := time.Now()
		f()
		took := time.Since(began)
		t.mu.Lock()
		defer t.mu.Unlock()
		t.calls++
		t.worst = max(t.worst, took)
		if took > frameBudget {
			t.slow++
			t.write(fmt.Sprintf("slow callback: %.1f ms", took.Seconds()*1e3))
		}
	})
}

func (t *tracer) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.prof != nil {
		pprof.StopCPUProfile()
		t.prof.Close()
	}
	if t.file != nil {
		t.write(fmt.Sprintf("callbacks: %d, over %v: %d, worst %.1f ms", t.calls, frameBudget, t.slow, t.worst.Seconds()*1e3))
		t.file.Close()
	}
}
