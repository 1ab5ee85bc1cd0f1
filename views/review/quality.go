package review

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"kindred/project"
	"kindred/views/feed"
	"kindred/views/gallery"
	"kindred/views/inspect"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/photo"
	"kindred/views/shell"
)

// checks are the quality checks for people: what a pill says, and how an
// image without that fault is called. The last one is the files that could
// not be read.
var checks = [feed.QualityChecks + 1]struct{ name, word string }{
	{"Blurry", "blurry"},
	{"Dark", "dark"},
	{"Light", "light"},
	{"Low detail", "of one tone"},
	{"Odd size", "of an odd size"},
	{"Odd shape", "of an odd shape"},
	{"Grey", "grey among colour"},
	{"Extension", "named by a wrong extension"},
	{"Unreadable", "unreadable"},
}

// everything stands before the checks: what any of them flags.
const everything = -1

// Quality is the room of the pictures that a quality check flags, the worst
// first, and of the files that could not be read.
type Quality struct {
	*gallery.Ranked
	host shell.Host
	src  *feed.Source

	check int // everything, or a place in checks
	at    [feed.QualityChecks]float32
	rank  feed.QualityRank
	below int // images a little below the threshold, when there is none above

	call   *feed.Latest
	pills  *kit.Pills
	slider *kit.Slider
	lead   *kit.Text
	value  *kit.Text
	amount *fyne.Container // slider and value; hidden where there is no threshold
	bar    *fyne.Container
	counts *kit.Text
}

// NewQuality makes the room with an inspector of its own.
func NewQuality(host shell.Host, src *feed.Source, panel *inspect.Panel) *Quality {
	q := &Quality{host: host, src: src, check: everything, call: feed.NewLatest(src.Crew), rank: feed.QualityRank{List: feed.NewList(nil)}}
	for i := range q.at {
		q.at[i] = min(max(float32(host.Preference(q.pref(i), 0.5)), 0.2), 0.99)
	}
	q.pills = kit.NewPills(q.counted(), 0, func(i int) { q.pick(i - 1) })
	q.slider = kit.NewSlider(0.2, 0.99, 0.01, 0.5).Width(140)
	q.slider.OnChanged = func(v float64) { q.threshold(v, cutPause) }
	q.slider.OnSettled = func(v float64) {
		if q.graded() {
			host.SetPreference(q.pref(q.check), v)
		}
	}
	q.lead = kit.NewText("", look.Small, look.T2)
	q.value = kit.NewText("", look.Body, look.T1).Bold()
	q.counts = kit.NewText("", look.Small, look.T3).Truncate(40)
	q.amount = kit.HBox(8, q.lead, q.slider, kit.Fixed(34, 20, q.value))
	q.Ranked = gallery.NewRanked(host, src, panel, gallery.Ranking{
		ID: "quality", Title: "Quality", Icon: "quality",
		Top: func(size fyne.CanvasObject) fyne.CanvasObject {
			pills := container.NewHScroll(q.pills)
			q.bar = kit.HBox(12, q.amount, kit.Grow(q.counts), size)
			return photo.Column(nil, kit.Toolbar(kit.Grow(pills)), kit.SubBar(kit.Grow(q.bar)))
		},
		Name: q.name, Why: q.why, Empty: q.empty,
		Count: func() string { return QualityCount(src) },
		Rune:  q.rune,
		Keys:  []kit.KeyHint{{Key: "0–9", Text: "check"}, {Key: "[ ]", Text: "threshold"}},
	})
	src.Found.OnChanged(func(i feed.Issue) {
		if i == feed.IssueQuality {
			q.pills.Set(q.counted())
			q.list(0, true)
		}
	})
	q.showThreshold()
	if src.Found.Ready(feed.IssueQuality) {
		q.list(0, true)
	}
	return q
}

// QualityKeys is what the room does with keys, for the table.
func QualityKeys() []shell.KeyGroup {
	return []shell.KeyGroup{gridKeys("Quality", shell.Hint("0 – 9", "all, or one check", "0123456789"), shell.Hint("[ ]", "lower, higher threshold", "[]"))}
}

func (q *Quality) pref(check int) string { return "quality." + project.QualityChecks[check] }

// graded says whether the check shown has a threshold.
func (q *Quality) graded() bool {
	return q.check >= 0 && q.check < feed.QualityChecks && project.QualityChecks[q.check] != "wrong_extension"
}

func (q *Quality) counted() []kit.Pill {
	c := q.src.Found.Quality()
	known := q.src.Found.Ready(feed.IssueQuality)
	number := func(n int) int {
		if !known {
			return -1
		}
		return n
	}
	pills := []kit.Pill{{Text: "All", Count: number(c.All)}}
	for i, check := range checks {
		pills = append(pills, kit.Pill{Text: check.name, Count: number(c.Counts[i])})
	}
	return pills
}

