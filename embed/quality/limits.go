package quality

// Limits that tell a fault from a picture, set on 300 photos and on the faults
// that ../shared/bench/contaminate.py makes of them. The gaps are wide: photos
// had Sharpness from 0.19, blur of a fortieth of the short side at most 0.06;
// Dark from 0.21 against 0.08; Light up to 0.74 against 0.93; Entropy from 3.5
// (darkened and lightened ones from 1.03) against 0.
const (
	Blurry         = 0.13  // a smaller Sharpness, given Contrast of at least Visible
	Visible        = 0.04  // with less Contrast nothing can be said of Sharpness
	TooDark        = 0.14  // a smaller Dark
	TooLight       = 0.83  // a larger Light
	LowInformation = 1.0   // a smaller Entropy, in bits
	Grey           = 0.005 // a smaller Colour: conversions of a grey picture between colour spaces leave at most 0.004
)

// IsBlurry reports whether even the sharpest part is soft.
func (m Measures) IsBlurry() bool { return m.Sharpness < Blurry && m.Contrast >= Visible }

// IsDark reports whether even the lights are dark.
func (m Measures) IsDark() bool { return m.Dark < TooDark }

// IsLight reports whether even the shadows are light.
func (m Measures) IsLight() bool { return m.Light > TooLight }

// IsLowInformation reports whether the picture is (nearly) of one tone.
func (m Measures) IsLowInformation() bool { return m.Entropy < LowInformation }
