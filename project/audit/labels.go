package audit

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"kindred/embed"
	"kindred/embed/neighbor"
	"kindred/embed/predict"
	"kindred/project"
)

// MislabelFlag is the probability from which a label is called wrong.
const MislabelFlag = 0.5

// LabelCheck is what is said of the labels of a set of contents.
type LabelCheck struct {
	Names    []string // the labels, sorted; Verdicts hold their numbers
	Verdicts []LabelVerdict
	Estimate project.Estimate // of wrong labels among all files
}

// LabelVerdict is what is said of the files of one content that bear one label.
type LabelVerdict struct {
	Content, Label, Suggested int32
	Wrong                     float32 // probability that Label is wrong
	Belief                    float32 // probability of Suggested, from the picture alone
}

// Labels judges the label of every file that has one: see predict.FindWrong.
// unit holds a vector a content; raw says that it is in the model's own space,
// not in the index space. Without labels the answer is empty.
func Labels(ctx context.Context, kernel embed.Kernel, contents []Content, unit embed.Matrix, raw bool) (LabelCheck, error) {
	if len(contents) != unit.Rows {
		return LabelCheck{}, fmt.Errorf("check labels: %d contents, %d vectors", len(contents), unit.Rows)
	}
	names := map[string]int32{}
	var order []int // contents with a label, in the order of their paths: the same whatever the scan did first
	for i, c := range contents {
		has := false
		for _, f := range c.Files {
			if f.Label != "" {
				names[f.Label], has = 0, true
			}
		}
		if has {
			order = append(order, i)
		}
	}
	if len(order) == 0 {
		return LabelCheck{}, ctx.Err()
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(strings.Compare(firstShown(contents[a]), firstShown(contents[b])), cmp.Compare(a, b))
	})
	check := LabelCheck{Names: sortedKeys(names)}
	for i, name := range check.Names {
		names[name] = int32(i)
	}
	rows := embed.NewMatrix(len(order), unit.Cols)
	l := predict.Labelled{Classes: make([][]int32, len(order)), Count: len(check.Names)}
	for r, i := range order {
		copy(rows.Row(r), unit.Row(i))
		l.Classes[r] = labelsOf(contents[i], names)
	}
	var err error
	if l.Features, err = predict.Features(ctx, kernel, rows, raw); err != nil {
		return LabelCheck{}, fmt.Errorf("check labels: %w", err)
	}
	found, err := predict.FindWrong(ctx, kernel, l)
	if err != nil {
		return LabelCheck{}, fmt.Errorf("check labels: %w", err)
	}
	wrong, files := 0.0, 0
	for _, v := range found.List {
		i := order[v.Row]
		check.Verdicts = append(check.Verdicts, LabelVerdict{int32(i), v.Class, v.Suggested, v.Wrong, v.Belief})
		for _, f := range contents[i].Files {
			if f.Label != "" && names[f.Label] == v.Class {
				wrong += float64(v.Wrong)
				files++
			}
		}
	}
	times := 1.0 // copies count like any file
	if found.Wrong > 0 {
		times = wrong / found.Wrong
	}
	check.Estimate = project.Estimate{
		Wrong: int(math.Round(wrong)), Low: int(math.Floor(found.Low * times)), High: min(files, int(math.Ceil(found.High*times))),
	}
	return check, ctx.Err()
}

func firstShown(c Content) string {
	first := c.Files[0].Shown
	for _, f := range c.Files {
		first = min(first, f.Shown)
	}
	return first
}

// labelsOf are the labels of a content's files, by number, each once.
func labelsOf(c Content, names map[string]int32) []int32 {
	var out []int32
	for _, f := range c.Files {
		if f.Label != "" {
			out = append(out, names[f.Label])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// RankMislabels lists every labelled file by falling score, ties by path, with
// a reason for those that are in doubt. graph says what is near.
func RankMislabels(contents []Content, check LabelCheck, graph neighbor.Graph) []project.Mislabel {
	type entry struct {
		project.Mislabel
		shown string
	}
	var all []entry
	for _, v := range check.Verdicts {
		c := contents[v.Content]
		m := project.Mislabel{Label: check.Names[v.Label], Suggested: check.Names[v.Suggested]}
		m.Score, m.Flagged = v.Wrong, v.Wrong >= MislabelFlag
		if v.Suggested != v.Label && int(v.Content) < graph.Len() {
			m.Why, m.Near = speakers(contents, graph, v, m)
		}
		for _, f := range c.Files {
			if f.Label == m.Label {
				m.ID = f.ID
				all = append(all, entry{m, f.Shown})
			}
		}
	}
	slices.SortFunc(all, func(a, b entry) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.shown, b.shown), cmp.Compare(a.ID, b.ID))
	})
	out := make([]project.Mislabel, len(all))
	for i, e := range all {
		out[i] = e.Mislabel
	}
	return out
}

