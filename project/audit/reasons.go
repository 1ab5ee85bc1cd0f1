package audit

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"kindred/embed"
	"kindred/embed/neighbor"
	"kindred/project"
)

// Look is what can be seen of a content without a model.
type Look struct {
	Width, Height int
	Quality       project.Quality
}

// GroupName is a set of contents under a name; Members are their numbers.
type GroupName struct {
	Name    string
	Members []int32
}

// Reasons says what sets contents apart from groups and from the rest.
type Reasons struct {
	groups  []GroupName
	own     []int32   // the group of each content, -1 for none
	nearest []int32   // the nearest group
	cosine  []float32 // to the middle of the nearest
	mine    []float32 // to the middle of the own
	usual   []float32 // of the members of each group, the median
	edge    []float32 // of the members of each group, what one of twenty stays below
	labels  bool      // the groups are labels

	looks   []Look
	traits  []trait
	classes func(i int) []project.Prediction
	common  map[string]int // how many contents have this class foremost
}

// ReasonOptions are what Reasons are made of.
type ReasonOptions struct {
	Groups  []GroupName // clusters or labels; those of one member have no middle to be near to
	Labels  bool        // they are labels
	Looks   []Look      // of each content; may be nil
	Classes func(i int) []project.Prediction
}

// NewReasons measures how far each of the contents, whose vectors of length 1
// are the rows of unit, is from each group.
func NewReasons(ctx context.Context, kernel embed.Kernel, unit embed.Matrix, o ReasonOptions) (*Reasons, error) {
	n := unit.Rows
	r := &Reasons{
		groups: o.Groups, labels: o.Labels, looks: o.Looks, classes: o.Classes, common: map[string]int{},
		own: make([]int32, n), nearest: make([]int32, n), cosine: make([]float32, n), mine: make([]float32, n),
	}
	for i := range n {
		r.own[i], r.nearest[i] = -1, -1
	}
	middles := embed.NewMatrix(len(o.Groups), unit.Cols)
	for g, group := range o.Groups {
		for _, i := range group.Members {
			r.own[i] = int32(g)
			for j, v := range unit.Row(int(i)) {
				middles.Data[g*unit.Cols+j] += v / float32(len(group.Members))
			}
		}
	}
	middles = neighbor.Normalize(middles)
	const block = 2048
	for lo := 0; lo < n && len(o.Groups) > 0; lo += block {
		hi := min(lo+block, n)
		cosines, err := kernel.Gemm(ctx, unit.Slice(lo, hi), middles)
		if err != nil {
			return nil, fmt.Errorf("reasons: %w", err)
		}
		for i := lo; i < hi; i++ {
			for g, c := range cosines.Row(i - lo) {
				if r.own[i] == int32(g) {
					r.mine[i] = c
				}
				if len(o.Groups[g].Members) > 1 && (r.nearest[i] < 0 || c > r.cosine[i]) {
					r.nearest[i], r.cosine[i] = int32(g), c
				}
			}
		}
	}
	r.usual, r.edge = make([]float32, len(o.Groups)), make([]float32, len(o.Groups))
	for g, group := range o.Groups {
		cosines := make([]float32, len(group.Members))
		for k, i := range group.Members {
			cosines[k] = r.mine[i]
		}
		if slices.Sort(cosines); len(cosines) > 0 {
			r.usual[g], r.edge[g] = cosines[len(cosines)/2], cosines[len(cosines)/20]
		}
	}
	if o.Classes != nil {
		for i := range n {
			if p := o.Classes(i); len(p) > 0 {
				r.common[p[0].Name]++
			}
		}
	}
	if n > 0 && len(o.Looks) == n {
		r.traits = usualTraits(o.Looks)
	} else {
		r.looks = nil
	}
	return r, ctx.Err()
}

// Why is the reason for content i. With apart it also says by what the image
// differs from the rest.
func (r *Reasons) Why(i int, apart bool) string {
	var parts []string
	if s := r.place(i, apart); s != "" {
		parts = append(parts, s)
	}
	if apart {
		parts = append(parts, r.contrasts(i)...)
		if s := r.class(i); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, "; ")
}

// small is the part of all images below which a group is named as a small one.
const small = 0.1

func (r *Reasons) place(i int, apart bool) string {
	g := r.nearest[i]
	if g < 0 {
		return ""
	}
	said := fmt.Sprintf("%s (cosine %.2f, usual there %.2f)", r.name(g), r.cosine[i], r.usual[g])
	own := r.own[i]
	switch {
	case r.labels && own >= 0 && own != g:
		return fmt.Sprintf("cosine %.2f to the middle of %s, where %.2f is usual; nearer to %s", r.mine[i], r.name(own), r.usual[own], said)
	case r.cosine[i] < r.edge[g]:
		return "far from every group; nearest is " + said
	case apart && own == g && float64(len(r.groups[g].Members)) < small*float64(len(r.own)):
		return fmt.Sprintf("one of %d in the small group %s", len(r.groups[g].Members), said)
	default:
		return "nearest group is " + said
	}
}

