package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// layers are the arrows of the design: app -> views -> project -> embed. A
// package may import its own layer and those listed for it, of this module.
// assets is a leaf of bytes that only app reads.
var layers = map[string][]string{
	"app":     {"app", "views", "project", "embed", "assets"},
	"views":   {"views", "project"},
	"project": {"project", "embed"},
	"embed":   {"embed"},
	"assets":  {"assets"},
}

// owners says which packages alone may import an outside module.
var owners = map[string][]string{
	"fyne.io/":                        {"app", "views/"},
	"github.com/yalue/onnxruntime_go": {"embed/onnx"},
	"github.com/mattn/go-sqlite3":     {"project/store", "project/thumb"},
	"database/sql":                    {"project/store", "project/thumb"},
}

// forbidden says which imports a place must not have, whatever the layer.
var forbidden = map[string][]string{
	"views": {"kindred/project/store", "kindred/project/workspace", "kindred/project/scan", "kindred/project/audit"},
	"embed": {"embed", "os", "database/sql"},
}

// stdOnly are packages that import the standard library and nothing else.
var stdOnly = []string{"project", "embed"}

func TestArrowsPointOneWay(t *testing.T) {
	root := moduleRoot(t)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			if rel != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "build" || d.Name() == "testdata") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(rel, ".go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			checkImport(t, rel, strings.Trim(spec.Path.Value, `"`))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkImport(t *testing.T, file, imported string) {
	t.Helper()
	dir := filepath.ToSlash(filepath.Dir(file))
	layer, _, _ := strings.Cut(dir, "/")
	test := strings.HasSuffix(file, "_test.go")
	own, isOwn := strings.CutPrefix(imported, "kindred/")

	if isOwn {
		target, _, _ := strings.Cut(own, "/")
		if !contains(layers[layer], target) {
			t.Errorf("%s imports %s: %s may import only %v", file, imported, layer, layers[layer])
		}
	}
	for _, bad := range forbidden[layer] {
		if imported == bad && !test {
			t.Errorf("%s imports %s, which %s must not", file, imported, layer)
		}
	}
	for module, places := range owners {
		if !strings.HasPrefix(imported, module) || test {
			continue
		}
		ok := false
		for _, place := range places {
			ok = ok || dir == place || strings.HasPrefix(dir+"/", strings.TrimSuffix(place, "/")+"/")
		}
		if !ok {
			t.Errorf("%s imports %s, which only %v may", file, imported, places)
		}
	}
	if contains(stdOnly, dir) && !test && strings.Contains(imported, ".") {
		t.Errorf("%s imports %s: package %s imports the standard library only", file, imported, dir)
	}
	if contains(stdOnly, dir) && !test && isOwn {
		t.Errorf("%s imports %s: package %s imports the standard library only", file, imported, dir)
	}
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

func moduleRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if parent := filepath.Dir(dir); parent != dir {
			dir = parent
			continue
		}
		t.Fatal("no go.mod above the test")
	}
}
