package gallery

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"kindred/project"
	"kindred/views/look"
	"kindred/views/photo"
)

// doubleClick is the longest time between the two clicks of one.
const doubleClick = 400 * time.Millisecond

// ground is what scrolls: it holds the tiles and answers pointer and keyboard
// for all of them, by arithmetic instead of a widget each.
type ground struct {
	widget.BaseWidget
	grid    *grid
	objects []fyne.CanvasObject
	marks   int              // so many of the objects, the last ones, stay on top
	held    fyne.KeyModifier // Shift and Ctrl as keys, between down and up
	focused bool
}

var (
	_ desktop.Mouseable   = (*ground)(nil)
	_ desktop.Hoverable   = (*ground)(nil)
	_ desktop.Keyable     = (*ground)(nil)
	_ fyne.Draggable      = (*ground)(nil)
	_ fyne.Shortcutable   = (*ground)(nil)
	_ fyne.WidgetRenderer = (*groundRenderer)(nil)
)

func newGround(g *grid) *ground {
	w := &ground{grid: g}
	w.objects = append([]fyne.CanvasObject{g.hoverEdge, g.hoverBox, g.focusRing, g.sweepEdge}, g.hint.objects()...)
	w.marks = len(w.objects)
	w.ExtendBaseWidget(w)
	return w
}

// add puts a new tile below the marks, which stay on top.
func (w *ground) add(t *tile) {
	w.objects = append(t.objects(), w.objects...)
}

// addObject puts one more object right below the marks.
func (w *ground) addObject(o fyne.CanvasObject) {
	marks := len(w.objects) - w.marks
	w.objects = append(w.objects[:marks:marks], append([]fyne.CanvasObject{o}, w.objects[marks:]...)...)
}

// CreateRenderer implements fyne.Widget.
func (w *ground) CreateRenderer() fyne.WidgetRenderer { return &groundRenderer{w} }

type groundRenderer struct{ w *ground }

func (r *groundRenderer) Destroy()                     {}
func (r *groundRenderer) Layout(fyne.Size)             {}
func (r *groundRenderer) Objects() []fyne.CanvasObject { return r.w.objects }
func (r *groundRenderer) MinSize() fyne.Size {
	return fyne.NewSize(MinTile+2*padSide, r.w.grid.geo.height())
}

// Refresh follows a change of the theme. It does not refresh the widget as a
// whole: that would upload every picture again.
func (r *groundRenderer) Refresh() { r.w.grid.recolour() }

// redraw makes the small pictures that depend on theme and scale.
func (g *grid) redraw() {
	pixels := photo.Pixels(boxSize, g.scaleDrawn)
	g.blank = photo.Blank(look.Colour(look.BG3))
	g.ticked, g.empty = tickBox(pixels, true), tickBox(pixels, false)
	g.hoverBox.Image = g.empty
	g.hoverBox.Refresh()
	g.ruler = newRuler()
	g.drawnIn = look.Colour(look.BG3)
}

// recolour repaints everything when the colours are others than those drawn.
func (g *grid) recolour() {
	if g.scaleDrawn == 0 || g.drawnIn == look.Colour(look.BG3) {
		return
	}
	g.redraw()
	for _, t := range g.tiles {
		t.full, t.said = "\x00", "\x00"
		t.box.Image = nil
		t.badges.recolour()
		if !t.loaded || t.failed {
			t.show(g.blank, t.failed)
		}
		if t.broken != nil {
			t.broken.Resource = look.IconIn("broken-image", look.T3)
			t.broken.Refresh()
		}
	}
	g.rowsArrived()
	g.marksChanged()
}

