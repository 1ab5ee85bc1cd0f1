package thumb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"kindred/project"
)

func TestTruncatedAnywhere(t *testing.T) {
	for _, name := range []string{
		"baseline.jpg", "progressive.jpg", "cmyk.jpg", "plain.png", "alpha.png", "animated.gif", "plain.bmp",
		"pages.tiff", "lzw.tiff", "lossy.webp", "lossless.webp", "alpha-lossy.webp", "animated.webp",
	} {
		data := file(t, name)
		step := max(1, len(data)/400)
		last := len(data) - 1
		if name == "animated.webp" {
			last-- // a padding byte
		}
		for n := last; n > 32; n -= step {
			_, _, err := Decode(data[:n:n], 0)
			switch {
			case name == "animated.gif" && n == len(data)-1: // only the trailer is missing
				if err != nil {
					t.Errorf("%s without its trailer: %v", name, err)
				}
			case name == "lzw.tiff" || name == "pages.tiff": // the end may hold what the first page does not need
				if err != nil && !errors.Is(err, project.ErrTruncated) {
					t.Errorf("%s cut at %d: %v", name, n, err)
				}
			case !errors.Is(err, project.ErrTruncated):
				t.Errorf("%s cut at %d of %d: %v", name, n, len(data), err)
			}
		}
		if _, _, err := Decode(data[:len(data)/3], 0); !errors.Is(err, project.ErrTruncated) {
			t.Errorf("a third of %s: %v", name, err)
		}
	}
}

func TestHarmlessWarningsAreAccepted(t *testing.T) {
	data := file(t, "baseline.jpg")
	sos := bytes.LastIndex(data, []byte{0xff, 0xda})
	stray := append(append(append([]byte(nil), data[:sos]...), 0, 0, 0), data[sos:]...)
	p, _, err := Decode(stray, 0)
	if err != nil {
		t.Fatal(err)
	}
	want, _, _ := Decode(data, 0)
	if worst, _ := differ(t, p, want); worst != 0 {
		t.Errorf("stray bytes changed the picture by %d", worst)
	}
	if _, _, err := Decode(stray[:len(stray)-40], 0); !errors.Is(err, project.ErrTruncated) {
		t.Errorf("stray bytes hide that the end is missing: %v", err)
	}
	if _, _, err := Decode(append(bytes.Clone(data), "trailing bytes"...), 0); err != nil {
		t.Errorf("trailing bytes: %v", err)
	}
}

// bomb is a PNG that is whole but for its pixels and declares w x h of them.
func bomb(w, h uint32) []byte {
	chunk := func(name string, body []byte) []byte {
		out := append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), name...)
		out = append(out, body...)
		return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	out := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(head, 8, 2, 0, 0, 0))...)
	return append(append(out, chunk("IDAT", []byte{120, 156})...), chunk("IEND", nil)...)
}

