package onnx

import (
	"google.golang.org/protobuf/encoding/protowire"

	"kindred/embed/onnx/graph"
)

// externalModel is a model whose weight lies in weights.bin, written field by
// field: the builder cannot make one.
func externalModel() []byte {
	put := func(dst []byte, number protowire.Number, value []byte) []byte {
		return protowire.AppendBytes(protowire.AppendTag(dst, number, protowire.BytesType), value)
	}
	number := func(dst []byte, field protowire.Number, value uint64) []byte {
		return protowire.AppendVarint(protowire.AppendTag(dst, field, protowire.VarintType), value)
	}
	entry := put(put(nil, 1, []byte("location")), 2, []byte("weights.bin"))
	weight := number(number(nil, 1, 3), 2, uint64(graph.Float))
	weight = put(weight, 8, []byte("w"))
	weight = number(put(weight, 13, entry), 14, 1)
	node := put(put(put(put(nil, 1, []byte("image")), 1, []byte("w")), 2, []byte("y")), 4, []byte("Add"))
	body := put(put(put(nil, 1, node), 2, []byte("g")), 5, weight)
	return put(number(nil, 1, 8), 7, body)
}
