package review

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/photo"
)

// mixedMost is how many pairs of labels are named.
const mixedMost = 10

// labelSide is what the check says of all labels: how many are wrong, which
// are mixed up, and how it was found.
type labelSide struct {
	room    *LabelCheck
	content fyne.CanvasObject
	left    *kit.Text
	spread  *kit.Text
	of      *kit.Text
	pairs   *fyne.Container
	body    *fyne.Container
	scroll  *container.Scroll
}

func newLabelSide(room *LabelCheck) *labelSide {
	s := &labelSide{
		room: room, left: kit.NewText("…", look.Headline, look.T1).Bold(),
		spread: kit.NewText("", look.Body, look.T2), of: kit.NewText("", look.Small, look.T3).Truncate(60), pairs: kit.VBox(0),
	}
	block := func(rows ...fyne.CanvasObject) fyne.CanvasObject {
		return kit.Pad(0, 16, 0, 16, kit.VBox(8, rows...))
	}
	s.body = kit.VBox(16, kit.Fixed(0, 1, kit.VBox(0)),
		block(kit.PanelHead("Wrong labels", "estimate"), kit.HBox(8, s.left, s.spread, kit.Spacer()), s.of),
		kit.HRule(),
		block(kit.PanelHead("Most mixed up", "click: only these"), s.pairs),
		kit.HRule(),
		block(kit.PanelHead("Method", ""), kit.NewParagraph(
			"A classifier that was trained without the image, and the labels of its nearest neighbours, speak against its label.",
			look.Small, look.T2, look.InspectorWidth-40)))
	s.scroll = container.NewVScroll(s.body)
	s.content = kit.NewSurface(look.BG2, "", 0, s.scroll)
	return s
}

// set shows the estimate and the pairs of what is listed.
func (s *labelSide) set(found suspects) {
	c := s.room.src.Found.Labels()
	s.left.Set("…")
	s.spread.Set("")
	s.of.Set("")
	if len(c.All) > 0 {
		s.left.Set(kit.Count(c.Estimate.Wrong))
		if c.Estimate.Low != c.Estimate.High {
			s.spread.Set(kit.Count(c.Estimate.Low) + " to " + kit.Count(c.Estimate.High))
		}
		s.of.Set("of " + kit.Count(len(c.All)) + " labelled · " + kit.Percent(float64(c.Estimate.Wrong)/float64(len(c.All))))
	}
	s.pairs.Objects = nil
	most := 0
	for i, p := range found.pairs {
		if i == mixedMost {
			break
		}
		most = max(most, p.Count)
		s.pairs.Add(newMixedRow(s.room, p, float64(p.Count)/float64(most), p.Given == s.room.only.Given && p.Like == s.room.only.Like))
	}
	if n := len(found.pairs) - mixedMost; n > 0 {
		s.pairs.Add(kit.Fixed(0, look.ListRow, kit.NewText(kit.Plural(n, "more pair", "more pairs"), look.Small, look.T3)))
	}
	if len(found.pairs) == 0 {
		s.pairs.Add(kit.NewText("none", look.Small, look.T3))
	}
	s.pairs.Refresh()
	if w := s.scroll.Size().Width; w > 0 {
		s.body.Resize(fyne.NewSize(w, max(s.body.MinSize().Height, s.scroll.Size().Height)))
		photo.Relayout(s.body)
		s.scroll.Refresh()
	}
}

// mixedRow is one pair of labels with its number; a click lists only its
// suspects, another one all.
type mixedRow struct {
	widget.BaseWidget
	room    *LabelCheck
	pair    mixed
	on      bool
	hovered bool
	inside  fyne.CanvasObject
	ground  *kit.Surface
}

func newMixedRow(room *LabelCheck, p mixed, share float64, on bool) *mixedRow {
	r := &mixedRow{room: room, pair: p, on: on}
	labels := room.src.Labels
	name := func(s string) fyne.CanvasObject {
		return kit.HBox(6, kit.NewDot(look.Hue(labels.Hue(s))), kit.Fit(kit.NewText(s, look.Small, look.T1).Truncate(24)))
	}
	row := kit.HBox(6, kit.Grow(container.New(halves{}, name(p.Given), kit.NewIcon("arrow-right", look.T3, 12), name(p.Like))),
		kit.Fixed(48, 8, kit.NewBar(share, look.T3)), kit.Fixed(32, 16, kit.NewText(kit.Count(p.Count), look.Small, look.T2).Align(fyne.TextAlignTrailing)))
	r.ground = kit.NewSurface(look.Clear, "", look.RadiusSmall, kit.Pad(0, 4, 0, 4, row))
	r.inside = kit.Fixed(0, look.ListRow, r.ground)
	r.ExtendBaseWidget(r)
	r.paint()
	return r
}

// halves places two names side by side with an arrow between.
type halves struct{}

// MinSize implements fyne.Layout.
func (halves) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(100, 16) }

// Layout implements fyne.Layout.
func (halves) Layout(o []fyne.CanvasObject, s fyne.Size) {
	each := float32(int((s.Width - 24) / 2))
	put := func(c fyne.CanvasObject, x, w float32) {
		h := c.MinSize().Height
		c.Resize(fyne.NewSize(w, h))
		c.Move(fyne.NewPos(x, float32(int((s.Height-h)/2))))
	}
	put(o[0], 0, each)
	put(o[1], each+4, 12)
	put(o[2], each+24, each)
}

func (r *mixedRow) paint() {
	switch {
	case r.on:
		r.ground.SetColours(look.AccSoft, "")
	case r.hovered:
		r.ground.SetColours(look.BG3, "")
	default:
		r.ground.SetColours(look.Clear, "")
	}
}

// Tapped implements fyne.Tappable.
func (r *mixedRow) Tapped(*fyne.PointEvent) {
	if r.on {
		r.room.setPair(mixed{})
	} else {
		r.room.setPair(r.pair)
	}
}

// MouseIn implements desktop.Hoverable.
func (r *mixedRow) MouseIn(*desktop.MouseEvent) { r.hovered = true; r.paint() }

// MouseMoved implements desktop.Hoverable.
func (r *mixedRow) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (r *mixedRow) MouseOut() { r.hovered = false; r.paint() }

// Cursor implements desktop.Cursorable.
func (r *mixedRow) Cursor() desktop.Cursor { return desktop.PointerCursor }

// CreateRenderer implements fyne.Widget.
func (r *mixedRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.inside) }
