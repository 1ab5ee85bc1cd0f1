package audit

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"kindred/project"
)

// Options say which pairs are wanted. A negative value takes the default.
type Options struct {
	MinScore  float32 // pairs below are left out; default DefaultScore
	FlagScore float32 // pairs from here on are flagged and make groups; default DefaultScore
}

// exactAll is the number of equal files up to which every pair of them is
// listed; of more, each with the first.
const exactAll = 32

// Duplicates turns verified links into pairs of files and groups, surest
// first. Equal files are pairs of score 1. What it returns is never nil.
func Duplicates(contents []Content, links []Link, o Options) ([]project.Pair, []project.Group) {
	if o.MinScore < 0 {
		o.MinScore = DefaultScore
	}
	if o.FlagScore < 0 {
		o.FlagScore = DefaultScore
	}
	type made struct {
		project.Pair
		a, b string
	}
	var all []made
	add := func(a, b File, l Link) {
		if a.Shown > b.Shown {
			a, b = b, a
		}
		all = append(all, made{
			project.Pair{A: a.ID, B: b.ID, Score: l.Score, Kind: l.Kind, Flagged: l.Score >= o.FlagScore, Reason: l.Reason},
			a.Shown, b.Shown,
		})
	}
	for _, c := range contents {
		files := byShown(c.Files)
		for j := range files {
			for i := range j {
				if i == 0 || len(files) <= exactAll {
					add(files[i], files[j], Link{Score: 1, Kind: project.Exact, Reason: "same bytes"})
				}
			}
		}
	}
	for _, l := range links {
		if !l.fits(len(contents)) || l.Score < o.MinScore {
			continue
		}
		for _, a := range contents[l.A].Files {
			for _, b := range contents[l.B].Files {
				add(a, b, l)
			}
		}
	}
	slices.SortFunc(all, func(x, y made) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	pairs := make([]project.Pair, len(all))
	for i, p := range all {
		pairs[i] = p.Pair
	}
	return pairs, groups(contents, links, o.FlagScore)
}

func (l Link) fits(n int) bool {
	return l.A >= 0 && l.B >= 0 && int(l.A) < n && int(l.B) < n && l.A != l.B
}

func byShown(files []File) []File {
	out := slices.Clone(files)
	slices.SortFunc(out, func(a, b File) int { return cmp.Compare(a.Shown, b.Shown) })
	return out
}

// set is a group of contents in the making.
type set struct {
	of    []int32
	score float32
	kind  string
}

// groups joins contents along flagged links, surest first, as long as all that
// come together match each other, so that a chain of pictures that change
// little by little is not taken for one (complete linkage over what was
// verified). Two that do not match may stand together when both are cut out of
// the same third.
func groups(contents []Content, links []Link, flag float32) []project.Group {
	known := make(map[[2]int32]Link, len(links))
	var flagged []Link
	for _, l := range links {
		if !l.fits(len(contents)) || len(contents[l.A].Files) == 0 || len(contents[l.B].Files) == 0 {
			continue // what was filtered away joins nothing
		}
		known[[2]int32{min(l.A, l.B), max(l.A, l.B)}] = l
		if l.Score >= flag {
			flagged = append(flagged, l)
		}
	}
	slices.SortStableFunc(flagged, func(a, b Link) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), byEnds(a, b))
	})
	in := make([]*set, len(contents))
	for i, c := range contents {
		in[i] = &set{of: []int32{int32(i)}, score: 1, kind: project.Exact}
		if len(c.Files) < 2 {
			in[i].kind = ""
		}
	}
	for _, l := range flagged {
		a, b := in[l.A], in[l.B]
		if a == b || !together(a, b, known, flag) {
			continue
		}
		if len(a.of) < len(b.of) {
			a, b = b, a
		}
		for _, i := range b.of {
			in[i] = a
		}
		a.of = append(a.of, b.of...)
		a.score = min(a.score, b.score, l.Score)
		for _, kind := range []string{b.kind, l.Kind} {
			if a.kind == "" || a.kind != project.Exact && kind == project.Exact {
				a.kind = kind
			}
		}
	}
	out := []project.Group{}
	first := map[project.FileID]string{}
	for i := range contents {
		s := in[i]
		slices.Sort(s.of)
		if int(s.of[0]) != i || len(s.of) == 1 && len(contents[i].Files) < 2 {
			continue
		}
		g, shown := group(contents, s, known)
		first[g.Keep] = shown
		out = append(out, g)
	}
	slices.SortStableFunc(out, func(a, b project.Group) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(first[a.Keep], first[b.Keep]))
	})
	return out
}

// together reports whether every member of a may stand beside every one of b.
func together(a, b *set, known map[[2]int32]Link, flag float32) bool {
	link := func(i, j int32) Link { return known[[2]int32{min(i, j), max(i, j)}] }
	// inside reports whether i is cut out of j.
	inside := func(i, j int32) bool {
		l := link(i, j)
		return l.Score >= flag && (l.Part == APart && l.A == i || l.Part == BPart && l.B == i)
	}
	for _, i := range a.of {
		for _, j := range b.of {
			// Half the flag: who stands at the border is not torn out.
			if link(i, j).Score >= flag/2 {
				continue
			}
			parts := false
			for _, s := range []*set{a, b} {
				for _, k := range s.of {
					parts = parts || inside(i, k) && inside(j, k)
				}
			}
			if !parts {
				return false
			}
		}
	}
	return true
}

