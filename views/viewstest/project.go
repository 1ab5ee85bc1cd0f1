package viewstest

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"kindred/project"
	"kindred/project/job"
	"kindred/project/query"
	"kindred/views"
)

// Project is a views.Project of made-up images. Its fields may be set before
// it is used, and its rows changed with Change.
type Project struct {
	mu         sync.Mutex
	rows       []project.Image // by id-1
	groups     []project.Group
	pairs      []project.Pair
	found      found
	subscribed map[int]func(views.Event)
	next       int
	jobs       []job.Status

	gate func(ctx context.Context, call string) error
	// Picture, when set, makes the pictures.
	Picture func(id project.FileID, w, h int, cover bool) (*image.RGBA, error)
	calls   map[string]int
}

var labels = []string{"dog", "cat", "bird", "boat", "car", "", "horse", "frog", "deer", "plane", "truck", "lamp", "tree", "chair"}

// New returns a project of n images: image i has the label i modulo the
// labels ("" is one of them), every 97th could not be read.
func New(n int) *Project {
	p := &Project{subscribed: map[int]func(views.Event){}, calls: map[string]int{}}
	base := time.Date(2024, 5, 12, 9, 41, 0, 0, time.UTC)
	for i := range n {
		label := labels[i%len(labels)]
		folder := "loose"
		if label != "" {
			folder = label
		}
		img := project.Image{
			ID: project.FileID(i + 1), Root: 1,
			Path: fmt.Sprintf("%s/img_%06d.jpg", folder, i+1), Size: int64(40_000 + i*37%900_000),
			Modified: base.Add(time.Duration(i) * time.Minute), State: project.Ready,
			Width: 640 + i%3*320, Height: 480, Format: "JPEG", Frames: 1, Label: label,
			Quality: project.Quality{Sharpness: float32(i%100) / 100, Brightness: 0.48},
			Split:   []string{"train", "val", ""}[i%3],
			Predictions: []project.Prediction{
				{Name: labels[(i+1)%5], Confidence: 0.874},
				{Name: "saluki", Confidence: 0.061},
				{Name: "collie", Confidence: 0.029},
				{Name: "golden retriever", Confidence: 0.012},
				{Name: "wolf", Confidence: 0.006},
			},
		}
		if i%4 == 0 {
			img.Taken, img.Camera = img.Modified, "Kinax 3"
		}
		if i%97 == 96 {
			img.State, img.Reason = project.Failed, "truncated or damaged (broken at byte 8,192)"
			img.Width, img.Height, img.Predictions = 0, 0, nil
		}
		img.Shown = img.Path
		p.rows = append(p.rows, img)
	}
	return p
}

// Change edits the rows (id-1 is the place) and tells the subscribers.
func (p *Project) Change(edit func(rows *[]project.Image)) {
	p.mu.Lock()
	edit(&p.rows)
	p.mu.Unlock()
	p.Tell(project.FilesChanged)
}

// SetDuplicates sets what Duplicates finds.
func (p *Project) SetDuplicates(groups []project.Group, pairs []project.Pair) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.groups, p.pairs = groups, pairs
}

// SetJobs sets what Jobs returns.
func (p *Project) SetJobs(jobs ...job.Status) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.jobs = jobs
}

// Tell calls the subscribers.
func (p *Project) Tell(e views.Event) {
	p.mu.Lock()
	var all []func(views.Event)
	for i := range p.next {
		if f := p.subscribed[i]; f != nil {
			all = append(all, f)
		}
	}
	p.mu.Unlock()
	for _, f := range all {
		f(e)
	}
}

// Calls is how often a method was called.
func (p *Project) Calls(name string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[name]
}

// SetGate has a function asked before every long call, with its name; it may
// block, and its error is the call's.
func (p *Project) SetGate(gate func(ctx context.Context, call string) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gate = gate
}

