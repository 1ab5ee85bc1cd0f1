package host

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestOpenedReadsAsPeopleSayIt(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		at   time.Time
		want string
	}{
		{time.Date(2026, 11, 23, 8, 5, 0, 0, time.UTC), "today, 08:05"},
		{time.Date(2026, 11, 22, 23, 59, 0, 0, time.UTC), "yesterday"},
		{time.Date(2026, 11, 12, 10, 0, 0, 0, time.UTC), "12 Nov"},
		{time.Date(2025, 3, 1, 10, 0, 0, 0, time.UTC), "1 Mar 2025"},
		{time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC), "today, 10:00"}, // the clock went back
	} {
		if got := opened(c.at, now); got != c.want {
			t.Errorf("opened(%v) = %q, wanted %q", c.at, got, c.want)
		}
	}
}

func TestRecentKeepsTheNewestOnceEach(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sub", "recent.json")
	var list []entry
	for _, name := range []string{"a", "b", "a", "c"} {
		list = remember(list, entry{File: name})
	}
	if err := writeRecent(file, list); err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, e := range readRecent(file) {
		got += e.File
	}
	if got != "cab" {
		t.Errorf("recent projects %q, wanted cab", got)
	}
	for i := range 40 {
		list = remember(list, entry{File: string(rune('A' + i))})
	}
	if len(list) != maxRecent {
		t.Errorf("%d entries kept, wanted %d", len(list), maxRecent)
	}
	if err := os.WriteFile(file, []byte("{half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if left := readRecent(file); left != nil {
		t.Errorf("a damaged list gave %v", left)
	}
}
