//go:build smoke || bench

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// desk is a virtual screen with the program on it, used by hand: xdotool moves
// the mouse and types, import photographs the screen.
type desk struct {
	t       *testing.T
	display string
	shots   string
	trace   string
	program *exec.Cmd
	output  lockedBuffer
	ended   chan error
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newDesk starts Xvfb with a screen of the size.
func newDesk(t *testing.T, w, h int, shots string) *desk {
	t.Helper()
	if err := os.MkdirAll(shots, 0o755); err != nil {
		t.Fatal(err)
	}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	x := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", w, h), "-nolisten", "tcp")
	x.ExtraFiles = []*os.File{write}
	if err := x.Start(); err != nil {
		t.Fatalf("start Xvfb: %v (make setup-test installs it)", err)
	}
	write.Close()
	t.Cleanup(func() { _ = x.Process.Kill(); _ = x.Wait() })
	var number int
	if _, err := fmt.Fscan(read, &number); err != nil {
		t.Fatalf("Xvfb names no display: %v", err)
	}
	return &desk{t: t, display: fmt.Sprintf(":%d", number), shots: shots, ended: make(chan error, 1)}
}

// start runs the program. Its home is dir/home.
func (d *desk) start(dir string, extra []string, args ...string) {
	d.t.Helper()
	d.trace = filepath.Join(dir, "trace.log")
	d.program = exec.Command(os.Getenv("KINDRED_SMOKE"), args...)
	d.program.Env = append(os.Environ(),
		"DISPLAY="+d.display, "LIBGL_ALWAYS_SOFTWARE=1", "FYNE_SCALE=1", "FYNE_THEME=dark", "LANG=en_US.UTF-8",
		"HOME="+filepath.Join(dir, "user"), "XDG_CONFIG_HOME="+filepath.Join(dir, "user", ".config"),
		"KINDRED_HOME="+filepath.Join(dir, "home"), "KINDRED_TRACE="+d.trace, "GORACE=halt_on_error=1")
	d.program.Env = append(d.program.Env, extra...)
	d.program.Stdout, d.program.Stderr = &d.output, &d.output
	if err := d.program.Start(); err != nil {
		d.t.Fatal(err)
	}
	go func() { d.ended <- d.program.Wait() }()
	d.t.Cleanup(func() { _ = d.program.Process.Kill() })
	d.wait("window shown", time.Minute)
}

// wait blocks until the program's trace holds the text.
func (d *desk) wait(text string, limit time.Duration) {
	d.t.Helper()
	end := time.Now().Add(limit)
	for time.Now().Before(end) {
		if data, err := os.ReadFile(d.trace); err == nil && bytes.Contains(data, []byte(text)) {
			time.Sleep(400 * time.Millisecond) // a frame or two, in software
			return
		}
		select {
		case err := <-d.ended:
			d.t.Fatalf("the program ended (%v) before %q:\n%s", err, text, d.output.String())
		case <-time.After(50 * time.Millisecond):
		}
	}
	data, _ := os.ReadFile(d.trace)
	d.shot("stuck")
	d.t.Fatalf("no %q within %v; trace:\n%s\noutput:\n%s", text, limit, data, d.output.String())
}

// again waits for a text that must come anew from now on.
func (d *desk) again(text string, limit time.Duration, act func()) {
	d.t.Helper()
	count := func() int {
		data, _ := os.ReadFile(d.trace)
		return bytes.Count(data, []byte(text))
	}
	before := count()
	act()
	end := time.Now().Add(limit)
	for time.Now().Before(end) {
		if count() > before {
			time.Sleep(400 * time.Millisecond)
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	data, _ := os.ReadFile(d.trace)
	d.shot("stuck")
	d.t.Fatalf("no new %q within %v; trace:\n%s\noutput:\n%s", text, limit, data, d.output.String())
}

func (d *desk) tool(args ...string) {
	d.t.Helper()
	cmd := exec.Command("xdotool", args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+d.display)
	if out, err := cmd.CombinedOutput(); err != nil {
		d.t.Fatalf("xdotool %v: %v\n%s", args, err, out)
	}
	time.Sleep(150 * time.Millisecond)
}

func (d *desk) click(x, y int) {
	d.t.Helper()
	d.tool("mousemove", fmt.Sprint(x), fmt.Sprint(y), "click", "1")
	time.Sleep(250 * time.Millisecond)
}

func (d *desk) key(keys ...string) { d.t.Helper(); d.tool(append([]string{"key"}, keys...)...) }

func (d *desk) write(text string) { d.t.Helper(); d.tool("type", "--delay", "15", text) }

// shot photographs the screen and returns the picture, so that the test can
// see that it is not black.
func (d *desk) shot(name string) image.Image {
	d.t.Helper()
	time.Sleep(500 * time.Millisecond)
	file := filepath.Join(d.shots, name+".png")
	cmd := exec.Command("import", "-window", "root", file)
	cmd.Env = append(os.Environ(), "DISPLAY="+d.display)
	if out, err := cmd.CombinedOutput(); err != nil {
		d.t.Fatalf("import: %v\n%s", err, out)
	}
	f, err := os.Open(file)
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		d.t.Fatal(err)
	}
	return img
}

// resize gives the window a size at the screen's corner.
func (d *desk) resize(w, h int) {
	d.t.Helper()
	d.tool("search", "--onlyvisible", "--name", "Kindred", "windowmove", "0", "0", "windowsize", fmt.Sprint(w), fmt.Sprint(h))
	time.Sleep(time.Second)
}

// finish quits by the keyboard and looks through what the program said.
func (d *desk) finish() {
	d.t.Helper()
	d.key("ctrl+q")
	select {
	case err := <-d.ended:
		if err != nil {
			d.t.Errorf("the program ended with %v:\n%s", err, d.output.String())
		}
	case <-time.After(30 * time.Second):
		d.shot("did-not-quit")
		d.t.Errorf("the program did not quit on Ctrl Q:\n%s", d.output.String())
	}
	// Fyne reads its preferences again while it writes them at the end.
	said := strings.ReplaceAll(d.output.String(), "Fyne error:  Preferences load error", "")
	for _, bad := range []string{"Error in Fyne call thread", "Fyne error", "DATA RACE", "panic:"} {
		if strings.Contains(said, bad) {
			d.t.Errorf("the program said %q:\n%s", bad, d.output.String())
		}
	}
}

// colourful reports how much of a rectangle is not grey: photographs are, the
// frame of the window is not.
func colourful(img image.Image, r image.Rectangle) float64 {
	r = r.Intersect(img.Bounds())
	n := 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			cr, cg, cb, _ := img.At(x, y).RGBA()
			if max(cr, cg, cb)-min(cr, cg, cb) > 0x3000 {
				n++
			}
		}
	}
	return float64(n) / float64(r.Dx()*r.Dy())
}

