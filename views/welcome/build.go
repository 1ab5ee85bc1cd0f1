package welcome

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"kindred/views/kit"
	"kindred/views/look"
)

const (
	leftWidth    float32 = 504
	contentWidth float32 = 376
)

// halves places the left side, which is 504 wide in a wide window, beside the
// right one, with a line between.
type halves struct{}

func (halves) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(720, 420) }

func (halves) Layout(o []fyne.CanvasObject, s fyne.Size) {
	left := leftWidth
	if s.Width < 1200 {
		left = max(contentWidth+48, leftWidth-(1200-s.Width)/2)
	}
	o[0].Resize(fyne.NewSize(left, s.Height))
	o[0].Move(fyne.NewPos(0, 0))
	o[1].Resize(fyne.NewSize(1, s.Height))
	o[1].Move(fyne.NewPos(left-1, 0))
	o[2].Resize(fyne.NewSize(s.Width-left, s.Height))
	o[2].Move(fyne.NewPos(left, 0))
}

// column centres its content in the width and leaves a margin at the top that
// gives way in a low window; the last object stands at the bottom.
type column struct{ width float32 }

func (c column) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(c.width+32, o[0].MinSize().Height+o[1].MinSize().Height+56)
}

func (c column) Layout(o []fyne.CanvasObject, s fyne.Size) {
	w := c.width
	if w == 0 {
		w = s.Width - 2*min(64, s.Width/16)
	}
	x := (s.Width - w) / 2
	m, foot := o[0].MinSize().Height, o[1].MinSize().Height
	top := min(max((s.Height-m-foot-32)/3, 24), 72)
	o[0].Resize(fyne.NewSize(w, m))
	o[0].Move(fyne.NewPos(float32(int(x)), float32(int(top))))
	o[1].Resize(fyne.NewSize(w, foot))
	o[1].Move(fyne.NewPos(float32(int(x)), max(top+m+16, s.Height-foot-48)))
}

func (w *Welcome) build() fyne.CanvasObject {
	head := kit.HBox(16, kit.NewMark(44), kit.NewText("Kindred", look.Headline, look.T1).Bold())
	sentence := kit.NewParagraph("See which images are kin, which do not belong, and turn folders into a good dataset.", look.Panel, look.T2, 360)
	left := container.NewVScroll(container.New(column{contentWidth},
		kit.VBox(12, kit.VBox(12, head, sentence), kit.Fixed(0, 12, kit.NewSurface("", "", 0, nil)), w.drop, w.path, w.errors, w.sampleCard()),
		kit.HBox(8, kit.NewIcon("shield", look.OK, look.IconNav), kit.NewText("Works offline. Your originals are never changed.", look.Small, look.T2)),
	))
	w.right = container.NewStack()
	return container.New(halves{}, kit.NewSurface(look.BG0, "", 0, left), kit.VRule(), kit.NewSurface(look.BG1, "", 0, w.right))
}

// sampleCard offers pictures to those who have none at hand.
func (w *Welcome) sampleCard() fyne.CanvasObject {
	return kit.Card(kit.HBox(12,
		kit.NewIcon("images", look.Acc, look.IconNotice),
		kit.VBox(2, kit.NewText("Try the sample dataset", look.Body, look.T1).Bold(),
			kit.NewParagraph("187 files, with copies, wrong labels and outliers to find.", look.Small, look.T2, 200)),
		kit.Spacer(), w.sample))
}

// page is the right side: a head, a body that takes the room, a foot.
type page struct{}

func (page) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(280, 300) }

func (page) Layout(o []fyne.CanvasObject, s fyne.Size) {
	margin := min(64, s.Width/20)
	w := s.Width - 2*margin
	top := min(max(s.Height/10, 24), 76)
	head, foot := o[0].MinSize().Height, o[2].MinSize().Height
	o[0].Resize(fyne.NewSize(w-32, head))
	o[0].Move(fyne.NewPos(margin+16, top))
	o[2].Resize(fyne.NewSize(w-32, foot))
	body := top + head + 16
	least := o[1].MinSize().Height
	bottom := s.Height - 24
	if foot > 0 {
		bottom = s.Height - foot - min(72, top)
	}
	o[1].Resize(fyne.NewSize(w+scrollRoom, max(least, bottom-16-body)))
	o[1].Move(fyne.NewPos(margin, body))
	o[2].Move(fyne.NewPos(margin+16, bottom))
}

