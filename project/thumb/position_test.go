package thumb

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"math"
	"testing"
)

// gpsJPEG is a JPEG whose EXIF holds a position in degrees, minutes and
// seconds (EXIF 2.3, section 4.6.6).
func gpsJPEG(t *testing.T, ns, ew string, lat, lon [3]uint32) []byte {
	t.Helper()
	var pic bytes.Buffer
	if err := jpeg.Encode(&pic, image.NewRGBA(image.Rect(0, 0, 16, 16)), nil); err != nil {
		t.Fatal(err)
	}
	le := binary.LittleEndian
	tiff := []byte("II*\x00\x08\x00\x00\x00")
	entry := func(tag, kind uint16, n, value uint32) {
		tiff = le.AppendUint16(tiff, tag)
		tiff = le.AppendUint16(tiff, kind)
		tiff = le.AppendUint32(tiff, n)
		tiff = le.AppendUint32(tiff, value)
	}
	tiff = le.AppendUint16(tiff, 1) // IFD0 at 8: one entry
	entry(0x8825, 4, 1, 26)
	tiff = le.AppendUint32(tiff, 0)
	tiff = le.AppendUint16(tiff, 4) // GPS at 26: four entries, 26 + 2 + 48 + 4 = 80
	entry(1, 2, 2, uint32(ns[0]))
	entry(2, 5, 3, 80)
	entry(3, 2, 2, uint32(ew[0]))
	entry(4, 5, 3, 104)
	tiff = le.AppendUint32(tiff, 0)
	for _, v := range append(lat[:], lon[:]...) {
		tiff = le.AppendUint32(le.AppendUint32(tiff, v), 100)
	}
	app := append([]byte("Exif\x00\x00"), tiff...)
	out := []byte{0xff, 0xd8, 0xff, 0xe1}
	out = binary.BigEndian.AppendUint16(out, uint16(len(app)+2))
	out = append(out, app...)
	return append(out, pic.Bytes()[2:]...)
}

func TestPlaceOfAPicture(t *testing.T) {
	for _, c := range []struct {
		ns, ew   string
		lat, lon [3]uint32 // hundredths
		wantLat  float64
		wantLon  float64
	}{
		{"N", "E", [3]uint32{5200, 3100, 1200}, [3]uint32{1300, 2400, 1800}, 52.52, 13.405},
		{"S", "W", [3]uint32{3300, 5100, 3600}, [3]uint32{15100, 1200, 3600}, -33.86, -151.21},
		{"N", "E", [3]uint32{}, [3]uint32{}, 0, 0},
		{"N", "E", [3]uint32{9900, 0, 0}, [3]uint32{100, 0, 0}, 0, 0},
	} {
		info, err := Probe(gpsJPEG(t, c.ns, c.ew, c.lat, c.lon))
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(info.Lat-c.wantLat) > 1e-6 || math.Abs(info.Lon-c.wantLon) > 1e-6 {
			t.Errorf("%v %v: %v, %v, want %v, %v", c.lat, c.lon, info.Lat, info.Lon, c.wantLat, c.wantLon)
		}
	}
}
