package graph

import (
	"encoding/binary"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// Builder makes a model: declare inputs, add weights and nodes, declare
// outputs, then call Bytes. It writes IR version 8 and opset 17, which ONNX
// Runtime has known since 1.13. The zero value is an empty graph.
type Builder struct {
	nodes, weights, inputs, outputs []byte
	metadata                        []byte
}

// Attr is an attribute of a node: an int64, a float32, a string, an []int64 or
// a Type.
type Attr struct {
	Name  string
	Value any
}

func appendBytes(dst []byte, number protowire.Number, value []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(dst, number, protowire.BytesType), value)
}

func appendString(dst []byte, number protowire.Number, value string) []byte {
	return protowire.AppendString(protowire.AppendTag(dst, number, protowire.BytesType), value)
}

func appendInt(dst []byte, number protowire.Number, value int64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(dst, number, protowire.VarintType), uint64(value))
}

// Dims lists dimensions for Input and Output: an int is a size, a string the
// name of an open one.
type Dims []any

// Input declares an input.
func (b *Builder) Input(name string, kind Type, dims Dims) {
	b.inputs = appendBytes(b.inputs, 11, valueInfo(name, kind, dims))
}

// Output declares an output.
func (b *Builder) Output(name string, kind Type, dims Dims) {
	b.outputs = appendBytes(b.outputs, 12, valueInfo(name, kind, dims))
}

func valueInfo(name string, kind Type, dims Dims) []byte {
	var shape []byte
	for _, d := range dims {
		var dim []byte
		switch d := d.(type) {
		case int:
			dim = appendInt(nil, 1, int64(d))
		case int64:
			dim = appendInt(nil, 1, d)
		case string:
			dim = appendString(nil, 2, d)
		}
		shape = appendBytes(shape, 1, dim)
	}
	tensor := appendBytes(appendInt(nil, 1, int64(kind)), 2, shape)
	return appendBytes(appendString(nil, 1, name), 2, appendBytes(nil, 1, tensor))
}

// Weight adds a float32 tensor.
func (b *Builder) Weight(name string, dims []int64, values []float32) {
	raw := make([]byte, 0, 4*len(values))
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	b.weight(name, Float, dims, raw)
}

// Ints adds an int64 tensor of one dimension.
func (b *Builder) Ints(name string, values ...int64) {
	var raw []byte
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(v))
	}
	b.weight(name, Int64, []int64{int64(len(values))}, raw)
}

// Bytes8 adds an uint8 tensor of one dimension.
func (b *Builder) Bytes8(name string, values ...uint8) {
	b.weight(name, Uint8, []int64{int64(len(values))}, values)
}

func (b *Builder) weight(name string, kind Type, dims []int64, raw []byte) {
	var t []byte
	for _, d := range dims {
		t = appendInt(t, 1, d)
	}
	t = appendInt(t, 2, int64(kind))
	t = appendString(t, 8, name)
	b.weights = appendBytes(b.weights, 5, appendBytes(t, 9, raw))
}

// Node adds an operator. Nodes must stand in an order in which they can run.
func (b *Builder) Node(op string, inputs, outputs []string, attributes ...Attr) {
	b.nodes = appendBytes(b.nodes, 1, nodeBytes(op, inputs, outputs, attributes))
}

func nodeBytes(op string, inputs, outputs []string, attributes []Attr) []byte {
	var n []byte
	for _, name := range inputs {
		n = appendString(n, 1, name)
	}
	for _, name := range outputs {
		n = appendString(n, 2, name)
	}
	n = appendString(n, 3, op+":"+outputs[0])
	n = appendString(n, 4, op)
	for _, a := range attributes {
		n = appendBytes(n, 5, attributeBytes(a))
	}
	return n
}

// attributeBytes writes the value and its kind (AttributeProto.type), which
// ONNX Runtime insists on.
func attributeBytes(a Attr) []byte {
	m := appendString(nil, 1, a.Name)
	var kind int64
	switch v := a.Value.(type) {
	case float32:
		m = protowire.AppendFixed32(protowire.AppendTag(m, 2, protowire.Fixed32Type), math.Float32bits(v))
		kind = 1
	case int64:
		m, kind = appendInt(m, 3, v), 2
	case int:
		m, kind = appendInt(m, 3, int64(v)), 2
	case Type:
		m, kind = appendInt(m, 3, int64(v)), 2
	case string:
		m, kind = appendString(m, 4, v), 3
	case []int64:
		for _, i := range v {
			m = appendInt(m, 8, i)
		}
		kind = 7
	default:
		panic("graph: an attribute of an unknown kind")
	}
	return appendInt(m, 20, kind)
}

// Metadata adds an entry to the model's metadata.
func (b *Builder) Metadata(key, value string) {
	b.metadata = appendBytes(b.metadata, 14, appendString(appendString(nil, 1, key), 2, value))
}

// Bytes returns the model.
func (b *Builder) Bytes() []byte {
	graph := append([]byte(nil), b.nodes...)
	graph = appendString(graph, 2, "kindred")
	graph = append(graph, b.weights...)
	graph = append(graph, b.inputs...)
	graph = append(graph, b.outputs...)
	model := appendInt(nil, 1, 8)
	model = appendString(model, 2, "kindred")
	model = appendBytes(model, 7, graph)
	model = appendBytes(model, 8, appendInt(appendString(nil, 1, ""), 2, 17))
	return append(model, b.metadata...)
}
