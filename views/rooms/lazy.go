package rooms

import (
	"fyne.io/fyne/v2"

	"kindred/views"
	"kindred/views/kit"
	"kindred/views/shell"
)

// lazy is a room that is built when it is shown first: opening a project shall
// not wait for the widgets of rooms that nobody looks at.
type lazy struct {
	id, title, icon, group string
	count                  func() string // in the rail, until there is the room
	build                  func() shell.Room
	room                   shell.Room
}

var (
	_ shell.Room      = (*lazy)(nil)
	_ shell.Commander = (*lazy)(nil)
	_ shell.Opener    = (*lazy)(nil)
)

func (l *lazy) real() shell.Room {
	if l.room == nil {
		l.room = l.build()
	}
	return l.room
}

func (l *lazy) ID() string    { return l.id }
func (l *lazy) Title() string { return l.title }
func (l *lazy) Icon() string  { return l.icon }
func (l *lazy) Group() string { return l.group }

func (l *lazy) Count() string {
	if l.room != nil {
		return l.room.Count()
	}
	return l.count()
}

func (l *lazy) Content() fyne.CanvasObject   { return l.real().Content() }
func (l *lazy) Inspector() fyne.CanvasObject { return l.real().Inspector() }
func (l *lazy) Focus() fyne.Focusable        { return l.real().Focus() }
func (l *lazy) Keys() []kit.KeyHint          { return l.real().Keys() }
func (l *lazy) Shown()                       { l.real().Shown() }

func (l *lazy) Hidden() {
	if l.room != nil {
		l.room.Hidden()
	}
}

func (l *lazy) Refresh(e views.Event) {
	if l.room != nil {
		l.room.Refresh(e)
	}
}

func (l *lazy) Can(command string) bool {
	c, ok := l.room.(shell.Commander)
	return ok && c.Can(command)
}

func (l *lazy) Do(command string) {
	if c, ok := l.room.(shell.Commander); ok {
		c.Do(command)
	}
}

func (l *lazy) Open(r shell.Request) {
	if o, ok := l.real().(shell.Opener); ok {
		o.Open(r)
	}
}
