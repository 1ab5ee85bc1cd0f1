package shell

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"

	"kindred/views/jobs"
	"kindred/views/kit"
	"kindred/views/look"
)

// Below these widths the window gives room back to the view.
const (
	drawerBelow float32 = 1200 // the inspector becomes a drawer
	narrowBelow float32 = 1000 // the rail shows icons only
	leastWidth  float32 = 900
	leastHeight float32 = 600
)

func shifted(key fyne.KeyName) fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault | fyne.KeyModifierShift}
}

// frame is rail, room and inspector of a session.
type frame struct {
	se      *session
	rail    *rail
	room    *fyne.Container
	panel   *fyne.Container
	inner   *kit.Split // room and inspector
	outer   *kit.Split // rail and the rest
	content fyne.CanvasObject

	width  float32
	narrow bool // the rail shows icons only
	folded bool // a person folded the rail in a wide window
	spread bool // a person unfolded it in a small one
	want   bool // the inspector beside the room, in a wide window
	drawer bool // the inspector is pulled out, in a small one
}

func newFrame(se *session) *frame {
	f := &frame{se: se, room: container.NewStack(), panel: container.NewStack()}
	f.want = se.Preference("inspector", 1) != 0
	f.folded = se.Preference("rail-folded", 0) != 0
	f.rail = newRail(se)
	inspector := kit.NewSurface(look.BG2, "", 0, f.panel)
	f.inner = kit.NewSplit(inspector, kit.NewSurface(look.BG1, "", 0, f.room), true,
		float32(se.Preference("inspector-width", float64(look.InspectorWidth))), 260, 520)
	f.inner.OnWidth = func(w float32) { se.SetPreference("inspector-width", float64(w)) }
	f.outer = kit.NewSplit(f.rail.content, f.inner, false, f.railWidth(), 160, 360)
	f.outer.OnWidth = func(w float32) {
		if !f.narrow {
			se.SetPreference("rail-width", float64(w))
		}
	}
	f.content = f.outer
	return f
}

func (f *frame) railWidth() float32 {
	return float32(f.se.Preference("rail-width", float64(look.RailWidth)))
}

// adapt brings the frame to the width of the window.
func (f *frame) adapt(width float32) {
	if width > 0 {
		if (width < narrowBelow) != (f.width < narrowBelow) {
			f.spread = false
		}
		if (width < drawerBelow) != (f.width < drawerBelow) {
			f.drawer = false
		}
		f.width = width
	}
	small := f.width > 0 && f.width < narrowBelow
	f.narrow = f.folded
	if small {
		f.narrow = !f.spread
	}
	f.rail.setNarrow(f.narrow)
	if f.narrow {
		f.outer.SetWidth(look.RailNarrow, look.RailNarrow, look.RailNarrow)
	} else {
		f.outer.SetWidth(f.railWidth(), 160, 360)
	}
	f.inner.SetOver(f.drawers())
	f.inner.ShowPane(f.inspects())
}

func (f *frame) drawers() bool { return f.width > 0 && f.width < drawerBelow }

func (f *frame) inspects() bool {
	if !f.se.hasInspector() {
		return false
	}
	if f.drawers() {
		return f.drawer
	}
	return f.want
}

func (f *frame) setInspector(on bool) {
	if f.drawers() {
		f.drawer = on
	} else {
		f.want = on
		f.se.SetPreference("inspector", map[bool]float64{true: 1}[on])
	}
	f.inner.ShowPane(f.inspects())
}

// closeDrawer pushes the drawer back, if it is pulled out.
func (f *frame) closeDrawer() bool {
	if !f.drawers() || !f.inspects() {
		return false
	}
	f.setInspector(false)
	return true
}

func (f *frame) toggleRail() {
	if f.width > 0 && f.width < narrowBelow {
		f.spread = !f.spread
	} else {
		f.folded = !f.folded
		f.se.SetPreference("rail-folded", map[bool]float64{true: 1}[f.folded])
	}
	f.adapt(0)
}

// show puts a room and its inspector into the frame.
func (f *frame) show(r Room) {
	f.room.Objects = []fyne.CanvasObject{r.Content()}
	f.room.Refresh()
	f.panel.Objects = nil
	if i := r.Inspector(); i != nil {
		f.panel.Objects = []fyne.CanvasObject{i}
	}
	f.panel.Refresh()
	f.inner.ShowPane(f.inspects())
}

// rootLayout places the body above the status bar and notes the width.
type rootLayout struct{ s *Shell }

func (rootLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	// The menu bar stands above the content and counts for the window.
	return fyne.NewSize(leastWidth, leastHeight-look.StatusHeight)
}

func (l rootLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	o[0].Resize(fyne.NewSize(size.Width, size.Height-look.StatusHeight))
	o[0].Move(fyne.NewPos(0, 0))
	o[1].Resize(fyne.NewSize(size.Width, look.StatusHeight))
	o[1].Move(fyne.NewPos(0, size.Height-look.StatusHeight))
	if l.s.size == size {
		return
	}
	l.s.size = size
	// Not inside the layout: what changes here asks for a layout itself.
	l.s.p.Dispatch(func() {
		if l.s.session != nil && l.s.session.frame != nil {
			l.s.session.frame.adapt(l.s.size.Width)
			l.s.refreshMenu()
		}
	})
}

// statusLayout gives the line of jobs what it needs and the keys the rest, but
// a quarter at least.
type statusLayout struct {
	line  *jobs.Line
	hints *kit.KeyHints
}

func (statusLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, look.StatusHeight)
}

func (l statusLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	keys := min(l.hints.Width(), max(s.Width-l.line.Natural()-40, s.Width/4))
	o[0].Resize(fyne.NewSize(s.Width-keys-40, s.Height))
	o[0].Move(fyne.NewPos(12, 0))
	o[1].Resize(fyne.NewSize(keys, s.Height))
	o[1].Move(fyne.NewPos(s.Width-keys-12, 0))
	o[2].Resize(fyne.NewSize(s.Width, 1))
}

func (s *Shell) statusBar() fyne.CanvasObject {
	s.status = container.New(statusLayout{s.jobs, s.hints}, s.jobs, s.hints, kit.HRule())
	s.jobs.OnNatural = func() { s.status.Layout.Layout(s.status.Objects, s.status.Size()) }
	return kit.NewSurface(look.BG0, "", 0, s.status)
}

// setHints shows the keys of the view; they take more or less room then.
func (s *Shell) setHints(keys []kit.KeyHint) {
	if same(keys, s.hints.Hints()) {
		return
	}
	s.hints.Set(keys)
	s.status.Refresh()
}