// pick shows one check, or everything.
func (q *Quality) pick(check int) {
	q.check = check
	q.pills.Select(check + 1)
	q.showThreshold()
	q.list(0, false)
}

func (q *Quality) showThreshold() {
	if q.graded() {
		q.lead.Set(checks[q.check].name + " from")
		q.slider.Set(float64(q.at[q.check]))
		q.value.Set(kit.Score(float64(q.at[q.check])))
		q.amount.Show()
	} else {
		q.amount.Hide()
	}
	if q.bar.Size().Width > 0 {
		photo.Relayout(q.amount)
		photo.Relayout(q.bar)
	}
}

// rune picks a check or moves the threshold.
func (q *Quality) rune(r rune) bool {
	switch {
	case r >= '0' && r <= '9':
		q.pick(int(r-'0') - 1)
	case (r == '[' || r == ']') && q.graded():
		step := map[rune]float64{'[': -0.05, ']': 0.05}[r]
		q.slide(q.slider.Value() + step)
	default:
		return false
	}
	return true
}

func (q *Quality) threshold(at float64, pause time.Duration) {
	if q.graded() {
		q.at[q.check] = float32(at)
		q.value.Set(kit.Score(at))
		q.list(pause, true)
	}
}

func (q *Quality) slide(at float64) {
	q.slider.Set(at)
	q.threshold(q.slider.Value(), 0)
	q.slider.OnSettled(q.slider.Value())
}

// list ranks the images of the check shown.
func (q *Quality) list(delay time.Duration, keep bool) {
	found, check, least := q.src.Found.Quality(), q.check, float32(0.5)
	if q.graded() {
		least = q.at[check]
	}
	below := 0
	feed.Run(q.call, delay, func(context.Context) (feed.QualityRank, error) {
		r := found.Rank(check, least)
		if r.List.Len() == 0 && check >= 0 && check < feed.QualityChecks {
			below = found.Rank(check, lowerOf(least)).List.Len()
		}
		return r, nil
	},
		func(r feed.QualityRank, _ error) {
			q.rank, q.below = r, below
			q.counts.Set("")
			if n := r.List.Len(); n > 0 {
				text := kit.Plural(n, "image", "images")
				switch {
				case check == feed.Undecodable:
					text = kit.Plural(n, "file", "files") + " could not be read"
				case check == everything:
					text = kit.Plural(n, "file", "files") + " with a fault, worst first"
				}
				q.counts.Set(text)
			}
			q.Set(r.List, keep)
		})
}

func (q *Quality) name(row project.Image) string {
	check, ok := q.rank.Check[row.ID]
	if !ok {
		return row.Name()
	}
	return kit.Score(float64(q.rank.Scores[row.ID])) + " · " + checks[check].name
}

func (q *Quality) why(row project.Image) string {
	if row.State == project.Failed {
		return capital(row.Reason)
	}
	check, ok := q.rank.Check[row.ID]
	if !ok {
		return ""
	}
	if why := q.src.Found.Quality().Why(row.ID, check); why != "" {
		return capital(why)
	}
	return "Within the limit"
}

// empty says why nothing is listed, and offers one step.
func (q *Quality) empty(working bool) (icon, sentence, action string, do func()) {
	found := q.src.Found
	err := found.Err(feed.IssueQuality)
	switch {
	case err != nil:
		return "error", "The checks could not be made: " + err.Error() + ".", "", nil
	case !found.Ready(feed.IssueQuality), working && found.Quality().All == 0:
		return "quality", "Faults appear when the images have been read.", "", nil
	case q.check == everything:
		return "quality", "No image has a fault. Blur, light, size, shape, colour and file names were checked.", "", nil
	case q.check == feed.Undecodable:
		return "quality", "Every file could be read.", "Show all faults", func() { q.pick(everything) }
	}
	sentence = "No image is " + checks[q.check].word
	if !q.graded() {
		return "quality", sentence + ".", "Show all faults", func() { q.pick(everything) }
	}
	at := q.at[q.check]
	sentence += " at " + kit.Score(float64(at)) + "."
	if q.below > 0 {
		lower := lowerOf(at)
		from := kit.Score(float64(lower))
		return "quality", sentence + " " + kit.Plural(q.below, "image", "images") + " between " + from + " and " + kit.Score(float64(at)) + ".",
			"Lower to " + from, func() { q.slide(float64(lower)) }
	}
	return "quality", sentence, "Show all faults", func() { q.pick(everything) }
}

// lowerOf is the threshold that is offered when one finds nothing.
func lowerOf(at float32) float32 { return max(at-0.2, 0.2) }
