package review

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"kindred/project"
	"kindred/views/feed"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/photo"
	"kindred/views/shell"
)

const (
	leastSuspect, mostSuspect float32 = 0.05, 0.99

	paneHeight float32 = 262
)

// labelBar is the bar above the rows, and that above the grid.
type labelBar struct {
	room   *LabelCheck
	grid   bool
	counts *kit.Text
	pair   *fyne.Container
	slider *kit.Slider
	value  *kit.Text
}

func newLabelBar(room *LabelCheck, grid bool) *labelBar {
	b := &labelBar{room: room, grid: grid, counts: kit.NewText("", look.Small, look.T3).Truncate(40), pair: kit.HBox(0)}
	b.slider = kit.NewSlider(float64(leastSuspect), float64(mostSuspect), 0.01, 0.5).Width(120)
	b.slider.OnChanged = func(v float64) { room.setThreshold(float32(v), cutPause) }
	b.slider.OnSettled = func(v float64) { room.host.SetPreference(prefSuspect, v) }
	b.value = kit.NewText("", look.Body, look.T1).Bold()
	return b
}

// box makes the bar; size is the slider of the tiles, nil for the rows.
func (b *labelBar) box(size fyne.CanvasObject) fyne.CanvasObject {
	form := kit.NewButton("As grid", func() { b.room.setGrid(true) }).Icon("grid").Key("G")
	if b.grid {
		form = kit.NewButton("As rows", func() { b.room.setGrid(false) }).Icon("list").Key("G")
	}
	objects := []fyne.CanvasObject{
		kit.NewText("Wrong from", look.Small, look.T2), b.slider, kit.Fixed(34, 20, b.value),
		kit.Grow(b.counts), b.pair,
	}
	if size != nil {
		objects = append(objects, size)
	}
	return kit.Toolbar(append(objects, form)...)
}

func (b *labelBar) setThreshold(at float32) {
	b.slider.Set(float64(at))
	b.value.Set(kit.Score(float64(at)))
}

// set shows how many are listed, and of which pair.
func (b *labelBar) set(s suspects, only mixed) {
	text := ""
	if n := s.list.Len(); n > 0 {
		text = kit.Plural(n, "suspect", "suspects") + ", surest first"
		if n < s.all {
			text = kit.Count(n) + " of " + kit.Plural(s.all, "suspect", "suspects")
		}
	}
	b.counts.Set(text)
	b.pair.Objects = nil
	if only.Given != "" {
		b.pair.Objects = []fyne.CanvasObject{kit.NewChip(shortName(only.Given, 12)+" → "+shortName(only.Like, 12), kit.Info).Icon("").
			OnClosed(func() { b.room.setPair(mixed{}) })}
	}
	b.pair.Refresh()
}

// suspectPane shows the suspect in focus large.
type suspectPane struct {
	widget.BaseWidget
	room    *LabelCheck
	now     project.Mislabel
	preview *photo.Preview
	name    *kit.Text
	folder  *kit.Text
	place   *kit.Text
	given   *fyne.Container
	sure    *kit.Text
	why     *twoLines
	near    *namedStrip
	typical *namedStrip
	like    *kit.Text
	facts   *fyne.Container
	right   *fyne.Container
	call    *feed.Latest
}

