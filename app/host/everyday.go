package host

import (
	"kindred/project"
	"kindred/project/workspace"
	"kindred/views"
)

var (
	_ views.Rebuilder = (*Host)(nil)
	_ views.Starter   = (*Host)(nil)
)

// Rebuild saves what can be read of the damaged project that these paths open.
func (h *Host) Rebuild(paths []string, done func(project.Rebuilt, error)) {
	go func() {
		file, err := h.projectOf(paths)
		if err != nil {
			done(project.Rebuilt{}, err)
			return
		}
		h.Trace("rebuild")
		done(workspace.Rebuild(h.ctx, file))
	}()
}

// projectOf is the project file that OpenFolders or OpenProject would open.
func (h *Host) projectOf(paths []string) (string, error) {
	folders, file, err := sortOut(paths)
	if err != nil || file != "" {
		return file, err
	}
	return h.Home.Project(folders[0])
}
