package review

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"kindred/views/feed"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/photo"
)

const rowHeight float32 = 56

// groupList is the list of groups at the left.
type groupList struct {
	*kit.Rows
	found *findings
}

func newGroupList(src *feed.Source) *groupList {
	l := &groupList{found: &findings{}}
	l.Rows = kit.NewRows(rowHeight, func() kit.Row { return newGroupRow(src, l) })
	return l
}

// set shows other findings with one group selected.
func (l *groupList) set(f *findings, selected int) {
	l.found = f
	l.Set(len(f.groups), selected)
}

// groupRow shows one group: a picture, how many, of which kind, score, bytes.
type groupRow struct {
	widget.BaseWidget
	list                      *groupList
	thumb                     *photo.Thumb
	count, kinds, score, room *kit.Text
}

func newGroupRow(src *feed.Source, list *groupList) *groupRow {
	r := &groupRow{
		list:  list,
		thumb: photo.NewThumb(src, 40, 40, true),
		count: kit.NewText("", look.Small, look.T1).Bold().Truncate(40),
		kinds: kit.NewText("", look.Caption, look.T3).Truncate(40),
		score: kit.NewText("", look.Small, look.T1).Align(fyne.TextAlignTrailing),
		room:  kit.NewText("", look.Caption, look.T3).Align(fyne.TextAlignTrailing),
	}
	r.ExtendBaseWidget(r)
	return r
}

// Bind implements kit.Row.
func (r *groupRow) Bind(i int) {
	f := r.list.found
	g := f.groups[i]
	r.thumb.Set(g.Keep)
	r.count.Set(f.title(i))
	r.kinds.Set(f.kinds[i])
	r.score.Set(kit.Score(float64(g.Score)))
	r.room.Set(f.note(i))
}

// Release implements kit.Row.
func (r *groupRow) Release() { r.thumb.Set(0) }

// CreateRenderer implements fyne.Widget.
func (r *groupRow) CreateRenderer() fyne.WidgetRenderer {
	return &photo.Painting{
		Widget: r,
		Objs:   []fyne.CanvasObject{r.thumb, r.count, r.kinds, r.score, r.room},
		Min:    func() fyne.Size { return fyne.NewSize(160, rowHeight) },
		Paint:  func() {},
		Place: func(s fyne.Size) {
			r.thumb.Resize(fyne.NewSquareSize(40))
			r.thumb.Move(fyne.NewPos(12, 8))
			const right float32 = 72
			put := func(t *kit.Text, x, y, w float32) {
				t.Resize(fyne.NewSize(max(w, 0), 18))
				t.Move(fyne.NewPos(x, y))
			}
			put(r.count, 64, 10, s.Width-64-right-12)
			put(r.kinds, 64, 28, s.Width-64-right-12)
			put(r.score, s.Width-right-12, 10, right)
			put(r.room, s.Width-right-12, 28, right)
		},
	}
}
