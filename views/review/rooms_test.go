package review

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"kindred/project"
	"kindred/project/job"
	"kindred/views/feed"
	"kindred/views/inspect"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/shell"
	"kindred/views/viewstest"
	"kindred/views/viewstest/host"
)

// stage is a room in a window with its inspector, findings asked for.
type stage struct {
	t   *testing.T
	p   *viewstest.Project
	h   *host.Host
	src *feed.Source
	r   shell.Room
}

func set(t *testing.T, room func(shell.Host, *feed.Source, *inspect.Panel) shell.Room, setup func(*viewstest.Project)) *stage {
	t.Helper()
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(look.New(look.Fonts{}))
	s := &stage{t: t, p: viewstest.New(200)}
	setup(s.p)
	s.h = host.New(t.Context(), s.p)
	s.src = s.h.Source()
	s.h.Win = test.NewTempWindow(t, nil)
	r := room(s.h, s.src, inspect.New(s.src))
	s.r = r
	var side fyne.CanvasObject = container.NewStack()
	if i := r.Inspector(); i != nil {
		side = kit.Fixed(320, 0, i)
	}
	s.h.Win.SetContent(container.NewBorder(nil, nil, nil, side, r.Content()))
	s.h.Win.Resize(fyne.NewSize(1232, 820))
	r.Shown()
	s.find()
	return s
}

// find asks for all findings and waits for them.
func (s *stage) find() {
	s.t.Helper()
	answered := false
	s.src.Found.OnChanged(func(i feed.Issue) { answered = answered || i == feed.IssueOutlier })
	s.src.Found.Refresh()
	if !s.h.Queue.Until(func() bool { return answered }) {
		s.t.Fatal("the findings never came")
	}
	s.h.Queue.Settle(nil)
}

// keyboard is what has it; the shell gives it to the room when nothing has.
func (s *stage) keyboard() fyne.Focusable {
	if f := s.h.Win.Canvas().Focused(); f != nil {
		return f
	}
	s.h.Win.Canvas().Focus(s.r.Focus())
	return s.r.Focus()
}

func (s *stage) key(n fyne.KeyName) {
	s.keyboard().TypedKey(&fyne.KeyEvent{Name: n})
	s.h.Queue.Settle(nil)
}

func (s *stage) rune(r rune) {
	s.keyboard().TypedRune(r)
	s.h.Queue.Settle(nil)
}

// says fails unless all of these are written in an object.
func (s *stage) says(o fyne.CanvasObject, want ...string) {
	s.t.Helper()
	all := written(o)
	for _, w := range want {
		if !strings.Contains(all, w) {
			s.t.Errorf("%q is not written in\n%s", w, all)
		}
	}
}

// written is every visible text of an object.
func written(o fyne.CanvasObject) string {
	var all []string
	walk(o, func(o fyne.CanvasObject) {
		switch t := o.(type) {
		case *kit.Paragraph:
			all = append(all, t.Text())
		case *kit.Text:
			all = append(all, t.Text())
		case *kit.Chip:
			all = append(all, t.Text())
		case *kit.Button:
			all = append(all, t.Label())
		}
	})
	return strings.Join(all, "\n")
}

func press(t *testing.T, o fyne.CanvasObject, label string) {
	t.Helper()
	for _, b := range buttons(o) {
		if b.Label() == label {
			test.Tap(b)
			return
		}
	}
	t.Fatalf("no button %q in\n%s", label, written(o))
}

func odd(p *viewstest.Project) {
	var list []project.Finding
	for i := range 60 {
		list = append(list, project.Finding{ID: project.FileID(100 - i), Score: 0.99 - float32(i)*0.01, Flagged: i < 50, Why: fmt.Sprintf("far from every group, by %d", i)})
	}
	p.SetOutliers(list...)
}

