package onnx

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"kindred/embed"
	"kindred/embed/onnx/graph"
)

// tiny describes a classifier small enough to compute by hand: each colour's
// mean over the picture, then a fixed 3 x 3 layer.
type tiny struct {
	dims     graph.Dims
	kind     graph.Type
	nhwc     bool
	softmax  bool
	metadata map[string]string
}

// layer is the last layer of tiny: class j gets the sum of mean i times
// layer[i][j].
var layer = [3][3]float32{{4, -1, 0.5}, {0, 3, -2}, {-1, 1, 2}}

func (m tiny) bytes() []byte {
	var b graph.Builder
	b.Input("image", m.kind, m.dims)
	at := "image"
	step := func(op string, in []string, attributes ...graph.Attr) {
		out := fmt.Sprintf("%s-%s", op, at)
		b.Node(op, in, []string{out}, attributes...)
		at = out
	}
	if m.kind != graph.Float {
		step("Cast", []string{at}, graph.Attr{Name: "to", Value: graph.Float})
	}
	if m.nhwc {
		step("Transpose", []string{at}, graph.Attr{Name: "perm", Value: []int64{0, 3, 1, 2}})
	}
	step("GlobalAveragePool", []string{at})
	step("Flatten", []string{at})
	b.Weight("layer", []int64{3, 3}, slices.Concat(layer[0][:], layer[1][:], layer[2][:]))
	step("MatMul", []string{at, "layer"})
	if m.softmax {
		step("Softmax", []string{at})
	}
	b.Node("Identity", []string{at}, []string{"answer"})
	b.Output("answer", graph.Float, graph.Dims{m.dims[0], 3})
	for key, value := range m.metadata {
		b.Metadata(key, value)
	}
	return b.Bytes()
}

var threeNames = map[string]string{"names": "{0: 'a', 1: 'b', 2: 'c'}"}

