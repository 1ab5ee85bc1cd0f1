package home

import (
	"os"
	"path/filepath"
	"testing"
)

func TestThumbnailLimitIsKept(t *testing.T) {
	h := Home{Data: filepath.Join(t.TempDir(), "data")}
	if got := h.ThumbnailLimit(); got != DefaultThumbnails {
		t.Errorf("%d at first", got)
	}
	if err := h.SetThumbnailLimit(500_000_000); err != nil || h.ThumbnailLimit() != 500_000_000 {
		t.Errorf("%d, %v", h.ThumbnailLimit(), err)
	}
	if h.SetThumbnailLimit(0) == nil {
		t.Error("no room at all was taken for a limit")
	}
	if err := os.WriteFile(h.settingsFile(), []byte("{"), 0o600); err != nil || h.ThumbnailLimit() != DefaultThumbnails {
		t.Errorf("a broken file gives %d", h.ThumbnailLimit())
	}
}
