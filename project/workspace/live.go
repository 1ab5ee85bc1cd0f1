package workspace

import (
	"context"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"kindred/project"
	"kindred/project/job"
)

// Live is an open project with background jobs and events: what the window
// works on.
type Live struct {
	*Workspace
	thumbnails tally
	jobs       *job.Runner
	ctx        context.Context // ends when the project is closed
	cancel     context.CancelFunc

	mu   sync.Mutex // protects the fields below
	subs map[int]func(project.Event)
	next int
	busy bool // a scan is waiting or running
}

// NewLive takes over an open workspace. ctx is the program's; closing the
// project ends only its own.
func NewLive(ctx context.Context, w *Workspace) *Live {
	l := &Live{Workspace: w, subs: map[int]func(project.Event){}}
	l.ctx, l.cancel = context.WithCancel(ctx)
	l.jobs = job.NewRunner(func([]job.Status) { l.tell(project.JobsChanged) })
	return l
}

// Close cancels the jobs, waits for them and closes the project.
func (l *Live) Close() error {
	l.cancel()
	l.jobs.Close()
	return l.Workspace.Close()
}

// Name is the project's name for people: the folder's, without the digits that
// tell projects apart.
func (l *Live) Name() string {
	name := strings.TrimSuffix(filepath.Base(l.file), ".kindred")
	if cut := len(name) - 9; cut > 0 && name[cut] == '-' && strings.Trim(name[cut+1:], "0123456789abcdef") == "" {
		name = name[:cut]
	}
	return name
}

// Model is the encoder's name.
func (l *Live) Model() string { return l.spec.Name }

// AddFolders makes folders roots of the project and scans them. Files stand
// for their folders. One that the project has already is project.ErrNested.
func (l *Live) AddFolders(folders []string) error {
	folders, err := l.newFolders(folders)
	if err != nil {
		return err
	}
	if err := l.Workspace.AddFolders(l.ctx, folders); err != nil {
		return err
	}
	l.tell(project.RootsChanged)
	// A scan that runs does not see them: another one waits behind it.
	l.mu.Lock()
	l.busy = false
	l.mu.Unlock()
	l.Scan()
	return nil
}

// Scan brings files and findings up to date in the background. While one is
// waiting or running, another call does nothing.
func (l *Live) Scan() {
	l.mu.Lock()
	if l.busy {
		l.mu.Unlock()
		return
	}
	l.busy = true
	l.mu.Unlock()
	l.jobs.Start("Embedding", func(ctx context.Context, p *job.Progress) error {
		defer func() {
			l.mu.Lock()
			l.busy = false
			l.mu.Unlock()
		}()
		told := time.Time{}
		_, err := l.Workspace.Scan(ctx, ScanOptions{OnBatch: func([]project.FileID) {
			if t := time.Now(); t.Sub(told) > 250*time.Millisecond {
				told = t
				l.tell(project.FilesChanged)
			}
		}}, p)
		l.tell(project.FilesChanged)
		return err
	})
	l.jobs.Start("Finding clusters and duplicates", func(ctx context.Context, p *job.Progress) error {
		tell := func() { l.tell(project.FindingsChanged) }
		err := l.Refresh(ctx, p, tell)
		if err != nil {
			tell() // views that wait learn why
		}
		return err
	})
}

// Jobs, Pause, Resume and Cancel are the job list's.
func (l *Live) Jobs() []job.Status { return l.jobs.Status() }

// Pause holds a job at its next item.
func (l *Live) Pause(id job.ID) { l.jobs.Pause(id) }

// Resume lets a paused job go on.
func (l *Live) Resume(id job.ID) { l.jobs.Resume(id) }

// Cancel ends a job; what it has done is kept.
func (l *Live) Cancel(id job.ID) { l.jobs.Cancel(id) }

// Clusters cuts the hierarchy at a level.
func (l *Live) Clusters(ctx context.Context, level float64) ([]project.Cluster, float64, error) {
	return l.FindClusters(ctx, ClusterOptions{Level: level, Stale: true})
}

// Duplicates returns groups and the flagged pairs inside them.
func (l *Live) Duplicates(ctx context.Context, minScore float32) ([]project.Group, []project.Pair, error) {
	if minScore < 0 {
		minScore = -1
	}
	found, err := l.FindDuplicates(ctx, DuplicateOptions{MinScore: minScore, Stale: true, FlaggedOnly: true})
	return found.Groups, found.Pairs, err
}

// Outliers are the images that belong to no group, or not to the others of
// their label.
func (l *Live) Outliers(ctx context.Context, within bool) ([]project.Finding, error) {
	return l.FindOutliers(ctx, OutlierOptions{WithinLabel: within, Stale: true})
}

// Mislabels are the labelled images by how surely their label is wrong.
func (l *Live) Mislabels(ctx context.Context) ([]project.Mislabel, project.Estimate, error) {
	return l.FindMislabels(ctx, MislabelOptions{Stale: true})
}

// Quality is what the checks say of every picture.
func (l *Live) Quality(ctx context.Context) ([]project.QualityFinding, error) {
	return l.FindQuality(ctx, QualityOptions{})
}

// Leaks are the duplicates that stand in different splits.
func (l *Live) Leaks(ctx context.Context, minScore float32) ([]project.Leak, map[string]int, []project.Step, error) {
	if minScore < 0 {
		minScore = -1
	}
	return l.FindLeaks(ctx, LeakOptions{MinScore: minScore, Stale: true})
}

// Subscribe calls f after a change until the returned function is called.
func (l *Live) Subscribe(f func(project.Event)) (cancel func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	id := l.next
	l.next++
	l.subs[id] = f
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.subs, id)
	}
}

func (l *Live) tell(e project.Event) {
	l.mu.Lock()
	subs := make([]func(project.Event), 0, len(l.subs))
	for _, f := range l.subs {
		subs = append(subs, f)
	}
	l.mu.Unlock()
	for _, f := range subs {
		f(e)
	}
}
