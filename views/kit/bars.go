package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"kindred/views/look"
)

// Bar shows a share as a filled part of a track.
type Bar struct {
	widget.BaseWidget
	share  float64
	colour fyne.ThemeColorName
	track  fyne.ThemeColorName
	height float32
	width  float32
}

// NewBar makes a bar of 8 px, as for a prediction; share is 0 to 1.
func NewBar(share float64, colour fyne.ThemeColorName) *Bar {
	b := &Bar{share: share, colour: colour, track: look.BG3, height: 8, width: 40}
	b.ExtendBaseWidget(b)
	return b
}

// NewProgress makes the 4 px bar of a job, at least width wide.
func NewProgress(width float32) *Bar {
	b := NewBar(0, look.Acc)
	b.track, b.height, b.width = look.BG4, 4, width
	return b
}

// Share returns what is shown.
func (b *Bar) Share() float64 { return b.share }

// Set changes share and colour.
func (b *Bar) Set(share float64, colour fyne.ThemeColorName) {
	share = min(max(share, 0), 1)
	if b.share == share && b.colour == colour {
		return
	}
	b.share, b.colour = share, colour
	b.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (b *Bar) CreateRenderer() fyne.WidgetRenderer {
	track, done := box(look.RadiusBar), box(look.RadiusBar)
	return render(b, painting{
		objects: []fyne.CanvasObject{track, done},
		min:     func() fyne.Size { return fyne.NewSize(b.width, b.height) },
		place: func(s fyne.Size) {
			centre(track, 0, s.Height, fyne.NewSize(s.Width, b.height))
			w := round(s.Width * float32(b.share))
			if b.share > 0 {
				w = max(w, 1)
			}
			centre(done, 0, s.Height, fyne.NewSize(w, b.height))
		},
		paint: func() {
			track.FillColor, done.FillColor = colour(b.track), colour(b.colour)
		},
	})
}

// Spinner is the open ring that stands for running work. It turns by Step, so
// that it moves only when the work does.
type Spinner struct {
	widget.BaseWidget
	angle  float32
	size   float32
	colour fyne.ThemeColorName
}

// NewSpinner makes a ring of a size.
func NewSpinner(size float32) *Spinner {
	s := &Spinner{size: size, colour: look.Acc}
	s.ExtendBaseWidget(s)
	return s
}

// Step turns the ring a little, unless the person has switched animations off.
func (s *Spinner) Step() {
	if app := fyne.CurrentApp(); app != nil && !app.Settings().ShowAnimations() {
		return
	}
	s.angle += 30
	if s.angle >= 360 {
		s.angle -= 360
	}
	s.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (s *Spinner) CreateRenderer() fyne.WidgetRenderer {
	arc := &canvas.Arc{CutoutRatio: 0.84}
	return render(s, painting{
		objects: []fyne.CanvasObject{arc},
		min:     func() fyne.Size { return fyne.NewSquareSize(s.size) },
		place: func(size fyne.Size) {
			centre(arc, round((size.Width-s.size)/2), size.Height, fyne.NewSquareSize(s.size))
		},
		paint: func() {
			arc.FillColor = colour(s.colour)
			arc.StartAngle, arc.EndAngle = s.angle, s.angle+270
		},
	})
}

// Icon is an icon in a colour of the theme.
type Icon struct {
	widget.BaseWidget
	name   string
	colour fyne.ThemeColorName
	size   float32
}

// NewIcon makes an icon of a size.
func NewIcon(name string, colour fyne.ThemeColorName, size float32) *Icon {
	i := &Icon{name: name, colour: colour, size: size}
	i.ExtendBaseWidget(i)
	return i
}

// Set changes icon and colour.
func (i *Icon) Set(name string, colour fyne.ThemeColorName) {
	if i.name != name || i.colour != colour {
		i.name, i.colour = name, colour
		i.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (i *Icon) CreateRenderer() fyne.WidgetRenderer {
	img := newIcon()
	return render(i, painting{
		objects: []fyne.CanvasObject{img},
		min:     func() fyne.Size { return fyne.NewSquareSize(i.size) },
		place:   func(s fyne.Size) { centre(img, round((s.Width-i.size)/2), s.Height, fyne.NewSquareSize(i.size)) },
		paint:   func() { setIcon(img, i.name, i.colour) },
	})
}

// Dot is the round mark of a label or a cluster.
type Dot struct {
	widget.BaseWidget
	colour fyne.ThemeColorName
}

// NewDot makes a dot of 8 px; an empty colour gives a hollow one ("no label").
func NewDot(colour fyne.ThemeColorName) *Dot {
	d := &Dot{colour: colour}
	d.ExtendBaseWidget(d)
	return d
}

// Set changes the colour.
func (d *Dot) Set(c fyne.ThemeColorName) {
	if d.colour != c {
		d.colour = c
		d.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (d *Dot) CreateRenderer() fyne.WidgetRenderer {
	c := canvas.NewCircle(nil)
	return render(d, painting{
		objects: []fyne.CanvasObject{c},
		min:     func() fyne.Size { return fyne.NewSquareSize(8) },
		place:   func(s fyne.Size) { centre(c, round((s.Width-8)/2), s.Height, fyne.NewSquareSize(8)) },
		paint: func() {
			if d.colour == "" {
				c.FillColor, c.StrokeColor, c.StrokeWidth = colour(look.Clear), colour(look.T3), 1
				return
			}
			c.FillColor, c.StrokeWidth = colour(d.colour), 0
		},
	})
}

// Mark is Kindred's mark. It is drawn differently on a light ground.
type Mark struct {
	widget.BaseWidget
	size float32
}

// NewMark makes the mark in a size.
func NewMark(size float32) *Mark {
	m := &Mark{size: size}
	m.ExtendBaseWidget(m)
	return m
}

// CreateRenderer implements fyne.Widget.
func (m *Mark) CreateRenderer() fyne.WidgetRenderer {
	img := newIcon()
	return render(m, painting{
		objects: []fyne.CanvasObject{img},
		min:     func() fyne.Size { return fyne.NewSquareSize(m.size) },
		place:   func(s fyne.Size) { centre(img, round((s.Width-m.size)/2), s.Height, fyne.NewSquareSize(m.size)) },
		paint: func() {
			if r := look.Mark(); img.Resource == nil || img.Resource.Name() != r.Name() {
				img.Resource = r
				img.Refresh()
			}
		},
	})
}
