package embed

import (
	"math"
	"testing"
)

// The fused path must equal its parts, in every layout and when the crop is
// larger than the picture.
func TestTensorEqualsItsParts(t *testing.T) {
	base := Preprocess{Scale: 1. / 255, Mean: [3]float32{0.485, 0.456, 0.406}, Std: [3]float32{0.229, 0.224, 0.225}}
	for _, size := range [][2]int{{61, 47}, {47, 61}, {40, 40}, {300, 10}, {10, 300}, {1, 1}, {3, 2}} {
		for _, shape := range [][3]int{{32, 28, 28}, {28, 28, 28}, {20, 28, 24}, {40, 9, 31}, {0, 17, 23}} {
			for _, order := range []Preprocess{{}, {Layout: NHWC}, {BGR: true}, {Layout: NHWC, BGR: true}} {
				p, px := base, noise(size[0], size[1])
				p.Resize, p.Width, p.Height = shape[0], shape[1], shape[2]
				p.Layout, p.BGR = order.Layout, order.BGR
				got := make([]float32, p.Len())
				p.Tensor(got, px)

				var crop Pixels
				if p.Resize == 0 {
					crop = Resize(px, p.Width, p.Height)
				} else {
					crop = CenterCrop(ResizeShort(px, p.Resize), p.Width, p.Height)
				}
				for y := range p.Height {
					for x := range p.Width {
						for c := range 3 {
							place := c
							if p.BGR {
								place = 2 - c
							}
							i := (place*p.Height+y)*p.Width + x
							if p.Layout == NHWC {
								i = (y*p.Width+x)*3 + place
							}
							v := float64(crop.Pix[3*(y*p.Width+x)+c])
							want := (v/255 - float64(p.Mean[c])) / float64(p.Std[c])
							if math.Abs(float64(got[i])-want) > 1e-5 {
								t.Fatalf("%v %+v: pixel %d,%d channel %d is %v, want %v", size, p, x, y, c, got[i], want)
							}
						}
					}
				}
			}
		}
	}
}

func TestTensorOfAnEmptyPictureIsBlack(t *testing.T) {
	p := Preprocess{Resize: 4, Width: 4, Height: 4, Scale: 1, Mean: [3]float32{127, 127, 127}, Std: [3]float32{128, 128, 128}}
	dst := make([]float32, p.Len())
	p.Tensor(dst, Pixels{})
	for _, v := range dst {
		if v != -127./128 {
			t.Fatalf("got %v", v)
		}
	}
}
