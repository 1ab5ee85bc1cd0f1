package kit

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"kindred/views/look"
)

// Slider picks a number on a line.
type Slider struct {
	widget.BaseWidget
	// OnChanged is called for each new value, also while dragging.
	OnChanged func(float64)
	// OnSettled is called when the value is final: after a drag, a click, a key.
	OnSettled func(float64)

	low, high, step float64
	value           float64
	width           float32
	focused         bool
	hovered         bool
}

const knob float32 = 12

// NewSlider makes a slider; step 0 means any value.
func NewSlider(low, high, step, value float64) *Slider {
	s := &Slider{low: low, high: high, step: step, width: 88}
	s.value = s.snap(value)
	s.ExtendBaseWidget(s)
	return s
}

// Width sets the smallest width.
func (s *Slider) Width(w float32) *Slider { s.width = w; return s }

// Value returns the number.
func (s *Slider) Value() float64 { return s.value }

// Set shows another value, without calling OnChanged.
func (s *Slider) Set(v float64) {
	if v = s.snap(v); v != s.value {
		s.value = v
		s.Refresh()
	}
}

func (s *Slider) snap(v float64) float64 {
	if math.IsNaN(v) {
		v = s.low
	}
	if s.step > 0 {
		v = s.low + math.Round((v-s.low)/s.step)*s.step
		v = math.Round(v*1e9) / 1e9
	}
	return min(max(v, s.low), s.high)
}

func (s *Slider) move(v float64) bool {
	old := s.value
	s.Set(v)
	if s.value == old {
		return false
	}
	if s.OnChanged != nil {
		s.OnChanged(s.value)
	}
	return true
}

func (s *Slider) settle() {
	if s.OnSettled != nil {
		s.OnSettled(s.value)
	}
}

func (s *Slider) at(x float32) float64 {
	room := s.Size().Width - knob
	if room <= 0 {
		return s.value
	}
	share := min(max((x-knob/2)/room, 0), 1)
	return s.low + float64(share)*(s.high-s.low)
}

// Tapped implements fyne.Tappable.
func (s *Slider) Tapped(e *fyne.PointEvent) {
	focus(s)
	s.move(s.at(e.Position.X))
	s.settle()
}

// Dragged implements fyne.Draggable.
func (s *Slider) Dragged(e *fyne.DragEvent) { s.move(s.at(e.Position.X)) }

// DragEnd implements fyne.Draggable.
func (s *Slider) DragEnd() { s.settle() }

// Scrolled implements fyne.Scrollable.
func (s *Slider) Scrolled(e *fyne.ScrollEvent) {
	if d := float64(e.Scrolled.DY + e.Scrolled.DX); d != 0 && s.move(s.value+math.Copysign(s.stride(), d)) {
		s.settle()
	}
}

func (s *Slider) stride() float64 {
	return max(s.step, (s.high-s.low)/100)
}

// MouseIn implements desktop.Hoverable.
func (s *Slider) MouseIn(*desktop.MouseEvent) { s.hovered = true; s.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (s *Slider) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (s *Slider) MouseOut() { s.hovered = false; s.Refresh() }

// Cursor implements desktop.Cursorable.
func (s *Slider) Cursor() desktop.Cursor { return desktop.PointerCursor }

// FocusGained implements fyne.Focusable.
func (s *Slider) FocusGained() { s.focused = true; s.Refresh() }

// FocusLost implements fyne.Focusable.
func (s *Slider) FocusLost() { s.focused = false; s.Refresh() }

// TypedRune implements fyne.Focusable.
func (s *Slider) TypedRune(rune) {}

// TypedKey implements fyne.Focusable: arrows a step, Page Up and Down ten,
// Home and End to the ends.
func (s *Slider) TypedKey(e *fyne.KeyEvent) {
	v := s.value
	switch e.Name {
	case fyne.KeyLeft, fyne.KeyDown:
		v -= s.stride()
	case fyne.KeyRight, fyne.KeyUp:
		v += s.stride()
	case fyne.KeyPageDown:
		v -= 10 * s.stride()
	case fyne.KeyPageUp:
		v += 10 * s.stride()
	case fyne.KeyHome:
		v = s.low
	case fyne.KeyEnd:
		v = s.high
	default:
		return
	}
	if s.move(v) {
		s.settle()
	}
}

// CreateRenderer implements fyne.Widget.
func (s *Slider) CreateRenderer() fyne.WidgetRenderer {
	track, done := box(look.RadiusBar), box(look.RadiusBar)
	dot, ring := canvas.NewCircle(nil), canvas.NewCircle(nil)
	return render(s, painting{
		objects: []fyne.CanvasObject{track, done, ring, dot},
		min:     func() fyne.Size { return fyne.NewSize(s.width, 20) },
		place: func(size fyne.Size) {
			share := float32(0)
			if s.high > s.low {
				share = float32((s.value - s.low) / (s.high - s.low))
			}
			x := share * (size.Width - knob)
			centre(track, 0, size.Height, fyne.NewSize(size.Width, 4))
			centre(done, 0, size.Height, fyne.NewSize(x+knob/2, 4))
			centre(dot, x, size.Height, fyne.NewSquareSize(knob))
			centre(ring, x-3, size.Height, fyne.NewSquareSize(knob+6))
		},
		paint: func() {
			track.FillColor = colour(look.BG4)
			done.FillColor = colour(look.Acc)
			dot.FillColor = colour(look.T1)
			ring.Hidden = !s.focused
			ring.FillColor = colour(look.Clear)
			ring.StrokeColor, ring.StrokeWidth = colour(look.Acc), look.RingWidth
		},
	})
}
