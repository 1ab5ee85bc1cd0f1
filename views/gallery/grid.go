package gallery

import (
	"image"
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"kindred/project"
	"kindred/views/feed"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/photo"
)

// grid shows the tiles of a list. Only those on the screen exist; scrolling
// uses them again. The work for a scroll is that of the rows that come in.
type grid struct {
	widget.BaseWidget
	src  *feed.Source
	list *feed.List
	rows *feed.Pages
	sel  *Selection
	text func(project.Image) (name string, labelled bool) // the line below a picture

	opened  func(place int)        // Enter, double-click
	changed func()                 // selection or focus changed
	context func(at fyne.Position) // right click
	command func(rune)             // a letter key
	escaped func()

	wanted float32
	cover  bool
	geo    geometry
	tiles  map[int]*tile
	free   []*tile
	ground *ground
	scroll *container.Scroll
	ruler  *ruler

	blank, ticked, empty *image.RGBA // of the current theme and scale
	drawnIn              color.Color
	scaleDrawn           float32
	settledSize          fyne.Size

	hover      int
	hoverEdge  *canvas.Rectangle
	hoverBox   *canvas.Image
	focusRing  *canvas.Rectangle
	sweepEdge  *canvas.Rectangle
	sweepFrom  fyne.Position
	sweepReady bool // the button went down on empty ground
	sweepBase  []project.FileID
	lastClick  time.Time
	lastPlace  int
}

func newGrid(src *feed.Source, sel *Selection, rows *feed.Pages) *grid {
	g := &grid{
		src: src, sel: sel, rows: rows, list: feed.NewList(nil),
		text:   func(i project.Image) (string, bool) { return i.Name(), true },
		opened: func(int) {}, changed: func() {}, context: func(fyne.Position) {},
		command: func(rune) {}, escaped: func() {},
		wanted: DefaultTile, cover: true, tiles: map[int]*tile{}, hover: -1, lastPlace: -1,
		hoverEdge: photo.Ring(look.RadiusSmall), hoverBox: photo.Picture(canvas.ImageFillStretch, 0),
		focusRing: photo.Ring(look.RadiusButton), sweepEdge: photo.Ring(0),
	}
	g.hoverBox.Resize(fyne.NewSquareSize(boxSize))
	g.hoverBox.Hide()
	g.ground = newGround(g)
	g.scroll = container.NewVScroll(g.ground)
	g.scroll.OnScrolled = func(fyne.Position) { g.sync() }
	g.ExtendBaseWidget(g)
	return g
}

// CreateRenderer implements fyne.Widget.
func (g *grid) CreateRenderer() fyne.WidgetRenderer {
	return &photo.Painting{
		Widget: g,
		Objs:   []fyne.CanvasObject{g.scroll},
		Min:    func() fyne.Size { return fyne.NewSize(MinTile+2*padSide, MinTile) },
		Paint:  func() {},
		Place: func(s fyne.Size) {
			if s == g.settledSize {
				return
			}
			g.settledSize = s
			g.arrange()
			g.scroll.Resize(s)
			g.sync()
		},
	}
}

// arrange computes the places anew for the width, the wanted size and the
// list, and keeps what is at the top of the screen there.
func (g *grid) arrange() {
	width := g.settledSize.Width
	if width <= 0 {
		return
	}
	old := g.geo
	g.geo = arrange(width, g.wanted, g.list.Len())
	if g.geo == old {
		return
	}
	if old.columns > 0 && old.n == g.geo.n && (old.columns != g.geo.columns || old.size != g.geo.size) {
		top := g.scroll.Offset.Y
		row := int(max(top-padTop, 0) / old.rowHeight())
		into := (top - old.y(row)) / old.rowHeight()
		g.scroll.Offset.Y = max(0, g.geo.y(row*old.columns/g.geo.columns)+into*g.geo.rowHeight())
		if top <= padTop {
			g.scroll.Offset.Y = 0
		}
	}
	g.releaseAll()
	g.ground.Resize(fyne.NewSize(width, max(g.geo.height(), g.settledSize.Height)))
	g.scroll.Refresh() // clamps the offset
}

