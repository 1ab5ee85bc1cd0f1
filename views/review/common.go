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

// waits says whether findings of a kind are still to come.
func waits(src *feed.Source, i feed.Issue) bool {
	return working(src.Project) || !src.Found.Ready(i) && src.Found.Asking(i)
}

// countOf is the count of a room in the rail: no zero is shown before it was
// counted.
func countOf(src *feed.Source, i feed.Issue, n int) string {
	switch {
	case src.Found.Ready(i) && (n > 0 || !working(src.Project)):
		return kit.Count(n)
	case waits(src, i):
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

// OutlierCount is how many outliers there are, for the rail.
func OutlierCount(src *feed.Source) string {
	return countOf(src, feed.IssueOutlier, src.Found.Flagged(feed.IssueOutlier))
}

// LabelCount is how many labels look wrong, for the rail.
func LabelCount(src *feed.Source) string {
	return countOf(src, feed.IssueLabel, src.Found.Labels().Flagged)
}

// QualityCount is how many files have a fault, for the rail.
func QualityCount(src *feed.Source) string {
	return countOf(src, feed.IssueQuality, src.Found.Quality().All)
}

// LeakCount is how many pairs stand in two splits, for the rail.
func LeakCount(src *feed.Source) string {
	return countOf(src, feed.IssueLeak, len(src.Found.Leaks().Pairs))
}
