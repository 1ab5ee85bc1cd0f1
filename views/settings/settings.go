// Package settings is the page of settings: theme, models, cache, about. It
// stands in a dialog, so that it can be opened with and without a project.
package settings

import (
	"context"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"kindred/views"
	"kindred/views/kit"
	"kindred/views/look"
)

// Params is what the page needs. All functions are called on the main
// goroutine, but for what Go runs.
type Params struct {
	Context  context.Context // ends with the program
	App      views.Settings
	Dispatch views.Dispatch
	Go       func(f func(ctx context.Context))
	Canvas   fyne.Canvas

	Version, Machine string
	Mode             look.Mode
	SetMode          func(look.Mode)
	Project          string      // name of the open project, "" for none
	Busy             func() bool // jobs run: what is measured then would be too little
	// ChooseModel lets a person pick an .onnx file.
	ChooseModel func(do func(path string))
	// Use makes the open project take a model that is loaded already.
	Use func(m views.Model)
}

// View is the page. All methods belong to the main goroutine.
type View struct {
	p      Params
	ctx    context.Context // ends with Close
	cancel context.CancelFunc

	models    []views.Model
	known     bool   // models were asked for
	inUse     string // id
	standard  string // id of the model of new projects
	pick      *kit.Select
	adding    string // the file that is looked at
	preparing string // id of the model that is loaded to be used
	measuring string // id
	fault     fault

	rows     *fyne.Container
	cache    *kit.Text
	empty    *kit.Button
	limit    *kit.Select
	content  *container.Scroll
	licences *kit.Dialog
}

// fault is what went wrong last.
type fault struct{ title, text string }

// pageWidth is the width of the column, Size that of the dialog around it.
const pageWidth float32 = 792

// Size is that of the dialog the page fits.
func Size() fyne.Size { return fyne.NewSize(pageWidth+48+12, 740) }

// New makes the page and asks for what it shows.
func New(p Params) *View {
	v := &View{p: p, rows: kit.VBox(0), cache: kit.NewText("…", look.Small, look.T2).Truncate(120)}
	v.ctx, v.cancel = context.WithCancel(p.Context)
	v.empty = kit.NewButton("Empty the cache", v.emptyCache).Small()
	v.limit = v.limits()
	v.content = container.NewVScroll(kit.Pad(0, 12, 0, 0, kit.VBox(28, v.general(), v.modelGroup(), v.cacheGroup(), v.about())))
	v.content.SetMinSize(fyne.NewSize(400, 200))
	v.showModels()
	v.reload(true)
	return v
}

// Content is the page.
func (v *View) Content() fyne.CanvasObject { return v.content }

// Close ends what the page still does.
func (v *View) Close() { v.cancel() }

// goes runs long work off the main goroutine and then shows its outcome, unless
// the page is closed by then.
func (v *View) goes(work func(ctx context.Context) (show func())) {
	v.p.Go(func(context.Context) {
		show := work(v.ctx)
		v.p.Dispatch(func() {
			if v.ctx.Err() == nil {
				show()
			}
		})
	})
}

func group(title string, objects ...fyne.CanvasObject) fyne.CanvasObject {
	head := kit.VBox(8, kit.NewText(title, look.Panel, look.T1).Bold(), kit.HRule())
	return kit.VBox(12, append([]fyne.CanvasObject{head}, objects...)...)
}

// line is a row of one setting: what it is, what can be done.
func line(name string, note fyne.CanvasObject, control fyne.CanvasObject) fyne.CanvasObject {
	text := kit.VBox(2, kit.NewText(name, look.Body, look.T1))
	if note != nil {
		text.Add(note)
	}
	return kit.HBox(16, kit.Grow(text), control)
}

// modes is the order of the choices of the theme.
var modes = []look.Mode{look.System, look.Dark, look.Light}

func (v *View) general() fyne.CanvasObject {
	at := 0
	for i, m := range modes {
		if m == v.p.Mode {
			at = i
		}
	}
	choices := []kit.Choice{{Icon: "contrast", Text: "Follow the system"}, {Icon: "moon", Text: "Dark"}, {Icon: "sun-theme", Text: "Light"}}
	return group("General", line("Theme", nil, kit.NewSegment(choices, at, func(i int) { v.p.SetMode(modes[i]) })))
}

func (v *View) cacheGroup() fyne.CanvasObject {
	return group("Cache", line("Thumbnails", v.cache, kit.HBox(8, v.limit, v.empty)),
		kit.NewParagraph("Thumbnails of all projects. What is missing is made again from your pictures when it is needed.", look.Small, look.T3, pageWidth))
}

func (v *View) about() fyne.CanvasObject {
	note := kit.NewText(v.p.Machine, look.Small, look.T3).Truncate(100)
	return group("About", line("Kindred "+v.p.Version, note, kit.NewButton("Licences", v.showLicences).Small()),
		kit.NewParagraph("Works offline. Your originals are never changed.", look.Small, look.T3, pageWidth))
}

// reload asks for models and cache again; measure adds the speed of those
// whose speed is not known.
func (v *View) reload(measure bool) {
	v.goes(func(ctx context.Context) func() {
		list, err := v.p.App.Models(ctx)
		standard, unknown := v.p.App.DefaultModel(ctx)
		path, bytes, fail := v.p.App.Cache(ctx)
		return func() {
			if err != nil {
				v.fault = fault{"The models cannot be listed", sentence(err)}
			} else {
				v.models, v.known = list, true
			}
			if unknown == nil {
				v.standard = standard
			}
			v.inUse = v.p.App.ModelInUse()
			v.showModels()
			if fail != nil {
				v.cache.Set(sentence(fail))
			} else {
				v.cache.Set(kit.Bytes(bytes) + " in " + kit.Printable(filepath.Dir(path)))
			}
			if measure {
				v.measureNext()
			}
		}
	})
}

func (v *View) emptyCache() {
	v.empty.SetBusy(true)
	v.goes(func(ctx context.Context) func() {
		err := v.p.App.EmptyCache(ctx)
		return func() {
			v.empty.SetBusy(false)
			if err != nil {
				v.cache.Set("The cache was not emptied: " + err.Error())
				return
			}
			v.reload(false)
		}
	})
}
