package gallery

import (
	"slices"

	"kindred/project"
	"kindred/views/feed"
)

// Mode says what a click or a move does to what is selected already.
type Mode int

const (
	Replace Mode = iota // only this
	Toggle              // this in or out, the rest stays
	Range               // from the anchor to this, nothing else
	Extend              // from the anchor to this, the rest stays
	Walk                // only the focus moves
)

// Step is a move of the focus by the keyboard.
type Step int

const (
	Left Step = iota
	Right
	Up
	Down
	PageUp
	PageDown
	Home
	End
)

// Selection says which files of a list are selected and which one has the
// focus. Both are kept by file id, so they survive another filter and another
// order; a selected file that is not listed now stays selected until a command
// replaces the selection. It knows no Fyne and is used on one goroutine.
type Selection struct {
	list   *feed.List
	chosen idSet
	focus  project.FileID // 0 is none
	anchor project.FileID // where a range starts; 0 is none
}

// NewSelection returns an empty selection over an empty list.
func NewSelection() *Selection { return &Selection{list: feed.NewList(nil)} }

// SetList shows the selection on another list, in O(1).
func (s *Selection) SetList(l *feed.List) { s.list = l }

// Has says whether a file is selected.
func (s *Selection) Has(id project.FileID) bool { return s.chosen.has(id) }

// Count is the number of selected files, listed or not.
func (s *Selection) Count() int { return s.chosen.count }

// Listed is the number of selected files that are listed. O(listed).
func (s *Selection) Listed() int {
	n := 0
	if s.chosen.count > 0 {
		for _, id := range s.list.IDs() {
			if s.chosen.has(id) {
				n++
			}
		}
	}
	return n
}

// Focus is the file that has the focus, 0 when none has.
func (s *Selection) Focus() project.FileID { return s.focus }

// FocusPlace is where the focus stands in the list, or -1.
func (s *Selection) FocusPlace() int { return s.list.Find(s.focus) }

// IDs returns the selected files: those listed in the order of the list, then
// the others by id. O(listed), with a test of one bit each.
func (s *Selection) IDs() []project.FileID {
	all := make([]project.FileID, 0, s.chosen.count)
	if s.chosen.count == 0 {
		return all
	}
	for _, id := range s.list.IDs() {
		if s.chosen.has(id) {
			all = append(all, id)
		}
	}
	if listed := len(all); listed < s.chosen.count {
		s.chosen.each(func(id project.FileID) {
			if s.list.Find(id) < 0 {
				all = append(all, id)
			}
		})
		slices.Sort(all[listed:])
	}
	return all
}

// First is the listed selected file that stands first, in O(1) for the focus
// and O(n) else; 0 when there is none.
func (s *Selection) First() project.FileID {
	if s.chosen.has(s.focus) {
		return s.focus
	}
	if s.chosen.count > 0 {
		for _, id := range s.list.IDs() {
			if s.chosen.has(id) {
				return id
			}
		}
	}
	return 0
}

// Go moves the focus to a place of the list and selects by mode. A place
// outside the list does nothing.
func (s *Selection) Go(place int, mode Mode) {
	if place < 0 || place >= s.list.Len() {
		return
	}
	id := s.list.At(place)
	switch mode {
	case Replace:
		s.chosen.clear()
		s.chosen.add(id)
		s.anchor = id
	case Toggle:
		if s.chosen.has(id) {
			s.chosen.remove(id)
		} else {
			s.chosen.add(id)
		}
		s.anchor = id
	case Range, Extend:
		if mode == Range {
			s.chosen.clear()
		}
		from := s.list.Find(s.anchor)
		if from < 0 { // the start is not listed: start at the focus, else here
			if from = s.list.Find(s.focus); from < 0 {
				from = place
			}
			s.anchor = s.list.At(from)
		}
		for i := min(from, place); i <= max(from, place); i++ {
			s.chosen.add(s.list.At(i))
		}
	}
	s.focus = id
}

// Move moves the focus by a step in a grid of so many columns and whole rows a
// page, and selects by mode. Without a focus it goes to the first file.
func (s *Selection) Move(step Step, columns, rows int, mode Mode) {
	n := s.list.Len()
	if n == 0 {
		return
	}
	columns, rows = max(columns, 1), max(rows, 1)
	at := s.FocusPlace()
	if at < 0 {
		if step == End {
			s.Go(n-1, mode)
		} else {
			s.Go(0, mode)
		}
		return
	}
	to := at
	switch step {
	case Left:
		to = max(at-1, 0)
	case Right:
		to = min(at+1, n-1)
	case Up:
		to = up(at, columns, 1)
	case Down:
		to = down(at, columns, 1, n)
	case PageUp:
		to = up(at, columns, rows)
	case PageDown:
		to = down(at, columns, rows, n)
	case Home:
		to = 0
	case End:
		to = n - 1
	}
	s.Go(to, mode)
}

// up goes rows up in the same column, at most to the first row.
func up(at, columns, rows int) int {
	return max(at-rows*columns, at%columns)
}

// down goes rows down in the same column, at most to the last row; where that
// has no such column, to its end.
func down(at, columns, rows, n int) int {
	last := (n - 1) / columns
	row := min(at/columns+rows, last)
	return min(row*columns+at%columns, n-1)
}

// All selects every listed file and no other.
func (s *Selection) All() {
	s.chosen.clear()
	for _, id := range s.list.IDs() {
		s.chosen.add(id)
	}
}

// Invert selects exactly the listed files that were not selected.
func (s *Selection) Invert() {
	old := s.chosen
	s.chosen = idSet{}
	for _, id := range s.list.IDs() {
		if !old.has(id) {
			s.chosen.add(id)
		}
	}
}

// Clear selects nothing; the focus stays.
func (s *Selection) Clear() { s.chosen.clear() }

// Set selects exactly these files; the first one gets the focus.
func (s *Selection) Set(ids []project.FileID) {
	s.chosen.clear()
	for _, id := range ids {
		s.chosen.add(id)
	}
	s.focus, s.anchor = 0, 0
	if len(ids) > 0 {
		s.focus, s.anchor = ids[0], ids[0]
	}
}

// Sweep selects the listed places of a drag rectangle, on top of base when it
// adds; base is what was selected when the drag began.
func (s *Selection) Sweep(places []int, base []project.FileID) {
	s.chosen.clear()
	for _, id := range base {
		s.chosen.add(id)
	}
	for _, i := range places {
		if i >= 0 && i < s.list.Len() {
			s.chosen.add(s.list.At(i))
		}
	}
}
