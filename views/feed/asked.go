package feed

import (
	"cmp"
	"context"
	"slices"

	"kindred/project"
)

// ask finds one kind, off the main goroutine, and returns what shows it.
func (f *Findings) ask(ctx context.Context, i Issue) (func(), error) {
	switch i {
	case IssueDuplicate:
		return f.askDuplicates(ctx)
	case IssueOutlier:
		return f.askOutliers(ctx)
	case IssueLabel:
		return f.askLabels(ctx)
	case IssueQuality:
		return f.askQuality(ctx)
	}
	return f.askLeaks(ctx)
}

func (f *Findings) askDuplicates(ctx context.Context) (func(), error) {
	groups, pairs, err := f.p.Duplicates(ctx, -1)
	if err != nil {
		return nil, err
	}
	marks := map[project.FileID]Mark{}
	note := func(id, other project.FileID, p project.Pair) {
		if m, ok := marks[id]; ok && m.Score >= p.Score {
			return
		}
		why := p.Reason
		if why == "" {
			why = p.Kind
		}
		marks[id] = Mark{IssueDuplicate, p.Score, why, other}
	}
	for _, p := range pairs {
		note(p.A, p.B, p)
		note(p.B, p.A, p)
	}
	for _, g := range groups { // copies that were not compared with each other
		for _, id := range g.Images {
			if _, ok := marks[id]; !ok && id != g.Keep {
				marks[id] = Mark{IssueDuplicate, g.Score, g.Kind, g.Keep}
			}
		}
	}
	return func() { f.marks[IssueDuplicate] = marks }, nil
}

func (f *Findings) askOutliers(ctx context.Context) (func(), error) {
	list, err := f.p.Outliers(ctx, false)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(list, func(a, b project.Finding) int { return cmp.Compare(b.Score, a.Score) })
	marks := map[project.FileID]Mark{}
	for _, o := range list {
		if o.Flagged {
			marks[o.ID] = Mark{IssueOutlier, o.Score, o.Why, 0}
		}
	}
	return func() { f.outliers, f.marks[IssueOutlier] = list, marks }, nil
}

func (f *Findings) askLabels(ctx context.Context) (func(), error) {
	list, estimate, err := f.p.Mislabels(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(list, func(a, b project.Mislabel) int {
		if a.Flagged != b.Flagged { // what is flagged stands first, whatever its score
			if a.Flagged {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.Score, a.Score)
	})
	marks, typical := map[project.FileID]Mark{}, map[string][]project.FileID{}
	for i := len(list) - 1; i >= 0; i-- {
		if m := list[i]; !m.Flagged && len(typical[m.Label]) < typicalMost {
			typical[m.Label] = append(typical[m.Label], m.ID)
		}
	}
	for _, m := range list {
		if m.Flagged {
			marks[m.ID] = Mark{IssueLabel, m.Score, m.Label + " → " + m.Suggested, 0}
		}
	}
	c := LabelCheck{All: list, Flagged: len(marks), Estimate: estimate, Typical: typical}
	return func() { f.labels, f.marks[IssueLabel] = c, marks }, nil
}

func (f *Findings) askLeaks(ctx context.Context) (func(), error) {
	with, err := f.p.List(ctx, project.Query{Filter: `-split:""`})
	if err != nil {
		return nil, err
	}
	l := Leaks{Splits: len(with) > 0}
	marks := map[project.FileID]Mark{}
	if l.Splits {
		if l.Pairs, l.Counts, l.Steps, err = f.p.Leaks(ctx, -1); err != nil {
			return nil, err
		}
		for _, p := range l.Pairs {
			note := func(id, other project.FileID, split string) {
				if m, ok := marks[id]; !ok || m.Score < p.Score {
					marks[id] = Mark{IssueLeak, p.Score, "a copy of it is in " + split, other}
				}
			}
			note(p.A, p.B, p.SplitB)
			note(p.B, p.A, p.SplitA)
		}
	}
	return func() { f.leaks, f.marks[IssueLeak] = l, marks }, nil
}

// QualityChecks is the number of the quality checks, Undecodable the place
// after them: the files that could not be read.
const (
	QualityChecks = 8
	Undecodable   = QualityChecks
)

// Checked is what the quality checks say, 36 bytes an image: at 100,000 images
// the answers themselves would take half of the memory.
type Checked struct {
	ids    []project.FileID
	scores [][QualityChecks]float32
	flags  []uint8 // a bit for each check
	why    map[project.FileID][]string
	Failed []project.FileID // by name
	Counts [QualityChecks + 1]int
	All    int // images that some check flags, and files that could not be read
}

func (f *Findings) askQuality(ctx context.Context) (func(), error) {
	found, err := f.p.Quality(ctx)
	if err != nil {
		return nil, err
	}
	failed, err := f.p.List(ctx, project.Query{Filter: "failed", Sort: project.SortName})
	if err != nil {
		return nil, err
	}
	c := &Checked{
		ids: make([]project.FileID, len(found)), scores: make([][QualityChecks]float32, len(found)), flags: make([]uint8, len(found)),
		why: map[project.FileID][]string{}, Failed: failed,
	}
	marks := map[project.FileID]Mark{}
	for i, q := range found {
		c.ids[i] = q.ID
		for k, name := range project.QualityChecks[:QualityChecks] {
			c.scores[i][k] = q.Scores[name]
		}
		for _, name := range q.Flagged {
			k := slices.Index(project.QualityChecks, name)
			if k < 0 || k >= QualityChecks {
				continue
			}
			c.flags[i] |= 1 << k
			c.Counts[k]++
			if c.why[q.ID] == nil {
				c.why[q.ID] = make([]string, QualityChecks)
				c.All++
			}
			c.why[q.ID][k] = q.Why[name]
			if m, ok := marks[q.ID]; !ok || m.Score < q.Scores[name] {
				marks[q.ID] = Mark{IssueQuality, q.Scores[name], q.Why[name], 0}
			}
		}
	}
	c.Counts[Undecodable] = len(failed)
	c.All += len(failed)
	return func() { f.quality, f.marks[IssueQuality] = c, marks }, nil
}

// Why is the reason of a check for an image, "" when it does not flag it.
func (c *Checked) Why(id project.FileID, check int) string {
	if w := c.why[id]; w != nil && check < len(w) {
		return w[check]
	}
	return ""
}

// QualityRank is a ranked list with the score of each image.
type QualityRank struct {
	List   *List
	Scores map[project.FileID]float32
	Check  map[project.FileID]int // which check says so
}

// Rank lists the images that a check scores above least, the worst first, ties
// by shown path; check -1 takes what any check flags. It may take a while.
func (c *Checked) Rank(check int, least float32) QualityRank {
	r := QualityRank{Scores: map[project.FileID]float32{}, Check: map[project.FileID]int{}}
	var ids []project.FileID
	if check == Undecodable {
		r.List = NewList(c.Failed)
		return r
	}
	for i, id := range c.ids {
		best, at := float32(0), -1
		for k, s := range c.scores[i] {
			flagged := c.flags[i]&(1<<k) != 0
			if (check < 0 && flagged || k == check && s > least) && s > best {
				best, at = s, k
			}
		}
		if at >= 0 {
			ids = append(ids, id)
			r.Scores[id], r.Check[id] = best, at
		}
	}
	slices.SortStableFunc(ids, func(a, b project.FileID) int { return cmp.Compare(r.Scores[b], r.Scores[a]) })
	if check < 0 { // what cannot be seen at all comes last
		ids = append(ids, c.Failed...)
	}
	r.List = NewList(ids)
	return r
}
