package align

import (
	"fmt"
	"math"
	"strings"
)

// describe says what was done to a to get b, from the map and the colours.
func (c *Comparer) describe(m *Match, a, b *Picture, way guess) {
	forth := way.m
	back, ok := forth.inverse()
	if !ok {
		return
	}
	if way.flip {
		forth, back = back, forth
	}
	m.Orientation = nearest(forth)
	m.InB, m.InA = footprint(forth), footprint(back)

	var n, sumIn, sumOut, squareIn, squareOut, chroma, covered float64
	for i := range side * side {
		if !c.on[i] {
			continue
		}
		in := c.inner[3*i : 3*i+3]
		out := c.seen[3*i : 3*i+3]
		lightIn := brightness(float32(in[0]), float32(in[1]), float32(in[2]))
		lightOut := brightness(out[0], out[1], out[2])
		n++
		sumIn += float64(lightIn)
		squareIn += float64(lightIn) * float64(lightIn)
		sumOut += float64(lightOut)
		squareOut += float64(lightOut) * float64(lightOut)
		if d := c.want[i] - c.have[i]; d > 40 || d < -40 {
			covered++
			continue
		}
		chroma += math.Abs(float64(float32(in[0])-lightIn-out[0]+lightOut)) + math.Abs(float64(float32(in[2])-lightIn-out[2]+lightOut))
	}
	if n == 0 {
		return
	}
	light := (sumOut/n + 1) / (sumIn/n + 1)
	contrast := (math.Sqrt(math.Max(0, squareOut/n-sumOut*sumOut/n/n)) + 1) / (math.Sqrt(math.Max(0, squareIn/n-sumIn*sumIn/n/n)) + 1)
	if way.flip { // the outer picture is the first
		light, contrast = 1/light, 1/contrast
	}
	m.Light, m.Contrast = light, contrast
	m.Recolour = math.Min(1, chroma/math.Max(1, n-covered)/2/128)
	m.Covered = covered / n
	if a.sharp > 0 && b.sharp > 0 {
		m.Sharper = float64(b.sharp) / float64(a.sharp)
	}
}

// Kind is one sort of edit, in the order in which it names a pair.
type Kind int

const (
	None Kind = iota // nothing but compression
	Turned
	Flipped
	Cut
	Painted  // something lies over it
	Coloured // light, contrast or colours were changed
	Scaled
)

// Amounts below which an edit is not spoken of.
const (
	cutFrom     = 0.965 // part of a side that is left
	paintedFrom = 0.025
	colourFrom  = 0.035
	lightFrom   = 0.07
	scaledFrom  = 0.04
)

// Kinds are the edits between two pictures, the most telling first.
func (m Match) Kinds(a, b *Picture) []Kind {
	var out []Kind
	switch {
	case m.Orientation == Upright:
	case m.Orientation < Mirrored:
		out = append(out, Turned)
	default:
		out = append(out, Flipped)
	}
	if whole(m.InA) < cutFrom || whole(m.InB) < cutFrom {
		out = append(out, Cut)
	}
	if m.Covered > paintedFrom {
		out = append(out, Painted)
	}
	if m.Recolour > colourFrom || math.Abs(math.Log(m.Light)) > lightFrom || math.Abs(math.Log(m.Contrast)) > 2*lightFrom {
		out = append(out, Coloured)
	}
	if math.Abs(m.scale(a, b)-1) > scaledFrom {
		out = append(out, Scaled)
	}
	return out
}

// whole is the shorter of what is left of the two sides.
func whole(r Rect) float64 { return math.Min(r.X1-r.X0, r.Y1-r.Y0) }

// scale is how many times longer the second picture shows the same length.
func (m Match) scale(a, b *Picture) float64 {
	inA, inB := m.InA.Area()*float64(a.Width)*float64(a.Height), m.InB.Area()*float64(b.Width)*float64(b.Height)
	if inA <= 0 || inB <= 0 {
		return 1
	}
	return math.Sqrt(inB / inA)
}

// Words says what was done to the first picture to get the second, with
// amounts: "mirrored, cropped to 72 %, brighter by 20 %".
func (m Match) Words(a, b *Picture) string {
	var out []string
	say := func(format string, v ...any) { out = append(out, fmt.Sprintf(format, v...)) }
	switch m.Orientation {
	case Turned90, Turned270:
		say("turned a quarter %s", map[Orientation]string{Turned90: "right", Turned270: "left"}[m.Orientation])
	case Turned180:
		say("turned upside down")
	case Mirrored:
		say("mirrored")
	case Mirrored180:
		say("mirrored top to bottom")
	case Mirrored90, Mirrored270:
		say("mirrored along a diagonal")
	}
	percent := func(v float64) int { return int(math.Round(100 * v)) }
	cutA, cutB := whole(m.InA) < cutFrom, whole(m.InB) < cutFrom
	switch {
	case cutA && cutB:
		say("overlapping parts, %d %% of the first", percent(m.InA.Area()))
	case cutA:
		say("cropped to %d %% %s", percent(m.InA.Area()), edges(m.InA))
	case cutB:
		say("shows more: the first is %d %% of it", percent(m.InB.Area()))
	}
	if m.Tilt > 0.02 {
		say("tilted by %.0f°", math.Max(1, m.Tilt*180/math.Pi))
	}
	if m.Covered > paintedFrom {
		say("painted over on %d %%", percent(m.Covered))
	}
	if l := math.Log(m.Light); math.Abs(l) > lightFrom {
		say("%s by %d %%", word(l > 0, "brighter", "darker"), percent(math.Abs(m.Light-1)))
	}
	if l := math.Log(m.Contrast / m.Light); math.Abs(l) > 2*lightFrom {
		say("%s contrast", word(l > 0, "more", "less"))
	}
	if m.Recolour > colourFrom {
		say("other colours")
	}
	if s := m.scale(a, b); math.Abs(s-1) > scaledFrom {
		say("%s to %d %%", word(s > 1, "enlarged", "reduced"), percent(s))
	} else if m.Sharper < 0.8 || m.Sharper > 1.25 {
		say("%s", word(m.Sharper > 1, "sharper", "less sharp"))
	}
	return strings.Join(out, ", ")
}

// edges says which sides were cut off.
func edges(r Rect) string {
	var out []string
	for _, e := range []struct {
		name string
		off  float64
	}{{"left", r.X0}, {"right", 1 - r.X1}, {"top", r.Y0}, {"bottom", 1 - r.Y1}} {
		if p := int(math.Round(100 * e.off)); p > 1 {
			out = append(out, fmt.Sprintf("%d %% %s", p, e.name))
		}
	}
	if len(out) == 0 {
		return "of the first"
	}
	return "(off: " + strings.Join(out, ", ") + ")"
}

func word(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}
