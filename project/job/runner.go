package job

import (
	"context"
	"sync"
	"time"
)

const (
	interval = 100 * time.Millisecond // least time between two reports
	refresh  = time.Second            // most time between two reports while a job runs
	remember = 5                      // ended jobs that Status still shows
)

// Runner runs jobs one after the other, in the order of Start.
//
//	Start ──▶ queue ──▶ one worker goroutine: f(ctx, progress)
//	                         │ counters
//	                         ▼
//	          one reporter goroutine, at most ten times a second ──▶ report
//
// All methods may be called from any goroutine, also from report.
type Runner struct {
	report func([]Status)
	ctx    context.Context // ends with the Runner; the parent of every job's
	stop   context.CancelFunc
	worked chan struct{} // closed when the worker has ended
	told   chan struct{} // closed when the reporter has ended
	queued chan struct{} // one token: the queue has changed
	wake   chan struct{} // one token: there is something to report

	mu     sync.Mutex // guards what follows, and every task
	closed bool
	last   ID
	tasks  []*task // by rising id: ended, at most one running, waiting
}

// task is a job of a Runner. Its fields are guarded by the Runner's mutex,
// except for those that never change.
type task struct {
	id       ID
	name     string
	f        func(context.Context, *Progress) error
	ctx      context.Context
	cancel   context.CancelFunc
	progress *Progress

	state  State
	hold   bool // paused while it was waiting
	err    error
	meter  meter
	worked time.Duration // without pauses, up to since
	since  time.Time     // when the clock was started; zero while it stands
}

// NewRunner starts a Runner without jobs. report, which may be nil, gets what
// Status returns: at most ten times a second while something changes, once a
// second while a job just runs, and always once after the last change. It is
// called from one goroutine and must not block. Close ends the Runner.
func NewRunner(report func([]Status)) *Runner {
	if report == nil {
		report = func([]Status) {}
	}
	r := &Runner{
		report: report,
		worked: make(chan struct{}),
		told:   make(chan struct{}),
		queued: make(chan struct{}, 1),
		wake:   make(chan struct{}, 1),
	}
	// Jobs outlive the calls that start them, and end with Close: the Runner
	// is where their contexts begin, as main is for those of a command.
	r.ctx, r.stop = context.WithCancel(context.Background())
	go r.work()
	go r.tell()
	return r
}

// Start queues a job and returns at once. f is to call p.Gate between its items
// and to return soon after ctx ends, when everything it started has ended. A
// job started after Close is cancelled at once. A panic in f is not caught.
func (r *Runner) Start(name string, f func(ctx context.Context, p *Progress) error) ID {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last++
	t := &task{id: r.last, name: name, f: f, progress: &Progress{}}
	t.ctx, t.cancel = context.WithCancel(r.ctx)
	if r.closed {
		t.state = Cancelled
		t.cancel()
	}
	r.tasks = append(r.tasks, t)
	r.forget()
	signal(r.queued)
	signal(r.wake)
	return t.id
}

// Pause holds a job at its next Gate; jobs behind it wait on. A waiting job
// will begin paused. Any other job is left alone.
func (r *Runner) Pause(id ID) {
	r.change(id, func(t *task) {
		switch t.state {
		case Running:
			t.clock(false)
			t.state = Paused
			t.progress.pause()
		case Waiting:
			t.hold = true
		}
	})
}

// Resume lets a paused job go on.
func (r *Runner) Resume(id ID) {
	r.change(id, func(t *task) {
		t.hold = false
		if t.state == Paused {
			t.state = Running
			t.clock(true)
			t.progress.resume()
		}
	})
}

// Cancel ends a job, waiting, running or paused. It does not wait for the end.
func (r *Runner) Cancel(id ID) { r.change(id, r.end) }

// Status returns the running job, the waiting ones and the last few that have
// ended, by rising id.
func (r *Runner) Status() []Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.status()
}

// Close cancels all jobs and waits until the running one has ended and the
// last report has been made. It must not be called from report or from a job.
func (r *Runner) Close() {
	r.mu.Lock()
	r.closed = true
	for _, t := range r.tasks {
		r.end(t)
	}
	r.mu.Unlock()
	r.stop()
	signal(r.queued)
	<-r.worked
	<-r.told
}

// change lets f alter the task with the id, if there is one.
func (r *Runner) change(id ID, f func(*task)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, t := range r.tasks {
		if t.id == id {
			f(t)
			signal(r.queued)
			signal(r.wake)
		}
	}
}

// end cancels a task. r.mu is held.
func (r *Runner) end(t *task) {
	t.cancel()
	if t.state == Waiting {
		t.state = Cancelled
	}
}

// work runs the tasks, one after the other, until the Runner is closed.
func (r *Runner) work() {
	defer close(r.worked)
	for {
		t, closed := r.next()
		switch {
		case t != nil:
			r.finish(t, t.f(t.ctx, t.progress))
		case closed:
			return
		default:
			<-r.queued
		}
	}
}

// next takes the first waiting task.
func (r *Runner) next() (t *task, closed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, t := range r.tasks {
		if t.state != Waiting {
			continue
		}
		t.state = Running
		if t.hold {
			t.state = Paused
			t.progress.pause()
		} else {
			t.clock(true)
		}
		signal(r.wake)
		return t, r.closed
	}
	return nil, r.closed
}

// finish records how a task ended.
func (r *Runner) finish(t *task, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t.sample()
	t.clock(false)
	switch {
	case err == nil:
		t.state = Done
	case t.ctx.Err() != nil:
		t.state = Cancelled
	default:
		t.state, t.err = Failed, err
	}
	t.cancel()
	r.forget()
	signal(r.wake)
}

// forget drops all ended tasks but the last few. r.mu is held.
func (r *Runner) forget() {
	ended := 0
	for i := len(r.tasks) - 1; i >= 0; i-- {
		if r.tasks[i].state < Done {
			continue
		}
		if ended++; ended > remember {
			r.tasks = append(r.tasks[:i], r.tasks[i+1:]...)
		}
	}
}

// signal puts the token there if it is not there yet.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
