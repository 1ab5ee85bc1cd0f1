package command

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kindred/app/engine"
	"kindred/app/home"
)

// bench is a home of its own with the real engine.
type bench struct {
	t   *testing.T
	env Env
	out bytes.Buffer
	err bytes.Buffer
}

func newBench(t *testing.T) *bench {
	t.Helper()
	dir := t.TempDir()
	h, err := home.Find(func(key string) string {
		if key == "KINDRED_HOME" {
			return dir
		}
		return ""
	})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t}
	e := engine.New(h.Cache, os.Getenv)
	if err := e.SelfTest(context.Background()); err != nil {
		t.Skipf("no ONNX Runtime here: %v", err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	b.env = Env{Stdout: &b.out, Stderr: &b.err, Home: h, Engine: e, Version: "test"}
	return b
}

// run executes a command and returns its exit code.
func (b *bench) run(args ...string) int {
	b.t.Helper()
	b.out.Reset()
	b.err.Reset()
	return Run(context.Background(), b.env, args)
}

// object executes a command with --json that must end with 0.
func (b *bench) object(into any, args ...string) {
	b.t.Helper()
	if code := b.run(append(args, "--json")...); code != 0 {
		b.t.Fatalf("kindred %v: exit %d\n%s", args, code, b.err.String())
	}
	dec := json.NewDecoder(bytes.NewReader(b.out.Bytes()))
	if err := dec.Decode(into); err != nil {
		b.t.Fatalf("kindred %v: %v\n%s", args, err, b.out.String())
	}
	if dec.More() {
		b.t.Fatalf("kindred %v printed more than one object", args)
	}
	if strings.Contains(b.out.String(), "null") {
		b.t.Errorf("kindred %v printed null:\n%s", args, b.out.String())
	}
}

// drawing is a picture of a kind: stripes of a direction and hue over noise.
func drawing(seed int64, kind, w, h int) image.Image {
	rng := rand.New(rand.NewSource(seed))
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	phase, angle := rng.Float64()*6, float64(kind)*0.8+rng.Float64()*0.1
	cx, cy := rng.Float64()*float64(w), rng.Float64()*float64(h)
	for y := range h {
		for x := range w {
			v := 0.5 + 0.4*math.Sin((float64(x)*math.Cos(angle)+float64(y)*math.Sin(angle))*0.12*float64(kind+1)+phase)
			if math.Hypot(float64(x)-cx, float64(y)-cy) < 40 {
				v = 1 - v
			}
			c := color.RGBA{uint8(255 * v), uint8(40 * kind), uint8(200 - 150*v), 255}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func save(t *testing.T, file string, img image.Image, quality int) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// album is 4 kinds of 6 drawings, one exact copy and one broken file.
func album(t *testing.T) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "album")
	for kind := range 4 {
		for i := range 6 {
			save(t, filepath.Join(dir, fmt.Sprintf("kind%d", kind), fmt.Sprintf("%d.jpg", i)), drawing(int64(kind*100+i), kind, 160, 120), 90)
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "kind0", "0.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "kind3", "copy.jpg"), data, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "kind1", "empty.jpg"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("hello"), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

type scanned struct {
	Project                                         string
	Roots                                           []struct{ Name, Path string }
	Images, New, Changed, Unchanged, Moved, Missing int
	Failed                                          []struct{ Path, Reason string }
	Skipped                                         map[string]int
	Model                                           string
	Seconds                                         map[string]float64
}

func TestScanTellsWhatItDid(t *testing.T) {
	b, dir := newBench(t), album(t)
	var s scanned
	b.object(&s, "scan", dir)
	if s.New != 25 || s.Images != 25 || s.Changed+s.Unchanged+s.Moved+s.Missing != 0 {
		t.Errorf("first scan: %+v", s)
	}
	if len(s.Failed) != 1 || s.Failed[0].Path != "kind1/empty.jpg" || !strings.Contains(s.Failed[0].Reason, "empty") {
		t.Errorf("failed: %+v", s.Failed)
	}
	if s.Skipped[".txt"] != 1 {
		t.Errorf("skipped: %v", s.Skipped)
	}
	if want, _ := b.env.Home.Project(dir); s.Project != want {
		t.Errorf("project %q, wanted %q", s.Project, want)
	}
	if s.Seconds["total"] <= 0 || len(s.Roots) != 1 || s.Roots[0].Name != "album" {
		t.Errorf("seconds %v, roots %v", s.Seconds, s.Roots)
	}

	if err := os.Rename(filepath.Join(dir, "kind2", "3.jpg"), filepath.Join(dir, "kind2", "three.jpg")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "kind2", "4.jpg")); err != nil {
		t.Fatal(err)
	}
	save(t, filepath.Join(dir, "kind2", "5.jpg"), drawing(999, 2, 200, 120), 90)
	save(t, filepath.Join(dir, "kind2", "new.jpg"), drawing(998, 2, 160, 120), 90)
	var again scanned
	b.object(&again, "scan", dir)
	if again.New != 1 || again.Changed != 1 || again.Moved != 1 || again.Missing != 1 || again.Unchanged != 22 || again.Images != 25 {
		t.Errorf("second scan: %+v", again)
	}
	if len(again.Failed) != 1 {
		t.Errorf("second scan forgot what failed: %+v", again.Failed)
	}
}

func TestFindingsFollowTheContract(t *testing.T) {
	b, dir := newBench(t), album(t)
	var d struct {
		Pairs []struct {
			A, B, Kind string
			Score      float64
			Flagged    bool
		}
		Groups []struct {
			Images           []string
			Keep             string
			Why              []string
			ReclaimableBytes int64 `json:"reclaimable_bytes"`
		}
		Failed []struct{ Path, Reason string }
	}
	b.object(&d, "duplicates", dir)
	if len(d.Pairs) == 0 || d.Pairs[0].A != "kind0/0.jpg" || d.Pairs[0].B != "kind3/copy.jpg" || d.Pairs[0].Kind != "exact" || d.Pairs[0].Score != 1 || !d.Pairs[0].Flagged {
		t.Fatalf("pairs %+v", d.Pairs)
	}
	for i := 1; i < len(d.Pairs); i++ {
		if d.Pairs[i].Score > d.Pairs[i-1].Score || d.Pairs[i].A >= d.Pairs[i].B {
			t.Errorf("pair %d out of order: %+v", i, d.Pairs[i])
		}
	}
	if len(d.Groups) == 0 || len(d.Groups[0].Images) < 2 || d.Groups[0].ReclaimableBytes <= 0 || len(d.Groups[0].Why) > 4 {
		t.Errorf("groups %+v", d.Groups)
	}
	if len(d.Failed) != 1 {
		t.Errorf("failed %+v", d.Failed)
	}
	first := b.out.String()
	b.object(&d, "duplicates", "--no-scan", dir)
	if b.out.String() != first {
		t.Error("the same input gave other bytes")
	}
	unlimited := len(d.Groups)
	b.object(&d, "duplicates", dir, "--limit", "0")
	if len(d.Pairs) != 0 || len(d.Groups) != unlimited {
		t.Errorf("--limit 0 gave %d pairs and %d groups, wanted 0 and %d", len(d.Pairs), len(d.Groups), unlimited)
	}

	var c struct {
		Images []struct {
			Path    string
			Cluster int
		}
		Clusters []struct {
			Cluster, Size int
			Name          string
		}
	}
	for _, k := range []int{1, 3, 7, 25, 90} {
		b.object(&c, "clusters", dir, "--count", fmt.Sprint(k))
		if len(c.Clusters) != min(k, 25) || len(c.Images) != 25 {
			t.Errorf("--count %d: %d clusters, %d images", k, len(c.Clusters), len(c.Images))
		}
		sizes := map[int]int{}
		for _, im := range c.Images {
			sizes[im.Cluster]++
		}
		for i, cl := range c.Clusters {
			if cl.Cluster != i || sizes[i] != cl.Size || (i > 0 && cl.Size > c.Clusters[i-1].Size) {
				t.Errorf("--count %d: cluster %+v holds %d images", k, cl, sizes[i])
			}
		}
		if sizes[-1] != 0 {
			t.Errorf("--count %d left %d images in no cluster", k, sizes[-1])
		}
	}
	b.object(&c, "clusters", dir)
	if len(c.Images) != 25 {
		t.Errorf("clusters lists %d images", len(c.Images))
	}

	var s struct {
		Results []struct {
			Path  string
			Score float64
		}
	}
	query := filepath.Join(dir, "kind0", "0.jpg")
	b.object(&s, "similar", query, dir, "--k", "5")
	if len(s.Results) != 5 || s.Results[0].Path != "kind3/copy.jpg" || s.Results[0].Score < 0.999 {
		t.Errorf("similar %+v", s.Results)
	}
	for _, r := range s.Results {
		if r.Path == "kind0/0.jpg" {
			t.Error("the image itself is among its results")
		}
	}
	outside := filepath.Join(t.TempDir(), "outside.jpg")
	save(t, outside, drawing(0, 0, 160, 120), 85)
	b.object(&s, "similar", "--k", "3", outside, dir)
	if len(s.Results) != 3 || s.Results[0].Score < 0.9 {
		t.Errorf("similar to a file outside: %+v", s.Results)
	}
}

func TestPredictAndEmbed(t *testing.T) {
	b, dir := newBench(t), album(t)
	one := filepath.Join(dir, "kind0", "0.jpg")
	if code := b.run("predict", one); code != 0 {
		t.Fatalf("exit %d: %s", code, b.err.String())
	}
	parts := strings.Split(strings.TrimSuffix(b.out.String(), "\n"), "\t")
	if len(parts) != 3 || parts[0] != one || len(parts[2]) != len("0.1234") {
		t.Errorf("predict printed %q", b.out.String())
	}
	var p struct {
		Images []struct {
			Path        string
			Predictions []struct {
				Name       string
				Confidence float64
			}
		}
		Failed []struct{ Path, Reason string }
	}
	b.object(&p, "predict", dir, "--top", "3")
	if len(p.Images) != 25 || len(p.Failed) != 1 || len(p.Images[0].Predictions) != 3 {
		t.Errorf("predict: %d images, %d failed", len(p.Images), len(p.Failed))
	}
	var e struct {
		Images []struct {
			Path   string
			Vector []float64
		}
	}
	b.object(&e, "embed", one)
	if len(e.Images) != 1 || len(e.Images[0].Vector) != 1280 {
		t.Errorf("embed gave %d images", len(e.Images))
	}
	if code := b.run("predict", filepath.Join(dir, "kind1", "empty.jpg"), "--json"); code != 1 || !strings.Contains(b.out.String(), `"error"`) {
		t.Errorf("all inputs failed: exit %d, printed %s", code, b.out.String())
	}
}

func TestExitCodes(t *testing.T) {
	b, dir := newBench(t), album(t)
	text := filepath.Join(dir, "notes.txt")
	for _, c := range []struct {
		want int
		args []string
	}{
		{0, []string{"--help"}},
		{0, []string{"scan", "--help"}},
		{0, []string{"help", "clusters"}},
		{2, []string{"scan"}},
		{2, []string{"nonsense"}},
		{2, []string{"clusters", dir, "--count", "0"}},
		{2, []string{"clusters", dir, "--count", "two"}},
		{2, []string{"clusters", dir, "--wrong"}},
		{2, []string{"similar"}},
		{2, []string{"predict"}},
		{1, []string{"scan", filepath.Join(dir, "absent")}},
		{1, []string{"scan", text}},
		{1, []string{"duplicates", "--project", filepath.Join(dir, "absent.kindred")}},
		{1, []string{"duplicates", "--project", text}},
		{1, []string{"predict", dir, "--model", text}},
		{1, []string{"predict", dir, "--model", filepath.Join(dir, "absent.onnx")}},
		{2, []string{"clusters", dir, "--filter", "size>"}},
		{2, []string{"similar", filepath.Join(dir, "kind0", "0.jpg"), dir, "--filter", "nonsense:x"}},
		{0, []string{"clusters", dir, "--filter", "label:kind1 OR folder:kind2"}},
		{2, []string{"clusters", dir, "--count", "-1"}},
		{2, []string{"clusters", dir, "--level", "nan"}},
		{2, []string{"duplicates", dir, "--min-score", "nan"}},
		{2, []string{"duplicates", dir, "--min-score", "-1"}},
		{2, []string{"duplicates", dir, "--limit", "-1"}},
		{1, []string{"check", filepath.Dir(dir)}},
		{0, []string{"check"}},
		{0, []string{"check", dir}},
	} {
		if got := b.run(c.args...); got != c.want {
			t.Errorf("kindred %v: exit %d, wanted %d\n%s", c.args, got, c.want, b.err.String())
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "absent.kindred")); err == nil {
		t.Error("a reader made a project file")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if got := Run(ctx, b.env, []string{"scan", dir}); got != 130 {
		t.Errorf("interrupted: exit %d, wanted 130", got)
	}
}

// Few images are no error: empty or trivial lists.
func TestNoneOneAndTwoImages(t *testing.T) {
	b := newBench(t)
	dir := filepath.Join(t.TempDir(), "few")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for n := range 3 {
		if n > 0 {
			save(t, filepath.Join(dir, fmt.Sprintf("%d.jpg", n)), drawing(int64(n), n, 160, 120), 90)
		}
		var o map[string]any
		b.object(&o, "clusters", dir)
		if got := len(o["images"].([]any)); got != n {
			t.Errorf("%d images: clusters lists %d", n, got)
		}
		if n == 1 {
			if c := o["images"].([]any)[0].(map[string]any)["cluster"]; c != -1.0 {
				t.Errorf("one image is in cluster %v, wanted -1", c)
			}
		}
		b.object(&o, "duplicates", dir)
		b.object(&o, "check", dir)
		if n > 0 {
			b.object(&o, "similar", filepath.Join(dir, "1.jpg"), dir)
			if got := len(o["results"].([]any)); got != n-1 {
				t.Errorf("%d images: %d similar ones", n, got)
			}
		}
	}
}

// Names that are not UTF-8, and several roots.
func TestPathsOfTheContract(t *testing.T) {
	b := newBench(t)
	top := t.TempDir()
	one, two := filepath.Join(top, "x", "photos"), filepath.Join(top, "y", "photos")
	bad := "caf\xe9\n.jpg"
	save(t, filepath.Join(one, bad), drawing(1, 1, 160, 120), 90)
	save(t, filepath.Join(two, "b.jpg"), drawing(2, 2, 160, 120), 90)
	var o struct {
		Images []struct {
			Path   string
			Base64 string `json:"path_base64"`
		}
		Roots []struct{ Name, Path string }
	}
	b.object(&o, "clusters", one)
	if len(o.Images) != 1 || o.Images[0].Path != "caf\uFFFD\n.jpg" || o.Images[0].Base64 != "Y2Fm6QouanBn" || o.Roots != nil {
		t.Errorf("one root: %+v", o)
	}
	if err := os.WriteFile(filepath.Join(two, "empty.jpg"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	var failed struct{ Failed []struct{ Path string } }
	for _, command := range []string{"scan", "clusters", "check"} {
		if b.object(&failed, command, one, two); len(failed.Failed) != 1 || failed.Failed[0].Path != "photos-2/empty.jpg" {
			t.Errorf("%s: failed %+v", command, failed.Failed)
		}
	}
	b.object(&o, "clusters", one, two)
	if len(o.Images) != 2 || o.Images[0].Path != "photos-2/b.jpg" || o.Images[1].Path != "photos/caf\uFFFD\n.jpg" || len(o.Roots) != 2 {
		t.Errorf("two roots: %+v", o)
	}
	if b.run("clusters", one, two); strings.Contains(b.out.String(), "caf\xe9") || !strings.Contains(b.out.String(), `caf\xe9\n.jpg`) {
		t.Errorf("a raw name in human output: %q", b.out.String())
	}
}
