package host

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kindred/app/engine"
	"kindred/app/home"
	"kindred/app/models/modelstest"
	kin "kindred/project"
	"kindred/project/job"
	"kindred/views"
)

// place is a host on a home of its own and the real runtime.
type place struct {
	*Host
	t      *testing.T
	dir    string
	home   home.Home
	engine *engine.Engine

	mu     sync.Mutex
	traces []string
}

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{t: t, dir: t.TempDir()}
	p.home = home.Home{Data: filepath.Join(p.dir, "home"), Cache: filepath.Join(p.dir, "home", "cache")}
	p.engine = engine.New(p.home.Cache, func(key string) string {
		if v := os.Getenv(key); v != "" || key != "KINDRED_ORT" {
			return v
		}
		abs, err := filepath.Abs("../../build/ort/libonnxruntime.so")
		if err != nil {
			return ""
		}
		if _, err := os.Stat(abs); err != nil {
			return ""
		}
		return abs
	})
	if err := p.engine.SelfTest(t.Context()); err != nil {
		t.Skipf("no ONNX Runtime here: %v", err)
	}
	t.Cleanup(func() {
		if err := p.engine.Close(); err != nil {
			t.Error(err)
		}
	})
	p.start()
	return p
}

// start starts the program; a second call starts it again.
func (p *place) start() {
	if p.Host != nil {
		p.Host.Close()
	}
	p.Host = New(context.Background(), Params{Home: p.home, Engine: p.engine, Version: "test", Now: time.Now, Trace: func(e string) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.traces = append(p.traces, e)
	}})
	p.t.Cleanup(p.Host.Close)
}

// photos is a folder of n pictures.
func (p *place) photos(n int) string {
	p.t.Helper()
	dir := filepath.Join(p.dir, "photos")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		p.t.Fatal(err)
	}
	for i := range n {
		m := image.NewRGBA(image.Rect(0, 0, 64, 48))
		for y := range 48 {
			for x := range 64 {
				m.Set(x, y, color.RGBA{uint8(x * 4 * (i % 3)), uint8(y * 5), uint8(i * 12), 255})
			}
		}
		f, err := os.Create(filepath.Join(dir, fmt.Sprintf("%02d.png", i)))
		if err != nil {
			p.t.Fatal(err)
		}
		if err := png.Encode(f, m); err != nil {
			p.t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			p.t.Fatal(err)
		}
	}
	return dir
}

// opened waits for a project and for the end of its jobs.
func (p *place) opened(open func(done func(views.Project, error))) views.Project {
	p.t.Helper()
	type answer struct {
		project views.Project
		err     error
	}
	answers := make(chan answer, 1)
	open(func(project views.Project, err error) { answers <- answer{project, err} })
	a := <-answers
	if a.err != nil {
		p.t.Fatal(a.err)
	}
	for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		busy := len(a.project.Jobs()) < 2
		for _, s := range a.project.Jobs() {
			busy = busy || s.State != job.Done
		}
		if !busy {
			break
		}
		if time.Now().After(end) {
			p.t.Fatalf("the jobs do not end: %+v", a.project.Jobs())
		}
	}
	return a.project
}

