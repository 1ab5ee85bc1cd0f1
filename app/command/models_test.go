package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kindred/app/models"
	"kindred/app/models/modelstest"
)

func TestModels(t *testing.T) {
	b := newBench(t)
	type answer struct {
		Models []struct {
			ID, Name, Path, Problem string
			Input                   struct{ Width, Height int }
			Classes, Dim            int
			Size                    int64
			Builtin                 bool
		}
	}
	var got answer
	b.object(&got, "models")
	if len(got.Models) != 1 {
		t.Fatalf("%+v", got)
	}
	m := got.Models[0]
	if m.Name != "efficientnet-lite0" || m.Input.Width != 224 || m.Input.Height != 224 || m.Classes != 1000 ||
		m.Dim != 1280 || m.Size < 1e6 || !m.Builtin || m.Path != "" || len(m.ID) < 64 {
		t.Errorf("built in: %+v", m)
	}

	file := modelstest.Tiny(t, filepath.Join(t.TempDir(), "tiny.onnx"), 1, nil)
	added, err := models.New(b.env.Home.Data, b.env.Engine).Add(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	got = answer{}
	b.object(&got, "models")
	if len(got.Models) != 2 || got.Models[1].ID != added.ID || got.Models[1].Path != file || got.Models[1].Builtin || got.Models[1].Classes != 3 {
		t.Errorf("%+v", got)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if code := b.run("models"); code != 0 {
		t.Fatalf("exit %d: %s", code, b.err.String())
	}
	lines := strings.Split(strings.TrimSpace(b.out.String()), "\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[0], "efficientnet-lite0\t224 x 224\t1000 classes\t1280 values\t") ||
		!strings.HasSuffix(lines[1], file+" (the file is gone)") {
		t.Errorf("%q", lines)
	}
	if code := b.run("models", "extra"); code != 2 {
		t.Errorf("an argument: exit %d", code)
	}
}

// Without --model a command uses the model that the project was set to, a new
// project the one that the settings name; --model wins.
func TestCommandsUseTheModelOfTheProject(t *testing.T) {
	b := newBench(t)
	dir := t.TempDir()
	folder := func(name string) string {
		for i := range 3 {
			save(t, filepath.Join(dir, name, string(rune('a'+i))+".jpg"), drawing(int64(i), i, 64, 48), 90)
		}
		return filepath.Join(dir, name)
	}
	registry := models.New(b.env.Home.Data, b.env.Engine)
	file := modelstest.Tiny(t, filepath.Join(t.TempDir(), "tiny.onnx"), 1, nil)
	tiny, err := registry.Add(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	model := func(args ...string) string {
		t.Helper()
		var got struct{ Model string }
		b.object(&got, append([]string{"scan"}, args...)...)
		return got.Model
	}
	one, two := folder("one"), folder("two")
	builtin := model(one)
	if builtin == tiny.ID {
		t.Fatalf("a project begins with %s", builtin)
	}
	// As the window does it.
	p, err := open(t.Context(), b.env, newOptions(), []string{one}, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.RememberModel(t.Context(), tiny.ID); err != nil {
		t.Fatal(err)
	}
	p.Close()
	if got := model(one); got != tiny.ID {
		t.Errorf("set to tiny, scanned with %s", got)
	}
	if got := model(one, "--model", "efficientnet-lite0"); got != builtin {
		t.Errorf("--model does not win: %s", got)
	}
	if got := model(one); got != tiny.ID {
		t.Errorf("--model changed what the project remembers: %s", got)
	}
	if err := registry.SetDefault(t.Context(), tiny.ID); err != nil {
		t.Fatal(err)
	}
	if got := model(two); got != tiny.ID {
		t.Errorf("a new project: %s", got)
	}
	if err := registry.SetDefault(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if got := model(two); got != tiny.ID {
		t.Errorf("the new project forgot: %s", got)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if code := b.run("scan", two); code != exitFailed || !strings.Contains(b.err.String(), "--model") {
		t.Errorf("without the model: exit %d, %s", code, b.err.String())
	}
	if got := model(two, "--model", "efficientnet-lite0"); got != builtin {
		t.Errorf("with another: %s", got)
	}
}
