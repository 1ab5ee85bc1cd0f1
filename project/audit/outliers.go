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
	"kindred/embed/outlier"
	"kindred/project"
)

// OutlierFlag is the probability from which an image is called an outlier.
const OutlierFlag = 0.5

// Outliers scores every content by how far it stands out from all groups of
// the collection: see package outlier. axes, when it has rows, are those of the
// index space that unit is in.
func Outliers(ctx context.Context, kernel embed.Kernel, unit, axes embed.Matrix, graph neighbor.Graph) ([]float32, error) {
	if unit.Rows < 3 {
		return make([]float32, unit.Rows), embed.CheckFinite(unit)
	}
	r, err := outlier.Find(ctx, kernel, unit, axes, graph, seed)
	return r.Score, err
}

// OutliersWithin scores every content among those of the same label; those
// without a label are one group more. A content whose files bear several
// labels is judged by the first.
func OutliersWithin(ctx context.Context, kernel embed.Kernel, contents []Content, unit, axes embed.Matrix) ([]float32, error) {
	if len(contents) != unit.Rows {
		return nil, fmt.Errorf("outliers within labels: %d contents, %d vectors", len(contents), unit.Rows)
	}
	of := map[string][]int{}
	for i, c := range contents {
		of[labelOf(c)] = append(of[labelOf(c)], i)
	}
	score := make([]float32, len(contents))
	for _, label := range sortedKeys(of) {
		members := of[label]
		part := embed.NewMatrix(len(members), unit.Cols)
		for i, m := range members {
			copy(part.Row(i), unit.Row(m))
		}
		graph, err := neighbor.Build(ctx, kernel, part, outlier.Neighbour)
		if err != nil {
			return nil, fmt.Errorf("outliers of %q: %w", label, err)
		}
		found, err := Outliers(ctx, kernel, part, axes, graph)
		if err != nil {
			return nil, fmt.Errorf("outliers of %q: %w", label, err)
		}
		for i, m := range members {
			score[m] = found[i]
		}
	}
	return score, nil
}

func labelOf(c Content) string {
	if len(c.Files) == 0 {
		return ""
	}
	return c.Files[0].Label
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// RankOutliers lists the files of all contents by falling score, ties by path.
// why is asked for the reason of content i.
func RankOutliers(contents []Content, score []float32, why func(i int) string) []project.Finding {
	type entry struct {
		project.Finding
		shown string
	}
	var all []entry
	for i, c := range contents {
		if len(c.Files) == 0 {
			continue
		}
		reason := why(i)
		for _, f := range c.Files {
			all = append(all, entry{project.Finding{ID: f.ID, Score: score[i], Flagged: score[i] >= OutlierFlag, Why: reason}, f.Shown})
		}
	}
	slices.SortFunc(all, func(a, b entry) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.shown, b.shown), cmp.Compare(a.ID, b.ID))
	})
	out := make([]project.Finding, len(all))
	for i, e := range all {
		out[i] = e.Finding
	}
	return out
}

// scoresMagic opens encoded scores; its last byte is the version of the form.
const scoresMagic = "KSC\x01"

var errScores = errors.New("not a list of scores")

// EncodeScores writes scores: magic, then each as float32, little endian.
func EncodeScores(scores []float32) []byte {
	b := append(make([]byte, 0, 4+4*len(scores)), scoresMagic...)
	for _, s := range scores {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(s))
	}
	return b
}

// DecodeScores reads what EncodeScores wrote for so many contents. Anything
// else, and scores outside 0 to 1, are refused.
func DecodeScores(b []byte, contents int) ([]float32, error) {
	if len(b) != 4+4*contents || string(b[:4]) != scoresMagic {
		return nil, fmt.Errorf("%w: %d bytes for %d", errScores, len(b), contents)
	}
	out := make([]float32, contents)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4+4*i:]))
		if !(out[i] >= 0 && out[i] <= 1) {
			return nil, fmt.Errorf("%w: score %d", errScores, i)
		}
	}
	return out, nil
}

// LabelGroups are the contents by label, in the order of the labels; those
// without one stand first, under "".
func LabelGroups(contents []Content) []GroupName {
	of := map[string][]int32{}
	for i, c := range contents {
		of[labelOf(c)] = append(of[labelOf(c)], int32(i))
	}
	var out []GroupName
	for _, label := range sortedKeys(of) {
		out = append(out, GroupName{Name: label, Members: of[label]})
	}
	return out
}
