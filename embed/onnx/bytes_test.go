package onnx

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/embed"
	"kindred/embed/kerneltest"
	"kindred/embed/neighbor"
)

func TestBytesAreExactProducts(t *testing.T) {
	k, err := openRuntime(t).Kernel(1)
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	if k.BytesGroup() == 0 {
		t.Skip("this processor has no VNNI: floats are used instead")
	}
	r := rand.New(rand.NewPCG(1, 1))
	for _, c := range [][3]int{{1, 16, 1}, {7, 32, 5}, {64, 1024, 256}, {1024, 16, 100}} {
		a, b, dim := c[0], c[1], c[2]
		rows, columns := make([]uint8, a*dim), make([]int8, dim*b)
		for i := range rows {
			rows[i] = uint8(1 + r.IntN(255))
		}
		for i := range columns {
			columns[i] = int8(r.IntN(255) - 127)
		}
		// The largest there can be, all of one sign: 16-bit sums would overflow.
		for j := range dim {
			rows[j], columns[j*b] = 255, 127
		}
		score, most := make([]int32, a*b), make([]int32, a*b/16)
		if err := k.Bytes(t.Context(), rows, columns, dim, score, most); err != nil {
			t.Fatal(err)
		}
		for i := range a {
			for j := range b {
				var want int32
				for d := range dim {
					want += (int32(rows[i*dim+d]) - 128) * int32(columns[d*b+j])
				}
				if score[i*b+j] != want {
					t.Fatalf("%v: %d,%d is %d, want %d", c, i, j, score[i*b+j], want)
				}
			}
			for g := range b / 16 {
				if want := slices.Max(score[i*b+g*16 : i*b+g*16+16]); most[i*b/16+g] != want {
					t.Fatalf("%v: row %d group %d is %d, want %d", c, i, g, most[i*b/16+g], want)
				}
			}
		}
	}
	if err := k.Bytes(t.Context(), make([]uint8, 8), make([]int8, 8*17), 8, make([]int32, 17), make([]int32, 1)); err == nil {
		t.Error("17 columns: no error")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := k.Bytes(ctx, make([]uint8, 8), make([]int8, 8*16), 8, make([]int32, 16), make([]int32, 1)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// The graph that ONNX Runtime builds in 8 bits is the one of the plain kernel.
func TestGraphInBytesIsExact(t *testing.T) {
	k, err := openRuntime(t).Kernel(2)
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	m := neighbor.Normalize(kerneltest.Random(2200, 24, 3))
	got, err := neighbor.Build(t.Context(), k, m, 8)
	if err != nil {
		t.Fatal(err)
	}
	want, err := neighbor.Build(t.Context(), embed.GoKernel{}, m, 8)
	if err != nil {
		t.Fatal(err)
	}
	for i := range m.Rows {
		_, a := got.Row(i)
		_, b := want.Row(i)
		for p := range a {
			if d := a[p] - b[p]; d > 1e-5 || d < -1e-5 {
				t.Fatalf("row %d: scores %v, want %v", i, a, b)
			}
		}
	}
}
