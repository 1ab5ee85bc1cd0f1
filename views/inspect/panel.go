// Package inspect is the inspector: the panel at the right that shows what is
// known of the image in focus, and of the selection when it has several.
package inspect

import (
	"context"
	"errors"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"kindred/project"
	"kindred/views"
	"kindred/views/feed"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/photo"
)

const (
	nearest  = 5
	strip    = 52
	least    = 96 // height of the preview
	mostHigh = 288
)

// Panel is the inspector. Its methods are called on the main goroutine.
type Panel struct {
	widget.BaseWidget
	// OnWalk is called when a person goes on to another image: a nearest one,
	// or the next of the selection.
	OnWalk func(project.FileID)
	// OnNextSelected is called by the arrows of a selection with -1 or 1.
	OnNextSelected func(step int)
	// OnSimilar is called by "Show all" of the nearest images.
	OnSimilar func(project.FileID)
	// OnOpen is called for the full view.
	OnOpen func(project.FileID)
	// OnSummary is called when several files were added up.
	OnSummary func(feed.Summary)
	// OnReveal and OnCopyPath are called by the buttons.
	OnReveal, OnCopyPath func(project.FileID)
	// OnReview is called by "Review" beside a finding.
	OnReview func(feed.Mark, project.FileID)
	// OnOpenWith is called to open the original with the system's program.
	OnOpenWith func(project.FileID)

	src      *feed.Source
	id       project.FileID
	row      project.Image
	selected []project.FileID
	known    bool

	unplugged project.FileID // the file whose folder is not connected

	rowCall, nearCall, sumCall *feed.Latest
	beat                       *feed.Beat // of changes of the project

	head        *kit.Text
	back, on    *kit.Button
	expand      *kit.Button
	empty       fyne.CanvasObject
	body        *fyne.Container
	scroll      *container.Scroll
	stack       *fyne.Container // scroll, or empty
	preview     *photo.Preview
	name        *kit.Text
	folder      *kit.Text
	chips       *fyne.Container
	failure     *fyne.Container
	predictions *predictions
	evidence    *evidence
	near        *neighbours
	facts       *facts
	summary     *summary
	width       float32 // for which the body was laid out
}

// New makes an empty inspector.
func New(src *feed.Source) *Panel {
	nothing := func(project.FileID) {}
	p := &Panel{
		src: src, OnWalk: nothing, OnSimilar: nothing, OnOpen: nothing, OnReveal: nothing, OnCopyPath: nothing, OnOpenWith: nothing,
		OnReview: func(feed.Mark, project.FileID) {}, OnNextSelected: func(int) {}, OnSummary: func(feed.Summary) {},
		rowCall: feed.NewLatest(src.Crew), nearCall: feed.NewLatest(src.Crew), sumCall: feed.NewLatest(src.Crew),
	}
	p.beat = feed.NewBeat(src.Crew, time.Second, func() {
		if p.id != 0 {
			p.load()
		}
	})
	p.build()
	p.ExtendBaseWidget(p)
	src.Labels.OnChanged(p.showChips)
	src.Found.OnChanged(func(feed.Issue) {
		if p.id != 0 && p.width > 0 {
			p.evidence.set(max(p.width-32, 64))
			p.relayout()
		}
	})
	return p
}

func (p *Panel) build() {
	p.head = kit.NewText("", look.Small, look.T1).Bold()
	p.back = kit.NewIconButton("chevron-left", func() { p.OnNextSelected(-1) })
	p.on = kit.NewIconButton("chevron-right", func() { p.OnNextSelected(1) })
	p.expand = kit.NewIconButton("expand", func() { p.OnOpen(p.id) })
	p.preview = photo.NewPreview(p.src, look.RadiusSmall)
	p.preview.OnFailed = func(err error) {
		if errors.Is(err, project.ErrDisconnected) {
			p.unplugged = p.preview.ID()
			p.showChips()
		}
	}
	p.name = kit.NewText("", look.Body, look.T1).Bold().Truncate(40)
	p.folder = kit.NewText("", look.Caption, look.T3).Truncate(40)
	p.chips = kit.HBox(6)
	p.failure = kit.Pad(0, 16, 0, 16, container.NewStack())
	p.predictions = newPredictions(p.src)
	p.evidence = newEvidence(p)
	p.near = newNeighbours(p)
	p.facts = newFacts()
	p.summary = newSummary(p.src)
	buttons := kit.VBox(8, kit.HBox(8,
		kit.NewButton("Show in folder", func() { p.OnReveal(p.id) }).Icon("folder-open").Small(),
		kit.NewButton("Copy path", func() { p.OnCopyPath(p.id) }).Icon("copy-path").Small()),
		kit.HBox(0, kit.NewButton("Open with the system’s program", func() { p.OnOpenWith(p.id) }).Small(), kit.Spacer()))
	title := kit.VBox(4, p.name, p.folder, kit.Fixed(0, 2, kit.VBox(0)), p.chips)
	inside := func(o fyne.CanvasObject) fyne.CanvasObject { return kit.Pad(0, 16, 0, 16, o) }
	p.body = kit.VBox(12,
		inside(p.preview), inside(title), p.summary.box, p.failure,
		p.predictions.box, p.evidence.box, p.near.box, p.facts.box, inside(buttons), kit.Fixed(0, 4, kit.VBox(0)))
	p.scroll = container.NewVScroll(p.body)
	p.empty = kit.Empty("pointer", "Select an image to see what is known of it.", "", nil)
	p.stack = container.NewStack(p.scroll, p.empty)
	p.failure.Hide()
	p.scroll.Hide()
	p.showHead()
}

