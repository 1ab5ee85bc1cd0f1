package shell

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"fyne.io/fyne/v2"

	"kindred/project"
	"kindred/views"
	"kindred/views/viewstest"
)

// shelf is a project whose folders can be changed.
type shelf struct {
	*viewstest.Project
	mu    sync.Mutex
	log   []string
	roots []project.Root
	err   error
}

func (s *shelf) note(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append(s.log, fmt.Sprintf(format, args...))
}

func (s *shelf) calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}

func (s *shelf) Roots(context.Context) ([]project.Root, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.roots), nil
}

func (s *shelf) RemoveFolder(_ context.Context, id project.RootID) error {
	s.note("remove %d", id)
	s.mu.Lock()
	s.roots = slices.DeleteFunc(s.roots, func(r project.Root) bool { return r.ID == id })
	s.mu.Unlock()
	s.Tell(views.RootsChanged)
	return s.err
}

func (s *shelf) RelinkFolder(_ context.Context, id project.RootID, path string) error {
	s.note("relink %d %s", id, path)
	return s.err
}

func (s *shelf) FolderLabels(context.Context, project.RootID) (project.FolderLabels, error) {
	return project.FolderLabels{Level: 2, Choices: []project.LabelChoice{
		{Level: 0, Unlabelled: 9},
		{Level: 1, Labels: []project.LabelCount{{Name: "2023", Count: 9}}},
		{Level: 2, Labels: []project.LabelCount{{Name: "owl", Count: 5}, {Name: "heron", Count: 3}}, Unlabelled: 1},
		{Level: -1, Unlabelled: 9},
	}}, nil
}

func (s *shelf) SetFolderLabels(_ context.Context, id project.RootID, level int) error {
	s.note("labels %d %d", id, level)
	return s.err
}

// keeping opens a project of two folders, the second of which is away.
func keeping(t *testing.T) (*desk, *shelf) {
	t.Helper()
	d := newDesk(t, 1280)
	k := &shelf{Project: viewstest.New(20), roots: []project.Root{
		{ID: 1, Name: "north", Path: "/p/north", Connected: true, Images: 15}, {ID: 2, Name: "archive", Path: "/mnt/archive", Images: 5},
	}}
	d.Open([]string{"/photos"})
	d.until("opened", func() bool { return d.session != nil && d.session.counted })
	d.session.project = k
	d.session.stop = k.Subscribe(d.session.tell)
	d.session.count()
	d.until("both folders are in the rail", func() bool { return len(d.session.frame.rail.folders.Objects) == 2 })
	return d, k
}

func labelsOf(m *fyne.Menu) string {
	var all []string
	for _, item := range m.Items {
		if !item.IsSeparator {
			all = append(all, item.Label)
		}
	}
	return strings.Join(all, " | ")
}

func TestTheMenuOfAFolder(t *testing.T) {
	d, _ := keeping(t)
	rail := d.session.frame.rail
	if got := labelsOf(rail.roots[1].OnMenu()); got != "Show its images | Show in folder | Labels from folders… | Remove from project…" {
		t.Errorf("connected: %s", got)
	}
	if got := labelsOf(rail.roots[2].OnMenu()); got != "Show its images | Labels from folders… | Choose where it is now… | Remove from project…" {
		t.Errorf("not connected: %s", got)
	}
	// The same from the keyboard: the menu bar acts on the folder shown.
	if d.Run("folder-remove") {
		t.Error("a folder is removed though none is shown")
	}
	d.session.openRoot(2)
	if !d.Run("folder-remove") || d.dialog == nil || !strings.Contains(d.dialog.Title(), "archive") {
		t.Error("the folder shown is not asked about")
	}
}

func TestAFolderIsRemovedAfterAQuestion(t *testing.T) {
	d, k := keeping(t)
	d.session.openRoot(1)
	d.session.removeFolder(d.session.roots[0])
	if len(k.calls()) != 0 {
		t.Fatal("removed without a question")
	}
	d.dialog.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	d.until("the folder is out of the rail", func() bool { return len(d.session.frame.rail.folders.Objects) == 1 })
	if !slices.Equal(k.calls(), []string{"remove 1"}) {
		t.Errorf("asked %v", k.calls())
	}
	if d.session.root != 0 {
		t.Error("still shows the folder that is gone")
	}
}

func TestAFolderIsConnectedAgain(t *testing.T) {
	d, k := keeping(t)
	d.session.relinkTo(d.session.roots[1], "/media/archive")
	d.until("told", func() bool { return slices.Equal(k.calls(), []string{"relink 2 /media/archive"}) })
	err := fmt.Errorf("connect folder: %w: it lies inside %q, which is in the project already", project.ErrNested, "/p/north")
	if got := folderTrouble(err); got != `it lies inside "/p/north", which is in the project already.` {
		t.Errorf("says %s", got)
	}
}

func TestLabelsAreChosenWithAPreview(t *testing.T) {
	d, k := keeping(t)
	d.session.chooseLabels(d.session.roots[0])
	d.until("the dialog is open", func() bool { return d.dialog != nil && d.dialog.Open() })
	d.dialog.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	d.until("the level is set", func() bool { return slices.Equal(k.calls(), []string{"labels 1 2"}) })
	found, _ := k.FolderLabels(t.Context(), 1)
	if rows := labelPreview(found.Choices[2]); len(rows) != 3 {
		t.Errorf("%d lines for two labels", len(rows))
	}
	many := project.LabelChoice{Level: 1}
	for i := range 40 {
		many.Labels = append(many.Labels, project.LabelCount{Name: fmt.Sprint(i), Count: 1})
	}
	if rows := labelPreview(many); len(rows) != labelRows+1 {
		t.Errorf("%d lines for 40 labels", len(rows))
	}
}