func (g *grid) releaseAll() {
	for place, t := range g.tiles {
		t.release()
		g.free = append(g.free, t)
		delete(g.tiles, place)
	}
	g.setHover(-1)
}

// setList shows another list. With keep the file at the top of the screen
// stays where it is, if it is still listed; else the list starts at its top.
func (g *grid) setList(l *feed.List, keep bool) {
	offset := float32(0)
	if keep && g.geo.columns > 0 && g.scroll.Offset.Y > padTop && g.list.Len() > 0 {
		row := int((g.scroll.Offset.Y - padTop) / g.geo.rowHeight())
		into := g.scroll.Offset.Y - g.geo.y(row)
		offset = g.scroll.Offset.Y
		for i := row * g.geo.columns; i < min((row+8)*g.geo.columns, g.list.Len()); i++ {
			if at := l.Find(g.list.At(i)); at >= 0 {
				shift := i/g.geo.columns - row
				offset = max(0, g.geo.y(at/g.geo.columns-shift)+into)
				break
			}
		}
	}
	g.list = l
	g.rows.SetList(l)
	g.sel.SetList(l)
	g.setHover(-1)
	width := g.settledSize.Width
	if width <= 0 {
		return
	}
	g.geo = arrange(width, g.wanted, l.Len())
	g.scroll.Offset.Y = offset
	g.ground.Resize(fyne.NewSize(width, max(g.geo.height(), g.settledSize.Height)))
	g.scroll.Refresh()
	g.sync()
}

// setSize changes the wanted width of a tile.
func (g *grid) setSize(wanted float32) {
	wanted = min(max(wanted, MinTile), MaxTile)
	if wanted == g.wanted {
		return
	}
	g.wanted = wanted
	g.arrange()
	g.sync()
}

// setCover switches between filling a tile and fitting into it.
func (g *grid) setCover(cover bool) {
	if cover != g.cover {
		g.cover = cover
		g.releaseAll()
		g.sync()
	}
}

// reveal scrolls as little as needed to show a place.
func (g *grid) reveal(place int) {
	if place < 0 || g.geo.columns == 0 {
		return
	}
	y, top, height := g.geo.y(place/g.geo.columns), g.scroll.Offset.Y, g.settledSize.Height
	switch {
	case y-ringOut < top:
		top = max(0, y-padTop)
	case y+g.geo.size+nameLine+gap > top+height:
		top = y + g.geo.size + nameLine + gap - height
	default:
		return
	}
	g.scroll.ScrollToOffset(fyne.NewPos(0, top))
	g.sync()
}

// sync gives every place on the screen its tile.
func (g *grid) sync() {
	if g.geo.columns == 0 {
		return
	}
	if s := photo.Scale(g); s != g.scaleDrawn {
		g.scaleDrawn = s
		g.redraw()
	}
	from, until := g.geo.visible(g.scroll.Offset.Y, g.settledSize.Height)
	for place, t := range g.tiles {
		if place < from || place >= until {
			t.release()
			g.free = append(g.free, t)
			delete(g.tiles, place)
		}
	}
	for place := from; place < until; place++ {
		t := g.tiles[place]
		if t == nil {
			t = g.take()
			g.tiles[place] = t
		}
		g.bind(t, place)
	}
	g.placeMarks()
}

// take returns a tile that is not used.
func (g *grid) take() *tile {
	if n := len(g.free); n > 0 {
		t := g.free[n-1]
		g.free = g.free[:n-1]
		return t
	}
	t := newTile()
	g.ground.add(t)
	return t
}

// bind makes a tile show a place. What is right already is left alone.
func (g *grid) bind(t *tile, place int) {
	id := g.list.At(place)
	if t.place != place || t.id != id {
		if t.id != id {
			t.request.Cancel()
			t.request, t.id, t.key, t.loaded, t.full = nil, id, feed.Key{}, false, "\x00"
		}
		t.place = place
		t.move(fyne.NewPos(g.geo.x(place%g.geo.columns), g.geo.y(place/g.geo.columns)), g.geo.size, g.ruler.height)
		t.setHidden(false)
	}
	row, known := g.rows.Row(place)
	g.describe(t, row, known)
	g.mark(t)
	g.load(t)
}

