package audit

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"kindred/project"
)

// standing makes one content for each word: "t1" is file t1 in train, "v..." in
// val, "e..." in test, "o..." in other, "n..." in none; words joined by + are
// equal files.
func standing(words ...string) (contents []Content, names map[project.FileID]string) {
	names = map[project.FileID]string{}
	id := project.FileID(0)
	for _, w := range words {
		c := Content{Width: 10, Height: 10}
		for name := range strings.SplitSeq(w, "+") {
			id++
			names[id] = name
			split := map[byte]string{'t': "train", 'v': "val", 'e': "test", 'o': "other"}[name[0]]
			c.Files = append(c.Files, File{ID: id, Shown: name, Size: 10, Split: split})
		}
		contents = append(contents, c)
	}
	return contents, names
}

// near links contents given as "0-1 1-2".
func near(ends string) (links []Link) {
	for e := range strings.FieldsSeq(ends) {
		l := Link{Score: 0.9, Kind: project.Cropped}
		if _, err := fmt.Sscanf(e, "%d-%d", &l.A, &l.B); err != nil {
			panic(err)
		}
		links = append(links, l)
	}
	return links
}

func TestLeaksAreCountedAndClosed(t *testing.T) {
	for _, c := range []struct {
		name     string
		contents string
		links    string
		counts   map[string]int
		proposal string
	}{
		{"none", "t1 t2 v1", "0-1", map[string]int{}, ""},
		{"a pair: train gives way", "t1 v1", "0-1", map[string]int{"train/val": 1}, "t1>val"},
		{"val gives way to test", "v1 e1", "0-1", map[string]int{"val/test": 1}, "v1>test"},
		{"equal files: one is enough", "t1+v1", "", map[string]int{"train/val": 1}, "t1-"},
		{"the few go to the many", "t1 t2 e1", "0-1 0-2 1-2", map[string]int{"train/test": 2}, "e1>train"},
		{"of the few with an equal file among the many", "t1+e1 t2", "0-1", map[string]int{"train/test": 2}, "e1-"},
		{"three splits", "t1 t2 v1 e1", "0-1 0-2 0-3 1-2 1-3 2-3", map[string]int{"train/val": 2, "train/test": 2, "val/test": 1}, "e1>train v1>train"},
		{"a picture between two splits that nothing else joins", "v1 t1 e1", "0-1 1-2", map[string]int{"train/val": 1, "train/test": 1}, "t1-"},
		{"one in the middle leaks to three", "t1 v1 v2 v3", "0-1 0-2 0-3", map[string]int{"train/val": 3}, "t1>val"},
		{"moving would open a leak at home", "t1 t2 v1", "0-1 1-2", map[string]int{"train/val": 1}, "t2-"},
		{"a chain takes every second", "t1 v1 t2 v2 t3", "0-1 1-2 2-3 3-4", map[string]int{"train/val": 4}, "v1>train v2>train"},
		{"without a split nothing leaks", "n1+t1 v1 n2", "1-2", map[string]int{}, ""},
		{"another split stands behind", "o1 t1", "0-1", map[string]int{"train/other": 1}, "t1>other"},
		{"several equal files: one moves", "t1+t2 v1 v2 v3", "0-1 0-2 0-3 1-2 1-3 2-3", map[string]int{"train/val": 6}, "t1>val t2-"},
	} {
		contents, names := standing(strings.Fields(c.contents)...)
		leaks, counts, proposal := Leaks(contents, near(c.links), Options{MinScore: -1, FlagScore: -1})
		var got []string
		for _, s := range proposal {
			got = append(got, names[s.ID]+map[string]string{"move": ">", "remove": "-"}[s.Action]+s.To)
		}
		total := 0
		for _, n := range counts {
			total += n
		}
		if !maps.Equal(counts, c.counts) || strings.Join(got, " ") != c.proposal || total != len(leaks) || leaks == nil || proposal == nil {
			t.Errorf("%s: counts %v, proposal %q, want %v, %q", c.name, counts, got, c.counts, c.proposal)
		}
		for i, l := range leaks {
			if l.SplitA == l.SplitB || names[l.A] > names[l.B] || !l.Flagged || i > 0 && leaks[i-1].Score < l.Score {
				t.Errorf("%s: leak %+v", c.name, l)
			}
		}
	}
}

