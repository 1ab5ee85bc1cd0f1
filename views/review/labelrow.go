package review

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"kindred/project"
	"kindred/views/feed"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/photo"
)

const (
	labelRowHeight float32 = 84
	nearMost               = 5
	nearSmall      float32 = 44
	typicalMost            = 3
)

// colourStrip is a row of small pictures, each with a bar below in the colour
// of its label.
type colourStrip struct {
	widget.BaseWidget
	src    *feed.Source
	side   float32
	picks  []*photo.Pick
	bars   []*kit.Bar
	walked func(project.FileID)
}

func newColourStrip(src *feed.Source, n int, side float32, walked func(project.FileID)) *colourStrip {
	s := &colourStrip{src: src, side: side, walked: walked}
	for range n {
		p := photo.NewPick(src, side, side, true)
		p.OnTapped = func() { s.walked(p.ID()) }
		s.picks = append(s.picks, p)
		s.bars = append(s.bars, kit.NewBar(1, look.T3))
	}
	s.ExtendBaseWidget(s)
	return s
}

// set shows files; labels are those of the files, "" while they are not known.
func (s *colourStrip) set(ids []project.FileID, labels func(project.FileID) string) {
	for i, p := range s.picks {
		if i >= len(ids) {
			p.Set(0)
			s.bars[i].Hide()
			continue
		}
		p.Set(ids[i])
		hue := fyne.ThemeColorName(look.T3)
		if l := labels(ids[i]); l != "" {
			hue = look.Hue(s.src.Labels.Hue(l))
		}
		s.bars[i].Set(1, hue)
		s.bars[i].Show()
	}
}

func (s *colourStrip) width() float32 { return float32(len(s.picks))*(s.side+6) - 6 }

// CreateRenderer implements fyne.Widget.
func (s *colourStrip) CreateRenderer() fyne.WidgetRenderer {
	var objects []fyne.CanvasObject
	for i := range s.picks {
		objects = append(objects, s.picks[i], s.bars[i])
	}
	return &photo.Painting{
		Widget: s, Objs: objects, Paint: func() {},
		Min: func() fyne.Size { return fyne.NewSize(s.width(), s.side+6) },
		Place: func(fyne.Size) {
			for i := range s.picks {
				x := float32(i) * (s.side + 6)
				s.picks[i].Resize(fyne.NewSquareSize(s.side))
				s.picks[i].Move(fyne.NewPos(x, 0))
				s.bars[i].Resize(fyne.NewSize(s.side, 4))
				s.bars[i].Move(fyne.NewPos(x, s.side+1))
			}
		},
	}
}

// twoLines is a sentence broken into two lines, of which the second is cut.
type twoLines struct {
	widget.BaseWidget
	text   string
	lines  [2]*kit.Text
	broken float32 // the width it was broken for
}

func newTwoLines(colour fyne.ThemeColorName) *twoLines {
	t := &twoLines{}
	for i := range t.lines {
		t.lines[i] = kit.NewText("", look.Small, colour).Truncate(0)
	}
	t.ExtendBaseWidget(t)
	return t
}

func (t *twoLines) say(text string) {
	if text != t.text {
		t.text, t.broken = text, 0
		t.lay(t.Size())
	}
}

func (t *twoLines) lay(s fyne.Size) {
	if s.Width < 8 || s.Width == t.broken {
		return
	}
	t.broken = s.Width
	lines := kit.Lines(t.text, look.Small, fyne.TextStyle{}, s.Width)
	t.lines[0].Set(lines[0])
	t.lines[1].Set(strings.Join(lines[1:], " "))
	for i, l := range t.lines {
		l.Resize(fyne.NewSize(s.Width, 16))
		l.Move(fyne.NewPos(0, float32(i)*16))
	}
}

// CreateRenderer implements fyne.Widget.
func (t *twoLines) CreateRenderer() fyne.WidgetRenderer {
	return &photo.Painting{
		Widget: t, Objs: []fyne.CanvasObject{t.lines[0], t.lines[1]}, Paint: func() {},
		Min: func() fyne.Size { return fyne.NewSize(60, 32) }, Place: t.lay,
	}
}

// fromTo shows "● wolf → ● dog".
type fromTo struct {
	box         *fyne.Container
	given, like *kit.Chip
	src         *feed.Source
}

func newFromTo(src *feed.Source) *fromTo {
	return &fromTo{src: src, box: kit.HBox(8)}
}

