package review

import (
	"context"
	"errors"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"kindred/project"
	"kindred/views"
	"kindred/views/feed"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/photo"
	"kindred/views/shell"
)

const prefLeaks = "leaks.threshold"

// Leaks is the room of the duplicates that stand in different splits, and of
// the fewest moves that close them.
type Leaks struct {
	host shell.Host
	src  *feed.Source

	at       float32
	found    *leakage
	only     string // the splits listed: "train/val"; "" all
	place    int    // of the pair shown, -1 for none
	now      [2]project.FileID
	wanted   project.FileID // to be shown once it is listed
	answered bool
	isShown  bool
	stale    bool

	call     *feed.Latest
	rowsCall *feed.Latest
	beat     *feed.Beat

	content  *leakKeys
	slider   *kit.Slider
	value    *kit.Text
	pills    *kit.Pills
	proposal *kit.Text
	advice   *fyne.Container
	head     *kit.Text
	list     *groupList
	compare  *comparison
	split    *kit.Split
	middle   *fyne.Container
	frame    *fyne.Container
	dialog   *kit.Dialog
}

var (
	_ shell.Room   = (*Leaks)(nil)
	_ shell.Opener = (*Leaks)(nil)
)

// NewLeaks makes the room.
func NewLeaks(host shell.Host, src *feed.Source) *Leaks {
	l := &Leaks{
		host: host, src: src, place: -1, found: &leakage{list: &findings{}},
		call: feed.NewLatest(src.Crew), rowsCall: feed.NewLatest(src.Crew),
	}
	l.at = min(max(float32(host.Preference(prefLeaks, float64(least))), least), most)
	l.beat = feed.NewBeat(src.Crew, refreshEvery, l.changed)
	l.build()
	l.explain()
	return l
}

func (l *Leaks) build() {
	l.slider = kit.NewSlider(float64(least), float64(most), 0.01, float64(l.at)).Width(140)
	l.slider.OnChanged = func(v float64) {
		l.at = float32(v)
		l.value.Set(kit.Score(v))
		l.load(cutPause)
	}
	l.slider.OnSettled = func(v float64) { l.host.SetPreference(prefLeaks, v) }
	l.value = kit.NewText(kit.Score(float64(l.at)), look.Body, look.T1).Bold()
	l.pills = kit.NewPills([]kit.Pill{{Text: "All", Count: -1}}, 0, func(i int) { l.pick(i) })
	bar := kit.Toolbar(kit.NewText("Same picture from", look.Small, look.T2), l.slider, kit.Fixed(34, 20, l.value),
		kit.VRule(), kit.Grow(container.NewHScroll(l.pills)))

	l.proposal = kit.NewText("", look.Small, look.T1).Truncate(80)
	l.advice = container.NewStack(kit.SubBar(kit.NewIcon("leaks", look.Bad, look.IconNav), kit.Grow(l.proposal),
		kit.NewButton("Show the moves", l.showMoves).Icon("list").Small(),
		kit.NewButton("Show in Images", l.showAll).Icon("images").Small()))
	l.advice.Hide()

	l.head = kit.NewText("", look.Small, look.T1).Bold()
	listHead := kit.SubBar(l.head, kit.Spacer(), kit.NewText("Surest first", look.Small, look.T3))
	l.list = newGroupList(l.src)
	l.list.OnPicked = l.show
	l.list.OnOpened = func(int) { l.openInImages() }
	left := kit.NewSurface(look.BG2, "", 0, photo.Column(l.list, listHead, l.list))
	l.compare = newComparison(l.src, l.reveal, l.copyPath, l.openInImages)
	l.compare.noun = "Pair"
	l.compare.left.preview.SetRing("")
	l.split = kit.NewSplit(left, l.compare.content, false,
		float32(l.host.Preference(prefList, float64(look.GroupListWidth))), 200, 400)
	l.split.OnWidth = func(w float32) { l.host.SetPreference(prefList, float64(w)) }
	l.middle = container.NewStack(l.split)
	l.split.Hide()
	l.frame = photo.Column(l.middle, bar, l.advice, l.middle)
	l.content = &leakKeys{room: l, inside: kit.NewSurface(look.BG1, "", 0, l.frame)}
	l.content.ExtendBaseWidget(l.content)
	l.src.Found.OnChanged(func(i feed.Issue) {
		if i == feed.IssueLeak {
			l.beat.Call()
		}
	})
}

// ID implements shell.Room, as do the next eight methods.
func (l *Leaks) ID() string { return "leaks" }

