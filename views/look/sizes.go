package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Text sizes (LOOK.md, section 2.3).
const (
	Caption  float32 = 11 // captions, section heads, key caps
	Small    float32 = 12 // lists, chips, facts, status bar
	Body     float32 = 13 // navigation, buttons, entries
	Panel    float32 = 15 // panel title, SemiBold
	Heading  float32 = 20 // page heading, stat value
	Headline float32 = 28 // one number a screen, the name on the welcome screen
)

// Size names of the text sizes that Fyne has no name for.
const (
	SizeNameSmall    fyne.ThemeSizeName = "kindred.small"
	SizeNameHeadline fyne.ThemeSizeName = "kindred.headline"
)

// Space, shape and heights (LOOK.md, section 2.4).
const (
	Gap       float32 = 4
	Inner     float32 = 8
	PanelPad  float32 = 16
	PagePad   float32 = 24
	TileGap   float32 = 8
	CardGap   float32 = 16
	Stroke    float32 = 1
	RingWidth float32 = 2

	RadiusBar    float32 = 2
	RadiusSmall  float32 = 4 // thumbnail, chip, badge, key
	RadiusButton float32 = 6 // button, entry, row
	RadiusCard   float32 = 8
	RadiusDialog float32 = 12

	ToolbarHeight   float32 = 48
	SubBarHeight    float32 = 36
	ActionBarHeight float32 = 48
	ReviewBarHeight float32 = 52
	StatusHeight    float32 = 28
	RowHeight       float32 = 28
	ListRow         float32 = 24
	ButtonHeight    float32 = 28
	SmallHeight     float32 = 24
	LargeHeight     float32 = 36
	EntryHeight     float32 = 32
	ChipHeight      float32 = 20
	KeyHeight       float32 = 18

	RailWidth      float32 = 208
	RailNarrow     float32 = 48
	InspectorWidth float32 = 320
	GroupListWidth float32 = 264

	IconList   float32 = 14
	IconNav    float32 = 16
	IconNotice float32 = 20
	IconDrop   float32 = 36
)

var sizes = map[fyne.ThemeSizeName]float32{
	theme.SizeNameCaptionText:        Caption,
	SizeNameSmall:                    Small,
	theme.SizeNameText:               Body,
	theme.SizeNameSubHeadingText:     Panel,
	theme.SizeNameHeadingText:        Heading,
	SizeNameHeadline:                 Headline,
	theme.SizeNamePadding:            Gap,
	theme.SizeNameInnerPadding:       Inner,
	theme.SizeNameLineSpacing:        4,
	theme.SizeNameInlineIcon:         IconNav,
	theme.SizeNameInputBorder:        Stroke,
	theme.SizeNameInputRadius:        RadiusButton,
	theme.SizeNameSelectionRadius:    RadiusSmall,
	theme.SizeNameScrollBar:          10,
	theme.SizeNameScrollBarSmall:     6,
	theme.SizeNameScrollBarRadius:    3,
	theme.SizeNameSeparatorThickness: Stroke,
}
