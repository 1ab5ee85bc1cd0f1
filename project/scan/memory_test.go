package scan

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/jpeg"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kindred/embed"
)

// bigPNG writes a PNG of w x h pixels, row by row: every eighth row differs, so
// that it is quick to make.
func bigPNG(t testing.TB, path string, w, h int) {
	t.Helper()
	var packed bytes.Buffer
	z, err := zlib.NewWriterLevel(&packed, zlib.BestSpeed)
	must(t, err)
	row := make([]byte, 1+3*w)
	for y := range h {
		if y%8 == 0 {
			for x := 0; x < 3*w; x += 64 {
				row[1+x] = byte(y + x/64)
			}
		}
		_, err = z.Write(row)
		must(t, err)
	}
	must(t, z.Close())
	out := []byte("\x89PNG\r\n\x1a\n")
	chunk := func(name string, body []byte) {
		out = binary.BigEndian.AppendUint32(out, uint32(len(body)))
		at := len(out)
		out = append(append(out, name...), body...)
		out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[at:]))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(w)), uint32(h))
	chunk("IHDR", append(head, 8, 2, 0, 0, 0))
	chunk("IDAT", packed.Bytes())
	chunk("IEND", nil)
	must(t, os.WriteFile(path, out, 0o644))
}

// TestMemory scans large pictures in a process of their own, by two workers,
// and looks at the most memory that process ever had.
func TestMemory(t *testing.T) {
	if root := os.Getenv("KINDRED_TEST_MEMORY"); root != "" {
		s := newStore(t, root)
		r := scan(t, s, func(p *Params) { p.Workers = 2 })
		if len(r.Failed) != 0 {
			t.Errorf("%+v", r.Failed)
		}
		fmt.Printf("peak %d MB\n", peak(t))
		return
	}
	if testing.Short() {
		t.Skip("takes seconds and 1 GB")
	}
	if raceDetector {
		t.Skip("the race detector takes memory of its own; run without -race")
	}
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("needs Linux")
	}
	root := t.TempDir()
	for _, name := range []string{"medium", "huge"} {
		must(t, os.MkdirAll(root+"/"+name, 0o755))
	}
	for i := range 4 {
		bigPNG(t, fmt.Sprintf("%s/medium/%d.png", root, i), 6144, 4096-i)
	}
	photo := image.NewYCbCr(image.Rect(0, 0, 6144, 4096), image.YCbCrSubsampleRatio420)
	for i := range photo.Y {
		photo.Y[i] = uint8(i / 6144 / 16)
	}
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, photo, nil))
	for i := range 4 { // four contents: bytes behind the end count for nothing
		must(t, os.WriteFile(fmt.Sprintf("%s/medium/%d.jpg", root, i), append(b.Bytes(), byte(i)), 0o644))
	}
	for i := range 2 {
		bigPNG(t, fmt.Sprintf("%s/huge/%d.png", root, i), 12500, 8000-i)
	}
	for name, limit := range map[string]int{"medium": 400, "huge": 950} {
		if got := child(t, root+"/"+name); got > limit {
			t.Errorf("%s pictures took %d MB, more than %d", name, got, limit)
		} else {
			t.Logf("%s pictures took %d MB", name, got)
		}
	}
}

// child runs TestMemory on a folder and returns what it printed.
func child(t testing.TB, root string) int {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestMemory$", "-test.v")
	cmd.Env = append(os.Environ(), "KINDRED_TEST_MEMORY="+root)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if value, ok := strings.CutPrefix(line, "peak "); ok {
			n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " MB"))
			must(t, err)
			return n
		}
	}
	t.Fatalf("no peak in %s", out)
	return 0
}

// peak is the most memory that this process has had, in MB.
func peak(t testing.TB) int {
	f, err := os.Open("/proc/self/status")
	must(t, err)
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) > 1 && fields[0] == "VmHWM:" {
			n, err := strconv.Atoi(fields[1])
			must(t, err)
			return n / 1024
		}
	}
	t.Fatal("no VmHWM")
	return 0
}

// Pictures that do not fit beside each other are decoded one after the other,
// the others side by side.
func TestRoomForDecoding(t *testing.T) {
	root := folder(t, 12, 0)
	for _, c := range []struct {
		cost int64
		most int32
	}{{decodeRoom/2 + 1, 1}, {10 * decodeRoom, 1}, {decodeRoom / 4, 4}, {0, 4}} {
		var now, most atomic.Int32
		s := newStore(t, root)
		r := scan(t, s, func(p *Params) {
			p.Workers = 4
			p.Cost = func([]byte, int) int64 { return c.cost }
			p.Decode = func(ctx context.Context, data []byte, minShort int) (embed.Pixels, Content, error) {
				n := now.Add(1)
				defer now.Add(-1)
				for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
				}
				time.Sleep(5 * time.Millisecond)
				return decodeThumb(ctx, data, minShort, nil)
			}
		})
		expect(t, r, 12, 0, 0, 0, 0, 0)
		if most.Load() > c.most || c.most > 1 && most.Load() < 2 {
			t.Errorf("cost %d: up to %d at once", c.cost, most.Load())
		}
	}
}
