package scan

import (
	"os"
	"strings"
	"testing"

	"kindred/project"
)

// Every kind of picture of the third list is read, whatever its name says, and
// those with several frames are marked.
func TestEveryKindIsRead(t *testing.T) {
	kinds := map[string]struct {
		format string
		frames int
	}{
		"baseline.jpg": {"JPEG", 1}, "progressive.jpg": {"JPEG", 1}, "cmyk.jpg": {"JPEG", 1}, "gray.jpg": {"JPEG", 1},
		"rgb16.png": {"PNG", 1}, "gray16.png": {"PNG", 1}, "palette.png": {"PNG", 1}, "alpha.png": {"PNG", 1}, "animated.png": {"PNG", 2},
		"animated.gif": {"GIF", 3}, "plain.bmp": {"BMP", 1},
		"pages.tiff": {"TIFF", 3}, "gray16.tiff": {"TIFF", 1}, "cmyk.tiff": {"TIFF", 1},
		"lossy.webp": {"WebP", 1}, "lossless.webp": {"WebP", 1}, "animated.webp": {"WebP", 2},
		"plain.heic": {"HEIC", 1}, "deep.heic": {"HEIC", 1}, "grid.heic": {"HEIC", 1},
		"plain.avif": {"AVIF", 1}, "animated.avif": {"AVIF", 3},
		"p3.jpg": {"JPEG", 1}, "inks.jpg": {"JPEG", 1}, "adobe.png": {"PNG", 1},
	}
	root := t.TempDir()
	for name := range kinds {
		data, err := os.ReadFile("../thumb/testdata/" + name)
		must(t, err)
		put(t, root, "right/"+name, data)
		put(t, root, "wrong/"+strings.ReplaceAll(name, ".", "-")+".jpg", append(data, 0)) // another content, or it would be read once
		put(t, root, "none/"+strings.ReplaceAll(name, ".", "-"), append(data, 0, 0))
	}
	s := newStore(t, root)
	r := scan(t, s)
	expect(t, r, 3*len(kinds), 0, 0, 0, 0, 0)
	for name, want := range kinds {
		bare := strings.ReplaceAll(name, ".", "-")
		for _, path := range []string{"right/" + name, "wrong/" + bare + ".jpg", "none/" + bare} {
			f := s.at(path)
			if got := s.content[f.hash]; s.state(f) != project.Ready || got.Format != want.format || got.Frames != want.frames {
				t.Errorf("%s: %+v", path, got)
			}
		}
	}
}

func TestAFolderRemovedDuringTheRun(t *testing.T) {
	root := folder(t, 30, 0)
	for i := range 10 {
		put(t, root, "sub/deep/"+string(rune('a'+i))+".png", picture(1000+i))
	}
	s := newStore(t, root)
	removed := false
	r := scan(t, s, func(p *Params) {
		p.Workers = 1
		p.OnBatch = func([]project.FileID) {
			if !removed {
				removed = true
				must(t, os.RemoveAll(root+"/sub"))
			}
		}
	})
	expect(t, r, 30, 0, 0, 0, 0, 10)
	for _, f := range r.Failed {
		if !strings.HasPrefix(f.Path, "sub/deep/") || f.Reason != "gone while read" {
			t.Errorf("%+v", f)
		}
	}
	expect(t, scan(t, s), 0, 0, 30, 0, 10, 0)
}
