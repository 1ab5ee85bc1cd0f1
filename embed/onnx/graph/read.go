package graph

import (
	"bytes"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// Limits on what a file may declare. They lie far above any model for pictures.
const (
	maxFile     = 2 << 30 // a protocol buffer cannot be larger
	maxRank     = 16
	maxElements = 1 << 31 // of one tensor
	maxDepth    = 8       // of graphs within graphs
)

// field is one field of a message: a number, or bytes within the message.
type field struct {
	number protowire.Number
	kind   protowire.Type
	value  uint64
	bytes  []byte
}

// each calls visit for every field of a message.
func each(message []byte, visit func(f field) error) error {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return protowire.ParseError(n)
		}
		message = message[n:]
		f := field{number: number, kind: kind}
		switch kind {
		case protowire.VarintType:
			f.value, n = protowire.ConsumeVarint(message)
		case protowire.BytesType:
			f.bytes, n = protowire.ConsumeBytes(message)
		case protowire.Fixed32Type:
			var v uint32
			v, n = protowire.ConsumeFixed32(message)
			f.value = uint64(v)
		case protowire.Fixed64Type:
			f.value, n = protowire.ConsumeFixed64(message)
		default:
			n = protowire.ConsumeFieldValue(number, kind, message)
		}
		if n < 0 {
			return protowire.ParseError(n)
		}
		message = message[n:]
		if err := visit(f); err != nil {
			return err
		}
	}
	return nil
}

// text returns the string in a field, or "" when it holds something else.
func (f field) text() string { return string(f.bytes) }

// Parse reads a model. It refuses what is no ONNX model (ErrForeign), what
// breaks off or contradicts itself (ErrDamaged), weights in other files, and
// tensors that declare more than any model for pictures needs.
func Parse(data []byte) (*Model, error) {
	if kind := foreign(data); kind != "" {
		return nil, fmt.Errorf("%w, but %s", ErrForeign, kind)
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("%d bytes, more than an ONNX file can have", len(data))
	}
	r := reader{model: &Model{Metadata: map[string]string{}, Weights: map[string]Tensor{}}}
	found := false
	err := each(data, func(f field) error {
		switch {
		case f.number == 1 && f.kind == protowire.VarintType:
			r.model.IR = int64(f.value)
		case f.number == 2:
			r.model.Producer = f.text()
		case f.number == 7 && f.kind == protowire.BytesType:
			found = true
			return r.graph(f.bytes, 0)
		case f.number == 8 && f.kind == protowire.BytesType:
			return r.opset(f.bytes)
		case f.number == 14 && f.kind == protowire.BytesType:
			return r.metadata(f.bytes)
		case f.number == 25 && f.kind == protowire.BytesType: // a function: nodes in field 7
			return each(f.bytes, func(f field) error {
				if f.number == 7 && f.kind == protowire.BytesType {
					return r.node(f.bytes, maxDepth-1)
				}
				return nil
			})
		}
		return nil
	})
	if r.refused != nil {
		return nil, r.refused
	}
	if r.model.IR <= 0 || r.model.IR > 1000 {
		return nil, ErrForeign
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if !found || len(r.model.Nodes) == 0 {
		return nil, fmt.Errorf("%w: it holds no graph", ErrDamaged)
	}
	inputs := r.model.Inputs[:0]
	for _, v := range r.model.Inputs {
		if _, weight := r.model.Weights[v.Name]; !weight {
			inputs = append(inputs, v)
		}
	}
	r.model.Inputs = inputs
	return r.model, r.model.checkMakers()
}

// foreign names well-known kinds of file that are no ONNX model.
func foreign(data []byte) string {
	switch {
	case len(data) == 0:
		return "an empty file"
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return "a ZIP archive, as PyTorch writes it; export the model to ONNX first"
	case bytes.HasPrefix(data, []byte("version https://git-lfs")):
		return "a Git LFS pointer; fetch the file itself with git lfs pull"
	case bytes.HasPrefix(data, []byte("\x89HDF\r\n")):
		return "an HDF5 file, as Keras writes it; export the model to ONNX first"
	case len(data) >= 8 && string(data[4:8]) == "TFL3":
		return "a TensorFlow Lite model; convert it to ONNX first"
	case len(data) >= 8 && string(data[4:8]) == "ORTM":
		return "an ORT-format model; use the .onnx file it was made from"
	case bytes.HasPrefix(data, []byte("\x80\x02")) || bytes.HasPrefix(data, []byte("\x80\x04")):
		return "a Python pickle; export the model to ONNX first"
	case bytes.HasPrefix(data, []byte("\x89PNG")) || bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return "a picture"
	case bytes.HasPrefix(bytes.TrimSpace(data[:min(len(data), 64)]), []byte("<")):
		return "a web page or XML; perhaps the download failed"
	}
	return ""
}

// reader fills a model. refused is set when the file is sound but not taken.
type reader struct {
	model   *Model
	refused error
}

func (r *reader) refuse(format string, args ...any) error {
	r.refused = fmt.Errorf(format, args...)
	return r.refused
}

func (r *reader) opset(message []byte) error {
	var domain string
	var version int64
	err := each(message, func(f field) error {
		switch f.number {
		case 1:
			domain = f.text()
		case 2:
			version = int64(f.value)
		}
		return nil
	})
	if domain == "" || domain == "ai.onnx" {
		r.model.Opset = version
	}
	return err
}

func (r *reader) metadata(message []byte) error {
	var key, value string
	err := each(message, func(f field) error {
		switch f.number {
		case 1:
			key = f.text()
		case 2:
			value = f.text()
		}
		return nil
	})
	r.model.Metadata[key] = value
	return err
}

// graph reads the main graph (depth 0), or looks into one inside a node for
// what must be refused.
func (r *reader) graph(message []byte, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("graphs nested more than %d deep", maxDepth)
	}
	return each(message, func(f field) error {
		if f.kind != protowire.BytesType {
			return nil
		}
		switch f.number {
		case 1:
			return r.node(f.bytes, depth)
		case 5:
			tensor, err := r.tensor(f.bytes)
			if depth == 0 {
				r.model.Weights[tensor.Name] = tensor
			}
			return err
		case 15: // a sparse tensor: values in field 1, indices in 2
			return each(f.bytes, func(f field) error {
				if f.kind == protowire.BytesType && f.number <= 2 {
					_, err := r.tensor(f.bytes)
					return err
				}
				return nil
			})
		case 11, 12, 13:
			value, err := r.value(f.bytes)
			if depth > 0 || err != nil {
				return err
			}
			switch f.number {
			case 11:
				r.model.Inputs = append(r.model.Inputs, value)
			case 12:
				r.model.Outputs = append(r.model.Outputs, value)
			default:
				r.model.Inner = append(r.model.Inner, value)
			}
		}
		return nil
	})
}

