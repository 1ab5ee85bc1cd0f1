package clusters

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"kindred/project"
	"kindred/views/feed"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/photo"
)

const (
	cardWidth  float32 = 240
	cardPad    float32 = 12
	stripGap   float32 = 4
	covers             = 4
	sampleMost         = 400 // images whose labels make the bar
	barPause           = 80 * time.Millisecond
)

// card shows one cluster: a strip of its four most typical images, its name
// and size, and the shares of the labels in it. It is used again for another
// cluster when it leaves the screen.
type card struct {
	widget.BaseWidget
	src     *feed.Source
	at      int // place in the list, -1 when it is not used
	cluster project.Cluster
	call    *feed.Latest
	labels  feed.Summary

	thumbs  [covers]*photo.Thumb
	name    *kit.Text
	size    *kit.Text
	bar     *kit.StackedBar
	note    *kit.Text // the largest label in words: never colour alone
	ring    *canvas.Rectangle
	ground  *canvas.Rectangle
	hovered bool
	focused bool
}

func newCard(src *feed.Source) *card {
	c := &card{src: src, at: -1, call: feed.NewLatest(src.Crew)}
	for i := range c.thumbs {
		c.thumbs[i] = photo.NewThumb(src, 32, 32, true)
	}
	c.name = kit.NewText("", look.Body, look.T1).Bold().Truncate(40)
	c.size = kit.NewText("", look.Small, look.T3).Align(fyne.TextAlignTrailing)
	c.note = kit.NewText("", look.Caption, look.T3).Truncate(40)
	c.bar = kit.NewStackedBar(nil)
	c.ground = canvas.NewRectangle(look.Colour(look.BG2))
	c.ground.CornerRadius = look.RadiusCard
	c.ring = photo.Ring(look.RadiusCard)
	c.ExtendBaseWidget(c)
	return c
}

// set shows a cluster.
func (c *card) set(at int, cl project.Cluster) {
	same := c.at >= 0 && len(c.cluster.Images) == len(cl.Images) && c.cluster.Name == cl.Name && c.cluster.Images[0] == cl.Images[0]
	c.at, c.cluster = at, cl
	if same {
		return
	}
	for i, t := range c.thumbs {
		if i < len(cl.Images) {
			t.Set(cl.Images[i])
		} else {
			t.Set(0)
		}
	}
	c.name.Set(nameOf(cl))
	c.size.Set(kit.Count(len(cl.Images)))
	c.labels = feed.Summary{}
	c.paintLabels()
	feed.Run(c.call, barPause, func(ctx context.Context) (feed.Summary, error) {
		return feed.Summarise(ctx, c.src.Project, sample(cl.Images, sampleMost))
	}, func(s feed.Summary, err error) {
		if err == nil {
			c.labels = s
			c.paintLabels()
		}
	})
	c.layout(c.Size())
}

// release ends what the card waits for.
func (c *card) release() {
	c.call.Cancel()
	for _, t := range c.thumbs {
		t.Set(0)
	}
	c.at, c.cluster, c.hovered, c.focused = -1, project.Cluster{}, false, false
	c.BaseWidget.Hide()
}

// sample takes at most so many files, spread evenly.
func sample(ids []project.FileID, most int) []project.FileID {
	if len(ids) <= most {
		return ids
	}
	out := make([]project.FileID, most)
	for i := range out {
		out[i] = ids[i*len(ids)/most]
	}
	return out
}

// paintLabels draws the bar and names its largest part.
func (c *card) paintLabels() {
	if c.labels.Files == 0 {
		c.bar.Set(nil)
		c.note.Set("")
		return
	}
	var parts []kit.Part
	rest := 0
	for _, l := range c.labels.Labels {
		share := float64(l.Count) / float64(c.labels.Files)
		hue := c.src.Labels.Hue(l.Name)
		if hue < 1 || share < 0.01 { // they have no hue of their own
			rest += l.Count
			continue
		}
		parts = append(parts, kit.Part{Share: share, Colour: look.Hue(hue)})
	}
	if rest > 0 {
		parts = append(parts, kit.Part{Share: float64(rest) / float64(c.labels.Files), Colour: look.T3})
	}
	c.bar.Set(parts)
	switch n := len(c.labels.Labels); {
	case n == 0:
		c.note.Set("no label")
	case c.labels.Labels[0].Count == c.labels.Files:
		c.note.Set("all " + c.labels.Labels[0].Name)
	default:
		top := c.labels.Labels[0]
		c.note.Set(top.Name + " " + kit.WholePercent(float64(top.Count)/float64(c.labels.Files)))
	}
}

// mark shows pointer and keyboard.
func (c *card) mark(hovered, focused bool) {
	if c.hovered == hovered && c.focused == focused {
		return
	}
	c.hovered, c.focused = hovered, focused
	c.paintMarks()
}

func (c *card) paintMarks() {
	c.ground.FillColor = look.Colour(look.BG2)
	c.ground.StrokeColor, c.ground.StrokeWidth = look.Colour(look.Line), look.Stroke
	if c.hovered {
		c.ground.FillColor = look.Colour(look.BG3)
	}
	if c.focused {
		photo.Stroke(c.ring, look.Acc, look.RingWidth)
	} else {
		c.ring.Hidden = true
	}
	c.ground.Refresh()
	c.ring.Refresh()
}

func cardHeight(width float32) float32 {
	return cardPad + stripSide(width) + 10 + 20 + 6 + 6 + 4 + 16 + cardPad - 4
}

func stripSide(width float32) float32 {
	return float32(int((width - 2*cardPad - (covers-1)*stripGap) / covers))
}

func (c *card) layout(s fyne.Size) {
	if s.Width < 1 {
		return
	}
	c.ground.Resize(s)
	c.ring.Resize(s)
	side := stripSide(s.Width)
	inner := s.Width - 2*cardPad
	for i, t := range c.thumbs {
		t.Resize(fyne.NewSquareSize(side))
		t.Move(fyne.NewPos(cardPad+photo.Round(float32(i)*(inner-side)/(covers-1)), cardPad))
	}
	y := cardPad + side + 10
	w := photo.Round(c.size.MinSize().Width + 1)
	c.size.Resize(fyne.NewSize(w, 20))
	c.size.Move(fyne.NewPos(s.Width-cardPad-w, y))
	c.name.Resize(fyne.NewSize(inner-w-8, 20))
	c.name.Move(fyne.NewPos(cardPad, y))
	y += 26
	c.bar.Resize(fyne.NewSize(inner, 6))
	c.bar.Move(fyne.NewPos(cardPad, y))
	y += 10
	c.note.Resize(fyne.NewSize(inner, 16))
	c.note.Move(fyne.NewPos(cardPad, y))
}

// CreateRenderer implements fyne.Widget.
func (c *card) CreateRenderer() fyne.WidgetRenderer {
	objects := []fyne.CanvasObject{c.ground}
	for _, t := range c.thumbs {
		objects = append(objects, t)
	}
	objects = append(objects, c.name, c.size, c.bar, c.note, c.ring)
	c.paintMarks()
	return &photo.Painting{
		Widget: c, Objs: objects,
		Min:   func() fyne.Size { return fyne.NewSize(cardWidth, cardHeight(cardWidth)) },
		Place: c.layout,
		Paint: func() {
			c.paintMarks()
			c.paintLabels()
		},
	}
}
