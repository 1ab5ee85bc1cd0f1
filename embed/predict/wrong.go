package predict

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"kindred/embed"
	"kindred/embed/neighbor"
)

// Verdict is what is said of one label of one row.
type Verdict struct {
	Row, Class int32
	Suggested  int32   // the likeliest other class
	Wrong      float32 // probability that Class is wrong
	Belief     float32 // probability of Suggested, from the picture alone
}

// Verdicts are on all labels, by row and then class, with what they say of the
// whole.
type Verdicts struct {
	List []Verdict
	// Wrong is the number of wrong labels to be expected, and Low and High hold
	// it with a probability of about 95 %.
	Wrong, Low, High float64
}

const (
	folds  = 10
	rounds = 2
	voters = 64   // neighbours that vote
	keen   = 15.0 // a vote weighs e^(keen (cosine - nearest cosine))
)

// FindWrong judges every label by pictures that are not judged themselves: by
// the probe of the other folds and by the votes of the nearest neighbours.
// Both are joined to one probability of every class, and calibrated, under the
// model that a share of the labels is drawn at random: of a label c on a
// picture x
//
//	P(label = c | x) = (1-noise) softmax(scale z + trust v)_c + noise/classes
//
// with the probe's logits z and the logarithms of the votes v. The three
// numbers scale, trust and noise are those of the greatest likelihood. What
// the model calls noise is then known for each label. That noise can be told
// from doubt at all is the point of Northcutt, Jiang and Chuang, "Confident
// learning: estimating uncertainty in dataset labels", 2021: sure predictions
// that the label contradicts are counted, unsure ones are not.
//
// Labels are corrected by what was found and all is done once more. Classes
// that are mistaken for each other more than by chance: see mistakes.
//
// A class that few rows bear says little about its labels: the probability is
// reduced, to 0 where the class has a single row.
func FindWrong(ctx context.Context, kernel embed.Kernel, l Labelled) (Verdicts, error) {
	n := l.Features.Rows
	if n == 0 {
		return Verdicts{}, ctx.Err()
	}
	rows := make([]int, l.Count) // that bear each class
	for _, mine := range l.Classes {
		for _, c := range mine {
			rows[c]++
		}
	}
	k := folds
	if l.Count > 200 {
		k = 3
	}
	k = max(1, min(k, n))
	g, err := neighbor.Build(ctx, kernel, neighbor.Normalize(l.Features), voters)
	if err != nil {
		return Verdicts{}, err
	}
	fold, targets := deal(l, k), l.Shares()
	var out Verdicts
	var weights [][]float32
	for round := range rounds {
		if round > 0 {
			targets = corrected(l, out)
		}
		logits, learned, err := OutOfSample(ctx, kernel, l, targets, fold, k, weights)
		if err != nil {
			return Verdicts{}, err
		}
		weights = learned
		join := newLink(l, rows, logits, vote(l, targets, g))
		if err := join.fit(ctx); err != nil {
			return Verdicts{}, err
		}
		join.mistake = join.mistakes()
		if out, err = join.verdicts(ctx); err != nil {
			return Verdicts{}, err
		}
		if join.mistake != nil {
			break // which the next round would learn not to see
		}
	}
	return out, nil
}

// corrected are the targets of the next round: a label teaches as much as it is
// believed, and what is suggested in its place the rest.
func corrected(l Labelled, found Verdicts) [][]Share {
	out := make([][]Share, len(l.Classes))
	for _, v := range found.List {
		part := 1 / float32(len(l.Classes[v.Row]))
		out[v.Row] = append(out[v.Row], Share{v.Class, part * (1 - v.Wrong)}, Share{v.Suggested, part * v.Wrong * v.Belief})
	}
	return out
}

// deal puts the rows into folds so that each class is spread evenly.
func deal(l Labelled, k int) []int {
	of := make([][]int, l.Count)
	for i, mine := range l.Classes {
		of[mine[0]] = append(of[mine[0]], i)
	}
	random := rand.New(rand.NewPCG(seed, 0x666f6c64))
	fold := make([]int, len(l.Classes))
	next := 0
	for _, list := range of {
		random.Shuffle(len(list), func(a, b int) { list[a], list[b] = list[b], list[a] })
		for _, i := range list {
			fold[i] = next % k
			next++
		}
	}
	return fold
}

// vote returns the logarithms of the shares of each class among the nearest
// other rows, nearer ones weighing more.
func vote(l Labelled, targets [][]Share, g neighbor.Graph) embed.Matrix {
	out := embed.NewMatrix(l.Features.Rows, l.Count)
	inParallel(out.Rows, func(i int) {
		row := out.Row(i)
		sum := 1.0 // one vote is spread over all
		for j := range row {
			row[j] = float32(1 / float64(l.Count))
		}
		ids, cosines := g.Row(i)
		for j, id := range ids {
			w := math.Exp(keen * float64(cosines[j]-cosines[0]))
			for _, t := range targets[id] {
				row[t.Class] += float32(w) * t.Weight
				sum += w * float64(t.Weight)
			}
		}
		for j, v := range row {
			row[j] = float32(math.Log(float64(v) / sum))
		}
	})
	return out
}

// link joins logits and votes.
type link struct {
	l             Labelled
	rows          []int // of each class
	logits, votes embed.Matrix
	sample        []int // rows that the numbers are fitted on

	scale, trust, noise float64
	mistake             [][]float64 // see mistakes
}

// linkValues bounds the numbers that one evaluation of the likelihood reads.
const linkValues = 2 << 20

