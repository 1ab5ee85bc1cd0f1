package feed

import (
	"context"

	"kindred/project"
	"kindred/views"
)

// PageRows is how many rows are fetched together, and keptPages how many such
// pages stay in memory (about 10 MB).
const (
	PageRows  = 256
	keptPages = 64
)

// List is an answer of Project.List with its reverse: where each file stands.
// It does not change; building it costs O(n), so it is done off the main
// goroutine.
type List struct {
	ids   []project.FileID
	place map[project.FileID]int32
}

// NewList takes ids over.
func NewList(ids []project.FileID) *List {
	l := &List{ids: ids, place: make(map[project.FileID]int32, len(ids))}
	for i, id := range ids {
		l.place[id] = int32(i)
	}
	return l
}

// Len is the number of files.
func (l *List) Len() int { return len(l.ids) }

// At is the file at a place.
func (l *List) At(i int) project.FileID { return l.ids[i] }

// IDs are all files in order; not to be changed.
func (l *List) IDs() []project.FileID { return l.ids }

// Find is the place of a file, or -1.
func (l *List) Find(id project.FileID) int {
	if i, ok := l.place[id]; ok {
		return int(i)
	}
	return -1
}

// Pages is a cache of rows over a List. Rows are fetched by the page off the
// main goroutine, the newest asked for first; those of the page used longest
// ago go first. Its methods are called on the main goroutine.
type Pages struct {
	// OnChanged is called for a file whose content is another one than that
	// which was read before: pictures of it are out of date. It may be nil.
	OnChanged func(project.FileID)

	crew   *Crew
	fetch  func(context.Context, []project.FileID) ([]project.Image, error)
	show   func([]project.FileID) // rows of these files arrived
	failed func(error)

	list    *List
	rows    map[project.FileID]*row
	batches []*batch
	wanted  []int        // pages to fetch, the newest last
	asked   map[int]bool // pages wanted or being fetched
	busy    bool
	turn    int // the number of the list; late pages of an older one are kept as rows only
	epoch   int // rows of an older epoch are shown, and fetched again
	clock   int64
}

type row struct {
	image project.Image
	from  *batch
	epoch int
}

// batch is what was fetched together.
type batch struct {
	ids  []project.FileID
	used int64
}

// NewPages returns an empty cache; show is told what arrived, failed what went
// wrong.
func NewPages(crew *Crew, p views.Project, show func([]project.FileID), failed func(error)) *Pages {
	return &Pages{
		crew: crew, fetch: p.Images, show: show, failed: failed,
		list: NewList(nil), rows: map[project.FileID]*row{}, asked: map[int]bool{},
	}
}

// SetList shows another list. Rows that are known stay known.
func (p *Pages) SetList(l *List) {
	p.list = l
	p.turn++
	p.wanted = p.wanted[:0]
	clear(p.asked)
}

// Stale marks all rows as old: they are still returned, and fetched again when
// they are asked for.
func (p *Pages) Stale() {
	p.epoch++
	clear(p.asked)
}

// Row returns the row at a place of the list; when it is not at hand its page
// is fetched and show is called later.
func (p *Pages) Row(i int) (project.Image, bool) {
	r := p.rows[p.list.At(i)]
	if r == nil {
		p.want(i / PageRows)
		return project.Image{}, false
	}
	p.clock++
	r.from.used = p.clock
	if r.epoch != p.epoch {
		p.want(i / PageRows)
	}
	return r.image, true
}

// Known returns a row that is at hand.
func (p *Pages) Known(id project.FileID) (project.Image, bool) {
	if r := p.rows[id]; r != nil {
		return r.image, true
	}
	return project.Image{}, false
}

func (p *Pages) want(page int) {
	if p.asked[page] {
		return
	}
	p.asked[page] = true
	p.wanted = append(p.wanted, page)
	p.next()
}

// next fetches the page asked for last. One at a time: the store answers a
// page in milliseconds, and the newest wish can overtake the others.
func (p *Pages) next() {
	if p.busy || len(p.wanted) == 0 {
		return
	}
	page := p.wanted[len(p.wanted)-1]
	p.wanted = p.wanted[:len(p.wanted)-1]
	from := page * PageRows
	ids := p.list.ids[from:min(from+PageRows, p.list.Len())]
	turn, epoch := p.turn, p.epoch
	p.busy = true
	p.crew.Go(func(ctx context.Context) {
		images, err := p.fetch(ctx, ids)
		if ctx.Err() != nil {
			return
		}
		p.crew.Show(func() {
			p.busy = false
			if err != nil {
				p.failed(err)
			} else {
				p.keep(ids, images, epoch)
				if turn == p.turn && epoch == p.epoch {
					delete(p.asked, page)
				}
				p.show(ids)
			}
			p.next()
		})
	})
}

// keep stores what was fetched and lets the oldest batches go.
func (p *Pages) keep(ids []project.FileID, images []project.Image, epoch int) {
	p.clock++
	b := &batch{ids: ids, used: p.clock}
	for _, img := range images {
		old := p.rows[img.ID]
		if old != nil && old.image.Hash != img.Hash && old.image.Hash != (project.Hash{}) && p.OnChanged != nil {
			p.OnChanged(img.ID)
		}
	}
	for _, id := range ids { // a file that is not there any more stays an empty row
		p.rows[id] = &row{image: project.Image{ID: id, State: project.Missing}, from: b, epoch: epoch}
	}
	for _, img := range images {
		p.rows[img.ID] = &row{image: img, from: b, epoch: epoch}
	}
	p.batches = append(p.batches, b)
	for len(p.batches) > keptPages {
		oldest := 0
		for i, other := range p.batches {
			if other.used < p.batches[oldest].used {
				oldest = i
			}
		}
		old := p.batches[oldest]
		p.batches = append(p.batches[:oldest], p.batches[oldest+1:]...)
		for _, id := range old.ids {
			if r := p.rows[id]; r != nil && r.from == old {
				delete(p.rows, id)
			}
		}
	}
}
