package quality

import "math"

// Limits that tell a fault from a picture, set on 300 photos and on the faults
// that ../shared/bench/contaminate.py makes of them. The gaps are wide: photos
// had Sharpness from 0.29, blur of a fortieth of the short side at most 0.06;
// Dark from 0.21 against 0.08; Light up to 0.74 against 0.93; Entropy from 3.5
// (darkened and lightened ones from 1.03) against 0. Line drawings, night
// scenes with lights and digits on black have few tones or are mostly of one,
// but much Contrast, of which the faults have at most 0.04.
const (
	Blurry         = 0.13 // a smaller Sharpness, given Contrast of at least Visible; see BlurryAt
	Visible        = 0.04 // with less Contrast nothing can be said of Sharpness
	TooDark        = 0.14 // a smaller Dark, given Contrast below Stark
	TooLight       = 0.83 // a larger Light, given Contrast below Stark
	LowInformation = 0.8  // a smaller Entropy, in bits, given Contrast below Plain
	Stark          = 0.1  // one pixel in a hundred is white on black
	Plain          = 0.05
	Grey           = 0.005 // a smaller Colour: conversions of a grey picture between colour spaces leave at most 0.004
)

// BlurryAt is the limit for a picture of so many pixels, given the limit for
// large ones. The blur that is seen goes with the size of
// the picture, and spans fewer pixels in a small one, of which a sharp one is
// all the crisper. Measured as above at 32 to 256 pixels: of photos reduced to
// a short side of 96 and blurred by a fortieth, 95 % have at most 0.26, of sharp
// ones 99 % at least 0.55; at 32 pixels (CIFAR-10 too) 99 % of the sharp ones
// have 0.45, but there is little to measure on. A narrow strip is a part of a
// larger picture.
func BlurryAt(limit float64, width, height int) float64 {
	const full, most, few, strip = 192, 2.6, 14, 1.5
	side := max(float64(min(width, height)), float64(max(width, height))/strip)
	if side >= full || side <= 0 {
		return limit
	}
	return min(1, limit*max(1, min(most, math.Pow(full/side, 1.4), side/few)))
}

// IsBlurry reports whether even the sharpest part is soft.
func (m Measures) IsBlurry() bool { return m.Sharpness < Blurry && m.Contrast >= Visible }

// IsDark reports whether even the lights are dark.
func (m Measures) IsDark() bool { return m.Dark < TooDark && m.Contrast < Stark }

// IsLight reports whether even the shadows are light.
func (m Measures) IsLight() bool { return m.Light > TooLight && m.Contrast < Stark }

// IsLowInformation reports whether the picture is (nearly) of one tone.
func (m Measures) IsLowInformation() bool {
	return m.Entropy < LowInformation && m.Contrast < Plain
}
