package predict

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/embed"
)

// blobs are rows of classes that lie apart, each around a point of its own.
func blobs(random *rand.Rand, classes, each, cols int, spread float64) (embed.Matrix, []int32) {
	centres := embed.NewMatrix(classes, cols)
	for i := range centres.Data {
		centres.Data[i] = float32(random.NormFloat64())
	}
	m := embed.NewMatrix(classes*each, cols)
	truth := make([]int32, m.Rows)
	for i := range m.Rows {
		truth[i] = int32(i % classes)
		for j := range cols {
			m.Row(i)[j] = centres.Row(i % classes)[j] + float32(spread*random.NormFloat64())
		}
	}
	return m, truth
}

func judge(t *testing.T, m embed.Matrix, labels []int32, count int) Verdicts {
	t.Helper()
	ctx := context.Background()
	f, err := Features(ctx, embed.GoKernel{}, m, true)
	if err != nil {
		t.Fatal(err)
	}
	l := Labelled{Features: f, Count: count}
	for _, c := range labels {
		l.Classes = append(l.Classes, []int32{c})
	}
	v, err := FindWrong(ctx, embed.GoKernel{}, l)
	if err != nil {
		t.Fatal(err)
	}
	if len(v.List) != len(labels) {
		t.Fatalf("%d verdicts on %d labels", len(v.List), len(labels))
	}
	for _, x := range v.List {
		if !(x.Wrong >= 0 && x.Wrong <= 1) || !(x.Belief >= 0 && x.Belief <= 1) || int(x.Suggested) >= count {
			t.Fatalf("%+v", x)
		}
	}
	if !(v.Low >= 0 && v.Low <= v.Wrong && v.Wrong <= v.High && v.High <= float64(len(labels))) {
		t.Fatalf("%v in %v to %v of %d", v.Wrong, v.Low, v.High, len(labels))
	}
	return v
}

func TestPlantedErrorsAreFoundAndCounted(t *testing.T) {
	for trial := range uint64(3) {
		random := rand.New(rand.NewPCG(trial, 1))
		m, truth := blobs(random, 5, 80, 24, 0.7)
		labels := slices.Clone(truth)
		wrong := 0
		for i := range labels {
			if random.Float64() < 0.06 {
				labels[i] = (truth[i] + 1 + int32(random.IntN(4))) % 5
				wrong++
			}
		}
		v := judge(t, m, labels, 5)
		flagged, right, suggested := 0, 0, 0
		for _, x := range v.List {
			if x.Wrong < 0.5 {
				continue
			}
			flagged++
			if x.Class != truth[x.Row] {
				right++
				if x.Suggested == truth[x.Row] {
					suggested++
				}
			}
		}
		if right < wrong*8/10 || right < flagged*8/10 || suggested < right*9/10 {
			t.Errorf("trial %d: %d wrong, %d flagged, %d of them rightly, %d with the right label", trial, wrong, flagged, right, suggested)
		}
		if float64(wrong) < v.Low-1 || float64(wrong) > v.High+1 {
			t.Errorf("trial %d: %d wrong, estimate %.1f to %.1f", trial, wrong, v.Low, v.High)
		}
	}
}

func TestOneClassOftenTakenForAnother(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 1))
	m, truth := blobs(random, 4, 120, 24, 0.7)
	labels := slices.Clone(truth)
	planted := 0
	for i := range labels {
		if truth[i] == 1 && random.Float64() < 0.25 {
			labels[i] = 2
			planted++
		}
	}
	found, false2 := 0, 0
	for _, x := range judge(t, m, labels, 4).List {
		if x.Wrong >= 0.5 && x.Class != truth[x.Row] {
			found++
		} else if x.Wrong >= 0.5 {
			false2++
		}
	}
	if found < planted/3 || false2 > found/4 {
		t.Errorf("%d of %d found, %d falsely", found, planted, false2)
	}
}

// Labels that carry no error must not be called wrong.
func TestCleanLabels(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 1))
	for _, classes := range []int{2, 7} {
		m, truth := blobs(random, classes, 40, 16, 0.8)
		v := judge(t, m, truth, classes)
		for _, x := range v.List {
			if x.Wrong >= 0.5 {
				t.Errorf("%d classes: %+v", classes, x)
			}
		}
		if v.Low > 1 {
			t.Errorf("%d classes: at least %.1f of no errors", classes, v.Low)
		}
	}
}

func TestSmallAndOddInputs(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 1))
	m, _ := blobs(random, 1, 12, 8, 1)
	for n := range 4 {
		labels := []int32{0, 1, 0}[:n]
		judge(t, m.Slice(0, n), labels, max(n, 1))
	}
	// One class: nothing to suggest. A class each: nothing to compare with.
	one := make([]int32, 12)
	each := make([]int32, 12)
	for i := range each {
		each[i] = int32(i)
	}
	for _, labels := range [][]int32{one, each} {
		for _, x := range judge(t, m, labels, int(slices.Max(labels))+1).List {
			if x.Wrong != 0 {
				t.Errorf("%+v", x)
			}
		}
	}
	// A class of one row among large ones.
	big, truth := blobs(random, 3, 30, 8, 0.5)
	truth[4] = 3
	for _, x := range judge(t, big, truth, 4).List {
		if x.Row == 4 && x.Wrong != 0 {
			t.Errorf("the only one of its class: %+v", x)
		}
	}
	// All alike.
	for i := range m.Data {
		m.Data[i] = 1
	}
	for i := range one {
		one[i] = int32(i % 2)
	}
	for _, x := range judge(t, m, one, 2).List {
		if x.Wrong >= 0.5 {
			t.Errorf("alike: %+v", x)
		}
	}
	m.Data[3] = float32(math.NaN())
	if _, err := Features(context.Background(), embed.GoKernel{}, m, true); err == nil {
		t.Error("NaN was accepted")
	}
}

func TestSameAnswerTwiceAndCancel(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 1))
	m, truth := blobs(random, 4, 50, 16, 1.5)
	a, b := judge(t, m, truth, 4), judge(t, m, truth, 4)
	if !slices.Equal(a.List, b.List) || a.Wrong != b.Wrong {
		t.Error("two runs differ")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	l := Labelled{Features: m, Count: 4}
	for _, c := range truth {
		l.Classes = append(l.Classes, []int32{c})
	}
	if _, err := FindWrong(ctx, embed.GoKernel{}, l); err == nil {
		t.Error("a cancelled run gave an answer")
	}
}

// The gradient of the link against differences of its loss.
func TestLinkGradient(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 1))
	l := Labelled{Features: embed.NewMatrix(40, 2), Count: 3}
	z, v := embed.NewMatrix(40, 3), embed.NewMatrix(40, 3)
	for i := range z.Data {
		z.Data[i], v.Data[i] = float32(random.NormFloat64()), float32(random.NormFloat64())
	}
	for range 40 {
		l.Classes = append(l.Classes, []int32{int32(random.IntN(3))})
	}
	k := newLink(l, []int{10, 10, 10}, z, v)
	x, g, none := []float32{0.2, 0.4, -1}, make([]float32, 3), make([]float32, 3)
	k.take(x)
	k.loss(x, g)
	for i := range x {
		const h = 1e-3
		at := func(d float32) float64 {
			y := slices.Clone(x)
			y[i] += d
			k.take(y)
			return k.loss(y, none)
		}
		want := (at(h) - at(-h)) / (2 * h)
		if math.Abs(want-float64(g[i])) > 1e-3 {
			t.Errorf("gradient %d is %v, want %v", i, g[i], want)
		}
	}
}
