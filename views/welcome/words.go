package welcome

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"kindred/project"
	"kindred/views/kit"
)

// reads names the formats of this version.
const reads = "Kindred reads JPEG, PNG, WebP, TIFF, BMP, GIF, HEIC and AVIF."

// TypedPath makes a path of what a person typed or pasted: quotes and a
// file link are taken off, "~" is the home folder.
func TypedPath(s, home string) string {
	s = strings.TrimSpace(s)
	if n := len(s); n >= 2 && (s[0] == '"' || s[0] == '\'') && s[n-1] == s[0] {
		s = s[1 : n-1]
	}
	if rest, ok := strings.CutPrefix(s, "file://"); ok {
		if p, err := url.PathUnescape(rest); err == nil {
			s = p
		}
	}
	if s == "~" || strings.HasPrefix(s, "~"+string(os.PathSeparator)) || strings.HasPrefix(s, "~/") {
		s = filepath.Join(home, s[1:])
	}
	return s
}

// Opening says what is being opened: "Opening 2 folders".
func Opening(paths []string) string {
	if len(paths) == 1 {
		return "Opening “" + kit.Printable(filepath.Base(paths[0])) + "”"
	}
	return "Opening " + kit.Plural(len(paths), "folder", "folders")
}

// Explain turns the error of opening into a sentence that says what happened
// and what it means.
func Explain(err error, paths []string) string {
	what := "folder"
	name := ""
	if len(paths) > 0 {
		name = " “" + kit.Printable(filepath.Base(paths[0])) + "”"
		if strings.EqualFold(filepath.Ext(paths[0]), ".kindred") {
			what = "project"
		}
	}
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, project.ErrPermission):
		return "This " + what + " cannot be read: permission denied."
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, project.ErrNotFound), errors.Is(err, project.ErrGone):
		if len(paths) > 0 {
			return "There is no " + what + " at " + kit.Printable(paths[0]) + "."
		}
		return "This " + what + " is not there any more."
	case errors.Is(err, project.ErrLocked):
		return "The project" + name + " is open in another Kindred" + holder(err) + ". Close it there first."
	case errors.Is(err, project.ErrForeign):
		return "The file" + name + " is not a project of Kindred."
	case errors.Is(err, project.ErrNewer):
		return "The project" + name + " was made by a newer version of Kindred. Open it with that version."
	case errors.Is(err, project.ErrDamaged):
		return "The project" + name + " is damaged. Your images are untouched. Kindred can keep a copy of the file and save all that is readable into a new one."
	}
	return sentence(err.Error())
}

// holder says which process has a project: " (process 4711 on oak)".
func holder(err error) string {
	_, rest, found := strings.Cut(err.Error(), project.ErrLocked.Error()+": process ")
	who, _, whole := strings.Cut(rest, " has it")
	if !found || !whole {
		return ""
	}
	return " (process " + kit.Printable(who) + ")"
}

// Rebuilt says what was saved of a damaged project.
func Rebuilt(r project.Rebuilt) string {
	text := "Saved: " + kit.Plural(r.Files, "file", "files") + ", " + kit.Plural(r.Labels, "label", "labels") +
		" and " + kit.Plural(r.Vectors, "embedding", "embeddings") + "."
	switch {
	case r.Unread > 0:
		text += " " + kit.Plural(r.Unread, "file is", "files are") + " read again from the folders."
	case r.Gaps > 0:
		text += " What could not be read is read again from the folders."
	default:
		text += " Nothing was lost."
	}
	return text + " The damaged file is kept as “" + kit.Printable(filepath.Base(r.Backup)) + "” beside the project."
}

// sentence starts with a capital and ends with a full stop.
func sentence(s string) string {
	s = kit.Printable(strings.TrimSpace(s))
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return "It cannot be opened."
	}
	s = string(unicode.ToUpper(r)) + s[n:]
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}
