package gallery

import (
	"context"
	"errors"
	"image"
	"io/fs"
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

const (
	mostZoom  = 16
	zoomStep  = 1.25
	fullInset = 16
)

// fullView shows one image as large as the room; the arrows walk the list, the
// wheel zooms at the pointer, dragging moves.
type fullView struct {
	widget.BaseWidget
	g      *Gallery
	id     project.FileID
	latest *feed.Latest
	thumb  *feed.Request
	pixels *image.RGBA
	failed bool
	asked  fyne.Size // pixels of the newest request

	zoom   float32       // 1 fits
	centre fyne.Position // of the room, in shares of the picture

	name, where *kit.Text
	percent     *kit.Text
	trouble     *kit.Text // why only the thumbnail is shown
	area        *container.Clip
	picture     *canvas.Image
	broken      *canvas.Image
	stage       *stage
}

func newFullView(g *Gallery) *fullView {
	f := &fullView{g: g, latest: feed.NewLatest(g.src.Crew), zoom: 1, centre: fyne.NewPos(0.5, 0.5)}
	f.name = kit.NewText("", look.Small, look.T1).Bold().Truncate(40)
	f.where = kit.NewText("", look.Small, look.T3)
	f.percent = kit.NewText("", look.Small, look.T3)
	f.trouble = kit.NewText("", look.Small, look.Warn)
	f.picture = photo.Picture(canvas.ImageFillStretch, 0)
	f.picture.Hide()
	f.broken = &canvas.Image{FillMode: canvas.ImageFillContain}
	f.broken.Hide()
	f.stage = &stage{f: f}
	f.stage.ExtendBaseWidget(f.stage)
	f.area = container.NewClip(f.stage)
	f.area.ExtendBaseWidget(f.area) // else a size given before its first use is lost
	f.ExtendBaseWidget(f)
	return f
}

// stage is the ground of the picture; it places it by zoom and centre.
type stage struct {
	widget.BaseWidget
	f *fullView
}

// CreateRenderer implements fyne.Widget.
func (s *stage) CreateRenderer() fyne.WidgetRenderer {
	ground := canvas.NewRectangle(look.Colour(look.BG0))
	return &photo.Painting{
		Widget: s,
		Objs:   []fyne.CanvasObject{ground, s.f.picture, s.f.broken},
		Min:    func() fyne.Size { return fyne.NewSize(32, 32) },
		Place: func(size fyne.Size) {
			ground.Resize(size)
			s.f.place(size)
		},
		Paint: func() {
			ground.FillColor = look.Colour(look.BG0)
			ground.Refresh()
		},
	}
}

// CreateRenderer implements fyne.Widget.
func (f *fullView) CreateRenderer() fyne.WidgetRenderer {
	bar := kit.SubBar(kit.Grow(f.name), f.trouble, f.percent, f.where,
		kit.NewIconButton("chevron-left", func() { f.walk(-1) }).Small(),
		kit.NewIconButton("chevron-right", func() { f.walk(1) }).Small(),
		kit.NewIconButton("close", f.g.closeFull).Small())
	return widget.NewSimpleRenderer(photo.Column(f.area, bar, f.area))
}

// openFull shows a place of the list in the full view.
func (g *Gallery) openFull(place int) {
	if place < 0 || place >= g.grid.list.Len() {
		return
	}
	if id := g.grid.list.At(place); g.sel.Focus() != id {
		g.grid.focusOn(id)
	}
	g.frame.Hide()
	g.full.Show()
	photo.Relayout(g.content)
	g.full.show(g.grid.list.At(place))
	g.host.Window().Canvas().Focus(g.full)
	g.host.Changed()
}

func (g *Gallery) closeFull() {
	if !g.full.Visible() {
		return
	}
	g.full.latest.Cancel()
	g.full.Hide()
	g.frame.Show()
	photo.Relayout(g.content)
	g.grid.reveal(g.sel.FocusPlace())
	g.grid.sync()
	g.focusGrid()
	if g.ranked != nil && g.ranked.p.Closed != nil {
		g.ranked.p.Closed()
	}
	g.host.Changed()
}

// show shows a file, fitted.
func (f *fullView) show(id project.FileID) {
	f.describe(id)
	if f.id == id && f.pixels != nil {
		return
	}
	f.id, f.failed, f.asked = id, false, fyne.Size{}
	f.zoom, f.centre = 1, fyne.NewPos(0.5, 0.5)
	f.trouble.Set("")
	f.thumb.Cancel()
	f.thumb = nil
	f.pixels = nil
	key := feed.Key{ID: id, W: 256, H: 256}
	if img := f.g.src.Thumbs.Get(key); img != nil {
		f.pixels = img
	} else {
		f.thumb = f.g.src.Thumbs.Load(key, func(img *image.RGBA, err error) {
			if err == nil && f.pixels == nil {
				f.pixels = img
				f.update()
			}
		})
	}
	f.load(0)
	f.update()
}

func (f *fullView) describe(id project.FileID) {
	place := f.g.grid.list.Find(id)
	if place >= 0 {
		f.where.Set(kit.Count(place+1) + " of " + kit.Count(f.g.grid.list.Len()))
		if row, ok := f.g.rows.Row(place); ok {
			f.name.Set(row.Shown)
			return
		}
	}
	f.name.Set("")
}

// load decodes the original in the size that the zoom needs.
func (f *fullView) load(delay time.Duration) {
	size := f.stage.Size()
	if f.id == 0 || size.Width < 2 || size.Height < 2 {
		return
	}
	scale := photo.Scale(f)
	w := photo.Pixels((size.Width-2*fullInset)*f.zoom, scale)
	h := photo.Pixels((size.Height-2*fullInset)*f.zoom, scale)
	want := fyne.NewSize(float32(w), float32(h))
	if want == f.asked {
		return
	}
	f.asked = want
	id := f.id
	feed.Run(f.latest, delay, func(ctx context.Context) (*image.RGBA, error) {
		return f.g.src.Project.Preview(ctx, id, w, h)
	}, func(img *image.RGBA, err error) {
		f.trouble.Set(trouble(err))
		if err != nil {
			f.failed = true
		} else {
			f.thumb.Cancel()
			f.pixels, f.failed = img, false
		}
		f.update()
	})
}

// update puts the newest pixels on the stage.
func (f *fullView) update() {
	if f.pixels != nil && f.picture.Image != image.Image(f.pixels) {
		f.picture.Image = f.pixels
		f.picture.Refresh()
	}
	f.picture.Hidden = f.pixels == nil
	missing := f.failed && f.pixels == nil
	if missing {
		f.broken.Resource = look.IconIn("broken-image", look.T3)
		f.broken.Refresh()
	}
	f.broken.Hidden = !missing
	f.place(f.stage.Size())
	f.describe(f.id)
}

// fitted is the size of the picture at zoom 1: it fits the stage and is not
// enlarged beyond its own pixels more than four times.
func (f *fullView) fitted(size fyne.Size) fyne.Size {
	if f.pixels == nil {
		return fyne.Size{}
	}
	w, h := float32(f.pixels.Rect.Dx()), float32(f.pixels.Rect.Dy())
	s := min((size.Width-2*fullInset)/w, (size.Height-2*fullInset)/h)
	if row, ok := f.g.rows.Known(f.id); ok && row.Width > 0 {
		s = min(s, 4*float32(row.Width)/w)
	}
	return fyne.NewSize(w*s, h*s)
}

// place puts the picture where zoom and centre say.
func (f *fullView) place(size fyne.Size) {
	if size.Width < 2 {
		return
	}
	fit := f.fitted(size)
	w, h := fit.Width*f.zoom, fit.Height*f.zoom
	hold := func(centre, length, room float32) float32 { // no empty edge while it is larger than the room
		if length <= room {
			return 0.5
		}
		half := room / 2 / length
		return min(max(centre, half), 1-half)
	}
	f.centre = fyne.NewPos(hold(f.centre.X, w, size.Width), hold(f.centre.Y, h, size.Height))
	f.picture.Resize(fyne.NewSize(w, h))
	f.picture.Move(fyne.NewPos(photo.Round(size.Width/2-f.centre.X*w+1e4)-1e4, photo.Round(size.Height/2-f.centre.Y*h+1e4)-1e4))
	f.broken.Resize(fyne.NewSquareSize(36))
	f.broken.Move(fyne.NewPos((size.Width-36)/2, (size.Height-36)/2))
	if row, ok := f.g.rows.Known(f.id); ok && row.Width > 0 && w > 0 {
		f.percent.Set(kit.WholePercent(float64(w*photo.Scale(f)) / float64(row.Width)))
	} else {
		f.percent.Set("")
	}
}

// trouble says why the original cannot be shown.
func trouble(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, project.ErrDisconnected):
		return "The drive or folder is not connected"
	case errors.Is(err, fs.ErrNotExist):
		return "The file is not there any more"
	}
	return "The original cannot be read"
}

