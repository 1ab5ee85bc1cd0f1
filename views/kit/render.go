// Package kit holds the small widgets of which Kindred's screens are made.
//
// Every widget keeps its state in itself and draws with a few canvas objects,
// so that its renderer can be dropped and made again at any time. Colours are
// names of package look; a change of the theme reaches them through Refresh.
// All methods belong to the main goroutine.
package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"kindred/views/look"
)

// painting is the renderer of all widgets here: objects and three functions.
type painting struct {
	w       fyne.Widget
	objects []fyne.CanvasObject
	place   func(fyne.Size)  // positions the objects
	min     func() fyne.Size // smallest size
	paint   func()           // takes colours and texts from the widget
	gone    func()           // when the renderer is dropped
}

func (p *painting) Destroy() {
	if p.gone != nil {
		p.gone()
	}
}
func (p *painting) Layout(s fyne.Size)           { p.place(s) }
func (p *painting) MinSize() fyne.Size           { return p.min() }
func (p *painting) Objects() []fyne.CanvasObject { return p.objects }

func (p *painting) Refresh() {
	p.paint()
	p.place(p.w.Size())
	canvas.Refresh(p.w)
}

// render makes the renderer of w and paints it once.
func render(w fyne.Widget, p painting) fyne.WidgetRenderer {
	p.w = w
	p.paint()
	return &p
}

// colour is short for the current value of a name.
func colour(name fyne.ThemeColorName) color.Color { return look.Colour(name) }

// box is a rectangle with a radius; its colours are set by paint functions.
func box(radius float32) *canvas.Rectangle {
	r := canvas.NewRectangle(color.Transparent)
	r.CornerRadius = radius
	return r
}

// fill gives a rectangle its ground and its edge; an empty name is nothing.
func fill(r *canvas.Rectangle, ground, edge fyne.ThemeColorName, stroke float32) {
	if ground == "" {
		ground = look.Clear
	}
	r.FillColor = colour(ground)
	if edge == "" {
		r.StrokeWidth = 0
		r.StrokeColor = color.Transparent
		return
	}
	r.StrokeColor = colour(edge)
	r.StrokeWidth = stroke
}

// newIcon makes an image object for an icon.
func newIcon() *canvas.Image {
	i := &canvas.Image{FillMode: canvas.ImageFillContain}
	return i
}

// setIcon shows an icon in a colour, or hides the object when name is empty.
func setIcon(i *canvas.Image, name string, c fyne.ThemeColorName) {
	if name == "" {
		i.Hidden = true
		return
	}
	i.Hidden = false
	res := look.IconIn(name, c)
	if i.Resource != nil && i.Resource.Name() == res.Name() {
		return
	}
	i.Resource = res
	i.Refresh()
}

// line sets a text object.
func setText(t *canvas.Text, s string, size float32, c fyne.ThemeColorName, bold bool) {
	t.Text, t.TextSize, t.TextStyle.Bold = s, size, bold
	t.Color = colour(c)
}

// centre places o of size s in the middle of the height h, at x.
func centre(o fyne.CanvasObject, x, h float32, s fyne.Size) {
	o.Resize(s)
	o.Move(fyne.NewPos(x, round((h-s.Height)/2)))
}

func round(v float32) float32 { return float32(int(v + 0.5)) }

// canvasOf finds the canvas on which an object is shown, or nil.
func canvasOf(o fyne.CanvasObject) fyne.Canvas {
	app := fyne.CurrentApp()
	if app == nil {
		return nil
	}
	return app.Driver().CanvasForObject(o)
}

// focus gives a widget the keyboard.
func focus(o fyne.Focusable) {
	if c := canvasOf(o.(fyne.CanvasObject)); c != nil {
		c.Focus(o)
	}
}
