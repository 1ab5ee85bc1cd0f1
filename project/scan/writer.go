package scan

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"kindred/project"
)

const (
	writeBatch = 256                    // outcomes in one transaction
	writeDelay = 200 * time.Millisecond // most time that an outcome waits for its transaction
)

// pipeline is what the goroutines of the second half share.
type pipeline struct {
	*run
	out        chan result // closed when all workers have ended
	large      chan struct{}
	room       *semaphore.Weighted // bytes for decoding, see memory.go
	flights    flights
	thumbError atomic.Pointer[error]
	accepted   atomic.Int64 // pictures that the model encoded
	refused    atomic.Int64 // pictures on which it failed
}

// process reads, decodes and encodes the files and stores what comes out. It
// returns when all goroutines have ended and all that was done is stored.
func (r *run) process(ctx context.Context, tasks []task) error {
	if len(tasks) == 0 {
		return ctx.Err()
	}
	defer r.times.add(stageEncoding, time.Now())
	// A run that takes up another one goes on counting where that stood.
	all := 0
	for _, n := range r.counts {
		all += n
	}
	r.progress.BeginAt("Embedding", max(all-len(tasks), 0), max(all, len(tasks)))
	p := &pipeline{run: r, out: make(chan result, writeBatch), large: make(chan struct{}, 1), room: semaphore.NewWeighted(decodeRoom)}
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)

	feed := make(chan task, r.Workers)
	var workers sync.WaitGroup
	spec := r.Encoder.Spec()
	for range min(r.Workers, len(tasks)) {
		workers.Go(func() {
			w := &worker{pipeline: p, spec: spec}
			w.input = make([]float32, w.batchSize()*spec.Input.Len())
			if err := w.run(ctx, feed); err != nil {
				fail(err) // the first one counts
			}
		})
	}
	written := make(chan struct{})
	go func() {
		defer close(written)
		p.write(context.WithoutCancel(ctx), fail)
	}()
feeding:
	for _, t := range tasks {
		select {
		case feed <- t:
		case <-ctx.Done():
			break feeding
		}
	}
	close(feed)
	workers.Wait()
	close(p.out)
	<-written
	if err := p.thumbError.Load(); err != nil {
		r.report.ThumbError = *err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// write stores outcomes until out is closed. It always takes what the workers
// send, so that they never wait for a writer that has given up. A cancel does
// not reach it: what is done is stored.
func (p *pipeline) write(ctx context.Context, fail context.CancelCauseFunc) {
	tick := time.NewTicker(writeDelay)
	defer tick.Stop()
	var batch []result
	broken := false
	flush := func() {
		for len(batch) > 0 && !broken {
			n := min(len(batch), writeBatch)
			if err := p.store(ctx, batch[:n]); err != nil {
				fail(fmt.Errorf("scan: %w", err))
				broken = true
			}
			rest := append([]result(nil), batch[n:]...)
			for _, res := range batch[:n] {
				if res.lands {
					rest = append(rest, p.flights.land(res)...)
				}
			}
			batch = rest
		}
	}
	for {
		select {
		case res, open := <-p.out:
			if !open {
				flush()
				return
			}
			if batch = append(batch, res); len(batch) >= writeBatch {
				flush()
			}
		case <-tick.C:
			flush()
		}
	}
}

// store writes one batch of outcomes and counts them.
func (p *pipeline) store(ctx context.Context, batch []result) error {
	began := time.Now()
	var outcomes []Outcome
	var stored []project.FileID
	for _, res := range batch {
		if !res.nothing {
			outcomes = append(outcomes, res.Outcome)
			stored = append(stored, res.ID)
		}
	}
	if len(outcomes) > 0 {
		if err := p.Store.Finish(ctx, p.model, outcomes); err != nil {
			return err
		}
	}
	p.times.add(stageStore, began)
	for i := range batch {
		p.count(&batch[i])
	}
	p.progress.Add(len(batch))
	if len(stored) > 0 {
		p.OnBatch(stored)
	}
	return nil
}

// count puts a file into the number of the report where it belongs. The walk
// has counted it already, as what it looked like.
func (p *pipeline) count(res *result) {
	if !res.failed() {
		if res.changed {
			p.counts[res.class]--
			p.counts[isChanged]++
		}
		return
	}
	p.counts[res.class]--
	p.progress.Fail(1)
	p.report.Failed = append(p.report.Failed, Failure{
		ID: res.ID, Root: p.roots[res.root].ID, Path: res.path, Reason: res.Reason,
	})
}

// flights keeps equal files from being encoded twice in one run: the first
// takes off, the others wait for it without holding up a worker, and follow
// when it has landed, that is, when its outcome is stored.
type flights struct {
	mu      sync.Mutex
	waiting map[project.Hash][]result // by what is in the air
}

// takeOff returns false if a file with the same bytes is in the air already;
// then res has been put in line behind it.
func (f *flights) takeOff(res result) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.waiting == nil {
		f.waiting = map[project.Hash][]result{}
	}
	line, inAir := f.waiting[res.Hash]
	if inAir {
		line = append(line, res)
	}
	f.waiting[res.Hash] = line
	return !inAir
}

// land returns the outcomes of those that waited for first: theirs is the same.
func (f *flights) land(first result) []result {
	f.mu.Lock()
	defer f.mu.Unlock()
	line := f.waiting[first.Hash]
	delete(f.waiting, first.Hash)
	for i := range line {
		line[i].Reason = first.Reason
	}
	return line
}
