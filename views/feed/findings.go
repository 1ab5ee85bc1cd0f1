package feed

import (
	"context"
	"errors"
	"time"

	"kindred/project"
	"kindred/views"
)

// Issue is a kind of finding that marks images.
type Issue int

// The issues in the order of the rail, which is that of the badges.
const (
	IssueDuplicate Issue = iota
	IssueOutlier
	IssueLabel
	IssueQuality
	IssueLeak
	Issues // their number
)

// Mark says that an image is flagged, and why.
type Mark struct {
	Issue Issue
	Score float32
	Why   string         // in words; "" when there is nothing to say
	Other project.FileID // the other one of a pair, else 0
}

// Findings holds what the checks of a project flag, for rooms, badges and
// counts alike: each kind is asked for once, off the main goroutine, and shown as
// soon as it is there. Its methods are called on the
// main goroutine.
type Findings struct {
	crew   *Crew
	p      views.Project
	latest [len(lanes)]*Latest
	beat   *Beat
	dirty  [Issues]bool      // to be asked for
	asking [len(lanes)]Issue // Issues when nothing is asked for
	ready  [Issues]bool
	errs   [Issues]error

	checkedAt time.Time     // of the latest answer of the quality checks
	checking  time.Duration // how long it took

	marks   [Issues]map[project.FileID]Mark
	changed []func(Issue)

	outliers []project.Finding
	labels   LabelCheck
	quality  *Checked
	leaks    Leaks
}

// LabelCheck is the answer of Project.Mislabels.
type LabelCheck struct {
	All      []project.Mislabel // every labelled image, surest first
	Flagged  int                // so many of the first are flagged
	Estimate project.Estimate   // of all wrong labels
	// Typical are the images of each label that the check is surest of, the
	// surest first, at most typicalMost.
	Typical map[string][]project.FileID
}

// Leaks is the answer of Project.Leaks at the default threshold.
type Leaks struct {
	Pairs  []project.Leak
	Counts map[string]int // "train/val"
	Steps  []project.Step
	Splits bool // some image has a split
}

// typicalMost is how many images show what a label is like.
const typicalMost = 5

// findingsEvery is the least time between two questions for findings, startPause
// the time before the first.
const (
	findingsEvery = 2 * time.Second
	startPause    = 500 * time.Millisecond
)

// NewFindings returns findings that are empty until the first Refresh.
func NewFindings(crew *Crew, p views.Project) *Findings {
	f := &Findings{crew: crew, p: p, quality: &Checked{}}
	for lane := range lanes {
		f.latest[lane], f.asking[lane] = NewLatest(crew), Issues
	}
	f.beat = NewBeat(crew, findingsEvery, f.next)
	return f
}

// OnChanged calls f when a kind of finding was answered anew.
func (f *Findings) OnChanged(do func(Issue)) { f.changed = append(f.changed, do) }

// Refresh asks for all findings again, soon.
func (f *Findings) Refresh() {
	for i := range f.dirty {
		f.dirty[i] = true
	}
	f.beat.Call()
}

// RefreshFiles asks for what changes with every file that is read. While a
// scan runs that is done for a tenth of the time at most.
func (f *Findings) RefreshFiles() {
	if time.Since(f.checkedAt) < 10*f.checking {
		return
	}
	f.dirty[IssueQuality] = true
	f.beat.Call()
}

// Start asks for all findings a moment after a project was opened, when its
// first images are on the screen.
func (f *Findings) Start() {
	f.crew.Go(func(ctx context.Context) {
		if pause(ctx, startPause) {
			f.crew.Show(f.Refresh)
		}
	})
}

// lanes are the kinds that are asked for one after the other, in the order in
// which they become ready: quality needs no vectors, and comparing copies takes
// far longer than what the vectors alone say.
var lanes = [2][]Issue{{IssueQuality, IssueLabel, IssueOutlier}, {IssueDuplicate, IssueLeak}}

// next asks in each lane for the first kind that is out of date.
func (f *Findings) next() {
	for lane := range lanes {
		f.nextOf(lane)
	}
}

// nextOf asks for one kind; its answer asks for the next one.
func (f *Findings) nextOf(lane int) {
	if f.asking[lane] != Issues {
		return
	}
	for _, i := range lanes[lane] {
		if !f.dirty[i] {
			continue
		}
		f.dirty[i], f.asking[lane] = false, i
		asked := time.Now()
		Run(f.latest[lane], 0, func(ctx context.Context) (func(), error) { return f.ask(ctx, i) }, func(take func(), err error) {
			f.asking[lane] = Issues
			if i == IssueQuality {
				f.checkedAt, f.checking = time.Now(), time.Since(asked)
			}
			switch {
			case err == nil:
				take()
				f.errs[i], f.ready[i] = nil, true
			case errors.Is(err, project.ErrNotFound): // nothing to compare yet
			default:
				f.errs[i], f.ready[i] = err, true
			}
			for _, do := range f.changed {
				do(i)
			}
			f.nextOf(lane)
		})
		return
	}
}

// Asking says whether an answer of a kind is awaited.
func (f *Findings) Asking(i Issue) bool {
	for _, now := range f.asking {
		if now == i {
			return true
		}
	}
	return f.dirty[i]
}

// Ready says whether a kind was answered.
func (f *Findings) Ready(i Issue) bool { return f.ready[i] }

// Err is why a kind could not be found, else nil.
func (f *Findings) Err(i Issue) error { return f.errs[i] }

// Flagged is the number of images that a kind flags.
func (f *Findings) Flagged(i Issue) int { return len(f.marks[i]) }

// Marks are the findings of an image, in the order of the issues.
func (f *Findings) Marks(id project.FileID) []Mark {
	var all []Mark
	for i := range f.marks {
		if m, ok := f.marks[i][id]; ok {
			all = append(all, m)
		}
	}
	return all
}

// Outliers ranks every embedded image, the oddest first; not to be changed.
func (f *Findings) Outliers() []project.Finding { return f.outliers }

// Labels is the answer of the label check; not to be changed.
func (f *Findings) Labels() LabelCheck { return f.labels }

// Quality is what the quality checks say; not to be changed.
func (f *Findings) Quality() *Checked { return f.quality }

// Leaks are the duplicates across splits; not to be changed.
func (f *Findings) Leaks() Leaks { return f.leaks }
