package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"kindred/views/look"
)

// appTheme is the theme of the program. theme.Current would be the theme of the
// override that is being drawn, which is bare itself.
func appTheme() fyne.Theme { return fyne.CurrentApp().Settings().Theme() }

// bare is the theme inside an Entry: no ground and no edge of its own, since
// the Entry here draws them, and the cursor in the accent colour.
type bare struct{ size float32 }

func (bare) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	switch n {
	case theme.ColorNameInputBackground, theme.ColorNameInputBorder:
		return color.Transparent
	case theme.ColorNamePrimary:
		n = look.Acc
	}
	return appTheme().Color(n, v)
}
func (bare) Font(s fyne.TextStyle) fyne.Resource     { return appTheme().Font(s) }
func (bare) Icon(n fyne.ThemeIconName) fyne.Resource { return appTheme().Icon(n) }
func (b bare) Size(n fyne.ThemeSizeName) float32 {
	switch n {
	case theme.SizeNameInputBorder:
		// The entry derives the width of its cursor from it.
		return look.Stroke
	case theme.SizeNameInputRadius:
		return 0
	case theme.SizeNameText:
		return b.size
	case theme.SizeNameInnerPadding:
		return 6
	}
	return appTheme().Size(n)
}

// inner is the editable text: an entry that hands on the keys that are not
// for editing.
type inner struct {
	widget.Entry
	outer *Entry
}

func (i *inner) TypedKey(e *fyne.KeyEvent) {
	if i.outer.OnKey != nil && i.outer.OnKey(e.Name) {
		return
	}
	if e.Name == fyne.KeyEscape {
		if i.Text != "" {
			i.SetText("")
			return
		}
		if c := canvasOf(i); c != nil {
			c.Unfocus()
		}
		return
	}
	i.Entry.TypedKey(e)
}

// AcceptsTab implements fyne.Tabbable.
func (i *inner) AcceptsTab() bool { return i.outer.CatchTab }

func (i *inner) FocusGained() {
	i.Entry.FocusGained()
	// As drawn, only the outer edge says where the keyboard is. That edge is
	// painted here: the entry's own Refresh does not reach it.
	i.outer.focused = true
	i.outer.Refresh()
}

func (i *inner) FocusLost() {
	i.Entry.FocusLost()
	i.outer.focused = false
	i.outer.Refresh()
}

// bleedBy is how far an entry lies beyond its window on each side.
const bleedBy float32 = 3

// bleed places its object a little beyond the container on each side.
type bleed struct{}

func (bleed) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(1, 1) }
func (bleed) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Resize(s.AddWidthHeight(2*bleedBy, 2*bleedBy))
	o[0].Move(fyne.NewPos(-bleedBy, -bleedBy))
}

// Entry is a field for one line of text with an icon before it and, when
// there is text, a cross that clears it.
type Entry struct {
	widget.BaseWidget
	// OnChanged is called after each change of the text.
	OnChanged func(string)
	// OnSubmitted is called on Enter.
	OnSubmitted func(string)
	// OnKey sees each key first; true means that it was used.
	OnKey func(fyne.KeyName) bool
	// CatchTab gives Tab to OnKey, instead of to the next part of the window.
	CatchTab bool

	edit    *inner
	holder  *container.ThemeOverride
	window  *container.Clip
	cross   *Button
	icon    string
	key     string
	wrong   bool
	focused bool
	height  float32
}

// NewEntry makes a field with a placeholder.
func NewEntry(placeholder string) *Entry {
	e := &Entry{height: look.EntryHeight}
	e.edit = &inner{outer: e}
	e.edit.ExtendBaseWidget(e.edit)
	e.edit.PlaceHolder = placeholder
	e.edit.Scroll = container.ScrollHorizontalOnly
	e.edit.OnChanged = func(s string) {
		e.wrong = false
		e.Refresh()
		if e.OnChanged != nil {
			e.OnChanged(s)
		}
	}
	e.edit.OnSubmitted = func(s string) {
		if e.OnSubmitted != nil {
			e.OnSubmitted(s)
		}
	}
	e.cross = NewIconButton("close", func() { e.SetText(""); e.Focus() })
	e.cross.height = 20
	e.holder = container.NewThemeOverride(e.edit, bare{look.Body})
	// Fyne's entry draws an edge in the colour of its cursor while it has the
	// keyboard: it lies outside the window through which the entry is seen.
	e.window = container.NewClip(container.New(bleed{}, e.holder))
	e.window.ExtendBaseWidget(e.window)
	e.ExtendBaseWidget(e)
	return e
}

