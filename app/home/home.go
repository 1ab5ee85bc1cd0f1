// Package home says where Kindred keeps its things: projects in the data
// folder, what can be made again in the cache folder. KINDRED_HOME moves both.
package home

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// Home is the pair of folders.
type Home struct {
	Data  string
	Cache string
}

// Find reads the environment: $KINDRED_HOME and $KINDRED_HOME/cache, else the
// platform's folders.
func Find(getenv func(string) string) (Home, error) {
	if dir := getenv("KINDRED_HOME"); dir != "" {
		abs, err := filepath.Abs(dir)
		if err != nil {
			return Home{}, fmt.Errorf("KINDRED_HOME %q: %w", dir, err)
		}
		return Home{Data: abs, Cache: filepath.Join(abs, "cache")}, nil
	}
	data, err := dataFolder(getenv)
	if err != nil {
		return Home{}, err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return Home{}, fmt.Errorf("find the cache folder: %w (set KINDRED_HOME)", err)
	}
	return Home{Data: filepath.Join(data, "kindred"), Cache: filepath.Join(cache, "kindred")}, nil
}

// dataFolder is the platform's place for a program's data.
func dataFolder(getenv func(string) string) (string, error) {
	user, err := os.UserHomeDir()
	if err != nil && getenv("XDG_DATA_HOME") == "" {
		return "", fmt.Errorf("find the data folder: %w (set KINDRED_HOME)", err)
	}
	switch runtime.GOOS {
	case "windows":
		if dir := getenv("LOCALAPPDATA"); dir != "" {
			return dir, nil
		}
		return filepath.Join(user, "AppData", "Local"), nil
	case "darwin":
		return filepath.Join(user, "Library", "Application Support"), nil
	}
	if dir := getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return dir, nil
	}
	return filepath.Join(user, ".local", "share"), nil
}

// Project is the default project file of a folder: projects/BASE-xxxxxxxx.kindred,
// with the folder's base name and the first eight hex digits of the SHA-256 of
// its real path, so that a folder has one project however it is spelled.
func (h Home) Project(folder string) (string, error) {
	abs, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(abs)
	if err != nil {
		return "", err
	}
	base := filepath.Base(real)
	if base == string(filepath.Separator) {
		base = "root"
	}
	sum := sha256.Sum256([]byte(real))
	name := fmt.Sprintf("%s-%s.kindred", base, hex.EncodeToString(sum[:4]))
	return filepath.Join(h.Projects(), name), nil
}

// Projects is the folder of default project files.
func (h Home) Projects() string { return filepath.Join(h.Data, "projects") }

// Thumbnails is the file of the thumbnail cache.
func (h Home) Thumbnails() string { return filepath.Join(h.Cache, "thumbnails.db") }
