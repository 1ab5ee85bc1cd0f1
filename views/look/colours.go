package look

import (
	"image/color"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// The colour names of Kindred (LOOK.md, section 2.1). They are names, not
// values: Colour looks the value up in the current theme, so that dark, light
// and "follow the system" switch without a restart.
const (
	BG0      fyne.ThemeColorName = "kindred.bg0"      // rail, menu bar, status bar
	BG1      fyne.ThemeColorName = "kindred.bg1"      // canvas, grid, entry ground
	BG2      fyne.ThemeColorName = "kindred.bg2"      // toolbars, inspector, cards, dialogs
	BG3      fyne.ThemeColorName = "kindred.bg3"      // buttons, chips, hovered row
	BG4      fyne.ThemeColorName = "kindred.bg4"      // hovered button, tracks, scroll bar
	Line     fyne.ThemeColorName = "kindred.line"     // 1 px separators, card edge
	Line2    fyne.ThemeColorName = "kindred.line2"    // edge of buttons, entries, dialogs, keys
	T1       fyne.ThemeColorName = "kindred.t1"       // text
	T2       fyne.ThemeColorName = "kindred.t2"       // secondary text, icons
	T3       fyne.ThemeColorName = "kindred.t3"       // captions, counts, placeholder
	Acc      fyne.ThemeColorName = "kindred.acc"      // focus, selection edge, links
	AccBG    fyne.ThemeColorName = "kindred.accbg"    // primary button, ticked box
	AccSoft  fyne.ThemeColorName = "kindred.accsoft"  // selected row, active segment
	OK       fyne.ThemeColorName = "kindred.ok"       // kept, better, done
	OKSoft   fyne.ThemeColorName = "kindred.oksoft"   // ground of OK
	Warn     fyne.ThemeColorName = "kindred.warn"     // look at this
	WarnSoft fyne.ThemeColorName = "kindred.warnsoft" // ground of Warn
	Bad      fyne.ThemeColorName = "kindred.bad"      // dropped, wrong, failed
	BadSoft  fyne.ThemeColorName = "kindred.badsoft"  // ground of Bad
	Plate    fyne.ThemeColorName = "kindred.plate"    // badge or name over a photo
	Scrim    fyne.ThemeColorName = "kindred.scrim"    // behind a dialog
	OnAcc    fyne.ThemeColorName = "kindred.onacc"    // text on AccBG
	Clear    fyne.ThemeColorName = "kindred.clear"    // nothing
)

// Hues is the number of categorical colours.
const Hues = 12

// Hue names the n-th categorical colour, from 1. What lies outside 1 to 12 is
// drawn as T3: those items are listed as "N more".
func Hue(n int) fyne.ThemeColorName {
	if n < 1 || n > Hues {
		return T3
	}
	return hueNames[n-1]
}

// Colour returns the value of a colour name in the current theme.
func Colour(name fyne.ThemeColorName) color.Color { return theme.Color(name) }

var hueNames = func() (names [Hues]fyne.ThemeColorName) {
	for i := range names {
		names[i] = fyne.ThemeColorName("kindred.hue" + strconv.Itoa(i+1))
	}
	return names
}()

// pair is the value of a token in the dark and in the light theme.
type pair struct{ dark, light color.NRGBA }

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 255}
}

func both(dark, light uint32) pair { return pair{rgb(dark), rgb(light)} }

// through is a token with a transparency, in per cent.
func through(dark uint32, darkAlpha int, light uint32, lightAlpha int) pair {
	p := both(dark, light)
	p.dark.A = uint8((darkAlpha*255 + 50) / 100)
	p.light.A = uint8((lightAlpha*255 + 50) / 100)
	return p
}

