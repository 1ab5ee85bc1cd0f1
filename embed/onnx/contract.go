package onnx

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"kindred/embed"
	"kindred/embed/onnx/graph"
)

// Bounds on what a model may want. They are checked before anything of that
// size is made.
const (
	maxSide   = 4096    // of the input, in pixels
	maxBatch  = 1024    // fixed in the graph
	maxValues = 1 << 27 // of one input tensor, batch and all
)

// defaultSide is the input size where neither graph nor metadata gives one.
const defaultSide = 224

// contract is what a model wants and says of itself, before it has run.
type contract struct {
	model       *graph.Model
	image       graph.Value // the input
	batch       int         // fixed, or 0
	input       embed.Preprocess
	names       []string // of the classes, from the metadata
	ultralytics bool
}

// readContract decides how a model is fed, or says why it cannot be.
func readContract(m *graph.Model, override *embed.Preprocess) (*contract, error) {
	c := &contract{model: m}
	if task, ok := m.Metadata["task"]; ok && task != "classify" {
		return nil, fmt.Errorf("its task is %q; Kindred takes classifiers and encoders", task)
	}
	_, own := m.Metadata["kindred.preprocess"]
	_, imgsz := m.Metadata["imgsz"]
	_, stride := m.Metadata["stride"]
	c.ultralytics = !own && (m.Metadata["author"] == "Ultralytics" || imgsz && stride)
	if text, ok := m.Metadata["names"]; ok {
		names, err := parseNames(text)
		if err != nil {
			return nil, err
		}
		c.names = names
	}
	if err := c.findImage(); err != nil {
		return nil, err
	}
	if err := c.readInput(); err != nil {
		return nil, err
	}
	if err := c.normalise(); err != nil {
		return nil, err
	}
	if override != nil {
		if err := c.override(*override); err != nil {
			return nil, err
		}
	}
	batch := max(c.batch, 1)
	if batch*c.input.Len() > maxValues {
		return nil, fmt.Errorf("its input of %d x 3 x %d x %d values is out of bounds", batch, c.input.Height, c.input.Width)
	}
	return c, nil
}

// findImage picks the one input, which must be able to hold pictures.
func (c *contract) findImage() error {
	var images []graph.Value
	for _, v := range c.model.Inputs {
		if len(v.Dims) == 4 {
			images = append(images, v)
		}
	}
	switch {
	case len(images) == 0:
		return errors.New("it has no image input (a tensor of four dimensions)")
	case len(images) > 1:
		return fmt.Errorf("it has several image inputs (%q, %q)", images[0].Name, images[1].Name)
	case len(c.model.Inputs) > 1:
		for _, v := range c.model.Inputs {
			if v.Name != images[0].Name {
				return fmt.Errorf("besides the image it wants an input %q", v.Name)
			}
		}
	}
	c.image = images[0]
	switch c.image.Type {
	case graph.Float, graph.Float16, graph.Uint8:
		return nil
	}
	return fmt.Errorf("its input is of type %v; Kindred gives float32, float16 and uint8", c.image.Type)
}

// readInput takes layout, batch and size from the declared dimensions.
func (c *contract) readInput() error {
	d := c.image.Dims
	for i, size := range d {
		if size == 0 || size < graph.Unknown {
			return fmt.Errorf("dimension %d of its input is %d", i, size)
		}
	}
	if d[0] > maxBatch {
		return fmt.Errorf("its batch of %d is out of bounds", d[0])
	}
	c.batch = int(max(d[0], 0))
	var height, width, channels int64
	switch {
	case d[1] == 3:
		channels, height, width = d[1], d[2], d[3]
	case d[3] == 3 || d[1] == graph.Unknown && d[3] == graph.Unknown && c.beginsWithTranspose():
		c.input.Layout = embed.NHWC
		height, width, channels = d[1], d[2], d[3]
	case d[1] == graph.Unknown:
		channels, height, width = 3, d[2], d[3]
	default:
		return fmt.Errorf("its input of %v has no 3 channels", d)
	}
	if channels == graph.Unknown {
		channels = 3
	}
	sides, err := c.sides()
	if err != nil {
		return err
	}
	if height == graph.Unknown && width == graph.Unknown {
		height, width = sides[0], sides[1]
	} else if height == graph.Unknown {
		height = width
	} else if width == graph.Unknown {
		width = height
	}
	if height < 1 || width < 1 || height > maxSide || width > maxSide {
		return fmt.Errorf("its input size of %d x %d pixels is out of bounds", width, height)
	}
	c.input.Width, c.input.Height = int(width), int(height)
	return nil
}

// beginsWithTranspose reports whether the picture is transposed first, as
// models from TensorFlow do.
func (c *contract) beginsWithTranspose() bool {
	for _, n := range c.model.Users(c.image.Name) {
		if n.Op == "Transpose" {
			return true
		}
	}
	return false
}