func (p *Project) enter(ctx context.Context, name string) error {
	p.mu.Lock()
	p.calls[name]++
	gate := p.gate
	p.mu.Unlock()
	if gate != nil {
		if err := gate(ctx, name); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (p *Project) Name() string  { return "Northshore" }
func (p *Project) File() string  { return "/tmp/northshore.kindred" }
func (p *Project) Model() string { return "efficientnet-lite0" }

func (p *Project) Roots(ctx context.Context) ([]project.Root, error) {
	if err := p.enter(ctx, "Roots"); err != nil {
		return nil, err
	}
	return []project.Root{{ID: 1, Name: "northshore", Path: "/photos/northshore", Connected: true, Images: len(p.rows)}}, nil
}

func (p *Project) Counts(ctx context.Context) (project.Counts, error) {
	if err := p.enter(ctx, "Counts"); err != nil {
		return project.Counts{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	c := project.Counts{Images: len(p.rows)}
	for i := range p.rows {
		switch p.rows[i].State {
		case project.Ready:
			c.Ready++
		case project.Pending:
			c.Pending++
		case project.Failed:
			c.Failed++
		case project.Missing:
			c.Missing++
		}
	}
	return c, nil
}

// List knows words (all must be in the path or the label), label:x, failed,
// -split:"", and that a lone "(" is an error.
func (p *Project) List(ctx context.Context, q project.Query) ([]project.FileID, error) {
	if err := p.enter(ctx, "List"); err != nil {
		return nil, err
	}
	if strings.Contains(q.Filter, "(") {
		return nil, &query.Error{Pos: 0, End: 1, Word: "(", Msg: `has no ")"`}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	words := strings.Fields(strings.ToLower(q.Filter))
	ids := make([]project.FileID, 0, len(p.rows))
next:
	for i := range p.rows {
		row := &p.rows[i]
		for _, w := range words {
			if l, ok := strings.CutPrefix(w, "label:"); ok {
				if row.Label != l {
					continue next
				}
			} else if w == "failed" {
				if row.State != project.Failed {
					continue next
				}
			} else if w == `-split:""` {
				if row.Split == "" {
					continue next
				}
			} else if v, ok := strings.CutPrefix(w, "path:"); ok {
				if !strings.Contains(row.Path, strings.Trim(v, `"`)) {
					continue next
				}
			} else if !strings.Contains(row.Path, w) && !strings.Contains(row.Label, w) {
				continue next
			}
		}
		ids = append(ids, row.ID)
	}
	if q.Sort == project.SortLabel {
		slices.SortStableFunc(ids, func(a, b project.FileID) int { return strings.Compare(p.rows[a-1].Label, p.rows[b-1].Label) })
	}
	if q.Sort == project.SortSize {
		slices.SortStableFunc(ids, func(a, b project.FileID) int { return int(p.rows[b-1].Size - p.rows[a-1].Size) })
	}
	if q.Reverse {
		slices.Reverse(ids)
	}
	return ids, nil
}

func (p *Project) Images(ctx context.Context, ids []project.FileID) ([]project.Image, error) {
	if err := p.enter(ctx, "Images"); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []project.Image
	for _, id := range ids {
		if id >= 1 && int(id) <= len(p.rows) {
			out = append(out, p.rows[id-1])
		}
	}
	return out, nil
}

func (p *Project) Thumbnail(ctx context.Context, id project.FileID, w, h int, cover bool) (*image.RGBA, error) {
	if err := p.enter(ctx, "Thumbnail"); err != nil {
		return nil, err
	}
	return p.picture(id, w, h, cover)
}

func (p *Project) Preview(ctx context.Context, id project.FileID, w, h int) (*image.RGBA, error) {
	if err := p.enter(ctx, "Preview"); err != nil {
		return nil, err
	}
	return p.picture(id, w, h, false)
}

func (p *Project) picture(id project.FileID, w, h int, cover bool) (*image.RGBA, error) {
	p.mu.Lock()
	row, make := p.rows[id-1], p.Picture
	p.mu.Unlock()
	if row.State == project.Failed {
		return nil, project.ErrTruncated
	}
	if make != nil {
		return make(id, w, h, cover)
	}
	if !cover {
		f := math.Min(float64(w)/float64(row.Width), float64(h)/float64(row.Height))
		w, h = max(1, int(float64(row.Width)*f)), max(1, int(float64(row.Height)*f))
	}
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	c := color.RGBA{R: uint8(id * 37), G: uint8(id * 91), B: uint8(id * 53), A: 255}
	for i := 0; i < len(img.Pix); i += 4 {
		img.Pix[i], img.Pix[i+1], img.Pix[i+2], img.Pix[i+3] = c.R, c.G, c.B, 255
	}
	return img, nil
}

func (p *Project) Path(ctx context.Context, id project.FileID) (string, error) {
	if err := p.enter(ctx, "Path"); err != nil {
		return "", err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return "/photos/northshore/" + p.rows[id-1].Path, nil
}

// Similar returns the ids that follow, at falling cosines from 0.93.
func (p *Project) Similar(ctx context.Context, id project.FileID, k int) ([]project.Neighbour, error) {
	if err := p.enter(ctx, "Similar"); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.rows)
	var out []project.Neighbour
	for i := 1; i <= min(k, n-1); i++ {
		out = append(out, project.Neighbour{ID: project.FileID((int(id)-1+i)%n + 1), Cosine: 0.94 - float32(i)*0.01})
	}
	return out, nil
}

// Clusters cuts the images into 2 groups at level 0 and into one for each
// label at level 1; those without a label are in none.
func (p *Project) Clusters(ctx context.Context, level float64) ([]project.Cluster, float64, error) {
	if err := p.enter(ctx, "Clusters"); err != nil {
		return nil, 0, err
	}
	if level < 0 {
		level = 0.5
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	count := 2 + int(math.Round(level*float64(len(labels)-3)))
	clusters := make([]project.Cluster, count)
	var none project.Cluster
	for i := range p.rows {
		row := &p.rows[i]
		at := slices.Index(labels, row.Label)
		if at < 0 { // a label that a test made up
			at = len(row.Label)
		}
		if row.Label == "" || row.State != project.Ready {
			none.Images = append(none.Images, row.ID)
			continue
		}
		c := &clusters[at%count]
		if c.Name == "" {
			c.Name = row.Label + ", grass"
		}
		c.Images = append(c.Images, row.ID)
	}
	clusters = slices.DeleteFunc(clusters, func(c project.Cluster) bool { return len(c.Images) == 0 })
	slices.SortStableFunc(clusters, func(a, b project.Cluster) int { return len(b.Images) - len(a.Images) })
	for i := range clusters {
		clusters[i].ID = i
	}
	if len(none.Images) > 0 {
		none.ID = -1
		clusters = append(clusters, none)
	}
	return clusters, level, nil
}

// Duplicates returns the groups whose score reaches minScore.
func (p *Project) Duplicates(ctx context.Context, minScore float32) ([]project.Group, []project.Pair, error) {
	if err := p.enter(ctx, "Duplicates"); err != nil {
		return nil, nil, err
	}
	if minScore < 0 {
		minScore = 0.93
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	groups := slices.DeleteFunc(slices.Clone(p.groups), func(g project.Group) bool { return g.Score < minScore })
	pairs := slices.DeleteFunc(slices.Clone(p.pairs), func(g project.Pair) bool { return g.Score < minScore })
	return groups, pairs, nil
}

func (p *Project) AddFolders([]string) error { return nil }
func (p *Project) Scan()                     {}
func (p *Project) Jobs() []job.Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.jobs)
}
func (p *Project) Pause(job.ID)  {}
func (p *Project) Resume(job.ID) {}
func (p *Project) Cancel(job.ID) {}

func (p *Project) Subscribe(f func(views.Event)) func() {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.next
	p.next++
	p.subscribed[n] = f
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.subscribed, n)
	}
}

var _ views.Project = (*Project)(nil)
