package onnx

import (
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg"
	_ "image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kindred/embed"
)

// sharedFolder is the folder of photos and models beside the checkout:
// $KINDRED_SHARED, or ../shared.
func sharedFolder(t testing.TB) string {
	t.Helper()
	folder := os.Getenv("KINDRED_SHARED")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "shared")
	}
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the folder shared/ is not there: set KINDRED_SHARED")
	}
	return folder
}

// decode reads a picture with the standard library.
func decode(t testing.TB, path string) embed.Pixels {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	img, _, err := image.Decode(file)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	bounds := img.Bounds()
	px := embed.NewPixels(bounds.Dx(), bounds.Dy())
	if planes, ok := img.(*image.YCbCr); ok && planes.SubsampleRatio == image.YCbCrSubsampleRatio420 {
		cb, cr := upsample(planes.Cb, planes.CStride, px), upsample(planes.Cr, planes.CStride, px)
		for y := range px.H {
			for x := range px.W {
				i := y*px.W + x
				r, g, b := color.YCbCrToRGB(planes.Y[y*planes.YStride+x], cb[i], cr[i])
				copy(px.Pix[3*i:], []uint8{r, g, b})
			}
		}
		return px
	}
	for y := range px.H {
		for x := range px.W {
			r, g, b, _ := img.At(bounds.Min.X+x, bounds.Min.Y+y).RGBA()
			copy(px.Pix[3*(y*px.W+x):], []uint8{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8)})
		}
	}
	return px
}

// upsample doubles a colour plane with the triangle filter, three quarters of
// the nearer and one quarter of the farther value in each direction, as libjpeg
// does and image/jpeg does not: on pictures of 32 pixels that moves the model's
// confidence by 0.03.
func upsample(plane []uint8, stride int, px embed.Pixels) []uint8 {
	w, h := (px.W+1)/2, (px.H+1)/2
	at := func(x, y int) int { return int(plane[min(max(y, 0), h-1)*stride+min(max(x, 0), w-1)]) }
	out := make([]uint8, px.W*px.H)
	for y := range px.H {
		for x := range px.W {
			near, far := y/2, y/2-1+y%2*2
			side, round := x/2-1+x%2*2, 8-x%2
			sum := 3*(3*at(x/2, near)+at(x/2, far)) + 3*at(side, near) + at(side, far)
			out[y*px.W+x] = uint8((sum + round) >> 4)
		}
	}
	return out
}

// encodeOne runs one picture.
func encodeOne(t testing.TB, e embed.Encoder, px embed.Pixels) embed.Encoding {
	t.Helper()
	p := e.Spec().Input
	values := make([]float32, p.Len())
	p.Tensor(values, px)
	out, err := e.Encode(t.Context(), values, 1)
	if err != nil {
		t.Fatal(err)
	}
	return out[0]
}

func argmax(v []float32) int { return slices.Index(v, slices.Max(v)) }

func cosine(a, b []float32) float64 {
	var ab, aa, bb float64
	for i := range a {
		ab += float64(a[i]) * float64(b[i])
		aa += float64(a[i]) * float64(a[i])
		bb += float64(b[i]) * float64(b[i])
	}
	return ab / math.Sqrt(aa*bb)
}

