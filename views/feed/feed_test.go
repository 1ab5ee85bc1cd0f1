package feed

import (
	"context"
	"image"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"kindred/project"
	"kindred/views/viewstest"
)

func TestOnlyTheNewestCallIsShown(t *testing.T) {
	q := &viewstest.Queue{}
	crew := NewCrew(t.Context(), q.Dispatch)
	l := NewLatest(crew)
	var shown []int
	var ended atomic.Int32
	for i := range 5 {
		Run(l, 0, func(ctx context.Context) (int, error) {
			if i < 4 {
				<-ctx.Done() // a slow call sees that it is not wanted any more
				ended.Add(1)
			}
			return i, nil
		}, func(n int, _ error) { shown = append(shown, n) })
	}
	crew.Wait()
	q.Drain()
	if !slices.Equal(shown, []int{4}) {
		t.Errorf("shown %v, want [4]", shown)
	}
	if l.Busy() {
		t.Error("still busy")
	}
}

func TestAResultQueuedBeforeACancelIsNotShown(t *testing.T) {
	q := &viewstest.Queue{}
	crew := NewCrew(t.Context(), q.Dispatch)
	l := NewLatest(crew)
	shown := false
	Run(l, 0, func(context.Context) (int, error) { return 1, nil }, func(int, error) { shown = true })
	crew.Wait() // the result waits in the queue now
	l.Cancel()
	q.Drain()
	if shown {
		t.Error("a late result was shown")
	}
}

func TestBeatJoinsABurst(t *testing.T) {
	q := &viewstest.Queue{}
	n := 0
	crew := NewCrew(t.Context(), q.Dispatch)
	b := NewBeat(crew, 20*time.Millisecond, func() { n++ })
	for range 100 {
		b.Call()
	}
	if n != 1 {
		t.Fatalf("%d calls at once, want 1", n)
	}
	q.Settle(crew.Wait)
	if n != 2 {
		t.Errorf("%d calls in all, want 2", n)
	}
}

