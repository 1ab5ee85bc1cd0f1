package command

import (
	"bytes"
	"encoding/binary"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

type duplicatesObject struct {
	Pairs []struct {
		A, B, Kind, Reason string
		Score              float64
		Flagged            bool
	}
	Groups []struct {
		Images           []string
		Keep             string
		Why              []string
		ReclaimableBytes int64 `json:"reclaimable_bytes"`
	}
}

// withComment puts a comment segment behind the start of a JPEG.
func withComment(jpeg []byte, text string) []byte {
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xfe}, uint16(len(text)+2))
	return bytes.Join([][]byte{jpeg[:2], segment, []byte(text), jpeg[2:]}, nil)
}

// Files whose bytes differ but not one pixel are named for what they are.
func TestOtherBytesOfTheSamePixels(t *testing.T) {
	b := newBench(t)
	dir := filepath.Join(t.TempDir(), "set")
	for i := range 6 {
		save(t, filepath.Join(dir, string(rune('a'+i))+".jpg"), drawing(int64(50+i), i%3, 160, 120), 90)
	}
	data, err := os.ReadFile(filepath.Join(dir, "a.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, data []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("a-note.jpg", withComment(data, "seen on a Sunday"))
	for level, name := range map[png.CompressionLevel]string{png.BestSpeed: "p-fast.png", png.BestCompression: "p-small.png"} {
		var out bytes.Buffer
		if err := (&png.Encoder{CompressionLevel: level}).Encode(&out, drawing(99, 3, 150, 110)); err != nil {
			t.Fatal(err)
		}
		write(name, out.Bytes())
	}
	var got duplicatesObject
	b.object(&got, "duplicates", dir)
	kinds := map[string]string{}
	for _, p := range got.Pairs {
		kinds[p.A+" "+p.B] = p.Kind
		if p.Kind == "metadata" && (p.Score < 0.99 || !p.Flagged || p.Reason == "") {
			t.Errorf("%+v", p)
		}
	}
	if kinds["a-note.jpg a.jpg"] != "metadata" || kinds["p-fast.png p-small.png"] != "metadata" || len(kinds) != 2 {
		t.Errorf("pairs %v", kinds)
	}
}

func TestWhatFreesNothingAndWhereToKeep(t *testing.T) {
	b := newBench(t)
	dir := filepath.Join(t.TempDir(), "set")
	save(t, filepath.Join(dir, "all", "a.jpg"), drawing(7, 1, 160, 120), 90)
	data, err := os.ReadFile(filepath.Join(dir, "all", "a.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	outside := filepath.Join(t.TempDir(), "outside.jpg")
	for _, f := range []string{outside, filepath.Join(dir, "masters", "deep", "a.jpg")} {
		if err := os.MkdirAll(filepath.Dir(f), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link(filepath.Join(dir, "all", "a.jpg"), filepath.Join(dir, "all", "hard.jpg")); err != nil {
		t.Skipf("no hard links here: %v", err)
	}
	for name, to := range map[string]string{"soft.jpg": filepath.Join(dir, "all", "a.jpg"), "0.jpg": outside} {
		if err := os.Symlink(to, filepath.Join(dir, "all", name)); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
	}
	var got duplicatesObject
	b.object(&got, "duplicates", dir)
	if len(got.Groups) != 1 || len(got.Groups[0].Images) != 5 || got.Groups[0].Keep != "all/a.jpg" || got.Groups[0].ReclaimableBytes != int64(len(data)) {
		t.Errorf("%s", b.out.String())
	}
	b.object(&got, "duplicates", "--no-scan", dir, "--prefer", "masters")
	if g := got.Groups[0]; g.Keep != "masters/deep/a.jpg" || !strings.Contains(strings.Join(g.Why, ";"), "preferred folder") || g.ReclaimableBytes != int64(len(data)) {
		t.Errorf("with a preferred folder: %+v", g)
	}
}
