package onnx

import "kindred/embed/onnx/graph"

// walker follows a graph from its outputs back.
type walker struct {
	model  *graph.Model
	makers map[string]*graph.Node
}

// through lists operators that keep what a picture is described by: going back
// from a classifier's output they lead to its last layer.
var through = map[string]bool{
	"Softmax": true, "LogSoftmax": true, "Sigmoid": true, "Identity": true, "Cast": true, "Reshape": true, "Flatten": true,
	"Squeeze": true, "Unsqueeze": true, "Dropout": true, "Clip": true, "Relu": true, "LeakyRelu": true, "HardSwish": true,
	"HardSigmoid": true, "Gelu": true, "Elu": true, "Mish": true, "DequantizeLinear": true, "QuantizeLinear": true,
	"GlobalAveragePool": true, "AveragePool": true, "GlobalMaxPool": true, "ReduceMean": true, "BatchNormalization": true,
	"Transpose": true, "QLinearSoftmax": true, "QLinearGlobalAveragePool": true, "Slice": true, "Gather": true,
}

// binary lists elementwise operators: a bias, a scale, or half of an activation
// such as SiLU.
var binary = map[string]bool{"Add": true, "Mul": true, "Sub": true, "Div": true, "QLinearAdd": true, "QLinearMul": true}

// layerInput goes back from a tensor to the last layer with weights and returns
// the tensor that enters it, or one without a name when there is no such layer.
// Going back once from the output of a classifier gives its features; from
// those of an Ultralytics classifier once more gives what its head receives,
// where YOLO.embed takes the embedding.
func (w walker) layerInput(tensor string) graph.Exposed {
	for range len(w.model.Nodes) {
		node := w.makers[tensor]
		if node == nil || len(node.Inputs) == 0 {
			return graph.Exposed{}
		}
		in := node.Inputs
		switch node.Op {
		case "Gemm", "MatMul", "Conv":
			if len(in) > 1 && w.constant(in[0], 4) {
				return graph.Exposed{Tensor: in[1]}
			}
			return graph.Exposed{Tensor: in[0]}
		case "QLinearConv", "QLinearMatMul", "QGemm":
			if len(in) < 3 {
				return graph.Exposed{}
			}
			return graph.Exposed{Tensor: in[0], Scale: in[1], ZeroPoint: in[2]}
		}
		switch {
		case through[node.Op]:
			tensor = in[0]
		case binary[node.Op]:
			tensor = w.busier(in)
		default:
			return graph.Exposed{}
		}
	}
	return graph.Exposed{} // a circle
}

// busier picks, of an elementwise operator's inputs, the one that is neither a
// weight nor the gate of an activation (the sigmoid in x*sigmoid(x)).
func (w walker) busier(inputs []string) string {
	for _, name := range inputs {
		if w.constant(name, 4) {
			continue
		}
		if maker := w.makers[name]; maker != nil && (maker.Op == "Sigmoid" || maker.Op == "HardSigmoid") {
			continue
		}
		return name
	}
	return inputs[0]
}

// constant reports whether a tensor is a weight, or made from weights only in
// at most depth steps, such as a dequantised one.
func (w walker) constant(tensor string, depth int) bool {
	if _, ok := w.model.Weights[tensor]; ok {
		return true
	}
	node := w.makers[tensor]
	if node == nil || depth == 0 {
		return false
	}
	for _, in := range node.Inputs {
		if in != "" && !w.constant(in, depth-1) {
			return false
		}
	}
	return true
}
