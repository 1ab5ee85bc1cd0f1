// Package photo holds the widgets that show pictures of a project, and the
// few drawing helpers that the rooms share. Pictures come through a
// feed.Source, so nothing here decodes or waits.
package photo

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"kindred/views/look"
)

// MaxPixels bounds the sides of a preview: larger textures fail silently on
// older graphics hardware.
const MaxPixels = 4096

// Painting is a renderer made of objects and three functions.
type Painting struct {
	Widget  fyne.Widget
	Objs    []fyne.CanvasObject
	Place   func(fyne.Size)  // positions the objects
	Min     func() fyne.Size // smallest size
	Paint   func()           // takes colours and texts from the widget, refreshing what changed
	Dropped func()           // when Fyne forgets the renderer; may be nil
}

// Destroy implements fyne.WidgetRenderer.
func (p *Painting) Destroy() {
	if p.Dropped != nil {
		p.Dropped()
	}
}

// Layout implements fyne.WidgetRenderer.
func (p *Painting) Layout(s fyne.Size) { p.Place(s) }

// MinSize implements fyne.WidgetRenderer.
func (p *Painting) MinSize() fyne.Size { return p.Min() }

// Objects implements fyne.WidgetRenderer.
func (p *Painting) Objects() []fyne.CanvasObject { return p.Objs }

// Refresh implements fyne.WidgetRenderer. It does not refresh the widget as a
// whole, which would upload all its pictures again.
func (p *Painting) Refresh() {
	p.Paint()
	p.Place(p.Widget.Size())
}

// Scale is the number of physical pixels to a unit where an object is shown.
func Scale(o fyne.CanvasObject) float32 {
	if app := fyne.CurrentApp(); app != nil {
		if c := app.Driver().CanvasForObject(o); c != nil && c.Scale() > 0 {
			return c.Scale()
		}
	}
	return 1
}

// Pixels is a length in physical pixels, at least 1 and at most MaxPixels.
func Pixels(length, scale float32) int {
	return min(max(int(length*scale+0.5), 1), MaxPixels)
}

// Round rounds to whole units.
func Round(v float32) float32 { return float32(int(v + 0.5)) }

// Focus gives a widget the keyboard.
func Focus(o fyne.Focusable) {
	if app := fyne.CurrentApp(); app != nil {
		if c := app.Driver().CanvasForObject(o.(fyne.CanvasObject)); c != nil {
			c.Focus(o)
		}
	}
}

// Picture makes an image object that shows pixels as they are.
func Picture(fill canvas.ImageFill, radius float32) *canvas.Image {
	return &canvas.Image{FillMode: fill, ScaleMode: canvas.ImageScaleFastest, CornerRadius: radius}
}

// Ring makes an edge without a ground.
func Ring(radius float32) *canvas.Rectangle {
	r := canvas.NewRectangle(color.Transparent)
	r.CornerRadius = radius
	r.Hide()
	return r
}

// Stroke gives a ring a colour and shows it; an empty name hides it.
func Stroke(r *canvas.Rectangle, c fyne.ThemeColorName, width float32) {
	if c == "" {
		r.Hidden = true
		return
	}
	r.Hidden, r.StrokeColor, r.StrokeWidth = false, look.Colour(c), width
}

// Blank is one pixel of a colour, the picture of a tile that is loading.
func Blank(c color.Color) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, 1, 1))
	img.Set(0, 0, c)
	return img
}
