// Package host is the program around the window: it opens and closes projects
// and remembers which were open. It implements views.App.
package host

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"time"

	"kindred/project"
)

// maxRecent is how many projects the welcome screen remembers.
const maxRecent = 12

// entry is a project that was open before, as the recent file keeps it. What
// the list shows is remembered at closing, so that showing it opens no project.
type entry struct {
	File    string    `json:"file"`
	Name    string    `json:"name"`
	Images  int       `json:"images"`
	Pending int       `json:"pending"`
	Roots   []string  `json:"roots"`
	Opened  time.Time `json:"opened"`
	Covers  []string  `json:"covers"` // content hashes, hex
}

func readRecent(file string) []entry {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	var list []entry
	if json.Unmarshal(data, &list) != nil {
		return nil // a list of conveniences: a damaged one is begun anew
	}
	return list
}

func writeRecent(file string, list []entry) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	data, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return err
	}
	part := file + ".part"
	if err := os.WriteFile(part, data, 0o600); err != nil {
		return err
	}
	return os.Rename(part, file)
}

// remember puts an entry first.
func remember(list []entry, e entry) []entry {
	list = forget(list, e.File)
	list = slices.Insert(list, 0, e)
	return list[:min(len(list), maxRecent)]
}

func forget(list []entry, file string) []entry {
	return slices.DeleteFunc(slices.Clone(list), func(e entry) bool { return e.File == file })
}

// opened says when, as people say it.
func opened(t, now time.Time) string {
	t = t.In(now.Location())
	day := func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
	}
	switch days := int(day(now).Sub(day(t)).Hours()/24 + 0.5); {
	case days <= 0:
		return "today, " + t.Format("15:04")
	case days == 1:
		return "yesterday"
	case t.Year() == now.Year():
		return t.Format("2 Jan")
	}
	return t.Format("2 Jan 2006")
}

func parseHash(s string) (h project.Hash, ok bool) {
	data, err := hex.DecodeString(s)
	if err != nil || len(data) != len(h) {
		return h, false
	}
	copy(h[:], data)
	return h, true
}
