// Package review is the rooms in which findings are looked at. Duplicates is
// the first: groups of images that are one picture, compared side by side.
package review

import (
	"context"
	"math"
	"slices"
	"strings"
	"unicode"

	"kindred/project"
	"kindred/views"
	"kindred/views/kit"
)

// findings are the duplicates at a threshold, made ready for the screen off
// the main goroutine.
type findings struct {
	at     float32
	groups []project.Group
	kinds  []string // of each group, in words: "recompressed, cropped"
	titles []string // of each group, in place of the number of images; may be nil
	notes  []string // of each group, in place of the bytes; may be nil
	pairs  map[pairKey]project.Pair
	copies int   // images beyond the one to keep
	bytes  int64 // that they take
	below  int   // pairs a little below the threshold, when there is no group
	lower  float32
}

// groupOf is the place of the group that an image is in, or -1.
func (f *findings) groupOf(id project.FileID) int {
	return slices.IndexFunc(f.groups, func(g project.Group) bool { return slices.Contains(g.Images, id) })
}

// title and note are what the list says of a group.
func (f *findings) title(i int) string {
	if f.titles != nil {
		return f.titles[i]
	}
	return kit.Plural(len(f.groups[i].Images), "image", "images")
}

func (f *findings) note(i int) string {
	if f.notes != nil {
		return f.notes[i]
	}
	return kit.Bytes(f.groups[i].ReclaimableBytes)
}

// pairKey names a pair, the smaller id first.
type pairKey struct{ a, b project.FileID }

func keyOf(a, b project.FileID) pairKey {
	if a > b {
		a, b = b, a
	}
	return pairKey{a, b}
}

// between is the pair of two files, and whether there is one.
func (f *findings) between(a, b project.FileID) (project.Pair, bool) {
	p, ok := f.pairs[keyOf(a, b)]
	return p, ok
}

// find asks for the duplicates at a threshold.
func find(ctx context.Context, p views.Project, at float32) (*findings, error) {
	groups, pairs, err := p.Duplicates(ctx, at)
	if err != nil {
		return nil, err
	}
	f := &findings{at: at, groups: groups, pairs: make(map[pairKey]project.Pair, len(pairs))}
	for _, pair := range pairs {
		f.pairs[keyOf(pair.A, pair.B)] = pair
	}
	for _, g := range groups {
		f.copies += len(g.Images) - 1
		f.bytes += g.ReclaimableBytes
		f.kinds = append(f.kinds, f.kindWords(g))
	}
	if len(groups) == 0 && at > least {
		f.lower = max(float32(math.Round(float64(at)*100-3)/100), least)
		_, pairs, err := p.Duplicates(ctx, f.lower)
		if err != nil {
			return nil, err
		}
		f.below = len(pairs)
	}
	return f, ctx.Err()
}

// words are the kinds of pairs for people, in the order in which a group names
// them.
var words = []struct{ kind, text, icon string }{
	{project.Exact, "exact copy", "exact"},
	{project.Metadata, "metadata only", "metadata"},
	{project.Recompressed, "recompressed", "recompressed"},
	{project.Resized, "resized", "resized"},
	{project.Cropped, "cropped", "crop"},
	{project.Flipped, "flipped", "flip"},
	{project.Rotated, "rotated", "rotate"},
	{project.Recoloured, "recoloured", "recoloured"},
	{project.Overlaid, "text overlaid", "text"},
	{project.Similar, "similar only", "similar"},
}

func wordOf(kind string) string {
	for _, w := range words {
		if w.kind == kind {
			return w.text
		}
	}
	return kind
}

// kindWords names the kinds of the pairs with the image to keep.
func (f *findings) kindWords(g project.Group) string {
	kinds := map[string]bool{}
	for _, id := range g.Images {
		if p, ok := f.between(g.Keep, id); ok && id != g.Keep {
			kinds[p.Kind] = true
		}
	}
	if len(kinds) == 0 {
		return wordOf(g.Kind)
	}
	var out []string
	for _, w := range words {
		if kinds[w.kind] {
			out = append(out, w.text)
		}
	}
	return strings.Join(out, ", ")
}

