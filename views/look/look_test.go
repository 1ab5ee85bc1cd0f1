package look

import (
	"fmt"
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// luminance is WCAG 2.1's relative luminance.
func luminance(c color.NRGBA) float64 {
	f := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.03928 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*f(c.R) + 0.7152*f(c.G) + 0.0722*f(c.B)
}

func contrast(a, b color.NRGBA) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

func over(top, ground color.NRGBA) color.NRGBA {
	a := float64(top.A) / 255
	f := func(t, g uint8) uint8 { return uint8(math.Round(float64(t)*a + float64(g)*(1-a))) }
	return color.NRGBA{f(top.R, ground.R), f(top.G, ground.G), f(top.B, ground.B), 255}
}

func TestTextIsReadableOnEveryGround(t *testing.T) {
	grounds := map[fyne.ThemeColorName][]fyne.ThemeColorName{
		T1:    {BG0, BG1, BG2, BG3, BG4, AccSoft, OKSoft, WarnSoft, BadSoft},
		T2:    {BG0, BG1, BG2, BG3, BG4, AccSoft, OKSoft, BadSoft, WarnSoft},
		T3:    {BG0, BG1, BG2, BG3},
		Acc:   {BG0, BG1, BG2, BG3, AccSoft, BadSoft},
		OK:    {BG0, BG1, BG2, BG3, OKSoft},
		Warn:  {BG0, BG1, BG2, BG3, WarnSoft},
		Bad:   {BG0, BG1, BG2, BG3, BadSoft},
		OnAcc: {AccBG},
	}
	th := New(Fonts{})
	for _, v := range []fyne.ThemeVariant{theme.VariantDark, theme.VariantLight} {
		for text, list := range grounds {
			for _, ground := range list {
				a, b := th.Color(text, v).(color.NRGBA), th.Color(ground, v).(color.NRGBA)
				if c := contrast(a, b); c < 4.5 {
					t.Errorf("variant %d: %s on %s has contrast %.2f", v, text, ground, c)
				}
			}
		}
		// A plate lies over a photo: in the worst case white (dark theme) or black.
		plate := th.Color(Plate, v).(color.NRGBA)
		worst := color.NRGBA{255, 255, 255, 255}
		if v == theme.VariantLight {
			worst = color.NRGBA{0, 0, 0, 255}
		}
		if c := contrast(th.Color(T1, v).(color.NRGBA), over(plate, worst)); c < 4.5 {
			t.Errorf("variant %d: t1 on a plate has contrast %.2f", v, c)
		}
	}
}

func TestFyneTextIsReadable(t *testing.T) {
	th := New(Fonts{})
	for _, v := range []fyne.ThemeVariant{theme.VariantDark, theme.VariantLight} {
		for _, p := range [][2]fyne.ThemeColorName{
			{theme.ColorNameForeground, theme.ColorNameFocus}, // active menu row
			{theme.ColorNameForeground, theme.ColorNameHover},
			{theme.ColorNameForeground, theme.ColorNameSelection},
			{theme.ColorNameForeground, theme.ColorNameMenuBackground},
			{theme.ColorNameForegroundOnPrimary, theme.ColorNamePrimary},
			{theme.ColorNamePlaceHolder, theme.ColorNameInputBackground},
			{theme.ColorNameForegroundOnError, theme.ColorNameError},
		} {
			a, b := color.NRGBAModel.Convert(th.Color(p[0], v)), color.NRGBAModel.Convert(th.Color(p[1], v))
			if c := contrast(a.(color.NRGBA), b.(color.NRGBA)); c < 4.5 {
				t.Errorf("variant %d: %s on %s has contrast %.2f", v, p[0], p[1], c)
			}
		}
		// The keys of a menu are drawn with what Fyne makes of this alpha.
		_, _, _, alpha := th.Color(theme.ColorNameForeground, v).RGBA()
		if shown := uint8(uint32(float32(alpha) * 0.95)); shown < 250 {
			t.Errorf("variant %d: the keys in the menu are drawn at %d of 255", v, shown)
		}
	}
}

func TestModeFixesTheVariant(t *testing.T) {
	th := New(Fonts{})
	dark, light := th.Color(BG1, theme.VariantDark), th.Color(BG1, theme.VariantLight)
	if dark == light {
		t.Fatal("dark and light are equal")
	}
	if th.In(Dark).Color(BG1, theme.VariantLight) != dark || th.In(Light).Color(BG1, theme.VariantDark) != light {
		t.Error("a fixed mode must ignore the variant")
	}
}

func TestIconsExistAndFollowTheTheme(t *testing.T) {
	app := test.NewTempApp(t)
	th := New(Fonts{})
	for _, name := range mappedIcons {
		if !HasIcon(name) {
			t.Errorf("icon %q is missing", name)
		}
	}
	app.Settings().SetTheme(th.In(Dark))
	dark := string(Icon("images").Content())
	mark := Mark().Name()
	app.Settings().SetTheme(th.In(Light))
	if string(Icon("images").Content()) == dark {
		t.Error("the icon keeps its colour when the theme changes")
	}
	if Mark().Name() == mark {
		t.Error("the mark is not drawn for the light ground")
	}
}

func TestHues(t *testing.T) {
	seen := map[string]int{}
	for n := 1; n <= Hues; n++ {
		c := fmt.Sprint(tokens[Hue(n)])
		if seen[c] != 0 {
			t.Errorf("hue %d equals hue %d", n, seen[c])
		}
		seen[c] = n
	}
	if Hue(0) != T3 || Hue(13) != T3 {
		t.Error("what has no hue is drawn in t3")
	}
}
