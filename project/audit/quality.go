package audit

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"kindred/embed/quality"
	"kindred/project"
)

// QualityLimits are the limits of the checks that have a number, by the
// check's name and in the unit of its measure:
//
//	blurry            sharpness, 0 to 1, below which a picture is blurry
//	                  (more for a short side under 192: quality.BlurryAt)
//	dark              luma that 95 % of its pixels stay below, 0 to 1
//	light             luma that 95 % of its pixels stay above, 0 to 1
//	low_information   bits of its luma histogram, 0 to 8
//	odd_size          times that its longer side leaves the usual range
//	odd_aspect_ratio  longer side divided by shorter side
//	grayscale         colour, 0 to 1, below which a picture is grey
//
// A check that is not named has its default: see DefaultQualityLimits, and for
// the two odd ones the range that the images themselves show.
type QualityLimits map[string]float64

// DefaultQualityLimits are the limits that do not depend on the images.
func DefaultQualityLimits() QualityLimits {
	return QualityLimits{
		"blurry": quality.Blurry, "dark": quality.TooDark, "light": quality.TooLight,
		"low_information": quality.LowInformation, "grayscale": quality.Grey,
	}
}

// Check returns an error that names a limit which is of no check or out of the
// range of its measure.
func (l QualityLimits) Check() error {
	for name, v := range l {
		lo, hi := 0.0, 1.0
		switch name {
		case "blurry", "dark", "light", "grayscale":
		case "low_information":
			hi = 8
		case "odd_size", "odd_aspect_ratio":
			lo, hi = 1, math.MaxFloat64
		case "wrong_extension":
			return fmt.Errorf("wrong_extension has no limit: an extension is right or wrong")
		default:
			return fmt.Errorf("there is no quality check %q; there are %s", name, strings.Join(project.QualityChecks, " "))
		}
		if !(v >= lo && v <= hi) {
			return fmt.Errorf("the limit of %s is a number from %g to %g, not %g", name, lo, hi, v)
		}
	}
	return nil
}

// Usual is what the pictures of a project are like, against which single ones
// stand out.
type Usual struct {
	limits   QualityLimits
	sides    span
	aspects  span
	coloured bool // two of three pictures at least have colour
}

// span is a range that four of five values of a set lie in.
type span struct {
	low, high float64
	factor    float64 // how far outside is odd, as a factor; 0: the set is too small to say
}

// fewest is the number of pictures from which on there is something usual.
const fewest = 8

// NewUsual looks at all pictures of a project: at the size of each and its
// colour, without those of which too little can be seen. Limits must have
// passed Check.
func NewUsual(images []Measured, limits QualityLimits) Usual {
	u := Usual{limits: DefaultQualityLimits()}
	for name, v := range limits {
		u.limits[name] = v
	}
	sides, aspects := make([]float64, len(images)), make([]float64, len(images))
	grey, colour := 0, 0
	for i, m := range images {
		sides[i], aspects[i] = m.side(), m.aspect()
		switch {
		case u.unclear(m):
		case float64(m.Quality.Colour) < u.limits["grayscale"]:
			grey++
		default:
			colour++
		}
	}
	u.sides = usual(sides, 1.3, 5)
	u.aspects = usual(aspects, 1.5, 2)
	if f, ok := limits["odd_size"]; ok {
		u.sides.factor = f
	}
	u.coloured = len(images) >= fewest && colour >= 2*grey
	return u
}

// usual is the range between the tenth and the ninetieth percentile. What lies
// outside by more than the sixth power of its width is odd, by a factor of at
// least narrow and at most wide, or of the width itself: where (nearly) all
// have one size, a third less is odd, and where sizes differ freely, only what
// is far away. Percentiles so far out keep a second usual size from being odd,
// and one in ten values may be wrong without moving them.
func usual(values []float64, narrow, wide float64) span {
	if len(values) < fewest {
		return span{}
	}
	slices.Sort(values)
	n := len(values) - 1
	cut := max(1, (n+1)/10)
	s := span{low: values[cut], high: values[n-cut]}
	width := s.high / s.low
	s.factor = max(narrow, min(math.Pow(width, 6), wide), width)
	return s
}

