package jobs

import (
	"fyne.io/fyne/v2"

	"kindred/project/job"
	"kindred/views/kit"
	"kindred/views/look"
)

// kept is how many jobs the list shows at most, the newest.
const kept = 8

// list is the card with all jobs, each with its bar, Pause and Cancel.
type list struct {
	controls Controls
	cancel   func(job.Status)
	pop      *kit.Popover
	box      *fyne.Container
	rows     map[job.ID]*row
}

// row is one job in the list.
type row struct {
	spin          *kit.Spinner
	icon          *kit.Icon
	name, detail  *kit.Text
	bar           *kit.Bar
	pause, cancel *kit.Button
	status        job.Status
	all           *fyne.Container
}

func newList(c fyne.Canvas, controls Controls, cancel func(job.Status)) *list {
	l := &list{controls: controls, cancel: cancel, box: kit.VBox(0), rows: map[job.ID]*row{}}
	l.pop = kit.NewPopover(c, l.box, func(window, card fyne.Size) fyne.Position {
		return fyne.NewPos(8, max(8, window.Height-look.StatusHeight-card.Height-8))
	})
	return l
}

func (l *list) set(jobs []job.Status) {
	if len(jobs) > kept {
		jobs = jobs[len(jobs)-kept:]
	}
	var all []fyne.CanvasObject
	for i := len(jobs) - 1; i >= 0; i-- {
		r := l.rows[jobs[i].ID]
		if r == nil {
			r = l.newRow()
			l.rows[jobs[i].ID] = r
		}
		r.set(jobs[i])
		all = append(all, r.all)
	}
	if len(all) != len(l.box.Objects) {
		l.box.Objects = all
		l.box.Refresh()
		l.pop.Refresh()
	}
}

func (l *list) newRow() *row {
	r := &row{
		spin: kit.NewSpinner(look.IconList), icon: kit.NewIcon("ok", look.OK, look.IconList),
		name: kit.NewText("", look.Small, look.T1).Truncate(200), detail: kit.NewText("", look.Small, look.T2).Truncate(300),
		bar: kit.NewProgress(104),
	}
	r.pause = kit.NewIconButton("pause", func() {
		if l.controls == nil {
			return
		}
		if r.status.State == job.Paused {
			l.controls.Resume(r.status.ID)
		} else {
			l.controls.Pause(r.status.ID)
		}
	}).Small()
	r.cancel = kit.NewIconButton("close", func() { l.cancel(r.status) }).Small()
	r.all = kit.Fixed(0, look.RowHeight, kit.HBox(8, r.spin, r.icon, kit.Fixed(200, 16, r.name), r.bar,
		kit.Fixed(300, 16, r.detail), kit.Fixed(24, 24, r.pause), kit.Fixed(24, 24, r.cancel)))
	return r
}

func (r *row) set(s job.Status) {
	r.status = s
	r.spin.Step()
	shown(r.spin, s.State == job.Running)
	shown(r.icon, s.State != job.Running)
	icon, colour := "ok", look.OK
	switch s.State {
	case job.Paused:
		icon, colour = "paused", look.Warn
	case job.Waiting:
		icon, colour = "working", look.T3
	case job.Failed:
		icon, colour = "error", look.Bad
	case job.Cancelled:
		icon, colour = "stop", look.T3
	}
	r.icon.Set(icon, colour)
	r.name.Set(s.Name)
	r.detail.Set(Detail(s))
	bar := look.Acc
	if s.State == job.Done {
		bar = look.OK
	}
	r.bar.Set(share(s), bar)
	open := s.State == job.Running || s.State == job.Paused || s.State == job.Waiting
	shown(r.pause, open && s.State != job.Waiting)
	shown(r.cancel, open)
	if s.State == job.Paused {
		r.pause.SetIcon("play")
	} else {
		r.pause.SetIcon("pause")
	}
}
