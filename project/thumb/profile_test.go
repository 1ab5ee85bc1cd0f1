package thumb

import (
	"bytes"
	"encoding/binary"
	"image/jpeg"
	"testing"

	"kindred/project/thumb/icc"
)

// The pictures *.want.png are what Little CMS made of those that carry the
// profiles; see testdata/make_icc.py.
func TestProfilesToSRGB(t *testing.T) {
	for name, c := range map[string]struct{ mean, worst float64 }{
		"p3.png": {0.2, 1}, "p3.tiff": {0.2, 1}, "p3.webp": {0.2, 1}, "adobe.png": {0.2, 2}, "likesrgb.png": {0, 1},
		"dotgain.png": {0.3, 1}, "table.png": {0.3, 9}, "newtable.png": {0.3, 9}, // near the edge of sRGB
		"inks.tiff": {0.8, 5}, "inks8.tiff": {0.8, 5},
		// Where the decoders differ too:
		"p3.jpg": {1, 12}, "p3.heic": {1.5, 16}, "p3.avif": {1.5, 16}, "dotgain.jpg": {0.5, 3}, "inks.jpg": {1.5, 24},
	} {
		t.Run(name, func(t *testing.T) {
			p, _, err := Decode(file(t, name), 0)
			if err != nil {
				t.Fatal(err)
			}
			want, _, err := Decode(file(t, name+".want.png"), 0)
			if err != nil {
				t.Fatal(err)
			}
			worst, mean := differ(t, p, want)
			t.Logf("worst %d, mean %.3f", worst, mean)
			if mean > c.mean || float64(worst) > c.worst {
				t.Errorf("differs from Little CMS by at most %d, mean %.2f", worst, mean)
			}
		})
	}
}

func TestProfilesInPieces(t *testing.T) {
	data := file(t, "inks.jpg")
	whole, err := parseJPEG(data)
	if err != nil || len(whole.icc) != 1 {
		t.Fatal(len(whole.icc), err)
	}
	profile := whole.profile()
	third := len(profile) / 3
	piece := func(n byte, part []byte) []byte { return append([]byte{n, 3}, part...) }
	mixed := jpegHeader{icc: [][]byte{piece(3, profile[2*third:]), piece(1, profile[:third]), piece(2, profile[third:2*third])}}
	if !bytes.Equal(mixed.profile(), profile) {
		t.Error("three pieces in another order are not joined")
	}
}

func TestBadProfilesNeverFailThePicture(t *testing.T) {
	plain, _, err := Decode(file(t, "baseline.jpg"), 0)
	if err != nil {
		t.Fatal(err)
	}
	data := file(t, "p3.jpg")
	at := bytes.Index(data, []byte("ICC_PROFILE\x00")) + 14
	for i := at; i < at+520; i++ {
		bad := bytes.Clone(data)
		bad[i] ^= 0xff
		p, _, err := Decode(bad, 0)
		if err != nil || len(p.Pix) != len(plain.Pix) {
			t.Fatalf("byte %d: %v", i-at, err)
		}
	}
	bad := bytes.Clone(data)
	copy(bad[at+36:], "nope")
	if p, _, _ := Decode(bad, 0); !bytes.Equal(p.Pix, plain.Pix) {
		t.Error("a profile that is none changed the picture")
	}
}

func TestProfilesOfOtherColoursAreIgnored(t *testing.T) {
	p, gray := pattern(), pattern()
	for i := range gray.Pix {
		gray.Pix[i] = gray.Pix[i/3*3]
	}
	transform, err := icc.New(profilePNG(file(t, "dotgain.png")))
	if err != nil {
		t.Fatal(err)
	}
	toSRGB(p, transform)
	if worst, _ := differ(t, p, pattern()); worst != 0 {
		t.Errorf("a gray profile changed colours by %d", worst)
	}
	was := bytes.Clone(gray.Pix)
	if toSRGB(gray, transform); bytes.Equal(gray.Pix, was) {
		t.Error("a gray profile did nothing to gray")
	}
	ink, err := icc.New(profileTIFF(file(t, "inks.tiff")))
	if err != nil {
		t.Fatal(err)
	}
	toSRGB(p, ink)
	if worst, _ := differ(t, p, pattern()); worst != 0 {
		t.Errorf("a profile of inks changed RGB by %d", worst)
	}
}

func TestProfilesLikeSRGBDoNothing(t *testing.T) {
	if transform, err := icc.New(profilePNG(file(t, "likesrgb.png"))); err != nil || transform != nil {
		t.Errorf("%v, %v", transform, err)
	}
}

// BenchmarkProfiles decodes a photo of 12 megapixels as the scan does, with and
// without a profile.
func BenchmarkProfiles(b *testing.B) {
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, photo(4000, 3000), nil); err != nil {
		b.Fatal(err)
	}
	wide := file(b, "p3.jpg")
	at := bytes.Index(wide, []byte("ICC_PROFILE\x00")) - 4
	segment := wide[at : at+2+int(binary.BigEndian.Uint16(wide[at+2:]))]
	tagged := append(append(bytes.Clone(plain.Bytes()[:2]), segment...), plain.Bytes()[2:]...)
	for _, c := range []struct {
		name     string
		data     []byte
		minShort int
	}{{"none/256", plain.Bytes(), 256}, {"P3/256", tagged, 256}, {"none/full", plain.Bytes(), 0}, {"P3/full", tagged, 0}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if _, _, err := Decode(c.data, c.minShort); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
