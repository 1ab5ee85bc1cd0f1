package review

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"kindred/project"
	"kindred/views/feed"
	"kindred/views/inspect"
	"kindred/views/kit"
	"kindred/views/shell"
	"kindred/views/viewstest"
)

func leaky(p *viewstest.Project) {
	var leaks []project.Leak
	for i := range 12 {
		x := project.Leak{Pair: project.Pair{A: project.FileID(i*2 + 1), B: project.FileID(i*2 + 2), Score: 0.99 - float32(i)*0.02, Kind: project.Resized, Reason: "resized 0.71 ×"}, SplitA: "train", SplitB: "val"}
		if i%3 == 2 {
			x.SplitB = "test"
		}
		leaks = append(leaks, x)
	}
	p.SetLeaks(leaks, []project.Step{{ID: 2, Action: "move", To: "train"}, {ID: 4, Action: "remove"}})
}

func openLeaks(t *testing.T, setup func(*viewstest.Project)) (*Leaks, *stage) {
	t.Helper()
	var l *Leaks
	s := set(t, func(h shell.Host, src *feed.Source, _ *inspect.Panel) shell.Room {
		l = NewLeaks(h, src)
		return l
	}, setup)
	if !s.h.Queue.Until(func() bool { return l.answered }) {
		t.Fatal("no answer")
	}
	s.h.Queue.Settle(nil)
	return l, s
}

func TestLeaksShowBothSplitsAndTheProposal(t *testing.T) {
	l, s := openLeaks(t, leaky)
	if got := l.proposal.Text(); got != "12 pairs across splits show one picture each. Moving 1 image and leaving out 1 image close them all." {
		t.Errorf("proposes %q", got)
	}
	if l.Count() != "12" || l.pills.Pills()[1] != (kit.Pill{Text: "train and val", Count: 8}) || l.pills.Pills()[2] != (kit.Pill{Text: "train and test", Count: 4}) {
		t.Errorf("counts %q, %v", l.Count(), l.pills.Pills())
	}
	s.says(l.compare.content, "Pair 1", "of 12", "train", "val", "What closes it", "Move cat/img_000002.jpg from val to train", "resized 0.71 ×")
	s.key(fyne.KeyDown)
	s.says(l.compare.content, "Pair 2", "Leave out")
	s.rune('2') // train and test
	if len(l.found.shown) != 4 || l.compare.right.split.Text() != "test" {
		t.Errorf("%d pairs, the right pane is of %q", len(l.found.shown), l.compare.right.split.Text())
	}
	s.key(fyne.KeyEnd)
	s.key(fyne.KeyReturn)
	if q := s.h.Requests[0]; q.Image != 23 || len(q.Images) != 2 {
		t.Errorf("opened %v", q)
	}
	l.Open(shell.Request{Image: 8}) // from a badge
	s.h.Queue.Settle(nil)
	if l.now[1] != 8 || l.only != "" {
		t.Errorf("shows %v of %q", l.now, l.only)
	}
}

func TestLeaksFollowTheThreshold(t *testing.T) {
	l, s := openLeaks(t, leaky)
	s.key(fyne.KeyDown)
	l.slider.OnChanged(0.95)
	if !s.h.Queue.Until(func() bool { return len(l.found.all) == 3 }) {
		t.Fatalf("%d pairs", len(l.found.all))
	}
	s.h.Queue.Settle(nil)
	if l.now[0] != 3 {
		t.Errorf("shows %v, want the pair of before", l.now)
	}
	l.slider.OnChanged(1)
	s.h.Queue.Until(func() bool { return len(l.found.all) == 0 })
	s.says(l.Content(), "No picture is in two splits at 1.00.")
	press(t, l.Content(), "Lower to 0.70")
	if !s.h.Queue.Until(func() bool { return len(l.found.all) == 12 }) {
		t.Error("lowering shows nothing")
	}
}

func TestTheMovesCanBeCopiedAndSaved(t *testing.T) {
	l, s := openLeaks(t, leaky)
	s.rune('m')
	s.h.Queue.Settle(nil)
	if l.dialog == nil || l.dialog.Title() != "2 moves that close all leaks" {
		t.Fatal("the moves are not shown")
	}
	top := s.h.Win.Canvas().Overlays().Top()
	s.says(top, "cat/img_000002.jpg", "val → train", "leave out")
	press(t, top, "Copy list")
	want := "action\tpath\tfrom\tto\nmove\tcat/img_000002.jpg\tval\ttrain\nremove\tboat/img_000004.jpg\ttrain\t\n"
	if got := fyne.CurrentApp().Clipboard().Content(); got != want {
		t.Errorf("copied %q", got)
	}
	dir := t.TempDir()
	for _, name := range []string{"x-leaks.tsv", "x-leaks-2.tsv"} { // nothing is written over
		path, err := writeNew(dir, "x-leaks", ".tsv", want)
		if err != nil || filepath.Base(path) != name {
			t.Errorf("wrote %s, %v", path, err)
		}
	}
	if data, _ := os.ReadFile(filepath.Join(dir, "x-leaks.tsv")); string(data) != want {
		t.Errorf("saved %q", data)
	}
}

func TestNoSplitsNoLeaks(t *testing.T) {
	l, s := openLeaks(t, func(p *viewstest.Project) {
		leaky(p)
		p.Change(func(rows *[]project.Image) {
			for i := range *rows {
				(*rows)[i].Split = ""
			}
		})
	})
	if got := written(l.Content()); !strings.Contains(got, "No image is in a split. Put images into folders named train, val and test") {
		t.Errorf("says %s", got)
	}
	s.key(fyne.KeyDown)
	s.rune('m')
	s.rune('5')
}

func TestABadgeOpensTheGroupOfItsImage(t *testing.T) {
	d, h, _ := open(t, fill)
	d.Open(shell.Request{Image: 6}) // the fourth image of the second group
	h.Queue.Settle(nil)
	if d.group != 1 {
		t.Errorf("shows group %d", d.group)
	}
}