func TestOutliersAreRankedFromTheThreshold(t *testing.T) {
	var o *Outliers
	s := set(t, func(h shell.Host, src *feed.Source, p *inspect.Panel) shell.Room {
		o = NewOutliers(h, src, p)
		return o
	}, odd)
	if o.List().Len() != 50 || o.List().At(0) != 100 || o.counts.Text() != "50 images of 60" || o.Count() != "50" {
		t.Fatalf("lists %d, says %q, the rail %q", o.List().Len(), o.counts.Text(), o.Count())
	}
	if o.name(project.Image{ID: 99, Label: "dog"}) != "0.98 · dog" || o.why(project.Image{ID: 99}) != "Far from every group, by 1" {
		t.Errorf("a tile says %q, %q", o.name(project.Image{ID: 99, Label: "dog"}), o.why(project.Image{ID: 99}))
	}
	s.key(fyne.KeyRight)
	s.key(fyne.KeyRight)
	if o.Current() != 99 {
		t.Fatalf("the focus is on %d", o.Current())
	}
	s.says(o.Inspector(), "Evidence", "Outlier", "0.98 · far from every group, by 1")
	s.rune(']') // higher: the one in focus stays
	if o.value.Text() != "0.55" || o.List().Len() != 45 || o.Current() != 99 {
		t.Errorf("at %s %d images, focus %d", o.value.Text(), o.List().Len(), o.Current())
	}
	s.key(fyne.KeyReturn)
	if !o.FullOpen() {
		t.Error("Enter does not open the full view")
	}
	s.key(fyne.KeyEscape)
	s.rune('s')
	if n := len(s.h.Requests); n != 1 || s.h.Opened[0] != "images" || s.h.Requests[0].Like != 99 {
		t.Errorf("find similar asked %v", s.h.Requests)
	}
}

func TestOutliersWithinALabel(t *testing.T) {
	var o *Outliers
	s := set(t, func(h shell.Host, src *feed.Source, p *inspect.Panel) shell.Room {
		o = NewOutliers(h, src, p)
		return o
	}, odd)
	o.scope.Select(1)
	o.setWithin(true)
	s.h.Queue.Settle(nil)
	if s.p.Calls("Outliers") != 2 || o.List().Len() != 50 {
		t.Errorf("%d questions, %d images", s.p.Calls("Outliers"), o.List().Len())
	}
}

func TestNoOutliersSaysHowOddTheOddestIs(t *testing.T) {
	var o *Outliers
	s := set(t, func(h shell.Host, src *feed.Source, p *inspect.Panel) shell.Room {
		o = NewOutliers(h, src, p)
		return o
	}, func(p *viewstest.Project) {
		p.SetOutliers(project.Finding{ID: 3, Score: 0.11}, project.Finding{ID: 4, Score: 0.04})
	})
	s.says(o.Content(), "No outliers at 0.50. The oddest of 2 images has 0.11.")
	press(t, o.Content(), "Show all, the oddest first")
	s.h.Queue.Settle(nil)
	if o.List().Len() != 2 || o.Count() != "0" {
		t.Errorf("%d images, the rail says %q", o.List().Len(), o.Count())
	}
}

func TestNothingIsCountedWhileAJobRuns(t *testing.T) {
	var o *Outliers
	s := set(t, func(h shell.Host, src *feed.Source, p *inspect.Panel) shell.Room {
		o = NewOutliers(h, src, p)
		return o
	}, func(p *viewstest.Project) { p.SetJobs(job.Status{State: job.Running}) })
	if o.Count() != "…" {
		t.Errorf("the rail says %q", o.Count())
	}
	s.says(o.Content(), "Outliers appear when the images have been compared.")
}

func faults(p *viewstest.Project) {
	check := func(id project.FileID, scores map[string]float32, flagged ...string) project.QualityFinding {
		why := map[string]string{}
		for _, f := range flagged {
			why[f] = fmt.Sprintf("%s: the measure is %.2f", f, scores[f])
		}
		return project.QualityFinding{ID: id, Scores: scores, Flagged: flagged, Why: why}
	}
	p.SetQuality(
		check(1, map[string]float32{"blurry": 0.9, "dark": 0.6}, "blurry", "dark"),
		check(2, map[string]float32{"blurry": 0.4}),
		check(3, map[string]float32{"blurry": 0.95}, "blurry"),
		check(4, map[string]float32{"light": 0.35}),
	)
}