// doubt is the score from which a label has a reason against it.
const doubt = 0.05

// speakers are the neighbours that bear the suggested label, and the reason in
// words.
func speakers(contents []Content, graph neighbor.Graph, v LabelVerdict, m project.Mislabel) (why string, near []project.FileID) {
	ids, _ := graph.Row(int(v.Content))
	labelled, with, against := 0, 0, 0
	for _, id := range ids {
		voice, own, any := project.FileID(0), false, false
		for _, f := range contents[id].Files {
			any = any || f.Label != ""
			own = own || f.Label == m.Label
			if f.Label == m.Suggested && voice == 0 {
				voice = f.ID
			}
		}
		if any {
			labelled++
		}
		if own {
			with++
		}
		if voice != 0 {
			against++
			if len(near) < 5 {
				near = append(near, voice)
			}
		}
	}
	switch {
	case v.Wrong < doubt:
		return "", near
	case labelled == 0:
		return fmt.Sprintf("looks like %s: %.0f %%", m.Suggested, 100*v.Belief), near
	}
	return fmt.Sprintf("looks like %s: %.0f %%; of the %d labelled images most like it, %d are %s and %d are %s",
		m.Suggested, 100*v.Belief, labelled, against, m.Suggested, with, m.Label), near
}

// labelsMagic opens an encoded label check; its last byte is the version of
// the form.
const labelsMagic = "KLB\x01"

var errLabels = errors.New("not a check of labels")

const verdictBytes = 20

// Encode writes magic, the estimate and the number of verdicts (uint32 each),
// then the verdicts as content, label, suggested (uint32), wrong and belief
// (float32), little endian. The names are those of the contents.
func (c LabelCheck) Encode() []byte {
	b := append(make([]byte, 0, 20+verdictBytes*len(c.Verdicts)), labelsMagic...)
	for _, v := range []int{c.Estimate.Wrong, c.Estimate.Low, c.Estimate.High, len(c.Verdicts)} {
		b = binary.LittleEndian.AppendUint32(b, uint32(v))
	}
	for _, v := range c.Verdicts {
		for _, x := range []uint32{uint32(v.Content), uint32(v.Label), uint32(v.Suggested), math.Float32bits(v.Wrong), math.Float32bits(v.Belief)} {
			b = binary.LittleEndian.AppendUint32(b, x)
		}
	}
	return b
}

// DecodeLabels reads what Encode wrote for these contents. Anything else is
// refused.
func DecodeLabels(b []byte, contents []Content) (LabelCheck, error) {
	if len(b) < 20 || string(b[:4]) != labelsMagic {
		return LabelCheck{}, errLabels
	}
	word := func(at int) int { return int(binary.LittleEndian.Uint32(b[at:])) }
	n := word(16)
	if n < 0 || len(b) != 20+verdictBytes*n {
		return LabelCheck{}, fmt.Errorf("%w: %d bytes for %d", errLabels, len(b), n)
	}
	names := map[string]int32{}
	for _, c := range contents {
		for _, f := range c.Files {
			if f.Label != "" {
				names[f.Label] = 0
			}
		}
	}
	c := LabelCheck{Names: sortedKeys(names), Estimate: project.Estimate{Wrong: word(4), Low: word(8), High: word(12)}}
	c.Verdicts = make([]LabelVerdict, n)
	for i := range c.Verdicts {
		at := 20 + verdictBytes*i
		v := LabelVerdict{
			int32(word(at)), int32(word(at + 4)), int32(word(at + 8)),
			math.Float32frombits(uint32(word(at + 12))), math.Float32frombits(uint32(word(at + 16))),
		}
		if v.Content < 0 || int(v.Content) >= len(contents) || v.Label < 0 || int(v.Label) >= len(names) ||
			v.Suggested < 0 || int(v.Suggested) >= len(names) || !(v.Wrong >= 0 && v.Wrong <= 1) || !(v.Belief >= 0 && v.Belief <= 1) {
			return LabelCheck{}, fmt.Errorf("%w: verdict %d", errLabels, i)
		}
		c.Verdicts[i] = v
	}
	return c, nil
}
