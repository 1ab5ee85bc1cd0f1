package workspace

import (
	"context"

	"kindred/project"
	"kindred/project/store"
)

// Rebuild saves what can be read of a damaged project file into a new one and
// keeps the damaged one beside it. The project must not be open.
func Rebuild(ctx context.Context, file string) (project.Rebuilt, error) {
	return store.Rebuild(ctx, file)
}