func TestQualityChecksWithTheirCounts(t *testing.T) {
	var q *Quality
	s := set(t, func(h shell.Host, src *feed.Source, p *inspect.Panel) shell.Room {
		q = NewQuality(h, src, p)
		return q
	}, faults)
	pills := q.pills.Pills()
	if pills[0].Count != 4 || pills[1] != (kit.Pill{Text: "Blurry", Count: 2}) || pills[3].Count != 0 || pills[9] != (kit.Pill{Text: "Unreadable", Count: 2}) {
		t.Errorf("pills %v", pills)
	}
	if q.List().Len() != 4 || q.List().At(0) != 3 || q.amount.Visible() {
		t.Errorf("all lists %v", q.List().IDs())
	}
	s.rune('1')
	if q.List().Len() != 2 || !q.amount.Visible() || q.why(project.Image{ID: 3}) != "Blurry: the measure is 0.95" {
		t.Errorf("blurry lists %v, says %q", q.List().IDs(), q.why(project.Image{ID: 3}))
	}
	for range 3 {
		s.rune('[')
	}
	if q.List().Len() != 3 || q.why(project.Image{ID: 2}) != "Within the limit" {
		t.Errorf("at %s lists %v", q.value.Text(), q.List().IDs())
	}
	s.rune('3')
	s.says(q.Content(), "No image is light at 0.50. 1 image between 0.30 and 0.50.")
	press(t, q.Content(), "Lower to 0.30")
	s.h.Queue.Settle(nil)
	if q.List().Len() != 1 || q.List().At(0) != 4 {
		t.Errorf("light lists %v", q.List().IDs())
	}
	s.rune('9')
	if q.List().Len() != 2 || q.List().At(0) != 97 {
		t.Errorf("files that could not be read: %v", q.List().IDs())
	}
	if got := q.why(project.Image{ID: 97, State: project.Failed, Reason: "truncated or damaged"}); got != "Truncated or damaged" {
		t.Errorf("says %q", got)
	}
	q.Open(shell.Request{Image: 194}) // from a badge
	s.h.Queue.Settle(nil)
	if q.Current() != 194 {
		t.Errorf("the focus is on %d", q.Current())
	}
}

func wrong(p *viewstest.Project) {
	var list []project.Mislabel
	for i := range 40 {
		m := project.Mislabel{Finding: project.Finding{ID: project.FileID(i + 1), Score: 0.97 - float32(i)*0.024, Flagged: i < 20}, Label: "dog", Suggested: "cat", Near: []project.FileID{2, 16, 30, 44, 3}}
		if i%4 == 3 {
			m.Label, m.Suggested = "boat", "car"
		}
		list = append(list, m)
	}
	p.SetMislabels(project.Estimate{Wrong: 31, Low: 22, High: 40}, list...)
}

func checkLabels(t *testing.T, setup func(*viewstest.Project)) (*LabelCheck, *stage) {
	t.Helper()
	var l *LabelCheck
	s := set(t, func(h shell.Host, src *feed.Source, p *inspect.Panel) shell.Room {
		l = NewLabelCheck(h, src, p)
		return l
	}, setup)
	return l, s
}

