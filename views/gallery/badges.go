package gallery

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"kindred/views/feed"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/photo"
)

const (
	badgeSize  float32 = 20
	badgeInset float32 = 6
	badgeGap   float32 = 4
	badgeMost          = 2 // then "+2"
	hintAfter          = 400 * time.Millisecond
)

// badges are the marks at the top right of a tile: at most two, then how many
// more there are.
type badges struct {
	plates [badgeMost + 1]*canvas.Rectangle
	icons  [badgeMost]*canvas.Image
	more   *canvas.Text
	shown  []feed.Mark
}

func newBadges() *badges {
	b := &badges{more: canvas.NewText("", look.Colour(look.T1))}
	b.more.TextSize, b.more.Alignment = look.Caption, fyne.TextAlignCenter
	for i := range b.plates {
		b.plates[i] = canvas.NewRectangle(look.Colour(look.Plate))
		b.plates[i].CornerRadius = look.RadiusSmall
		b.plates[i].Resize(fyne.NewSquareSize(badgeSize))
	}
	for i := range b.icons {
		b.icons[i] = &canvas.Image{FillMode: canvas.ImageFillContain}
		b.icons[i].Resize(fyne.NewSquareSize(look.IconList))
	}
	b.hide()
	return b
}

func (b *badges) objects() []fyne.CanvasObject {
	var all []fyne.CanvasObject
	for _, p := range b.plates {
		all = append(all, p)
	}
	for _, i := range b.icons {
		all = append(all, i)
	}
	return append(all, b.more)
}

func (b *badges) hide() {
	if b == nil {
		return
	}
	for _, p := range b.plates {
		p.Hidden = true
	}
	for _, i := range b.icons {
		i.Hidden = true
	}
	b.more.Hidden = true
	b.shown = nil
}

// recolour makes the next set draw everything anew.
func (b *badges) recolour() {
	if b == nil {
		return
	}
	for _, p := range b.plates {
		p.FillColor = look.Colour(look.Plate)
	}
	for _, i := range b.icons {
		i.Resource = nil
	}
	b.more.Color = look.Colour(look.T1)
	b.shown = nil
}

// left is the left edge of one of n badges, in a tile of a size.
func (b *badges) left(i, n int, size float32) float32 {
	return size - badgeInset - float32(n-i)*badgeSize - float32(n-i-1)*badgeGap
}

func (b *badges) count() int { return min(len(b.shown), badgeMost+1) }

func (b *badges) move(at fyne.Position, size float32) {
	if b == nil {
		return
	}
	n := b.count()
	for i := range n {
		x, y := at.X+b.left(i, n, size), at.Y+badgeInset
		b.plates[i].Move(fyne.NewPos(x, y))
		if i < badgeMost {
			inset := (badgeSize - look.IconList) / 2
			b.icons[i].Move(fyne.NewPos(x+inset, y+inset))
		} else {
			m := b.more.MinSize()
			b.more.Resize(fyne.NewSize(badgeSize, m.Height))
			b.more.Move(fyne.NewPos(x, y+photo.Round((badgeSize-m.Height)/2)))
		}
	}
}

// set shows marks; a small tile has room for one badge only.
func (b *badges) set(marks []feed.Mark) {
	same := len(marks) == len(b.shown)
	for i := range min(len(marks), len(b.shown)) {
		same = same && marks[i].Issue == b.shown[i].Issue
	}
	if same && len(marks) > 0 {
		b.shown = marks
		return
	}
	b.hide()
	b.shown = marks
	for i := range b.count() {
		b.plates[i].Hidden = false
		b.plates[i].Refresh()
		if i == badgeMost {
			b.more.Hidden = false
			b.more.Text = "+" + kit.Count(len(marks)-badgeMost)
			b.more.Refresh()
			continue
		}
		name, colour := photo.IssueIcon(marks[i].Issue)
		b.icons[i].Hidden = false
		b.icons[i].Resource = look.IconIn(name, colour)
		b.icons[i].Refresh()
	}
}

// badge shows the badges of a tile.
func (g *grid) badge(t *tile) {
	if g.marks == nil {
		return
	}
	marks := g.marks(t.id)
	if len(marks) == 0 {
		t.badges.hide()
		return
	}
	if t.badges == nil {
		t.badges = newBadges()
		for _, o := range t.badges.objects() {
			g.ground.addObject(o)
		}
	}
	t.badges.set(marks)
	t.badges.move(t.picture.Position(), g.geo.size)
}