func loadModel(t testing.TB, path string, o Options) *Encoder {
	t.Helper()
	model, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	o.Name = filepath.Base(path)
	e, err := openRuntime(t).Encoder(t.Context(), model, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

// What Ultralytics itself answers, as bench/score.py yolo judges it.
func TestUltralyticsAgreesWithItself(t *testing.T) {
	folder := sharedFolder(t)
	e := loadModel(t, filepath.Join(folder, "models", "yolo26n-cls-cifar10.onnx"), Options{})
	spec := e.Spec()
	want := []string{"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"}
	if !slices.Equal(spec.Classes, want) || spec.Dim != 256 || spec.Input.Resize != 64 || spec.Input.Width != 64 || spec.Name != "yolo26n-cls-cifar10" {
		t.Errorf("%+v", spec)
	}
	var reference struct {
		Images []struct {
			Path      string
			Top1      string
			Top1conf  float64
			Margin    float64
			Embedding []float32
		}
	}
	text, err := os.ReadFile(filepath.Join(folder, "models", "yolo26n-cls-cifar10.reference.json"))
	if err == nil {
		err = json.Unmarshal(text, &reference)
	}
	if err != nil {
		t.Fatal(err)
	}
	worst, least := 0.0, 1.0
	for _, image := range reference.Images {
		got := encodeOne(t, e, decode(t, filepath.Join(folder, "data", image.Path)))
		top := argmax(got.Probs)
		if spec.Classes[top] != image.Top1 && image.Margin > 0.02 {
			t.Errorf("%s: %s, want %s", image.Path, spec.Classes[top], image.Top1)
		}
		worst = max(worst, math.Abs(float64(got.Probs[top])-image.Top1conf))
		least = min(least, cosine(got.Embedding, image.Embedding))
	}
	t.Logf("%d images: largest confidence error %.5f, smallest cosine %.6f", len(reference.Images), worst, least)
	if len(reference.Images) != 22 || worst > 0.01 || least < 0.998 {
		t.Errorf("%d images, confidence error %v, cosine %v", len(reference.Images), worst, least)
	}
}

// The built-in model on photographs whose class stands in their name.
func TestBuiltInModelKnowsPhotographs(t *testing.T) {
	folder := sharedFolder(t)
	model := filepath.Join("..", "..", "assets", "model")
	table, err := os.ReadFile(filepath.Join(model, "classes.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	var wnids, names []string
	for line := range strings.Lines(string(table)) {
		wnid, name, _ := strings.Cut(strings.TrimSpace(line), "\t")
		wnids, names = append(wnids, wnid), append(names, name)
	}
	e := loadModel(t, filepath.Join(model, "efficientnet-lite0.onnx"), Options{Classes: names, WNIDs: wnids})
	spec := e.Spec()
	mean, std := [3]float32{127, 127, 127}, [3]float32{128, 128, 128}
	if got := spec.Input; got != (embed.Preprocess{Resize: 256, Width: 224, Height: 224, Scale: 1, Mean: mean, Std: std}) {
		t.Errorf("input %+v", got)
	}
	if spec.Dim != 1280 || !slices.Equal(spec.Classes, names) || !slices.Equal(spec.WNIDs, wnids) || spec.Batch != 0 {
		t.Errorf("dim %d, %d classes, %d WNIDs, batch %d", spec.Dim, len(spec.Classes), len(spec.WNIDs), spec.Batch)
	}
	photos, err := filepath.Glob(filepath.Join(folder, "data", "photos", "n*.JPEG"))
	if err != nil || len(photos) == 0 {
		t.Fatal(photos, err)
	}
	if testing.Short() {
		photos = photos[:40]
	}
	right := 0
	for batch := range slices.Chunk(photos, 8) {
		values := make([]float32, len(batch)*spec.Input.Len())
		for i, path := range batch {
			spec.Input.Tensor(values[i*spec.Input.Len():], decode(t, path))
		}
		out, err := e.Encode(t.Context(), values, len(batch))
		if err != nil {
			t.Fatal(err)
		}
		for i, path := range batch {
			wnid, _, _ := strings.Cut(filepath.Base(path), "_")
			if spec.WNIDs[argmax(out[i].Probs)] == wnid {
				right++
			}
			sum := 0.0
			for _, p := range out[i].Probs {
				sum += float64(p)
			}
			if math.Abs(sum-1) > 1e-3 {
				t.Errorf("%s: probabilities sum to %v", path, sum)
			}
		}
	}
	share := float64(right) / float64(len(photos))
	t.Log(fmt.Sprintf("top-1 %.3f on %d photographs", share, len(photos)))
	if share < 0.86 {
		t.Errorf("top-1 is %.3f, want at least 0.86", share)
	}
}
