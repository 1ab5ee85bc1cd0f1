package photo

import (
	"context"
	"image"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"kindred/project"
	"kindred/views/feed"
	"kindred/views/look"
)

// Preview shows a file large: its thumbnail at once, then the original,
// decoded to the size shown. The picture fits into the widget.
type Preview struct {
	widget.BaseWidget
	// OnFailed is told why the original cannot be shown.
	OnFailed func(error)

	src     *feed.Source
	latest  *feed.Latest
	min     fyne.Size
	radius  float32
	id      project.FileID
	w, h    int // pixels of the newest request
	thumb   *feed.Request
	image   *image.RGBA
	sharp   bool // image is of the original
	failed  bool
	ring    fyne.ThemeColorName
	repaint func()
}

// NewPreview makes an empty preview with rounded corners.
func NewPreview(src *feed.Source, radius float32) *Preview {
	p := &Preview{src: src, latest: feed.NewLatest(src.Crew), radius: radius, min: fyne.NewSize(32, 32)}
	p.ExtendBaseWidget(p)
	return p
}

// ID is the file shown.
func (p *Preview) ID() project.FileID { return p.id }

// Sharp says whether the original is shown, not its thumbnail.
func (p *Preview) Sharp() bool { return p.sharp }

// Failed says whether the original could not be shown.
func (p *Preview) Failed() bool { return p.failed }

// SetMinSize changes the smallest size.
func (p *Preview) SetMinSize(s fyne.Size) { p.min = s }

// SetRing draws an edge of 2 px around the widget.
func (p *Preview) SetRing(c fyne.ThemeColorName) {
	if p.ring != c {
		p.ring = c
		p.update()
	}
}

// Set shows a file; 0 shows nothing.
func (p *Preview) Set(id project.FileID) {
	if p.id == id {
		return
	}
	p.id, p.image, p.sharp, p.failed = id, nil, false, false
	p.w, p.h = 0, 0
	p.thumb.Cancel()
	p.thumb = nil
	p.latest.Cancel()
	if id != 0 {
		// 256 is what the project has stored: no decoding for the first look.
		key := feed.Key{ID: id, W: 256, H: 256}
		if img := p.src.Thumbs.Get(key); img != nil {
			p.image = img
		} else {
			p.thumb = p.src.Thumbs.Load(key, func(img *image.RGBA, err error) {
				if err == nil && !p.sharp {
					p.image = img
					p.update()
				}
			})
		}
	}
	p.load(0)
	p.update()
}

// load asks for the original in the size shown, after a delay.
func (p *Preview) load(delay time.Duration) {
	size := p.Size()
	if p.id == 0 || size.Width < 2 || size.Height < 2 {
		return
	}
	scale := Scale(p)
	w, h := Pixels(size.Width, scale), Pixels(size.Height, scale)
	if w == p.w && h == p.h {
		return
	}
	p.w, p.h = w, h
	id := p.id
	feed.Run(p.latest, delay, func(ctx context.Context) (*image.RGBA, error) {
		return p.src.Project.Preview(ctx, id, w, h)
	}, func(img *image.RGBA, err error) {
		if err != nil {
			p.failed = true
			if p.OnFailed != nil {
				p.OnFailed(err)
			}
		} else {
			p.image, p.sharp, p.failed = img, true, false
		}
		p.update()
	})
}

// Resize implements fyne.CanvasObject.
func (p *Preview) Resize(s fyne.Size) {
	if s == p.Size() {
		return
	}
	delay := 120 * time.Millisecond // while an edge is dragged
	if !p.sharp {
		delay = 0
	}
	p.BaseWidget.Resize(s)
	p.load(delay)
}

func (p *Preview) update() {
	if p.repaint != nil {
		p.repaint()
	}
}

// CreateRenderer implements fyne.Widget.
func (p *Preview) CreateRenderer() fyne.WidgetRenderer {
	plate := canvas.NewRectangle(look.Colour(look.BG3))
	plate.CornerRadius = p.radius
	picture := Picture(canvas.ImageFillContain, p.radius)
	picture.Hide()
	broken := &canvas.Image{FillMode: canvas.ImageFillContain}
	broken.Hide()
	edge := Ring(p.radius)
	var shown *image.RGBA
	paint := func() {
		plate.FillColor = look.Colour(look.BG3)
		plate.Hidden = p.id == 0 || p.image != nil
		plate.Refresh()
		if p.image != shown {
			shown = p.image
			picture.Image = nil // not a nil *image.RGBA, which Fyne would ask for its size
			if shown != nil {
				picture.Image = shown
				picture.Refresh()
			}
		}
		picture.Hidden = shown == nil
		missing := p.failed && p.image == nil
		if missing && broken.Resource == nil {
			broken.Resource = look.IconIn("broken-image", look.T3)
			broken.Refresh()
		}
		broken.Hidden = !missing
		Stroke(edge, p.ring, look.RingWidth)
		edge.Refresh()
	}
	p.repaint = paint
	return &Painting{
		Widget: p,
		Objs:   []fyne.CanvasObject{plate, picture, broken, edge},
		Min:    func() fyne.Size { return p.min },
		Place: func(s fyne.Size) {
			plate.Resize(s)
			picture.Resize(s)
			broken.Resize(fyne.NewSquareSize(24))
			broken.Move(fyne.NewPos(Round((s.Width-24)/2), Round((s.Height-24)/2)))
			edge.Resize(s)
		},
		Paint: func() {
			broken.Resource = nil
			paint()
		},
	}
}
