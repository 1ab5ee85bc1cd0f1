package host

import (
	"context"
	"errors"
	"fmt"
	"os"

	"kindred/app/models"
	"kindred/assets"
	"kindred/embed"
	"kindred/project/thumb"
	"kindred/project/workspace"
	"kindred/views"
)

var _ views.Settings = (*Host)(nil)

// Models implements views.Settings.
func (h *Host) Models(ctx context.Context) ([]views.Model, error) {
	list, err := h.models.List(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]views.Model, len(list))
	for i, m := range list {
		all[i] = views.Model(m)
	}
	return all, nil
}

// AddModel implements views.Settings.
func (h *Host) AddModel(ctx context.Context, path string) (views.Model, error) {
	m, err := h.models.Add(ctx, path)
	if err == nil {
		h.Trace("model added")
	}
	return views.Model(m), err
}

// ForgetModel implements views.Settings.
func (h *Host) ForgetModel(_ context.Context, id string) error { return h.models.Forget(id) }

// MeasureModel implements views.Settings.
func (h *Host) MeasureModel(ctx context.Context, id string) (float64, error) {
	return h.models.Measure(ctx, id)
}

// PrepareModel implements views.Settings.
func (h *Host) PrepareModel(ctx context.Context, id string) error {
	_, err := h.models.Open(ctx, id)
	return err
}

// OpenWithModel implements views.Settings.
func (h *Host) OpenWithModel(file, id string, done func(views.Project, error)) {
	go h.openWith(file, false, nil, &id, done)
}

// ModelInUse implements views.Settings.
func (h *Host) ModelInUse() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.current == nil {
		return ""
	}
	return string(h.current.Spec().ID)
}

// DefaultModel implements views.Settings.
func (h *Host) DefaultModel(ctx context.Context) (string, error) {
	if id := h.models.Default(); id != "" {
		return id, nil
	}
	builtin, err := h.models.Open(ctx, "")
	if err != nil {
		return "", err
	}
	return string(builtin.Spec().ID), nil
}

// SetDefaultModel implements views.Settings.
func (h *Host) SetDefaultModel(ctx context.Context, id string) error {
	return h.models.SetDefault(ctx, id)
}

// standard is the model of a project that is about to be made: nil when that is
// the built-in one, or when the chosen one cannot be used; then note says why.
func (h *Host) standard() (model *string, note string) {
	id := h.models.Default()
	if id == "" {
		return nil, ""
	}
	if _, err := h.models.Open(h.ctx, id); err != nil {
		return nil, "The model of new projects cannot be used: " + why(err) + ". The built-in one takes its place."
	}
	return &id, ""
}

// why a model cannot be used, as the end of a sentence.
func why(err error) string {
	switch {
	case errors.Is(err, models.ErrUnknown):
		return "it is not on this machine’s list"
	case errors.Is(err, models.ErrGone):
		return models.ErrGone.Error()
	}
	return err.Error()
}

// OpeningNote implements views.Settings.
func (h *Host) OpeningNote() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.note
}

func (h *Host) setNote(text string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.note = text
}

// picker returns what chooses the encoder of a project that is opened: the
// wanted model, or, when that is nil, the one the project remembers. One that
// is not there any more gives way to the built-in one, with a note; the project
// goes on remembering it.
func (h *Host) picker(wanted *string) func(context.Context, workspace.Remembered) (embed.Encoder, error) {
	return func(ctx context.Context, r workspace.Remembered) (embed.Encoder, error) {
		h.setNote("")
		if wanted != nil {
			return h.models.Open(ctx, *wanted)
		}
		encoder, err := h.models.Open(ctx, r.ID)
		if err == nil || r.ID == "" || ctx.Err() != nil {
			return encoder, err
		}
		builtin, fault := h.models.Open(ctx, "")
		if fault != nil {
			return nil, fault
		}
		name := r.Name
		if name == "" {
			name = "it had"
		}
		h.setNote(fmt.Sprintf("The model “%s” cannot be used: %s. The built-in one, %s, takes its place.", name, why(err), builtin.Spec().Name))
		return builtin, nil
	}
}

// keepModel makes the project remember the wanted model; the built-in one is
// remembered as none, so that the project follows the program's next one.
func (h *Host) keepModel(w *workspace.Workspace, wanted *string) error {
	if wanted == nil {
		return nil
	}
	id := string(w.Spec().ID)
	if builtin, err := h.models.Open(h.ctx, ""); err != nil || string(builtin.Spec().ID) == id {
		id = ""
	}
	return w.RememberModel(h.ctx, id)
}

// Cache implements views.Settings.
func (h *Host) Cache(context.Context) (path string, bytes int64, err error) {
	path = h.Home.Thumbnails()
	for _, suffix := range []string{"", "-wal"} {
		info, err := os.Stat(path + suffix)
		switch {
		case err == nil:
			bytes += info.Size()
		case !errors.Is(err, os.ErrNotExist):
			return path, 0, fmt.Errorf("look at the cache: %w", err)
		}
	}
	return path, bytes, nil
}

// CacheLimit implements views.Settings.
func (h *Host) CacheLimit() int64 { return h.Home.ThumbnailLimit() }

// SetCacheLimit implements views.Settings.
func (h *Host) SetCacheLimit(_ context.Context, bytes int64) error {
	if err := h.Home.SetThumbnailLimit(bytes); err != nil {
		return err
	}
	h.mu.Lock()
	live := h.current
	h.mu.Unlock()
	if live != nil {
		return live.LimitThumbnails(bytes)
	}
	if _, err := os.Stat(h.Home.Thumbnails()); err != nil {
		return nil // there is none
	}
	cache, err := thumb.OpenCache(h.Home.Thumbnails(), bytes)
	if err != nil {
		return err
	}
	return errors.Join(cache.SetLimit(bytes), cache.Close())
}

// EmptyCache implements views.Settings.
func (h *Host) EmptyCache(context.Context) error {
	h.mu.Lock()
	live := h.current
	h.mu.Unlock()
	if live != nil && live.EmptyThumbnails() == nil {
		h.Trace("cache emptied")
		return nil
	}
	if _, err := os.Stat(h.Home.Thumbnails()); err != nil {
		return nil // there is none
	}
	cache, err := thumb.OpenCache(h.Home.Thumbnails(), 0)
	if err != nil {
		return err
	}
	h.Trace("cache emptied")
	return errors.Join(cache.Empty(), cache.Close())
}

// Licences implements views.Settings.
func (h *Host) Licences() string { return assets.Notices }
