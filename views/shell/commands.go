package shell

import (
	"runtime"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"kindred/views/kit"
	"kindred/views/look"
)

// Command is one entry of the menu and of the table of keys. There is one
// table of them; menu, shortcuts and the table that "?" shows are made of it.
type Command struct {
	ID    string
	Menu  string // "File"; "" for what has a key only
	Label string
	Hint  string // what the table of keys says; "": the label
	// Key is the key for people: "Ctrl O".
	Key string
	// Shortcut is the key for Fyne. Bare keys ("I", "F5") have none: Fyne has
	// no shortcuts without Ctrl, so they come as Rune or Name.
	Shortcut fyne.Shortcut
	Rune     rune
	Name     fyne.KeyName
	Do       func()
	Can      func() bool // nil: always
	Checked  func() bool // nil: no tick
	Under    string      // label of the submenu it stands in
	Apart    bool        // a line stands above it
}

func ctrl(key fyne.KeyName) fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault}
}

// shown is the shortcut that the menu shows. For a bare key it is one that
// Fyne never sends, so that the menu only names the key; not on macOS, whose
// own menu would act on it while a person types.
func (c *Command) shown() fyne.Shortcut {
	if c.Shortcut != nil || c.Key == "" || runtime.GOOS == "darwin" {
		return c.Shortcut
	}
	return &desktop.CustomShortcut{KeyName: fyne.KeyName(c.Key)}
}

// menus is the order of the menus.
var menus = []string{"File", "View", "Select", "Jobs", "Help"}

// makeCommands is the table. What it calls is asked for when it is called, so
// that the table lives as long as the window.
func (s *Shell) makeCommands() []Command {
	open := func() bool { return s.session != nil }
	room := func(id string) (func(), func() bool) {
		return func() { s.session.do(id) }, func() bool { return s.session != nil && s.session.can(id) }
	}
	list := []Command{
		{ID: "open-folder", Menu: "File", Label: "Open folder…", Key: "Ctrl O", Shortcut: ctrl(fyne.KeyO), Do: s.chooseFolder},
		{ID: "open-project", Menu: "File", Label: "Open project…", Do: s.chooseProject},
		{ID: "sample", Menu: "File", Label: "Open the sample dataset", Do: s.openSample},
		{ID: "add-folder", Menu: "File", Label: "Add folder…", Do: s.addFolder, Can: open, Apart: true},
		{ID: "close", Menu: "File", Label: "Close project", Do: func() { s.closeProject(nil) }, Can: open},
		{ID: "settings", Menu: "File", Label: "Settings…", Key: "Ctrl ,", Shortcut: ctrl(fyne.KeyComma), Do: s.openSettings, Can: s.hasSettings, Apart: true},
		{ID: "quit", Menu: "File", Label: "Quit", Key: "Ctrl Q", Shortcut: ctrl(fyne.KeyQ), Do: s.Close, Apart: true},
	}
	list = slices.Insert(list, 1+slices.IndexFunc(list, func(c Command) bool { return c.ID == "add-folder" }), s.folderCommands()...)
	digits := []fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4, fyne.Key5, fyne.Key6, fyne.Key7, fyne.Key8, fyne.Key9}
	for i, r := range s.roomNames() {
		c := Command{ID: "room-" + r.id, Menu: "View", Label: r.title, Do: func() { s.session.show(r.id) }, Can: open}
		c.Checked = func() bool { return s.session != nil && s.session.current != nil && s.session.current.ID() == r.id }
		if i < len(digits) {
			c.Key, c.Shortcut = "Ctrl "+string(digits[i]), ctrl(digits[i])
		}
		list = append(list, c)
	}
	cover, canCover := room("cover")
	larger, canLarger := room("larger")
	smaller, canSmaller := room("smaller")
	// Searching is what Images does: from the other rooms the command goes there.
	search := func() {
		if !s.session.can("search") {
			s.session.show("images")
		}
		s.session.do("search")
	}
	canSearch := func() bool { return s.session != nil && (s.session.can("search") || s.session.room("images") != nil) }
	all, canAll := room("select-all")
	none, canNone := room("select-none")
	invert, canInvert := room("invert")
	mode := func(m look.Mode) (func(), func() bool) {
		return func() { s.setTheme(m) }, func() bool { return s.mode == m }
	}
	system, isSystem := mode(look.System)
	dark, isDark := mode(look.Dark)
	light, isLight := mode(look.Light)
	busy := func() bool { return s.session != nil && s.jobs.Busy() }
	return append(list, []Command{
		{ID: "search", Menu: "View", Label: "Search", Key: "Ctrl F", Shortcut: ctrl(fyne.KeyF), Rune: '/', Do: search, Can: canSearch, Apart: true},
		{
			ID: "inspector", Menu: "View", Label: "Inspector", Key: "I", Rune: 'i', Do: s.toggleInspector, Can: func() bool { return s.session != nil && s.session.hasInspector() },
			Checked: func() bool { return s.session != nil && s.session.Inspect() },
		},
		{ID: "rail", Menu: "View", Label: "Rail", Do: s.toggleRail, Can: open, Checked: func() bool { return s.session != nil && !s.session.frame.narrow }},
		{ID: "theme-system", Menu: "View", Under: "Theme", Label: "Follow the system", Do: system, Checked: isSystem},
		{ID: "theme-dark", Menu: "View", Under: "Theme", Label: "Dark", Do: dark, Checked: isDark},
		{ID: "theme-light", Menu: "View", Under: "Theme", Label: "Light", Do: light, Checked: isLight},
		{ID: "cover", Menu: "View", Label: "Cover or contain", Key: "C", Rune: 'c', Do: cover, Can: canCover, Apart: true},
		{ID: "larger", Menu: "View", Label: "Larger tiles", Key: "Ctrl +", Shortcut: ctrl(fyne.KeyPlus), Do: larger, Can: canLarger},
		{ID: "smaller", Menu: "View", Label: "Smaller tiles", Key: "Ctrl −", Shortcut: ctrl(fyne.KeyMinus), Do: smaller, Can: canSmaller},

		{ID: "select-all", Menu: "Select", Label: "All", Key: "Ctrl A", Shortcut: &fyne.ShortcutSelectAll{}, Do: all, Can: canAll},
		{ID: "select-none", Menu: "Select", Label: "None", Hint: "close, or clear", Key: "Esc", Name: fyne.KeyEscape, Do: none, Can: canNone},
		{ID: "invert", Menu: "Select", Label: "Invert", Do: invert, Can: canInvert},

		{ID: "pause", Menu: "Jobs", Label: "Pause or resume", Do: s.jobs.Toggle, Can: busy},
		{ID: "cancel", Menu: "Jobs", Label: "Cancel", Do: s.jobs.CancelCurrent, Can: busy},
		{ID: "list", Menu: "Jobs", Label: "Show all jobs", Do: s.jobs.OpenList, Can: open},
		{ID: "scan", Menu: "Jobs", Label: "Bring up to date", Key: "F5", Name: fyne.KeyF5, Do: func() { s.session.scan() }, Can: open, Apart: true},

		{ID: "keys", Menu: "Help", Label: "Keyboard", Key: "?", Rune: '?', Do: s.showKeys},
		{ID: "about", Menu: "Help", Label: "About Kindred", Do: s.showAbout},
	}...)
}

