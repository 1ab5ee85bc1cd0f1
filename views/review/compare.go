package review

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"kindred/project"
	"kindred/views/feed"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/photo"
)

// stripMost is how many images of a group have a thumbnail in the head, and a
// key.
const stripMost = 9

// comparison shows the image of a group that is best to keep beside another
// one of it: pictures fitted the same way, what changed, facts, and why.
type comparison struct {
	src    *feed.Source
	choose func(int) // a thumbnail of the head was clicked

	noun        string // "Group", or "Pair"
	title, size *kit.Text
	strip       [stripMost]*photo.Pick
	stripRow    *fyne.Container
	head        *fyne.Container
	chipRow     *fyne.Container
	more        *kit.Text
	left, right *pane
	changes     *fyne.Container
	score       *kit.Text
	facts       *fyne.Container
	why         *fyne.Container
	whyHead     *kit.Text
	lower       *container.Scroll
	content     *fyne.Container
}

// pane is one of the two pictures with its title.
type pane struct {
	number  *fyne.Container
	place   *fyne.Container // around number
	name    *kit.Text
	folder  *kit.Text
	best    *kit.Chip
	split   *kit.Chip // in place of the number, in Leaks
	preview *photo.Preview
	id      project.FileID
	head    *fyne.Container
	box     *fyne.Container
}

func newPane(src *feed.Source, reveal, copyPath func(project.FileID)) *pane {
	p := &pane{
		number:  container.NewStack(),
		name:    kit.NewText("", look.Body, look.T1).Bold().Truncate(48),
		folder:  kit.NewText("", look.Small, look.T3).Truncate(0),
		best:    kit.NewChip("Best", kit.Good),
		split:   kit.NewChip("", kit.Neutral),
		preview: photo.NewPreview(src, look.RadiusSmall),
	}
	p.split.Hide()
	p.place = kit.Fixed(look.KeyHeight, look.KeyHeight, p.number)
	p.head = kit.HBox(8, p.place, p.split, kit.Grow(p.name), kit.Grow(p.folder), p.best,
		kit.NewIconButton("folder-open", func() { reveal(p.id) }).Small(),
		kit.NewIconButton("copy-path", func() { copyPath(p.id) }).Small())
	ground := kit.NewSurface(look.BG0, "", look.RadiusSmall, p.preview)
	p.box = photo.Column(ground, kit.Pad(0, 0, 8, 0, kit.Fixed(0, look.RowHeight, p.head)), ground)
	return p
}

func (p *pane) set(place int, row project.Image, keep bool) {
	p.id = row.ID
	p.number.Objects = []fyne.CanvasObject{kit.NewKey(strconv.Itoa(place + 1))}
	p.number.Refresh()
	p.name.Set(row.Name())
	p.folder.Set(strings.ReplaceAll(strings.Trim(strings.TrimSuffix(row.Shown, row.Name()), "/"), "/", " / "))
	if keep {
		p.best.Show()
	} else {
		p.best.Hide()
	}
	p.preview.Set(row.ID)
	photo.Relayout(p.head)
}

// setSplit titles the pane with the split of its image.
func (p *pane) setSplit(name string) {
	p.place.Hide()
	p.best.Hide()
	if hue := splitHue(name); p.split.Text() != name {
		p.split.Dot(hue)
		p.split.Set(name, kit.Neutral)
	}
	p.split.Show()
	photo.Relayout(p.head)
}

// splitHue is the colour of a split, the same in every view.
func splitHue(name string) fyne.ThemeColorName {
	switch name {
	case "train":
		return look.Hue(1)
	case "val":
		return look.Hue(2)
	case "test":
		return look.Hue(3)
	}
	return look.T3
}

func newComparison(src *feed.Source, reveal, copyPath func(project.FileID), openAll func()) *comparison {
	c := &comparison{src: src, choose: func(int) {}, noun: "Group"}
	c.title = kit.NewText("", look.Panel, look.T1).Bold()
	c.size = kit.NewText("", look.Small, look.T3)
	var thumbs []fyne.CanvasObject
	for i := range c.strip {
		t := photo.NewPick(src, 40, 30, true)
		t.OnTapped = func() { c.choose(i) }
		c.strip[i] = t
		thumbs = append(thumbs, t)
	}
	c.stripRow = kit.HBox(6, thumbs...)
	c.more = kit.NewText("", look.Small, look.T3)
	c.left, c.right = newPane(src, reveal, copyPath), newPane(src, reveal, copyPath)
	c.left.preview.SetRing(look.OK)
	c.changes = container.New(flow{gap: 6})
	c.score = kit.NewText("", look.Small, look.T1).Bold()
	c.facts = kit.VBox(0)
	c.why = kit.VBox(8)
	c.whyHead = kit.NewText("", look.Small, look.T1).Bold()
	c.head = kit.HBox(12, c.title, c.size, c.stripRow, c.more, kit.Spacer(),
		kit.NewButton("Show in Images", openAll).Icon("images").Small())
	c.chipRow = kit.HBox(8, kit.NewText("What changed", look.Small, look.T3), kit.Grow(c.changes),
		kit.NewText("score", look.Small, look.T3), c.score)
	below := kit.VBox(10, c.chipRow,
		kit.HRule(),
		container.New(columns{}, c.facts, kit.VBox(10, c.whyHead, c.why)))
	c.lower = container.NewVScroll(kit.Pad(0, 12, 8, 0, below))
	c.content = container.New(bench{}, kit.Pad(0, 16, 0, 16, c.head), kit.HRule(),
		container.New(columns{even: true}, c.left.box, c.right.box), c.lower)
	return c
}