// badgeAt is the mark whose badge lies under a point of the ground. The badge
// that counts the rest stands for the first of them.
func (g *grid) badgeAt(place int, at fyne.Position) (feed.Mark, bool) {
	t := g.tiles[place]
	if place < 0 || t == nil || t.badges == nil || len(t.badges.shown) == 0 {
		return feed.Mark{}, false
	}
	p := at.Subtract(t.picture.Position())
	n := t.badges.count()
	for i := range n {
		x := t.badges.left(i, n, g.geo.size)
		if p.X >= x && p.X < x+badgeSize && p.Y >= badgeInset && p.Y < badgeInset+badgeSize {
			return t.badges.shown[i], true
		}
	}
	return feed.Mark{}, false
}

// hint is the small card that says what a badge means, after the pointer has
// rested on it. It lies on the ground, over the tiles.
type hint struct {
	plate, edge *canvas.Rectangle
	text        *canvas.Text
	on          feed.Mark
	place       int
	latest      *feed.Latest
}

func newHint(src *feed.Source) *hint {
	h := &hint{
		plate: canvas.NewRectangle(look.Colour(look.BG2)), text: canvas.NewText("", look.Colour(look.T1)),
		edge: photo.Ring(look.RadiusSmall), place: -1, latest: feed.NewLatest(src.Crew),
	}
	h.plate.CornerRadius = look.RadiusSmall
	h.text.TextSize = look.Small
	h.hide()
	return h
}

func (h *hint) objects() []fyne.CanvasObject { return []fyne.CanvasObject{h.plate, h.edge, h.text} }

func (h *hint) hide() { h.plate.Hidden, h.edge.Hidden, h.text.Hidden = true, true, true }

// point follows the pointer: over a badge its reason appears.
func (g *grid) point(place int, at fyne.Position) {
	m, ok := g.badgeAt(place, at)
	h := g.hint
	if ok && place == h.place && m.Issue == h.on.Issue {
		return
	}
	h.latest.Cancel()
	if h.place >= 0 {
		h.hide()
		h.text.Refresh()
	}
	h.place = -1
	if !ok {
		return
	}
	h.place, h.on = place, m
	feed.Run(h.latest, hintAfter, func(context.Context) (struct{}, error) { return struct{}{}, nil },
		func(struct{}, error) { g.showHint() })
}

func (g *grid) showHint() {
	h := g.hint
	t := g.tiles[h.place]
	if t == nil {
		return
	}
	const pad float32 = 8
	width := g.settledSize.Width - 2*padSide
	text := kit.Printable(Reason(h.on))
	h.text.Text = kit.Ellipsis(text, look.Small, fyne.TextStyle{}, width-2*pad)
	h.text.Color, h.plate.FillColor = look.Colour(look.T1), look.Colour(look.BG2)
	m := h.text.MinSize()
	size := fyne.NewSize(m.Width+2*pad, look.ListRow)
	x := t.picture.Position().X + g.geo.size - size.Width
	x = min(max(x, padSide), padSide+width-size.Width)
	y := t.picture.Position().Y + badgeInset + badgeSize + 4
	for _, o := range []fyne.CanvasObject{h.plate, h.edge} {
		o.Resize(size)
		o.Move(fyne.NewPos(x, y))
	}
	h.text.Move(fyne.NewPos(x+pad, y+photo.Round((size.Height-m.Height)/2)))
	photo.Stroke(h.edge, look.Line2, look.Stroke)
	h.plate.Hidden, h.text.Hidden = false, false
	for _, o := range h.objects() {
		o.Refresh()
	}
}

// Reason says what a mark means, in one line.
func Reason(m feed.Mark) string {
	name := map[feed.Issue]string{
		feed.IssueDuplicate: "Duplicate", feed.IssueOutlier: "Outlier", feed.IssueLabel: "Label",
		feed.IssueQuality: "Quality", feed.IssueLeak: "Leak",
	}[m.Issue]
	if m.Why == "" {
		return name + " " + kit.Score(float64(m.Score))
	}
	return name + ": " + m.Why
}
