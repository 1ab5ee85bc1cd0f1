package settings

import (
	"context"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"kindred/views"
	"kindred/views/kit"
	"kindred/views/look"
)

// columns is the layout of a row of the table: the first object takes what the
// widths leave.
type columns struct{}

// widths are those of input, size, classes, images/s and what can be done.
var widths = [...]float32{88, 72, 64, 80, 156}

const columnGap float32 = 12

func (columns) MinSize(o []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(120, 0)
	for i, w := range widths {
		size.Width += w + columnGap
		size.Height = max(size.Height, o[i+1].MinSize().Height)
	}
	size.Height = max(size.Height, o[0].MinSize().Height)
	return size
}

func (columns) Layout(o []fyne.CanvasObject, s fyne.Size) {
	place := func(o fyne.CanvasObject, x, w float32) {
		h := o.MinSize().Height
		o.Resize(fyne.NewSize(w, h))
		o.Move(fyne.NewPos(x, float32(int((s.Height-h)/2))))
	}
	x := s.Width
	for i := len(widths) - 1; i >= 0; i-- {
		x -= widths[i]
		place(o[i+1], x, widths[i])
		x -= columnGap
	}
	place(o[0], 0, x)
}

func (v *View) modelGroup() fyne.CanvasObject {
	add := kit.NewButton("Add model…", func() { v.p.ChooseModel(v.Add) }).Icon("plus").Small()
	text := "A model turns pictures into what Kindred compares. Drop an .onnx file here, or add it. A project keeps the vectors of every model it was used with: switching back is instant."
	return group("Models", kit.HBox(24, kit.Grow(kit.NewParagraph(text, look.Small, look.T3, pageWidth-160)), add), v.rows)
}

// showModels builds the table anew.
func (v *View) showModels() {
	head := func(s string) fyne.CanvasObject { return kit.NewText(s, look.Caption, look.T3) }
	right := func(s string) fyne.CanvasObject {
		return kit.NewText(s, look.Caption, look.T3).Align(fyne.TextAlignTrailing)
	}
	rows := []fyne.CanvasObject{
		kit.Fixed(0, 24, container.New(columns{}, head("Name"), right("Input"), right("Size"), right("Classes"), right("Images/s here"), head(""))),
		kit.HRule(),
	}
	for _, m := range v.models {
		rows = append(rows, v.row(m), kit.HRule())
	}
	if !v.known {
		rows = append(rows, kit.Fixed(0, 48, kit.HBox(8, kit.NewSpinner(look.IconNav), kit.NewText("Looking at the models", look.Small, look.T3))))
	}
	if v.adding != "" {
		rows = append(rows, kit.Fixed(0, 48, kit.HBox(8, kit.NewSpinner(look.IconNav),
			kit.NewText("Checking “"+kit.Printable(filepath.Base(v.adding))+"”", look.Small, look.T2).Truncate(200))))
	}
	if v.fault != (fault{}) {
		rows = append(rows, kit.Pad(12, 0, 0, 0, kit.ErrorCard(v.fault.title, v.fault.text, "", nil, pageWidth)))
	}
	if v.known {
		rows = append(rows, kit.Pad(12, 0, 0, 0, v.standardLine()))
	}
	if v.p.Project == "" && v.known {
		rows = append(rows, kit.Pad(12, 0, 0, 0, kit.NewText("Open a project to use another model in it.", look.Small, look.T3)))
	}
	v.rows.Objects = rows
	v.rows.Refresh()
	v.content.Refresh()
}

func (v *View) row(m views.Model) fyne.CanvasObject {
	note := kit.NewText(kit.Printable(m.Path), look.Caption, look.T3).Truncate(60)
	switch {
	case m.Builtin():
		note.Set("built in")
	case m.Problem != "":
		note.Set(m.Problem + " · " + kit.Printable(m.Path))
		note.SetColour(look.Warn)
	}
	name := fyne.CanvasObject(kit.VBox(0, kit.NewText(kit.Printable(m.Name), look.Body, look.T1).Truncate(60), note))
	if m.Problem != "" {
		name = kit.HBox(8, kit.NewIcon("warning", look.Warn, look.IconNav), kit.Grow(name))
	}
	fact := func(s string) fyne.CanvasObject {
		return kit.NewText(s, look.Small, look.T2).Align(fyne.TextAlignTrailing)
	}
	classes := "none"
	if m.Classes > 0 {
		classes = kit.Count(m.Classes)
	}
	rate := "–"
	switch {
	case v.measuring == m.ID:
		rate = "measuring"
	case m.Rate >= 9.95:
		rate = kit.Count(int(m.Rate + 0.5))
	case m.Rate > 0:
		rate = strings.TrimSuffix(kit.Rate(m.Rate, ""), " /s")
	}
	return kit.Fixed(0, 48, container.New(columns{}, name, fact(kit.Pixels(m.Width, m.Height)), fact(kit.Bytes(m.Size)), fact(classes), fact(rate), v.actions(m)))
}

