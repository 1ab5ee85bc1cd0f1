package feed

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kindred/project"
	"kindred/views"
)

// Label is a label with the number of files that have it.
type Label struct {
	Name  string
	Count int
}

// stride is how far apart the first probes of CountLabels stand.
const stride = 64

// CountLabels returns the labels of a project, the most frequent first, ties
// by name; files without a label are not counted. It reads few rows: in a list
// sorted by label, two probes with the same label have only that label between
// them, so only the gaps across a border are halved until it is found. That is
// n/64 + 6 rows a label instead of n.
func CountLabels(ctx context.Context, p views.Project) ([]Label, error) {
	ids, err := p.List(ctx, project.Query{Sort: project.SortLabel})
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	known := map[int]string{}
	read := func(places []int) error {
		for chunk := range slices.Chunk(places, 512) {
			part := make([]project.FileID, len(chunk))
			for i, at := range chunk {
				part[i] = ids[at]
			}
			rows, err := p.Images(ctx, part)
			if err != nil {
				return err
			}
			byID := make(map[project.FileID]string, len(rows))
			for _, r := range rows {
				byID[r.ID] = r.Label
			}
			for _, at := range chunk {
				known[at] = byID[ids[at]]
			}
		}
		return nil
	}
	var probes []int
	for at := 0; at < len(ids); at += stride {
		probes = append(probes, at)
	}
	if probes[len(probes)-1] != len(ids)-1 {
		probes = append(probes, len(ids)-1)
	}
	if err := read(probes); err != nil {
		return nil, err
	}
	for wanted := probes; len(wanted) > 0; {
		next := make([]int, 0, 2*len(probes))
		wanted = wanted[:0:0]
		for i, at := range probes {
			next = append(next, at)
			if i+1 < len(probes) && probes[i+1]-at > 1 && known[at] != known[probes[i+1]] {
				middle := (at + probes[i+1]) / 2
				next = append(next, middle)
				wanted = append(wanted, middle)
			}
		}
		if err := read(wanted); err != nil {
			return nil, err
		}
		probes = next
	}
	count := map[string]int{}
	for i, at := range probes {
		until := len(ids)
		if i+1 < len(probes) {
			until = probes[i+1]
		}
		count[known[at]] += until - at
	}
	delete(count, "")
	labels := make([]Label, 0, len(count))
	for name, n := range count {
		labels = append(labels, Label{name, n})
	}
	slices.SortFunc(labels, func(a, b Label) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
	return labels, nil
}

// Labels knows the hue of each label of a project, the same in every view. Its
// methods are called on the main goroutine.
type Labels struct {
	latest   *Latest
	beat     *Beat
	hues     map[string]int
	all      []Label
	changed  []func()
	counting bool
}

// NewLabels returns hues that are empty until the first Refresh.
func NewLabels(crew *Crew, p views.Project) *Labels {
	l := &Labels{latest: NewLatest(crew), hues: map[string]int{}}
	l.beat = NewBeat(crew, 5*time.Second, func() {
		if l.counting { // a slow count is not begun anew
			l.beat.again = true
			return
		}
		l.counting = true
		Run(l.latest, 0, func(ctx context.Context) ([]Label, error) { return CountLabels(ctx, p) }, l.take)
	})
	return l
}

func (l *Labels) take(labels []Label, err error) {
	l.counting = false
	if err != nil || slices.Equal(labels, l.all) {
		return // the hues of before are good enough
	}
	l.all = labels
	names := make([]string, len(labels))
	for i, label := range labels {
		names[i] = label.Name
	}
	l.hues = Hues(names, l.hues)
	for _, f := range l.changed {
		f()
	}
}

// Refresh counts again, at most every five seconds.
func (l *Labels) Refresh() { l.beat.Call() }

// OnChanged calls f when labels or hues changed.
func (l *Labels) OnChanged(f func()) { l.changed = append(l.changed, f) }

// Hue is the number of the hue of a label, for look.Hue: 0 for no label, an
// unknown one, and those for which there is no hue left.
func (l *Labels) Hue(label string) int { return l.hues[label] }

// All returns the labels, the most frequent first.
func (l *Labels) All() []Label { return l.all }
