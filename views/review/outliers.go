package review

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"kindred/project"
	"kindred/views"
	"kindred/views/feed"
	"kindred/views/gallery"
	"kindred/views/inspect"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/shell"
)

const prefOdd = "outliers.threshold"

// Outliers is the room of the images that belong to no group, the oddest
// first: of all images, or each among those of its label.
type Outliers struct {
	*gallery.Ranked
	host shell.Host
	src  *feed.Source

	at     float32
	within bool
	own    []project.Finding // those within a label; nil until they came
	odd    oddList

	call   *feed.Latest // of the list
	ask    *feed.Latest // of the answer within labels
	slider *kit.Slider
	value  *kit.Text
	counts *kit.Text
	scope  *kit.Segment
}

// oddList is what is listed: list.At(i) is ranked[i].
type oddList struct {
	list   *feed.List
	ranked []project.Finding
}

// NewOutliers makes the room with an inspector of its own.
func NewOutliers(host shell.Host, src *feed.Source, panel *inspect.Panel) *Outliers {
	o := &Outliers{host: host, src: src, call: feed.NewLatest(src.Crew), ask: feed.NewLatest(src.Crew), odd: oddList{list: feed.NewList(nil)}}
	o.at = min(max(float32(host.Preference(prefOdd, 0.5)), 0), 0.99)
	o.slider = kit.NewSlider(0, 0.99, 0.01, float64(o.at)).Width(140)
	o.slider.OnChanged = func(v float64) { o.threshold(float32(v), cutPause) }
	o.slider.OnSettled = func(v float64) { host.SetPreference(prefOdd, v) }
	o.value = kit.NewText("", look.Body, look.T1).Bold()
	o.counts = kit.NewText("", look.Small, look.T3).Truncate(40)
	o.scope = kit.NewSegment([]kit.Choice{{Text: "Among all"}, {Text: "Within its label"}}, 0, func(i int) { o.setWithin(i == 1) })
	o.Ranked = gallery.NewRanked(host, src, panel, gallery.Ranking{
		ID: "outliers", Title: "Outliers", Icon: "outliers",
		Top: func(size fyne.CanvasObject) fyne.CanvasObject {
			return kit.Toolbar(kit.NewText("Odd from", look.Small, look.T2), o.slider, kit.Fixed(34, 20, o.value),
				kit.Grow(o.counts), o.scope, kit.VRule(), size)
		},
		Name: o.name, Why: o.why, Empty: o.empty,
		Count:   func() string { return OutlierCount(src) },
		Changed: o.changed, Rune: o.rune,
		Keys: []kit.KeyHint{{Key: "[ ]", Text: "threshold"}},
	})
	src.Found.OnChanged(func(i feed.Issue) {
		if i == feed.IssueOutlier {
			o.list(0, true)
		}
	})
	o.value.Set(kit.Score(float64(o.at)))
	if src.Found.Ready(feed.IssueOutlier) {
		o.list(0, true)
	}
	return o
}

// OutlierKeys is what the room does with keys, for the table.
func OutlierKeys() []shell.KeyGroup {
	return []shell.KeyGroup{gridKeys("Outliers", shell.Hint("[ ]", "lower, higher threshold", "[]"))}
}

func (o *Outliers) threshold(at float32, pause time.Duration) {
	o.at = at
	o.value.Set(kit.Score(float64(at)))
	o.list(pause, true)
}

func (o *Outliers) setWithin(on bool) {
	o.within = on
	if on {
		o.askWithin()
	}
	o.list(0, false)
}

// askWithin asks for the outliers among the images of each label.
func (o *Outliers) askWithin() {
	feed.Run(o.ask, 0, func(ctx context.Context) ([]project.Finding, error) {
		return o.src.Project.Outliers(ctx, true)
	}, func(list []project.Finding, err error) {
		if err != nil {
			o.host.Notice("The outliers within labels could not be found: " + err.Error() + ".")
			list = []project.Finding{}
		}
		o.own = list
		o.list(0, false)
	})
}

func (o *Outliers) changed(e views.Event) {
	if e == project.FindingsChanged && o.own != nil {
		o.own = nil
		if o.within {
			o.askWithin()
		}
	}
}

// rune moves the threshold.
func (o *Outliers) rune(r rune) bool {
	step := map[rune]float64{'[': -0.05, ']': 0.05}[r]
	if step == 0 {
		return false
	}
	o.slide(o.slider.Value() + step)
	return true
}

func (o *Outliers) slide(at float64) {
	o.slider.Set(at)
	o.threshold(float32(o.slider.Value()), 0)
	o.slider.OnSettled(o.slider.Value())
}

// list shows the images from the threshold on.
func (o *Outliers) list(delay time.Duration, keep bool) {
	all, at := o.src.Found.Outliers(), o.at
	if o.within {
		all = o.own
	}
	feed.Run(o.call, delay, func(context.Context) (oddList, error) {
		n := 0
		for n < len(all) && all[n].Score >= at {
			n++
		}
		ids := make([]project.FileID, n)
		for i := range ids {
			ids[i] = all[i].ID
		}
		return oddList{feed.NewList(ids), all[:n]}, nil
	}, func(odd oddList, _ error) {
		o.odd = odd
		o.counts.Set("")
		if n := odd.list.Len(); n > 0 {
			o.counts.Set(kit.Plural(n, "image", "images") + " of " + kit.Count(len(all)))
		}
		o.Set(odd.list, keep)
	})
}

func (o *Outliers) finding(id project.FileID) project.Finding {
	if i := o.odd.list.Find(id); i >= 0 {
		return o.odd.ranked[i]
	}
	return project.Finding{}
}

func (o *Outliers) name(row project.Image) string {
	name := row.Label
	if name == "" {
		name = row.Name()
	}
	return kit.Score(float64(o.finding(row.ID).Score)) + " · " + name
}

func (o *Outliers) why(row project.Image) string { return capital(o.finding(row.ID).Why) }

// empty says why nothing is listed, and offers one step.
func (o *Outliers) empty(working bool) (icon, sentence, action string, do func()) {
	all := o.src.Found.Outliers()
	if o.within {
		all = o.own
	}
	err := o.src.Found.Err(feed.IssueOutlier)
	switch {
	case err != nil:
		return "error", "The outliers could not be found: " + err.Error() + ".", "", nil
	case len(all) == 0 && (working || waits(o.src, feed.IssueOutlier) || o.within && o.own == nil):
		return "outliers", "Outliers appear when the images have been compared.", "", nil
	case len(all) == 0:
		return "outliers", "Outliers appear when images are embedded.", "", nil
	}
	lower := max(o.at-0.2, 0)
	below := 0
	for _, f := range all {
		if f.Score >= lower {
			below++
		}
	}
	at, from := kit.Score(float64(o.at)), kit.Score(float64(lower))
	if below == 0 {
		return "outliers", "No outliers at " + at + ". The oddest of " + kit.Plural(len(all), "image", "images") + " has " + kit.Score(float64(all[0].Score)) + ".",
			"Show all, the oddest first", func() { // for now: not kept for other projects
				o.slider.Set(0)
				o.threshold(0, 0)
			}
	}
	return "outliers", "No outliers at " + at + ". " + kit.Plural(below, "image", "images") + " between " + from + " and " + at + ".",
		"Lower to " + from, func() { o.slide(float64(lower)) }
}
