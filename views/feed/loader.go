package feed

import (
	"context"
	"image"
	"sync"
	"time"

	"kindred/project"
	"kindred/views"
)

// ThumbBytes bounds the pictures that a Loader keeps, ThumbWorkers how many it
// makes at once: enough to fill a screen quickly, and a core stays free.
const (
	ThumbBytes   = 64 << 20
	ThumbWorkers = 3
)

// frame is the shortest time between two deliveries.
const frame = time.Second / 60

// Loader makes thumbnails in a small pool of goroutines. The newest request is
// served first, because it is for what is on the screen now; a request that is
// cancelled before its turn costs nothing. Two requests for one picture share
// the work, and results are delivered together, at most 60 times a second.
type Loader struct {
	crew  *Crew
	fetch func(context.Context, Key) (*image.RGBA, error)

	mu      sync.Mutex // guards all below
	cache   *cache
	stack   []*load // the newest last; may hold cancelled ones
	loads   map[Key]*load
	workers int // goroutines that run
	most    int
	ready   []delivery
	queued  bool      // a delivery is on its way
	last    time.Time // of the latest delivery
}

// load is the making of one picture and those who wait for it.
type load struct {
	key     Key
	waiting map[*Request]struct{}
	cancel  context.CancelFunc // nil until it runs
}

// Request is somebody waiting for a picture.
type Request struct {
	loader *Loader
	load   *load
	show   func(*image.RGBA, error)
	gone   bool // cancelled; main goroutine only
}

type delivery struct {
	to    *Request
	image *image.RGBA
	err   error
}

// NewLoader returns a loader of a project's thumbnails, made by a crew.
func NewLoader(crew *Crew, p views.Project) *Loader {
	return &Loader{
		crew: crew,
		fetch: func(ctx context.Context, k Key) (*image.RGBA, error) {
			return p.Thumbnail(ctx, k.ID, k.W, k.H, k.Cover)
		},
		cache: newCache(ThumbBytes), loads: map[Key]*load{}, most: ThumbWorkers,
	}
}

// Get returns a picture that is at hand, or nil.
func (l *Loader) Get(k Key) *image.RGBA {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cache.get(k)
}

// Load asks for a picture; show is called with it on the main goroutine,
// unless the request is cancelled before.
func (l *Loader) Load(k Key, show func(*image.RGBA, error)) *Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := &Request{loader: l, show: show}
	if img := l.cache.get(k); img != nil {
		l.deliver(delivery{to: r, image: img})
		return r
	}
	job := l.loads[k]
	if job == nil {
		job = &load{key: k, waiting: map[*Request]struct{}{}}
		l.loads[k] = job
		l.stack = append(l.stack, job)
	}
	r.load = job
	job.waiting[r] = struct{}{}
	if l.workers < l.most && l.crew.ctx.Err() == nil {
		l.workers++
		l.crew.Go(l.work)
	}
	return r
}

// Cancel ends a request; its show is not called any more. It is called on the
// main goroutine; a nil or finished request is fine.
func (r *Request) Cancel() {
	if r == nil || r.gone {
		return
	}
	r.gone = true
	if r.load == nil {
		return
	}
	l := r.loader
	l.mu.Lock()
	defer l.mu.Unlock()
	job := r.load
	delete(job.waiting, r)
	if len(job.waiting) > 0 || l.loads[job.key] != job {
		return
	}
	delete(l.loads, job.key)
	if job.cancel != nil {
		job.cancel()
	}
}

// Forget drops what is kept of a file whose content changed.
func (l *Loader) Forget(id project.FileID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cache.forget(id)
}

// work makes pictures, the newest request first, until none is asked for.
func (l *Loader) work(all context.Context) {
	for {
		l.mu.Lock()
		job := l.next()
		if job == nil || all.Err() != nil {
			l.workers--
			l.mu.Unlock()
			return
		}
		ctx, cancel := context.WithCancel(all)
		job.cancel = cancel
		l.mu.Unlock()

		img, err := l.fetch(ctx, job.key)
		stopped := ctx.Err() != nil
		cancel()

		l.mu.Lock()
		if l.loads[job.key] == job {
			delete(l.loads, job.key)
		}
		if !stopped {
			if err == nil && img != nil {
				l.cache.put(job.key, img)
			}
			for r := range job.waiting {
				l.deliver(delivery{to: r, image: img, err: err})
			}
		}
		l.mu.Unlock()
	}
}

// next takes the newest load that somebody still waits for; mu must be held.
func (l *Loader) next() *load {
	for len(l.stack) > 0 {
		job := l.stack[len(l.stack)-1]
		l.stack[len(l.stack)-1] = nil
		l.stack = l.stack[:len(l.stack)-1]
		if l.loads[job.key] == job && len(job.waiting) > 0 {
			return job
		}
	}
	return nil
}

// deliver queues a result and sees to it that the queue is handed over once,
// a frame after the delivery before at the soonest; mu must be held.
func (l *Loader) deliver(d delivery) {
	l.ready = append(l.ready, d)
	if l.queued {
		return
	}
	l.queued = true
	wait := max(0, frame-time.Since(l.last))
	l.crew.Go(func(ctx context.Context) {
		if pause(ctx, wait) {
			l.crew.Show(l.show)
		}
	})
}

// show hands over what is ready, on the main goroutine.
func (l *Loader) show() {
	l.mu.Lock()
	ready := l.ready
	l.ready, l.queued, l.last = nil, false, time.Now()
	l.mu.Unlock()
	for _, d := range ready {
		if !d.to.gone {
			d.to.gone = true
			d.to.show(d.image, d.err)
		}
	}
}
