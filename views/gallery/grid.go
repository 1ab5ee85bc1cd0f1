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

	caption func(project.Image) string       // a second line, in t3; nil: none
	marks   func(project.FileID) []feed.Mark // badges; nil: none
	review  func(feed.Mark, project.FileID)  // a badge was clicked

	opened  func(place int)        // Enter, double-click
	changed func()                 // selection or focus changed
	context func(at fyne.Position) // right click
	command func(rune)             // a letter key
	key     func(*fyne.KeyEvent)   // a key that means nothing here
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

	hint       *hint
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
		review: func(feed.Mark, project.FileID) {},
		opened: func(int) {}, changed: func() {}, context: func(fyne.Position) {},
		command: func(rune) {}, key: func(*fyne.KeyEvent) {}, escaped: func() {},
		wanted: DefaultTile, cover: true, tiles: map[int]*tile{}, hover: -1, lastPlace: -1,
		hoverEdge: photo.Ring(look.RadiusSmall), hoverBox: photo.Picture(canvas.ImageFillStretch, 0),
		focusRing: photo.Ring(look.RadiusButton), sweepEdge: photo.Ring(0),
	}
	g.hoverBox.Resize(fyne.NewSquareSize(boxSize))
	g.hoverBox.Hide()
	g.hint = newHint(src)
	g.ground = newGround(g)
	g.scroll = container.NewVScroll(g.ground)
	g.scroll.OnScrolled = func(fyne.Position) {
		g.point(-1, fyne.Position{})
		g.sync()
	}
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
	g.geo = g.arranged(width, g.list.Len())
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

func (g *grid) arranged(width float32, n int) geometry {
	geo := arrange(width, g.wanted, n)
	if g.caption != nil {
		geo.extra = 2*captionLine + 2
	}
	return geo
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
	g.geo = g.arranged(width, l.Len())
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
	case y+g.geo.rowHeight() > top+height:
		top = y + g.geo.rowHeight() - height
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
