// Package shell is the whole content of the window: the welcome screen, or the
// frame around the rooms of an open project (menu bar, rail, room, inspector,
// status bar), and every command with its key.
package shell

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"kindred/project/job"
	"kindred/views"
	"kindred/views/chooser"
	"kindred/views/jobs"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/settings"
	"kindred/views/welcome"
)

// Maker makes a room of an open project. The order of the makers is the order
// in the rail and of Ctrl 1 to Ctrl 9.
type Maker struct {
	ID, Title string // those of the room
	Make      func(Host) Room
	Keys      []KeyGroup // optional: the keys that the room uses, for the table
}

// Params is what the shell needs.
type Params struct {
	Context  context.Context // ends with the program
	App      views.App
	Window   fyne.Window
	Dispatch views.Dispatch
	Rooms    []Maker

	Theme       *look.Theme      // optional: the default fonts
	Preferences fyne.Preferences // optional: those of the current app
	// Quit is called on the main goroutine when the project is closed and no
	// goroutine of the shell runs any more. Optional: closes the window.
	Quit func()
	// Interval is the least time between two refreshes after events.
	// Optional: 100 ms; negative: none, for tests.
	Interval time.Duration
}

// Shell is the content of the window. All methods belong to the main
// goroutine.
type Shell struct {
	p      Params
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup // goroutines of the shell itself

	mode     look.Mode
	commands []Command
	items    []*fyne.MenuItem // by command
	menu     *fyne.MainMenu

	root    *fyne.Container
	body    *fyne.Container
	status  *fyne.Container
	welcome *welcome.Welcome
	jobs    *jobs.Line
	hints   *kit.KeyHints
	size    fyne.Size
	dialog  *kit.Dialog
	chooser *chooser.Chooser // the newest; nil before the first
	notices int

	settings *settings.View // nil while they are not shown

	session *session // nil while no project is open
	hint    string   // to be shown when the first findings of the project are there
	saved   string   // what a rebuild saved, told when the project is open
	opening bool
	closing bool
}

// New fills the window: content, menu, keys, what happens on a drop and when
// it is closed. It does not show it.
func New(p Params) *Shell {
	if p.Theme == nil {
		p.Theme = look.New(look.Fonts{})
	}
	if p.Preferences == nil {
		p.Preferences = fyne.CurrentApp().Preferences()
	}
	if p.Quit == nil {
		p.Quit = p.Window.Close
	}
	if p.Interval == 0 {
		p.Interval = 100 * time.Millisecond
	}
	s := &Shell{p: p}
	s.ctx, s.cancel = context.WithCancel(p.Context)
	// The theme comes first: Fyne keeps the fonts with which a text was
	// measured first.
	s.mode = look.Mode(p.Preferences.IntWithFallback("theme", int(look.System)))
	fyne.CurrentApp().Settings().SetTheme(p.Theme.In(s.mode))
	s.jobs = jobs.NewLine(s.showFailures)
	s.jobs.OnCancel = func(j job.Status) { s.notice(jobs.Stopped(j)) }
	s.hints = kit.NewKeyHints()
	s.welcome = welcome.New(welcome.Params{
		App: p.App, Dispatch: p.Dispatch, Go: s.goes, Open: s.Open,
		OpenRecent: func(r views.Recent) { s.Open([]string{r.File}) },
		Review:     s.reviewRooms(), ChooseFolder: s.chooseFolder, ChooseProject: s.chooseProject, Keyboard: s.showKeys, Sample: s.openSample, Rebuild: s.rebuild,
		Changed: func() {
			if s.session == nil {
				s.setHints(s.welcome.Keys())
			}
		},
	})
	s.commands = s.makeCommands()
	s.menu = s.makeMenu()
	s.body = container.NewStack(s.welcome.Content())
	s.root = container.New(rootLayout{s}, s.body, s.statusBar())

	w := p.Window
	w.SetPadded(false)
	w.SetMainMenu(s.menu)
	w.SetContent(s.root)
	w.SetOnDropped(s.Dropped)
	w.SetCloseIntercept(s.Close)
	w.Canvas().SetOnTypedKey(s.typedKey)
	w.Canvas().SetOnTypedRune(s.typedRune)
	// "Larger tiles" is on the plus of the keypad and on the key with "=" and
	// "+", with Shift and without.
	for _, sc := range []fyne.Shortcut{ctrl(fyne.KeyEqual), shifted(fyne.KeyEqual), shifted(fyne.KeyPlus)} {
		w.Canvas().AddShortcut(sc, func(fyne.Shortcut) { s.Run("larger") })
	}
	s.showWelcome()
	return s
}

// Content is what fills the window.
func (s *Shell) Content() fyne.CanvasObject { return s.root }

// Welcome is the first screen.
func (s *Shell) Welcome() *welcome.Welcome { return s.welcome }

// Jobs is the left part of the status bar.
func (s *Shell) Jobs() *jobs.Line { return s.jobs }

// Project is the open project, or nil.
func (s *Shell) Project() views.Project {
	if s.session == nil {
		return nil
	}
	return s.session.project
}

// Room is the room that is shown, or nil.
func (s *Shell) Room() Room {
	if s.session == nil {
		return nil
	}
	return s.session.current
}

func (s *Shell) goes(f func(ctx context.Context)) {
	s.wg.Go(func() { f(s.ctx) })
}

func (s *Shell) showWelcome() {
	s.body.Objects = []fyne.CanvasObject{s.welcome.Content()}
	s.body.Refresh()
	s.p.Window.SetTitle("Kindred")
	s.jobs.SetControls(nil)
	s.jobs.SetIdle("cpu", s.p.App.Machine())
	s.setHints(s.welcome.Keys())
	s.welcome.Reload()
	s.refreshMenu()
}