func (r *reader) node(message []byte, depth int) error {
	node := Node{Ints: map[string]int64{}}
	err := each(message, func(f field) error {
		switch f.number {
		case 1:
			node.Inputs = append(node.Inputs, f.text())
		case 2:
			node.Outputs = append(node.Outputs, f.text())
		case 3:
			node.Name = f.text()
		case 4:
			node.Op = f.text()
		case 5:
			return r.attribute(f.bytes, &node, depth)
		case 7:
			node.Domain = f.text()
		}
		return nil
	})
	if depth == 0 {
		r.model.Nodes = append(r.model.Nodes, node)
	}
	return err
}

func (r *reader) attribute(message []byte, node *Node, depth int) error {
	var name string
	var number int64
	isInt := false
	err := each(message, func(f field) error {
		switch {
		case f.number == 1:
			name = f.text()
		case f.number == 3 && f.kind == protowire.VarintType:
			number, isInt = int64(f.value), true
		case (f.number == 5 || f.number == 10) && f.kind == protowire.BytesType:
			tensor, err := r.tensor(f.bytes)
			if node.Op == "Constant" && len(node.Outputs) == 1 && depth == 0 {
				tensor.Name = node.Outputs[0]
				r.model.Weights[tensor.Name] = tensor
			}
			return err
		case (f.number == 6 || f.number == 11) && f.kind == protowire.BytesType:
			return r.graph(f.bytes, depth+1)
		}
		return nil
	})
	if isInt {
		node.Ints[name] = number
	}
	return err
}

// checkMakers refuses operators that would fill memory by a shape written in
// the file.
func (m *Model) checkMakers() error {
	for _, node := range m.Nodes {
		at := map[string]int{"ConstantOfShape": 0, "Expand": 1, "Tile": 1, "Resize": 3}
		place, ok := at[node.Op]
		if !ok || place >= len(node.Inputs) {
			continue
		}
		product := 1.0
		for _, d := range m.Weights[node.Inputs[place]].Int64s {
			product *= math.Max(float64(d), 1)
		}
		if product > maxElements {
			return fmt.Errorf("the operator %q makes a tensor of %v values, which is out of bounds", node.Name, product)
		}
	}
	return nil
}
