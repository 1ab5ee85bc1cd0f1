package job

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// items does n items of d each, the way a job is to be written.
func items(n int, d time.Duration) func(context.Context, *Progress) error {
	return func(ctx context.Context, p *Progress) error {
		p.SetTotal(n)
		for range n {
			if err := p.Gate(ctx); err != nil {
				return err
			}
			time.Sleep(d)
			p.Add(1)
		}
		return nil
	}
}

// of returns the status of one job.
func of(t *testing.T, r *Runner, id ID) Status {
	t.Helper()
	for _, s := range r.Status() {
		if s.ID == id {
			return s
		}
	}
	t.Fatalf("no status of job %d", id)
	return Status{}
}

func TestJobsRunOneAfterTheOtherInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := NewRunner(nil)
		defer r.Close()
		var order []string
		for _, name := range []string{"a", "b", "c"} {
			r.Start(name, func(context.Context, *Progress) error {
				order = append(order, name+"+")
				time.Sleep(time.Second)
				order = append(order, name+"-")
				return nil
			})
		}
		time.Sleep(1500 * time.Millisecond)
		states := []State{of(t, r, 1).State, of(t, r, 2).State, of(t, r, 3).State}
		if !slices.Equal(states, []State{Done, Running, Waiting}) {
			t.Errorf("states in the middle of the second job: %v", states)
		}
		time.Sleep(2 * time.Second)
		r.Close()
		if want := []string{"a+", "a-", "b+", "b-", "c+", "c-"}; !slices.Equal(order, want) {
			t.Errorf("order %v", order)
		}
	})
}

func TestPauseHoldsAndResumeGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := NewRunner(nil)
		defer r.Close()
		id := r.Start("work", items(100, time.Second))
		time.Sleep(10*time.Second + 500*time.Millisecond)
		r.Pause(id)
		time.Sleep(time.Hour)
		s := of(t, r, id)
		if s.State != Paused || s.Done != 11 || s.Elapsed != 10*time.Second+500*time.Millisecond {
			t.Errorf("paused in the 11th item: %v, %d done, elapsed %v", s.State, s.Done, s.Elapsed)
		}
		r.Resume(id)
		time.Sleep(10*time.Second + 500*time.Millisecond)
		s = of(t, r, id)
		if s.State != Running || s.Done != 21 || s.Elapsed != 21*time.Second {
			t.Errorf("resumed: %v, %d done, elapsed %v", s.State, s.Done, s.Elapsed)
		}
		if math.Abs(s.Rate-1) > 0.25 {
			t.Errorf("the pause shows in the rate: %v items/s", s.Rate)
		}
	})
}

func TestAWaitingJobCanBePausedAndCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := NewRunner(nil)
		defer r.Close()
		r.Start("first", items(1, time.Second))
		second := r.Start("second", items(1, time.Second))
		third := r.Start("third", items(1, time.Second))
		r.Pause(second)
		r.Cancel(third)
		if s := of(t, r, second); s.State != Paused {
			t.Errorf("second is %v", s.State)
		}
		if s := of(t, r, third); s.State != Cancelled {
			t.Errorf("third is %v", s.State)
		}
		time.Sleep(time.Minute)
		if s := of(t, r, second); s.State != Paused || s.Done != 0 || s.Elapsed != 0 {
			t.Errorf("second went on while paused: %+v", s)
		}
		r.Resume(second)
		time.Sleep(2 * time.Second)
		if s := of(t, r, second); s.State != Done {
			t.Errorf("second is %v", s.State)
		}
	})
}

func TestCancelWhilePaused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := NewRunner(nil)
		defer r.Close()
		id := r.Start("work", items(100, time.Second))
		next := r.Start("next", items(1, time.Second))
		time.Sleep(1500 * time.Millisecond)
		r.Pause(id)
		time.Sleep(time.Minute)
		r.Cancel(id)
		synctest.Wait()
		if s := of(t, r, id); s.State != Cancelled || s.Done != 2 || s.Err != nil {
			t.Errorf("%+v", s)
		}
		if s := of(t, r, next); s.State != Running {
			t.Errorf("the job behind it is %v", s.State)
		}
	})
}

func TestErrorsAndSuccessInSpiteOfCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := NewRunner(nil)
		defer r.Close()
		bad := errors.New("disk is full")
		failed := r.Start("fails", func(context.Context, *Progress) error { return bad })
		late := r.Start("is done before it sees the cancel", func(ctx context.Context, p *Progress) error {
			<-ctx.Done()
			return nil
		})
		synctest.Wait()
		r.Cancel(late)
		synctest.Wait()
		if s := of(t, r, failed); s.State != Failed || s.Err != bad {
			t.Errorf("%+v", s)
		}
		if s := of(t, r, late); s.State != Done {
			t.Errorf("%+v", s)
		}
	})
}

func TestCloseWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var last []Status
		r := NewRunner(func(s []Status) { mu.Lock(); last = s; mu.Unlock() })
		ended := false
		r.Start("slow to end", func(ctx context.Context, p *Progress) error {
			<-ctx.Done()
			time.Sleep(3 * time.Second) // stores what is done
			p.Add(7)
			ended = true
			return ctx.Err()
		})
		r.Start("waits", items(1, time.Second))
		time.Sleep(time.Second)
		r.Close()
		if !ended {
			t.Error("Close returned before the job")
		}
		mu.Lock()
		defer mu.Unlock()
		if len(last) != 2 || last[0].State != Cancelled || last[0].Done != 7 || last[1].State != Cancelled {
			t.Errorf("final report %+v", last)
		}
		id := r.Start("too late", items(1, time.Second))
		if s := of(t, r, id); s.State != Cancelled {
			t.Errorf("a job started after Close is %v", s.State)
		}
		r.Close()
	})
}

