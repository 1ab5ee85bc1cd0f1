package host

import (
	"slices"
	"testing"
)

func TestEachSystemOpensAFile(t *testing.T) {
	for system, want := range map[string][]string{
		"linux":   {"xdg-open", "/a b.jpg"},
		"freebsd": {"xdg-open", "/a b.jpg"},
		"darwin":  {"open", "/a b.jpg"},
		"windows": {"rundll32", "url.dll,FileProtocolHandler", "/a b.jpg"},
	} {
		name, args := opener(system, "/a b.jpg")
		if got := append([]string{name}, args...); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", system, got, want)
		}
	}
}
