package chooser

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// most bounds how many names are offered; who seeks one among more types on.
const most = 2000

// Entry is a name that is offered.
type Entry struct {
	Name   string
	Folder bool
}

// split takes a typed path apart: the folder that is listed, and what the names
// in it begin with.
func split(text string) (dir, prefix string) {
	at := strings.LastIndexFunc(text, func(r rune) bool { return r == '/' || r == filepath.Separator })
	if at < 0 {
		return "", text
	}
	return text[:at+1], text[at+1:]
}

// list returns what a folder holds that begins with the prefix, whatever the
// case: folders, and files with the ending when it is not "". Hidden names are
// left out unless the prefix asks for them.
func list(dir, prefix, ext string) (found []Entry, more bool, err error) {
	all, err := os.ReadDir(dir)
	if err != nil {
		return nil, false, err
	}
	prefix = strings.ToLower(prefix)
	for _, e := range all {
		name := e.Name()
		folder := e.IsDir()
		if e.Type()&os.ModeSymlink != 0 {
			info, err := os.Stat(filepath.Join(dir, name))
			folder = err == nil && info.IsDir()
		}
		switch {
		case !strings.HasPrefix(strings.ToLower(name), prefix):
		case strings.HasPrefix(name, ".") && !strings.HasPrefix(prefix, "."):
		case folder || ext != "" && strings.EqualFold(filepath.Ext(name), ext):
			found = append(found, Entry{name, folder})
		}
	}
	slices.SortStableFunc(found, func(a, b Entry) int {
		if a.Folder != b.Folder {
			if a.Folder {
				return -1
			}
			return 1
		}
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	if len(found) > most {
		return found[:most], true, nil
	}
	return found, false, nil
}

// complete returns the longest beginning that all names share, whatever the
// case, in the spelling of the first.
func complete(names []Entry) string {
	if len(names) == 0 {
		return ""
	}
	common := []rune(names[0].Name)
	for _, e := range names[1:] {
		other := []rune(e.Name)
		n := 0
		for n < len(common) && n < len(other) && strings.EqualFold(string(common[n]), string(other[n])) {
			n++
		}
		common = common[:n]
	}
	return string(common)
}

// folderText is a folder as it stands in the field: with a separator at the end.
func folderText(dir string) string {
	if dir == "" || os.IsPathSeparator(dir[len(dir)-1]) {
		return dir
	}
	return dir + string(filepath.Separator)
}

// up is the folder above.
func up(dir string) string { return folderText(filepath.Dir(filepath.Clean(dir))) }
