// Package graph reads, edits and makes ONNX models as protocol buffers, without
// ONNX Runtime and without generated code: field numbers are those of
// onnx.proto3. Reading comes first, so that a model from anywhere is judged
// before native code sees it; nothing here allocates by a size that a file
// merely declares.
package graph

import (
	"errors"
	"fmt"
)

// ErrForeign says that bytes are no ONNX model at all; ErrDamaged that they
// begin as one and then break.
var (
	ErrForeign = errors.New("not an ONNX model")
	ErrDamaged = errors.New("a damaged ONNX model")
)

// Type is the element type of a tensor, numbered as TensorProto.DataType.
type Type int32

// The types that Kindred speaks of by name.
const (
	Float   Type = 1
	Uint8   Type = 2
	Int8    Type = 3
	Int32   Type = 6
	Int64   Type = 7
	String  Type = 8
	Float16 Type = 10
	Double  Type = 11
)

var typeNames = map[Type]string{
	0: "undefined", 1: "float32", 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64", 8: "string", 9: "bool",
	10: "float16", 11: "float64", 12: "uint32", 13: "uint64", 14: "complex64", 15: "complex128", 16: "bfloat16",
	17: "float8", 18: "float8", 19: "float8", 20: "float8", 21: "uint4", 22: "int4",
}

func (t Type) String() string {
	if name, ok := typeNames[t]; ok {
		return name
	}
	return fmt.Sprintf("type %d", int32(t))
}

// Unknown is a dimension that the file leaves open.
const Unknown = -1

// Value is a tensor that the graph declares: an input, an output or an inner
// one.
type Value struct {
	Name string
	Type Type    // 0 when it is no tensor or the file does not say
	Dims []int64 // Unknown where open; nil when the file gives no shape
}

// Node is one operator. Subgraphs and attributes other than whole numbers are
// not kept.
type Node struct {
	Name, Op, Domain string
	Inputs, Outputs  []string
	Ints             map[string]int64 // attributes that hold one whole number
}

// Tensor is a weight: what it declares, not its numbers, except that a small
// int64 tensor, such as a shape, is read.
type Tensor struct {
	Name     string
	Type     Type
	Dims     []int64
	External string  // the other file its numbers lie in, "" when they are here
	Int64s   []int64 // the numbers of an int64 tensor of at most 16
}

// Model is what Kindred wants to know of an ONNX file.
type Model struct {
	IR       int64
	Opset    int64 // of the standard operators
	Producer string
	Metadata map[string]string
	Inputs   []Value // without those that only name a weight
	Outputs  []Value
	Inner    []Value
	Nodes    []Node
	Weights  map[string]Tensor
}

// Makers maps each tensor to the node that makes it.
func (m *Model) Makers() map[string]*Node {
	makers := make(map[string]*Node, len(m.Nodes))
	for i := range m.Nodes {
		for _, name := range m.Nodes[i].Outputs {
			if name != "" {
				makers[name] = &m.Nodes[i]
			}
		}
	}
	return makers
}

// Users returns the nodes that read a tensor, in file order.
func (m *Model) Users(name string) (users []*Node) {
	for i := range m.Nodes {
		for _, input := range m.Nodes[i].Inputs {
			if input == name {
				users = append(users, &m.Nodes[i])
				break
			}
		}
	}
	return users
}
