package host

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kindred/app/models/modelstest"
	"kindred/views"
)

// New projects take the model that the settings name and keep it; those that
// exist keep theirs.
func TestTheModelOfNewProjects(t *testing.T) {
	p := newPlace(t)
	first, second, third := p.photos(3), filepath.Join(p.dir, "second"), filepath.Join(p.dir, "third")
	for _, dir := range []string{second, third} {
		if err := os.CopyFS(dir, os.DirFS(first)); err != nil {
			t.Fatal(err)
		}
	}
	open := func(folder string) views.Project {
		return p.opened(func(done func(views.Project, error)) { p.OpenFolders([]string{folder}, done) })
	}
	open(first)
	tiny, err := p.AddModel(t.Context(), modelstest.Tiny(t, filepath.Join(p.dir, "tiny.onnx"), 1, nil))
	if err != nil {
		t.Fatal(err)
	}
	if id, err := p.DefaultModel(t.Context()); err != nil || id != p.models()[0].ID {
		t.Errorf("at first %q, %v", id, err)
	}
	if err := p.SetDefaultModel(t.Context(), tiny.ID); err != nil {
		t.Fatal(err)
	}
	if project := open(second); project.Model() != "tiny" {
		t.Errorf("a new project uses %s", project.Model())
	}
	if project := open(first); project.Model() != "efficientnet-lite0" {
		t.Errorf("an old project uses %s", project.Model())
	}
	if err := p.SetDefaultModel(t.Context(), p.models()[0].ID); err != nil {
		t.Fatal(err)
	}
	if project := open(second); project.Model() != "tiny" {
		t.Errorf("the project now uses %s", project.Model())
	}

	if err := p.SetDefaultModel(t.Context(), tiny.ID); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(tiny.Path); err != nil {
		t.Fatal(err)
	}
	p.start()
	if project := open(third); project.Model() != "efficientnet-lite0" || !strings.Contains(p.OpeningNote(), "new projects") {
		t.Errorf("without the file: %s, note %q", project.Model(), p.OpeningNote())
	}
}
