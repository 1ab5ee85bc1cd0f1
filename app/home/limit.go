package home

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// DefaultThumbnails is how large the thumbnail cache may grow when nobody says
// otherwise, in bytes: room for some 200,000 pictures.
const DefaultThumbnails = 2_000_000_000

// settings are what a person chose for the whole program, in settings.json of
// the data folder. Window and theme are in Fyne's preferences.
type settings struct {
	Thumbnails int64 `json:"thumbnails,omitempty"` // bytes
}

func (h Home) settingsFile() string { return filepath.Join(h.Data, "settings.json") }

// ThumbnailLimit is how large the thumbnail cache may grow, in bytes.
func (h Home) ThumbnailLimit() int64 {
	var s settings
	data, err := os.ReadFile(h.settingsFile())
	if err != nil || json.Unmarshal(data, &s) != nil || s.Thumbnails <= 0 {
		return DefaultThumbnails // a broken file of settings must not keep the program from starting
	}
	return s.Thumbnails
}

// SetThumbnailLimit remembers it.
func (h Home) SetThumbnailLimit(bytes int64) error {
	if bytes <= 0 {
		return errors.New("the limit of the thumbnails must be above 0")
	}
	data, err := json.MarshalIndent(settings{Thumbnails: bytes}, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(h.Data, 0o700); err != nil {
		return fmt.Errorf("keep settings: %w", err)
	}
	temp := h.settingsFile() + ".new"
	if err := os.WriteFile(temp, data, 0o600); err != nil {
		return fmt.Errorf("keep settings: %w", err)
	}
	if err := os.Rename(temp, h.settingsFile()); err != nil {
		return fmt.Errorf("keep settings: %w", err)
	}
	return nil
}