func (r *Reasons) name(g int32) string {
	name := r.groups[g].Name
	if name != "" {
		return "'" + name + "'"
	}
	if r.labels {
		return "the images without a label"
	}
	return fmt.Sprintf("a group of %d", len(r.groups[g].Members))
}

// class says what a model takes the image for, where few others are taken for
// that.
func (r *Reasons) class(i int) string {
	if r.classes == nil {
		return ""
	}
	p := r.classes(i)
	const sure, rare = 0.3, 0.02
	if len(p) == 0 || p[0].Confidence < sure {
		return ""
	}
	others := r.common[p[0].Name] - 1
	if float64(others) > rare*float64(len(r.own)) {
		return ""
	}
	name := strings.ReplaceAll(p[0].Name, "_", " ")
	who := fmt.Sprintf("only %d others do", others)
	switch others {
	case 0:
		who = "no other does"
	case 1:
		who = "only one other does"
	}
	return fmt.Sprintf("looks like '%s' (%.2f), as %s", name, p[0].Confidence, who)
}

// trait is one measure with its usual value and spread.
type trait struct {
	of            func(Look) float64
	name          string
	less, more    string
	least         float64 // a smaller difference is not seen
	form          func(float64) string
	middle, spare float64
}

func number(v float64) string { return fmt.Sprintf("%.2f", v) }

// usualTraits measures what is usual: the median, and the median deviation
// from it.
func usualTraits(looks []Look) []trait {
	traits := []trait{
		{name: "brightness", less: "darker", more: "brighter", least: 0.15, form: number, of: func(l Look) float64 { return float64(l.Quality.Brightness) }},
		{name: "contrast", less: "flatter", more: "richer in contrast", least: 0.1, form: number, of: func(l Look) float64 { return float64(l.Quality.Contrast) }},
		{name: "sharpness", less: "softer", more: "crisper", least: 0.2, form: number, of: func(l Look) float64 { return float64(l.Quality.Sharpness) }},
		{name: "colour", less: "greyer", more: "more colourful", least: 0.1, form: number, of: func(l Look) float64 { return float64(l.Quality.Colour) }},
		{name: "tones", less: "plainer", more: "richer in tones", least: 1, form: func(v float64) string { return fmt.Sprintf("%.1f bits", v) }, of: func(l Look) float64 { return float64(l.Quality.Entropy) }},
		{name: "size", less: "smaller", more: "larger", least: 1, form: func(v float64) string { return fmt.Sprintf("%.3g megapixels", math.Exp2(v)/1e6) }, of: func(l Look) float64 { return math.Log2(max(1, float64(l.Width)*float64(l.Height))) }},
		{name: "shape", less: "taller", more: "wider", least: 0.5, form: func(v float64) string { return fmt.Sprintf("%.2f wide to 1 high", math.Exp2(v)) }, of: func(l Look) float64 { return math.Log2(max(1, float64(l.Width)) / max(1, float64(l.Height))) }},
	}
	values := make([]float64, len(looks))
	for t := range traits {
		for i, l := range looks {
			values[i] = traits[t].of(l)
		}
		slices.Sort(values)
		traits[t].middle = values[len(values)/2]
		for i := range values {
			values[i] = math.Abs(values[i] - traits[t].middle)
		}
		slices.Sort(values)
		traits[t].spare = 1.4826 * values[len(values)/2]
	}
	return traits
}

// contrasts are at most two traits by which an image leaves what is usual.
func (r *Reasons) contrasts(i int) []string {
	if r.looks == nil {
		return nil
	}
	const clear, most = 2.5, 2
	type hit struct {
		by   float64
		text string
	}
	var hits []hit
	for _, t := range r.traits {
		v := t.of(r.looks[i])
		by := math.Abs(v-t.middle) / max(t.spare, t.least/clear)
		if by < clear {
			continue
		}
		word := t.more
		if v < t.middle {
			word = t.less
		}
		if by > 2*clear && !strings.HasPrefix(word, "more ") && !strings.HasPrefix(word, "richer ") {
			word = "much " + word
		}
		hits = append(hits, hit{by, fmt.Sprintf("%s than the rest (%s %s, usual %s)", word, t.name, t.form(v), t.form(t.middle))})
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(b.by, a.by) })
	var out []string
	for _, h := range hits[:min(most, len(hits))] {
		out = append(out, h.text)
	}
	return out
}
