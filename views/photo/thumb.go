package photo

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"kindred/project"
	"kindred/views/feed"
	"kindred/views/look"
)

// Thumb shows the thumbnail of one file: grey while it loads, a broken file
// where it cannot be read. It does not see the pointer, so that what it lies
// on does; Pick does.
type Thumb struct {
	widget.BaseWidget
	self    fyne.Widget // the Thumb, or the Pick that it is part of
	src     *feed.Source
	min     fyne.Size
	cover   bool
	id      project.FileID
	key     feed.Key
	request *feed.Request
	image   *image.RGBA
	failed  bool
	hovered bool
	ring    fyne.ThemeColorName
	paint   func() // of the renderer that is shown; nil before
}

// NewThumb makes a thumbnail of at least w x h units. A cover fills its room,
// else the picture fits into it.
func NewThumb(src *feed.Source, w, h float32, cover bool) *Thumb {
	t := &Thumb{}
	t.init(t, src, w, h, cover)
	return t
}

func (t *Thumb) init(self fyne.Widget, src *feed.Source, w, h float32, cover bool) {
	t.self, t.src, t.min, t.cover = self, src, fyne.NewSize(w, h), cover
	t.ExtendBaseWidget(self)
}

// Pick is a Thumb that can be clicked.
type Pick struct {
	Thumb
	// OnTapped is called on a click.
	OnTapped func()
}

// NewPick makes a thumbnail as NewThumb does.
func NewPick(src *feed.Source, w, h float32, cover bool) *Pick {
	p := &Pick{OnTapped: func() {}}
	p.init(p, src, w, h, cover)
	return p
}

// ID is the file shown, 0 for none.
func (t *Thumb) ID() project.FileID { return t.id }

// Set shows a file; 0 shows nothing.
func (t *Thumb) Set(id project.FileID) {
	if t.id == id {
		return
	}
	t.id = id
	t.load()
}

// SetRing draws an edge of 2 px in a colour around the picture; "" none.
func (t *Thumb) SetRing(c fyne.ThemeColorName) {
	if t.ring != c {
		t.ring = c
		t.repaint()
	}
}

// load asks for the picture in the size that is shown now.
func (t *Thumb) load() {
	t.request.Cancel()
	t.request = nil
	size := t.Size()
	if t.id == 0 || size.Width < 1 || size.Height < 1 {
		t.image, t.failed, t.key = nil, false, feed.Key{}
		t.repaint()
		return
	}
	scale := Scale(t.self)
	key := feed.Key{ID: t.id, W: Pixels(size.Width, scale), H: Pixels(size.Height, scale), Cover: t.cover}
	if key == t.key && t.image != nil {
		return
	}
	if key.ID != t.key.ID {
		t.image = nil // while only the size changes, the old one stays
	}
	t.key, t.failed = key, false
	if img := t.src.Thumbs.Get(key); img != nil {
		t.image = img
	} else {
		t.request = t.src.Thumbs.Load(key, func(img *image.RGBA, err error) {
			t.image, t.failed = img, err != nil || img == nil
			t.repaint()
		})
	}
	t.repaint()
}

// Resize implements fyne.CanvasObject.
func (t *Thumb) Resize(s fyne.Size) {
	if s == t.Size() {
		return
	}
	t.BaseWidget.Resize(s)
	t.load()
}

// Tapped implements fyne.Tappable.
func (p *Pick) Tapped(*fyne.PointEvent) {
	if p.id != 0 {
		p.OnTapped()
	}
}

// Cursor implements desktop.Cursorable.
func (p *Pick) Cursor() desktop.Cursor {
	if p.id != 0 {
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}

// MouseIn implements desktop.Hoverable.
func (p *Pick) MouseIn(*desktop.MouseEvent) { p.hovered = true; p.repaint() }

// MouseMoved implements desktop.Hoverable.
func (p *Pick) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (p *Pick) MouseOut() { p.hovered = false; p.repaint() }

func (t *Thumb) repaint() {
	if t.paint != nil {
		t.paint()
	}
}

// CreateRenderer implements fyne.Widget.
func (t *Thumb) CreateRenderer() fyne.WidgetRenderer {
	plate := canvas.NewRectangle(look.Colour(look.BG3))
	plate.CornerRadius = look.RadiusSmall
	fill := canvas.ImageFillCover
	if !t.cover {
		fill = canvas.ImageFillContain
	}
	picture := Picture(fill, look.RadiusSmall)
	picture.Hide()
	broken := &canvas.Image{FillMode: canvas.ImageFillContain}
	broken.Hide()
	edge := Ring(look.RadiusSmall)
	var shown *image.RGBA
	paint := func() {
		plate.FillColor = look.Colour(look.BG3)
		plate.Hidden = t.id == 0 || (t.image != nil && !t.failed)
		plate.Refresh()
		if t.image != shown {
			shown = t.image
			picture.Image = nil // not a nil *image.RGBA, which Fyne would ask for its size
			if shown != nil {
				picture.Image = shown
				picture.Refresh()
			}
		}
		picture.Hidden = shown == nil
		if t.failed && broken.Resource == nil {
			broken.Resource = look.IconIn("broken-image", look.T3)
			broken.Refresh()
		}
		broken.Hidden = !t.failed
		switch {
		case t.ring != "":
			Stroke(edge, t.ring, look.RingWidth)
		case t.hovered && t.id != 0:
			Stroke(edge, look.T2, look.Stroke)
		case t.cover && t.image != nil: // a white picture ends somewhere, too
			Stroke(edge, look.Line, look.Stroke)
		default:
			edge.Hidden = true
		}
		edge.Refresh()
	}
	t.paint = paint
	return &Painting{
		Widget: t.self,
		Objs:   []fyne.CanvasObject{plate, picture, broken, edge},
		Min:    func() fyne.Size { return t.min },
		Place: func(s fyne.Size) {
			plate.Resize(s)
			picture.Resize(s)
			icon := min(24, s.Width/2, s.Height/2)
			broken.Resize(fyne.NewSquareSize(icon))
			broken.Move(fyne.NewPos(Round((s.Width-icon)/2), Round((s.Height-icon)/2)))
			edge.Resize(s)
		},
		Paint: func() {
			broken.Resource = nil // its colour may be another one
			paint()
		},
	}
}
