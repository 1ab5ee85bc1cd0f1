package workspace

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"kindred/embed"
	"kindred/project/job"
)

// counter is an encoder that counts the pictures it is given. Its vector is the
// mean of each colour, then the value that makes it another model than others.
type counter struct {
	name  string
	extra float32
	seen  atomic.Int64
}

func (c *counter) Spec() embed.Spec {
	return embed.Spec{
		ID: embed.ModelID(c.name), Name: c.name, Dim: 4,
		Input: embed.Preprocess{Resize: 8, Width: 8, Height: 8, Scale: 1. / 255, Std: [3]float32{1, 1, 1}},
	}
}

func (c *counter) Encode(_ context.Context, input []float32, n int) ([]embed.Encoding, error) {
	c.seen.Add(int64(n))
	out := make([]embed.Encoding, n)
	for i := range out {
		v := []float32{0, 0, 0, c.extra}
		for j, x := range input[i*192 : (i+1)*192] {
			v[j/64] += x / 64
		}
		out[i].Embedding = v
	}
	return out, nil
}

func (c *counter) Close() error { return nil }

// Each model's vectors and findings stay with the project: back with a model
// that has seen all, nothing is encoded and nothing is computed again.
func TestSwitchingBackIsInstant(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	folder := filepath.Join(dir, "photos")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	draw := func(i int) {
		m := image.NewRGBA(image.Rect(0, 0, 32, 32))
		for p := range 32 * 32 {
			m.Set(p%32, p/32, color.RGBA{uint8(i * 20), uint8(p / 4 * (i % 2)), uint8(p), 255})
		}
		f, err := os.Create(filepath.Join(folder, fmt.Sprintf("%02d.png", i)))
		if err != nil {
			t.Fatal(err)
		}
		if err := png.Encode(f, m); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 10 {
		draw(i)
	}
	encoders := map[string]*counter{"own": {name: "own"}, "added": {name: "added", extra: 1}}
	kernels := 0
	var remembered Remembered
	// visit opens the project with a model, brings it up to date and looks at
	// the findings. It returns how many pictures were encoded.
	visit := func(model string, remember bool) int64 {
		t.Helper()
		e := encoders[model]
		before := e.seen.Load()
		w, err := Open(ctx, Params{
			File: filepath.Join(dir, "p.kindred"), Create: true, Thumbnails: filepath.Join(dir, "thumbnails.db"), Workers: 2,
			Pick:   func(_ context.Context, r Remembered) (embed.Encoder, error) { remembered = r; return e, nil },
			Kernel: func() (embed.Kernel, error) { kernels++; return embed.GoKernel{}, nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := w.Close(); err != nil {
				t.Error(err)
			}
		}()
		if err := w.AddFolders(ctx, []string{folder}); err != nil {
			t.Fatal(err)
		}
		if remember {
			if err := w.RememberModel(ctx, model); err != nil {
				t.Fatal(err)
			}
		}
		r := job.NewRunner(func([]job.Status) {})
		defer r.Close()
		ended := make(chan error, 1)
		r.Start("all", func(ctx context.Context, p *job.Progress) error {
			_, err := w.Scan(ctx, ScanOptions{}, p)
			if err == nil {
				err = w.Refresh(ctx, p, nil)
			}
			ended <- err
			return err
		})
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		counts, err := w.Counts(ctx)
		if err != nil || counts.Pending != 0 || counts.Ready != counts.Images {
			t.Errorf("%s: %+v, %v", model, counts, err)
		}
		return e.seen.Load() - before
	}
	if n := visit("own", false); n != 10 || remembered != (Remembered{}) {
		t.Errorf("at first %d encoded, remembered %+v", n, remembered)
	}
	if n := visit("added", true); n != 10 {
		t.Errorf("with another model %d encoded", n)
	}
	kernels = 0
	for _, model := range []string{"own", "added", "own"} {
		if n := visit(model, false); n != 0 || kernels != 0 {
			t.Errorf("back to %q: %d encoded, kernel asked for %d times", model, n, kernels)
		}
		if remembered != (Remembered{ID: "added", Name: "added"}) {
			t.Errorf("remembered %+v", remembered)
		}
	}
	draw(10)
	for _, model := range []string{"own", "added"} {
		if n := visit(model, false); n != 1 {
			t.Errorf("a new picture: %q encoded %d", model, n)
		}
	}
}