// gated is a project whose thumbnails wait until the test lets them go.
func gated(n int) (*viewstest.Project, chan struct{}, *[]project.FileID) {
	p := viewstest.New(n)
	open := make(chan struct{})
	order := &[]project.FileID{}
	p.Picture = func(id project.FileID, w, h int, _ bool) (*image.RGBA, error) {
		*order = append(*order, id) // one worker in these tests
		return image.NewRGBA(image.Rect(0, 0, w, h)), nil
	}
	p.SetGate(func(ctx context.Context, call string) error {
		if call != "Thumbnail" {
			return nil
		}
		select {
		case <-open:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	return p, open, order
}

func key(id int) Key { return Key{ID: project.FileID(id), W: 8, H: 8, Cover: true} }

func TestLoaderServesTheNewestFirst(t *testing.T) {
	p, open, order := gated(20)
	q := &viewstest.Queue{}
	crew := NewCrew(t.Context(), q.Dispatch)
	l := NewLoader(crew, p)
	l.most = 1
	var got []project.FileID
	for i := 1; i <= 6; i++ {
		l.Load(key(i), func(*image.RGBA, error) { got = append(got, project.FileID(i)) })
		for i == 1 && p.Calls("Thumbnail") == 0 {
			time.Sleep(time.Millisecond)
		}
	}
	close(open)
	q.Settle(crew.Wait)
	if want := []project.FileID{1, 6, 5, 4, 3, 2}; !slices.Equal(*order, want) {
		t.Errorf("made in order %v, want %v", *order, want)
	}
	if len(got) != 6 {
		t.Errorf("%d were shown", len(got))
	}
	if l.Get(key(3)) == nil {
		t.Error("3 is not kept")
	}
}

func TestLoaderSharesAndCancels(t *testing.T) {
	p, open, order := gated(20)
	q := &viewstest.Queue{}
	crew := NewCrew(t.Context(), q.Dispatch)
	l := NewLoader(crew, p)
	l.most = 1
	shown := map[string]int{}
	show := func(name string) func(*image.RGBA, error) { return func(*image.RGBA, error) { shown[name]++ } }
	first := l.Load(key(1), show("first"))
	for p.Calls("Thumbnail") == 0 {
		time.Sleep(time.Millisecond)
	}
	second := l.Load(key(2), show("two, cancelled"))
	l.Load(key(3), show("three"))
	l.Load(key(3), show("three again"))
	second.Cancel()
	first.Cancel() // while it is being made: its context ends
	close(open)
	q.Settle(crew.Wait)
	if want := []project.FileID{3}; !slices.Equal(*order, want) {
		t.Errorf("made %v, want %v", *order, want)
	}
	if shown["three"] != 1 || shown["three again"] != 1 || len(shown) != 2 {
		t.Errorf("shown %v", shown)
	}
}

func TestLoaderDeliversTogether(t *testing.T) {
	p := viewstest.New(500)
	q := &viewstest.Queue{}
	crew := NewCrew(t.Context(), q.Dispatch)
	l := NewLoader(crew, p)
	n := 0
	for i := 1; i <= 90; i++ {
		l.Load(key(i), func(*image.RGBA, error) { n++ })
	}
	start := time.Now()
	q.Settle(crew.Wait)
	if n != 90 {
		t.Errorf("%d of 90 were shown", n)
	}
	if most := int(time.Since(start)/frame) + 2; q.Runs() > most {
		t.Errorf("%d deliveries, want at most %d", q.Runs(), most)
	}
}

func TestCacheIsBoundedInBytes(t *testing.T) {
	c := newCache(10 * 256)
	for i := 1; i <= 30; i++ {
		c.put(key(i), image.NewRGBA(image.Rect(0, 0, 8, 8)))
		c.get(key(1)) // always in use
	}
	if c.bytes != 10*256 || len(c.byKey) != 10 {
		t.Errorf("%d bytes in %d pictures", c.bytes, len(c.byKey))
	}
	if c.get(key(1)) == nil || c.get(key(30)) == nil || c.get(key(15)) != nil {
		t.Error("not the oldest went")
	}
	c.put(key(99), image.NewRGBA(image.Rect(0, 0, 64, 64)))
	if len(c.byKey) != 10 {
		t.Error("a picture over the bound pushed others out")
	}
}

func TestPagesFetchAndForget(t *testing.T) {
	p := viewstest.New(100_000)
	q := &viewstest.Queue{}
	arrived := 0
	crew := NewCrew(t.Context(), q.Dispatch)
	pages := NewPages(crew, p, func(ids []project.FileID) { arrived += len(ids) }, func(err error) { t.Error(err) })
	ids, err := p.List(t.Context(), project.Query{})
	if err != nil {
		t.Fatal(err)
	}
	pages.SetList(NewList(ids))
	if _, ok := pages.Row(300); ok {
		t.Error("a row out of nothing")
	}
	pages.Row(301)
	q.Settle(crew.Wait)
	row, ok := pages.Row(300)
	if !ok || row.ID != 301 || arrived != PageRows || p.Calls("Images") != 1 {
		t.Fatalf("row %v %v, %d arrived in %d calls", row.ID, ok, arrived, p.Calls("Images"))
	}
	for page := range 100 { // more than are kept
		pages.Row(page * PageRows)
		q.Settle(crew.Wait)
	}
	if len(pages.rows) > (keptPages+1)*PageRows {
		t.Errorf("%d rows are kept", len(pages.rows))
	}
	if _, ok := pages.Row(99 * PageRows); !ok {
		t.Error("the newest went")
	}
	if _, ok := pages.Row(300); ok {
		t.Error("the oldest stayed")
	}
	q.Settle(crew.Wait)
	if _, ok := pages.Row(300); !ok {
		t.Error("it did not come again")
	}
}

func TestStalePagesAreShownAndFetchedAgain(t *testing.T) {
	p := viewstest.New(100)
	q := &viewstest.Queue{}
	crew := NewCrew(t.Context(), q.Dispatch)
	pages := NewPages(crew, p, func([]project.FileID) {}, func(err error) { t.Error(err) })
	ids, _ := p.List(t.Context(), project.Query{})
	pages.SetList(NewList(append(ids, 5000))) // 5000 is gone by now
	pages.Row(0)
	q.Settle(crew.Wait)
	p.Change(func(rows *[]project.Image) { (*rows)[0].Label = "wolf" })
	pages.Stale()
	if row, ok := pages.Row(0); !ok || row.Label != "dog" {
		t.Errorf("while it is fetched: %q %v", row.Label, ok)
	}
	q.Settle(crew.Wait)
	if row, _ := pages.Row(0); row.Label != "wolf" {
		t.Errorf("afterwards: %q", row.Label)
	}
	if row, ok := pages.Row(100); !ok || row.State != project.Missing {
		t.Errorf("a file that is gone: %v %v", row.State, ok)
	}
	if n := p.Calls("Images"); n != 2 {
		t.Errorf("fetched %d times, want 2", n)
	}
}