// openTiny loads a model made here.
func openTiny(t *testing.T, model []byte, o Options) *Encoder {
	t.Helper()
	if o.Name == "" {
		o.Name = "tiny.onnx"
	}
	e, err := openRuntime(t).Encoder(t.Context(), model, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// plain is a picture of one colour.
func plain(w, h int, rgb [3]uint8) embed.Pixels {
	px := embed.NewPixels(w, h)
	for i := range px.Pix {
		px.Pix[i] = rgb[i%3]
	}
	return px
}

var colours = [][3]uint8{{255, 0, 0}, {0, 255, 0}, {10, 20, 250}, {128, 128, 128}, {3, 200, 77}, {255, 255, 255}}

// byHand computes what tiny answers.
func byHand(p embed.Preprocess, rgb [3]uint8) (means, probs [3]float64) {
	for c := range 3 {
		means[c] = (float64(rgb[c])*float64(p.Scale) - float64(p.Mean[c])) / float64(p.Std[c])
	}
	sum := 0.0
	for j := range 3 {
		for i := range 3 {
			probs[j] += means[i] * float64(layer[i][j])
		}
		probs[j] = math.Exp(probs[j])
		sum += probs[j]
	}
	for j := range 3 {
		probs[j] /= sum
	}
	return means, probs
}

func TestAnyLayoutTypeAndBatch(t *testing.T) {
	bytesAsTheyAre := embed.Preprocess{Resize: 9, Width: 8, Height: 6, Scale: 1, Std: [3]float32{1, 1, 1}}
	small := embed.Preprocess{Resize: 0, Width: 8, Height: 6, Scale: 1. / 1024, Std: [3]float32{1, 1, 1}}
	for _, c := range []struct {
		name  string
		model tiny
		o     Options
		want  embed.Preprocess
		batch int
		off   float64
	}{
		{
			name:  "float32, channels first, all open",
			model: tiny{dims: graph.Dims{"n", 3, "h", "w"}, kind: graph.Float, metadata: threeNames},
			want:  embed.Preprocess{Resize: 256, Width: 224, Height: 224, Scale: 1. / 255, Mean: [3]float32{0.485, 0.456, 0.406}, Std: [3]float32{0.229, 0.224, 0.225}},
			off:   5e-4, // sums over 50,176 pixels, in float32
		}, {
			name:  "float32, channels last, fixed batch of 4, probabilities",
			model: tiny{dims: graph.Dims{4, 6, 8, 3}, kind: graph.Float, nhwc: true, softmax: true, metadata: threeNames},
			o:     Options{Preprocess: &small},
			want:  embed.Preprocess{Width: 8, Height: 6, Scale: 1. / 1024, Std: [3]float32{1, 1, 1}, Layout: embed.NHWC},
			batch: 4, off: 1e-5,
		}, {
			name:  "uint8, channels last",
			model: tiny{dims: graph.Dims{1, 6, 8, 3}, kind: graph.Uint8, nhwc: true, metadata: threeNames},
			o:     Options{Preprocess: &bytesAsTheyAre},
			want:  embed.Preprocess{Resize: 9, Width: 8, Height: 6, Scale: 1, Std: [3]float32{1, 1, 1}, Layout: embed.NHWC},
			batch: 1, off: 1e-4,
		}, {
			name:  "uint8, channels first, batch open",
			model: tiny{dims: graph.Dims{"n", 3, 14, 14}, kind: graph.Uint8, metadata: threeNames},
			want:  embed.Preprocess{Resize: 16, Width: 14, Height: 14, Scale: 1, Std: [3]float32{1, 1, 1}},
			off:   1e-4,
		}, {
			name:  "float16, channels first, own metadata",
			model: tiny{dims: graph.Dims{"n", 3, 8, 8}, kind: graph.Float16, metadata: map[string]string{"names": "['a', 'b', 'c']", "kindred.preprocess": `{"resize":10,"crop":8,"mean":[127,127,127],"std":[128,128,128],"scale":255}`}},
			want:  embed.Preprocess{Resize: 10, Width: 8, Height: 8, Scale: 1, Mean: [3]float32{127, 127, 127}, Std: [3]float32{128, 128, 128}},
			off:   2e-3,
		}, {
			name:  "Ultralytics, size open",
			model: tiny{dims: graph.Dims{"batch", 3, "height", "width"}, kind: graph.Float, softmax: true, metadata: map[string]string{"names": threeNames["names"], "imgsz": "[32, 32]", "stride": "1", "task": "classify", "author": "Ultralytics"}},
			want:  embed.Preprocess{Resize: 32, Width: 32, Height: 32, Scale: 1. / 255, Std: [3]float32{1, 1, 1}},
			off:   1e-5,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := openTiny(t, c.model.bytes(), c.o)
			spec := e.Spec()
			if spec.Input != c.want || spec.Batch != c.batch || spec.Dim != 3 || !slices.Equal(spec.Classes, []string{"a", "b", "c"}) || spec.Name != "tiny" {
				t.Fatalf("%+v", spec)
			}
			values := make([]float32, len(colours)*spec.Input.Len())
			for i, rgb := range colours {
				spec.Input.Tensor(values[i*spec.Input.Len():], plain(40, 30, rgb))
			}
			for _, n := range []int{0, 1, 4, len(colours)} {
				out, err := e.Encode(t.Context(), values, n)
				if err != nil || len(out) != n {
					t.Fatalf("%d pictures: %d answers, %v", n, len(out), err)
				}
				for i, got := range out {
					means, probs := byHand(spec.Input, colours[i])
					for j := range 3 {
						if math.Abs(float64(got.Embedding[j])-means[j]) > c.off*max(1, math.Abs(means[j])) || math.Abs(float64(got.Probs[j])-probs[j]) > 3*c.off {
							t.Fatalf("picture %d of %d: %v %v, want %v %v", i, n, got.Embedding, got.Probs, means, probs)
						}
					}
				}
			}
			if _, err := e.Encode(t.Context(), values, len(colours)+1); err == nil {
				t.Error("more pictures than values")
			}
		})
	}
}

func TestModelIDTellsSpacesApart(t *testing.T) {
	model := tiny{dims: graph.Dims{"n", 3, 8, 8}, kind: graph.Float, metadata: threeNames}.bytes()
	a := openTiny(t, model, Options{Name: "a.onnx"}).Spec().ID
	b := openTiny(t, model, Options{Name: "b.onnx"}).Spec().ID
	c := openTiny(t, model, Options{Preprocess: &embed.Preprocess{Width: 8, Height: 8, Scale: 1, Std: [3]float32{1, 1, 1}}}).Spec().ID
	if a != b || a == c || !strings.HasSuffix(string(a), fmt.Sprintf("-p%d", embed.PreprocessVersion)) || len(a) != 64+3 {
		t.Errorf("%q, %q, %q", a, b, c)
	}
}

// An encoder without classes, and models whose outputs must be told apart.
func TestOutputsAreToldApart(t *testing.T) {
	build := func(outputs map[string][]string) []byte {
		var b graph.Builder
		b.Input("image", graph.Float, graph.Dims{"n", 3, 8, 8})
		b.Node("AveragePool", []string{"image"}, []string{"map"}, graph.Attr{Name: "kernel_shape", Value: []int64{4, 4}}, graph.Attr{Name: "strides", Value: []int64{4, 4}})
		b.Node("GlobalAveragePool", []string{"image"}, []string{"pool"})
		b.Node("Flatten", []string{"pool"}, []string{"means"})
		b.Ints("flat", 0, 3, 4)
		b.Node("Reshape", []string{"map", "flat"}, []string{"planes"})
		b.Node("Transpose", []string{"planes"}, []string{"tokens"}, graph.Attr{Name: "perm", Value: []int64{0, 2, 1}})
		b.Node("Softmax", []string{"means"}, []string{"soft"})
		b.Node("Sigmoid", []string{"means"}, []string{"several"})
		for _, name := range []string{"map", "means", "tokens", "soft", "several"} {
			for _, as := range outputs[name] {
				b.Node("Identity", []string{name}, []string{as})
				b.Output(as, graph.Float, graph.Dims{"n"})
			}
		}
		return b.Bytes()
	}
	p := embed.Preprocess{Width: 8, Height: 8, Scale: 1. / 255, Std: [3]float32{1, 1, 1}}
	px := plain(8, 8, [3]uint8{255, 51, 0})
	means := []float32{1, 0.2, 0}
	for _, c := range []struct {
		name    string
		outputs map[string][]string
		classes int
	}{
		{"a lone vector", map[string][]string{"means": {"out"}}, 0},
		{"a lone map", map[string][]string{"map": {"out"}}, 0},
		{"tokens", map[string][]string{"tokens": {"last_hidden_state"}}, 0},
		{"tokens beside a vector", map[string][]string{"tokens": {"last_hidden_state"}, "means": {"pooler_output"}}, 0},
		{"probabilities beside a map", map[string][]string{"soft": {"y"}, "map": {"z"}}, 3},
		{"logits by name", map[string][]string{"means": {"logits", "x"}}, 3},
		{"two vectors", map[string][]string{"means": {"image_embeds"}, "soft": {"x"}}, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := openTiny(t, build(c.outputs), Options{Preprocess: &p})
			got := encodeOne(t, e, px)
			if len(e.Spec().Classes) != c.classes || len(got.Probs) != c.classes {
				t.Errorf("classes %v, %d probabilities", e.Spec().Classes, len(got.Probs))
			}
			if len(got.Embedding) != 3 || cosine(got.Embedding, means) < 0.99999 {
				t.Errorf("embedding %v, want %v", got.Embedding, means)
			}
			if c.classes > 0 {
				sum := math.E + math.Exp(0.2) + 1
				if math.Abs(float64(got.Probs[0])-math.E/sum) > 1e-5 {
					t.Errorf("probabilities %v", got.Probs)
				}
			}
		})
	}
}

