package gallery

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"golang.org/x/image/vector"

	"kindred/project"
	"kindred/views/feed"
	"kindred/views/look"
	"kindred/views/photo"
)

const (
	boxSize     float32 = 16 // the tick box
	boxInset    float32 = 6
	nameLine    float32 = 24 // below the picture
	captionLine float32 = 16 // each of the two below the name, where there is a reason
	dotSize     float32 = 8
	ringOut     float32 = 4 // rings lie in the gap between tiles
)

// tile draws one file: picture, ring, tick box, dot and name. It is five
// canvas objects and no widget: the ground that holds the tiles answers the
// pointer. A tile is used again for another file when it leaves the screen.
type tile struct {
	place   int // in the list, -1 when it is not used
	id      project.FileID
	key     feed.Key
	request *feed.Request

	picture *canvas.Image
	ring    *canvas.Rectangle
	box     *canvas.Image
	dot     *canvas.Circle
	name    *canvas.Text
	broken  *canvas.Image   // only for a file that could not be read; else nil
	caption [2]*canvas.Text // the lines below the name; nil where there are none
	badges  *badges         // only where there were some; else nil

	full     string  // the name before it was cut
	said     string  // the lines below the name before they were cut
	indent   float32 // of the name, for the dot
	selected bool
	failed   bool
	loaded   bool
}

func newTile() *tile {
	t := &tile{
		place:   -1,
		picture: photo.Picture(canvas.ImageFillCover, look.RadiusSmall),
		ring:    photo.Ring(look.RadiusButton),
		box:     photo.Picture(canvas.ImageFillStretch, 0),
		dot:     canvas.NewCircle(color.Transparent),
		name:    canvas.NewText("", color.Transparent),
	}
	t.box.Hide()
	t.name.TextSize = look.Small
	t.dot.Resize(fyne.NewSquareSize(dotSize))
	t.box.Resize(fyne.NewSquareSize(boxSize))
	return t
}

func (t *tile) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{t.ring, t.picture, t.box, t.dot, t.name}
}

// move puts the tile's picture at a place, in a size.
func (t *tile) move(at fyne.Position, size, textHeight float32) {
	t.picture.Resize(fyne.NewSquareSize(size))
	t.picture.Move(at)
	t.ring.Resize(fyne.NewSquareSize(size + 2*ringOut))
	t.ring.Move(at.SubtractXY(ringOut, ringOut))
	t.box.Move(at.AddXY(boxInset, boxInset))
	middle := at.Y + size + nameLine/2
	t.dot.Move(fyne.NewPos(at.X, middle-dotSize/2))
	t.name.Move(fyne.NewPos(at.X+t.indent, photo.Round(middle-textHeight/2)))
	for i, c := range t.caption {
		if c != nil {
			c.Move(fyne.NewPos(at.X, photo.Round(at.Y+size+nameLine-3+float32(i)*captionLine+(captionLine-textHeight)/2)))
		}
	}
	t.badges.move(at, size)
	if t.broken != nil {
		t.broken.Move(at.AddXY(photo.Round((size-24)/2), photo.Round((size-24)/2)))
	}
}

// show puts the pixels of a picture on the tile.
func (t *tile) show(img *image.RGBA, loaded bool) {
	t.loaded = loaded
	if t.picture.Image == image.Image(img) {
		return
	}
	t.picture.Image = nil // not a nil *image.RGBA, which Fyne would ask for its size
	if img != nil {
		t.picture.Image = img
	}
	t.picture.Refresh()
}

// setFailed marks a file that cannot be read.
func (t *tile) setFailed(failed bool) (added bool) {
	t.failed = failed
	if !failed {
		if t.broken != nil {
			t.broken.Hidden = true
		}
		return false
	}
	if t.broken == nil {
		t.broken = &canvas.Image{FillMode: canvas.ImageFillContain, Resource: look.IconIn("broken-image", look.T3)}
		t.broken.Resize(fyne.NewSquareSize(24))
		added = true
	}
	t.broken.Hidden = false
	return added
}

// release ends what the tile waits for and hides it.
func (t *tile) release() {
	t.request.Cancel()
	t.request, t.place, t.id, t.key = nil, -1, 0, feed.Key{}
	t.setHidden(true)
}

func (t *tile) setHidden(hidden bool) {
	t.picture.Hidden, t.dot.Hidden, t.name.Hidden = hidden, hidden, hidden
	for _, c := range t.caption {
		if c != nil {
			c.Hidden = hidden
		}
	}
	if hidden {
		t.ring.Hidden, t.box.Hidden = true, true
		t.badges.hide()
		if t.broken != nil {
			t.broken.Hidden = true
		}
	}
}

