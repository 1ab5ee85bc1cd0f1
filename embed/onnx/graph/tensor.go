package graph

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"path"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

func (r *reader) value(message []byte) (Value, error) {
	var v Value
	err := each(message, func(f field) error {
		switch {
		case f.number == 1:
			v.Name = f.text()
		case f.number == 2 && f.kind == protowire.BytesType:
			return each(f.bytes, func(f field) error { // TypeProto: a tensor in field 1
				if f.number != 1 || f.kind != protowire.BytesType {
					return nil
				}
				return r.tensorType(f.bytes, &v)
			})
		}
		return nil
	})
	if err == nil {
		_, err = r.elements(v.Name, v.Dims)
	}
	return v, err
}

func (r *reader) tensorType(message []byte, v *Value) error {
	return each(message, func(f field) error {
		switch {
		case f.number == 1 && f.kind == protowire.VarintType:
			v.Type = Type(f.value)
		case f.number == 2 && f.kind == protowire.BytesType:
			v.Dims = []int64{}
			return each(f.bytes, func(f field) error {
				size := int64(Unknown)
				err := each(f.bytes, func(f field) error {
					if f.number == 1 && f.kind == protowire.VarintType {
						size = int64(f.value)
					}
					return nil
				})
				if len(v.Dims) == maxRank {
					return r.refuse("the tensor %q declares more than %d dimensions", v.Name, maxRank)
				}
				v.Dims = append(v.Dims, size)
				return err
			})
		}
		return nil
	})
}

// elements multiplies dimensions, open ones counting as one, and refuses a
// product that is out of bounds.
func (r *reader) elements(name string, dims []int64) (int64, error) {
	product := int64(1)
	for _, d := range dims {
		if d == Unknown {
			continue
		}
		if d < 0 || d > maxElements || (d > 0 && product > maxElements/d) {
			return 0, r.refuse("the tensor %q declares a size of %v, which is out of bounds", name, dims)
		}
		product *= d
	}
	return product, nil
}

func (r *reader) tensor(message []byte) (Tensor, error) {
	var t Tensor
	var raw, location []byte
	var numbers []int64
	external := false
	err := each(message, func(f field) error {
		switch {
		case f.number == 1 && f.kind == protowire.VarintType:
			t.Dims = append(t.Dims, int64(f.value))
		case f.number == 1 && f.kind == protowire.BytesType:
			packed, err := varints(f.bytes, maxRank+1)
			t.Dims = append(t.Dims, packed...)
			return err
		case f.number == 2 && f.kind == protowire.VarintType:
			t.Type = Type(f.value)
		case f.number == 7 && f.kind == protowire.BytesType:
			packed, err := varints(f.bytes, 17)
			numbers = append(numbers, packed...)
			return err
		case f.number == 7 && f.kind == protowire.VarintType && len(numbers) < 17:
			numbers = append(numbers, int64(f.value))
		case f.number == 8:
			t.Name = f.text()
		case f.number == 9:
			raw = f.bytes
		case f.number == 13 && f.kind == protowire.BytesType:
			external = true
			if value, ok := bytes.CutPrefix(f.bytes, []byte("\x0a\x08location\x12")); ok {
				location, _ = protowire.ConsumeBytes(value)
			}
		case f.number == 14 && f.kind == protowire.VarintType:
			external = external || f.value == 1
		}
		return nil
	})
	if err != nil {
		return t, err
	}
	if external {
		t.External = path.Base(strings.ReplaceAll(string(location), "\\", "/"))
		return t, r.refuse("its weights lie in another file (%q); export the model again with everything in one file", t.External)
	}
	if len(t.Dims) > maxRank {
		return t, r.refuse("the weight %q declares more than %d dimensions", t.Name, maxRank)
	}
	n, err := r.elements(t.Name, t.Dims)
	if err != nil {
		return t, err
	}
	// Every number takes half a byte at least; ONNX Runtime checks exact sizes.
	if n > 2*int64(len(message)) {
		return t, fmt.Errorf("the weight %q declares %d numbers and holds %d bytes", t.Name, n, len(message))
	}
	if t.Type == Int64 && n <= 16 {
		t.Int64s = numbers
		for len(raw) >= 8 && len(t.Int64s) < int(n) {
			t.Int64s = append(t.Int64s, int64(binary.LittleEndian.Uint64(raw)))
			raw = raw[8:]
		}
	}
	return t, nil
}

// varints reads up to limit packed numbers.
func varints(message []byte, limit int) (numbers []int64, err error) {
	for len(message) > 0 && len(numbers) < limit {
		v, n := protowire.ConsumeVarint(message)
		if n < 0 {
			return nil, protowire.ParseError(n)
		}
		numbers, message = append(numbers, int64(v)), message[n:]
	}
	return numbers, nil
}