// Open opens folders, or one project file, in place of what is open. Files
// are taken for their folder.
func (s *Shell) Open(paths []string) {
	if len(paths) == 0 || s.opening || s.closing {
		return
	}
	if s.session != nil {
		s.closeProject(func() { s.Open(paths) })
		return
	}
	s.opening = true
	s.welcome.Busy(welcome.Opening(paths))
	done := func(p views.Project, err error) {
		s.p.Dispatch(func() { s.opened(p, err, paths) })
	}
	if len(paths) == 1 && isProject(paths[0]) {
		s.p.App.OpenProject(paths[0], done)
	} else {
		s.p.App.OpenFolders(paths, done)
	}
}

// openSample opens the sample dataset. When its findings are there, a line
// says, once, what to look at.
func (s *Shell) openSample() {
	if s.opening || s.closing {
		return
	}
	s.welcome.Busy("Opening the sample dataset")
	s.p.App.Sample(func(folder string, err error) {
		s.p.Dispatch(func() {
			s.welcome.Busy("")
			if err != nil {
				s.welcome.Fail(err, []string{folder})
				return
			}
			s.hint = "Copies are planted here: look at Duplicates" + s.keyOf("room-duplicates") +
				", then at Clusters" + s.keyOf("room-clusters") + " for what does not belong."
			s.Open([]string{folder})
		})
	})
}

// keyOf is the key of a command in brackets, " (Ctrl 3)", or "".
func (s *Shell) keyOf(id string) string {
	for _, c := range s.commands {
		if c.ID == id && c.Key != "" {
			return " (" + c.Key + ")"
		}
	}
	return ""
}

// reviewRooms are the titles of the rooms that list what to look at.
func (s *Shell) reviewRooms() []string {
	var titles []string
	for _, m := range s.p.Rooms {
		if !slices.Contains([]string{"overview", "images", "clusters", "map"}, m.ID) {
			titles = append(titles, m.Title)
		}
	}
	return titles
}

func isProject(path string) bool { return strings.EqualFold(filepath.Ext(path), ".kindred") }

func (s *Shell) opened(p views.Project, err error, paths []string) {
	s.opening = false
	s.welcome.Busy("")
	if err != nil || p == nil {
		if s.closing {
			s.quit()
			return
		}
		if err != nil {
			s.welcome.Fail(err, paths)
		}
		return
	}
	s.session = newSession(s, p)
	if s.closing {
		s.closeProject(s.quit)
		return
	}
	s.session.start()
	if file := oneFile(paths); file != "" {
		s.session.lookFor(file)
	}
	s.tellOpeningNote()
	s.refreshMenu()
	s.tellSaved()
}

// closeProject ends the session: its context is cancelled, its goroutines are
// waited for off the main goroutine, then the program closes the project.
func (s *Shell) closeProject(then func()) {
	se := s.session
	if se == nil {
		if then != nil {
			then()
		}
		return
	}
	s.session = nil
	se.end()
	s.showWelcome()
	s.welcome.Busy("Closing “" + se.project.Name() + "”")
	s.opening = true
	s.wg.Go(func() {
		se.wg.Wait()
		s.p.App.CloseProject(func() {
			s.p.Dispatch(func() {
				s.opening = false
				s.welcome.Busy("")
				s.welcome.Reload()
				switch {
				case s.closing:
					s.quit()
				case then != nil:
					then()
				}
			})
		})
	})
}

// Close ends the program: it closes the project, waits for all goroutines and
// calls Quit. It returns at once.
func (s *Shell) Close() {
	if s.closing {
		return
	}
	s.closing = true
	s.keepWindow()
	switch {
	case s.session != nil:
		s.closeProject(s.quit)
	case !s.opening:
		s.quit()
	}
}

func (s *Shell) quit() {
	s.cancel()
	go func() {
		s.wg.Wait()
		s.p.Dispatch(s.p.Quit)
	}()
}

// notice shows a sentence in the status bar for eight seconds.
func (s *Shell) notice(text string) {
	s.notices++
	n := s.notices
	s.jobs.SetNotice(text)
	time.AfterFunc(8*time.Second, func() {
		s.p.Dispatch(func() {
			if n == s.notices {
				s.jobs.SetNotice("")
			}
		})
	})
}

func (s *Shell) setTheme(m look.Mode) {
	s.mode = m
	s.p.Preferences.SetInt("theme", int(m))
	fyne.CurrentApp().Settings().SetTheme(s.p.Theme.In(m))
}

func (s *Shell) showFailures() {
	if s.session != nil {
		s.session.showFailures()
	}
}

func (s *Shell) toggleInspector() { s.session.SetInspector(!s.session.Inspect()) }

func (s *Shell) toggleRail() { s.session.frame.toggleRail() }

// typedKey gets the keys while nothing has the keyboard: the room gets the
// keyboard and the key.
func (s *Shell) typedKey(e *fyne.KeyEvent) {
	if f := s.wanted(); f != nil {
		s.p.Window.Canvas().Focus(f)
		f.TypedKey(e)
		return
	}
	s.TypedKey(e)
}

func (s *Shell) typedRune(r rune) {
	if f := s.wanted(); f != nil && s.session != nil {
		s.p.Window.Canvas().Focus(f)
		f.TypedRune(r)
		return
	}
	s.TypedRune(r)
}

// wanted is what should have the keyboard now.
func (s *Shell) wanted() fyne.Focusable {
	if s.p.Window.Canvas().Overlays().Top() != nil {
		return nil
	}
	if s.session == nil {
		return s.welcome.Focus()
	}
	if s.session.current == nil {
		return nil
	}
	return s.session.current.Focus()
}