// ruler measures and cuts names without asking the text engine for each: it
// adds up the widths of single letters. Kerning makes that wrong by less than
// a pixel.
type ruler struct {
	widths map[rune]float32
	height float32
}

func newRuler() *ruler {
	return &ruler{
		widths: map[rune]float32{},
		height: fyne.MeasureText("Ag", look.Small, fyne.TextStyle{}).Height,
	}
}

func (r *ruler) width(c rune) float32 {
	w, ok := r.widths[c]
	if !ok {
		w = fyne.MeasureText(string(c), look.Small, fyne.TextStyle{}).Width
		r.widths[c] = w
	}
	return w
}

// halves breaks a text at a space into two lines of a width; the second one
// is cut.
func (r *ruler) halves(s string, room float32) (first, second string) {
	used, space := float32(0), -1
	for i, c := range s {
		if c == ' ' {
			space = i
		}
		if used += r.width(c); used > room {
			if space < 0 {
				return r.cut(s, room), ""
			}
			return s[:space], r.cut(s[space+1:], room)
		}
	}
	return s, ""
}

// cut shortens a name with "…" to a width.
func (r *ruler) cut(s string, room float32) string {
	used, fits := float32(0), 0
	dots := r.width('…')
	for i, c := range s {
		if used+dots <= room {
			fits = i
		}
		used += r.width(c)
		if used > room {
			if fits == 0 {
				return "…"
			}
			return s[:fits] + "…"
		}
	}
	return s
}

// tickBox draws the box of a selected tile (ticked) or of one that the pointer
// is on, at a number of pixels.
func tickBox(pixels int, ticked bool) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, pixels, pixels))
	p := float32(pixels)
	ground, edge := look.Colour(look.Plate), look.Colour(look.T2)
	if ticked {
		ground, edge = look.Colour(look.AccBG), look.Colour(look.AccBG)
	}
	rounded(img, 0, p, p*0.2, edge)
	stroke := max(p/16, 1)
	if !ticked { // a box with an edge of 1 unit
		clearInside(img, stroke, p, p*0.2)
		rounded(img, stroke, p-stroke, p*0.15, ground)
		return img
	}
	z := vector.NewRasterizer(pixels, pixels)
	line(z, p*0.25, p*0.52, p*0.43, p*0.70, p*0.055)
	line(z, p*0.43, p*0.70, p*0.76, p*0.32, p*0.055)
	z.Draw(img, img.Bounds(), image.NewUniform(look.Colour(look.OnAcc)), image.Point{})
	return img
}

// clearInside takes away what an inner rounded square covers.
func clearInside(img *image.RGBA, from, p, radius float32) {
	mask := image.NewAlpha(img.Bounds())
	z := vector.NewRasterizer(img.Bounds().Dx(), img.Bounds().Dy())
	square(z, from, p-from, radius)
	z.Draw(mask, mask.Bounds(), image.Opaque, image.Point{})
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if a := mask.AlphaAt(x, y).A; a > 0 {
				c := img.RGBAAt(x, y)
				left := 255 - uint32(a)
				img.SetRGBA(x, y, color.RGBA{
					R: uint8(uint32(c.R) * left / 255), G: uint8(uint32(c.G) * left / 255),
					B: uint8(uint32(c.B) * left / 255), A: uint8(uint32(c.A) * left / 255),
				})
			}
		}
	}
}

func rounded(img *image.RGBA, from, to, radius float32, c color.Color) {
	z := vector.NewRasterizer(img.Bounds().Dx(), img.Bounds().Dy())
	z.DrawOp = draw.Over
	square(z, from, to, radius)
	z.Draw(img, img.Bounds(), image.NewUniform(c), image.Point{})
}

// square adds a square with rounded corners to a path.
func square(z *vector.Rasterizer, from, to, r float32) {
	z.MoveTo(from+r, from)
	z.LineTo(to-r, from)
	z.QuadTo(to, from, to, from+r)
	z.LineTo(to, to-r)
	z.QuadTo(to, to, to-r, to)
	z.LineTo(from+r, to)
	z.QuadTo(from, to, from, to-r)
	z.LineTo(from, from+r)
	z.QuadTo(from, from, from+r, from)
	z.ClosePath()
}

// line adds a thick line to a path.
func line(z *vector.Rasterizer, x0, y0, x1, y1, half float32) {
	dx, dy := x1-x0, y1-y0
	n := half / float32(math.Hypot(float64(dx), float64(dy)))
	dx, dy = dx*n, dy*n
	z.MoveTo(x0-dy-dx, y0+dx-dy)
	z.LineTo(x1-dy+dx, y1+dx+dy)
	z.LineTo(x1+dy+dx, y1-dx+dy)
	z.LineTo(x0+dy-dx, y0-dx-dy)
	z.ClosePath()
}
