// Package clusters is the room "Clusters": a card for each group of images
// that lie close together, from coarse to fine.
package clusters

import (
	"context"
	"errors"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"kindred/project"
	"kindred/project/job"
	"kindred/views"
	"kindred/views/feed"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/photo"
	"kindred/views/shell"
)

const (
	cutPause     = 60 * time.Millisecond // while the slider moves
	refreshEvery = 2 * time.Second       // at most, while a job runs
	suggested    = -1                    // the level that the data suggests
)

// Clusters is the room. Its methods are called on the main goroutine.
type Clusters struct {
	host shell.Host
	src  *feed.Source

	level    float64 // asked for; suggested until the slider is moved
	all      []project.Cluster
	none     []project.FileID // images in no cluster
	embedded project.Counts
	answered bool
	isShown  bool
	stale    bool

	call *feed.Latest
	beat *feed.Beat

	content *fyne.Container
	middle  *fyne.Container
	cards   *cards
	count   *kit.Text
	dot     *kit.Text
	rest    *kit.Button
	slider  *kit.Slider
}

var _ shell.Room = (*Clusters)(nil)

// New makes the room.
func New(host shell.Host, src *feed.Source) *Clusters {
	c := &Clusters{host: host, src: src, level: suggested, call: feed.NewLatest(src.Crew)}
	c.beat = feed.NewBeat(src.Crew, refreshEvery, c.changed)
	c.cards = newCards(src)
	c.cards.opened = c.open
	c.cards.key = func(e *fyne.KeyEvent) { host.TypedKey(e) }
	c.cards.typed = func(r rune) {
		switch r {
		case '[':
			c.Cut(-0.05)
		case ']':
			c.Cut(0.05)
		default:
			host.TypedRune(r)
		}
	}
	c.count = kit.NewText("", look.Small, look.T1).Bold()
	c.rest = kit.NewLink("", func() { c.show("images in no cluster", c.none) })
	c.rest.Hide()
	c.dot = kit.NewText("", look.Small, look.T3)
	c.slider = kit.NewSlider(0, 1, 0.01, 0.5).Width(160)
	c.slider.OnChanged = func(v float64) {
		c.level = v
		c.load(cutPause)
	}
	bar := kit.SubBar(kit.HBox(4, c.count, c.dot, c.rest), kit.Spacer(),
		kit.NewText("Coarse", look.Small, look.T3), c.slider, kit.NewText("Fine", look.Small, look.T3))
	c.middle = container.NewStack(c.cards)
	ground := kit.NewSurface(look.BG1, "", 0, photo.Column(c.middle, bar, c.middle))
	c.content = container.NewStack(ground)
	src.Labels.OnChanged(c.cards.recolour)
	c.load(0) // for the count in the rail
	return c
}

// ID implements shell.Room, as do the next eight methods.
func (c *Clusters) ID() string { return "clusters" }

// Title is the name in the rail.
func (c *Clusters) Title() string { return "Clusters" }

// Icon is the icon in the rail.
func (c *Clusters) Icon() string { return "clusters" }

// Group is none: the first rows of the rail.
func (c *Clusters) Group() string { return "" }

// Count is the number of clusters, once it is known.
func (c *Clusters) Count() string {
	if len(c.all) == 0 {
		return ""
	}
	return kit.Count(len(c.all))
}

// Content is the view.
func (c *Clusters) Content() fyne.CanvasObject { return c.content }

// Inspector is none: a group has no single image.
func (c *Clusters) Inspector() fyne.CanvasObject { return nil }

// Focus is the field of cards.
func (c *Clusters) Focus() fyne.Focusable { return c.cards.ground }

// Keys are the hints of the status bar.
func (c *Clusters) Keys() []kit.KeyHint {
	return []kit.KeyHint{{Key: "Enter", Text: "open in Images"}, {Key: "← ↑ ↓ →", Text: "move"}, {Key: "[ ]", Text: "coarser, finer"}}
}

// Keyboard is what the room does with keys, for the table.
func Keyboard() []shell.KeyGroup {
	return []shell.KeyGroup{{Title: "Clusters", Keys: []shell.Key{
		shell.Hint("← → ↑ ↓", "move", "", fyne.KeyLeft, fyne.KeyRight, fyne.KeyUp, fyne.KeyDown),
		shell.Hint("Home, End", "first, last", "", fyne.KeyHome, fyne.KeyEnd),
		shell.Hint("Page Up, Page Down", "a page up, down", "", fyne.KeyPageUp, fyne.KeyPageDown),
		shell.Hint("Enter", "open in Images", "", fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace),
		shell.Hint("[  ]", "coarser, finer", "[]"),
	}}}
}

