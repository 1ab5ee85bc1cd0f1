package shell

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"

	"kindred/project"
	"kindred/views/kit"
	"kindred/views/look"
)

// rail is the left side of the frame: the project, its rooms, its folders.
type rail struct {
	s       *session
	narrow  bool
	name    *kit.Text
	images  *kit.Text
	head    *fyne.Container
	top     *fyne.Container // around head
	rows    map[string]*kit.NavRow
	heads   []fyne.CanvasObject // hidden while narrow
	shares  map[string]*kit.Text
	folders *fyne.Container
	roots   map[project.RootID]*kit.NavRow
	content fyne.CanvasObject
	fold    *kit.Button

	settings *kit.NavRow
	key      *fyne.Container // the key of settings
	foot     *fyne.Container
}

func newRail(s *session) *rail {
	r := &rail{
		s: s, rows: map[string]*kit.NavRow{}, shares: map[string]*kit.Text{}, roots: map[project.RootID]*kit.NavRow{},
		name:   kit.NewText(s.project.Name(), look.Body, look.T1).Bold().Truncate(40),
		images: kit.NewText("…", look.Caption, look.T3).Truncate(40),
	}
	r.head = kit.HBox(8, kit.NewMark(24), kit.Grow(kit.VBox(0, r.name, r.images)))
	r.top = kit.Pad(0, 4, 0, 8, r.head)
	objects := []fyne.CanvasObject{kit.Fixed(0, 48, r.top)}
	group := ""
	for _, room := range s.rooms {
		if room.Group() != group {
			group = room.Group()
			share := kit.NewText("", look.Caption, look.T3)
			r.shares[group] = share
			h := kit.Pad(8, 8, 0, 8, kit.SectionHead(group, share))
			r.heads = append(r.heads, h)
			objects = append(objects, h)
		}
		row := kit.NewNavRow(room.Icon(), room.Title(), func() { s.Open(room.ID(), Request{}) })
		r.rows[room.ID()] = row
		objects = append(objects, row)
	}
	add := kit.NewIconButton("plus", s.shell.addFolder).Small()
	folderHead := kit.Pad(8, 4, 0, 8, kit.SectionHead("Folders", kit.Fixed(20, 20, add)))
	r.folders = kit.VBox(0)
	r.heads = append(r.heads, folderHead)
	objects = append(objects, folderHead, r.folders)
	r.fold = kit.NewIconButton("rail", s.shell.toggleRail)
	list := container.NewVScroll(kit.VBox(0, objects...))
	list.Direction = container.ScrollVerticalOnly
	bottom := r.makeFoot()
	r.content = kit.NewSurface(look.BG0, "", 0, kit.Pad(8, 9, 8, 8, container.NewBorder(nil, bottom, nil, nil, list)))
	return r
}

// setNarrow shows icons only.
func (r *rail) setNarrow(on bool) {
	if r.narrow == on {
		return
	}
	r.narrow = on
	for _, h := range r.heads {
		visible(h, !on)
	}
	visible(r.head.Objects[1], !on)
	left := float32(8)
	if on {
		left = 4
	}
	r.top.Layout = layout.NewCustomPaddedLayout(0, 0, left, 4)
	for _, row := range r.rows {
		row.SetNarrow(on)
	}
	for _, row := range r.roots {
		row.SetNarrow(on)
	}
	r.layFoot()
	r.content.Refresh()
}

func visible(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

// update shows counts, folders and which room is current.
func (r *rail) update() {
	s := r.s
	if s.counted {
		r.images.Set(kit.Plural(s.counts.Images, "file", "files"))
	}
	for _, room := range s.rooms {
		row := r.rows[room.ID()]
		row.SetCount(room.Count())
		row.SetSelected(s.current == room && s.root == 0)
	}
	at := ""
	if done := s.counts.Ready + s.counts.Failed; s.shell.jobs.Busy() && s.counted && s.counts.Images > 0 && done < s.counts.Images {
		at = "at " + kit.WholePercent(float64(done)/float64(s.counts.Images))
	}
	for group, share := range r.shares {
		if group != "" {
			share.Set(at)
		}
	}
	var rows []fyne.CanvasObject
	for _, root := range s.roots {
		row := r.roots[root.ID]
		if row == nil {
			id := root.ID
			row = kit.NewNavRow("folder", root.Name, func() { s.openRoot(id) }).List()
			row.SetNarrow(r.narrow)
			r.roots[root.ID] = row
		}
		row.OnMenu = func() *fyne.Menu { return s.folderMenu(root) }
		icon := "folder"
		if !root.Connected {
			icon = "plug"
		}
		row.SetAmber(icon, !root.Connected)
		row.SetCount(kit.Count(root.Images))
		row.SetSelected(s.root == root.ID)
		rows = append(rows, row)
	}
	if !slices.Equal(rows, r.folders.Objects) {
		r.folders.Objects = rows
		r.folders.Refresh()
		r.content.Refresh()
	}
}

// makeFoot makes what stands below the list: settings, and what folds the rail.
func (r *rail) makeFoot() fyne.CanvasObject {
	r.settings = kit.NewNavRow("settings", "Settings", func() { r.s.shell.Run("settings") })
	r.key = kit.HBox(0, kit.Spacer(), kit.Pad(0, 4, 0, 0, kit.NewKey("Ctrl ,")))
	visible(r.settings, r.s.shell.hasSettings())
	visible(r.key, r.s.shell.hasSettings())
	r.foot = container.NewStack()
	r.layFoot()
	return kit.VBox(8, kit.HRule(), r.foot)
}

// layFoot places settings and fold side by side, or above each other while the
// rail is narrow.
func (r *rail) layFoot() {
	r.settings.SetNarrow(r.narrow)
	fold := kit.Fixed(32, look.ButtonHeight, r.fold)
	if r.narrow {
		r.foot.Objects = []fyne.CanvasObject{kit.VBox(4, r.settings, kit.HBox(0, fold, kit.Spacer()))}
	} else {
		r.foot.Objects = []fyne.CanvasObject{kit.HBox(4, kit.Grow(container.NewStack(r.settings, r.key)), fold)}
	}
	r.foot.Refresh()
}