// group makes the group of files of a set of contents and the proposal which
// one to keep.
func group(contents []Content, s *set, known map[[2]int32]Link) (project.Group, string) {
	var all []rival
	for _, i := range s.of {
		cut := false
		for _, j := range s.of {
			l := known[[2]int32{min(i, j), max(i, j)}]
			cut = cut || l.Part == APart && l.A == i || l.Part == BPart && l.B == i
		}
		for _, f := range contents[i].Files {
			all = append(all, rival{f, contents[i], cut})
		}
	}
	slices.SortFunc(all, func(a, b rival) int { return cmp.Compare(a.Shown, b.Shown) })
	best := 0
	for i := range all {
		if better(all[i], all[best]) {
			best = i
		}
	}
	g := project.Group{Keep: all[best].ID, Why: why(all, best), Kind: s.kind, Score: s.score, Images: []project.FileID{all[best].ID}}
	for i, r := range all {
		if i != best {
			g.Images = append(g.Images, r.ID)
			g.ReclaimableBytes += r.Size
		}
	}
	return g, all[0].Shown
}

// rival is one file of a group.
type rival struct {
	File
	content Content
	cut     bool // another of the group shows more
}

// reasons compare two files, strongest first: above 0 when a is the one to
// keep. Each has words for a winner.
var reasons = []struct {
	than func(a, b rival) int
	say  func(a rival) string
}{
	{
		func(a, b rival) int { return cmp.Compare(truth(!a.Dropped), truth(!b.Dropped)) },
		func(rival) string { return "not dropped" },
	},
	{
		func(a, b rival) int { return cmp.Compare(truth(!a.cut), truth(!b.cut)) },
		func(rival) string { return "shows the whole picture" },
	},
	{
		func(a, b rival) int { return more(a.pixels(), b.pixels(), 0.02) },
		func(a rival) string { return fmt.Sprintf("most pixels (%d × %d)", a.content.Width, a.content.Height) },
	},
	{
		func(a, b rival) int { return more(float64(a.content.Sharpness), float64(b.content.Sharpness), 0.1) },
		func(rival) string { return "sharpest" },
	},
	{
		func(a, b rival) int { return more(a.density(), b.density(), 0.1) },
		func(a rival) string { return fmt.Sprintf("least compressed (%.1f bits a pixel)", 8*a.density()) },
	},
	{
		func(a, b rival) int { return cmp.Compare(truth(a.Label != ""), truth(b.Label != "")) },
		func(a rival) string { return "has a label (" + a.Label + ")" },
	},
	{
		func(a, b rival) int { return cmp.Compare(truth(!copied(a.Shown)), truth(!copied(b.Shown))) },
		func(rival) string { return "its name is not that of a copy" },
	},
	{
		func(a, b rival) int { return older(a.Modified, b.Modified) },
		func(a rival) string { return "oldest (" + a.Modified.UTC().Format("2 January 2006") + ")" },
	},
	{
		func(a, b rival) int { return cmp.Compare(len(b.Shown), len(a.Shown)) },
		func(rival) string { return "shortest path" },
	},
}

// older compares times that can tell which of two came first: not those of one
// day, nor those within a minute of each other, as one copying of both leaves them.
func older(a, b time.Time) int {
	if gap := a.Sub(b).Abs(); gap < time.Minute || a.UTC().Format(time.DateOnly) == b.UTC().Format(time.DateOnly) {
		return 0
	}
	return b.Compare(a)
}

func (r rival) pixels() float64  { return float64(r.content.Width) * float64(r.content.Height) }
func (r rival) density() float64 { return float64(r.Size) / math.Max(1, r.pixels()) }

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// more compares amounts of which a difference below the given part of the
// larger does not count.
func more(a, b, part float64) int {
	if math.Abs(a-b) <= part*math.Max(a, b) {
		return 0
	}
	return cmp.Compare(a, b)
}

func copied(shown string) bool {
	name := strings.ToLower(shown[strings.LastIndexByte(shown, '/')+1:])
	return strings.Contains(name, "copy") || strings.Contains(name, "(1)") || strings.Contains(name, "(2)") || strings.Contains(name, "(3)")
}

func better(a, b rival) bool {
	for _, r := range reasons {
		if c := r.than(a, b); c != 0 {
			return c > 0
		}
	}
	return false // the earlier path stays
}

// why are at most four reasons for the one that is kept: those in which it
// beats another and none beats it.
func why(all []rival, best int) []string {
	out := []string{}
	for i, r := range reasons {
		if i == len(reasons)-1 && len(out) > 0 {
			break // the shortest path is a reason where there is no other
		}
		wins, loses := false, false
		for j := range all {
			if j == best {
				continue
			}
			c := r.than(all[best], all[j])
			wins, loses = wins || c > 0, loses || c < 0
		}
		if wins && !loses && len(out) < 4 {
			out = append(out, r.say(all[best]))
		}
	}
	if len(out) == 0 {
		out = append(out, "first by path; the files are equal")
	}
	return out
}
