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

// group makes the group of files of a set of contents and the proposal which
// one to keep.
func group(contents []Content, s *set, known map[[2]int32]Link, o Options) (project.Group, string) {
	var all []rival
	for _, i := range s.of {
		r := rival{of: i, content: contents[i], twin: i}
		for _, j := range s.of {
			l := known[[2]int32{min(i, j), max(i, j)}]
			r.cut = r.cut || l.Part == APart && l.A == i || l.Part == BPart && l.B == i
			if l.Kind == project.Metadata {
				r.twin = min(r.twin, j)
			}
		}
		for _, r.File = range contents[i].Files {
			r.link = o.IsLink != nil && o.IsLink(r.File)
			r.prefer, r.folder = len(o.Prefer), ""
			for k, folder := range o.Prefer {
				if within(r.Shown, folder) {
					r.prefer, r.folder = k, folder
					break
				}
			}
			all = append(all, r)
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
	// A link frees nothing, nor does one of several names of the same bytes on
	// the disk, unless all of them go.
	type place struct {
		content int32
		inode   uint64
	}
	counted := map[place]bool{{all[best].of, all[best].Inode}: true}
	for i, r := range all {
		if i == best {
			continue
		}
		g.Images = append(g.Images, r.ID)
		at := place{r.of, r.Inode}
		if r.link || r.Inode != 0 && counted[at] {
			continue
		}
		counted[at] = true
		g.ReclaimableBytes += r.Size
	}
	return g, all[0].Shown
}

// within reports whether a shown path lies in a folder.
func within(path, folder string) bool {
	folder = strings.TrimSuffix(folder, "/")
	return folder == "" || strings.HasPrefix(path, folder+"/")
}

// rival is one file of a group.
type rival struct {
	File
	of      int32 // its content
	content Content
	cut     bool  // another of the group shows more
	twin    int32 // the first content of the same pixels
	link    bool  // leads to another file
	prefer  int   // the place of its folder among the preferred ones
	folder  string
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
		func(a, b rival) int { return cmp.Compare(truth(!a.link), truth(!b.link)) },
		func(rival) string { return "the file itself, not a link to it" },
	},
	{
		func(a, b rival) int { return cmp.Compare(b.prefer, a.prefer) },
		func(a rival) string { return fmt.Sprintf("in a preferred folder (%s)", a.folder) },
	},
	{
		func(a, b rival) int { return cmp.Compare(truth(!a.cut), truth(!b.cut)) },
		func(rival) string { return "shows the whole picture" },
	},
	{
		func(a, b rival) int { return more(a.area(), b.area(), 0.02) },
		func(a rival) string { return fmt.Sprintf("most pixels (%d × %d)", a.content.Width, a.content.Height) },
	},
	{
		func(a, b rival) int { return more(float64(a.content.Sharpness), float64(b.content.Sharpness), 0.1) },
		func(rival) string { return "sharpest" },
	},
	{
		func(a, b rival) int {
			if a.twin == b.twin {
				return 0 // of equal pixels the size says nothing
			}
			return more(a.density(), b.density(), 0.1)
		},
		func(a rival) string { return fmt.Sprintf("least compressed (%.1f bits a pixel)", 8*a.density()) },
	},
	{
		func(a, b rival) int { return cmp.Compare(len(a.content.kept()), len(b.content.kept())) },
		func(a rival) string { return "still has its " + strings.Join(a.content.kept(), ", ") },
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
		func(a, b rival) int { return cmp.Compare(truth(fromCamera(a.Shown)), truth(fromCamera(b.Shown))) },
		func(rival) string { return "its name is the camera’s" },
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

// kept is what the camera wrote and is still there.
func (c Content) kept() []string {
	var out []string
	for _, part := range []struct {
		there bool
		name  string
	}{{!c.Taken.IsZero(), "date"}, {c.Placed, "place"}, {c.Camera != "", "camera"}} {
		if part.there {
			out = append(out, part.name)
		}
	}
	return out
}

// older compares times that can tell which of two came first: not those of one
// day, nor those within a minute of each other, as one copying of both leaves them.
func older(a, b time.Time) int {
	if gap := a.Sub(b).Abs(); gap < time.Minute || a.UTC().Format(time.DateOnly) == b.UTC().Format(time.DateOnly) {
		return 0
	}
	return b.Compare(a)
}

func (r rival) area() float64    { return float64(r.content.Width) * float64(r.content.Height) }
func (r rival) density() float64 { return float64(r.Size) / math.Max(1, r.area()) }

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
