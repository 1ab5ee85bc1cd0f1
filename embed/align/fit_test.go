package align

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"kindred/embed"
	"kindred/embed/neighbor"
)

// TestFeaturesForTheFit writes the features of candidate pairs for fit/fit.py.
func TestFeaturesForTheFit(t *testing.T) {
	sets := os.Getenv("KINDRED_FIT")
	if sets == "" {
		t.Skip("KINDRED_FIT names no pairs made by fit/pairs.py")
	}
	for _, out := range strings.Split(sets, ",") {
		if err := writeFeatures(t.Context(), out); err != nil {
			t.Fatal(err)
		}
	}
}

func writeFeatures(ctx context.Context, out string) error {
	var truth struct{ Files []string }
	data, err := os.ReadFile(out + ".truth.json")
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, &truth); err != nil {
		return err
	}
	n := len(truth.Files)
	if data, err = os.ReadFile(out + ".f32"); err != nil {
		return err
	}
	m := embed.NewMatrix(n, len(data)/4/n)
	for i := range m.Data {
		m.Data[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	if data, err = os.ReadFile(out + ".thumb"); err != nil {
		return err
	}
	pictures := make([]*Picture, n)
	for i := range pictures {
		at := func(k int) int { return int(binary.LittleEndian.Uint32(data[4*k:])) }
		w, h := at(0), at(1)
		pictures[i] = Prepare(embed.Pixels{W: w, H: h, Pix: data[16 : 16+3*w*h]}, at(2), at(3))
		data = data[16+3*w*h:]
	}
	g, err := neighbor.Build(ctx, embed.GoKernel{}, neighbor.Normalize(m), 16)
	if err != nil {
		return err
	}
	file, err := os.Create(out + ".features")
	if err != nil {
		return err
	}
	w := bufio.NewWriter(file)
	enc := json.NewEncoder(w)
	c := NewComparer()
	seen := map[[2]int]bool{}
	for i := range n {
		index, score := g.Row(i)
		for j, to := range index {
			a, b := min(i, int(to)), max(i, int(to))
			if seen[[2]int{a, b}] {
				continue
			}
			seen[[2]int{a, b}] = true
			if err := enc.Encode(map[string]any{
				"a": truth.Files[a], "b": truth.Files[b], "cosine": score[j],
				"f": c.Compare(pictures[a], pictures[b], float64(score[j])).Features,
			}); err != nil {
				return err
			}
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return file.Close()
}
