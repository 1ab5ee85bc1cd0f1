package workspace

import (
	"bytes"
	"context"
	"slices"

	"kindred/embed"
	"kindred/embed/cluster"
	"kindred/embed/neighbor"
	"kindred/project"
	"kindred/project/audit"
	"kindred/project/thumb"
)

// facts are what findings are computed from, as the project stood when its
// fingerprint was taken, with the findings that were asked for since. They do
// not change; when the project does, others are loaded.
type facts struct {
	w        *Workspace
	print    []byte
	contents []audit.Content
	hashes   []project.Hash
	classes  [][]project.Prediction
	unit     embed.Matrix           // vectors of length 1, a row a content
	axes     embed.Matrix           // of the index space that unit is in; empty: it is in the model's own
	content  map[project.FileID]int // the row of each file

	prints [dependsCount][]byte // of what findings are computed from

	// A kind of finding each, made when it is asked for.
	graph *artefact[audit.Neighbourhood]
	tree  *artefact[*cluster.Tree]
	links *artefact[[]audit.Link]

	outliers, outliersWithin *artefact[[]float32]
	why, whyWithin           *lazy[*audit.Reasons]
	labels                   *artefact[audit.LabelCheck]
}

var _ audit.Source = (*facts)(nil)

// growth is by how much a project must have grown during a scan before
// findings of the part that is there are computed anew.
const growth = 1.25

// load returns the facts of the project as it stands. With stale, those of a
// while ago will do as long as a scan is running and has added little since.
func (w *Workspace) load(ctx context.Context, stale bool) (*facts, error) {
	select {
	case w.loading <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-w.loading }()
	if stale && w.running.Load() && w.facts != nil {
		counts, err := w.Counts(ctx)
		if err != nil {
			return nil, err
		}
		if float64(counts.Ready) < growth*float64(len(w.facts.content)) {
			return w.facts, nil
		}
	}
	print, err := w.store.Fingerprint(ctx, w.spec.ID)
	if err != nil {
		return nil, err
	}
	if w.facts != nil && bytes.Equal(w.facts.print, print) {
		return w.facts, nil
	}
	w.facts = nil // both at once would take twice the memory
	f := newFacts(w, print)
	if err := f.read(ctx); err != nil {
		return nil, err
	}
	w.facts = f
	return f, nil
}

// read loads vectors and what is known of the files that hold them.
func (f *facts) read(ctx context.Context) error {
	ids, err := f.readVectors(ctx)
	if err != nil {
		return err
	}
	row := make(map[int64]int, len(ids))
	for i, id := range ids {
		row[id] = i
	}
	f.contents = make([]audit.Content, len(ids))
	f.hashes = make([]project.Hash, len(ids))
	f.classes = make([][]project.Prediction, len(ids))
	var files []project.FileID
	for c, err := range f.w.store.ContentFiles(ctx) {
		if err != nil {
			return err
		}
		i, ok := row[c.Content]
		if !ok {
			continue
		}
		for _, id := range c.Files {
			f.content[id] = i
			files = append(files, id)
		}
	}
	const page = 1000
	for lo := 0; lo < len(files); lo += page {
		images, err := f.w.Images(ctx, files[lo:min(lo+page, len(files))])
		if err != nil {
			return err
		}
		for _, im := range images {
			i := f.content[im.ID]
			c := &f.contents[i]
			c.Width, c.Height, c.Sharpness = im.Width, im.Height, im.Quality.Sharpness
			c.Taken, c.Camera, c.Placed = im.Taken, im.Camera, im.Lat != 0 || im.Lon != 0
			c.Files = append(c.Files, audit.File{ID: im.ID, Shown: im.Shown, Size: im.Size, Modified: im.Modified, Inode: im.Inode, Label: im.Label, Split: im.Split})
			f.hashes[i] = im.Hash
			f.classes[i] = slices.Clone(im.Predictions[:min(len(im.Predictions), 3)]) // the others go
		}
	}
	f.drop()
	f.takePrints()
	return nil
}

// drop leaves out contents whose files went away between the two reads.
func (f *facts) drop() {
	kept := 0
	for i := range f.contents {
		if len(f.contents[i].Files) == 0 {
			continue
		}
		if kept < i {
			f.contents[kept], f.hashes[kept], f.classes[kept] = f.contents[i], f.hashes[i], f.classes[i]
			copy(f.unit.Row(kept), f.unit.Row(i))
			for _, file := range f.contents[kept].Files {
				f.content[file.ID] = kept
			}
		}
		kept++
	}
	f.contents, f.hashes, f.classes = f.contents[:kept], f.hashes[:kept], f.classes[:kept]
	f.unit = f.unit.Slice(0, kept)
}

// Contents and Thumbnail make facts the source of an audit.
func (f *facts) Contents(context.Context) ([]audit.Content, embed.Matrix, error) {
	return f.contents, f.unit, nil
}

// Thumbnail returns the stored thumbnail of content i, or makes it from the
// original.
func (f *facts) Thumbnail(ctx context.Context, i int) (embed.Pixels, error) {
	if data, found, err := f.w.thumbs.Get(ctx, f.hashes[i]); err == nil && found {
		if px, _, err := thumb.Decode(data, 0); err == nil {
			return px, nil
		}
	}
	var first error
	for _, file := range f.contents[i].Files {
		px, err := f.w.decode(ctx, file.ID, thumb.Size)
		if err == nil {
			data, err := thumb.Thumbnail(px)
			if err != nil {
				return embed.Pixels{}, err
			}
			// What is compared must not depend on whether the cache was cold.
			_ = f.w.thumbs.Put(ctx, f.hashes[i], data)
			px, _, err = thumb.Decode(data, 0)
			return px, err
		}
		if first == nil {
			first = err
		}
	}
	return embed.Pixels{}, first
}

// newFacts declares the kinds of findings. The number in a kind is raised when
// the same data would give another artefact.
func newFacts(w *Workspace, print []byte) *facts {
	f := &facts{w: w, print: print, content: map[project.FileID]int{}}
	f.graph = lazyArtefact(f, "graph-2", onVectors, f.decodeGraph, f.computeGraph, f.encodeGraph)
	f.graph.update = f.updateGraph
	f.tree = lazyArtefact(f, "tree-2", onVectors, f.decodeTree, f.computeTree, f.encodeTree)
	f.tree.update = f.updateTree
	f.links = lazyArtefact(f, "links-4", onVectors, f.decodeLinks, f.computeLinks, f.encodeLinks)
	f.links.update = f.updateLinks
	f.outliers = lazyArtefact(f, "outliers-3", onVectors, f.decodeScores, f.computeOutliers, audit.EncodeScores)
	f.outliersWithin = lazyArtefact(f, "outliers-within-3", onLabels, f.decodeScores, f.computeOutliersWithin, audit.EncodeScores)
	f.why, f.whyWithin = newLazy[*audit.Reasons](), newLazy[*audit.Reasons]()
	f.labels = lazyArtefact(f, "labels-4", onLabels, f.decodeLabels, f.computeLabels, audit.LabelCheck.Encode)
	return f
}

func (f *facts) neighbours(ctx context.Context) (neighbor.Graph, error) {
	n, err := f.graph.get(ctx, nil)
	return n.Graph, err
}

func (f *facts) hierarchy(ctx context.Context) (*cluster.Tree, error) { return f.tree.get(ctx, nil) }

func (f *facts) verified(ctx context.Context, t tick) ([]audit.Link, error) {
	return f.links.get(ctx, t)
}
