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
