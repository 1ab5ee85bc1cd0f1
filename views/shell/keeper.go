package shell

import (
	"context"
	"errors"
	"strings"

	"fyne.io/fyne/v2"

	"kindred/project"
	"kindred/views"
	"kindred/views/feed"
	"kindred/views/kit"
	"kindred/views/look"
)

// keeper is the project, if its folders can be changed.
func (se *session) keeper() views.FolderKeeper {
	k, _ := se.project.(views.FolderKeeper)
	return k
}

// chosenRoot is the folder that a command of the menu is about: the one shown,
// or the only one.
func (s *Shell) chosenRoot() (project.Root, bool) {
	if s.session == nil || s.session.keeper() == nil {
		return project.Root{}, false
	}
	for _, r := range s.session.roots {
		if r.ID == s.session.root || len(s.session.roots) == 1 {
			return r, true
		}
	}
	return project.Root{}, false
}

// folderCommands are about the folder that is shown.
func (s *Shell) folderCommands() []Command {
	about := func(do func(*session, project.Root)) func() {
		return func() {
			if r, ok := s.chosenRoot(); ok {
				do(s.session, r)
			}
		}
	}
	can := func() bool { _, ok := s.chosenRoot(); return ok }
	gone := func() bool { r, ok := s.chosenRoot(); return ok && !r.Connected }
	return []Command{
		{ID: "folder-labels", Menu: "File", Under: "Folder", Label: "Labels from folders…", Do: about((*session).chooseLabels), Can: can},
		{ID: "folder-relink", Menu: "File", Under: "Folder", Label: "Choose where it is now…", Do: about((*session).relink), Can: gone},
		{ID: "folder-remove", Menu: "File", Under: "Folder", Label: "Remove from project…", Do: about((*session).removeFolder), Can: can},
	}
}

// folderMenu is what a right click on a folder of the rail offers.
func (se *session) folderMenu(root project.Root) *fyne.Menu {
	items := []*fyne.MenuItem{
		fyne.NewMenuItem("Show its images", func() { se.openRoot(root.ID) }),
	}
	if root.Connected {
		items = append(items, fyne.NewMenuItem("Show in folder", func() { se.Reveal(root.Path) }))
	}
	if se.keeper() != nil {
		items = append(items, fyne.NewMenuItemSeparator(), fyne.NewMenuItem("Labels from folders…", func() { se.chooseLabels(root) }))
		if !root.Connected {
			items = append(items, fyne.NewMenuItem("Choose where it is now…", func() { se.relink(root) }))
		}
		items = append(items, fyne.NewMenuItem("Remove from project…", func() { se.removeFolder(root) }))
	}
	return fyne.NewMenu("", items...)
}

// removeFolder asks, then takes a folder off the project.
func (se *session) removeFolder(root project.Root) {
	text := "“" + root.Name + "” and its " + kit.Plural(root.Images, "file", "files") +
		" leave the lists. Nothing on disk is touched, and adding the folder again brings back all that is known of its images."
	se.shell.dialog = kit.Confirm(se.Window().Canvas(), "Remove “"+root.Name+"” from the project?", text, "Remove folder", func() {
		se.Go(func(ctx context.Context) {
			err := se.keeper().RemoveFolder(ctx, root.ID)
			se.Dispatch(func() {
				if err != nil {
					se.Notice("The folder was not removed: " + folderTrouble(err))
					return
				}
				if se.root == root.ID {
					se.openRoot(0)
				}
				se.Notice("Removed “" + root.Name + "” from the project.")
			})
		})
	})
}

// relink asks where a folder is now.
func (se *session) relink(root project.Root) {
	se.shell.pickFolder("Where “"+root.Name+"” is now", "Connect", func(path string) { se.relinkTo(root, path) })
}

func (se *session) relinkTo(root project.Root, path string) {
	se.Go(func(ctx context.Context) {
		err := se.keeper().RelinkFolder(ctx, root.ID, path)
		se.Dispatch(func() {
			if err != nil {
				se.Notice("The folder was not connected: " + folderTrouble(err))
				return
			}
			se.Notice("“" + root.Name + "” is connected again.")
		})
	})
}