// change is one thing that differs between two copies: "cropped" with its
// amount "4 % left, 2 % top".
type change struct{ icon, text string }

// changes splits the reason of a pair into its parts. A part that does not
// begin with a letter belongs to the one before: it is another amount.
func changes(p project.Pair) []change {
	reason := p.Reason
	if reason == "" {
		reason = wordOf(p.Kind)
	}
	var out []change
	for _, part := range strings.Split(reason, ", ") {
		first, _ := firstRune(part)
		if len(out) > 0 && !unicode.IsLetter(first) {
			out[len(out)-1].text += ", " + part
			continue
		}
		out = append(out, change{icon: iconOf(part), text: part})
	}
	return out
}

func firstRune(s string) (rune, bool) {
	for _, r := range s {
		return r, true
	}
	return 0, false
}

func iconOf(part string) string {
	for _, w := range words {
		if strings.HasPrefix(part, w.kind) || strings.HasPrefix(part, w.text) {
			return w.icon
		}
	}
	switch {
	case strings.HasPrefix(part, "brighter"), strings.HasPrefix(part, "darker"):
		return "bright"
	case strings.HasPrefix(part, "text"), strings.HasPrefix(part, "overlaid"):
		return "text"
	case strings.HasPrefix(part, "burst"):
		return "burst"
	}
	return "info"
}

// fact is a line of the table below the pictures. better is 1 or 2 when one
// value is the better one, else 0.
type fact struct {
	name, first, second string
	better              int
}

// compare lists the facts of two copies.
func compare(a, b project.Image) []fact {
	order := func(x, y float64) int {
		switch {
		case x > y:
			return 1
		case y > x:
			return 2
		}
		return 0
	}
	has := func(x, y bool) int {
		switch {
		case x && !y:
			return 1
		case y && !x:
			return 2
		}
		return 0
	}
	pixels := func(i project.Image) string {
		if i.Width == 0 {
			return "unknown"
		}
		return kit.Pixels(i.Width, i.Height)
	}
	named := func(s, none string) string {
		if s == "" {
			return none
		}
		return s
	}
	facts := []fact{
		{"Pixels", pixels(a), pixels(b), order(float64(a.Width)*float64(a.Height), float64(b.Width)*float64(b.Height))},
		{"Sharpness", kit.Score(float64(a.Quality.Sharpness)), kit.Score(float64(b.Quality.Sharpness)), 0},
		{"Bytes", kit.Bytes(a.Size), kit.Bytes(b.Size), order(float64(a.Size), float64(b.Size))},
		{"Taken", kit.Date(a.Taken), kit.Date(b.Taken), has(!a.Taken.IsZero(), !b.Taken.IsZero())},
		{"Label", named(a.Label, "no label"), named(b.Label, "no label"), has(a.Label != "", b.Label != "")},
		{"Split", named(a.Split, "none"), named(b.Split, "none"), 0},
		{"Format", a.Format, b.Format, 0},
		{"Modified", kit.Date(a.Modified), kit.Date(b.Modified), 0},
	}
	facts[1].better = order(float64(a.Quality.Sharpness), float64(b.Quality.Sharpness))
	if !a.Taken.IsZero() && !b.Taken.IsZero() && !a.Taken.Equal(b.Taken) { // the older one is nearer to the camera
		facts[3].better = order(-float64(a.Taken.Unix()), -float64(b.Taken.Unix()))
	}
	for i := range facts { // equal values carry no mark
		if facts[i].first == facts[i].second {
			facts[i].better = 0
		}
	}
	return slices.DeleteFunc(facts, func(f fact) bool { return f.first == "" && f.second == "" })
}