func newLink(l Labelled, rows []int, logits, votes embed.Matrix) *link {
	k := &link{l: l, rows: rows, logits: logits, votes: votes}
	step := max(1, l.Features.Rows*l.Count/linkValues)
	for i := 0; i < l.Features.Rows; i += step {
		k.sample = append(k.sample, i)
	}
	return k
}

// What is known of the numbers before any label is seen, which settles them
// where there are few: their mean and standard deviation as they are fitted.
var priors = [3]struct{ mean, deviation float64 }{
	{0.1, 0.7},  // logarithm of scale
	{0.35, 0.3}, // trust
	{-3, 0.7},   // log odds of noise: 5 %, as in sets that are in use (Northcutt, Athalye and Mueller, 2021)
}

func (k *link) fit(ctx context.Context) error {
	x := make([]float32, len(priors))
	for i, p := range priors {
		x[i] = float32(p.mean)
	}
	if k.l.Count < 2 {
		k.take(x)
		k.noise = 0
		return ctx.Err()
	}
	err := minimise(ctx, x, 60, func(ctx context.Context, x, gradient []float32) (float64, error) {
		k.take(x)
		return k.loss(x, gradient), ctx.Err()
	})
	k.take(x)
	return err
}

func (k *link) take(x []float32) {
	k.scale, k.trust, k.noise = math.Exp(float64(x[0])), float64(x[1]), 1/(1+math.Exp(-float64(x[2])))
}

// loss is the mean negative logarithm of the posterior, with its gradient.
func (k *link) loss(x, gradient []float32) float64 {
	terms := make([][4]float64, len(k.sample))
	inParallel(len(k.sample), func(s int) {
		i := k.sample[s]
		p := make([]float32, k.l.Count)
		k.belief(i, p)
		meanZ, meanV := 0.0, 0.0
		z, v := k.logits.Row(i), k.votes.Row(i)
		for j, q := range p {
			meanZ += float64(q) * float64(z[j])
			meanV += float64(q) * float64(v[j])
		}
		even := 1 / float64(k.l.Count)
		for _, c := range k.l.Classes[i] {
			if k.rows[c] < 2 {
				continue
			}
			q := (1-k.noise)*float64(p[c]) + k.noise*even
			share := (1 - k.noise) * float64(p[c]) / q
			terms[s][0] -= math.Log(q)
			terms[s][1] -= share * k.scale * (float64(z[c]) - meanZ)
			terms[s][2] -= share * (float64(v[c]) - meanV)
			terms[s][3] -= (even - float64(p[c])) / q * k.noise * (1 - k.noise)
		}
	})
	var sum [4]float64
	for _, t := range terms {
		for j := range sum {
			sum[j] += t[j]
		}
	}
	n := float64(len(k.sample))
	for j, prior := range priors {
		away := (float64(x[j]) - prior.mean) / prior.deviation
		sum[0] += away * away / 2
		gradient[j] = float32((sum[j+1] + away/prior.deviation) / n)
	}
	return sum[0] / n
}

// belief writes the probability of every class, noise left out.
func (k *link) belief(i int, p []float32) {
	z, v := k.logits.Row(i), k.votes.Row(i)
	for j := range p {
		p[j] = float32(k.scale*float64(z[j]) + k.trust*float64(v[j]))
	}
	softmax(p)
}

func (k *link) verdicts(ctx context.Context) (Verdicts, error) {
	first := make([]int, len(k.l.Classes)+1)
	for i, mine := range k.l.Classes {
		first[i+1] = first[i] + len(mine)
	}
	out := Verdicts{List: make([]Verdict, first[len(k.l.Classes)])}
	information := make([]float64, len(k.l.Classes))
	even := 1 / float64(k.l.Count)
	inParallel(len(k.l.Classes), func(i int) {
		p := make([]float32, k.l.Count)
		k.belief(i, p)
		seen := p // what labels like these would be
		if k.mistake != nil {
			seen = slices.Clone(p)
			undo(p, k.mistake)
		}
		for j, c := range k.l.Classes[i] {
			v := Verdict{Row: int32(i), Class: c, Suggested: c}
			for d, q := range p {
				if int32(d) != c && (v.Suggested == c || q > p[v.Suggested]) {
					v.Suggested = int32(d)
				}
			}
			v.Belief = p[v.Suggested]
			q := (1-k.noise)*float64(seen[c]) + k.noise*even
			wrong := k.noise * even * (1 - float64(p[c])) / q
			if k.mistake != nil {
				meant := float64(p[c]) * ((1-k.noise)*k.mistake[c][c] + k.noise*even)
				wrong = max(0, 1-meant/q)
			}
			if several := len(k.l.Classes[i]); several > 1 {
				wrong = max(wrong, float64(1-p[c])) // one picture, several labels
			}
			v.Wrong = float32(wrong * float64(k.rows[c]-1) / float64(k.rows[c]+1))
			out.List[first[i]+j] = v
			if k.rows[c] > 1 {
				d := (even - float64(seen[c])) / q
				information[i] += d * d
			}
		}
	})
	if err := ctx.Err(); err != nil {
		return Verdicts{}, err
	}
	total := 0.0
	for _, v := range information {
		total += v
	}
	for _, v := range out.List {
		out.Wrong += float64(v.Wrong)
	}
	// The curvature of the likelihood says how well the noise is known; the
	// shape of the model is not known, which the second part allows for.
	n := float64(len(out.List))
	deviation := n
	if total > 0 {
		deviation = min(n, n*(1-even)/math.Sqrt(total))
	}
	margin := 2*deviation + 0.06*out.Wrong
	if k.mistake != nil {
		margin += 0.3 * out.Wrong
	}
	if k.l.Count < 2 {
		margin = 0
	}
	out.Low, out.High = max(0, out.Wrong-margin), min(n, out.Wrong+margin)
	return out, nil
}
