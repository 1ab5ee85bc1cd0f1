package scan

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"kindred/embed"
	"kindred/project"
	"kindred/project/thumb"
)

// batchSize is how many pictures go through the model at once where the model
// leaves it open; 4 to 16 are equally fast.
const batchSize = 8

// measured is the short side to which pictures are reduced for measures and
// thumbnail. It is the same for every model, so that measures can be compared.
const measured = 256

// tooManyRefusals is how many pictures the model may refuse, before it has
// accepted the first, until the model counts as broken and not the pictures.
const tooManyRefusals = 8

// result is what a worker hands to the writer.
type result struct {
	task
	Outcome
	changed bool // it looked untouched, but its content is another
	nothing bool // there is nothing to store: the file is as the store has it, or its root went away
	lands   bool // the files that wait for Hash can follow (see flights)
}

// worker is one of the goroutines that read, decode and encode.
type worker struct {
	*pipeline
	spec    embed.Spec
	buf     []byte        // of the file in hand
	scratch thumb.Scratch // of its picture
	input   []float32     // tensors of the batch
	batch   []result
}

// run works until feed is closed or ctx ends.
func (w *worker) run(ctx context.Context, feed <-chan task) error {
	for t := range feed {
		if err := w.progress.Gate(ctx); err != nil {
			return err
		}
		if err := w.one(ctx, t); err != nil {
			return err
		}
		if len(w.batch) == w.batchSize() {
			if err := w.encode(ctx); err != nil {
				return err
			}
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return w.encode(ctx)
}

func (w *worker) batchSize() int {
	if w.spec.Batch > 0 {
		return w.spec.Batch
	}
	return batchSize
}

// one takes a file up to its tensor, which it puts into the batch, or to its
// outcome, if it needs none.
func (w *worker) one(ctx context.Context, t task) error {
	root := w.roots[t.root]
	if root.lost.Load() {
		w.out <- result{task: t, nothing: true}
		return nil
	}
	path := root.Path + "/" + t.path
	if t.size >= largeFile {
		select {
		case w.large <- struct{}{}:
			defer func() { <-w.large }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	res := result{task: t, Outcome: Outcome{ID: t.id}}
	began := time.Now()
	data, stat, err := readFile(path, w.buf)
	if w.buf = data[:0]; cap(w.buf) > largeFile {
		w.buf = nil
	}
	res.Stat = stat
	if err != nil {
		if !connected(root.Path) {
			root.lost.Store(true)
			res.nothing = true
		}
		res.Reason = Reason(err)
		w.out <- res
		return nil
	}
	res.Hash = sha256.Sum256(data)
	w.times.add(stageRead, began)
	if t.settled {
		if res.Hash == t.hash {
			res.nothing = true
			w.out <- res
			return nil
		}
		res.changed = true
	}
	if !w.flights.takeOff(res) {
		return nil
	}
	res.lands = true
	stored, err := w.Store.Encoded(ctx, w.model, res.Hash)
	if err != nil {
		return fmt.Errorf("scan: %w", err)
	}
	if stored {
		w.out <- res
		return nil
	}
	return w.decode(ctx, res, data)
}

// decode makes content, thumbnail and tensor from a file's bytes.
func (w *worker) decode(ctx context.Context, res result, data []byte) error {
	in := w.spec.Input
	enough := max(measured, in.DecodeShort())
	leave, err := w.enter(ctx, w.Cost(data, enough))
	if err != nil {
		return err
	}
	defer leave()
	began := time.Now()
	px, content, err := w.pixels(ctx, data, enough)
	w.times.add(stageDecode, began)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		res.Reason = Reason(err)
		w.out <- res
		return nil
	}
	began = time.Now()
	seen := px // what Tensor would reduce it to, but quicker
	if in.Resize <= 0 {
		seen = w.scratch.Resize(px, in.Width, in.Height)
	} else if min(px.W, px.H) > in.Resize {
		seen = w.short(px, in.Resize)
	}
	in.Tensor(w.input[len(w.batch)*in.Len():][:in.Len()], seen)
	small := px
	if min(px.W, px.H) > measured {
		if small = seen; in.Resize != measured {
			small = w.short(px, measured)
		}
	}
	w.times.add(stageResize, began)

	began = time.Now()
	content.Quality = w.quality(small)
	w.times.add(stageQuality, began)
	if w.Thumbs != nil {
		began = time.Now()
		jpeg, err := w.scratch.Thumbnail(small)
		if err == nil {
			err = w.Thumbs.Put(ctx, res.Hash, jpeg)
		}
		if err != nil && ctx.Err() == nil {
			w.thumbError.CompareAndSwap(nil, &err)
		}
		w.times.add(stageThumbnail, began)
	}
	res.Content = &content
	w.batch = append(w.batch, res)
	return nil
}

// short is embed.ResizeShort in memory that the next call uses again.
func (w *worker) short(px embed.Pixels, short int) embed.Pixels {
	width, height := embed.ShortSize(px.W, px.H, short)
	return w.scratch.Resize(px, width, height)
}

func (w *worker) pixels(ctx context.Context, data []byte, minShort int) (embed.Pixels, Content, error) {
	if w.Decode != nil {
		return w.Decode(ctx, data, minShort)
	}
	return decodeThumb(ctx, data, minShort, &w.scratch)
}

func (w *worker) quality(px embed.Pixels) project.Quality {
	if w.Measure != nil {
		return w.Measure(px)
	}
	return project.Quality(w.scratch.Measure(px))
}

// encode runs the batch through the model and hands it to the writer.
func (w *worker) encode(ctx context.Context) error {
	n, size := len(w.batch), w.spec.Input.Len()
	if n == 0 {
		return nil
	}
	defer func(began time.Time) { w.times.add(stageEncode, began) }(time.Now())
	encodings, err := w.Encoder.Encode(ctx, w.input[:n*size], n)
	if err == nil && len(encodings) != n {
		return fmt.Errorf("scan: model %q gave %d vectors for %d pictures", w.spec.Name, len(encodings), n)
	}
	for i, res := range w.batch {
		one, cause := embed.Encoding{}, err
		switch {
		case err == nil:
			one = encodings[i]
		case ctx.Err() != nil:
			return ctx.Err()
		default: // which picture was it?
			one, cause = w.encodeOne(ctx, w.input[i*size:(i+1)*size])
		}
		if cause != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if w.refused.Add(1) >= tooManyRefusals && w.accepted.Load() == 0 {
				return fmt.Errorf("scan: model %q: %w", w.spec.Name, cause)
			}
			res.Reason, res.Content = "the model failed: "+cause.Error(), nil
			w.out <- res
			continue
		}
		if err := checkEncoding(one); err != nil {
			return fmt.Errorf("scan: model %q on %q: %w", w.spec.Name, res.path, err)
		}
		w.accepted.Add(1)
		res.Vector, res.Probs = one.Embedding, one.Probs
		w.out <- res
	}
	w.batch = w.batch[:0]
	return nil
}

func (w *worker) encodeOne(ctx context.Context, tensor []float32) (embed.Encoding, error) {
	got, err := w.Encoder.Encode(ctx, tensor, 1)
	switch {
	case err != nil:
		return embed.Encoding{}, err
	case len(got) != 1:
		return embed.Encoding{}, errors.New("no vector came back")
	}
	return got[0], nil
}

// checkEncoding refuses vectors that are not numbers: nothing could be compared
// with them.
func checkEncoding(e embed.Encoding) error {
	for _, v := range [][]float32{e.Embedding, e.Probs} {
		if err := embed.CheckFinite(embed.Matrix{Rows: 1, Cols: len(v), Data: v}); err != nil {
			return err
		}
	}
	return nil
}

// failed tells whether the file counts as failed.
func (r *result) failed() bool { return r.Reason != "" && !r.nothing }