// Shown loads what the eye needs.
func (c *Clusters) Shown() {
	c.isShown = true
	c.src.Labels.Refresh()
	if !c.answered || c.stale {
		c.stale = false
		c.load(0)
	}
}

// Hidden notes changes only, from now on.
func (c *Clusters) Hidden() { c.isShown = false }

// Refresh follows a change of the project.
func (c *Clusters) Refresh(e views.Event) {
	switch e {
	case project.FindingsChanged, project.FilesChanged:
		c.beat.Call()
	}
}

func (c *Clusters) changed() {
	if !c.isShown {
		c.stale = true
		return
	}
	if c.call.Busy() { // a slow cut is not begun anew, it is repeated
		c.beat.Call()
		return
	}
	c.load(0)
}

// cut is an answer of Project.Clusters.
type cut struct {
	clusters []project.Cluster
	level    float64
	counts   project.Counts
}

// load cuts the hierarchy at the level asked for.
func (c *Clusters) load(delay time.Duration) {
	level := c.level
	feed.Run(c.call, delay, func(ctx context.Context) (cut, error) {
		counts, err := c.src.Project.Counts(ctx)
		if err != nil {
			return cut{}, err
		}
		list, used, err := c.src.Project.Clusters(ctx, level)
		return cut{list, used, counts}, err
	}, c.take)
}

func (c *Clusters) take(answer cut, err error) {
	c.answered = true
	c.embedded = answer.counts
	if err != nil && !errors.Is(err, project.ErrNotFound) {
		c.set(nil, nil)
		c.showEmpty("error", "The clusters could not be made: "+err.Error()+".")
		return
	}
	var list []project.Cluster
	var none []project.FileID
	for _, cl := range answer.clusters {
		if cl.ID < 0 {
			none = cl.Images
		} else if len(cl.Images) > 0 {
			list = append(list, cl)
		}
	}
	if c.level < 0 && len(list) > 0 {
		c.slider.Set(answer.level)
	}
	c.set(list, none)
	if len(list) == 0 {
		c.showEmpty("clusters", c.tooEarly())
		return
	}
	if len(c.middle.Objects) > 1 {
		c.middle.Objects = c.middle.Objects[:1]
		c.cards.Show()
		photo.Relayout(c.middle)
	}
}

func (c *Clusters) set(list []project.Cluster, none []project.FileID) {
	c.all, c.none = list, none
	c.cards.set(list)
	if len(list) == 0 {
		c.count.Set("")
		c.dot.Set("")
		c.rest.Hide()
	} else {
		c.count.Set(kit.Plural(len(list), "cluster", "clusters"))
		if len(none) > 0 {
			c.rest.SetLabel(kit.Plural(len(none), "image", "images") + " in none")
			c.dot.Set("·")
			c.rest.Show()
		} else {
			c.dot.Set("")
			c.rest.Hide()
		}
	}
	c.host.Changed()
}

// tooEarly says why there are no clusters yet.
func (c *Clusters) tooEarly() string {
	n := c.embedded
	working := false
	for _, j := range c.src.Project.Jobs() {
		working = working || j.State == job.Running || j.State == job.Waiting || j.State == job.Paused
	}
	switch {
	case working && n.Ready < n.Images:
		return "Clusters appear when images are embedded: " + kit.Count(n.Ready) + " of " + kit.Count(n.Images) + " so far."
	case working:
		return "Clusters appear in a moment: the images are being compared."
	case n.Ready == 0:
		return "Clusters appear when images are embedded."
	}
	return "No clusters among " + kit.Plural(n.Ready, "image", "images") + ": none lie closer together than others."
}

func (c *Clusters) showEmpty(icon, sentence string) {
	c.cards.Hide()
	c.middle.Objects = []fyne.CanvasObject{c.cards, kit.Empty(icon, sentence, "", nil)}
	c.middle.Refresh()
}

// open shows a cluster in Images.
func (c *Clusters) open(i int) {
	if i >= 0 && i < len(c.all) {
		c.show("cluster: "+nameOf(c.all[i]), c.all[i].Images)
	}
}

func (c *Clusters) show(title string, ids []project.FileID) {
	c.host.Open("images", shell.Request{Title: title, Images: ids})
}

// Cut moves the slider by a step, as the keys [ and ] do.
func (c *Clusters) Cut(step float64) {
	c.level = min(max(c.slider.Value()+step, 0), 1)
	c.slider.Set(c.level)
	c.load(cutPause)
}

func nameOf(c project.Cluster) string {
	if c.Name != "" {
		return c.Name
	}
	return "cluster " + kit.Count(c.ID+1)
}
