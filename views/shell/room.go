package shell

import (
	"context"

	"fyne.io/fyne/v2"

	"kindred/project"
	"kindred/views"
	"kindred/views/kit"
)

// Room is one view of an open project. The shell calls every method on the
// main goroutine. A room is made when a project opens and dropped when it
// closes; Host.Context ends then.
type Room interface {
	ID() string    // "images"; the name that Host.Open and the commands use
	Title() string // in the rail and the View menu: "Images"
	Icon() string  // name of an icon of package look
	Group() string // head in the rail above it: "" or "Review"
	// Count is shown at the right of the rail; "" for none. The shell asks
	// after each event and after Host.Changed.
	Count() string
	// Content is the view without rail, inspector and status bar. It is asked
	// for once.
	Content() fyne.CanvasObject
	// Inspector is the panel at the right, or nil. Rooms may share one object.
	Inspector() fyne.CanvasObject
	// Focus is what gets the keyboard when the room is shown, and the keys
	// that are typed while nothing has the keyboard. It may be nil.
	Focus() fyne.Focusable
	// Keys are the hints of the status bar, most used first.
	Keys() []kit.KeyHint
	Shown()  // is on the screen from now on
	Hidden() // is not any more; stop loading what only the eye needs
	// Refresh tells that the project changed. Bursts are joined: at most ten
	// calls a second and event, also while the room is hidden.
	Refresh(views.Event)
}

// Commander is a Room that answers commands of the menu: "select-all",
// "select-none", "invert", "cover", "larger", "smaller", "search".
type Commander interface {
	// Can says whether the command does something now.
	Can(command string) bool
	Do(command string)
}

// Opener is a Room that can be asked to show something.
type Opener interface {
	Open(Request)
}

// Request says what a room shall show; what is zero is not asked for.
type Request struct {
	Title  string           // for people: "sunset, beach", "near to IMG_2041.JPG"
	Filter string           // in the filter language
	Root   project.RootID   // one folder
	Images []project.FileID // exactly these, in this order
	Image  project.FileID   // the one to select
	Like   project.FileID   // the images nearest to this one
}

// Host is what the shell offers to a room.
type Host interface {
	Project() views.Project
	// Context ends when the project closes. Long calls take it.
	Context() context.Context
	// Dispatch runs f on the main goroutine, later; after the project has
	// closed f is dropped.
	Dispatch(f func())
	// Go runs f on a goroutine of its own. Closing the project waits for it.
	Go(f func(ctx context.Context))
	Window() fyne.Window
	// Open shows a room, and gives it the request if it is an Opener.
	Open(room string, r Request)
	// Changed makes the shell ask for counts, keys and commands again.
	Changed()
	// Notice shows a sentence in the status bar for eight seconds.
	Notice(text string)
	// Inspect says whether the inspector is shown, and SetInspector shows it.
	Inspect() bool
	SetInspector(on bool)
	// TypedKey and TypedRune take the keys that the room's own object with the
	// keyboard does not use, so that the bare keys of the menu ("I", "?", F5)
	// work there too. They say whether the key was used.
	TypedKey(*fyne.KeyEvent) bool
	TypedRune(rune) bool
	// Reveal shows a file in the system's file manager.
	Reveal(path string)
	// OpenWith opens a file with the system's program for it.
	OpenWith(path string)
	// Preference keeps small numbers of the window: widths, tile size.
	Preference(key string, fallback float64) float64
	SetPreference(key string, value float64)
}
