package host

import (
	"fmt"
	"os/exec"
	"runtime"

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

// OpenWith opens a file with the system's program for it.
func (h *Host) OpenWith(path string) error {
	name, args := opener(runtime.GOOS, path)
	cmd := exec.Command(name, args...)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("open %q with another program: %w", path, err)
	}
	go func() { _ = cmd.Wait() }()
	return nil
}

// opener is the command that opens a file on a system.
func opener(system, path string) (string, []string) {
	switch system {
	case "darwin":
		return "open", []string{path}
	case "windows":
		return "rundll32", []string{"url.dll,FileProtocolHandler", path}
	}
	return "xdg-open", []string{path}
}
