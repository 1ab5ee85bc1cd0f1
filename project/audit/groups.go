package audit

import (
	"cmp"
	"slices"

	"kindred/project"
)

// Options say which pairs are wanted. A negative value takes the default.
type Options struct {
	MinScore  float32 // pairs below are left out; default DefaultScore
	FlagScore float32 // pairs from here on are flagged and make groups; default DefaultScore
	// Prefer are folders whose files are kept before others', the first most,
	// as the beginnings of shown paths.
	Prefer []string
	// IsLink tells a file that only leads to another one: it is not kept, and
	// its removal frees nothing. It may be nil.
	IsLink func(File) bool
}

// exactAll is the number of equal files up to which every pair of them is
// listed; of more, each with the first.
const exactAll = 32

// Duplicates turns verified links into pairs of files and groups, surest
// first. Equal files are pairs of score 1. What it returns is never nil.
func Duplicates(contents []Content, links []Link, o Options) ([]project.Pair, []project.Group) {
	pairs, o := pairsOf(contents, links, o)
	return pairs, groups(contents, links, o)
}

// pairsOf lists the pairs of files, surest first, and fills in what o leaves to
// the default.
func pairsOf(contents []Content, links []Link, o Options) ([]project.Pair, Options) {
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
	return pairs, o
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
func groups(contents []Content, links []Link, o Options) []project.Group {
	flag := o.FlagScore
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
		g, shown := group(contents, s, known, o)
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