// whole is the zoom at which a pixel of the picture is a pixel of the screen,
// 1 while its size is not known.
func (f *fullView) whole() float32 {
	fit := f.fitted(f.stage.Size())
	row, ok := f.g.rows.Known(f.id)
	if !ok || row.Width == 0 || fit.Width <= 0 {
		return 1
	}
	return float32(row.Width) / (fit.Width * photo.Scale(f))
}

// zoomAt changes the zoom by a factor; see zoomTo.
func (f *fullView) zoomAt(factor float32, at fyne.Position) { f.zoomTo(f.zoom*factor, at) }

// zoomTo changes the zoom and keeps the point under the pointer where it is.
func (f *fullView) zoomTo(zoom float32, at fyne.Position) {
	size := f.stage.Size()
	fit := f.fitted(size)
	if fit.Width <= 0 {
		return
	}
	old := f.zoom
	one := f.whole()
	f.zoom = min(max(zoom, min(1, one)), max(mostZoom, one))
	dx, dy := at.X-size.Width/2, at.Y-size.Height/2
	f.centre.X += dx/(fit.Width*old) - dx/(fit.Width*f.zoom)
	f.centre.Y += dy/(fit.Height*old) - dy/(fit.Height*f.zoom)
	f.place(size)
	f.load(150 * time.Millisecond)
}

