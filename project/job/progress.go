package job

import (
	"context"
	"sync"
	"sync/atomic"
)

// Progress is what a job tells about itself and where it can be held. The zero
// value counts and never pauses; on a nil Progress every method does nothing
// (Gate still minds its context), so that code can run without a Runner. All
// methods may be called from any goroutine.
type Progress struct {
	done, total, failures atomic.Int64

	mu    sync.Mutex    // guards what follows
	name  string        // of the stage, empty: the job's own name
	stage int           // rises with every Begin
	base  int           // what was done before this stage began
	held  chan struct{} // not nil while paused; closed by resume
}

// SetTotal says how many items there are in this stage.
func (p *Progress) SetTotal(n int) {
	if p != nil {
		p.total.Store(int64(n))
	}
}

// Add counts n items as done, failed ones too.
func (p *Progress) Add(n int) {
	if p != nil {
		p.done.Add(int64(n))
	}
}

// Fail says that n of the items counted by Add could not be done.
func (p *Progress) Fail(n int) {
	if p != nil {
		p.failures.Add(int64(n))
	}
}

// SetName says, for people, what the job does now.
func (p *Progress) SetName(name string) {
	if p != nil {
		p.mu.Lock()
		p.name = name
		p.mu.Unlock()
	}
}

// Begin starts a stage with counters of its own: what was done before no
// longer counts for Done, the rate and the time left. A total of 0 means
// unknown. Failures stay, they are the job's.
func (p *Progress) Begin(name string, total int) { p.BeginAt(name, 0, total) }

// BeginAt is Begin for a stage that takes up earlier work: done of the total
// are done already. They count for Done, but not for the rate.
func (p *Progress) BeginAt(name string, done, total int) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.name = name
	p.stage++
	p.base = done
	p.done.Store(int64(done))
	p.total.Store(int64(total))
}

// Counts returns the counters as they stand; total is 0 while it is unknown.
func (p *Progress) Counts() (done, total, failures int) {
	if p == nil {
		return 0, 0, 0
	}
	return int(p.done.Load()), int(p.total.Load()), int(p.failures.Load())
}

// Name returns what SetName or Begin said last.
func (p *Progress) Name() string {
	if p == nil {
		return ""
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.name
}

// Gate is called between items. It returns at once while the job runs, blocks
// while it is paused, and returns ctx's error as soon as ctx has ended.
func (p *Progress) Gate(ctx context.Context) error {
	for {
		if err := ctx.Err(); err != nil || p == nil {
			return err
		}
		p.mu.Lock()
		held := p.held
		p.mu.Unlock()
		if held == nil {
			return nil
		}
		select {
		case <-held:
		case <-ctx.Done():
		}
	}
}

// snapshot reads everything of one moment.
func (p *Progress) snapshot() (s snapshot) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s.name, s.stage, s.base = p.name, p.stage, p.base
	s.done, s.total, s.failures = p.Counts()
	return s
}

type snapshot struct {
	name                  string
	stage, base           int
	done, total, failures int
}

// pause closes the gate, resume opens it.
func (p *Progress) pause() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held == nil {
		p.held = make(chan struct{})
	}
}

func (p *Progress) resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held != nil {
		close(p.held)
		p.held = nil
	}
}
