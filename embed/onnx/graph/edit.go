package graph

import "google.golang.org/protobuf/encoding/protowire"

// Edit is a change to a model's outer face. Nodes, weights and everything else
// stay byte for byte.
type Edit struct {
	// Input, when it has a name, replaces an input of that name and another
	// type by one named InputName of type float32, cast to what the model
	// wants.
	Input     Value
	InputName string
	// Outputs are what the model gives instead of its own outputs: inner
	// tensors or outputs, by name, each cast to float32 under a new name.
	Outputs []Exposed
}

// Exposed names a tensor and the output that carries it. A quantised tensor
// comes with the names of its scale and zero point, and is given in real
// numbers.
type Exposed struct {
	Tensor, As       string
	Scale, ZeroPoint string
}

// Apply returns the edited model; data stays as it was and must have been
// accepted by Parse. ONNX Runtime infers the types and shapes of the new
// outputs.
func (e Edit) Apply(data []byte) ([]byte, error) {
	out := make([]byte, 0, len(data)+1024)
	err := eachRaw(data, func(f field, raw []byte) error {
		if f.number != 7 || f.kind != protowire.BytesType {
			out = append(out, raw...)
			return nil
		}
		graph, err := e.graph(f.bytes)
		out = appendBytes(out, 7, graph)
		return err
	})
	return out, err
}

func (e Edit) graph(message []byte) ([]byte, error) {
	graph := make([]byte, 0, len(message)+1024)
	if e.Input.Name != "" {
		graph = appendBytes(graph, 1, nodeBytes("Cast", []string{e.InputName}, []string{e.Input.Name},
			[]Attr{{"to", e.Input.Type}}))
	}
	err := eachRaw(message, func(f field, raw []byte) error {
		if f.number == 12 || f.number == 11 && e.Input.Name != "" && nameOf(f.bytes) == e.Input.Name {
			return nil
		}
		graph = append(graph, raw...)
		return nil
	})
	if e.Input.Name != "" {
		var dims Dims
		for _, d := range e.Input.Dims {
			if d == Unknown {
				dims = append(dims, "")
			} else {
				dims = append(dims, d)
			}
		}
		graph = appendBytes(graph, 11, valueInfo(e.InputName, Float, dims))
	}
	for _, x := range e.Outputs {
		if x.Scale != "" {
			real := x.As + ":real"
			graph = appendBytes(graph, 1, nodeBytes("DequantizeLinear", []string{x.Tensor, x.Scale, x.ZeroPoint}, []string{real}, nil))
			x.Tensor = real
		}
		graph = appendBytes(graph, 1, nodeBytes("Cast", []string{x.Tensor}, []string{x.As}, []Attr{{"to", Float}}))
		graph = appendBytes(graph, 12, appendString(nil, 1, x.As))
	}
	return graph, err
}

// nameOf returns field 1 of a message.
func nameOf(message []byte) (name string) {
	_ = each(message, func(f field) error {
		if f.number == 1 {
			name = f.text()
		}
		return nil
	})
	return name
}

// eachRaw is each, with the bytes of the whole field beside it.
func eachRaw(message []byte, visit func(f field, raw []byte) error) error {
	for len(message) > 0 {
		_, _, n := protowire.ConsumeField(message)
		if n < 0 {
			return protowire.ParseError(n)
		}
		err := each(message[:n], func(f field) error { return visit(f, message[:n]) })
		if err != nil {
			return err
		}
		message = message[n:]
	}
	return nil
}
