package inspect

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

// predictions are the first classes of the model as bars.
type predictions struct {
	box   *fyne.Container
	model *kit.Text
	src   *feed.Source
	rows  [5]predictionRow
}

type predictionRow struct {
	box   *fyne.Container
	name  *kit.Text
	bar   *kit.Bar
	share *kit.Text
}

func newPredictions(src *feed.Source) *predictions {
	p := &predictions{src: src, model: kit.NewText("", look.Caption, look.T3)}
	rows := []fyne.CanvasObject{kit.HBox(8, kit.NewText("Prediction", look.Small, look.T1).Bold(), kit.Spacer(), p.model)}
	var bars []fyne.CanvasObject
	for i := range p.rows {
		r := &p.rows[i]
		r.name = kit.NewText("", look.Small, look.T2).Truncate(30)
		r.bar = kit.NewBar(0, look.T3)
		r.share = kit.NewText("", look.Small, look.T1).Align(fyne.TextAlignTrailing)
		r.box = kit.HBox(8, kit.Fixed(112, 16, r.name), kit.Grow(r.bar), kit.Fixed(44, 16, r.share))
		bars = append(bars, r.box)
	}
	p.rows[0].name.SetColour(look.T1)
	p.box = section(append(rows, kit.VBox(4, bars...))...)
	p.box.Hide()
	return p
}

func (p *predictions) set(row project.Image) {
	if len(row.Predictions) == 0 {
		p.box.Hide()
		return
	}
	p.model.Set(short(p.src.Project.Model(), 28))
	for i := range p.rows {
		r := &p.rows[i]
		if i >= len(row.Predictions) {
			r.box.Hide()
			continue
		}
		c := row.Predictions[i]
		colour := look.T3
		if i == 0 {
			colour = look.Acc
		}
		r.name.Set(c.Name)
		r.bar.Set(float64(c.Confidence), colour)
		r.share.Set(kit.Percent(float64(c.Confidence)))
		r.box.Show()
	}
	p.box.Show()
}

// neighbours is the strip of nearest images with their cosines.
type neighbours struct {
	box    *fyne.Container
	thumbs [nearest]*photo.Pick
	marks  [nearest]*kit.Text
	cells  [nearest]*fyne.Container
	row    *fyne.Container
}

func newNeighbours(p *Panel) *neighbours {
	n := &neighbours{}
	var cells []fyne.CanvasObject
	for i := range n.thumbs {
		t := photo.NewPick(p.src, strip, strip, true)
		t.OnTapped = func() { p.OnWalk(t.ID()) }
		n.thumbs[i] = t
		n.marks[i] = kit.NewText("", look.Caption, look.T3).Align(fyne.TextAlignCenter)
		n.cells[i] = kit.VBox(2, kit.Fixed(strip, strip, t), kit.Fixed(strip, 16, n.marks[i]))
		cells = append(cells, n.cells[i])
	}
	n.row = container.New(spread{}, cells...)
	all := kit.NewLink("Show all", func() { p.OnSimilar(p.id) })
	n.box = section(kit.HBox(8, kit.NewText("Nearest images", look.Small, look.T1).Bold(), kit.Spacer(), all), n.row)
	n.box.Hide()
	return n
}

// spread places the cells of the strip over the whole width.
type spread struct{}

func (spread) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(float32(nearest)*strip, strip+18)
}

func (spread) Layout(o []fyne.CanvasObject, s fyne.Size) {
	step := (s.Width - strip) / (nearest - 1)
	step = min(step, strip+16)
	for i, c := range o {
		c.Resize(c.MinSize())
		c.Move(fyne.NewPos(photo.Round(float32(i)*step), 0))
	}
}

// clear takes the pictures away but leaves the place, so that walking from
// image to image does not make the panel jump.
func (n *neighbours) clear() { n.fill(nil) }

func (n *neighbours) set(list []project.Neighbour) {
	n.fill(list)
	if len(list) == 0 {
		n.box.Hide()
	} else {
		n.box.Show()
	}
}

func (n *neighbours) fill(list []project.Neighbour) {
	for i, t := range n.thumbs {
		if i >= len(list) {
			t.Set(0)
			n.marks[i].Set("")
			continue
		}
		t.Set(list[i].ID)
		n.marks[i].Set(Cosine(list[i].Cosine))
	}
}

// Cosine writes a similarity short: ".93", and 1 only for equal vectors.
func Cosine(c float32) string {
	s := kit.Score(float64(c))
	return strings.Replace(strings.Replace(s, "-0.", "-.", 1), "0.", ".", 1)
}

// facts are the lines about the file, in two columns, with long values below.
type facts struct {
	box   *fyne.Container
	lines map[string]*factLine
	copy  *kit.Button // of the place
}

type factLine struct {
	box   *fyne.Container
	value *kit.Text
}

// factNames in the order shown: pairs share a line, the rest has one each.
var (
	factPairs = [][2]string{{"Size", "Sharpness"}, {"Bytes", "Light"}, {"Format", "Frames"}}
	factLong  = []string{"Taken", "Camera", "Place", "Modified"}
)

