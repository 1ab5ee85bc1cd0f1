package graph

import (
	"errors"
	"slices"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

func sample() []byte {
	var b Builder
	b.Input("x", Float16, Dims{"n", 3, 8, 8})
	b.Weight("w", []int64{2, 2}, []float32{1, 2, 3, 4})
	b.Ints("shape", 1, -1, 8)
	b.Node("Reshape", []string{"x", "shape"}, []string{"y"}, Attr{"allowzero", 1})
	b.Node("MatMul", []string{"y", "w"}, []string{"z"}, Attr{"f", float32(2)}, Attr{"s", "text"}, Attr{"l", []int64{1, 2}})
	b.Output("z", Float, Dims{"n", 2})
	b.Metadata("task", "classify")
	return b.Bytes()
}

func TestWhatIsBuiltIsRead(t *testing.T) {
	m, err := Parse(sample())
	if err != nil {
		t.Fatal(err)
	}
	if m.IR != 8 || m.Opset != 17 || m.Producer != "kindred" || m.Metadata["task"] != "classify" {
		t.Errorf("%+v", m)
	}
	if len(m.Inputs) != 1 || m.Inputs[0].Name != "x" || m.Inputs[0].Type != Float16 || !slices.Equal(m.Inputs[0].Dims, []int64{Unknown, 3, 8, 8}) {
		t.Errorf("inputs %+v", m.Inputs)
	}
	if len(m.Outputs) != 1 || !slices.Equal(m.Outputs[0].Dims, []int64{Unknown, 2}) {
		t.Errorf("outputs %+v", m.Outputs)
	}
	if w := m.Weights["w"]; w.Type != Float || !slices.Equal(w.Dims, []int64{2, 2}) {
		t.Errorf("weight %+v", w)
	}
	if s := m.Weights["shape"]; !slices.Equal(s.Int64s, []int64{1, -1, 8}) {
		t.Errorf("shape %+v", s)
	}
	if n := m.Makers()["z"]; n == nil || n.Op != "MatMul" || !slices.Equal(n.Inputs, []string{"y", "w"}) {
		t.Errorf("maker of z: %+v", n)
	}
	if n := m.Users("x"); len(n) != 1 || n[0].Op != "Reshape" || n[0].Ints["allowzero"] != 1 {
		t.Errorf("users of x: %+v", n)
	}
}

func TestEditChangesTheFaceOnly(t *testing.T) {
	before, err := Parse(sample())
	if err != nil {
		t.Fatal(err)
	}
	data, err := Edit{
		Input: before.Inputs[0], InputName: "pixels",
		Outputs: []Exposed{{Tensor: "y", As: "inner"}, {Tensor: "z", As: "answer", Scale: "w", ZeroPoint: "shape"}},
	}.Apply(sample())
	if err != nil {
		t.Fatal(err)
	}
	m, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Inputs) != 1 || m.Inputs[0].Name != "pixels" || m.Inputs[0].Type != Float || !slices.Equal(m.Inputs[0].Dims, before.Inputs[0].Dims) {
		t.Errorf("inputs %+v", m.Inputs)
	}
	if len(m.Outputs) != 2 || m.Outputs[0].Name != "inner" || m.Outputs[1].Name != "answer" {
		t.Errorf("outputs %+v", m.Outputs)
	}
	var ops []string
	for _, n := range m.Nodes {
		ops = append(ops, n.Op)
	}
	if !slices.Equal(ops, []string{"Cast", "Reshape", "MatMul", "Cast", "DequantizeLinear", "Cast"}) || m.Metadata["task"] != "classify" {
		t.Errorf("%v %v", ops, m.Metadata)
	}
}

func TestEveryCutIsRefused(t *testing.T) {
	data := sample()
	accepted := 0
	for n := range data {
		_, err := Parse(data[:n])
		if err == nil {
			accepted++ // metadata or the opset are missing, the graph is whole
		} else if !errors.Is(err, ErrForeign) && !errors.Is(err, ErrDamaged) {
			t.Errorf("cut to %d of %d bytes: %v", n, len(data), err)
		}
	}
	if accepted > 3 {
		t.Errorf("%d cuts accepted", accepted)
	}
}

func TestDeclaredSizesAreBounded(t *testing.T) {
	tensor := func(dims ...uint64) []byte {
		var t []byte
		for _, d := range dims {
			t = protowire.AppendVarint(protowire.AppendTag(t, 1, protowire.VarintType), d)
		}
		t = appendInt(t, 2, int64(Float))
		return appendString(t, 8, "w")
	}
	model := func(weight []byte) []byte {
		node := nodeBytes("Identity", []string{"w"}, []string{"y"}, nil)
		return appendBytes(appendInt(nil, 1, 8), 7, appendBytes(appendBytes(nil, 1, node), 5, weight))
	}
	for _, dims := range [][]uint64{{1 << 62}, {1 << 40, 1 << 40}, {1000, 1000}, {1 << 63}, make([]uint64, 17)} {
		if _, err := Parse(model(tensor(dims...))); err == nil {
			t.Errorf("a weight of %v without numbers was accepted", dims)
		}
	}
	var b Builder
	b.Ints("shape", 1<<20, 1<<20)
	b.Node("ConstantOfShape", []string{"shape"}, []string{"y"})
	if _, err := Parse(b.Bytes()); err == nil {
		t.Error("a constant of 2^40 values was accepted")
	}
}

func TestNestedGraphsAreBounded(t *testing.T) {
	body := appendBytes(nil, 1, nodeBytes("Identity", []string{"x"}, []string{"y"}, nil))
	for range 200 {
		attribute := appendBytes(appendString(nil, 1, "body"), 6, body)
		body = appendBytes(nil, 1, appendBytes(nodeBytes("If", []string{"x"}, []string{"y"}, nil), 5, attribute))
	}
	if _, err := Parse(appendBytes(appendInt(nil, 1, 8), 7, body)); err == nil {
		t.Error("200 graphs within each other were accepted")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample())
	f.Add(sample()[:100])
	f.Add([]byte{8, 8, 58, 2, 10, 0})
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Parse(data)
		if err != nil {
			return
		}
		m.Makers()
		e := Edit{Outputs: []Exposed{{Tensor: "y", As: "out"}}}
		if len(m.Inputs) > 0 {
			e.Input, e.InputName = m.Inputs[0], "in"
		}
		edited, err := e.Apply(data)
		if err != nil {
			t.Fatalf("a model that was read cannot be edited: %v", err)
		}
		if _, err := Parse(edited); err != nil {
			t.Fatalf("an edited model cannot be read: %v", err)
		}
	})
}
