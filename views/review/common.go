package review

import (
	"slices"
	"strings"

	"kindred/project/job"
	"kindred/views"
	"kindred/views/feed"
	"kindred/views/kit"
	"kindred/views/shell"
)

// working says whether a job may still find something.
func working(p views.Project) bool {
	return slices.ContainsFunc(p.Jobs(), func(j job.Status) bool {
		return j.State == job.Running || j.State == job.Waiting || j.State == job.Paused
	})
}

// countOf is the count of a room in the rail: no zero is shown before it was
// counted.
func countOf(src *feed.Source, i feed.Issue, n int) string {
	switch {
	case src.Found.Ready(i) && (n > 0 || !working(src.Project)):
		return kit.Count(n)
	case working(src.Project):
		return "…"
	}
	return ""
}

// capital makes the first letter of a sentence a capital.
func capital(s string) string {
	if s == "" {
		return ""
	}
	r := []rune(s)
	return strings.ToUpper(string(r[0])) + string(r[1:])
}

// gridKeys are the keys of a ranked grid, for the table.
func gridKeys(title string, first ...shell.Key) shell.KeyGroup {
	return shell.KeyGroup{Title: title, Keys: append(first, shell.Hint("arrows, Space, Enter, S", "as in Images", ""))}
}