// placeMarks puts the ring of the focus and the edge of the hover where they
// belong.
func (g *grid) placeMarks() {
	at := g.sel.FocusPlace()
	if t := g.tiles[at]; at >= 0 && t != nil {
		g.focusRing.Resize(fyne.NewSquareSize(g.geo.size + 2*ringOut))
		g.focusRing.Move(t.picture.Position().SubtractXY(ringOut, ringOut))
		photo.Stroke(g.focusRing, look.T1, look.RingWidth)
	} else {
		g.focusRing.Hidden = true
	}
	g.focusRing.Refresh()
	if t := g.tiles[g.hover]; g.hover >= 0 && t != nil {
		g.hoverEdge.Resize(fyne.NewSquareSize(g.geo.size))
		g.hoverEdge.Move(t.picture.Position())
		photo.Stroke(g.hoverEdge, look.T2, look.Stroke)
		g.hoverBox.Move(t.picture.Position().AddXY(boxInset, boxInset))
		g.hoverBox.Hidden = t.selected
		if t.selected {
			g.hoverEdge.Hidden = true
		}
	} else {
		g.hoverEdge.Hidden, g.hoverBox.Hidden = true, true
	}
	g.hoverEdge.Refresh()
}

func (g *grid) setHover(place int) {
	if g.hover != place {
		g.hover = place
		g.placeMarks()
	}
}

// MouseIn implements desktop.Hoverable.
func (w *ground) MouseIn(e *desktop.MouseEvent) { w.MouseMoved(e) }

// MouseMoved implements desktop.Hoverable.
func (w *ground) MouseMoved(e *desktop.MouseEvent) {
	place, _ := w.grid.geo.at(e.Position.X, e.Position.Y)
	w.grid.setHover(place)
	w.grid.point(place, e.Position)
}

// MouseOut implements desktop.Hoverable.
func (w *ground) MouseOut() {
	w.grid.setHover(-1)
	w.grid.point(-1, fyne.Position{})
}

// MouseDown implements desktop.Mouseable: selecting happens at once, and two
// clicks in short order open.
func (w *ground) MouseDown(e *desktop.MouseEvent) {
	g := w.grid
	photo.Focus(w)
	place, inBox := g.geo.at(e.Position.X, e.Position.Y)
	ctrl := e.Modifier&(fyne.KeyModifierControl|fyne.KeyModifierSuper) != 0
	shift := e.Modifier&fyne.KeyModifierShift != 0
	if e.Button == desktop.MouseButtonSecondary {
		if place >= 0 {
			if !g.sel.Has(g.list.At(place)) {
				g.sel.Go(place, Replace)
			} else {
				g.sel.Go(place, Walk)
			}
			g.told()
			g.context(e.AbsolutePosition)
		}
		return
	}
	if e.Button != desktop.MouseButtonPrimary {
		return
	}
	if place < 0 {
		g.sweepFrom, g.sweepBase = e.Position, nil
		if ctrl || shift {
			g.sweepBase = g.sel.IDs()
		} else if g.sel.Count() > 0 {
			g.sel.Clear()
			g.told()
		}
		g.sweepReady = true
		return
	}
	if m, ok := g.badgeAt(place, e.Position); ok {
		g.review(m, g.list.At(place))
		return
	}
	now := time.Now()
	double := place == g.lastPlace && now.Sub(g.lastClick) < doubleClick && !ctrl && !shift && !inBox
	g.lastClick, g.lastPlace = now, place
	switch {
	case double:
		g.lastPlace = -1
		g.opened(place)
		return
	case ctrl && shift:
		g.sel.Go(place, Extend)
	case shift:
		g.sel.Go(place, Range)
	case ctrl || inBox:
		g.sel.Go(place, Toggle)
	default:
		g.sel.Go(place, Replace)
	}
	g.told()
}

// MouseUp implements desktop.Mouseable.
func (w *ground) MouseUp(*desktop.MouseEvent) { w.DragEnd() }

// Dragged implements fyne.Draggable: on empty ground it sweeps a rectangle.
func (w *ground) Dragged(e *fyne.DragEvent) {
	g := w.grid
	if !g.sweepReady {
		return
	}
	from, to := g.sweepFrom, e.Position
	g.sweepEdge.Move(fyne.NewPos(min(from.X, to.X), min(from.Y, to.Y)))
	g.sweepEdge.Resize(fyne.NewSize(max(from.X, to.X)-min(from.X, to.X), max(from.Y, to.Y)-min(from.Y, to.Y)))
	photo.Stroke(g.sweepEdge, look.Acc, look.Stroke)
	g.sweepEdge.Refresh()
	g.sel.Sweep(g.geo.inside(from.X, from.Y, to.X, to.Y), g.sweepBase)
	g.told()
}