func (f *fullView) walk(step int) {
	list := f.g.grid.list
	at := min(max(list.Find(f.id)+step, 0), list.Len()-1)
	if at < 0 || list.At(at) == f.id {
		return
	}
	f.g.sel.Go(at, Replace)
	f.g.grid.told()
	f.show(list.At(at))
}

// Resize implements fyne.CanvasObject.
func (f *fullView) Resize(s fyne.Size) {
	f.BaseWidget.Resize(s)
	f.load(120 * time.Millisecond)
}

// Scrolled implements fyne.Scrollable: the wheel zooms at the pointer.
func (s *stage) Scrolled(e *fyne.ScrollEvent) {
	switch {
	case e.Scrolled.DY > 0:
		s.f.zoomAt(zoomStep, e.Position)
	case e.Scrolled.DY < 0:
		s.f.zoomAt(1/zoomStep, e.Position)
	}
}

// Dragged implements fyne.Draggable: it moves the picture.
func (s *stage) Dragged(e *fyne.DragEvent) {
	fit := s.f.fitted(s.Size())
	if fit.Width <= 0 {
		return
	}
	s.f.centre.X -= e.Dragged.DX / (fit.Width * s.f.zoom)
	s.f.centre.Y -= e.Dragged.DY / (fit.Height * s.f.zoom)
	s.f.place(s.Size())
}

// TappedSecondary implements fyne.SecondaryTappable.
func (s *stage) TappedSecondary(e *fyne.PointEvent) {
	kit.ShowMenu(s.f.g.imageMenu(s.f.id), s, e.Position)
}

// DragEnd implements fyne.Draggable.
func (s *stage) DragEnd() {}

// FocusGained implements fyne.Focusable.
func (f *fullView) FocusGained() {}

// FocusLost implements fyne.Focusable.
func (f *fullView) FocusLost() {}

// TypedRune implements fyne.Focusable.
func (f *fullView) TypedRune(r rune) {
	middle := fyne.NewPos(f.stage.Size().Width/2, f.stage.Size().Height/2)
	switch r {
	case '+', '=':
		f.zoomAt(zoomStep, middle)
	case '-', '−':
		f.zoomAt(1/zoomStep, middle)
	case '0', 'f', 'F':
		f.zoomTo(1, middle)
	case '1':
		f.zoomTo(f.whole(), middle)
	case 's', 'S':
		f.g.typed(r)
	default:
		f.g.host.TypedRune(r)
	}
}

// TypedKey implements fyne.Focusable.
func (f *fullView) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft, fyne.KeyUp, fyne.KeyPageUp:
		f.walk(-1)
	case fyne.KeyRight, fyne.KeyDown, fyne.KeyPageDown, fyne.KeySpace:
		f.walk(1)
	case fyne.KeyHome:
		f.walk(-f.g.grid.list.Len())
	case fyne.KeyEnd:
		f.walk(f.g.grid.list.Len())
	case fyne.KeyEscape, fyne.KeyReturn, fyne.KeyEnter:
		f.g.closeFull()
	default:
		f.g.host.TypedKey(e)
	}
}
