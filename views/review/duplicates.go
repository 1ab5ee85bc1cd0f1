package review

import (
	"context"
	"errors"
	"slices"
	"strings"
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

const (
	least, most  float32 = 0.70, 1.00 // of the threshold; the least is what is flagged
	cutPause             = 60 * time.Millisecond
	refreshEvery         = 2 * time.Second

	prefThreshold = "duplicates.threshold"
	prefList      = "duplicates.list"
)

// Duplicates is the room. Its methods are called on the main goroutine.
type Duplicates struct {
	host shell.Host
	src  *feed.Source

	at       float32 // the threshold asked for
	found    *findings
	group    int            // shown, -1 for none
	other    int            // place in the group of the image beside the best one
	keep     project.FileID // of the group shown
	wanted   project.FileID // an image of the group to show once it is listed
	rows     []project.Image
	rowsOf   project.FileID // the group (its image to keep) that rows are of
	answered bool
	isShown  bool
	stale    bool
	waited   bool // a job ran when the empty state was written

	call     *feed.Latest
	rowsCall *feed.Latest
	beat     *feed.Beat

	content  *keyed
	slider   *kit.Slider
	value    *kit.Text
	counts   *kit.Text
	free     *kit.Text
	freeLead *kit.Text
	head     *kit.Text
	list     *groupList
	compare  *comparison
	split    *kit.Split
	middle   *fyne.Container // the split, or why it is empty
}

var (
	_ shell.Room   = (*Duplicates)(nil)
	_ shell.Opener = (*Duplicates)(nil)
)

// tooEarly stands in the room until there is an answer.
const tooEarly = "Duplicates appear when the images have been compared."

// NewDuplicates makes the room.
func NewDuplicates(host shell.Host, src *feed.Source) *Duplicates {
	d := &Duplicates{
		host: host, src: src, found: &findings{}, group: -1,
		call: feed.NewLatest(src.Crew), rowsCall: feed.NewLatest(src.Crew),
	}
	d.at = float32(host.Preference(prefThreshold, float64(least)))
	d.at = min(max(d.at, least), most)
	d.beat = feed.NewBeat(src.Crew, refreshEvery, d.changed)
	d.build()
	d.showEmpty("duplicates", tooEarly, "", nil)
	d.load(0) // for the count in the rail
	return d
}

func (d *Duplicates) build() {
	d.slider = kit.NewSlider(float64(least), float64(most), 0.01, float64(d.at)).Width(160)
	d.slider.OnChanged = func(v float64) {
		d.at = float32(v)
		d.showThreshold()
		d.load(cutPause)
	}
	d.slider.OnSettled = func(v float64) { d.host.SetPreference(prefThreshold, v) }
	d.value = kit.NewText("", look.Body, look.T1).Bold()
	d.counts = kit.NewText("", look.Small, look.T3).Truncate(60)
	d.freeLead = kit.NewText("can free", look.Small, look.T3)
	d.free = kit.NewText("", look.Body, look.T1).Bold()
	bar := kit.Toolbar(kit.NewText("Same picture from", look.Small, look.T2), d.slider, kit.Fixed(34, 20, d.value),
		kit.Grow(d.counts), d.freeLead, d.free)

	d.head = kit.NewText("", look.Small, look.T1).Bold()
	listHead := kit.SubBar(d.head, kit.Spacer(), kit.NewText("Surest first", look.Small, look.T3))
	d.list = newGroupList(d.src)
	d.list.OnPicked = d.show
	d.list.OnOpened = func(int) { d.openInImages() }
	left := kit.NewSurface(look.BG2, "", 0, photo.Column(d.list, listHead, d.list))
	d.compare = newComparison(d.src, d.reveal, d.copyPath, d.openInImages)
	d.compare.choose = d.choose
	d.split = kit.NewSplit(left, d.compare.content, false,
		float32(d.host.Preference(prefList, float64(look.GroupListWidth))), 200, 400)
	d.split.OnWidth = func(w float32) { d.host.SetPreference(prefList, float64(w)) }
	d.middle = container.NewStack(d.split)
	d.split.Hide()
	ground := kit.NewSurface(look.BG1, "", 0, photo.Column(d.middle, bar, d.middle))
	d.content = &keyed{room: d, inside: ground}
	d.content.ExtendBaseWidget(d.content)
	d.showThreshold()
}

// ID implements shell.Room, as do the next eight methods.
func (d *Duplicates) ID() string { return "duplicates" }

// Title is the name in the rail.
func (d *Duplicates) Title() string { return "Duplicates" }

// Icon is the icon in the rail.
func (d *Duplicates) Icon() string { return "duplicates" }

// Group is the head in the rail.
func (d *Duplicates) Group() string { return "Review" }

// Count is the number of groups, once it is known.
func (d *Duplicates) Count() string {
	if !d.answered || (len(d.found.groups) == 0 && d.working()) { // no zero before it is counted
		return ""
	}
	return kit.Count(len(d.found.groups))
}

// Content is the view.
func (d *Duplicates) Content() fyne.CanvasObject { return d.content }

// Inspector is none: the comparison says more.
func (d *Duplicates) Inspector() fyne.CanvasObject { return nil }

// Focus is the room itself, which takes the keys.
func (d *Duplicates) Focus() fyne.Focusable { return d.content }

// Keys are the hints of the status bar.
func (d *Duplicates) Keys() []kit.KeyHint {
	return []kit.KeyHint{{Key: "↑ ↓", Text: "group"}, {Key: "1–9", Text: "compare"}, {Key: "Tab", Text: "next image"}, {Key: "Enter", Text: "open in Images"}}
}

// Shown loads what the eye needs.
func (d *Duplicates) Shown() {
	d.isShown = true
	if !d.answered || d.stale {
		d.stale = false
		d.load(0)
	}
}

// Hidden notes changes only, from now on.
func (d *Duplicates) Hidden() { d.isShown = false }

// Refresh follows a change of the project.
func (d *Duplicates) Refresh(e views.Event) {
	switch {
	case e == project.FindingsChanged, e == project.FilesChanged && len(d.found.groups) == 0:
		d.beat.Call()
	case e == project.JobsChanged && d.answered && len(d.found.groups) == 0 && d.waited != d.working():
		d.waited = d.working()
		d.explain(d.found)
	}
}

// Open implements shell.Opener: it goes to the group of an image, at the least
// threshold if need be.
func (d *Duplicates) Open(q shell.Request) {
	if q.Image == 0 {
		return
	}
	if i := d.found.groupOf(q.Image); i >= 0 {
		d.list.Pick(i)
		return
	}
	d.wanted = q.Image
	d.threshold(least)
}

func (d *Duplicates) changed() {
	if d.call.Busy() { // a slow search is not begun anew, it is repeated
		d.beat.Call()
		return
	}
	if !d.isShown { // the rail shows the count all the same
		d.stale = true
	}
	d.rowsOf = 0
	d.load(0)
}

func (d *Duplicates) showThreshold() {
	d.value.Set(kit.Score(float64(d.at)))
}

// load finds the groups at the threshold.
func (d *Duplicates) load(delay time.Duration) {
	at := d.at
	feed.Run(d.call, delay, func(ctx context.Context) (*findings, error) {
		return find(ctx, d.src.Project, at)
	}, d.take)
}

func (d *Duplicates) take(f *findings, err error) {
	d.answered = true
	if err != nil {
		f = &findings{at: d.at}
		if !errors.Is(err, project.ErrNotFound) {
			d.set(f, -1)
			d.showEmpty("error", "The duplicates could not be found: "+err.Error()+".", "", nil)
			return
		}
	}
	// The group shown stays, if it is still one.
	group := slices.IndexFunc(f.groups, func(g project.Group) bool { return g.Keep == d.keep })
	if d.wanted != 0 {
		if i := f.groupOf(d.wanted); i >= 0 {
			group, d.wanted = i, 0
		}
	}
	if group < 0 && len(f.groups) > 0 {
		group = 0
	}
	d.set(f, group)
	if len(f.groups) == 0 {
		d.explain(f)
		return
	}
	if len(d.middle.Objects) > 1 {
		d.middle.Objects = d.middle.Objects[:1]
	}
	d.split.Show()
	photo.Relayout(d.middle)
	d.show(group)
}

func (d *Duplicates) set(f *findings, group int) {
	d.found, d.group = f, group
	d.list.set(f, group)
	d.counts.Set("")
	d.free.Set("")
	d.freeLead.Hide()
	if n := len(f.groups); n > 0 {
		d.counts.Set(kit.Plural(n, "group", "groups") + " · " + kit.Plural(f.copies, "extra copy", "extra copies"))
		d.free.Set(kit.Bytes(f.bytes))
		d.freeLead.Show()
	}
	d.head.Set(kit.Plural(len(f.groups), "group", "groups"))
	d.host.Changed()
}

// working says whether a job may still find something.
func (d *Duplicates) working() bool {
	return working(d.src.Project)
}

// explain says why there is no group, and offers one step.
func (d *Duplicates) explain(f *findings) {
	if d.working() {
		d.showEmpty("duplicates", tooEarly, "", nil)
		return
	}
	at := strings.TrimSpace(d.value.Text())
	if f.below > 0 {
		lower := kit.Score(float64(f.lower))
		d.showEmpty("duplicates", "No duplicates at "+at+". "+kit.Plural(f.below, "pair", "pairs")+" between "+lower+" and "+at+".",
			"Lower to "+lower, func() { d.threshold(f.lower) })
		return
	}
	d.showEmpty("duplicates", "No duplicates at "+at+".", "", nil)
}

func (d *Duplicates) threshold(at float32) {
	d.slider.Set(float64(at))
	d.slider.OnChanged(float64(at))
	d.slider.OnSettled(float64(at))
}

func (d *Duplicates) showEmpty(icon, sentence, action string, do func()) {
	d.split.Hide()
	d.middle.Objects = []fyne.CanvasObject{d.split, kit.Empty(icon, sentence, action, do)}
	d.middle.Refresh()
}

// show compares the images of a group.
func (d *Duplicates) show(i int) {
	if i < 0 || i >= len(d.found.groups) {
		return
	}
	g := d.found.groups[i]
	if d.keep != g.Keep {
		d.other = 0
	}
	d.group, d.keep = i, g.Keep
	if d.rowsOf == g.Keep && len(d.rows) == len(g.Images) {
		d.compareNow()
		return
	}
	feed.Run(d.rowsCall, 0, func(ctx context.Context) ([]project.Image, error) {
		return d.src.Project.Images(ctx, g.Images)
	}, func(rows []project.Image, err error) {
		if err != nil {
			d.host.Notice("The group could not be read: " + err.Error())
			return
		}
		// Files that went since are left out; the places stay those of the group.
		byID := map[project.FileID]project.Image{}
		for _, r := range rows {
			byID[r.ID] = r
		}
		d.rows = make([]project.Image, len(g.Images))
		for k, id := range g.Images {
			d.rows[k] = byID[id]
			d.rows[k].ID = id
		}
		d.rowsOf = g.Keep
		d.compareNow()
	})
}

// compareNow fills the comparison of the group shown.
func (d *Duplicates) compareNow() {
	g := d.found.groups[d.group]
	if d.other >= len(g.Images) || g.Images[d.other] == g.Keep {
		d.other = d.after(d.other % len(g.Images))
	}
	pair, ok := d.found.between(g.Keep, g.Images[d.other])
	d.compare.set(d.group, g, d.rows, d.other, pair, ok)
}

// after is the next place of the group whose image is not the one to keep.
func (d *Duplicates) after(place int) int {
	g := d.found.groups[d.group]
	for range g.Images {
		place = (place + 1) % len(g.Images)
		if g.Images[place] != g.Keep {
			break
		}
	}
	return place
}

// choose compares another image of the group with the one to keep.
func (d *Duplicates) choose(place int) {
	if d.group < 0 || d.group >= len(d.found.groups) {
		return
	}
	g := d.found.groups[d.group]
	if place < 0 || place >= len(g.Images) || g.Images[place] == g.Keep || d.rowsOf != g.Keep {
		return
	}
	d.other = place
	d.compareNow()
}

func (d *Duplicates) openInImages() {
	if d.group < 0 || d.group >= len(d.found.groups) {
		return
	}
	g := d.found.groups[d.group]
	d.host.Open("images", shell.Request{Title: "group " + kit.Count(d.group+1), Images: g.Images, Image: g.Keep})
}

func (d *Duplicates) reveal(id project.FileID) {
	d.withPath(id, d.host.Reveal)
}

func (d *Duplicates) copyPath(id project.FileID) {
	d.withPath(id, func(path string) {
		fyne.CurrentApp().Clipboard().SetContent(path)
		d.host.Notice("Copied 1 path.")
	})
}

func (d *Duplicates) withPath(id project.FileID, do func(string)) {
	d.src.Paths([]project.FileID{id}, func(paths []string, err error) {
		if err != nil {
			d.host.Notice("The file cannot be found: " + err.Error())
			return
		}
		do(paths[0])
	})
}