func TestDroppedFilesDoNotLeak(t *testing.T) {
	contents, _ := standing("t1", "v1")
	contents[0].Files[0].Dropped = true
	if leaks, counts, proposal := Leaks(contents, near("0-1"), Options{MinScore: -1, FlagScore: -1}); len(leaks)+len(counts)+len(proposal) != 0 {
		t.Fatal(leaks, counts, proposal)
	}
}

func TestWeakPairsDoNotLeak(t *testing.T) {
	contents, _ := standing("t1", "v1")
	links := near("0-1")
	links[0].Score = 0.4
	if leaks, _, proposal := Leaks(contents, links, Options{MinScore: -1, FlagScore: -1}); len(leaks)+len(proposal) != 0 {
		t.Fatal(leaks, proposal)
	}
	if leaks, _, proposal := Leaks(contents, links, Options{MinScore: 0.3, FlagScore: 0.3}); len(leaks) != 1 || len(proposal) != 1 {
		t.Fatal(leaks, proposal)
	}
}

// TestProposalsCloseAllWithTheFewest holds random proposals against every
// choice of files.
func TestProposalsCloseAllWithTheFewest(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var words []string
		splits := "tve"[:2+r.IntN(2)]
		files := 0
		for n := 2 + r.IntN(8); len(words) < n; {
			var equal []string
			for range 1 + r.IntN(5)/4 {
				equal = append(equal, fmt.Sprintf("%c%02d", splits[r.IntN(len(splits))], files))
				files++
			}
			words = append(words, strings.Join(equal, "+"))
		}
		contents, _ := standing(words...)
		var links []Link
		for a := range words {
			for b := range a {
				if r.IntN(3) == 0 {
					links = append(links, Link{A: int32(b), B: int32(a), Score: 0.9, Kind: project.Flipped})
				}
			}
		}
		o := Options{MinScore: -1, FlagScore: -1}
		leaks, _, proposal := Leaks(contents, links, o)
		steps := map[project.FileID]project.Step{}
		for _, s := range proposal {
			steps[s.ID] = s
		}
		after := slices.Clone(contents)
		for i := range after {
			after[i].Files = nil
			for _, f := range contents[i].Files {
				switch s := steps[f.ID]; s.Action {
				case "remove":
					continue
				case "move":
					if s.To == f.Split || s.To == "" {
						t.Fatalf("%v: moved from %s to %s", words, f.Split, s.To)
					}
					f.Split = s.To
				}
				after[i].Files = append(after[i].Files, f)
			}
		}
		if left, _, _ := Leaks(after, links, o); len(left) > 0 {
			t.Fatalf("%v, %+v: %+v leaves %+v", words, links, proposal, left)
		}
		if fewest := smallest(leaks, files); len(proposal) != fewest || len(steps) != fewest {
			t.Fatalf("%v, %+v: %d steps, want %d", words, links, len(proposal), fewest)
		}
	}
}

// smallest tries every choice of files numbered from 1.
func smallest(leaks []project.Leak, files int) int {
	best := files
	for choice := range 1 << files {
		size := 0
		for i := range files {
			size += choice >> i & 1
		}
		if size < best && !slices.ContainsFunc(leaks, func(l project.Leak) bool { return choice>>(l.A-1)&1+choice>>(l.B-1)&1 == 0 }) {
			best = size
		}
	}
	return best
}

// A video whose frames were dealt out at random: each is like the next few.
func TestALongChainOfLeaksIsClosedAtOnce(t *testing.T) {
	for _, splits := range []string{"tv", "tve"} {
		r := rand.New(rand.NewPCG(5, 6))
		const n = 3000
		words := make([]string, n)
		var links []Link
		for i := range words {
			words[i] = fmt.Sprintf("%c%04d", splits[r.IntN(len(splits))], i)
			for d := 1; d <= 3 && i-d >= 0; d++ {
				links = append(links, Link{A: int32(i - d), B: int32(i), Score: 0.9})
			}
		}
		contents, _ := standing(words...)
		leaks, _, proposal := Leaks(contents, links, Options{MinScore: -1, FlagScore: -1})
		gone := map[project.FileID]bool{}
		for _, s := range proposal {
			gone[s.ID] = true
		}
		for _, l := range leaks {
			if !gone[l.A] && !gone[l.B] {
				t.Fatalf("%+v stays", l)
			}
		}
		if len(proposal) > n*3/5 {
			t.Errorf("%d of %d images touched", len(proposal), n)
		}
	}
}