// Title is the name in the rail.
func (l *Leaks) Title() string { return "Leaks" }

// Icon is the icon in the rail.
func (l *Leaks) Icon() string { return "leaks" }

// Group is the head in the rail.
func (l *Leaks) Group() string { return "Review" }

// Count is the number of pairs, once it is known.
func (l *Leaks) Count() string {
	n := len(l.src.Found.Leaks().Pairs)
	if l.answered {
		n = len(l.found.all)
	}
	return countOf(l.src, feed.IssueLeak, n)
}

// Content is the view.
func (l *Leaks) Content() fyne.CanvasObject { return l.content }

// Inspector is none: the comparison says more.
func (l *Leaks) Inspector() fyne.CanvasObject { return nil }

// Focus is the room itself, which takes the keys.
func (l *Leaks) Focus() fyne.Focusable { return l.content }

// Keys are the hints of the status bar.
func (l *Leaks) Keys() []kit.KeyHint {
	return []kit.KeyHint{{Key: "↑ ↓", Text: "pair"}, {Key: "M", Text: "the moves"}, {Key: "0–9", Text: "splits"}, {Key: "Enter", Text: "open in Images"}}
}

// LeakKeys is what the room does with keys, for the table.
func LeakKeys() []shell.KeyGroup {
	return []shell.KeyGroup{{Title: "Leaks", Keys: []shell.Key{
		shell.Hint("↑ ↓", "previous, next pair", "", fyne.KeyUp, fyne.KeyDown, fyne.KeySpace),
		shell.Hint("Home, End", "first, last", "", fyne.KeyHome, fyne.KeyEnd),
		shell.Hint("Page Up, Page Down", "a page up, down", "", fyne.KeyPageUp, fyne.KeyPageDown),
		shell.Hint("0 – 9", "all, or two splits", "0123456789"),
		shell.Hint("M", "the moves that close them", "mM"),
		shell.Hint("S", "find similar", "sS"),
		shell.Hint("Enter", "open in Images", "", fyne.KeyReturn, fyne.KeyEnter),
	}}}
}

// Shown loads what the eye needs.
func (l *Leaks) Shown() {
	l.isShown = true
	if !l.answered || l.stale {
		l.stale = false
		l.load(0)
	}
}

// Hidden notes changes only, from now on.
func (l *Leaks) Hidden() { l.isShown = false }

// Refresh follows a change of the project.
func (l *Leaks) Refresh(e views.Event) {
	if e == project.JobsChanged && l.answered && len(l.found.all) == 0 {
		l.explain()
	}
}

// Open implements shell.Opener: it goes to a pair of an image.
func (l *Leaks) Open(q shell.Request) {
	if q.Image != 0 {
		l.wanted, l.only = q.Image, ""
		l.load(0)
	}
}

func (l *Leaks) changed() {
	if !l.isShown && !l.answered {
		l.host.Changed()
		return
	}
	if l.call.Busy() {
		l.beat.Call()
		return
	}
	if !l.isShown {
		l.stale = true
	}
	l.now = [2]project.FileID{}
	l.load(0)
}

// load finds the leaks at the threshold.
func (l *Leaks) load(delay time.Duration) {
	at := l.at
	feed.Run(l.call, delay, func(ctx context.Context) (*leakage, error) {
		return findLeaks(ctx, l.src.Project, at)
	}, l.take)
}

func (l *Leaks) take(f *leakage, err error) {
	l.answered = true
	if err != nil {
		f = &leakage{list: &findings{}}
		if !errors.Is(err, project.ErrNotFound) {
			l.found = f
			l.showEmpty("error", "The leaks could not be found: "+err.Error()+".", "", nil)
			return
		}
	}
	l.found = f
	pills := []kit.Pill{{Text: "All", Count: len(f.all)}}
	at := 0
	for i, s := range f.splits {
		pills = append(pills, kit.Pill{Text: s.words(), Count: s.count})
		if s.name == l.only {
			at = i + 1
		}
	}
	if at == 0 {
		l.only = ""
	}
	l.pills.Select(at)
	l.pills.Set(pills)
	l.proposal.Set(f.proposal())
	if was := l.advice.Visible(); was != (len(f.steps) > 0) {
		if was {
			l.advice.Hide()
		} else {
			l.advice.Show()
		}
		photo.Relayout(l.frame)
	}
	l.fill()
	l.host.Changed()
}

// pick lists all leaks, or those between two splits.
func (l *Leaks) pick(i int) {
	l.only = ""
	if i > 0 && i <= len(l.found.splits) {
		l.only = l.found.splits[i-1].name
	}
	l.pills.Select(i)
	l.fill()
}