func (w *Welcome) projects() fyne.CanvasObject {
	head := kit.HBox(8, kit.NewText("Recent projects", look.Heading, look.T1).Bold(), kit.Spacer(), kit.Fixed(200, look.ButtonHeight, w.find))
	return container.New(page{}, head, w.recents, foot(w.p.Keyboard))
}

func foot(keyboard func()) fyne.CanvasObject {
	return kit.HBox(8, kit.NewButton("Keyboard", keyboard).Icon("keyboard").Flat(), kit.Spacer())
}

// lookAt says what the rooms for review do, by their names.
func lookAt(rooms []string) string {
	text := "Everything is listed with its reason, and your files stay as they are."
	switch n := len(rooms); n {
	case 0:
		return text
	case 1:
		return rooms[0] + " lists what stands out, the surest first. " + text
	default:
		return strings.Join(rooms[:n-1], ", ") + " and " + rooms[n-1] + " list what stands out, the surest first. " + text
	}
}

// firstRun stands at the right until there is a project.
func firstRun(keyboard func(), review []string) fyne.CanvasObject {
	card := func(n, title, text string) fyne.CanvasObject {
		return kit.Card(kit.HBox(16, kit.NewText(n, look.Headline, look.Acc).Bold(),
			kit.VBox(4, kit.NewText(title, look.Panel, look.T1).Bold(), kit.NewParagraph(text, look.Small, look.T2, 330)), kit.Spacer()))
	}
	cards := kit.VBox(look.CardGap,
		card("1", "Open a folder", "Drop it here or choose it. Subfolders are included, and the names of folders become labels. "+reads),
		card("2", "Look while it works", "Images appear at once. Predictions, clusters and look-alikes follow while the rest is read; nothing waits."),
		card("3", "See what deserves a look", lookAt(review)),
	)
	return container.New(page{}, kit.NewText("First steps", look.Heading, look.T1).Bold(), container.NewVScroll(kit.Pad(0, scrollRoom, 0, 0, cards)), foot(keyboard))
}

// dropArea is the framed place that says what to drop.
type dropArea struct {
	widget.BaseWidget
	choose, project *kit.Button
	title, note     *kit.Text
	busy            string
	failure         string
	body            *kit.Surface
	spin            *kit.Spinner
	icon            *kit.Icon
}

func newDropArea(chooseFolder, chooseProject func()) *dropArea {
	d := &dropArea{
		choose:  kit.NewButton("Open folder…", chooseFolder).Primary().Key("Ctrl O").Large(),
		project: kit.NewButton("Open project…", chooseProject).Large(),
		title:   kit.NewText("Drop a folder of images here", look.Panel, look.T1).Bold().Align(fyne.TextAlignCenter),
		note:    kit.NewText("Subfolders are included. Folder names become labels.", look.Small, look.T3).Align(fyne.TextAlignCenter),
		spin:    kit.NewSpinner(28),
		icon:    kit.NewIcon("folder-open", look.Acc, look.IconDrop),
	}
	d.spin.Hide()
	d.body = kit.NewSurface(look.BG1, look.Line2, look.RadiusCard, container.NewCenter(
		kit.VBox(12, kit.Fixed(0, 44, container.NewStack(d.icon, d.spin)), d.title, d.note,
			kit.Fixed(0, 8, kit.NewSurface("", "", 0, nil)), container.NewCenter(kit.HBox(8, d.choose, d.project)))))
	d.ExtendBaseWidget(d)
	return d
}

func (d *dropArea) setBusy(text string) {
	if d.busy == text {
		return
	}
	d.busy = text
	if text == "" {
		d.title.Set("Drop a folder of images here")
		d.choose.Enable()
		d.project.Enable()
		d.spin.Hide()
		d.icon.Show()
		return
	}
	d.title.Set(text)
	d.choose.Disable()
	d.project.Disable()
	d.icon.Hide()
	d.spin.Show()
}

func (d *dropArea) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(kit.Fixed(0, 244, d.body))
}