// outside is how many times v is larger or smaller than the range: 1 within.
func (s span) outside(v float64) float64 {
	if s.low <= 0 {
		return 1
	}
	return max(1, v/s.high, s.low/v)
}

// Measured is one decoded picture as the quality checks see it.
type Measured struct {
	ID            project.FileID
	Width, Height int    // at least 1
	Format        string // by its bytes: "JPEG", "PNG" …
	Name          string // of the file
	Quality       project.Quality
}

func (m Measured) side() float64   { return float64(max(m.Width, m.Height)) }
func (m Measured) short() int      { return max(1, min(m.Width, m.Height)) }
func (m Measured) aspect() float64 { return m.side() / float64(m.short()) }

// tone scores a picture as dark, light and low in information. What has light
// and dark parts is none of them; how much contrast that takes moves with the
// limits.
func (u Usual) tone(m Measured) (dark, light, low float32) {
	q, l := m.Quality, u.limits
	contrast := float64(q.Contrast)
	dark = min(below(float64(q.Dark), l["dark"]), below(contrast, quality.Stark*l["dark"]/quality.TooDark))
	light = min(below(1-float64(q.Light), 1-l["light"]), below(contrast, quality.Stark*(1-l["light"])/(1-quality.TooLight)))
	low = min(below(float64(q.Entropy), l["low_information"]), below(contrast, quality.Plain*l["low_information"]/quality.LowInformation))
	return dark, light, low
}

// unclear reports whether too little can be seen of the picture to speak of
// its colour.
func (u Usual) unclear(m Measured) bool {
	dark, light, low := u.tone(m)
	return max(dark, light, low) > 0.5
}

// Quality checks one picture. Scores are 0.5 at the limit and 1 for the worst
// possible value.
func (u Usual) Quality(m Measured) project.QualityFinding {
	q, l := m.Quality, u.limits
	dark, light, low := u.tone(m)
	f := project.QualityFinding{
		ID: m.ID,
		Scores: map[string]float32{
			"dark": dark, "light": light, "low_information": low,
			"blurry": 0, "odd_size": 0, "odd_aspect_ratio": 0, "grayscale": 0, "wrong_extension": 0,
		},
		Measures: map[string]float64{
			"sharpness": rounded(q.Sharpness), "brightness": rounded(q.Brightness), "contrast": rounded(q.Contrast),
			"dark": rounded(q.Dark), "light": rounded(q.Light), "entropy_bits": rounded(q.Entropy), "colour": rounded(q.Colour),
			"width": float64(m.Width), "height": float64(m.Height),
			"megapixels":   math.Round(float64(m.Width)*float64(m.Height)/100) / 1e4,
			"aspect_ratio": math.Round(100*m.aspect()) / 100,
		},
		Flagged: []string{}, Why: map[string]string{},
	}
	// Without contrast no edge can be seen, sharp or not, and a narrow strip may
	// be cut from any soft part of a sharp picture.
	if strip := m.aspect() > 4 && m.short() < 64; q.Contrast >= quality.Visible && !strip {
		f.Scores["blurry"] = below(float64(q.Sharpness), quality.BlurryAt(l["blurry"], m.Width, m.Height))
	}
	if u.coloured && max(dark, light, low) <= 0.5 {
		f.Scores["grayscale"] = below(float64(q.Colour), l["grayscale"])
	}
	if u.sides.factor > 0 {
		f.Scores["odd_size"] = above(math.Log(u.sides.outside(m.side())), math.Log(u.sides.factor))
	}
	f.Scores["odd_aspect_ratio"] = u.oddAspect(m)
	right := extensionOf(m.Format, m.Name)
	if right != "" {
		f.Scores["wrong_extension"] = 1
	}
	for _, name := range project.QualityChecks {
		if f.Scores[name] > 0.5 {
			f.Flagged = append(f.Flagged, name)
			f.Why[name] = u.why(name, m, right)
		}
	}
	return f
}

