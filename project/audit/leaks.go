package audit

import (
	"cmp"
	"slices"
	"strings"

	"kindred/project"
)

// Leaks finds flagged pairs whose files stand in different splits, surest
// first, counts them for each two splits ("train/val", see splitOrder), and
// proposes how to close them all with the fewest images touched. Files without
// a split and dropped ones, which no export holds, leak nowhere. Nothing it
// returns is nil.
//
// An image that leaks is moved to the split of its duplicates, where all of
// those that stay agree on one; else it is removed. It is removed as well when
// it holds the same picture, pixel for pixel, as one that is there already: two
// of it would only weigh double. Where as few images can be touched on either
// side, those of train give way, then those of val: what a model is judged by
// stays as it is.
func Leaks(contents []Content, links []Link, o Options) ([]project.Leak, map[string]int, []project.Step) {
	split := map[project.FileID]string{}
	in := slices.Clone(contents)
	for i := range in {
		in[i].Files = slices.DeleteFunc(slices.Clone(in[i].Files), func(f File) bool { return f.Split == "" || f.Dropped })
		for _, f := range in[i].Files {
			split[f.ID] = f.Split
		}
	}
	if o.FlagScore < 0 {
		o.FlagScore = DefaultScore
	}
	leaks, counts := []project.Leak{}, map[string]int{}
	pairs, _ := pairsOf(in, links, Options{MinScore: o.FlagScore, FlagScore: o.FlagScore})
	for _, p := range pairs {
		a, b := split[p.A], split[p.B]
		if a == b {
			continue
		}
		leaks = append(leaks, project.Leak{Pair: p, SplitA: a, SplitB: b})
		if splitOrder(a, b) > 0 {
			a, b = b, a
		}
		counts[a+"/"+b]++
	}
	return leaks, counts, closing(in, links, o.FlagScore)
}

// splitOrder puts train before val before test before all others by name.
func splitOrder(a, b string) int {
	return cmp.Or(cmp.Compare(place(a), place(b)), strings.Compare(a, b))
}

func place(split string) int {
	if i := slices.Index([]string{"train", "val", "test"}, split); i >= 0 {
		return i
	}
	return 3
}

// holder is the files of one content in one split: they share their fate.
type holder struct {
	content int32
	split   string
	files   []File
	near    []int32 // holders of flagged duplicates, and of the same content in other splits
	weight  int64   // what touching all its files costs, see closing
}

// closing is the proposal. Touching an image can close leaks only between it
// and others, so the images touched must cover all leaking pairs, and removing
// any such cover closes all: the fewest are a minimum vertex cover. Moving in
// place of removing then costs nothing more.
func closing(contents []Content, links []Link, flag float32) []project.Step {
	var all []holder
	at := map[int32][]int32{} // the holders of a content
	for i, c := range contents {
		for _, f := range byShown(c.Files) {
			k := slices.IndexFunc(at[int32(i)], func(h int32) bool { return all[h].split == f.Split })
			if k < 0 {
				k = len(at[int32(i)])
				at[int32(i)] = append(at[int32(i)], int32(len(all)))
				all = append(all, holder{content: int32(i), split: f.Split})
			}
			h := &all[at[int32(i)][k]]
			h.files = append(h.files, f)
		}
	}
	join := func(a, b int32) {
		all[a].near = append(all[a].near, b)
		all[b].near = append(all[b].near, a)
	}
	for i := range contents {
		for x, a := range at[int32(i)] {
			for _, b := range at[int32(i)][:x] {
				join(a, b)
			}
		}
	}
	same := map[[2]int32]bool{} // equal pixels
	for _, l := range links {
		if !l.fits(len(contents)) || l.Score < flag {
			continue
		}
		same[[2]int32{min(l.A, l.B), max(l.A, l.B)}] = l.Kind == project.Metadata
		for _, a := range at[l.A] {
			for _, b := range at[l.B] {
				join(a, b)
			}
		}
	}
	// The number of images decides; of equal numbers the one with fewer of
	// test, then of val.
	for i := range all {
		slices.Sort(all[i].near)
		all[i].near = slices.Compact(all[i].near)
		all[i].weight = int64(len(all[i].files)) * (1<<24 + int64(min(place(all[i].split), 2)))
	}
	touched := cover(all)
	return steps(all, touched, func(a, b int32) bool {
		return a == b || same[[2]int32{min(a, b), max(a, b)}]
	})
}

// steps says for each touched holder whether its files move, and where, or go.
func steps(all []holder, touched []bool, same func(a, b int32) bool) []project.Step {
	type made struct {
		project.Step
		shown string
	}
	const removed = "\x00"
	end := make([]string, len(all)) // the split that each ends in
	for i, h := range all {
		end[i] = h.split
		if touched[i] {
			end[i] = removed
		}
	}
	var out []made
	for i, h := range all {
		if !touched[i] {
			continue
		}
		// All that is near and stays, or was given its place before this one.
		to, agree, twice := "", true, false
		for _, n := range h.near {
			if end[n] == removed {
				continue
			}
			agree = agree && (to == "" || to == end[n])
			to = end[n]
			twice = twice || same(h.content, all[n].content)
		}
		step := project.Step{Action: "remove"}
		if agree && !twice && to != "" {
			step = project.Step{Action: "move", To: to}
			end[i] = to
		}
		for k, f := range h.files {
			s := step
			if s.Action == "move" && k > 0 {
				s = project.Step{Action: "remove"} // the first of equal files is there by now
			}
			s.ID = f.ID
			out = append(out, made{s, f.Shown})
		}
	}
	slices.SortFunc(out, func(a, b made) int { return cmp.Compare(a.shown, b.shown) })
	list := make([]project.Step, len(out))
	for i, s := range out {
		list[i] = s.Step
	}
	return list
}