var tokens = map[fyne.ThemeColorName]pair{
	BG0:      both(0x131416, 0xEDEEF1),
	BG1:      both(0x191A1D, 0xF6F7F8),
	BG2:      both(0x202226, 0xFFFFFF),
	BG3:      both(0x2A2C31, 0xEDEEF1),
	BG4:      both(0x35383F, 0xDFE2E7),
	Line:     both(0x2B2D32, 0xDDE0E5),
	Line2:    both(0x41454D, 0xC3C7CF),
	T1:       both(0xECEDEF, 0x1B1D21),
	T2:       both(0xB2B6BE, 0x4C515A),
	T3:       both(0x90959F, 0x646973),
	Acc:      both(0x7AA2FF, 0x2F5BD7),
	AccBG:    both(0x4468E0, 0x3E63DD),
	AccSoft:  both(0x232D47, 0xE1E9FC),
	OK:       both(0x46B98C, 0x127752),
	OKSoft:   both(0x1C312A, 0xDCF1E7),
	Warn:     both(0xE3AC4A, 0x8A5A00),
	WarnSoft: both(0x362D1D, 0xFBEED2),
	Bad:      both(0xF2716B, 0xC2332C),
	BadSoft:  both(0x3B2424, 0xFBE3E1),
	Plate:    through(0x131416, 80, 0xFFFFFF, 88),
	Scrim:    through(0x08090A, 62, 0x1B1D21, 42),
	OnAcc:    both(0xFFFFFF, 0xFFFFFF),
	Clear:    {},

	hueNames[0]:  both(0x7E97F0, 0x7D8FED), // iris
	hueNames[1]:  both(0xFAAD59, 0x865400), // amber
	hueNames[2]:  both(0x0BC1B0, 0x00B28B), // teal
	hueNames[3]:  both(0xEB7F7B, 0x8C1A23), // coral
	hueNames[4]:  both(0xB7E998, 0x668452), // leaf
	hueNames[5]:  both(0xCEA8FE, 0x4E437A), // violet
	hueNames[6]:  both(0xAD9919, 0xAF9804), // olive
	hueNames[7]:  both(0x78E6FD, 0x00655E), // sky
	hueNames[8]:  both(0xBD6627, 0xCF581F), // rust
	hueNames[9]:  both(0xFFC1D5, 0xB2648D), // pink
	hueNames[10]: both(0x008BBE, 0x2289B1), // ocean
	hueNames[11]: both(0x9B6F94, 0x834AB4), // mauve
}

// mapped gives Fyne's own widgets (menus, the file dialog, entries) their
// token. Two names differ from the table of LOOK.md, because Fyne puts its own
// text on them: Background is the ground of the menu bar, which is BG0 (the
// shell paints BG1 itself), and Focus is the ground of a menu's active row,
// where T1 on Acc would be unreadable.
var mapped = map[fyne.ThemeColorName]fyne.ThemeColorName{
	theme.ColorNameBackground:          BG0,
	theme.ColorNameInputBackground:     BG1,
	theme.ColorNameOverlayBackground:   BG2,
	theme.ColorNameMenuBackground:      BG2,
	theme.ColorNameHeaderBackground:    BG2,
	theme.ColorNameButton:              BG3,
	theme.ColorNameDisabledButton:      BG2,
	theme.ColorNameHover:               BG3,
	theme.ColorNamePressed:             BG4,
	theme.ColorNameScrollBar:           BG4,
	theme.ColorNameScrollBarBackground: Clear,
	theme.ColorNameSeparator:           Line,
	theme.ColorNameInputBorder:         Line2,
	theme.ColorNameForeground:          T1,
	theme.ColorNamePlaceHolder:         T3,
	theme.ColorNameDisabled:            T3,
	theme.ColorNameFocus:               AccSoft,
	theme.ColorNameHyperlink:           Acc,
	theme.ColorNamePrimary:             AccBG,
	theme.ColorNameSelection:           AccSoft,
	theme.ColorNameSuccess:             OK,
	theme.ColorNameWarning:             Warn,
	theme.ColorNameError:               Bad,
	theme.ColorNameForegroundOnPrimary: OnAcc,
	theme.ColorNameForegroundOnSuccess: BG1,
	theme.ColorNameForegroundOnWarning: BG1,
	theme.ColorNameForegroundOnError:   BG1,
	theme.ColorNameShadow:              Clear,
}