func newSuspectPane(room *LabelCheck) *suspectPane {
	p := &suspectPane{
		room: room, preview: photo.NewPreview(room.src, look.RadiusSmall), call: feed.NewLatest(room.src.Crew),
		name:   kit.NewText("", look.Body, look.T1).Bold().Truncate(60),
		folder: kit.NewText("", look.Small, look.T3).Truncate(0),
		place:  kit.NewText("", look.Small, look.T3),
		given:  kit.HBox(8),
		sure:   kit.NewText("", look.Small, look.T1).Bold(),
		why:    newTwoLines(look.T1),
		near:   newNamedStrip(room.src, nearMost, room.walk), typical: newNamedStrip(room.src, typicalMost, room.walk),
		like: kit.NewText("", look.Caption, look.T3).Truncate(60),
	}
	host := room.host
	p.facts = kit.HBox(12, kit.Fit(p.name), kit.Grow(p.folder), p.place)
	labels := kit.HBox(8, p.given, kit.Spacer(), kit.NewText("wrong with", look.Small, look.T3), p.sure)
	strips := kit.HBox(24,
		kit.VBox(4, kit.NewText("Nearest images", look.Caption, look.T3), p.near),
		kit.VBox(4, p.like, p.typical), kit.Spacer())
	buttons := kit.HBox(8,
		kit.NewButton("Find similar", func() { room.FindSimilar(room.focus) }).Icon("similar").Key("S").Small(),
		kit.NewButton("Show in Images", func() { host.Open("images", shell.Request{Image: room.focus}) }).Icon("images").Small(),
		kit.NewButton("Show in folder", func() { room.Reveal(room.focus) }).Icon("folder-open").Small(),
		kit.NewButton("Copy path", func() { room.CopyPath(room.focus) }).Icon("copy-path").Small(), kit.Spacer())
	p.right = kit.VBox(8, p.facts, labels, p.why, strips, buttons)
	p.ExtendBaseWidget(p)
	return p
}

// set shows a suspect, the one at a place of so many.
func (p *suspectPane) set(m project.Mislabel, place, of int) {
	p.place.Set(kit.Count(place+1) + " of " + kit.Count(of))
	if m.ID == p.now.ID && m.Score == p.now.Score && m.Suggested == p.now.Suggested {
		photo.Relayout(p.facts)
		return
	}
	p.now = m
	p.preview.Set(m.ID)
	p.name.Set("")
	p.folder.Set("")
	p.sure.Set(kit.Score(float64(m.Score)))
	p.why.say("")
	near := m.Near[:min(len(m.Near), nearMost)]
	var typical []project.FileID
	for _, id := range p.room.src.Found.Labels().Typical[m.Label] {
		if id != m.ID && len(typical) < typicalMost {
			typical = append(typical, id)
		}
	}
	p.like.Set("Typical “" + shortName(m.Label, 20) + "”")
	unknown := func(project.FileID) string { return "" }
	p.near.set(near, unknown)
	p.typical.set(typical, func(project.FileID) string { return m.Label })
	p.hues()
	ids := append([]project.FileID{m.ID}, near...)
	feed.Run(p.call, 0, func(ctx context.Context) ([]project.Image, error) {
		return p.room.src.Project.Images(ctx, ids)
	}, func(rows []project.Image, err error) {
		if err != nil {
			p.room.host.Notice("The image could not be read: " + err.Error() + ".")
			return
		}
		label := map[project.FileID]string{}
		var around []project.Image
		for _, row := range rows {
			label[row.ID] = row.Label
			if row.ID == m.ID {
				p.name.Set(row.Name())
				p.folder.Set(strings.ReplaceAll(strings.Trim(strings.TrimSuffix(row.Shown, row.Name()), "/"), "/", " / "))
			} else {
				around = append(around, row)
			}
		}
		p.near.set(near, func(id project.FileID) string { return label[id] })
		p.why.say(evidence(m, around))
		photo.Relayout(p.facts)
	})
}

// hues draws what has the colour of a label.
func (p *suspectPane) hues() {
	if p.now.ID == 0 {
		return
	}
	labels := p.room.src.Labels
	p.given.Objects = []fyne.CanvasObject{
		kit.NewText("Given", look.Small, look.T3),
		kit.NewChip(shortName(p.now.Label, 24), kit.Neutral).Dot(look.Hue(labels.Hue(p.now.Label))),
		kit.NewIcon("arrow-right", look.T2, look.IconNav),
		kit.NewText("Suggested", look.Small, look.T3),
		kit.NewChip(shortName(p.now.Suggested, 24), kit.Info).Icon("").Dot(look.Hue(labels.Hue(p.now.Suggested))),
	}
	p.given.Refresh()
	p.near.hues()
	p.typical.hues()
}

