// Package jobs shows the work that runs in the background: a line in the
// status bar and a list of all jobs.
package jobs

import (
	"fmt"
	"strings"
	"time"

	"kindred/project/job"
	"kindred/views/kit"
)

// settled is how long a job must have worked before its time left is shown:
// before, the estimate jumps.
const settled = 5 * time.Second

// Describe says in one line how a job stands, with its name:
// "Embedding 12,430 / 50,000 · 212 img/s · 2 min 57 s left".
func Describe(s job.Status) string {
	switch s.State {
	case job.Running:
		return s.Name + " " + progress(s)
	case job.Paused:
		if s.Total == 0 {
			return s.Name + " · paused"
		}
		return fmt.Sprintf("Paused at %s of %s", kit.Count(s.Done), kit.Count(s.Total))
	case job.Waiting:
		return s.Name + " · waiting"
	case job.Failed:
		return s.Name + " stopped: " + cause(s)
	case job.Cancelled:
		return s.Name + " · cancelled at " + kit.Count(s.Done)
	}
	return s.Name + " · " + finished(s)
}

// Detail is what stands beside the bar in the list of jobs: Describe without
// the name.
func Detail(s job.Status) string {
	switch s.State {
	case job.Running:
		return progress(s)
	case job.Paused:
		if s.Total == 0 {
			return "Paused"
		}
		return fmt.Sprintf("Paused at %s of %s", kit.Count(s.Done), kit.Count(s.Total))
	case job.Waiting:
		return "Waiting"
	case job.Failed:
		return "Stopped: " + cause(s)
	case job.Cancelled:
		return "Cancelled at " + kit.Count(s.Done)
	}
	return finished(s)
}

func progress(s job.Status) string {
	var parts []string
	switch {
	case s.Total > 0:
		parts = append(parts, kit.Count(s.Done)+" / "+kit.Count(s.Total))
	case s.Done > 0:
		parts = append(parts, kit.Count(s.Done))
	}
	if s.Rate > 0 && countsImages(s) {
		parts = append(parts, kit.Rate(s.Rate, "img"))
	}
	if s.Left > 0 && s.Elapsed >= settled {
		parts = append(parts, kit.Left(s.Left)+" left")
	}
	if len(parts) == 0 {
		return "…"
	}
	return strings.Join(parts, " · ")
}

// countsImages says whether the items of a job are images; those of the jobs
// that find something are pairs, rows or steps, whose speed says nothing.
func countsImages(s job.Status) bool {
	switch s.Name {
	case "Embedding", "Scanning", "Looking for images":
		return true
	}
	return false
}

// Stopped says what it means that a person cancelled a job.
func Stopped(s job.Status) string {
	if !countsImages(s) {
		return s.Name + " stopped. It is done when the project opens next, or now with F5."
	}
	at := ""
	switch {
	case s.Total > 0:
		at = " at " + kit.Count(s.Done) + " of " + kit.Count(s.Total)
	case s.Done > 0:
		at = " at " + kit.Plural(s.Done, "image", "images")
	}
	return "Scan stopped" + at + ". It resumes when the project opens, or now with F5."
}

func finished(s job.Status) string {
	text := "done in " + kit.Took(s.Elapsed)
	if s.Done > 0 && countsImages(s) {
		text = kit.Plural(s.Done, "image", "images") + ", " + text
	}
	if s.Failures > 0 {
		text += " · " + kit.Count(s.Failures) + " could not be read"
	}
	return text
}

func cause(s job.Status) string {
	if s.Err == nil {
		return "unknown cause"
	}
	return s.Err.Error()
}

// Failures says how many files could not be read, "" for none.
func Failures(n int) string {
	if n == 0 {
		return ""
	}
	return kit.Plural(n, "file", "files") + " could not be read"
}

// share is how far a job is, 0 to 1.
func share(s job.Status) float64 {
	switch {
	case s.State == job.Done:
		return 1
	case s.Total <= 0:
		return 0
	}
	return float64(s.Done) / float64(s.Total)
}

// Current picks the job that the status bar speaks of: the running one, else
// the first paused, else the first that waits; nil when all have ended. The
// second result counts the others that have not ended.
func Current(list []job.Status) (*job.Status, int) {
	var best *job.Status
	rank := func(s job.State) int {
		switch s {
		case job.Running:
			return 3
		case job.Paused:
			return 2
		case job.Waiting:
			return 1
		}
		return 0
	}
	open := 0
	for i := range list {
		r := rank(list[i].State)
		if r == 0 {
			continue
		}
		open++
		if best == nil || r > rank(best.State) {
			best = &list[i]
		}
	}
	if best == nil {
		return nil, 0
	}
	return best, open - 1
}
