package audit

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode"

	"kindred/embed"
	"kindred/embed/cluster"
	"kindred/project"
)

// ClusterOptions say where to cut the hierarchy.
type ClusterOptions struct {
	Count int     // when above 0: exactly so many, and none left over
	Level float64 // 0 coarse .. 1 fine; negative: as the data suggests
	// Classes returns the predicted classes of content i, for the names. It
	// may be nil.
	Classes func(i int) []project.Prediction
}

// Clusters cuts the hierarchy and returns the groups by falling number of
// files, the one of those that belong to none (id -1) last, and the level
// used. The files of a group stand with the most typical first: those nearest
// to the middle of the group. unit holds the vectors scaled to length 1.
func Clusters(ctx context.Context, tree *cluster.Tree, contents []Content, unit embed.Matrix, o ClusterOptions) ([]project.Cluster, float64, error) {
	if tree.Len() != len(contents) || unit.Rows != len(contents) {
		return nil, 0, fmt.Errorf("clusters: hierarchy of %d images, %d contents, %d vectors", tree.Len(), len(contents), unit.Rows)
	}
	level := o.Level
	if !(level >= 0) {
		level = tree.Suggest()
	}
	var group []int32
	var err error
	if o.Count > 0 {
		level = tree.Level(min(o.Count, max(len(contents), 1)))
		group, err = tree.Cut(ctx, o.Count)
	} else {
		group, err = tree.At(ctx, level)
	}
	if err != nil {
		return nil, 0, err
	}
	if o.Count <= 0 && len(contents) == 1 {
		group[0] = -1
	}
	count := 0
	for _, g := range group {
		count = max(count, int(g)+1)
	}
	speak := func(i int) []cluster.Term { return terms(contents[i], o.Classes, i) }
	names := cluster.Names(group, count, speak)
	apart(names, group, speak)
	return list(group, count, names, contents, unit, o.Count), level, ctx.Err()
}

// apart names groups that no word sets apart after the two that speak for most
// of them, and numbers those that would bear one name.
func apart(names []string, group []int32, terms func(i int) []cluster.Term) {
	weight := make([]map[string]float64, len(names))
	for i, g := range group {
		if g < 0 || names[g] != "" {
			continue
		}
		if weight[g] == nil {
			weight[g] = map[string]float64{}
		}
		for _, t := range terms(i) {
			weight[g][t.Word] += t.Weight
		}
	}
	for g, words := range weight {
		most := slices.Collect(maps.Keys(words))
		slices.SortFunc(most, func(a, b string) int {
			return cmp.Or(cmp.Compare(words[b], words[a]), cmp.Compare(a, b))
		})
		if len(most) > 0 {
			names[g] = strings.Join(most[:min(2, len(most))], ", ")
		}
	}
	distinguish(names, group, terms)
}