// fill lists the pairs of the splits chosen; the pair shown stays, if it is
// still listed.
func (l *Leaks) fill() {
	l.found.only(l.only)
	shown := l.found.shown
	at := slices.IndexFunc(shown, func(x project.Leak) bool {
		return l.wanted != 0 && (x.A == l.wanted || x.B == l.wanted)
	})
	l.wanted = 0
	if at < 0 {
		at = slices.IndexFunc(shown, func(x project.Leak) bool { return x.A == l.now[0] && x.B == l.now[1] })
	}
	if at < 0 && len(shown) > 0 {
		at = min(max(l.place, 0), len(shown)-1)
	}
	l.place = at
	l.list.set(l.found.list, at)
	l.head.Set(kit.Plural(len(shown), "pair", "pairs"))
	if len(shown) == 0 {
		l.explain()
		return
	}
	if len(l.middle.Objects) > 1 {
		l.middle.Objects = l.middle.Objects[:1]
	}
	l.split.Show()
	photo.Relayout(l.middle)
	l.show(at)
}

// show compares the two images of a pair.
func (l *Leaks) show(i int) {
	if i < 0 || i >= len(l.found.shown) {
		return
	}
	x := l.found.shown[i]
	l.place = i
	if l.now == [2]project.FileID{x.A, x.B} {
		return
	}
	l.now = [2]project.FileID{x.A, x.B}
	of := len(l.found.shown)
	feed.Run(l.rowsCall, 0, func(ctx context.Context) ([]project.Image, error) {
		return l.src.Project.Images(ctx, []project.FileID{x.A, x.B})
	}, func(rows []project.Image, err error) {
		if err != nil {
			l.host.Notice("The pair could not be read: " + err.Error() + ".")
			return
		}
		a, b := project.Image{ID: x.A}, project.Image{ID: x.B}
		for _, r := range rows { // one may have gone since
			if r.ID == x.A {
				a = r
			} else {
				b = r
			}
		}
		l.compare.setLeak(i, of, x, a, b, l.found.stepsOf(x))
	})
}

// explain says why there is no pair, and offers one step.
func (l *Leaks) explain() {
	at := kit.Score(float64(l.at))
	switch {
	case l.found.none:
		l.showEmpty("leaks", "No image is in a split. Put images into folders named train, val and test, as in train/cats/1.jpg.", "", nil)
	case !l.answered || waits(l.src, feed.IssueLeak):
		l.showEmpty("leaks", "Leaks appear when the images have been compared.", "", nil)
	case l.at > least:
		l.showEmpty("leaks", "No picture is in two splits at "+at+".", "Lower to "+kit.Score(float64(least)), func() {
			l.slider.Set(float64(least))
			l.slider.OnChanged(float64(least))
			l.slider.OnSettled(float64(least))
		})
	default:
		l.showEmpty("leaks", "No picture is in two splits.", "", nil)
	}
}

func (l *Leaks) showEmpty(icon, sentence, action string, do func()) {
	l.split.Hide()
	l.middle.Objects = []fyne.CanvasObject{l.split, kit.Empty(icon, sentence, action, do)}
	l.middle.Refresh()
}

func (l *Leaks) openInImages() {
	if l.place >= 0 && l.place < len(l.found.shown) {
		x := l.found.shown[l.place]
		l.host.Open("images", shell.Request{Title: "pair " + kit.Count(l.place+1), Images: []project.FileID{x.A, x.B}, Image: x.A})
	}
}

// showAll opens the images that the proposal touches in Images.
func (l *Leaks) showAll() {
	var ids []project.FileID
	for _, s := range l.found.steps {
		ids = append(ids, s.ID)
	}
	if len(ids) > 0 {
		l.host.Open("images", shell.Request{Title: "moves that close leaks", Images: ids})
	}
}

func (l *Leaks) reveal(id project.FileID) { l.withPath(id, l.host.Reveal) }

func (l *Leaks) copyPath(id project.FileID) {
	l.withPath(id, func(path string) {
		fyne.CurrentApp().Clipboard().SetContent(path)
		l.host.Notice("Copied 1 path.")
	})
}

func (l *Leaks) withPath(id project.FileID, do func(string)) {
	l.src.Paths([]project.FileID{id}, func(paths []string, err error) {
		if err != nil {
			l.host.Notice("The file cannot be found: " + err.Error())
			return
		}
		do(paths[0])
	})
}
