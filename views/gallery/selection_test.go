package gallery

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kindred/project"
	"kindred/views/feed"
)

func listOf(n int) *feed.List {
	ids := make([]project.FileID, n)
	for i := range ids {
		ids[i] = project.FileID(i + 1)
	}
	return feed.NewList(ids)
}

// shown prints a selection as "1 2 3 @focus".
func shown(s *Selection) string {
	var b strings.Builder
	for _, id := range s.IDs() {
		b.WriteString(strconv.Itoa(int(id)) + " ")
	}
	return b.String() + "@" + strconv.Itoa(int(s.Focus()))
}

func TestSelectionByMouse(t *testing.T) {
	type click struct {
		place int
		mode  Mode
	}
	for _, c := range []struct {
		name   string
		clicks []click
		want   string
	}{
		{"a click selects one", []click{{3, Replace}, {5, Replace}}, "6 @6"},
		{"ctrl adds and takes away", []click{{3, Replace}, {5, Toggle}, {3, Toggle}}, "6 @4"},
		{"shift selects a range", []click{{3, Replace}, {6, Range}}, "4 5 6 7 @7"},
		{"shift the other way turns around the first", []click{{3, Replace}, {6, Range}, {1, Range}}, "2 3 4 @2"},
		{"ctrl and shift add a range", []click{{0, Replace}, {4, Toggle}, {6, Extend}}, "1 5 6 7 @7"},
		{"shift first starts there", []click{{4, Range}}, "5 @5"},
		{"outside nothing happens", []click{{2, Replace}, {99, Replace}, {-1, Range}}, "3 @3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := NewSelection()
			s.SetList(listOf(10))
			for _, k := range c.clicks {
				s.Go(k.place, k.mode)
			}
			if got := shown(s); got != c.want {
				t.Errorf("selected %q, want %q", got, c.want)
			}
		})
	}
}

func TestSelectionByKeyboard(t *testing.T) {
	type move struct {
		step Step
		mode Mode
	}
	for _, c := range []struct {
		name  string
		start int
		moves []move
		want  string
	}{
		{"the first key goes to the first", -1, []move{{Down, Replace}}, "1 @1"},
		{"arrows move by one and by a row", 0, []move{{Right, Replace}, {Down, Replace}}, "6 @6"},
		{"up stays in the first row", 1, []move{{Up, Replace}}, "2 @2"},
		{"down into a short last row goes to its end", 7, []move{{Down, Replace}}, "10 @10"},
		{"shift extends", 4, []move{{Right, Range}, {Right, Range}, {Left, Range}}, "5 6 @6"},
		{"ctrl moves without selecting", 4, []move{{Down, Walk}}, "5 @9"},
		{"home and end", 4, []move{{End, Replace}, {Home, Range}}, "1 2 3 4 5 6 7 8 9 10 @1"},
		{"a page is two rows", 0, []move{{PageDown, Replace}}, "9 @9"},
		{"a page up keeps the column", 9, []move{{PageUp, Replace}}, "2 @2"},
		{"left of the first stays", 0, []move{{Left, Replace}}, "1 @1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := NewSelection()
			s.SetList(listOf(10))
			s.Go(c.start, Replace)
			for _, m := range c.moves {
				s.Move(m.step, 4, 2, m.mode)
			}
			if got := shown(s); got != c.want {
				t.Errorf("selected %q, want %q", got, c.want)
			}
		})
	}
}

func TestTheActionBarSaysWhatIsNotShown(t *testing.T) {
	for _, c := range []struct {
		n, listed int
		want      string
	}{
		{1, 1, "1 selected"},
		{1, 0, "1 selected, not shown"},
		{3, 0, "3 selected, none of them shown"},
		{3, 2, "3 selected, 2 of them shown"},
		{1500, 1500, "1,500 selected"},
	} {
		if got := picked(c.n, c.listed); got != c.want {
			t.Errorf("got %q, wanted %q", got, c.want)
		}
	}
}

func TestSelectionSurvivesAnotherList(t *testing.T) {
	s := NewSelection()
	s.SetList(listOf(10))
	s.Go(2, Replace)
	s.Go(7, Toggle)
	s.SetList(feed.NewList([]project.FileID{9, 8, 7}))
	if got := shown(s); got != "8 3 @8" {
		t.Errorf("after a filter %q", got)
	}
	if s.FocusPlace() != 1 {
		t.Errorf("focus at %d, want 1", s.FocusPlace())
	}
	s.Go(0, Range) // the anchor is 8
	if got := shown(s); got != "9 8 @9" {
		t.Errorf("range in the filtered list %q", got)
	}
	s.SetList(listOf(10))
	s.Invert()
	if s.Count() != 8 || s.Has(8) || s.Has(9) {
		t.Errorf("inverted: %s", shown(s))
	}
	s.Clear()
	if s.Count() != 0 || s.Focus() != 9 {
		t.Errorf("cleared: %s", shown(s))
	}
}

func TestSweepAddsToWhatWasSelected(t *testing.T) {
	s := NewSelection()
	s.SetList(listOf(10))
	s.Go(9, Replace)
	base := s.IDs()
	s.Sweep([]int{0, 1, 2}, base)
	s.Sweep([]int{0, 1}, base)
	if got := s.IDs(); !slices.Equal(got, []project.FileID{1, 2, 10}) {
		t.Errorf("swept %v", got)
	}
}

func TestSelectAllOf100000(t *testing.T) {
	s := NewSelection()
	s.SetList(listOf(100_000))
	start := time.Now()
	s.All()
	took := time.Since(start)
	if s.Count() != 100_000 || !s.Has(1) || !s.Has(100_000) || s.Has(100_001) {
		t.Fatalf("selected %d", s.Count())
	}
	if took > 50*time.Millisecond {
		t.Errorf("took %v, want below 50 ms", took)
	}
	s.Invert()
	if s.Count() != 0 {
		t.Errorf("inverted %d", s.Count())
	}
}

func BenchmarkSelectAll100000(b *testing.B) {
	s := NewSelection()
	s.SetList(listOf(100_000))
	for b.Loop() {
		s.All()
	}
}
