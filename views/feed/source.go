package feed

import (
	"context"

	"kindred/project"
	"kindred/views"
)

// Source is what the rooms of one open project share. It is made when a
// project opens; its context ends when the project closes, and whoever closes
// it waits for the Crew.
type Source struct {
	*Crew
	Project views.Project
	Thumbs  *Loader
	Labels  *Labels
	// Found is what the checks flag. Whoever makes the source tells it of
	// events: see Findings.Refresh.
	Found *Findings
}

// NewSource returns the shared parts of a project's rooms.
func NewSource(ctx context.Context, p views.Project, dispatch views.Dispatch) *Source {
	crew := NewCrew(ctx, dispatch)
	return &Source{Crew: crew, Project: p, Thumbs: NewLoader(crew, p), Labels: NewLabels(crew, p), Found: NewFindings(crew, p)}
}

// Paths looks up where files lie and hands them to show on the main goroutine,
// those before an error too.
func (s *Source) Paths(ids []project.FileID, show func([]string, error)) {
	s.Go(func(ctx context.Context) {
		var paths []string
		var err error
		for _, id := range ids {
			var path string
			if path, err = s.Project.Path(ctx, id); err != nil {
				break
			}
			paths = append(paths, path)
		}
		if ctx.Err() == nil {
			s.Show(func() { show(paths, err) })
		}
	})
}