func TestDeclaredSizesAreBoundedBeforeDecoding(t *testing.T) {
	put := func(name string, edit func([]byte)) []byte {
		b := bytes.Clone(file(t, name))
		edit(b)
		return b
	}
	jpegHuge := put("baseline.jpg", func(b []byte) {
		sof := bytes.Index(b, []byte{0xff, 0xc0})
		copy(b[sof+5:], []byte{0xff, 0xff, 0xff, 0xff})
	})
	cases := map[string][]byte{
		"PNG 60,000 x 60,000": bomb(60000, 60000),
		"PNG 2^32-1 squared":  bomb(1<<32-1, 1<<32-1),
		"JPEG 65,535 squared": jpegHuge,
		"GIF 65,535 squared":  put("animated.gif", func(b []byte) { copy(b[6:], []byte{0xff, 0xff, 0xff, 0xff}) }),
		"BMP":                 put("plain.bmp", func(b []byte) { b[20], b[24] = 1, 1 }),
		"WebP": put("animated.webp", func(b []byte) {
			copy(b[24:], []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
		}),
	}
	for name, data := range cases {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, _, err := Decode(data, 0); !errors.Is(err, project.ErrTooLarge) && !errors.Is(err, project.ErrTruncated) {
			t.Fatalf("%s: %v", name, err)
		}
		runtime.ReadMemStats(&after)
		allocated := after.TotalAlloc - before.TotalAlloc
		if allocated > 1<<20 {
			t.Errorf("%s: refused after allocating %d bytes", name, allocated)
		}
	}
	if _, _, err := Decode(bomb(60000, 60000), 0); !errors.Is(err, project.ErrTooLarge) || !strings.Contains(err.Error(), "60000 x 60000") {
		t.Errorf("got %v", err)
	}
	if _, _, err := Decode(bomb(15000, 15000), 0); !errors.Is(err, project.ErrTruncated) {
		t.Errorf("a claim of 225 megapixels in 70 bytes: %v", err)
	}
	if _, _, err := Decode(bomb(0, 7), 0); !errors.Is(err, project.ErrTruncated) {
		t.Errorf("no width: %v", err)
	}
	if _, _, err := (Decoder{MaxPixels: 100}).Decode(t.Context(), file(t, "plain.bmp"), 0); !errors.Is(err, project.ErrTooLarge) {
		t.Errorf("own limit: %v", err)
	}
}

func TestWhatIsNoPicture(t *testing.T) {
	for name, c := range map[string]struct {
		data string
		want error
	}{
		"nothing":       {"", project.ErrEmpty},
		"text":          {"not an image", project.ErrNotImage},
		"BM text":       {"BM is how this long line of plain text begins", project.ErrNotImage},
		"JPEG head":     {"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + strings.Repeat("\x00", 200), project.ErrTruncated},
		"zeros":         {strings.Repeat("\x00", 1000), project.ErrNotImage},
		"SVG":           {"<svg xmlns='http://www.w3.org/2000/svg'/>", project.ErrNotImage},
		"HEIC":          {"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", project.ErrTruncated},
		"AVIF":          {"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avif", project.ErrTruncated},
		"one byte":      {"\xff", project.ErrNotImage},
		"PNG signature": {"\x89PNG\r\n\x1a\n", project.ErrTruncated},
		"GIF signature": {"GIF89a", project.ErrTruncated},
		"TIFF":          {"II*\x00", project.ErrTruncated},
		"WebP":          {"RIFF\x04\x00\x00\x00WEBP", project.ErrTruncated},
	} {
		if _, _, err := Decode([]byte(c.data), 256); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestSignature(t *testing.T) {
	for name, want := range map[string]string{
		"baseline.jpg": JPEG, "plain.png": PNG, "animated.gif": GIF, "plain.bmp": BMP, "lzw.tiff": TIFF, "lossy.webp": WebP,
	} {
		if got, ok := Signature(file(t, name)[:HeadLen]); !ok || got != want {
			t.Errorf("%s: %q, %v", name, got, ok)
		}
	}
	if got, ok := Signature([]byte("\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avif")); !ok || got != AVIF {
		t.Errorf("AVIF: %q, %v", got, ok)
	}
	if got, ok := Signature([]byte("II*\x00\x10\x00\x00\x00CR\x02\x00")); ok {
		t.Errorf("camera raw passes for %q", got)
	}
}

func FuzzDecode(f *testing.F) {
	names, err := filepath.Glob("testdata/*.[abghjptw]*")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		if data, err := os.ReadFile(name); err == nil && filepath.Ext(name) != ".py" {
			f.Add(data)
			f.Add(data[:len(data)/2])
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := Decoder{MaxPixels: 1 << 18}
		p, info, err := d.Decode(t.Context(), data, 16)
		if err == nil && (len(p.Pix) != 3*p.W*p.H || p.W <= 0 || p.H <= 0 || info.Format == "") {
			t.Errorf("%d x %d in %d bytes, %+v", p.W, p.H, len(p.Pix), info)
		}
		if err != nil && !errors.Is(err, project.ErrTruncated) && !errors.Is(err, project.ErrNotImage) && !errors.Is(err, project.ErrTooLarge) && !errors.Is(err, project.ErrEmpty) {
			t.Errorf("unnamed error: %v", err)
		}
	})
}
