package photo

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"kindred/views/feed"
	"kindred/views/look"
	"kindred/views/viewstest"
)

// A picture that was shown and taken away again must bear a change of the
// theme, which refreshes every image: the program crashed there.
func TestAClearedPictureCanBeRefreshed(t *testing.T) {
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(look.New(look.Fonts{}))
	q := &viewstest.Queue{}
	src := feed.NewSource(t.Context(), viewstest.New(3), q.Dispatch)
	preview, small := NewPreview(src, look.RadiusSmall), NewThumb(src, 48, 48, true)
	w := test.NewTempWindow(t, preview)
	w.Resize(fyne.NewSize(200, 200))
	small.Resize(fyne.NewSize(48, 48))
	preview.Set(1)
	small.Set(1)
	q.Settle(nil)
	if preview.image == nil || small.image == nil {
		t.Fatal("the pictures never came")
	}
	preview.Set(0)
	small.Set(0)
	q.Settle(nil)
	for _, o := range []fyne.Widget{preview, small} {
		for _, part := range test.WidgetRenderer(o).Objects() {
			if img, ok := part.(*canvas.Image); ok {
				img.Refresh()
			}
		}
	}
}
