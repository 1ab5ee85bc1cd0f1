// Package sample writes the sample dataset that travels inside the program.
package sample

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"kindred/assets"
)

// Written says what Write wrote.
type Written struct {
	Files int // pictures, the damaged ones among them
	Bytes int64
}

// ErrNotEmpty is returned for a folder that holds something.
var ErrNotEmpty = errors.New("not empty: choose a new folder")

// Write puts the sample into the folder dir, which must be absent or empty,
// with the list of sources and licences that must travel with it. It is
// written beside dir first and renamed: a half-written sample is never there.
func Write(dir string) (Written, error) {
	dir = filepath.Clean(dir)
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Written{}, fmt.Errorf("write the sample: %w", err)
	}
	if len(entries) > 0 {
		return Written{}, fmt.Errorf("write the sample to %q: %w", dir, ErrNotEmpty)
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return Written{}, fmt.Errorf("write the sample: %w", err)
	}
	part, err := os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+"-")
	if err != nil {
		return Written{}, fmt.Errorf("write the sample: %w", err)
	}
	defer os.RemoveAll(part)
	written, err := write(part)
	if err != nil {
		return Written{}, fmt.Errorf("write the sample to %q: %w", dir, err)
	}
	if err := os.Chmod(part, 0o755); err != nil {
		return Written{}, fmt.Errorf("write the sample: %w", err)
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Written{}, fmt.Errorf("write the sample: %w", err)
	}
	if err := os.Rename(part, dir); err != nil {
		return Written{}, fmt.Errorf("write the sample: %w", err)
	}
	return written, nil
}

func write(dir string) (w Written, err error) {
	for _, from := range []struct{ tree, to string }{
		{assets.SampleImages, ""},
		{assets.SampleTexts, "LICENSES"},
		{assets.SampleSources, "SOURCES.tsv"},
	} {
		err := fs.WalkDir(assets.Sample, from.tree, func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			rel := name[len(from.tree):]
			to := filepath.Join(dir, from.to, filepath.FromSlash(path.Join("/", rel)))
			if d.IsDir() {
				return os.MkdirAll(to, 0o755)
			}
			data, err := assets.Sample.ReadFile(name)
			if err != nil {
				return err
			}
			if from.tree == assets.SampleImages {
				w.Files++
				w.Bytes += int64(len(data))
			}
			return os.WriteFile(to, data, 0o644)
		})
		if err != nil {
			return w, err
		}
	}
	return w, nil
}