func TestReportsAreFewAndTheLastIsTrue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var at []time.Time
		var last Status
		r := NewRunner(func(s []Status) {
			mu.Lock()
			defer mu.Unlock()
			if len(s) > 0 {
				at, last = append(at, time.Now()), s[0]
			}
		})
		defer r.Close()
		r.Start("fast", items(10_000, time.Millisecond)) // 10 s, 1,000 changes a second
		time.Sleep(11 * time.Second)
		mu.Lock()
		if len(at) < 90 || len(at) > 105 {
			t.Errorf("%d reports in 10 s", len(at))
		}
		for i := 1; i < len(at); i++ {
			if d := at[i].Sub(at[i-1]); d < interval {
				t.Errorf("%v between two reports", d)
			}
		}
		if last.State != Done || last.Done != 10_000 || last.Left != 0 {
			t.Errorf("last report %+v", last)
		}
		quiet := len(at)
		mu.Unlock()
		time.Sleep(time.Hour)
		mu.Lock()
		defer mu.Unlock()
		if len(at) != quiet {
			t.Errorf("%d reports while nothing changed", len(at)-quiet)
		}
	})
}

func TestRateAndTimeLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := NewRunner(nil)
		defer r.Close()
		id := r.Start("two speeds", func(ctx context.Context, p *Progress) error {
			if err := items(1000, 100*time.Millisecond)(ctx, p); err != nil { // 100 s at 10/s
				return err
			}
			p.Begin("faster", 2000)
			for range 2000 { // 20 s at 100/s
				time.Sleep(10 * time.Millisecond)
				p.Add(1)
			}
			return nil
		})
		time.Sleep(4*time.Second + 50*time.Millisecond)
		if s := of(t, r, id); s.Left != 0 || math.Abs(s.Rate-10) > 0.5 {
			t.Errorf("after 4 s: rate %v, left %v (no guess before 5 s)", s.Rate, s.Left)
		}
		time.Sleep(46 * time.Second)
		if s := of(t, r, id); math.Abs(s.Rate-10) > 0.5 || math.Abs(s.Left.Seconds()-50) > 3 {
			t.Errorf("after 50 s: rate %v, left %v", s.Rate, s.Left)
		}
		time.Sleep(52 * time.Second) // 2 s into the second stage
		if s := of(t, r, id); s.Name != "faster" || math.Abs(s.Rate-100) > 10 || s.Left != 0 || s.Total != 2000 {
			t.Errorf("in the second stage: %+v", s)
		}
		time.Sleep(8 * time.Second)
		if s := of(t, r, id); math.Abs(s.Left.Seconds()-10) > 1 {
			t.Errorf("in the middle of the second stage: %+v", s)
		}
	})
}

// What was done before a job took it up is done, but says nothing of its speed.
func TestEarlierWorkCountsButNotForTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := NewRunner(nil)
		defer r.Close()
		id := r.Start("on", func(ctx context.Context, p *Progress) error {
			p.BeginAt("Embedding", 900, 1000)
			for range 100 {
				time.Sleep(time.Second)
				p.Add(1)
			}
			return nil
		})
		time.Sleep(50500 * time.Millisecond)
		s := of(t, r, id)
		if s.Done != 950 || s.Total != 1000 || math.Abs(s.Rate-1) > 0.25 || math.Abs(s.Left.Seconds()-50) > 5 {
			t.Errorf("%d of %d, rate %v, left %v", s.Done, s.Total, s.Rate, s.Left)
		}
		r.Cancel(id)
		time.Sleep(time.Hour)
	})
}

func TestOnlyTheLastFewEndedJobsAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := NewRunner(nil)
		defer r.Close()
		for range 20 {
			r.Start("short", items(1, time.Millisecond))
		}
		time.Sleep(time.Minute)
		s := r.Status()
		if len(s) != remember || s[0].ID != 16 || s[len(s)-1].ID != 20 {
			t.Errorf("%+v", s)
		}
	})
}

func TestNilAndZeroProgress(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var none *Progress
	none.Begin("stage", 3)
	none.SetName("stage")
	none.SetTotal(3)
	none.Add(1)
	none.Fail(1)
	if done, total, failures := none.Counts(); done+total+failures != 0 || none.Name() != "" {
		t.Error("a nil Progress counts")
	}
	var p Progress
	p.Begin("stage", 3)
	p.Add(2)
	p.Fail(1)
	if done, total, failures := p.Counts(); done != 2 || total != 3 || failures != 1 || p.Name() != "stage" {
		t.Errorf("%d of %d, %d failed, %q", done, total, failures, p.Name())
	}
	for _, p := range []*Progress{none, &p} {
		if err := p.Gate(ctx); err != nil {
			t.Error(err)
		}
	}
	cancel()
	for _, p := range []*Progress{none, &p} {
		if err := p.Gate(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("gate of a cancelled context: %v", err)
		}
	}
}
