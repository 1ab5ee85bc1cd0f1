package command

import (
	"context"
	"errors"

	"kindred/project"
	"kindred/project/workspace"
)

// rebuiltPart is what check --rebuild tells of a project that was damaged.
type rebuiltPart struct {
	Backup  string `json:"backup"`
	Files   int    `json:"files"`
	Labels  int    `json:"labels"`
	Vectors int    `json:"vectors"`
	Unread  int    `json:"unread"`
}

// rebuildDamaged saves what can be read of a project if it is damaged; else it
// does nothing and returns nil.
func rebuildDamaged(ctx context.Context, env Env, o *options) (*rebuiltPart, error) {
	p, err := open(ctx, env, o, o.args, false)
	if err == nil {
		err = errors.Join(p.Check(ctx), p.Close())
	}
	if !errors.Is(err, project.ErrDamaged) {
		return nil, err
	}
	file := o.project
	if file == "" {
		if file, err = env.Home.Project(o.args[0]); err != nil {
			return nil, err
		}
	}
	r, err := workspace.Rebuild(ctx, file)
	if err != nil {
		return nil, err
	}
	return &rebuiltPart{r.Backup, r.Files, r.Labels, r.Vectors, r.Unread}, nil
}