// set shows two labels, each cut to a number of letters.
func (f *fromTo) set(given, like string, most int) {
	f.given = kit.NewChip(shortName(given, most), kit.Neutral).Dot(look.Hue(f.src.Labels.Hue(given)))
	f.like = kit.NewChip(shortName(like, most), kit.Info).Icon("").Dot(look.Hue(f.src.Labels.Hue(like)))
	f.box.Objects = []fyne.CanvasObject{f.given, kit.NewIcon("arrow-right", look.T3, look.IconList), f.like}
	f.box.Refresh()
}

func shortName(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// labelRow is one suspect of the list: place, image, given → suggested,
// certainty, the five nearest, one sentence of evidence.
type labelRow struct {
	widget.BaseWidget
	room    *LabelCheck
	id      project.FileID
	rank    *kit.Text
	thumb   *photo.Thumb
	labels  *fromTo
	name    *kit.Text
	sure    *kit.Text
	bar     *kit.Bar
	near    *colourStrip
	why     *twoLines
	rowCall *feed.Latest
	hues    int // the epoch of the colours drawn
}

func newLabelRow(room *LabelCheck) *labelRow {
	r := &labelRow{
		room: room, rank: kit.NewText("", look.Small, look.T3).Align(fyne.TextAlignTrailing),
		thumb: photo.NewThumb(room.src, 64, 64, true), labels: newFromTo(room.src),
		name: kit.NewText("", look.Small, look.T3).Truncate(40), sure: kit.NewText("", look.Small, look.T1).Bold(),
		bar: kit.NewBar(0, look.Bad), near: newColourStrip(room.src, nearMost, nearSmall, room.walk),
		rowCall: feed.NewLatest(room.src.Crew), why: newTwoLines(look.T2),
	}
	r.ExtendBaseWidget(r)
	return r
}

// Bind implements kit.Row.
func (r *labelRow) Bind(i int) {
	m := r.room.found.ranked[i]
	r.rank.Set(kit.Count(i + 1))
	if r.id == m.ID && r.hues == r.room.hues {
		return
	}
	r.id, r.hues = m.ID, r.room.hues
	r.thumb.Set(m.ID)
	r.labels.set(m.Label, m.Suggested, 14)
	r.sure.Set(kit.Score(float64(m.Score)))
	r.bar.Set(float64(m.Score), look.Bad)
	r.name.Set("")
	near := m.Near[:min(len(m.Near), nearMost)]
	r.near.set(near, func(project.FileID) string { return "" })
	r.why.say("")
	ids := append([]project.FileID{m.ID}, near...)
	feed.Run(r.rowCall, 0, func(ctx context.Context) ([]project.Image, error) {
		return r.room.src.Project.Images(ctx, ids)
	}, func(rows []project.Image, err error) {
		if err != nil || r.id != m.ID {
			return
		}
		label := map[project.FileID]string{}
		var around []project.Image
		for _, row := range rows {
			label[row.ID] = row.Label
			if row.ID == m.ID {
				r.name.Set(row.Name())
			} else {
				around = append(around, row)
			}
		}
		r.near.set(near, func(id project.FileID) string { return label[id] })
		r.why.say(evidence(m, around))
	})
}

// Release implements kit.Row.
func (r *labelRow) Release() {
	r.rowCall.Cancel()
	r.id = 0
	r.thumb.Set(0)
	r.near.set(nil, nil)
}

// CreateRenderer implements fyne.Widget.
func (r *labelRow) CreateRenderer() fyne.WidgetRenderer {
	return &photo.Painting{
		Widget: r,
		Objs:   []fyne.CanvasObject{r.rank, r.thumb, r.labels.box, r.name, r.sure, r.bar, r.near, r.why},
		Min:    func() fyne.Size { return fyne.NewSize(480, labelRowHeight) },
		Paint:  func() {},
		Place: func(s fyne.Size) {
			put := func(o fyne.CanvasObject, x, y, w, h float32) {
				o.Resize(fyne.NewSize(max(w, 0), h))
				o.Move(fyne.NewPos(x, y))
			}
			put(r.rank, 0, 34, 40, 16)
			put(r.thumb, 52, 10, 64, 64)
			// What is at the right yields first, then the strip.
			labels := min(max(s.Width*0.27, 190), 260)
			put(r.labels.box, 130, 20, labels, look.ChipHeight)
			put(r.name, 130, 46, labels, 16)
			x := 130 + labels + 12
			put(r.sure, x, 22, 72, 16)
			put(r.bar, x, 44, 72, 8)
			x += 72 + 20
			put(r.near, x, 18, r.near.width(), nearSmall+6)
			r.near.Hidden = x+r.near.width()+8 > s.Width
			x += r.near.width() + 20
			room := s.Width - x - 12
			r.why.Hidden = room < 90
			put(r.why, x, 26, room, 32)
		},
	}
}
