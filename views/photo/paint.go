// Package photo holds the widgets that show pictures of a project, and the
// few drawing helpers that the rooms share. Pictures come through a
// feed.Source, so nothing here decodes or waits.
package photo

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

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
// Fyne knows the canvas of an object only when it has been drawn once; before
// that it is the scale of the first window.
func Scale(o fyne.CanvasObject) float32 {
	app := fyne.CurrentApp()
	if app == nil {
		return 1
	}
	c := app.Driver().CanvasForObject(o)
	if c == nil {
		if all := app.Driver().AllWindows(); len(all) > 0 {
			c = all[0].Canvas()
		}
	}
	if c == nil || c.Scale() <= 0 {
		return 1
	}
	return c.Scale()
}

// Pixels is a length in physical pixels, at least 1 and at most MaxPixels.
func Pixels(length, scale float32) int {
	return min(max(int(length*scale+0.5), 1), MaxPixels)
}

// Round rounds to whole units.
func Round(v float32) float32 { return float32(int(v + 0.5)) }

// Focus gives a widget that has been drawn the keyboard.
func Focus(o fyne.Focusable) {
	if app := fyne.CurrentApp(); app != nil {
		if c := app.Driver().CanvasForObject(o.(fyne.CanvasObject)); c != nil {
			c.Focus(o)
		}
	}
}

// Relayout places what a container shows: Fyne leaves out what was hidden when
// it was placed. It does not refresh the container, which would upload all
// pictures in it again.
func Relayout(c *fyne.Container) { c.Layout.Layout(c.Objects, c.Size()) }

// Column places objects below each other without gaps; the one that grows
// takes the height that is left.
func Column(grows fyne.CanvasObject, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(column{grows}, objects...)
}

type column struct{ grows fyne.CanvasObject }

// MinSize implements fyne.Layout.
func (column) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	for _, o := range objects {
		if o.Visible() {
			s := o.MinSize()
			m = fyne.NewSize(max(m.Width, s.Width), m.Height+s.Height)
		}
	}
	return m
}

// Layout implements fyne.Layout.
func (c column) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	rest := size.Height
	for _, o := range objects {
		if o.Visible() && o != c.grows {
			rest -= o.MinSize().Height
		}
	}
	y := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		h := o.MinSize().Height
		if o == c.grows {
			h = max(rest, 0)
		}
		o.Resize(fyne.NewSize(size.Width, h))
		o.Move(fyne.NewPos(0, y))
		y += h
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
