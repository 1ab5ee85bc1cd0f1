package gallery

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"kindred/project"
	"kindred/views/feed"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/photo"
)

// bind makes a tile show a place. What is right already is left alone.
func (g *grid) bind(t *tile, place int) {
	id := g.list.At(place)
	if t.place != place || t.id != id {
		if t.id != id {
			t.request.Cancel()
			t.request, t.id, t.key, t.loaded, t.full, t.said = nil, id, feed.Key{}, false, "\x00", "\x00"
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
	indent := float32(14)
	if len(g.src.Labels.All()) == 0 { // nothing has a label: no dots
		indent = 0
	}
	if t.indent != indent {
		t.indent, t.full = indent, "\x00"
		t.move(t.picture.Position(), g.geo.size, g.ruler.height)
	}
	t.dot.Hidden = !known || indent == 0
	if row.Label == "" {
		t.dot.FillColor, t.dot.StrokeColor, t.dot.StrokeWidth = look.Colour(look.Clear), look.Colour(look.T3), 1
	} else {
		t.dot.FillColor, t.dot.StrokeWidth = look.Colour(look.Hue(g.src.Labels.Hue(row.Label))), 0
	}
	g.explain(t, row, known)
	g.badge(t)
	if name == t.full {
		return
	}
	t.full = name
	t.name.Text = g.ruler.cut(kit.Printable(name), g.geo.size-indent)
	t.name.Color = look.Colour(look.T1)
	if !labelled || failed {
		t.name.Color = look.Colour(look.T3)
	}
	t.name.Refresh()
}

// explain writes the lines below the name.
func (g *grid) explain(t *tile, row project.Image, known bool) {
	if g.caption == nil {
		return
	}
	if t.caption[0] == nil {
		for i := range t.caption {
			c := canvas.NewText("", look.Colour(look.T3))
			c.TextSize = look.Small
			t.caption[i] = c
			g.ground.addObject(c)
		}
		t.move(t.picture.Position(), g.geo.size, g.ruler.height)
	}
	text := ""
	if known {
		text = g.caption(row)
	}
	if text == t.said {
		return
	}
	t.said = text
	first, second := g.ruler.halves(kit.Printable(text), g.geo.size)
	for i, line := range [2]string{first, second} {
		t.caption[i].Text, t.caption[i].Color = line, look.Colour(look.T3)
		t.caption[i].Refresh()
	}
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
		g.mark(t)
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