// actions is what can be done with a model.
func (v *View) actions(m views.Model) fyne.CanvasObject {
	// What cannot be done leaves its place empty, so that the columns stand.
	none := func() fyne.CanvasObject {
		return kit.Fixed(look.SmallHeight, look.SmallHeight, kit.NewSurface("", "", 0, nil))
	}
	again, forget := none(), none()
	if m.Problem == "" && v.measuring != m.ID {
		b := kit.NewIconButton("refresh", func() { v.measure(m.ID, func() {}) }).Small()
		if v.measuring != "" {
			b.Disable()
		}
		again = b
	}
	if !m.Builtin() && v.inUse != m.ID {
		forget = kit.NewIconButton("trash", func() { v.askForget(m) }).Small()
	}
	var use fyne.CanvasObject
	switch {
	case v.p.Project == "":
		use = kit.Spacer()
	case v.inUse == m.ID:
		use = kit.NewChip("in use", kit.Good)
	default:
		b := kit.NewButton("Use", func() { v.use(m) }).Small()
		switch {
		case v.preparing == m.ID:
			b.SetBusy(true)
		case m.Problem != "" || v.preparing != "":
			b.Disable()
		}
		use = b
	}
	return kit.HBox(4, kit.Spacer(), use, again, forget)
}

// standardLine chooses the model of new projects.
func (v *View) standardLine() fyne.CanvasObject {
	var names, ids []string
	at := 0
	for _, m := range v.models {
		if m.Problem != "" && m.ID != v.standard {
			continue
		}
		if m.ID == v.standard {
			at = len(ids)
		}
		names, ids = append(names, kit.Printable(m.Name)), append(ids, m.ID)
	}
	v.pick = kit.NewSelect("", names, at, func(i int) { v.setStandard(ids[i]) }).Boxed()
	note := kit.NewText("Projects that exist keep theirs.", look.Small, look.T3).Truncate(100)
	return line("Model of new projects", note, v.pick)
}

func (v *View) setStandard(id string) {
	v.goes(func(ctx context.Context) func() {
		err := v.p.App.SetDefaultModel(ctx, id)
		return func() {
			if err != nil {
				v.fault = fault{"The model of new projects was not changed", sentence(err)}
			}
			v.reload(false)
		}
	})
}

// takes ends what is said of a file that was refused.
const takes = " A model is an image classifier or encoder, whole, as one .onnx file."

// Add checks a file and puts it on the list.
func (v *View) Add(path string) {
	if v.adding != "" {
		return
	}
	v.adding, v.fault = path, fault{}
	v.showModels()
	v.content.ScrollToOffset(fyne.NewPos(0, 0))
	v.goes(func(ctx context.Context) func() {
		_, err := v.p.App.AddModel(ctx, path)
		return func() {
			v.adding = ""
			if err != nil {
				v.fault = fault{"“" + kit.Printable(filepath.Base(path)) + "” cannot be used", sentence(err) + takes}
				v.showModels()
				return
			}
			v.reload(true)
		}
	})
}

// use loads a model and then hands it to the project, so that a model that
// cannot be loaded leaves the project as it is.
func (v *View) use(m views.Model) {
	if v.preparing != "" {
		return
	}
	v.preparing, v.fault = m.ID, fault{}
	v.showModels()
	v.goes(func(ctx context.Context) func() {
		err := v.p.App.PrepareModel(ctx, m.ID)
		return func() {
			v.preparing = ""
			if err != nil {
				v.fault = fault{"“" + kit.Printable(m.Name) + "” cannot be used", sentence(err)}
				v.reload(false)
				return
			}
			v.p.Use(m)
		}
	})
}

func (v *View) askForget(m views.Model) {
	kit.Confirm(v.p.Canvas, "Remove “"+kit.Printable(m.Name)+"” from the list?",
		"The file stays where it is, and projects keep the vectors they have of it.", "Remove", func() {
			v.goes(func(ctx context.Context) func() {
				err := v.p.App.ForgetModel(ctx, m.ID)
				return func() {
					if err != nil {
						v.fault = fault{"The model was not removed", sentence(err)}
					}
					v.reload(false)
				}
			})
		})
}

// measureNext measures the first model whose speed is not known, then the
// next, unless jobs run.
func (v *View) measureNext() {
	if v.measuring != "" || v.p.Busy() {
		return
	}
	for _, m := range v.models {
		if m.Rate == 0 && m.Problem == "" {
			v.measure(m.ID, v.measureNext)
			return
		}
	}
}

func (v *View) measure(id string, then func()) {
	v.measuring = id
	v.showModels()
	v.goes(func(ctx context.Context) func() {
		rate, err := v.p.App.MeasureModel(ctx, id)
		return func() {
			v.measuring = ""
			for i := range v.models {
				switch {
				case v.models[i].ID != id:
				case err != nil:
					v.models[i].Problem = err.Error()
				default:
					v.models[i].Rate = rate
				}
			}
			v.showModels()
			then()
		}
	})
}

// operation is the first part of an error of opening a model; the title of the
// card says as much.
var operation = regexp.MustCompile(`^(open )?model( "[^"]*")?: `)

// sentence makes a sentence of an error.
func sentence(err error) string {
	text := strings.TrimPrefix(operation.ReplaceAllString(err.Error(), ""), "it is refused: ")
	r, n := utf8.DecodeRuneInString(text)
	return kit.Printable(string(unicode.ToUpper(r))+text[n:]) + "."
}
