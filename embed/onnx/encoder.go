package onnx

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"kindred/embed"
	"kindred/embed/onnx/graph"
)

// Options of an encoder. The zero value works.
type Options struct {
	// Name is the file's name, for people and for errors.
	Name string
	// Threads is how many threads one operator uses; 0 is one, the best choice
	// when several goroutines share the encoder.
	Threads int
	// Classes are names, and WNIDs their WordNet ids, for a classifier that
	// has as many classes and brings no names, or the same names.
	Classes, WNIDs []string
	// Preprocess replaces what file and rules say of resizing and
	// normalisation; the layout stays the graph's. Vectors then have a model id
	// of their own.
	Preprocess *embed.Preprocess
}

// mostAtOnce bounds the pictures of one run, and so its memory.
const mostAtOnce = 64

// trialPictures is how many different pictures the trial run shows; a model
// with a larger fixed batch gets zeros besides.
const trialPictures = 2

// Encoder is a model for pictures. It implements embed.Encoder on one session
// that all callers share.
type Encoder struct {
	spec       embed.Spec
	name       string
	session    *session
	outputs    []candidate
	choice     choice
	inputShape []int64 // of one picture, batch first
}

var _ embed.Encoder = (*Encoder)(nil)

// Encoder loads any ONNX classifier or encoder for pictures: float32, float16
// or uint8 input, channels first or last, fixed or open batch and size. How it
// is fed and what its outputs mean is read from the graph and its metadata,
// and settled by a trial run on pictures made here. The bytes of the model are
// not kept.
func (r *Runtime) Encoder(ctx context.Context, model []byte, o Options) (*Encoder, error) {
	e, err := r.encoder(ctx, model, o)
	if err != nil {
		return nil, fmt.Errorf("open model %q: %w", o.Name, err)
	}
	return e, nil
}

