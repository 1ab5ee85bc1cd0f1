package jobs

import (
	"errors"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"kindred/project/job"
	"kindred/views/look"
)

func embedding() job.Status {
	return job.Status{
		ID: 1, Name: "Embedding", State: job.Running, Done: 12430, Total: 50000,
		Rate: 212.3, Elapsed: time.Minute, Left: 177 * time.Second,
	}
}

func TestDescribe(t *testing.T) {
	young := embedding()
	young.Elapsed = 2 * time.Second
	long := embedding()
	long.Left = 754 * time.Second
	paused := embedding()
	paused.State = job.Paused
	unknown := job.Status{Name: "Scanning", State: job.Running, Done: 1204}
	failed := job.Status{Name: "Embedding", State: job.Failed, Err: errors.New("disk full")}
	done := job.Status{Name: "Scanning", State: job.Done, Done: 50000, Failures: 14, Elapsed: 41 * time.Second}
	finding := job.Status{Name: "Finding duplicates", State: job.Running, Done: 4812, Total: 12430, Rate: 900}
	found := job.Status{Name: "Finding duplicates", State: job.Done, Done: 12430, Elapsed: 12 * time.Second}
	for _, c := range []struct {
		s    job.Status
		want string
	}{
		{embedding(), "Embedding 12,430 / 50,000 · 212 img/s · 2 min 57 s left"},
		{young, "Embedding 12,430 / 50,000 · 212 img/s"},
		{long, "Embedding 12,430 / 50,000 · 212 img/s · 13 min left"},
		{paused, "Paused at 12,430 of 50,000"},
		{finding, "Finding duplicates 4,812 / 12,430"},
		{found, "Finding duplicates · done in 12 s"},
		{unknown, "Scanning 1,204"},
		{failed, "Embedding stopped: disk full"},
		{done, "Scanning · 50,000 images, done in 41 s · 14 could not be read"},
	} {
		if got := Describe(c.s); got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
	for s, want := range map[job.Status]string{
		{Name: "Embedding", Done: 1204, Total: 5000}: "Scan stopped at 1,204 of 5,000. It resumes when the project opens, or now with F5.",
		{Name: "Looking for images", Done: 1}:        "Scan stopped at 1 image. It resumes when the project opens, or now with F5.",
		{Name: "Finding clusters"}:                   "Finding clusters stopped. It is done when the project opens next, or now with F5.",
	} {
		if got := Stopped(s); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
	if got := Failures(14); got != "14 files could not be read" {
		t.Error(got)
	}
	if Failures(1) != "1 file could not be read" || Failures(0) != "" {
		t.Error("one and none")
	}
}

type calls struct{ log []string }

func (c *calls) Pause(job.ID)  { c.log = append(c.log, "pause") }
func (c *calls) Resume(job.ID) { c.log = append(c.log, "resume") }
func (c *calls) Cancel(job.ID) { c.log = append(c.log, "cancel") }

func TestLine(t *testing.T) {
	app := test.NewTempApp(t)
	app.Settings().SetTheme(look.New(look.Fonts{}).In(look.Dark))
	asked := false
	l := NewLine(func() { asked = true })
	c := &calls{}
	w := test.NewTempWindow(t, l)
	w.Resize(fyne.NewSize(1400, 40))
	l.SetControls(c)
	l.SetIdle("ok", "All 50,000 images embedded")
	if l.Text() != "All 50,000 images embedded" || l.PauseButton().Visible() {
		t.Errorf("idle: %q", l.Text())
	}

	l.Set([]job.Status{embedding(), {ID: 2, Name: "Finding duplicates", State: job.Waiting}}, 14)
	if l.Text() != Describe(embedding()) || l.waiting.Text() != "1 job waiting" {
		t.Errorf("running: %q, %q", l.Text(), l.waiting.Text())
	}
	w.Canvas().Capture() // lays out
	at, wide := l.PauseButton().Position(), l.PauseButton().Size()
	test.Tap(l.PauseButton())
	s := embedding()
	s.State = job.Paused
	l.Set([]job.Status{s}, 14)
	w.Canvas().Capture()
	if l.PauseButton().Position() != at || l.PauseButton().Size() != wide {
		t.Errorf("Pause moves from %v %v to %v %v", at, wide, l.PauseButton().Position(), l.PauseButton().Size())
	}
	if l.PauseButton().Label() != "Resume" {
		t.Error("a paused job offers Resume")
	}
	test.Tap(l.PauseButton())
	told := ""
	l.OnCancel = func(s job.Status) { told = Stopped(s) }
	l.CancelCurrent()
	if told == "" {
		t.Error("nobody is told of the cancelling")
	}
	if len(c.log) != 3 || c.log[0] != "pause" || c.log[1] != "resume" || c.log[2] != "cancel" {
		t.Errorf("calls %v", c.log)
	}
	if l.FailedText() != "14 files could not be read" {
		t.Error(l.FailedText())
	}
	test.Tap(l.ShowButton())
	if !asked {
		t.Error("Show does nothing")
	}

	l.OpenList()
	if l.list == nil || len(l.list.rows) != 1 {
		t.Fatal("the list does not open")
	}
	l.Set([]job.Status{s, {ID: 2, Name: "Finding duplicates", State: job.Running}}, 14)
	if len(l.list.box.Objects) != 2 {
		t.Error("the open list does not follow")
	}
	w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if l.list != nil {
		t.Error("Escape must close the list")
	}

	l.SetNotice("Copied the path.")
	if l.Text() != "Copied the path." || l.FailedText() != "" {
		t.Error("a notice stands alone")
	}
	l.SetNotice("")
	if l.Text() != "Finding duplicates …" {
		t.Error(l.Text())
	}
}