// folderTrouble is why a folder cannot be taken, as the end of a sentence.
func folderTrouble(err error) string {
	text := err.Error()
	if errors.Is(err, project.ErrNested) {
		if _, why, found := strings.Cut(text, project.ErrNested.Error()+": "); found {
			text = why
		}
	}
	return kit.Printable(text) + "."
}

// levelName names a choice of labels.
func levelName(level int) string {
	switch level {
	case project.LabelsAuto:
		return "Automatic"
	case project.LabelsOff:
		return "No labels"
	}
	names := []string{"First folder", "Second folder", "Third folder", "Fourth folder"}
	if level > len(names) {
		return "Folder " + kit.Count(level)
	}
	return names[level-1]
}

const (
	labelRows   = 8 // labels of the preview
	labelsWidth = 420
)

// chooseLabels asks which folder names the label and shows what comes out.
func (se *session) chooseLabels(root project.Root) {
	se.Go(func(ctx context.Context) {
		found, err := se.keeper().FolderLabels(ctx, root.ID)
		se.Dispatch(func() {
			if err != nil {
				se.Notice("The folders cannot be listed: " + err.Error())
				return
			}
			se.showLabels(root, found)
		})
	})
}

func (se *session) showLabels(root project.Root, found project.FolderLabels) {
	at := 0
	names := make([]string, len(found.Choices))
	for i, c := range found.Choices {
		names[i] = levelName(c.Level)
		if c.Level == found.Level {
			at = i
		}
	}
	rows := kit.VBox(4)
	show := func(i int) {
		at = i
		rows.Objects = labelPreview(found.Choices[i])
		rows.Refresh()
	}
	pick := kit.NewSelect("Label is", names, at, show).Boxed()
	show(at)
	head := kit.NewParagraph("The name of a folder on the way to an image becomes its label. A folder train, val or test before it gives the split.", look.Small, look.T2, labelsWidth)
	content := kit.VBox(12, head, kit.HBox(0, pick, kit.Spacer()), kit.Fixed(labelsWidth, 20*(labelRows+2), rows))
	var d *kit.Dialog
	cancel := kit.NewButton("Cancel", func() { d.Close() }).Key("Esc")
	ok := kit.NewButton("Set the labels", func() {
		d.Close()
		level := found.Choices[at].Level
		se.Go(func(ctx context.Context) {
			if err := se.keeper().SetFolderLabels(ctx, root.ID, level); err != nil {
				se.Dispatch(func() { se.Notice("The labels were not set: " + err.Error()) })
			}
		})
	}).Primary()
	d = kit.NewDialog(se.Window().Canvas(), "Labels from the folders of “"+root.Name+"”", content, fyne.NewSize(labelsWidth+48, 0), cancel, ok)
	se.shell.dialog = d
	d.Show()
}

// labelPreview lists the labels of a choice, the largest first.
func labelPreview(c project.LabelChoice) []fyne.CanvasObject {
	what := kit.Plural(len(c.Labels), "label", "labels")
	if c.Unlabelled > 0 {
		what += " · " + kit.Plural(c.Unlabelled, "image", "images") + " without"
	}
	if len(c.Labels) == 0 {
		what = "No image gets a label."
		if c.Level == project.LabelsAuto {
			what = "No image gets a label: the folders look like numbers or dates, or there are none."
		}
	}
	rows := []fyne.CanvasObject{kit.NewParagraph(what, look.Small, look.T1, labelsWidth)}
	names := make([]string, len(c.Labels))
	for i, l := range c.Labels {
		names[i] = l.Name
	}
	hues := feed.Hues(names, nil)
	for i, l := range c.Labels {
		if i == labelRows-1 && len(c.Labels) > labelRows {
			rows = append(rows, kit.NewText(kit.Count(len(c.Labels)-i)+" more", look.Small, look.T3))
			break
		}
		rows = append(rows, kit.HBox(6, kit.NewDot(look.Hue(hues[l.Name])), kit.Grow(kit.NewText(l.Name, look.Small, look.T2).Truncate(40)),
			kit.NewText(kit.Count(l.Count), look.Small, look.T3)))
	}
	return rows
}