// section is a part of the panel with a line above it.
func section(rows ...fyne.CanvasObject) *fyne.Container {
	return kit.VBox(12, kit.HRule(), kit.Pad(0, 16, 0, 16, kit.VBox(8, rows...)))
}

// CreateRenderer implements fyne.Widget.
func (p *Panel) CreateRenderer() fyne.WidgetRenderer {
	head := kit.Fixed(0, look.LargeHeight, kit.Pad(0, 8, 0, 16, kit.HBox(0, p.head, kit.Spacer(), p.back, p.on, p.expand)))
	all := photo.Column(p.stack, head, p.stack)
	ground := kit.NewSurface(look.BG2, "", 0, all)
	return widget.NewSimpleRenderer(ground)
}

// Resize implements fyne.CanvasObject: the preview is as high as its picture.
func (p *Panel) Resize(s fyne.Size) {
	p.BaseWidget.Resize(s)
	if s.Width != p.width {
		p.width = s.Width
		p.fit()
	}
}

// MinSize implements fyne.CanvasObject; the panel scrolls when it is short.
func (p *Panel) MinSize() fyne.Size { return fyne.NewSize(240, 120) }

// fit gives the preview the height that its picture needs at this width.
func (p *Panel) fit() {
	width, height := max(p.width-32, 64), float32(192)
	if p.row.Width > 0 && p.row.Height > 0 {
		height = min(max(width*float32(p.row.Height)/float32(p.row.Width), least), mostHigh)
	}
	if p.known && p.row.State == project.Failed {
		height = least
	}
	p.preview.SetMinSize(fyne.NewSize(64, photo.Round(height)))
	p.failureFor(width)
	p.evidence.set(width)
	p.relayout()
}

// relayout lays the body out again after a part changed its height. Only the
// layout is done: refreshing the body would upload its pictures again.
func (p *Panel) relayout() {
	if p.width <= 0 {
		return
	}
	p.body.Resize(fyne.NewSize(p.width, max(p.body.MinSize().Height, p.scroll.Size().Height)))
	photo.Relayout(p.body)
	p.scroll.Refresh()
}

// ID is the file shown, 0 for none.
func (p *Panel) ID() project.FileID { return p.id }

// Row is what is shown of the file.
func (p *Panel) Row() project.Image { return p.row }

// Set shows a file and, when selected has several, what they have in common.
// row is used until the project has been asked, if it is of that file.
func (p *Panel) Set(id project.FileID, row project.Image, selected []project.FileID) {
	same := id == p.id
	p.selected = selected
	p.showHead()
	p.summarise()
	if same {
		return
	}
	p.id, p.known, p.unplugged = id, row.ID == id && id != 0, 0
	p.row = row
	if id == 0 {
		p.row = project.Image{}
		p.rowCall.Cancel()
		p.nearCall.Cancel()
		p.preview.Set(0)
		p.scroll.Hide()
		p.empty.Show()
		photo.Relayout(p.stack)
		return
	}
	p.empty.Hide()
	p.scroll.Show()
	photo.Relayout(p.stack)
	p.preview.Set(id)
	p.near.clear()
	p.showRow()
	p.scroll.ScrollToTop()
	p.load()
}

// Changed follows a change of the project.
func (p *Panel) Changed(e views.Event) {
	if p.id == 0 {
		return
	}
	switch e {
	case project.FilesChanged, project.FindingsChanged:
		p.beat.Call()
	}
}