// run does a command if it can be done now. While a dialog or a menu is open
// only Quit works; a card that asks nothing goes away.
func (s *Shell) run(c *Command) bool {
	if card, ok := s.p.Window.Canvas().Overlays().Top().(*kit.Popover); ok {
		card.Close()
	}
	if c.ID == "select-all" {
		// The menu gets Ctrl A before the field that is being typed in, that
		// of a dialog too.
		if f, ok := s.p.Window.Canvas().Focused().(fyne.Shortcutable); ok && typing(f) {
			f.TypedShortcut(&fyne.ShortcutSelectAll{})
			return true
		}
	}
	if c.ID != "quit" && s.p.Window.Canvas().Overlays().Top() != nil {
		return false
	}
	if c.Can != nil && !c.Can() {
		return false
	}
	c.Do()
	s.refreshMenu()
	return true
}

// typing says whether an object is a field of text.
func typing(o any) bool {
	_, ok := o.(interface{ SelectedText() string })
	return ok
}

// Run does the command of that id, for the smoke test and the tests of rooms.
// It says whether the command could be done.
func (s *Shell) Run(id string) bool {
	for i := range s.commands {
		if s.commands[i].ID == id {
			return s.run(&s.commands[i])
		}
	}
	return false
}

// Commands is the table.
func (s *Shell) Commands() []Command { return s.commands }

// makeMenu builds the menu bar from the table.
func (s *Shell) makeMenu() *fyne.MainMenu {
	main := &fyne.MainMenu{}
	s.items = make([]*fyne.MenuItem, len(s.commands))
	for _, name := range menus {
		menu := fyne.NewMenu(name)
		under := map[string]*fyne.Menu{}
		for i := range s.commands {
			c := &s.commands[i]
			if c.Menu != name {
				continue
			}
			item := fyne.NewMenuItem(c.Label, func() { s.run(c) })
			item.Shortcut = c.shown()
			item.IsQuit = c.ID == "quit"
			s.items[i] = item
			if c.Apart {
				menu.Items = append(menu.Items, fyne.NewMenuItemSeparator())
			}
			if c.Under == "" {
				menu.Items = append(menu.Items, item)
				continue
			}
			sub := under[c.Under]
			if sub == nil {
				sub = fyne.NewMenu(c.Under)
				under[c.Under] = sub
				parent := fyne.NewMenuItem(c.Under, nil)
				parent.ChildMenu = sub
				menu.Items = append(menu.Items, parent)
			}
			sub.Items = append(sub.Items, item)
		}
		main.Items = append(main.Items, menu)
	}
	return main
}

// refreshMenu brings ticks and greyed entries up to date.
func (s *Shell) refreshMenu() {
	changed := false
	for i := range s.commands {
		c, item := &s.commands[i], s.items[i]
		disabled := c.Can != nil && !c.Can()
		checked := c.Checked != nil && c.Checked()
		if item.Disabled != disabled || item.Checked != checked {
			item.Disabled, item.Checked = disabled, checked
			changed = true
		}
	}
	if changed && s.menu != nil {
		s.menu.Refresh()
	}
}

// TypedRune takes a bare key that nothing else has used. It says whether a
// command was done.
func (s *Shell) TypedRune(r rune) bool {
	for i := range s.commands {
		c := &s.commands[i]
		if c.Rune != 0 && (c.Rune == r || c.Rune == lower(r)) {
			return s.run(c)
		}
	}
	return false
}

// TypedKey is TypedRune for keys that make no character.
func (s *Shell) TypedKey(e *fyne.KeyEvent) bool {
	if e.Name == fyne.KeyEscape && s.session != nil && s.session.frame != nil && s.session.frame.closeDrawer() {
		s.refreshMenu()
		return true
	}
	for i := range s.commands {
		if c := &s.commands[i]; c.Name != "" && c.Name == e.Name {
			return s.run(c)
		}
	}
	return false
}

func lower(r rune) rune {
	if r >= 'A' && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}