func TestSuspectsAreWalkedByKey(t *testing.T) {
	l, s := checkLabels(t, wrong)
	s.says(l.Content(), "20 suspects, surest first", "1 of 20", "img_000001.jpg", "4 of 5 nearest images are labelled cat.", "Typical “dog”")
	s.says(l.Inspector(), "31", "22 to 40", "of 40 labelled · 77.5 %", "Most mixed up")
	s.key(fyne.KeyDown)
	s.says(l.large, "2 of 20", "img_000002.jpg")
	s.key(fyne.KeyEnd)
	if l.focus != 20 || l.rows.Made() > 14 {
		t.Errorf("End goes to %d with %d rows", l.focus, l.rows.Made())
	}
	s.rune(']') // 0.55: the one in focus is not listed any more
	if l.found.list.Len() != 18 || l.focus != 18 {
		t.Errorf("%d suspects, focus %d", l.found.list.Len(), l.focus)
	}
	s.rune('[')
	s.find() // other findings: the one in focus stays
	if l.focus != 18 || l.Count() != "20" {
		t.Errorf("focus %d, rail %q", l.focus, l.Count())
	}
	s.rune('s')
	if s.h.Requests[0].Like != 18 {
		t.Errorf("find similar asked %v", s.h.Requests)
	}
}

func TestAPairAsGridAndBack(t *testing.T) {
	l, s := checkLabels(t, wrong)
	s.key(fyne.KeyHome)
	l.rows.Pick(3) // boat → car
	s.h.Queue.Settle(nil)
	s.rune('g')
	if !l.grid || l.found.list.Len() != 5 || l.Current() != 4 || l.keys.Visible() {
		t.Fatalf("grid %v of %d, focus %d", l.grid, l.found.list.Len(), l.Current())
	}
	s.says(l.Content(), "5 of 20 suspects", "boat → car")
	s.says(l.Inspector(), "The label may be wrong", "0.90 · boat → car")
	s.rune('g')
	if l.grid || l.found.list.Len() != 20 || l.focus != 4 {
		t.Errorf("back: %d suspects, focus %d", l.found.list.Len(), l.focus)
	}
	rows := l.side.pairs.Objects
	test.Tap(rows[1].(*mixedRow))
	s.h.Queue.Settle(nil)
	if l.found.list.Len() != 5 || l.grid {
		t.Errorf("the pair lists %d", l.found.list.Len())
	}
}

func TestFullViewOverTheRows(t *testing.T) {
	l, s := checkLabels(t, wrong)
	s.key(fyne.KeyReturn)
	if !l.FullOpen() || l.keys.Visible() {
		t.Fatal("Enter does not open the full view")
	}
	s.key(fyne.KeyRight)
	s.key(fyne.KeyEscape)
	if l.FullOpen() || !l.keys.Visible() || l.focus != 2 || s.h.Win.Canvas().Focused() != l.Focus() {
		t.Errorf("back on %d, full %v", l.focus, l.FullOpen())
	}
}

func TestNoLabelLooksWrong(t *testing.T) {
	l, s := checkLabels(t, func(p *viewstest.Project) {
		p.SetMislabels(project.Estimate{}, project.Mislabel{Finding: project.Finding{ID: 1, Score: 0.01}, Label: "dog", Suggested: "cat"})
	})
	s.says(l.Content(), "No label looks wrong. 1 label checked.")
	s.key(fyne.KeyDown)
	s.key(fyne.KeyReturn)
	l, s = checkLabels(t, func(*viewstest.Project) {})
	s.says(l.Content(), "No labels. Open a folder whose subfolders are labels.")
}

func TestARoomBuiltLateShowsWhatWasFound(t *testing.T) {
	s := set(t, func(h shell.Host, src *feed.Source, p *inspect.Panel) shell.Room {
		return NewQuality(h, src, p)
	}, func(p *viewstest.Project) {
		odd(p)
		wrong(p)
		faults(p)
	})
	o, l, q := NewOutliers(s.h, s.src, inspect.New(s.src)), NewLabelCheck(s.h, s.src, inspect.New(s.src)), NewQuality(s.h, s.src, inspect.New(s.src))
	s.h.Queue.Settle(nil)
	if o.List().Len() != 50 || l.found.list.Len() != 20 || q.List().Len() != 4 {
		t.Errorf("%d outliers, %d suspects, %d faults", o.List().Len(), l.found.list.Len(), q.List().Len())
	}
}