func (r *Runtime) encoder(ctx context.Context, model []byte, o Options) (*Encoder, error) {
	parsed, err := graph.Parse(model)
	if err != nil {
		return nil, fmt.Errorf("it is refused: %w", err)
	}
	c, err := readContract(parsed, o.Preprocess)
	if err != nil {
		return nil, fmt.Errorf("it is refused: %w", err)
	}
	e := &Encoder{name: o.Name}
	e.spec = embed.Spec{
		ID: modelID(model, o.Preprocess), Name: strings.TrimSuffix(path.Base(o.Name), ".onnx"),
		Input: c.input, Batch: c.batch,
	}
	e.inputShape = []int64{1, 3, int64(c.input.Height), int64(c.input.Width)}
	if c.input.Layout == embed.NHWC {
		e.inputShape = []int64{1, int64(c.input.Height), int64(c.input.Width), 3}
	}
	if e.outputs, err = c.exposures(); err != nil {
		return nil, fmt.Errorf("it is refused: %w", err)
	}
	if err := e.load(r, model, c, o.Threads); err != nil {
		return nil, err
	}
	if err := e.settle(ctx, r, model, c, o); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// modelID names the space of vectors: file, version of the preprocessing, and
// the preprocessing itself where the caller chose it.
func modelID(model []byte, override *embed.Preprocess) embed.ModelID {
	sum := sha256.Sum256(model)
	id := fmt.Sprintf("%s-p%d", hex.EncodeToString(sum[:]), embed.PreprocessVersion)
	if override != nil {
		own := sha256.Sum256(fmt.Appendf(nil, "%+v", *override))
		id += "-" + hex.EncodeToString(own[:4])
	}
	return embed.ModelID(id)
}

// exposures lists the model's outputs that hold real numbers and, where no
// other output could be the embedding, the inner tensor that is.
func (c *contract) exposures() (all []candidate, err error) {
	add := func(x graph.Exposed, name string, inner bool) {
		x.As = fmt.Sprintf("kindred:output%d", len(all))
		all = append(all, candidate{Exposed: x, name: name, inner: inner})
	}
	for _, v := range c.model.Outputs {
		switch v.Type {
		case 0, graph.Float, graph.Float16, graph.Double:
			if len(all) < 16 {
				add(graph.Exposed{Tensor: v.Name}, v.Name, false)
			}
		}
	}
	if len(all) == 0 {
		return nil, errors.New("it has no output of real numbers")
	}
	if len(all) > 1 && !c.ultralytics {
		return all, nil
	}
	w := walker{c.model, c.model.Makers()}
	inner := w.layerInput(all[0].Tensor)
	if c.ultralytics {
		all = all[:1]
		if before := w.layerInput(inner.Tensor); before.Tensor != "" {
			inner = before
		}
	}
	if inner.Tensor != "" && inner.Tensor != all[0].Tensor {
		add(inner, inner.Tensor, true)
	}
	return all, nil
}

// load makes the session that gives e.outputs.
func (e *Encoder) load(r *Runtime, model []byte, c *contract, threads int) error {
	edit := graph.Edit{}
	in, names := c.image.Name, make([]string, len(e.outputs))
	if c.image.Type != graph.Float {
		in = "kindred:input"
		edit.Input, edit.InputName = c.image, in
	}
	for i := range e.outputs {
		edit.Outputs = append(edit.Outputs, e.outputs[i].Exposed)
		names[i] = e.outputs[i].As
	}
	edited, err := edit.Apply(model)
	if err == nil {
		e.session, err = r.session(edited, []string{in}, names, settings{threads: threads})
	}
	if err != nil {
		return fmt.Errorf("ONNX Runtime cannot load it (it is damaged, or wants a newer runtime): %w", err)
	}
	return nil
}

// settle runs the model on trial, chooses outputs and drops the others.
func (e *Encoder) settle(ctx context.Context, r *Runtime, model []byte, c *contract, o Options) error {
	if err := e.try(ctx); err != nil {
		return err
	}
	pick, err := c.choose(e.outputs, o.Classes)
	if err != nil {
		return fmt.Errorf("it is refused: %w", err)
	}
	used := []int{pick.embedding}
	if pick.classes >= 0 && pick.classes != pick.embedding {
		used = append(used, pick.classes)
	}
	if len(used) < len(e.outputs) {
		kept := make([]candidate, len(used))
		for i, u := range used {
			kept[i] = e.outputs[u]
		}
		if err := e.session.close(); err != nil {
			return err
		}
		e.outputs = kept
		if err := e.load(r, model, c, o.Threads); err != nil {
			return err
		}
		if pick.classes >= 0 {
			pick.classes = slices.Index(used, pick.classes)
		}
		pick.embedding = 0
	}
	for i := range e.outputs {
		e.outputs[i].trial = nil
	}
	e.choice = pick
	e.spec.Dim = e.outputs[pick.embedding].size
	e.spec.Classes = slices.Clone(pick.names)
	if len(o.WNIDs) == len(pick.names) && slices.Equal(pick.names, o.Classes) {
		e.spec.WNIDs = slices.Clone(o.WNIDs)
	}
	return nil
}

// try runs two pictures, or the model's own batch, and notes the shapes. A
// model that leaves its batch open but takes one picture only, as some exports
// do, is then fed one by one.
func (e *Encoder) try(ctx context.Context) error {
	n := e.spec.Batch
	if n == 0 {
		n = trialPictures
	}
	for {
		out, err := e.runOnce(ctx, e.trialInput(n), n)
		usable := false
		if err == nil {
			for i := range e.outputs {
				e.outputs[i].judge(out[i], n)
				usable = usable || e.outputs[i].form != unusable && !e.outputs[i].inner
			}
		}
		if usable || e.spec.Batch != 0 || ctx.Err() != nil {
			if err != nil {
				return fmt.Errorf("a trial run failed: %w", err)
			}
			return nil
		}
		e.spec.Batch, n = 1, 1
	}
}

// trialInput is n pictures of coloured noise, always the same.
func (e *Encoder) trialInput(n int) []float32 {
	p := e.spec.Input
	px := embed.NewPixels(p.Width, p.Height)
	all := make([]float32, n*p.Len())
	state := uint32(1)
	for i := range min(n, trialPictures) {
		for j := range px.Pix {
			state = state*1664525 + 1013904223
			px.Pix[j] = uint8(state >> 24)
		}
		p.Tensor(all[i*p.Len():], px)
	}
	return all
}

// Spec implements embed.Encoder.
func (e *Encoder) Spec() embed.Spec { return e.spec }

// Close frees the model after waiting for runs in progress.
func (e *Encoder) Close() error { return e.session.close() }

func (e *Encoder) runOnce(ctx context.Context, values []float32, n int) ([]output, error) {
	shape := slices.Clone(e.inputShape)
	shape[0] = int64(n)
	return e.session.run(ctx, []input{{shape, values[:n*e.spec.Input.Len()]}})
}

// Encode implements embed.Encoder. Where the graph has a fixed batch, pictures
// go through in such batches, the last one filled up with zeros.
func (e *Encoder) Encode(ctx context.Context, values []float32, n int) ([]embed.Encoding, error) {
	length := e.spec.Input.Len()
	if n < 0 || len(values)/length < n {
		return nil, fmt.Errorf("encode with %q: %d values for %d pictures of %d", e.name, len(values), n, length)
	}
	results := make([]embed.Encoding, 0, n)
	for done := 0; done < n; {
		take := min(n-done, mostAtOnce)
		part, run := values[done*length:(done+take)*length], take
		if e.spec.Batch > 0 {
			take, run = min(n-done, e.spec.Batch), e.spec.Batch
			part = values[done*length : (done+take)*length]
			if take < run {
				part = append(make([]float32, 0, run*length), part...)[:run*length]
			}
		}
		out, err := e.runOnce(ctx, part, run)
		if err == nil {
			results, err = e.read(results, out, run, take)
		}
		if err != nil {
			return nil, fmt.Errorf("encode with %q: %w", e.name, err)
		}
		done += take
	}
	return results, nil
}

// read appends what a run of n pictures says of the first take.
func (e *Encoder) read(results []embed.Encoding, out []output, n, take int) ([]embed.Encoding, error) {
	for i := range e.outputs {
		if c := &e.outputs[i]; len(out[i].data) != n*c.each {
			return nil, fmt.Errorf("output %q has %d values for %d pictures, and had %d for one", c.name, len(out[i].data), n, c.each)
		}
	}
	for p := range take {
		var r embed.Encoding
		c := &e.outputs[e.choice.embedding]
		r.Embedding = c.vector(out[e.choice.embedding].data[p*c.each : (p+1)*c.each])
		if e.choice.classes >= 0 {
			c := &e.outputs[e.choice.classes]
			r.Probs = slices.Clone(c.vector(out[e.choice.classes].data[p*c.each : (p+1)*c.each]))
			e.choice.scoring.apply(r.Probs)
		}
		for _, v := range [][]float32{r.Embedding, r.Probs} {
			if err := embed.CheckFinite(embed.Matrix{Rows: 1, Cols: len(v), Data: v}); err != nil {
				return nil, err
			}
		}
		results = append(results, r)
	}
	return results, nil
}