// DragEnd implements fyne.Draggable.
func (w *ground) DragEnd() {
	w.grid.sweepReady = false
	w.grid.sweepEdge.Hidden = true
	w.grid.sweepEdge.Refresh()
}

// told repaints and tells who listens.
func (g *grid) told() {
	g.marksChanged()
	g.changed()
}

// FocusGained implements fyne.Focusable.
func (w *ground) FocusGained() { w.focused = true }

// FocusLost implements fyne.Focusable.
func (w *ground) FocusLost() { w.focused, w.held = false, 0 }

// KeyDown implements desktop.Keyable: key events carry no modifiers.
func (w *ground) KeyDown(e *fyne.KeyEvent) { w.held |= modifierOf(e.Name) }

// KeyUp implements desktop.Keyable.
func (w *ground) KeyUp(e *fyne.KeyEvent) { w.held &^= modifierOf(e.Name) }

func modifierOf(key fyne.KeyName) fyne.KeyModifier {
	switch key {
	case desktop.KeyShiftLeft, desktop.KeyShiftRight:
		return fyne.KeyModifierShift
	}
	return 0
}

// steps are the keys that move.
var steps = map[fyne.KeyName]Step{
	fyne.KeyLeft: Left, fyne.KeyRight: Right, fyne.KeyUp: Up, fyne.KeyDown: Down,
	fyne.KeyPageUp: PageUp, fyne.KeyPageDown: PageDown, fyne.KeyHome: Home, fyne.KeyEnd: End,
}

// TypedKey implements fyne.Focusable.
func (w *ground) TypedKey(e *fyne.KeyEvent) {
	g := w.grid
	if step, ok := steps[e.Name]; ok {
		mode := Replace
		if w.shifted() {
			mode = Range
		}
		g.move(step, mode)
		return
	}
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		if at := g.sel.FocusPlace(); at >= 0 {
			g.opened(at)
		}
	case fyne.KeySpace:
		g.sel.Go(max(g.sel.FocusPlace(), 0), Toggle)
		g.told()
	case fyne.KeyEscape:
		g.escaped()
	default:
		g.key(e)
	}
}

// shifted says whether Shift is held: as this widget saw it, or as the driver
// knows it (it was held before the widget had the focus).
func (w *ground) shifted() bool {
	if w.held&fyne.KeyModifierShift != 0 {
		return true
	}
	d, ok := fyne.CurrentApp().Driver().(desktop.Driver)
	return ok && d.CurrentKeyModifiers()&fyne.KeyModifierShift != 0
}

// TypedRune implements fyne.Focusable: letters are commands.
func (w *ground) TypedRune(r rune) { w.grid.command(r) }

// TypedShortcut implements fyne.Shortcutable. Ctrl with an arrow moves without
// selecting, with Shift it adds.
func (w *ground) TypedShortcut(s fyne.Shortcut) {
	g := w.grid
	switch s := s.(type) {
	case *fyne.ShortcutSelectAll:
		g.sel.All()
		g.told()
	case *desktop.CustomShortcut:
		step, ok := steps[s.KeyName]
		if !ok || s.Modifier&(fyne.KeyModifierControl|fyne.KeyModifierSuper) == 0 {
			return
		}
		if s.Modifier&fyne.KeyModifierShift != 0 {
			g.move(step, Extend)
		} else {
			g.move(step, Walk)
		}
	}
}

// move moves the focus and scrolls to it.
func (g *grid) move(step Step, mode Mode) {
	page := int(g.settledSize.Height / max(g.geo.rowHeight(), 1))
	g.sel.Move(step, g.geo.columns, page, mode)
	g.reveal(g.sel.FocusPlace())
	g.told()
	g.reveal(g.sel.FocusPlace()) // the action bar may have come up
}

// focusOn moves the focus to a file and shows it.
func (g *grid) focusOn(id project.FileID) {
	if at := g.list.Find(id); at >= 0 {
		g.sel.Go(at, Replace)
		g.reveal(at)
		g.told()
	}
}
