package store

import (
	"encoding/binary"
	"fmt"
	"math"
)

// packVector writes a vector in little-endian float16, which rounds each
// component by at most 2^-11 of its value (2^-25 absolutely below 6e-5): half
// the size, and far below what an int8 model errs. A vector that float16
// cannot hold, because it is too large or small as a whole, is written in
// float32; unpackVector tells them by the length.
func packVector(v []float32) []byte {
	var most float32
	for _, x := range v {
		most = max(most, float32(math.Abs(float64(x))))
	}
	if most > 65504 || (most < 1.0/64 && most > 0) || most != most {
		out := make([]byte, 4*len(v))
		for i, x := range v {
			binary.LittleEndian.PutUint32(out[4*i:], math.Float32bits(x))
		}
		return out
	}
	out := make([]byte, 2*len(v))
	for i, x := range v {
		binary.LittleEndian.PutUint16(out[2*i:], toHalf(x))
	}
	return out
}

// unpackVector reads what packVector wrote into dst, which has the model's
// dimension.
func unpackVector(dst []float32, data []byte) error {
	switch len(data) {
	case 2 * len(dst):
		for i := range dst {
			dst[i] = fromHalf(binary.LittleEndian.Uint16(data[2*i:]))
		}
	case 4 * len(dst):
		for i := range dst {
			dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
		}
	default:
		return fmt.Errorf("a vector has %d bytes, which does not fit %d dimensions", len(data), len(dst))
	}
	return nil
}

// toHalf rounds to the nearest float16, ties to even. |x| is at most 65504.
func toHalf(x float32) uint16 {
	b := math.Float32bits(x)
	sign := uint16(b >> 16 & 0x8000)
	b &= 0x7fffffff
	if b < 0x38800000 { // below 2^-14: a multiple of 2^-24
		return sign | uint16(math.RoundToEven(float64(math.Float32frombits(b))*(1<<24)))
	}
	// Re-bias the exponent by 127-15 and round 13 bits away; a carry runs into
	// the exponent, as it should.
	return sign | uint16((b-(112<<23)+0xfff+(b>>13&1))>>13)
}

// fromHalf is exact. Shifted into place, the exponent of a float16 is 112 too
// small for a float32; the product mends that for subnormal numbers too.
func fromHalf(h uint16) float32 {
	x := math.Float32frombits(uint32(h&0x7fff)<<13) * (1 << 112)
	return math.Float32frombits(math.Float32bits(x) | uint32(h&0x8000)<<16)
}