// NewSearch makes a field for searching.
func NewSearch(placeholder string) *Entry { return NewEntry(placeholder).Icon("search") }

// Icon puts an icon before the text.
func (e *Entry) Icon(name string) *Entry { e.icon = name; return e }

// Key shows a key cap at the right while the field is empty.
func (e *Entry) Key(text string) *Entry { e.key = text; return e }

// Large makes the field 36 px high.
func (e *Entry) Large() *Entry { e.height = look.LargeHeight; return e }

// Small makes the field 28 px high.
func (e *Entry) Small() *Entry { e.height = look.ButtonHeight; return e }

// Text returns what stands in the field.
func (e *Entry) Text() string { return e.edit.Text }

// SetText changes the text; OnChanged is called.
func (e *Entry) SetText(s string) { e.edit.SetText(s) }

// TextX is where a text ends that stands at the beginning of the field.
func (e *Entry) TextX(text string) float32 {
	x := float32(6)
	if e.icon != "" {
		x = 26
	}
	return x + 6 - bleedBy + fyne.MeasureText(text, look.Body, fyne.TextStyle{}).Width // 6: inner padding
}

// SetWrong paints the edge red until the text changes.
func (e *Entry) SetWrong(wrong bool) {
	if e.wrong != wrong {
		e.wrong = wrong
		e.Refresh()
	}
}

// Focus gives the field the keyboard.
func (e *Entry) Focus() { focus(e.edit) }

// Focusable returns the object that takes the keyboard, for tests and for the
// order of focus.
func (e *Entry) Focusable() fyne.Focusable { return e.edit }

// CreateRenderer implements fyne.Widget.
func (e *Entry) CreateRenderer() fyne.WidgetRenderer {
	ground, icon := box(look.RadiusButton), newIcon()
	capEdge, capText := box(look.RadiusSmall), canvas.NewText("", nil)
	return render(e, painting{
		objects: []fyne.CanvasObject{ground, icon, e.window, capEdge, capText, e.cross},
		min:     func() fyne.Size { return fyne.NewSize(96, e.height) },
		place: func(s fyne.Size) {
			ground.Resize(s)
			x := float32(6)
			if e.icon != "" {
				centre(icon, 10, s.Height, fyne.NewSquareSize(look.IconList))
				x = 26
			}
			right := s.Width - 4
			if !e.cross.Hidden {
				right -= 24
				centre(e.cross, right, s.Height, fyne.NewSquareSize(20))
			} else if e.key != "" {
				m := capText.MinSize()
				w := max(round(m.Width)+8, look.KeyHeight)
				right -= w + 4
				centre(capEdge, right, s.Height, fyne.NewSize(w, look.KeyHeight))
				centre(capText, round(right+(w-m.Width)/2), s.Height, m)
			}
			h := e.holder.MinSize().Height - 2*bleedBy
			e.window.Resize(fyne.NewSize(max(0, right-x), h))
			e.window.Move(fyne.NewPos(x, round((s.Height-h)/2)))
		},
		paint: func() {
			edge := look.Line2
			switch {
			case e.wrong:
				edge = look.Bad
			case e.focused:
				edge = look.Acc
			}
			fill(ground, look.BG1, edge, 1)
			setIcon(icon, e.icon, look.T2)
			e.cross.Hidden = e.edit.Text == ""
			cap := e.key != "" && e.cross.Hidden
			capEdge.Hidden, capText.Hidden = !cap, !cap
			fill(capEdge, look.BG2, look.Line2, 1)
			setText(capText, e.key, look.Caption, look.T2, false)
		},
	})
}