func newFacts() *facts {
	f := &facts{lines: map[string]*factLine{}}
	line := func(name string, lead float32) fyne.CanvasObject {
		l := &factLine{value: kit.NewText("", look.Small, look.T1).Truncate(40)}
		l.box = kit.HBox(0, kit.Fixed(lead, 16, kit.NewText(name, look.Small, look.T3)), kit.Grow(l.value))
		f.lines[name] = l
		return l.box
	}
	rows := []fyne.CanvasObject{kit.NewText("File", look.Small, look.T1).Bold()}
	var all []fyne.CanvasObject
	for _, pair := range factPairs {
		all = append(all, container.NewGridWithColumns(2, line(pair[0], 64), line(pair[1], 72)))
	}
	for _, name := range factLong {
		all = append(all, line(name, 64))
	}
	f.copy = kit.NewIconButton("copy-path", func() {
		fyne.CurrentApp().Clipboard().SetContent(f.lines["Place"].value.Text())
	}).Small()
	place := f.lines["Place"].box
	place.Objects = append(place.Objects, kit.Fixed(20, 16, f.copy))
	f.box = section(append(rows, kit.VBox(4, all...))...)
	return f
}

func (f *facts) put(name, value string) {
	l := f.lines[name]
	l.value.Set(value)
	if value == "" {
		l.box.Hide()
	} else {
		l.box.Show()
	}
}

func (f *facts) set(row project.Image, known bool) {
	if !known {
		for name := range f.lines {
			f.put(name, "…")
		}
		return
	}
	size, sharp, light := "", "", ""
	if row.Width > 0 {
		size = kit.Pixels(row.Width, row.Height)
		if row.Quality != (project.Quality{}) {
			sharp = strconv.FormatFloat(float64(row.Quality.Sharpness), 'f', 2, 32)
			light = strconv.FormatFloat(float64(row.Quality.Brightness), 'f', 2, 32)
		}
	}
	frames := ""
	if row.Frames > 1 {
		frames = kit.Count(row.Frames) + ", first used"
	}
	taken := ""
	if !row.Taken.IsZero() {
		taken = kit.Date(row.Taken)
	}
	f.put("Size", size)
	f.put("Sharpness", sharp)
	f.put("Bytes", kit.Bytes(row.Size))
	f.put("Light", light)
	f.put("Format", row.Format)
	f.put("Frames", frames)
	f.put("Taken", taken)
	f.put("Camera", row.Camera)
	f.put("Place", Place(row.Lat, row.Lon))
	f.put("Modified", kit.Date(row.Modified))
}

// Place writes a position in degrees: "52.5200° N, 13.4050° E"; "" for none.
func Place(lat, lon float64) string {
	if lat == 0 && lon == 0 {
		return ""
	}
	side := func(v float64, positive, negative string) string {
		if v < 0 {
			v, positive = -v, negative
		}
		return strconv.FormatFloat(v, 'f', 4, 64) + "° " + positive
	}
	return side(lat, "N", "S") + ", " + side(lon, "E", "W")
}

// summary says what several selected files hold.
type summary struct {
	box   *fyne.Container
	src   *feed.Source
	total *kit.Text
	rows  *fyne.Container
}

// mostLabels is how many labels the summary names.
const mostLabels = 8

func newSummary(src *feed.Source) *summary {
	s := &summary{src: src, total: kit.NewText("", look.Caption, look.T3), rows: kit.VBox(4)}
	s.box = section(kit.HBox(8, kit.NewText("Selection", look.Small, look.T1).Bold(), kit.Spacer(), s.total), s.rows)
	s.box.Hide()
	return s
}

func (s *summary) set(sum feed.Summary) {
	s.total.Set(kit.Plural(sum.Files, "image", "images") + " · " + kit.Bytes(sum.Bytes))
	var rows []fyne.CanvasObject
	add := func(dot fyne.ThemeColorName, name string, n int, colour fyne.ThemeColorName) {
		rows = append(rows, kit.HBox(6, kit.NewDot(dot), kit.Grow(kit.NewText(name, look.Small, colour).Truncate(40)),
			kit.NewText(kit.Count(n), look.Small, look.T3)))
	}
	for i, l := range sum.Labels {
		if i == mostLabels {
			rest := 0
			for _, more := range sum.Labels[i:] {
				rest += more.Count
			}
			add(look.T3, kit.Count(len(sum.Labels)-i)+" more", rest, look.T2)
			break
		}
		add(look.Hue(s.src.Labels.Hue(l.Name)), l.Name, l.Count, look.T1)
	}
	if sum.Unlabelled > 0 {
		add("", "no label", sum.Unlabelled, look.T3)
	}
	if sum.Failed > 0 {
		rows = append(rows, kit.NewText(kit.Plural(sum.Failed, "file", "files")+" could not be read", look.Small, look.Warn))
	}
	s.rows.Objects = rows
	s.rows.Refresh()
	s.box.Show()
}

// Sentence makes a reason a sentence: capital first, full stop last.
func Sentence(reason string) string {
	if reason == "" {
		return "It cannot be read."
	}
	r := []rune(reason)
	s := strings.ToUpper(string(r[0])) + string(r[1:])
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}