func (p *place) models() []views.Model {
	p.t.Helper()
	all, err := p.Models(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	return all
}

// ready says how many images have a vector of the project's model.
func (p *place) ready(project views.Project) int {
	p.t.Helper()
	counts, err := project.Counts(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	return counts.Ready
}

func TestSwitchingModels(t *testing.T) {
	p := newPlace(t)
	folder := p.photos(12)
	tiny, err := p.AddModel(t.Context(), modelstest.Tiny(t, filepath.Join(p.dir, "tiny.onnx"), 1, nil))
	if err != nil {
		t.Fatal(err)
	}
	builtin := p.models()[0].ID

	project := p.opened(func(done func(views.Project, error)) { p.OpenFolders([]string{folder}, done) })
	file := project.File()
	if p.ModelInUse() != builtin || project.Model() != "efficientnet-lite0" || p.ready(project) != 12 {
		t.Fatalf("opened with %s, %d ready", project.Model(), p.ready(project))
	}

	if err := p.PrepareModel(t.Context(), tiny.ID); err != nil {
		t.Fatal(err)
	}
	with := func(id string) views.Project {
		return p.opened(func(done func(views.Project, error)) { p.OpenWithModel(file, id, done) })
	}
	project = with(tiny.ID)
	if p.ModelInUse() != tiny.ID || project.Model() != "tiny" || p.ready(project) != 12 || p.OpeningNote() != "" {
		t.Errorf("with tiny: %s, %d ready, note %q", project.Model(), p.ready(project), p.OpeningNote())
	}
	ids, err := project.List(t.Context(), kin.Query{})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := project.Images(t.Context(), ids[:1])
	if err != nil || len(rows[0].Predictions) == 0 || !strings.Contains("red green blue", rows[0].Predictions[0].Name) {
		t.Errorf("predictions %+v, %v", rows, err)
	}

	for _, id := range []string{builtin, tiny.ID} {
		if project = with(id); p.ModelInUse() != id || p.ready(project) != 12 {
			t.Errorf("back to %s: %d ready", project.Model(), p.ready(project))
		}
	}

	// The project remembers, also after a restart, and opened by its folder.
	p.start()
	project = p.opened(func(done func(views.Project, error)) { p.OpenFolders([]string{folder}, done) })
	if project.Model() != "tiny" {
		t.Errorf("reopened with %s", project.Model())
	}

	// A model that is gone gives way, with a sentence; when it is back, so is
	// the choice.
	if err := os.Rename(tiny.Path, tiny.Path+".away"); err != nil {
		t.Fatal(err)
	}
	p.start()
	project = p.opened(func(done func(views.Project, error)) { p.OpenProject(file, done) })
	if project.Model() != "efficientnet-lite0" || !strings.Contains(p.OpeningNote(), "“tiny”") {
		t.Errorf("without the file: %s, note %q", project.Model(), p.OpeningNote())
	}
	t.Log(p.OpeningNote())
	if err := p.PrepareModel(t.Context(), tiny.ID); err == nil {
		t.Error("a model whose file is gone can be chosen")
	}
	if got := p.models()[1].Problem; got == "" {
		t.Error("the list does not say that the file is gone")
	}
	if err := os.Rename(tiny.Path+".away", tiny.Path); err != nil {
		t.Fatal(err)
	}
	project = p.opened(func(done func(views.Project, error)) { p.OpenProject(file, done) })
	if project.Model() != "tiny" || p.OpeningNote() != "" {
		t.Errorf("with the file again: %s, note %q", project.Model(), p.OpeningNote())
	}
	if err := p.ForgetModel(t.Context(), tiny.ID); err != nil {
		t.Fatal(err)
	}
	project = p.opened(func(done func(views.Project, error)) { p.OpenProject(file, done) })
	if project.Model() != "efficientnet-lite0" || !strings.Contains(p.OpeningNote(), "“tiny”") {
		t.Errorf("forgotten: %s, note %q", project.Model(), p.OpeningNote())
	}
}

// Switching while the first embedding runs loses nothing: it goes on later.
func TestSwitchingInTheMiddle(t *testing.T) {
	p := newPlace(t)
	folder := p.photos(24)
	tiny, err := p.AddModel(t.Context(), modelstest.Tiny(t, filepath.Join(p.dir, "tiny.onnx"), 1, nil))
	if err != nil {
		t.Fatal(err)
	}
	answers := make(chan views.Project, 1)
	p.OpenFolders([]string{folder}, func(project views.Project, err error) {
		if err != nil {
			t.Error(err)
		}
		answers <- project
	})
	project := <-answers
	if project == nil {
		t.FailNow()
	}
	file := project.File()
	closed := make(chan struct{})
	p.CloseProject(func() { close(closed) })
	<-closed
	for _, id := range []string{tiny.ID, ""} {
		project := p.opened(func(done func(views.Project, error)) { p.OpenWithModel(file, id, done) })
		if got := p.ready(project); got != 24 {
			t.Errorf("%s: %d of 24 are ready", project.Model(), got)
		}
	}
}

func TestTheCacheIsEmptied(t *testing.T) {
	p := newPlace(t)
	if _, bytes, err := p.Cache(t.Context()); bytes != 0 || err != nil {
		t.Errorf("before there is one: %d, %v", bytes, err)
	}
	if err := p.EmptyCache(t.Context()); err != nil {
		t.Error(err)
	}
	project := p.opened(func(done func(views.Project, error)) { p.OpenFolders([]string{p.photos(12)}, done) })
	ids, err := project.List(t.Context(), kin.Query{})
	if err != nil {
		t.Fatal(err)
	}
	for _, open := range []bool{true, false} {
		if !open {
			closed := make(chan struct{})
			p.CloseProject(func() { close(closed) })
			<-closed
		}
		_, before, err := p.Cache(t.Context())
		if err != nil || before == 0 {
			t.Fatalf("%d bytes, %v", before, err)
		}
		if err := p.EmptyCache(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, after, err := p.Cache(t.Context())
		if err != nil || after > before && open {
			t.Errorf("open %v: %d bytes after %d, %v", open, after, before, err)
		}
		if open {
			if m, err := project.Thumbnail(t.Context(), ids[0], 64, 64, true); err != nil || m.Rect.Dx() != 64 {
				t.Errorf("no thumbnail afterwards: %v", err)
			}
		}
	}
}

func TestLicencesAreThere(t *testing.T) {
	p := newPlace(t)
	text := p.Licences()
	for _, want := range []string{"MIT License", "Apache License", "ONNX Runtime", "SIL"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
}

func TestTheCacheKeepsToItsLimit(t *testing.T) {
	p := newPlace(t)
	project := p.opened(func(done func(views.Project, error)) { p.OpenFolders([]string{p.photos(12)}, done) })
	p.ready(project)
	if err := p.SetCacheLimit(t.Context(), 1000); err != nil || p.CacheLimit() != 1000 {
		t.Fatalf("%d, %v", p.CacheLimit(), err)
	}
	ids, err := project.List(t.Context(), kin.Query{})
	if err != nil {
		t.Fatal(err)
	}
	if m, err := project.Thumbnail(t.Context(), ids[0], 64, 64, true); err != nil || m.Rect.Dx() != 64 {
		t.Errorf("no thumbnail: %v", err)
	}
}
