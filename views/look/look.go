// Package look is the theme of Kindred: its colours, sizes, fonts and icons,
// as ../shared/design/LOOK.md, section 2, has them.
package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Fonts are the font files that the program carries. A nil one falls back to
// the font of Fyne's default theme.
type Fonts struct {
	Regular, SemiBold, Mono []byte
}

// Mode says whether the theme follows the system or is fixed.
type Mode int

const (
	System Mode = iota
	Dark
	Light
)

// Theme is Kindred's theme. It is immutable.
type Theme struct {
	base                    fyne.Theme
	regular, semiBold, mono fyne.Resource
	mode                    Mode
}

// New returns the theme that follows the variant of the system.
func New(fonts Fonts) *Theme {
	t := &Theme{base: theme.DefaultTheme()}
	resource := func(name string, data []byte) fyne.Resource {
		if len(data) == 0 {
			return nil
		}
		return fyne.NewStaticResource(name, data)
	}
	t.regular = resource("Inter-Regular.ttf", fonts.Regular)
	t.semiBold = resource("Inter-SemiBold.ttf", fonts.SemiBold)
	t.mono = resource("JetBrainsMono-Regular.ttf", fonts.Mono)
	return t
}

// In returns the same theme in another mode.
func (t *Theme) In(mode Mode) *Theme {
	c := *t
	c.mode = mode
	return &c
}

// Mode says whether this theme follows the system.
func (t *Theme) Mode() Mode { return t.mode }

// Color implements fyne.Theme.
func (t *Theme) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	switch t.mode {
	case Dark:
		variant = theme.VariantDark
	case Light:
		variant = theme.VariantLight
	}
	token := name
	if own, ok := mapped[name]; ok {
		token = own
	}
	p, ok := tokens[token]
	if !ok {
		return t.base.Color(name, variant)
	}
	value := p.dark
	if variant == theme.VariantLight {
		value = p.light
	}
	if name == theme.ColorNameForeground {
		return ink{value}
	}
	return value
}

// ink is the colour of Fyne's own text. Fyne 2.7.4 takes the keys of a menu
// from it as uint8(alpha * 0.95) of the 16-bit alpha, which for an opaque
// colour leaves a fifth of it: the keys cannot be read. This alpha is opaque
// in 8 bits, and the low byte of 0.95 of it is 255.
type ink struct{ color.NRGBA }

// RGBA implements color.Color.
func (i ink) RGBA() (r, g, b, a uint32) {
	r, g, b, _ = i.NRGBA.RGBA()
	return r, g, b, 0xFFCA
}

// Font implements fyne.Theme. SemiBold is the bold of Kindred; there is no
// italic.
func (t *Theme) Font(style fyne.TextStyle) fyne.Resource {
	var own fyne.Resource
	switch {
	case style.Symbol:
	case style.Monospace:
		own = t.mono
	case style.Bold:
		own = t.semiBold
	default:
		own = t.regular
	}
	if own != nil {
		return own
	}
	return t.base.Font(style)
}

// Icon implements fyne.Theme: Fyne's own widgets take Kindred's icons where
// there is one.
func (t *Theme) Icon(name fyne.ThemeIconName) fyne.Resource {
	if own, ok := mappedIcons[name]; ok {
		return Icon(own)
	}
	return t.base.Icon(name)
}

// Size implements fyne.Theme.
func (t *Theme) Size(name fyne.ThemeSizeName) float32 {
	if s, ok := sizes[name]; ok {
		return s
	}
	return t.base.Size(name)
}
