package scan

import (
	"cmp"
	"context"
	"io/fs"
	"iter"
	"os"
	"slices"
	"strings"
)

// Kind says what the walk found.
type Kind int

const (
	File       Kind = iota // a file that may hold an image
	Skipped                // left out; Reason says why, for counting
	Unreadable             // a file or a folder that could not be looked at; Reason says why
)

// Item is one thing that the walk found.
type Item struct {
	Path   string // relative to the root, slashes, any bytes
	Kind   Kind
	Reason string
	Stat   Stat // of a File; where it is a link, of what the link leads to
	Probe  bool // a File whose name does not say that it is an image
	Folder bool // an Unreadable folder: nothing is known of what lies in it
}

// Reasons for which the walk skips things. Files that are no images are
// counted by their extension, lower case with the dot, or as noExtension.
const (
	skipFIFO       = "FIFO"
	skipDevice     = "device"
	skipSocket     = "socket"
	skipImageDir   = "directory named like an image"
	skipLinkedDir  = "directory symlink"
	skipBrokenLink = "broken symlink"
	skipFork       = "._*"
	skipHidden     = "hidden"
	noExtension    = "no extension"
)

// extensions are those of files that are read without looking at their first
// bytes before. Which format a file has is decided by its bytes all the same.
var extensions = map[string]bool{
	".jpg": true, ".jpeg": true, ".jpe": true, ".jfif": true, ".png": true, ".gif": true, ".bmp": true, ".dib": true,
	".tif": true, ".tiff": true, ".webp": true, ".heic": true, ".heif": true, ".avif": true,
}

// extension returns a name's extension in lower case, with the dot.
func extension(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 && i < len(name)-1 {
		return strings.ToLower(name[i:])
	}
	return ""
}

// Walk yields everything below root, folders themselves only where they are
// skipped or unreadable. Files come in the order of the bytes of their whole
// path, the order in which a database sorts paths: within a folder, the names
// of folders are compared as if they ended in a slash, so that "a.b" comes
// before "a/b" (restic and git sort alike). No file is opened. A file that goes
// away during the walk is not reported. The walk ends early when ctx ends.
func Walk(ctx context.Context, root string) iter.Seq[Item] {
	return func(yield func(Item) bool) { walkFolder(ctx, root, "", yield) }
}

// walkFolder yields what lies in the folder rel, "" for the root itself. It
// returns false when the walk is to end.
func walkFolder(ctx context.Context, root, rel string, yield func(Item) bool) bool {
	if ctx.Err() != nil {
		return false
	}
	entries, err := list(root + "/" + rel)
	if err != nil {
		if isGone(err) {
			return true
		}
		return yield(Item{Path: rel, Kind: Unreadable, Reason: Reason(err), Folder: true})
	}
	prefix := rel
	if rel != "" {
		prefix = rel + "/"
	}
	for _, e := range entries {
		path := prefix + e.Name()
		if e.IsDir() && !skipped(e.Name()) && !extensions[extension(e.Name())] {
			if !walkFolder(ctx, root, path, yield) {
				return false
			}
			continue
		}
		if item, ok := look(root, path, e); ok && !yield(item) {
			return false
		}
	}
	return true
}

// list reads a folder and sorts it by name, folders with a slash behind it.
func list(path string) ([]fs.DirEntry, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	entries, err := f.ReadDir(-1)
	f.Close()
	if err != nil {
		return nil, err
	}
	slices.SortFunc(entries, compareEntries)
	return entries, nil
}

// compareEntries compares two names of one folder.
func compareEntries(a, b fs.DirEntry) int {
	x, y := a.Name(), b.Name()
	n := min(len(x), len(y))
	if c := cmp.Compare(x[:n], y[:n]); c != 0 {
		return c
	}
	return cmp.Compare(tail(a, n), tail(b, n))
}

// tail is what follows the first n bytes of an entry's name, as it is sorted.
func tail(e fs.DirEntry, n int) string {
	switch rest := e.Name()[n:]; {
	case !e.IsDir():
		return rest
	case rest == "":
		return "/"
	default:
		return rest + "/"
	}
}

// skipped tells whether a name alone is a reason to leave something out.
func skipped(name string) bool { return strings.HasPrefix(name, ".") }

// look says what an entry is that is not a folder to walk into.
func look(root, path string, e fs.DirEntry) (Item, bool) {
	skip := func(why string) (Item, bool) { return Item{Path: path, Kind: Skipped, Reason: why}, true }
	name := e.Name()
	switch {
	case strings.HasPrefix(name, "._"):
		return skip(skipFork)
	case skipped(name):
		return skip(skipHidden)
	case e.IsDir():
		return skip(skipImageDir)
	}
	info, err := e.Info()
	link := err == nil && info.Mode()&fs.ModeSymlink != 0
	if link {
		info, err = os.Stat(root + "/" + path)
	}
	switch {
	case err != nil && link && !os.IsPermission(err):
		return skip(skipBrokenLink) // or one that leads to itself
	case err != nil && isGone(err):
		return Item{}, false
	case err != nil:
		return Item{Path: path, Kind: Unreadable, Reason: Reason(err)}, true
	}
	switch mode := info.Mode(); {
	case mode.IsDir() && link:
		return skip(skipLinkedDir)
	case mode.IsDir(): // it was a file a moment ago
		return Item{}, false
	case mode&fs.ModeNamedPipe != 0:
		return skip(skipFIFO)
	case mode&fs.ModeSocket != 0:
		return skip(skipSocket)
	case !mode.IsRegular():
		return skip(skipDevice)
	}
	return Item{Path: path, Kind: File, Stat: statOf(info), Probe: !extensions[extension(name)]}, true
}

// kindOfFile is the reason under which a file that is no image is counted.
func kindOfFile(path string) string {
	if ext := extension(path[strings.LastIndexByte(path, '/')+1:]); ext != "" {
		return ext
	}
	return noExtension
}
