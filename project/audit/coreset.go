package audit

import (
	"context"
	"fmt"
	"slices"

	"kindred/embed"
	"kindred/embed/coreset"
	"kindred/embed/neighbor"
	"kindred/project"
)

// Spread says how well a choice of images covers all of them.
type Spread struct {
	Mean, Max float64 // distance 1 - cosine of an image to the nearest chosen one
	// Probe is the part of the images not chosen whose label a linear
	// classifier, trained on the chosen ones, gets right. It is there when
	// Probed.
	Probe  float64
	Probed bool
}

// Coreset is a choice of images that stand for all.
type Coreset struct {
	Images []project.Representative // in the order of the choice
	// Uniqueness and Representative of the images chosen, beside Images: see
	// package coreset.
	Uniqueness, Representative []float32
	// Chosen is how well the choice covers the collection, and Random how
	// well as many images drawn by chance do, in the mean of some draws.
	Chosen, Random Spread
}

// draws is the number of random choices that a coreset is compared with.
const draws = 5

// Representatives chooses count images, one file of a content at most, so that
// equal copies are never both chosen; when there are fewer contents, it returns
// one file of each.
func Representatives(ctx context.Context, kernel embed.Kernel, contents []Content, unit embed.Matrix, graph neighbor.Graph, count int) (Coreset, error) {
	out := Coreset{Images: []project.Representative{}}
	if len(contents) != unit.Rows {
		return out, fmt.Errorf("coreset: %d contents, %d vectors", len(contents), unit.Rows)
	}
	if unit.Cols > neighbor.IndexDims && unit.Rows > neighbor.IndexDims {
		index, err := neighbor.PCA(ctx, kernel, unit, neighbor.IndexDims, seed)
		if err != nil {
			return out, err
		}
		unit = neighbor.Normalize(index)
	}
	chosen, err := coreset.Choose(ctx, kernel, unit, graph, count, seed)
	if err != nil {
		return out, err
	}
	class, _ := classesOf(contents)
	cover, err := coreset.Cover(ctx, kernel, unit, chosen)
	if err != nil {
		return out, err
	}
	out.Chosen = Spread{Mean: cover.Mean, Max: cover.Max}
	out.Chosen.Probe, out.Chosen.Probed = coreset.Probe(unit, class, chosen)
	out.Random.Probed = true
	for k := range draws {
		drawn := coreset.Random(unit.Rows, len(chosen), seed+uint64(k))
		c, err := coreset.Cover(ctx, kernel, unit, drawn)
		if err != nil {
			return out, err
		}
		out.Random.Mean += c.Mean / draws
		out.Random.Max += c.Max / draws
		p, ok := coreset.Probe(unit, class, drawn)
		out.Random.Probe += p / draws
		out.Random.Probed = out.Random.Probed && ok
	}
	unique, typical := coreset.Uniqueness(graph), coreset.Representativeness(graph)
	if graph.Len() == 0 { // a single image
		unique, typical = make([]float32, unit.Rows), make([]float32, unit.Rows)
	}
	for k, i := range chosen {
		out.Images = append(out.Images, project.Representative{
			Finding: project.Finding{
				ID:    byShown(contents[i].Files)[0].ID,
				Score: 1 - float32(k)/float32(len(chosen)),
				Why:   standsFor(cover.Stands[k], unit.Rows, unique[i], typical[i]),
			},
			Stands: cover.Stands[k],
		})
		out.Uniqueness = append(out.Uniqueness, unique[i])
		out.Representative = append(out.Representative, typical[i])
	}
	return out, ctx.Err()
}

func standsFor(stands, of int, unique, typical float32) string {
	text := "stands for itself only"
	switch {
	case stands == 2:
		text = "stands for one other image"
	case stands > 2:
		text = fmt.Sprintf("stands for %d other images (%.2g %% of all)", stands-1, 100*float64(stands)/float64(of))
	}
	return fmt.Sprintf("%s; uniqueness %.2f, representativeness %.2f", text, unique, typical)
}

// classesOf numbers the labels; contents without one have -1.
func classesOf(contents []Content) (class []int, labels []string) {
	for _, c := range contents {
		if l := labelOf(c); l != "" {
			labels = append(labels, l)
		}
	}
	slices.Sort(labels)
	labels = slices.Compact(labels)
	class = make([]int, len(contents))
	for i, c := range contents {
		class[i] = -1
		if at, found := slices.BinarySearch(labels, labelOf(c)); found {
			class[i] = at
		}
	}
	return class, labels
}