func (u Usual) oddAspect(m Measured) float32 {
	if l, ok := u.limits["odd_aspect_ratio"]; ok {
		return above(math.Log(m.aspect()), math.Log(l))
	}
	if u.aspects.factor == 0 {
		return 0
	}
	return above(math.Log(u.aspects.outside(m.aspect())), math.Log(u.aspects.factor))
}

// below scores a value that is worse the smaller it is, down to 0.
func below(v, limit float64) float32 {
	switch {
	case limit <= 0:
		return 0
	case v < limit:
		return float32(1 - 0.5*max(0, v)/limit)
	}
	return float32(0.5 * limit / v)
}

// above scores a value that is worse the larger it is, without end.
func above(v, limit float64) float32 {
	switch {
	case v <= 0:
		return 0
	case v > limit:
		return float32(1 - 0.5*limit/v)
	}
	return float32(0.5 * v / limit)
}

func rounded(v float32) float64 { return math.Round(float64(v)*1e4) / 1e4 }

// why says what is wrong, with the amount and what is usual.
func (u Usual) why(check string, m Measured, extension string) string {
	q, l := m.Quality, u.limits
	switch check {
	case "blurry":
		return fmt.Sprintf("even the sharpest part is soft: sharpness %.2f, the limit is %.2f", q.Sharpness, quality.BlurryAt(l[check], m.Width, m.Height))
	case "dark":
		return fmt.Sprintf("95 %% of the pixels are darker than %.0f %% of white; the limit is %.0f %%", 100*q.Dark, 100*l[check])
	case "light":
		return fmt.Sprintf("95 %% of the pixels are lighter than %.0f %% of white; the limit is %.0f %%", 100*q.Light, 100*l[check])
	case "low_information":
		return fmt.Sprintf("nearly one tone: %.1f bits a pixel of 8, the limit is %.1f", q.Entropy, l[check])
	case "odd_size":
		times, than := u.sides.outside(m.side()), "larger"
		if m.side() < u.sides.low {
			than = "smaller"
		}
		return fmt.Sprintf("%d x %d pixels: %.1f times %s than usual; most have a long side of %s", m.Width, m.Height, times, than, u.sides.words("%.0f"))
	case "odd_aspect_ratio":
		if u.aspects.factor == 0 {
			return fmt.Sprintf("%d x %d pixels: %.1f to 1", m.Width, m.Height, m.aspect())
		}
		return fmt.Sprintf("%d x %d pixels: %.1f to 1; most are %s to 1", m.Width, m.Height, m.aspect(), u.aspects.words("%.1f"))
	case "grayscale":
		return "grey among pictures that are mostly in colour"
	default:
		return fmt.Sprintf("the file is %s; its name should end in .%s", m.Format, extension)
	}
}

func (s span) words(format string) string {
	low, high := fmt.Sprintf(format, s.low), fmt.Sprintf(format, s.high)
	if low == high {
		return low
	}
	return low + " to " + high
}

// extensionOf is the extension that a file should have when the one it has
// names another format, else "". No extension, and one that names no format
// (.jpg_large, .orig, a camera's own), does not lie.
func extensionOf(format, name string) string {
	dot := strings.LastIndexByte(name, '.')
	if dot <= 0 {
		return ""
	}
	ext := strings.ToLower(name[dot+1:])
	right, known := map[string][]string{
		"JPEG": {"jpg", "jpeg", "jpe", "jfif", "jif", "mpo"},
		"PNG":  {"png", "apng"},
		"GIF":  {"gif"},
		"BMP":  {"bmp", "dib"},
		"TIFF": {"tif", "tiff"},
		"WebP": {"webp"},
		"HEIC": {"heic", "heif", "hif"},
		"AVIF": {"avif", "heif", "hif"},
	}[format]
	if !known || slices.Contains(right, ext) {
		return ""
	}
	switch ext {
	case "jpg", "jpeg", "jpe", "jfif", "jif", "mpo", "png", "apng", "gif", "bmp", "dib", "tif", "tiff", "webp", "heic", "heif", "hif", "avif",
		"ico", "jp2", "jxl", "ppm", "psd", "svg", "tga", "mp4", "mov", "txt", "html", "htm", "pdf", "zip":
		return right[0]
	}
	return ""
}