// CreateRenderer implements fyne.Widget.
func (p *suspectPane) CreateRenderer() fyne.WidgetRenderer {
	ground := kit.NewSurface(look.BG2, "", 0, container.NewStack())
	bar := kit.NewSurface(look.Acc, "", 0, nil)
	return &photo.Painting{
		Widget: p, Objs: []fyne.CanvasObject{ground, bar, p.preview, p.right}, Paint: func() {},
		Min: func() fyne.Size { return fyne.NewSize(560, paneHeight) },
		Place: func(s fyne.Size) {
			ground.Resize(s)
			bar.Resize(fyne.NewSize(2, s.Height))
			w := photo.Round(min(max(s.Width*0.33, 200), 320))
			p.preview.Resize(fyne.NewSize(w, s.Height-32))
			p.preview.Move(fyne.NewPos(16, 16))
			h := p.right.MinSize().Height
			p.right.Resize(fyne.NewSize(s.Width-w-48, h))
			p.right.Move(fyne.NewPos(w+32, 14))
		},
	}
}

// namedStrip is a colourStrip with the names of the labels below it.
type namedStrip struct {
	widget.BaseWidget
	strip *colourStrip
	names []*kit.Text
	ids   []project.FileID
	label func(project.FileID) string
}

const namedSide float32 = 52

func newNamedStrip(src *feed.Source, n int, walk func(project.FileID)) *namedStrip {
	s := &namedStrip{strip: newColourStrip(src, n, namedSide, walk), label: func(project.FileID) string { return "" }}
	for range n {
		s.names = append(s.names, kit.NewText("", look.Caption, look.T3).Align(fyne.TextAlignCenter).Truncate(0))
	}
	s.ExtendBaseWidget(s)
	return s
}

func (s *namedStrip) set(ids []project.FileID, label func(project.FileID) string) {
	s.ids, s.label = ids, label
	s.hues()
}

func (s *namedStrip) hues() {
	s.strip.set(s.ids, s.label)
	for i, n := range s.names {
		text := ""
		if i < len(s.ids) {
			text = s.label(s.ids[i])
		}
		n.Set(text)
	}
}

// CreateRenderer implements fyne.Widget.
func (s *namedStrip) CreateRenderer() fyne.WidgetRenderer {
	objects := []fyne.CanvasObject{s.strip}
	for _, n := range s.names {
		objects = append(objects, n)
	}
	return &photo.Painting{
		Widget: s, Objs: objects, Paint: func() {},
		Min: func() fyne.Size { return fyne.NewSize(s.strip.width(), namedSide+6+16) },
		Place: func(fyne.Size) {
			s.strip.Resize(fyne.NewSize(s.strip.width(), namedSide+6))
			for i, n := range s.names {
				n.Resize(fyne.NewSize(namedSide+4, 16))
				n.Move(fyne.NewPos(float32(i)*(namedSide+6)-2, namedSide+6))
			}
		},
	}
}

// labelKeys is the ground of the rows: it takes the keyboard for them.
type labelKeys struct {
	widget.BaseWidget
	room   *LabelCheck
	inside fyne.CanvasObject
}

func newLabelKeys(room *LabelCheck, inside fyne.CanvasObject) *labelKeys {
	k := &labelKeys{room: room, inside: inside}
	k.ExtendBaseWidget(k)
	return k
}

// CreateRenderer implements fyne.Widget.
func (k *labelKeys) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(k.inside) }

// Tapped implements fyne.Tappable: a click on the room gives it the keyboard.
func (k *labelKeys) Tapped(*fyne.PointEvent) { photo.Focus(k) }

// FocusGained implements fyne.Focusable.
func (k *labelKeys) FocusGained() {}

// FocusLost implements fyne.Focusable.
func (k *labelKeys) FocusLost() {}

// TypedRune implements fyne.Focusable.
func (k *labelKeys) TypedRune(r rune) {
	switch {
	case k.room.rune(r):
	case (r == 's' || r == 'S') && k.room.focus != 0:
		k.room.FindSimilar(k.room.focus)
	default:
		k.room.host.TypedRune(r)
	}
}

// TypedKey implements fyne.Focusable.
func (k *labelKeys) TypedKey(e *fyne.KeyEvent) {
	switch {
	case k.room.rows.Key(e.Name):
	case e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter:
		k.room.openFull()
	default:
		k.room.host.TypedKey(e)
	}
}
