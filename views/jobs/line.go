package jobs

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"kindred/project/job"
	"kindred/views/kit"
	"kindred/views/look"
)

// Controls is what a line of jobs can do with a job.
type Controls interface {
	Pause(job.ID)
	Resume(job.ID)
	Cancel(job.ID)
}

// Line is the left part of the status bar: the job that runs, its bar, Pause,
// what waits, and how many files could not be read. A click opens the list of
// all jobs. All methods belong to the main goroutine.
type Line struct {
	widget.BaseWidget
	// OnNatural is called when the room that the line would like to have is
	// another.
	OnNatural func()
	// OnCancel is called after a person cancelled a job, with how it stood.
	OnCancel    func(job.Status)
	lastNatural float32

	controls Controls
	show     func() // shows the files that could not be read

	jobs     []job.Status
	failures int
	about    string // name of the job whose text keeps its room
	idleIcon string
	idle     string
	notice   string

	spin    *kit.Spinner
	icon    *kit.Icon
	text    *kit.Text
	bar     *kit.Bar
	barBox  *fyne.Container
	pause   *kit.Button
	rule    *kit.Rule
	waiting *kit.Text
	warn    *kit.Icon
	failed  *kit.Text
	link    *kit.Button
	row     *fyne.Container
	list    *list

	wantBar, wantWaiting, wantFailed bool // shown when there is room
}

// NewLine makes a line; show is called when a person asks for the files that
// could not be read.
func NewLine(show func()) *Line {
	l := &Line{show: show, idleIcon: "ok"}
	l.spin = kit.NewSpinner(look.IconList)
	l.icon = kit.NewIcon("ok", look.OK, look.IconList)
	l.text = kit.NewText("", look.Small, look.T1).Truncate(80)
	l.bar = kit.NewProgress(120)
	l.barBox = kit.Fixed(120, 4, l.bar)
	l.pause = kit.NewButton("Pause", l.toggle).Icon("pause").Flat().Small().Also("Pause", "Resume")
	l.rule = kit.VRule()
	l.waiting = kit.NewText("", look.Small, look.T3)
	l.warn = kit.NewIcon("warning", look.Warn, look.IconList)
	l.failed = kit.NewText("", look.Small, look.Warn)
	l.link = kit.NewLink("Show", func() { l.show() })
	row := kit.HBox(8, l.spin, l.icon, kit.Fit(l.text), l.barBox, l.pause, l.rule, l.waiting, l.warn, l.failed, l.link)
	l.row = container.New(&roomy{l, row.Layout}, row.Objects...)
	l.ExtendBaseWidget(l)
	l.update()
	return l
}

// SetControls says whose jobs these are; nil when no project is open.
func (l *Line) SetControls(c Controls) {
	l.controls = c
	if c == nil {
		l.jobs, l.failures, l.notice = nil, 0, ""
		l.closeList()
		l.update()
	}
}

// Set shows the jobs as they stand now, with the number of files of the
// project that could not be read.
func (l *Line) Set(jobs []job.Status, failures int) {
	l.jobs, l.failures = jobs, failures
	l.spin.Step()
	l.update()
	if l.list != nil {
		l.list.set(jobs)
	}
}

// SetIdle says what stands there while nothing runs.
func (l *Line) SetIdle(icon, text string) {
	if l.idle != text || l.idleIcon != icon {
		l.idleIcon, l.idle = icon, text
		l.update()
	}
}

// SetNotice shows a sentence instead of everything else, until it is "".
func (l *Line) SetNotice(text string) {
	if l.notice != text {
		l.notice = text
		l.update()
	}
}

// Text returns what the line says.
func (l *Line) Text() string { return l.text.Text() }

// FailedText returns what the line says about unreadable files.
func (l *Line) FailedText() string {
	if !l.wantFailed {
		return ""
	}
	return l.failed.Text()
}

// PauseButton returns the button that pauses or resumes.
func (l *Line) PauseButton() *kit.Button { return l.pause }

// ShowButton returns the button that shows the files that could not be read.
func (l *Line) ShowButton() *kit.Button { return l.link }

func (l *Line) toggle() {
	s, _ := Current(l.jobs)
	if s == nil || l.controls == nil {
		return
	}
	if s.State == job.Paused {
		l.controls.Resume(s.ID)
	} else {
		l.controls.Pause(s.ID)
	}
}

// CancelCurrent cancels the job that the line speaks of.
func (l *Line) CancelCurrent() {
	if s, _ := Current(l.jobs); s != nil {
		l.cancel(*s)
	}
}

func (l *Line) cancel(s job.Status) {
	if l.controls == nil {
		return
	}
	l.controls.Cancel(s.ID)
	if l.OnCancel != nil {
		l.OnCancel(s)
	}
}

// Toggle pauses the job that the line speaks of, or resumes it.
func (l *Line) Toggle() { l.toggle() }

// Busy says whether a job has not ended.
func (l *Line) Busy() bool {
	s, _ := Current(l.jobs)
	return s != nil
}

// PausedNow says whether the job that the line speaks of is paused.
func (l *Line) PausedNow() bool {
	s, _ := Current(l.jobs)
	return s != nil && s.State == job.Paused
}