// distinguish adds to a name that several groups bear what sets each apart from
// the others of that name, and numbers those that nothing does.
func distinguish(names []string, group []int32, terms func(i int) []cluster.Term) {
	bearers := map[string][]int32{}
	for g, name := range names {
		if name != "" {
			bearers[name] = append(bearers[name], int32(g))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(bearers)) {
		of := bearers[name]
		if len(of) < 2 {
			continue
		}
		number := make(map[int32]int32, len(of))
		for i, g := range of {
			number[g] = int32(i)
		}
		among := make([]int32, len(group))
		for i, g := range group {
			among[i] = -1
			if n, ok := number[g]; ok {
				among[i] = n
			}
		}
		known := strings.Split(name, ", ")
		for i, more := range cluster.Names(among, len(of), func(i int) []cluster.Term {
			return slices.DeleteFunc(terms(i), func(t cluster.Term) bool { return slices.Contains(known, t.Word) })
		}) {
			word, _, _ := strings.Cut(more, ", ")
			if word != "" && share(word, of[i], group, terms) >= telling {
				names[of[i]] = name + ": " + word
			}
		}
	}
	seen := map[string]int{}
	for g, name := range names {
		if name == "" {
			continue
		}
		if seen[name]++; seen[name] > 1 {
			names[g] = fmt.Sprintf("%s %d", name, seen[name])
		}
	}
}

// telling is the share of a group below which a word would rather mislead.
const telling = 0.1

// share is how much a word speaks of a group, a part of its images.
func share(word string, of int32, group []int32, terms func(i int) []cluster.Term) float64 {
	var sum, size float64
	for i, g := range group {
		if g != of {
			continue
		}
		size++
		for _, t := range terms(i) {
			if t.Word == word {
				sum += min(t.Weight, 1)
			}
		}
	}
	return sum / max(size, 1)
}

// list turns groups of contents into clusters of files.
func list(group []int32, count int, names []string, contents []Content, unit embed.Matrix, want int) []project.Cluster {
	members := make([][]int, count+1) // the last: those that belong to none
	for i, g := range group {
		if g < 0 {
			g = int32(count)
		}
		members[g] = append(members[g], i)
	}
	type made struct {
		project.Cluster
		first string
	}
	var all []made
	var none *project.Cluster
	for g, of := range members {
		if len(of) == 0 {
			continue
		}
		c := made{Cluster: project.Cluster{ID: -1}}
		for _, i := range typical(of, unit) {
			for _, f := range contents[i].Files {
				c.Images = append(c.Images, f.ID)
				if c.first == "" || f.Shown < c.first {
					c.first = f.Shown
				}
			}
		}
		if len(c.Images) == 0 {
			continue // all filtered away
		}
		if g == count {
			none = &c.Cluster
			continue
		}
		c.Name = names[g]
		all = append(all, c)
	}
	// Asked for more groups than there are contents, equal files part too.
	for at := 0; want > len(all) && at < len(all); at++ {
		for len(all[at].Images) > 1 && want > len(all) {
			last := len(all[at].Images) - 1
			all = append(all, made{project.Cluster{Name: all[at].Name, Images: all[at].Images[last:]}, all[at].first})
			all[at].Images = all[at].Images[:last:last]
		}
	}
	slices.SortStableFunc(all, func(a, b made) int {
		if c := cmp.Compare(len(b.Images), len(a.Images)); c != 0 {
			return c
		}
		return cmp.Compare(a.first, b.first)
	})
	out := make([]project.Cluster, 0, len(all)+1)
	for i, c := range all {
		c.ID = i
		out = append(out, c.Cluster)
	}
	if none != nil {
		out = append(out, *none)
	}
	return out
}

// typical orders contents by falling cosine to the mean of their vectors.
func typical(of []int, unit embed.Matrix) []int {
	mean := make([]float64, unit.Cols)
	for _, i := range of {
		for j, v := range unit.Row(i) {
			mean[j] += float64(v)
		}
	}
	score := make(map[int]float64, len(of))
	for _, i := range of {
		var s float64
		for j, v := range unit.Row(i) {
			s += float64(v) * mean[j]
		}
		score[i] = s
	}
	out := slices.Clone(of)
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(score[b], score[a]) })
	return out
}

// terms are the words that speak of a content: its label, its predicted
// classes, and words of its path that say more than a camera's counter.
func terms(c Content, classes func(int) []project.Prediction, i int) []cluster.Term {
	var out []cluster.Term
	seen := map[string]bool{}
	add := func(word string, weight float64) {
		if lower := strings.ToLower(word); !seen[lower] {
			seen[lower] = true
			out = append(out, cluster.Term{Word: word, Weight: weight})
		}
	}
	if len(c.Files) == 0 {
		return nil
	}
	if label := c.Files[0].Label; label != "" {
		add(label, 1)
	}
	if classes != nil {
		for _, p := range classes(i) {
			add(strings.ReplaceAll(p.Name, "_", " "), float64(p.Confidence))
		}
	}
	for _, w := range words(c.Files[0].Shown) {
		add(w, 0.5)
	}
	return out
}

// words are those of the folders and the name that consist of letters, at
// least four; split names and what cameras write are left out.
func words(shown string) []string {
	shown = strings.TrimSuffix(shown, path.Ext(shown))
	var out []string
	for _, w := range strings.FieldsFunc(shown, func(r rune) bool { return !unicode.IsLetter(r) }) {
		lower := strings.ToLower(w)
		if len([]rune(w)) >= 4 && !empty[lower] {
			out = append(out, lower)
		}
	}
	return out
}

// empty are words of paths that say nothing of a picture.
var empty = map[string]bool{
	"image": true, "images": true, "photo": true, "photos": true, "picture": true, "pictures": true, "file": true,
	"train": true, "training": true, "test": true, "valid": true, "validation": true, "data": true, "dataset": true,
	"dcim": true, "dscn": true, "dscf": true, "pxl": true, "copy": true, "jpeg": true, "screenshot": true, "untitled": true,
}