// load asks for the row and, a moment later, for the nearest images: while a
// key is held down to walk through images they are not asked for.
func (p *Panel) load() {
	id := p.id
	feed.Run(p.rowCall, 0, func(ctx context.Context) ([]project.Image, error) {
		return p.src.Project.Images(ctx, []project.FileID{id})
	}, func(rows []project.Image, err error) {
		if err == nil && len(rows) == 1 {
			if was := p.row.Hash; was != rows[0].Hash && was != (project.Hash{}) {
				p.preview.Set(0) // its content changed
				p.preview.Set(id)
			}
			p.row, p.known = rows[0], true
			p.showRow()
			if p.row.State == project.Failed { // it has no vector
				p.nearCall.Cancel()
				p.near.set(nil)
				p.relayout()
			}
		}
	})
	feed.Run(p.nearCall, 60*time.Millisecond, func(ctx context.Context) ([]project.Neighbour, error) {
		return p.src.Project.Similar(ctx, id, nearest)
	}, func(list []project.Neighbour, err error) {
		if err != nil {
			list = nil // not embedded yet: the place stays away
		}
		p.near.set(list)
		p.relayout()
	})
}

func (p *Panel) showHead() {
	n := len(p.selected)
	at := 0
	for i, id := range p.selected {
		if id == p.id {
			at = i + 1
			break
		}
	}
	switch {
	case n > 1 && at > 0:
		p.head.Set(kit.Count(at) + " of " + kit.Count(n) + " selected")
	case n > 0:
		p.head.Set(kit.Count(n) + " selected")
	default:
		p.head.Set("Nothing selected")
	}
	for _, b := range []*kit.Button{p.back, p.on} {
		if n > 1 {
			b.Show()
		} else {
			b.Hide()
		}
	}
	if p.id == 0 {
		p.expand.Hide()
	} else {
		p.expand.Show()
	}
}

// showRow writes all that the row says.
func (p *Panel) showRow() {
	p.name.Set(p.row.Name())
	folder := strings.TrimSuffix(p.row.Shown, p.row.Name())
	p.folder.Set(strings.ReplaceAll(strings.Trim(folder, "/"), "/", " / "))
	if p.folder.Text() == "" {
		p.folder.Hide()
	} else {
		p.folder.Show()
	}
	p.showChips()
	p.predictions.set(p.row)
	p.facts.set(p.row, p.known)
	p.fit()
	p.showHead()
}

// showChips shows label, split and state of the file.
func (p *Panel) showChips() {
	var chips []fyne.CanvasObject
	if p.row.Label != "" {
		chips = append(chips, kit.NewChip(short(p.row.Label, 24), kit.Neutral).Dot(look.Hue(p.src.Labels.Hue(p.row.Label))))
	} else if p.known {
		chips = append(chips, kit.NewChip("no label", kit.Neutral))
	}
	if p.row.Split != "" {
		chips = append(chips, kit.NewChip(p.row.Split, kit.Neutral))
	}
	switch {
	case p.known && p.row.State == project.Pending:
		chips = append(chips, kit.NewChip("not read yet", kit.Info))
	case p.known && p.row.State == project.Missing:
		chips = append(chips, kit.NewChip("not found", kit.Caution))
	case p.unplugged != 0 && p.unplugged == p.id:
		chips = append(chips, kit.NewChip("not connected", kit.Caution))
	}
	if p.row.Changed {
		chips = append(chips, kit.NewChip("changed since", kit.Caution))
	}
	p.chips.Objects = chips
	p.chips.Refresh()
}

// short cuts a long label for its chip.
func short(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// failureFor shows why a file could not be read, in a card of a width.
func (p *Panel) failureFor(width float32) {
	if !p.known || p.row.State != project.Failed {
		p.failure.Hide()
		return
	}
	p.failure.Objects = []fyne.CanvasObject{kit.ErrorCard(p.row.Name(), Sentence(p.row.Reason)+" It takes part in nothing else.", "", nil, width)}
	p.failure.Show()
	p.failure.Refresh()
}

func (p *Panel) summarise() {
	ids := p.selected
	if len(ids) < 2 {
		p.sumCall.Cancel()
		if p.summary.box.Visible() {
			p.summary.box.Hide()
			p.relayout()
		}
		return
	}
	feed.Run(p.sumCall, 150*time.Millisecond, func(ctx context.Context) (feed.Summary, error) {
		return feed.Summarise(ctx, p.src.Project, ids)
	}, func(s feed.Summary, err error) {
		if err == nil {
			p.summary.set(s)
			p.relayout()
			p.OnSummary(s)
		}
	})
}
