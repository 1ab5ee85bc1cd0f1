package shell

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kindred/project"
	"kindred/views/kit"
)

// lookedFor is the file that a person named where a folder opens: typed,
// dropped or on the command line. It is selected once the project knows it.
type lookedFor struct {
	path   string
	asking bool
}

// oneFile is the file that these paths name, if it is one that is no project.
func oneFile(paths []string) string {
	if len(paths) != 1 || isProject(paths[0]) {
		return ""
	}
	info, err := os.Stat(paths[0])
	if err != nil || info.IsDir() {
		return ""
	}
	return paths[0]
}

// lookFor says that the folder of a file is open and selects the file as soon
// as it is listed.
func (se *session) lookFor(file string) {
	se.Notice("Opened “" + kit.Printable(filepath.Base(filepath.Dir(file))) + "”, the folder of “" + kit.Printable(filepath.Base(file)) + "”.")
	se.wanted.path = file
	se.look()
}

// look asks for the file; it is called again when files come.
func (se *session) look() {
	file := se.wanted.path
	if file == "" || se.wanted.asking {
		return
	}
	se.wanted.asking = true
	se.Go(func(ctx context.Context) {
		id, err := se.find(ctx, file)
		se.Dispatch(func() {
			se.wanted.asking = false
			if err != nil || id == 0 || se.wanted.path != file {
				return
			}
			se.wanted.path = ""
			se.Open("images", Request{Image: id})
		})
	})
}

// find returns the id of a file on disk, 0 when the project does not know it.
func (se *session) find(ctx context.Context, file string) (project.FileID, error) {
	roots, err := se.project.Roots(ctx)
	if err != nil {
		return 0, err
	}
	for _, root := range roots {
		rel, ok := below(root.Path, file)
		if !ok {
			continue
		}
		// The filter narrows down; quotes cannot stand in it.
		piece := slices.MaxFunc(strings.Split(rel, `"`), func(a, b string) int { return len(a) - len(b) })
		ids, err := se.project.List(ctx, project.Query{Filter: `path:"` + piece + `"`, Root: root.ID})
		if err != nil {
			return 0, err
		}
		rows, err := se.project.Images(ctx, ids[:min(len(ids), 1000)])
		if err != nil {
			return 0, err
		}
		for _, row := range rows {
			if row.Path == rel {
				return row.ID, nil
			}
		}
	}
	return 0, nil
}

// below is the path of a file from a folder, with slashes, however both are
// spelled.
func below(folder, file string) (string, bool) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return "", false
	}
	for _, f := range []string{abs, resolved(abs)} {
		for _, d := range []string{folder, resolved(folder)} {
			if rel, err := filepath.Rel(d, f); err == nil && filepath.IsLocal(rel) {
				return filepath.ToSlash(rel), true
			}
		}
	}
	return "", false
}

func resolved(path string) string {
	if p, err := filepath.EvalSymlinks(path); err == nil {
		return p
	}
	return path
}
