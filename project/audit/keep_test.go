package audit

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kindred/embed"
	"kindred/embed/neighbor"
	"kindred/project"
)

// TestEveryReasonToKeep has for each reason a pair that differs in it alone, or
// in which it outweighs a weaker one.
func TestEveryReasonToKeep(t *testing.T) {
	day := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name   string
		link   Link
		change func(a, b *Content, o *Options)
		why    string
	}{
		{"the crop loses though it has more pixels", Link{Kind: project.Cropped, Part: APart}, func(a, _ *Content, _ *Options) { a.Width = 99 }, "shows the whole picture"},
		{"date and camera", Link{Kind: project.Metadata}, func(_, b *Content, _ *Options) { b.Taken, b.Camera = day, "Box 3" }, "still has its date, camera"},
		{"place, before a label", Link{Kind: project.Metadata}, func(a, b *Content, _ *Options) { a.Files[0].Label, b.Placed = "cat", true }, "still has its place"},
		{"of equal pixels the larger file is no better", Link{Kind: project.Metadata}, func(a, b *Content, _ *Options) { a.Files[0].Size, b.Files[0].Label = 5000, "cat" }, "has a label (cat)"},
		{"preferred folder, before pixels", Link{Kind: project.Resized}, func(a, b *Content, o *Options) {
			a.Width, b.Files[0].Shown, o.Prefer = 99, "masters/x.jpg", []string{"best", "masters/"}
		}, "in a preferred folder (masters/)"},
		{"the more preferred folder", Link{Kind: project.Resized}, func(a, b *Content, o *Options) {
			a.Files[0].Shown, b.Files[0].Shown, o.Prefer = "masters/x.jpg", "best/x.jpg", []string{"best", "masters"}
		}, "in a preferred folder (best)"},
		{"a folder's name is not the beginning of another's", Link{Kind: project.Resized}, func(a, b *Content, o *Options) {
			a.Files[0].Shown, b.Width, o.Prefer = "mastersold/x.jpg", 99, []string{"masters"}
		}, "most pixels (99 × 10)"},
		{"a link is not kept", Link{Kind: project.Recompressed}, func(a, _ *Content, o *Options) {
			a.Width = 99
			o.IsLink = func(f File) bool { return f.ID == 0 }
		}, "the file itself, not a link to it"},
	} {
		contents, links := chained(2, c.link)
		links[0].B, links[0].Score = 1, 0.9
		o := Options{FlagScore: 0.7}
		c.change(&contents[0], &contents[1], &o)
		got := groups(contents, links, o)
		if len(got) != 1 || got[0].Keep != 1 || got[0].Why[0] != c.why {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

func TestLinksAndSecondNamesFreeNothing(t *testing.T) {
	file := func(id project.FileID, inode uint64) File {
		return File{ID: id, Shown: string(rune('a' + id)), Size: 1000, Inode: inode}
	}
	for _, c := range []struct {
		name  string
		files []File
		links string // ids of links
		want  int64
	}{
		{"two copies", []File{file(0, 7), file(1, 8)}, "", 1000},
		{"two names of one file", []File{file(0, 7), file(1, 7)}, "", 0},
		{"a copy under two names", []File{file(0, 7), file(1, 8), file(2, 8)}, "", 1000},
		{"a link to the one that is kept", []File{file(0, 7), file(1, 7), file(2, 9)}, "1", 1000},
		{"a link to elsewhere", []File{file(0, 7), file(1, 5)}, "1", 0},
		{"inodes are not known", []File{file(0, 0), file(1, 0), file(2, 0)}, "", 2000},
	} {
		contents := []Content{{Width: 10, Height: 10, Files: c.files}}
		_, got := Duplicates(contents, nil, Options{MinScore: -1, FlagScore: -1, IsLink: func(f File) bool {
			return strings.Contains(c.links, string(rune('0'+f.ID)))
		}})
		if len(got) != 1 || got[0].ReclaimableBytes != c.want || got[0].Keep != 0 {
			t.Errorf("%s: %+v, want %d bytes", c.name, got, c.want)
		}
	}
	// The same number on another disk holds other bytes.
	contents, links := chained(2, Link{A: 0, B: 1, Score: 0.9, Kind: project.Resized})
	contents[0].Files[0].Inode, contents[1].Files[0].Inode = 7, 7
	if got := groups(contents, links, Options{FlagScore: 0.7}); got[0].ReclaimableBytes != 10 {
		t.Errorf("%+v", got)
	}
}

// TestSlidingCropsAreNotOneGroup walks a window over a wide picture: neighbours
// share most of what they show, the ends nothing.
func TestSlidingCropsAreNotOneGroup(t *testing.T) {
	var a album
	wide := scene(400, 120, 9)
	for i := range 7 {
		a.add(crop(wide, 40*i, 0, 160, 120), string(rune('a'+i)))
	}
	links := a.links(t)
	_, got := Duplicates(a.contents, links, Options{MinScore: -1, FlagScore: -1})
	for _, g := range got {
		var at []int
		for _, id := range g.Images {
			at = append(at, int(id/100))
		}
		if len(at) > 1 && slices.Max(at)-slices.Min(at) > 2 {
			t.Errorf("%v stand together", at)
		}
	}
}

func TestKnownPairsAreNotComparedAgain(t *testing.T) {
	var a album
	p := scene(100, 80, 1)
	a.add(p, "1.jpg")
	a.add(crop(p, 5, 5, 90, 70), "2.jpg")
	for i := range uint64(4) {
		a.add(scene(100, 80, 10+i), string(rune('3'+i))+".jpg")
	}
	graph, _, err := Neighbours(t.Context(), embed.GoKernel{}, a.vectors)
	if err != nil {
		t.Fatal(err)
	}
	verify := func(o VerifyOptions) ([]Link, error) {
		return Verify(t.Context(), embed.GoKernel{}, &a, a.contents, neighbor.Normalize(a.vectors), graph, o)
	}
	looks := make([][]int8, len(a.contents))
	first, err := verify(VerifyOptions{Looks: looks})
	if err != nil || len(first) == 0 {
		t.Fatal(first, err)
	}
	known := map[[2]int]Link{}
	for _, l := range first {
		known[[2]int{int(l.A), int(l.B)}] = l
	}
	for i := range a.pictures {
		a.pictures[i].W = 0 // whoever asks for a picture finds it gone
	}
	again, err := verify(VerifyOptions{Looks: looks, Known: func(i, j int) (Link, bool) {
		l, ok := known[[2]int{i, j}]
		return l, ok
	}})
	if err != nil || !slices.Equal(first, again) {
		t.Errorf("%+v\n%+v, %v", first, again, err)
	}
}
