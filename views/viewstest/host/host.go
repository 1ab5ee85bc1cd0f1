// Package host is a shell.Host for the tests of rooms.
package host

import (
	"context"

	"fyne.io/fyne/v2"

	"kindred/views"
	"kindred/views/feed"
	"kindred/views/shell"
	"kindred/views/viewstest"
)

// Host notes what a room asks of the shell.
type Host struct {
	Queue    *viewstest.Queue
	P        views.Project
	Ctx      context.Context
	Win      fyne.Window
	Opened   []string // rooms
	Requests []shell.Request
	Notices  []string
	Revealed []string
	Started  []string // files opened with the system's program
	Changes  int
	Typed    string
	Passed   string
	Panel    bool
	Numbers  map[string]float64
}

// New returns a host of a project.
func New(ctx context.Context, p views.Project) *Host {
	return &Host{Queue: &viewstest.Queue{}, P: p, Ctx: ctx, Panel: true, Numbers: map[string]float64{}}
}

// Source returns the shared parts of the rooms of this host.
func (h *Host) Source() *feed.Source { return feed.NewSource(h.Ctx, h.P, h.Queue.Dispatch) }

func (h *Host) Project() views.Project         { return h.P }
func (h *Host) Context() context.Context       { return h.Ctx }
func (h *Host) Dispatch(f func())              { h.Queue.Dispatch(f) }
func (h *Host) Go(f func(ctx context.Context)) { go f(h.Ctx) }
func (h *Host) Window() fyne.Window            { return h.Win }
func (h *Host) Changed()                       { h.Changes++ }
func (h *Host) Notice(text string)             { h.Notices = append(h.Notices, text) }
func (h *Host) Inspect() bool                  { return h.Panel }
func (h *Host) SetInspector(on bool)           { h.Panel = on }
func (h *Host) Reveal(path string)             { h.Revealed = append(h.Revealed, path) }
func (h *Host) OpenWith(path string)           { h.Started = append(h.Started, path) }

// TypedKey notes the keys that a room did not use.
func (h *Host) TypedKey(e *fyne.KeyEvent) bool {
	h.Passed += string(e.Name)
	return false
}

// TypedRune notes the bare keys that a room did not use.
func (h *Host) TypedRune(r rune) bool {
	h.Typed += string(r)
	return true
}

func (h *Host) Open(room string, r shell.Request) {
	h.Opened, h.Requests = append(h.Opened, room), append(h.Requests, r)
}

func (h *Host) Preference(key string, fallback float64) float64 {
	if v, ok := h.Numbers[key]; ok {
		return v
	}
	return fallback
}
func (h *Host) SetPreference(key string, value float64) { h.Numbers[key] = value }

var _ shell.Host = (*Host)(nil)
