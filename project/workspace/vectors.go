package workspace

import (
	"context"
	"fmt"
	"runtime/debug"

	"kindred/embed"
	"kindred/embed/neighbor"
)

// rawUpTo is the number of contents up to which the model's own vectors are
// held in memory, 100 MB at 1,280 values. Beyond it they are brought into the
// index space while they are read: a fifth of the size. As many are drawn to
// learn that space from.
const rawUpTo = 20000

// readVectors loads the vectors into unit, and returns the contents' ids.
func (f *facts) readVectors(ctx context.Context) ([]int64, error) {
	n := 0
	for _, err := range f.w.store.ContentFiles(ctx) {
		if err != nil {
			return nil, err
		}
		n++
	}
	if n > f.w.rawUpTo && f.w.spec.Dim > neighbor.IndexDims {
		return f.readIndexed(ctx, n)
	}
	ids, raw, err := f.w.store.VectorMatrix(ctx, f.w.spec.ID)
	if err != nil {
		return nil, err
	}
	if err := embed.CheckFinite(raw); err != nil {
		return nil, fmt.Errorf("model %q: %w", f.w.spec.Name, err)
	}
	f.unit = neighbor.Normalize(raw)
	return ids, nil
}

// readIndexed reads the vectors twice, without ever holding all: once to learn
// the axes of the index space from an even sample, once to project them.
func (f *facts) readIndexed(ctx context.Context, n int) ([]int64, error) {
	kernel, err := f.w.kernel()
	if err != nil {
		return nil, err
	}
	dim := f.w.spec.Dim
	var known bool
	if f.axes, known = f.storedAxes(ctx, n); !known {
		if err := f.learnAxes(ctx, kernel, n); err != nil {
			return nil, err
		}
	}

	ids := make([]int64, 0, n)
	unit := embed.Matrix{Cols: f.axes.Rows, Data: make([]float32, 0, n*f.axes.Rows)}
	const block = 2048
	part := embed.Matrix{Cols: dim, Data: make([]float32, 0, block*dim)}
	flush := func() error {
		rows, err := f.project(ctx, kernel, part)
		if err != nil {
			return err
		}
		unit.Data = append(unit.Data, rows.Data...)
		unit.Rows += rows.Rows
		part.Rows, part.Data = 0, part.Data[:0]
		return nil
	}
	for v, err := range f.w.store.Vectors(ctx, f.w.spec.ID) {
		if err != nil {
			return nil, err
		}
		ids = append(ids, v.Content)
		part.Data = append(part.Data, v.Data...)
		if part.Rows++; part.Rows == block {
			if err := flush(); err != nil {
				return nil, err
			}
		}
	}
	if err := flush(); err != nil {
		return nil, err
	}
	f.unit = unit
	// What the two passes left behind is several times what stays.
	debug.FreeOSMemory()
	return ids, nil
}

// learnAxes finds the index space from an even sample of the vectors.
func (f *facts) learnAxes(ctx context.Context, kernel embed.Kernel, n int) error {
	step := (n + f.w.rawUpTo - 1) / f.w.rawUpTo
	dim := f.w.spec.Dim
	sample := embed.Matrix{Cols: dim, Data: make([]float32, 0, (n/step+1)*dim)}
	i := 0
	for v, err := range f.w.store.Vectors(ctx, f.w.spec.ID) {
		if err != nil {
			return err
		}
		if i%step == 0 {
			unit := neighbor.Normalize(embed.Matrix{Rows: 1, Cols: dim, Data: v.Data})
			sample.Data = append(sample.Data, unit.Data...)
			sample.Rows++
		}
		i++
	}
	if err := embed.CheckFinite(sample); err != nil {
		return fmt.Errorf("model %q: %w", f.w.spec.Name, err)
	}
	var err error
	if f.axes, err = neighbor.Axes(ctx, kernel, sample, neighbor.IndexDims, indexSeed); err != nil {
		return err
	}
	debug.FreeOSMemory() // before as much is asked for again
	return f.keepAxes(ctx, n)
}

// indexSeed draws the sample and the start of the axes.
const indexSeed = 1

// project brings raw vectors into the index space, at length 1.
func (f *facts) project(ctx context.Context, kernel embed.Kernel, raw embed.Matrix) (embed.Matrix, error) {
	if raw.Rows == 0 {
		return embed.Matrix{Cols: f.axes.Rows}, ctx.Err()
	}
	if err := embed.CheckFinite(raw); err != nil {
		return embed.Matrix{}, fmt.Errorf("model %q: %w", f.w.spec.Name, err)
	}
	rows, err := neighbor.Project(ctx, kernel, neighbor.Normalize(raw), f.axes)
	if err != nil {
		return embed.Matrix{}, err
	}
	return neighbor.Normalize(rows), nil
}

// index brings the vector of a query into the space of unit.
func (f *facts) index(ctx context.Context, kernel embed.Kernel, vector []float32) ([]float32, error) {
	if f.axes.Rows == 0 {
		return vector, nil
	}
	rows, err := f.project(ctx, kernel, embed.Matrix{Rows: 1, Cols: len(vector), Data: vector})
	return rows.Data, err
}
