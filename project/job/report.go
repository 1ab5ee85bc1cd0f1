package job

import "time"

// tell reports to the owner of the Runner. Between two reports lies at least
// an interval; what happens in it is told by the next one, latest wins.
func (r *Runner) tell() {
	defer close(r.told)
	var last []Status
	var at time.Time
	for {
		r.mu.Lock()
		now, busy := r.status(), r.busy()
		r.mu.Unlock()
		if differ(now, last) || (busy && time.Since(at) >= refresh) {
			r.report(now)
			last, at = now, time.Now()
		}
		select {
		case <-time.After(interval):
		case <-r.worked:
		}
		if !busy {
			// Nothing moves by itself: sleep until somebody changes something.
			select {
			case <-r.wake:
			case <-r.worked:
			}
		}
		select {
		case <-r.worked: // no task changes any more
			if now := r.Status(); differ(now, last) {
				r.report(now)
			}
			return
		default:
		}
	}
}

// status takes a sample of every running task. r.mu is held.
func (r *Runner) status() []Status {
	all := make([]Status, 0, len(r.tasks))
	for _, t := range r.tasks {
		all = append(all, t.sample())
	}
	return all
}

// busy tells whether a task was taken from the queue and has not ended. A
// paused one counts: it may still finish the item in hand. r.mu is held.
func (r *Runner) busy() bool {
	for _, t := range r.tasks {
		if t.state == Running || t.state == Paused {
			return true
		}
	}
	return false
}

// clock starts or stops the counting of working time.
func (t *task) clock(run bool) {
	if !t.since.IsZero() {
		t.worked += time.Since(t.since)
		t.since = time.Time{}
	}
	if run {
		t.since = time.Now()
	}
}

// sample says where the task stands.
func (t *task) sample() Status {
	at := t.worked
	if !t.since.IsZero() {
		at += time.Since(t.since)
	}
	now := t.progress.snapshot()
	if t.state == Running {
		t.meter.see(at, now)
	}
	s := Status{
		ID: t.id, Name: t.name, State: t.state, Done: now.done, Total: now.total,
		Failures: now.failures, Elapsed: at, Err: t.err,
	}
	if now.name != "" {
		s.Name = now.name
	}
	if t.state == Waiting && t.hold {
		s.State = Paused
	}
	s.Rate, s.Left = t.meter.rate(now.total)
	if t.state >= Done {
		s.Left = 0
	}
	return s
}

// differ tells whether two reports say different things. What only time
// changes (elapsed, rate, left) does not count.
func differ(a, b []Status) bool {
	if len(a) != len(b) {
		return true
	}
	for i, x := range a {
		y := b[i]
		if x.ID != y.ID || x.Name != y.Name || x.State != y.State ||
			x.Done != y.Done || x.Total != y.Total || x.Failures != y.Failures {
			return true
		}
	}
	return false
}
