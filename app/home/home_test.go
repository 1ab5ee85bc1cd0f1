package home

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
)

func env(pairs ...string) func(string) string {
	return func(key string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == key {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestKindredHomeMovesEverything(t *testing.T) {
	dir := t.TempDir()
	h, err := Find(env("KINDRED_HOME", dir))
	if err != nil {
		t.Fatal(err)
	}
	if h.Data != dir || h.Cache != filepath.Join(dir, "cache") {
		t.Errorf("Find = %+v, wanted everything below %s", h, dir)
	}
}

// One folder has one project, reached by its name, a relative path or a link.
func TestProjectFollowsTheRealPath(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	photos := filepath.Join(dir, "My photos")
	if err := os.Mkdir(photos, 0o755); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(photos, link); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(photos))
	h := Home{Data: dir}
	want := filepath.Join(dir, "projects", "My photos-"+hex.EncodeToString(sum[:])[:8]+".kindred")
	for _, spelled := range []string{photos, link, photos + "/", filepath.Join(photos, ".")} {
		got, err := h.Project(spelled)
		if err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("Project(%q) = %q, wanted %q", spelled, got, want)
		}
	}
	if _, err := h.Project(filepath.Join(dir, "absent")); err == nil {
		t.Error("Project of a folder that is not there gave no error")
	}
}