// describe writes the line below the picture.
func (g *grid) describe(t *tile, row project.Image, known bool) {
	failed := known && row.State == project.Failed
	if t.setFailed(failed) {
		g.ground.addObject(t.broken)
		t.broken.Refresh()
		t.move(t.picture.Position(), g.geo.size, g.ruler.height)
	}
	name, labelled := "", true
	if known {
		if failed {
			name, labelled = row.Name(), row.Label != ""
		} else {
			name, labelled = g.text(row)
		}
	}
	t.dot.Hidden = !known
	if row.Label == "" {
		t.dot.FillColor, t.dot.StrokeColor, t.dot.StrokeWidth = look.Colour(look.Clear), look.Colour(look.T3), 1
	} else {
		t.dot.FillColor, t.dot.StrokeWidth = look.Colour(look.Hue(g.src.Labels.Rank(row.Label))), 0
	}
	if name == t.full {
		return
	}
	t.full = name
	t.name.Text = g.ruler.cut(kit.Printable(name), g.geo.size-14)
	t.name.Color = look.Colour(look.T1)
	if !labelled || failed {
		t.name.Color = look.Colour(look.T3)
	}
	t.name.Refresh()
}

// mark shows whether a tile is selected.
func (g *grid) mark(t *tile) {
	t.selected = g.sel.Has(t.id)
	if !t.selected {
		t.ring.Hidden, t.box.Hidden = true, true
		return
	}
	out := ringOut
	if t.id == g.sel.Focus() { // the focus ring is outside
		out -= look.RingWidth
	}
	t.ring.Resize(fyne.NewSquareSize(g.geo.size + 2*out))
	t.ring.Move(t.picture.Position().SubtractXY(out, out))
	photo.Stroke(t.ring, look.Acc, look.RingWidth)
	if t.box.Image != image.Image(g.ticked) {
		t.box.Image = g.ticked
		t.box.Refresh()
	}
	t.box.Hidden = false
}

// load shows the picture of a tile, or grey until it comes.
func (g *grid) load(t *tile) {
	if t.failed {
		t.show(g.blank, true)
		return
	}
	pixels := photo.Pixels(g.geo.size, g.scaleDrawn)
	key := feed.Key{ID: t.id, W: pixels, H: pixels, Cover: g.cover}
	if key == t.key {
		return
	}
	if g.cover {
		t.picture.FillMode = canvas.ImageFillCover
	} else {
		t.picture.FillMode = canvas.ImageFillContain
	}
	t.request.Cancel()
	t.key, t.request = key, nil
	if img := g.src.Thumbs.Get(key); img != nil {
		t.show(img, true)
		return
	}
	if !t.loaded {
		t.show(g.blank, false)
	}
	t.request = g.src.Thumbs.Load(key, func(img *image.RGBA, err error) {
		t.request = nil
		if err != nil || img == nil {
			t.loaded = false // the row says why, once it is read
			return
		}
		t.show(img, true)
	})
}

// rowsArrived describes the tiles anew whose rows came.
func (g *grid) rowsArrived() {
	for place, t := range g.tiles {
		row, known := g.rows.Row(place)
		wasFailed := t.failed
		g.describe(t, row, known)
		if t.failed != wasFailed {
			t.key = feed.Key{}
		}
		g.load(t)
	}
}

// reload asks again for pictures that could not be made before: their file may
// have been read since.
func (g *grid) reload() {
	for _, t := range g.tiles {
		if !t.loaded && t.request == nil {
			t.key = feed.Key{}
		}
	}
	g.rowsArrived()
}

// forget drops the pictures of a file whose content changed.
func (g *grid) forget(id project.FileID) {
	g.src.Thumbs.Forget(id)
	for _, t := range g.tiles {
		if t.id == id {
			t.request.Cancel()
			t.key, t.request = feed.Key{}, nil
		}
	}
}

// marksChanged repaints what the selection changes.
func (g *grid) marksChanged() {
	for _, t := range g.tiles {
		was := t.selected
		g.mark(t)
		if t.selected || was {
			t.ring.Refresh()
		}
	}
	g.placeMarks()
}