func TestRefusedModelsSayWhy(t *testing.T) {
	good := tiny{dims: graph.Dims{"n", 3, 8, 8}, kind: graph.Float, metadata: threeNames}
	with := func(change func(m *tiny)) []byte {
		m := good
		change(&m)
		return m.bytes()
	}
	meta := func(pairs ...string) []byte {
		return with(func(m *tiny) {
			m.metadata = map[string]string{}
			for i := 0; i < len(pairs); i += 2 {
				m.metadata[pairs[i]] = pairs[i+1]
			}
		})
	}
	two := func(second graph.Dims) []byte {
		var b graph.Builder
		b.Input("left", graph.Float, graph.Dims{1, 3, 8, 8})
		b.Input("right", graph.Float, second)
		b.Node("Add", []string{"left", "right"}, []string{"sum"})
		b.Output("sum", graph.Float, graph.Dims{1, 3, 8, 8})
		return b.Bytes()
	}
	for _, c := range []struct {
		name, want string
		model      []byte
	}{
		{"empty", "empty file", nil},
		{"text", "not an ONNX model", []byte("hello, this is not a model at all")},
		{"zip", "PyTorch", []byte("PK\x03\x04rest")},
		{"pointer", "git lfs pull", []byte("version https://git-lfs.github.com/spec/v1\noid sha256:00\n")},
		{"picture", "a picture", []byte("\xff\xd8\xff\xe0rest of a photograph")},
		{"web page", "web page", []byte("<!DOCTYPE html><html>")},
		{"cut off", "damaged", good.bytes()[:len(good.bytes())/2]},
		{"external data", `another file ("weights.bin")`, externalModel()},
		{"a detector", `task is "detect"`, meta("task", "detect", "names", "{0: 'a'}", "author", "Ultralytics", "imgsz", "[8, 8]", "stride", "32")},
		{"wrong number of names", "names 2 classes", meta("names", "['a', 'b']")},
		{"broken names", "class names", meta("names", "{0: 'a, 1: b}")},
		{"broken own metadata", "kindred.preprocess", meta("kindred.preprocess", "{")},
		{"no deviation", "not finite", meta("kindred.preprocess", `{"resize":8,"crop":8,"mean":[0,0,0],"std":[0,1,1]}`)},
		{"another crop", "crop of 224", meta("kindred.preprocess", `{"resize":256,"crop":224,"std":[1,1,1]}`)},
		{"one channel", "no 3 channels", with(func(m *tiny) { m.dims = graph.Dims{"n", 1, 8, 8} })},
		{"no image", "no image input", with(func(m *tiny) { m.dims = graph.Dims{"n", 12} })},
		{"other type", "float64", with(func(m *tiny) { m.kind = graph.Double })},
		{"giant side", "out of bounds", with(func(m *tiny) { m.dims = graph.Dims{"n", 3, 100_000, 8} })},
		{"giant batch", "batch of 5000", with(func(m *tiny) { m.dims = graph.Dims{5000, 3, 8, 8} })},
		{"giant in all", "out of bounds", with(func(m *tiny) { m.dims = graph.Dims{1000, 3, 4000, 4000} })},
		{"overflow", "out of bounds", with(func(m *tiny) { m.dims = graph.Dims{1 << 40, 3, 1 << 40, 1 << 40} })},
		{"giant open size", "out of bounds", with(func(m *tiny) {
			m.dims = graph.Dims{"n", 3, "h", "w"}
			m.metadata = map[string]string{"imgsz": "[9000000, 9000000]"}
		})},
		{"two images", "several image inputs", two(graph.Dims{1, 3, 8, 8})},
		{"a second input", `wants an input "right"`, two(graph.Dims{1})},
		{"unknown operator", "ONNX Runtime cannot load it", unknownOperator()},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, err := openRuntime(t).Encoder(t.Context(), c.model, Options{Name: "mine.onnx"})
			if err == nil {
				e.Close()
				t.Fatal("accepted")
			}
			if !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), `open model "mine.onnx": `) {
				t.Errorf("want %q in: %v", c.want, err)
			}
			t.Log(err)
		})
	}
}

func unknownOperator() []byte {
	var b graph.Builder
	b.Input("image", graph.Float, graph.Dims{1, 3, 8, 8})
	b.Node("Divination", []string{"image"}, []string{"future"})
	b.Output("future", graph.Float, graph.Dims{1, 3})
	return b.Bytes()
}
