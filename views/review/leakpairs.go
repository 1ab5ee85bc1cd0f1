package review

import (
	"context"
	"slices"
	"strings"

	"kindred/project"
	"kindred/views"
	"kindred/views/kit"
)

// leakage is the leaks at a threshold, made ready for the screen off the main
// goroutine.
type leakage struct {
	all    []project.Leak
	shown  []project.Leak // those of the splits chosen
	list   *findings      // what the list at the left shows of them
	splits []splitPair    // which splits, the most frequent first
	steps  []project.Step
	paths  map[project.FileID]string // of the images of steps
	from   map[project.FileID]string // the splits they are in
	none   bool                      // no image has a split
}

// splitPair is two splits that share pictures.
type splitPair struct {
	name  string // "train/val"
	count int
}

// words says "train and val".
func (s splitPair) words() string { return strings.ReplaceAll(s.name, "/", " and ") }

// findLeaks asks for the leaks at a threshold.
func findLeaks(ctx context.Context, p views.Project, at float32) (*leakage, error) {
	with, err := p.List(ctx, project.Query{Filter: `-split:""`})
	if err != nil {
		return nil, err
	}
	l := &leakage{none: len(with) == 0, paths: map[project.FileID]string{}, from: map[project.FileID]string{}}
	if l.none {
		l.only("")
		return l, nil
	}
	leaks, counts, steps, err := p.Leaks(ctx, at)
	if err != nil {
		return nil, err
	}
	l.all, l.steps = leaks, steps
	for name, n := range counts {
		l.splits = append(l.splits, splitPair{name, n})
	}
	slices.SortFunc(l.splits, func(a, b splitPair) int {
		if a.count != b.count {
			return b.count - a.count
		}
		return strings.Compare(a.name, b.name)
	})
	var ids []project.FileID
	for _, s := range steps {
		ids = append(ids, s.ID)
	}
	for chunk := range slices.Chunk(ids, 1000) {
		rows, err := p.Images(ctx, chunk)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			l.paths[r.ID], l.from[r.ID] = r.Shown, r.Split
		}
	}
	l.only("")
	return l, ctx.Err()
}

// only shows the leaks between two splits, "" all.
func (l *leakage) only(name string) {
	l.shown = l.all
	if name != "" {
		l.shown = nil
		for _, x := range l.all {
			if x.SplitA+"/"+x.SplitB == name || x.SplitB+"/"+x.SplitA == name {
				l.shown = append(l.shown, x)
			}
		}
	}
	f := &findings{}
	for _, x := range l.shown {
		f.groups = append(f.groups, project.Group{Images: []project.FileID{x.A, x.B}, Keep: x.A, Kind: x.Kind, Score: x.Score})
		f.kinds = append(f.kinds, wordOf(x.Kind))
		f.titles = append(f.titles, x.SplitA+" · "+x.SplitB)
		f.notes = append(f.notes, "")
	}
	l.list = f
}

// proposal says in one or two sentences what closes all leaks.
func (l *leakage) proposal() string {
	n := len(l.all)
	if n == 0 {
		return ""
	}
	text := kit.Plural(n, "pair", "pairs")
	switch len(l.splits) {
	case 1:
		text += " of " + l.splits[0].words()
	default:
		text += " across splits"
	}
	if n == 1 {
		text += " shows one picture. "
	} else {
		text += " show one picture each. "
	}
	move, remove := 0, 0
	for _, s := range l.steps {
		if s.Action == "move" {
			move++
		} else {
			remove++
		}
	}
	var parts []string
	if move > 0 {
		parts = append(parts, "moving "+kit.Plural(move, "image", "images"))
	}
	if remove > 0 {
		parts = append(parts, "leaving out "+kit.Plural(remove, "image", "images"))
	}
	if len(parts) == 0 {
		return text
	}
	verb, what := " closes ", "them all."
	if move > 0 && remove > 0 {
		verb = " close "
	}
	if n == 1 {
		what = "it."
	}
	return text + capital(strings.Join(parts, " and ")) + verb + what
}

// step writes one part of the proposal.
func (l *leakage) step(s project.Step) string {
	name := l.paths[s.ID]
	if name == "" {
		name = "an image"
	}
	if s.Action == "move" {
		return "move " + name + " from " + l.from[s.ID] + " to " + s.To
	}
	return "leave out " + name + " of " + l.from[s.ID]
}

// stepsOf are the parts of the proposal that touch one of two images.
func (l *leakage) stepsOf(x project.Leak) []string {
	var all []string
	for _, s := range l.steps {
		if s.ID == x.A || s.ID == x.B {
			all = append(all, l.step(s))
		}
	}
	return all
}

// text is the proposal as a list, a line a step: action, path, from, to, with
// tabs between.
func (l *leakage) text() string {
	var b strings.Builder
	b.WriteString("action\tpath\tfrom\tto\n")
	for _, s := range l.steps {
		b.WriteString(s.Action + "\t" + kit.Printable(l.paths[s.ID]) + "\t" + l.from[s.ID] + "\t" + s.To + "\n")
	}
	return b.String()
}