// set shows a group with the image at a place beside the best one. rows are
// those of the group's images, in its order.
func (c *comparison) set(number int, g project.Group, rows []project.Image, other int, pair project.Pair, paired bool) {
	keep := 0
	for i, r := range rows {
		if r.ID == g.Keep {
			keep = i
		}
	}
	c.title.Set(c.noun + " " + kit.Count(number+1))
	c.size.Set(kit.Plural(len(g.Images), "image", "images"))
	for i, t := range c.strip {
		if i >= len(g.Images) {
			t.Set(0)
			t.Hide()
			continue
		}
		t.Show()
		t.Set(g.Images[i])
		switch i {
		case keep:
			t.SetRing(look.OK)
		case other:
			t.SetRing(look.Acc)
		default:
			t.SetRing("")
		}
	}
	if n := len(g.Images) - stripMost; n > 0 {
		c.more.Set("+" + kit.Count(n))
	} else {
		c.more.Set("")
	}
	photo.Relayout(c.stripRow)
	photo.Relayout(c.head)
	if keep >= len(rows) || other >= len(rows) {
		return
	}
	a, b := rows[keep], rows[other]
	c.left.set(keep, a, true)
	c.right.set(other, b, false)
	c.setChanges(a, b, pair, paired)
	c.setFacts(a, b)
	c.setWhy("Why "+strconv.Itoa(keep+1)+" is best to keep", g.Why, "Both are as good.")
}

// setChanges says what differs between two images.
func (c *comparison) setChanges(a, b project.Image, pair project.Pair, paired bool) {
	var chips []fyne.CanvasObject
	switch {
	case paired:
		for _, ch := range changes(pair) {
			chips = append(chips, kit.NewChip(ch.text, kit.Neutral).Icon(ch.icon))
		}
		c.score.Set(kit.Score(float64(pair.Score)))
	case a.Hash == b.Hash && a.Hash != (project.Hash{}):
		chips = append(chips, kit.NewChip(wordOf(project.Exact), kit.Neutral).Icon("exact"))
		c.score.Set("1.00")
	default:
		chips = append(chips, kit.NewText("not compared directly: both are copies of another image of the group", look.Small, look.T3).Truncate(80))
		c.score.Set("–")
	}
	c.changes.Objects = chips
	c.changes.Refresh()
	photo.Relayout(c.chipRow)
}

// setFacts shows the facts of two images beside each other.
func (c *comparison) setFacts(a, b project.Image) {
	c.facts.Objects = nil
	for _, f := range compare(a, b) {
		c.facts.Add(factRow(f))
	}
	c.facts.Refresh()
}

// setWhy lists reasons below a head.
func (c *comparison) setWhy(head string, reasons []string, none string) {
	c.whyHead.Set(head)
	c.why.Objects = nil
	for _, reason := range reasons {
		c.why.Add(kit.HBox(8, kit.NewIcon("check", look.OK, look.IconList), kit.Grow(kit.NewText(capital(reason), look.Small, look.T1).Truncate(60))))
	}
	if len(reasons) == 0 {
		c.why.Add(kit.NewText(none, look.Small, look.T3))
	}
	c.why.Refresh()
}

// setLeak shows a pair that stands in two splits, and what the proposal does
// with it.
func (c *comparison) setLeak(number, of int, l project.Leak, a, b project.Image, steps []string) {
	c.title.Set(c.noun + " " + kit.Count(number+1))
	c.size.Set("of " + kit.Count(of))
	for _, t := range c.strip {
		t.Set(0)
		t.Hide()
	}
	c.more.Set("")
	photo.Relayout(c.stripRow)
	photo.Relayout(c.head)
	c.left.set(0, a, false)
	c.right.set(1, b, false)
	c.left.setSplit(l.SplitA)
	c.right.setSplit(l.SplitB)
	c.setChanges(a, b, l.Pair, true)
	c.setFacts(a, b)
	c.setWhy("What closes it", steps, "Nothing: it is closed by the other moves.")
}

// factRow is one line of the table: name, value of the best, value of the
// other; the better one is brighter and carries a mark.
func factRow(f fact) fyne.CanvasObject {
	value := func(s string, better bool) fyne.CanvasObject {
		colour := look.T2
		if better {
			colour = look.T1
		}
		t := kit.NewText(s, look.Small, colour).Truncate(40)
		if !better {
			return kit.HBox(4, kit.Grow(t))
		}
		t = kit.NewText(s, look.Small, colour)
		return kit.HBox(4, t, kit.NewIcon("chevron-up", look.OK, 12), kit.Spacer())
	}
	row := container.New(thirds{}, kit.NewText(f.name, look.Small, look.T3), value(f.first, f.better == 1), value(f.second, f.better == 2))
	return kit.VBox(0, kit.Fixed(0, 23, row), kit.HRule())
}
