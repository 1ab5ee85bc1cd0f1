package views

import (
	"context"

	"kindred/project"
)

// Rebuilder is an App that can save what is readable of a damaged project.
type Rebuilder interface {
	// Rebuild keeps a copy of the project file that these paths open and
	// makes a new file of what can be read. done is called once, from any
	// goroutine.
	Rebuild(paths []string, done func(project.Rebuilt, error))
}

// Starter is an App that can open a file with the system's program for it.
type Starter interface {
	OpenWith(path string) error
}

// FolderKeeper is a Project whose folders can be changed. All methods may take
// long.
type FolderKeeper interface {
	// RemoveFolder takes a folder off the project. Nothing on disk is
	// touched; adding it again brings back what was derived from its images.
	RemoveFolder(ctx context.Context, id project.RootID) error
	// RelinkFolder says where a folder is now; its files keep their ids.
	RelinkFolder(ctx context.Context, id project.RootID, path string) error
	// FolderLabels says what labels the files of a folder would get at each
	// level, and which level is chosen.
	FolderLabels(ctx context.Context, id project.RootID) (project.FolderLabels, error)
	// SetFolderLabels chooses the level and labels the files anew, in the
	// background.
	SetFolderLabels(ctx context.Context, id project.RootID, level int) error
}