func (l *Line) update() {
	s, others := Current(l.jobs)
	running := s != nil && s.State == job.Running && l.notice == ""
	active := s != nil && l.notice == ""
	shown(l.spin, running)
	shown(l.icon, !running)
	l.wantBar, l.wantWaiting = active, active && others > 0
	shown(l.pause, active && s.State != job.Waiting)
	bad := l.failures > 0 && l.notice == ""
	shown(l.warn, bad)
	l.wantFailed = bad
	shown(l.link, bad)
	l.failed.Set(Failures(l.failures))
	about := ""
	if active {
		about = s.Name
	}
	if about != l.about { // the text of one job keeps its room: Pause stays where it is
		l.about = about
		l.text.Hold(active)
	}
	switch {
	case l.notice != "":
		l.icon.Set("info", look.Acc)
		l.text.Set(l.notice)
	case active:
		l.text.Set(Describe(*s))
		l.bar.Set(share(*s), look.Acc)
		l.waiting.Set(kit.Plural(others, "job waiting", "jobs waiting"))
		if s.State == job.Paused {
			l.pause.SetLabel("Resume")
			l.pause.SetIcon("play")
			l.icon.Set("paused", look.Warn)
		} else {
			l.pause.SetLabel("Pause")
			l.pause.SetIcon("pause")
			l.icon.Set("working", look.T3)
		}
	default:
		l.text.Set(l.idle)
		c := look.OK
		switch last := lastFailed(l.jobs); {
		case last != nil:
			l.text.Set(Describe(*last))
			l.icon.Set("error", look.Bad)
		default:
			if l.idleIcon != "ok" {
				c = look.T2
			}
			l.icon.Set(l.idleIcon, c)
		}
	}
	l.row.Refresh()
	l.Refresh()
	if w := l.Natural(); w != l.lastNatural {
		l.lastNatural = w
		if l.OnNatural != nil {
			l.OnNatural()
		}
	}
}

// roomy is the layout of a line. Where there is too little room it leaves out
// what waits, then the words about failures (their sign and Show stay), then
// the bar; the text itself is shortened last.
type roomy struct {
	l   *Line
	row fyne.Layout
}

func (r *roomy) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(80, look.StatusHeight)
}

func (r *roomy) Layout(o []fyne.CanvasObject, s fyne.Size) {
	l := r.l
	l.waiting.Hidden, l.rule.Hidden, l.failed.Hidden, l.barBox.Hidden = !l.wantWaiting, !l.wantWaiting, !l.wantFailed, !l.wantBar
	for _, drop := range [][]*bool{{&l.waiting.Hidden, &l.rule.Hidden}, {&l.failed.Hidden}, {&l.barBox.Hidden}} {
		if l.natural(r.row, o) <= s.Width {
			break
		}
		for _, hidden := range drop {
			*hidden = true
		}
	}
	r.row.Layout(o, s)
}

// natural is the width with the whole text.
func (l *Line) natural(row fyne.Layout, o []fyne.CanvasObject) float32 {
	return row.MinSize(o).Width - l.text.MinSize().Width + l.text.Natural()
}

// Natural is the room that the line would like to have.
func (l *Line) Natural() float32 {
	r := l.row.Layout.(*roomy)
	hidden := []bool{l.waiting.Hidden, l.rule.Hidden, l.failed.Hidden, l.barBox.Hidden}
	l.waiting.Hidden, l.rule.Hidden, l.failed.Hidden, l.barBox.Hidden = !l.wantWaiting, !l.wantWaiting, !l.wantFailed, !l.wantBar
	w := l.natural(r.row, l.row.Objects)
	l.waiting.Hidden, l.rule.Hidden, l.failed.Hidden, l.barBox.Hidden = hidden[0], hidden[1], hidden[2], hidden[3]
	return w
}

// lastFailed is the newest job when it has failed.
func lastFailed(jobs []job.Status) *job.Status {
	if n := len(jobs); n > 0 && jobs[n-1].State == job.Failed {
		return &jobs[n-1]
	}
	return nil
}

func shown(o fyne.CanvasObject, on bool) {
	if o.Visible() == on {
		return
	}
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

// Tapped implements fyne.Tappable: a click opens the list of jobs.
func (l *Line) Tapped(*fyne.PointEvent) { l.OpenList() }

// Cursor implements desktop.Cursorable.
func (l *Line) Cursor() desktop.Cursor {
	if len(l.jobs) == 0 {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// OpenList shows all jobs in a card above the status bar.
func (l *Line) OpenList() {
	c := fyne.CurrentApp().Driver().CanvasForObject(l)
	if c == nil || len(l.jobs) == 0 || l.list != nil {
		return
	}
	l.list = newList(c, l.controls, l.cancel)
	l.list.set(l.jobs)
	l.list.pop.OnClosed = func() { l.list = nil }
	l.list.pop.Show()
}

func (l *Line) closeList() {
	if l.list != nil {
		l.list.pop.Close()
	}
}

// CreateRenderer implements fyne.Widget.
func (l *Line) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(l.row)
}
