package job

import "time"

// window is the stretch of work over which the rate is taken, and the least
// work before a time left is guessed.
const window = 5 * time.Second

// meter measures the rate of a stage over the last window of working time. Its
// clock stands while the job is paused, so a pause does not look like slowness.
type meter struct {
	stage   int
	began   time.Duration // working time at which the stage began
	samples []sample      // oldest first; the first may lie before the window
}

type sample struct {
	at   time.Duration // working time
	done int
}

// see takes a sample.
func (m *meter) see(at time.Duration, s snapshot) {
	if len(m.samples) == 0 || s.stage != m.stage || s.done < m.samples[len(m.samples)-1].done {
		// What was done of a stage before its first sample was done since
		// the sample before it, in the stage before it.
		began := time.Duration(0)
		if len(m.samples) > 0 {
			began = m.samples[len(m.samples)-1].at
		}
		*m = meter{stage: s.stage, began: began, samples: append(m.samples[:0], sample{began, s.base})}
	}
	if n := len(m.samples); n > 2 && at-m.samples[n-2].at < interval {
		m.samples = m.samples[:n-1] // asked more often than the reporter does: keep the newest
	}
	m.samples = append(m.samples, sample{at, s.done})
	old := 0
	for old+1 < len(m.samples) && at-m.samples[old+1].at >= window {
		old++
	}
	m.samples = append(m.samples[:0], m.samples[old:]...)
}

// rate returns items a second of working time, and the time that the rest of
// total needs at that rate: 0 while that is not known.
func (m *meter) rate(total int) (perSecond float64, left time.Duration) {
	if len(m.samples) < 2 {
		return 0, 0
	}
	first, last := m.samples[0], m.samples[len(m.samples)-1]
	if last.at <= first.at {
		return 0, 0
	}
	perSecond = float64(last.done-first.done) / (last.at - first.at).Seconds()
	if rest := total - last.done; rest > 0 && perSecond > 0 && last.at-m.began >= window {
		left = time.Duration(float64(rest) / perSecond * float64(time.Second))
	}
	return perSecond, left
}