// sides returns the input's height and width where the graph leaves them open.
func (c *contract) sides() ([2]int64, error) {
	text, ok := c.model.Metadata["imgsz"]
	if !ok {
		if own, err := c.own(); err == nil && own != nil && own.Crop > 0 {
			return [2]int64{int64(own.Crop), int64(own.Crop)}, nil
		}
		return [2]int64{defaultSide, defaultSide}, nil
	}
	size, err := parseInts(text)
	if err != nil || len(size) < 1 || len(size) > 2 {
		return [2]int64{}, fmt.Errorf("its metadata give imgsz as %.40q", text)
	}
	return [2]int64{int64(size[0]), int64(size[len(size)-1])}, nil
}

// ownPreprocess is the metadata entry kindred.preprocess, written by
// assets/model/convert.py: the short side after resizing, the crop, and for
// values from 0 to Scale, mean and deviation of each channel.
type ownPreprocess struct {
	Resize int        `json:"resize"`
	Crop   int        `json:"crop"`
	Mean   [3]float64 `json:"mean"`
	Std    [3]float64 `json:"std"`
	Scale  float64    `json:"scale"`
	BGR    bool       `json:"bgr"`
}

func (c *contract) own() (*ownPreprocess, error) {
	text, ok := c.model.Metadata["kindred.preprocess"]
	if !ok {
		return nil, nil
	}
	p := &ownPreprocess{Scale: 255}
	if err := json.Unmarshal([]byte(text), p); err != nil {
		return nil, fmt.Errorf("its metadata kindred.preprocess: %w", err)
	}
	return p, nil
}

// normalise decides on resizing and on the numbers that pixels become:
//   - Kindred's own metadata say it;
//   - Ultralytics: the short side to the input's size, values from 0 to 1; an
//     input that is not square is filled by stretching;
//   - a uint8 input: bytes as they are;
//   - any other: the short side to size/0.875, and the mean and deviation of
//     ImageNet over values from 0 to 1, as torchvision and timm train.
func (c *contract) normalise() error {
	p := &c.input
	p.Scale, p.Std = 1./255, [3]float32{1, 1, 1}
	if p.Width == p.Height {
		p.Resize = p.Width
	}
	own, err := c.own()
	switch {
	case err != nil:
		return err
	case own != nil:
		if own.Crop != 0 && (own.Crop != p.Width || own.Crop != p.Height) {
			return fmt.Errorf("its metadata give a crop of %d, and its input has %d x %d", own.Crop, p.Width, p.Height)
		}
		p.Resize, p.Scale, p.BGR = own.Resize, float32(own.Scale/255), own.BGR
		for i := range 3 {
			p.Mean[i], p.Std[i] = float32(own.Mean[i]), float32(own.Std[i])
		}
	case c.ultralytics:
	case c.image.Type == graph.Uint8:
		p.Scale = 1
		p.Resize = p.Resize * 8 / 7
	default:
		p.Mean, p.Std = [3]float32{0.485, 0.456, 0.406}, [3]float32{0.229, 0.224, 0.225}
		p.Resize = p.Resize * 8 / 7
	}
	return c.checkInput()
}

// override takes the caller's preprocessing instead.
func (c *contract) override(p embed.Preprocess) error {
	height, width := c.image.Dims[2], c.image.Dims[3]
	if c.input.Layout == embed.NHWC {
		height, width = c.image.Dims[1], c.image.Dims[2]
	}
	if height != graph.Unknown && height != int64(p.Height) || width != graph.Unknown && width != int64(p.Width) {
		return fmt.Errorf("its input has %d x %d pixels, and %d x %d are asked for", width, height, p.Width, p.Height)
	}
	p.Layout = c.input.Layout
	c.input = p
	return c.checkInput()
}

func (c *contract) checkInput() error {
	p := c.input
	if p.Width < 1 || p.Height < 1 || p.Width > maxSide || p.Height > maxSide || p.Resize < 0 || p.Resize > 2*maxSide {
		return fmt.Errorf("resizing to %d and cutting %d x %d pixels is out of bounds", p.Resize, p.Width, p.Height)
	}
	for i := range 3 {
		for _, v := range []float32{p.Scale, p.Mean[i], p.Std[i], 1 / p.Std[i]} {
			if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
				return errors.New("its metadata give numbers for the normalisation that are not finite")
			}
		}
	}
	if c.image.Type == graph.Uint8 && (p.Scale != 1 || p.Mean != [3]float32{} || p.Std != [3]float32{1, 1, 1}) {
		return errors.New("its input takes bytes, which cannot be normalised")
	}
	return nil
}