// album makes pictures in four classes, with one exact copy, one recompressed
// copy and one file that is no picture.
func album(t *testing.T, dir string) (images int) {
	t.Helper()
	rng := rand.New(rand.NewSource(5))
	for class, hue := range map[string]float64{"amber": 0.1, "grass": 0.33, "sea": 0.55, "violet": 0.8} {
		if err := os.MkdirAll(filepath.Join(dir, class), 0o755); err != nil {
			t.Fatal(err)
		}
		for i := range 12 {
			writePicture(t, filepath.Join(dir, class, fmt.Sprintf("%s-%02d.jpg", class, i)), pattern(rng, hue, 320, 240), 90)
			images++
		}
	}
	first := filepath.Join(dir, "amber", "amber-00.jpg")
	data, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "sea", "copy of amber.jpg"), data, 0o644); err != nil {
		t.Fatal(err)
	}
	again, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	writePicture(t, filepath.Join(dir, "amber", "amber-00-small.jpg"), again, 40)
	if err := os.WriteFile(filepath.Join(dir, "sea", "broken.jpg"), []byte("no picture"), 0o644); err != nil {
		t.Fatal(err)
	}
	return images + 2
}

func writePicture(t *testing.T, file string, img image.Image, quality int) {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// pattern draws soft discs of a hue on a ground of its own.
func pattern(rng *rand.Rand, hue float64, w, h int) image.Image {
	type disc struct{ x, y, r, v float64 }
	discs := make([]disc, 9)
	for i := range discs {
		discs[i] = disc{rng.Float64() * float64(w), rng.Float64() * float64(h), 15 + rng.Float64()*50, rng.Float64()}
	}
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			v := 0.25 + 0.2*math.Sin(float64(x)*0.05+hue*9)*math.Cos(float64(y)*0.07)
			for _, d := range discs {
				if math.Hypot(float64(x)-d.x, float64(y)-d.y) < d.r {
					v = 0.35 + 0.6*d.v
				}
			}
			img.Set(x, y, hsv(hue+0.06*v, 0.75, v))
		}
	}
	return img
}

func hsv(h, s, v float64) color.Color {
	channel := func(n float64) uint8 {
		k := math.Mod(n+h*6, 6)
		return uint8(255 * (v - v*s*math.Max(0, math.Min(math.Min(k, 4-k), 1))))
	}
	return color.RGBA{channel(5), channel(3), channel(1), 255}
}

// headless runs a command of the program on the desk's home and decodes its
// JSON.
func headless(t *testing.T, dir string, into any, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(context.Background(), os.Getenv("KINDRED_SMOKE"), args...)
	cmd.Env = append(os.Environ(), "KINDRED_HOME="+filepath.Join(dir, "home"), "DISPLAY=")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("kindred %v: %v\n%s", args, err, errs.String())
	}
	if err := json.Unmarshal(out, into); err != nil {
		t.Fatalf("kindred %v printed no JSON: %v\n%s", args, err, out)
	}
}
