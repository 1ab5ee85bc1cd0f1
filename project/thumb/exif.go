package thumb

import (
	"bytes"
	"math"
	"strings"
	"time"

	"github.com/bep/imagemeta"
)

// exifTags are the tags that are read, by name.
var exifTags = map[string]bool{
	"Orientation": true, "Make": true, "Model": true,
	"DateTimeOriginal": true, "CreateDate": true, "DateTimeDigitized": true, "ModifyDate": true, "DateTime": true,
	"GPSLatitude": true, "GPSLatitudeRef": true, "GPSLongitude": true, "GPSLongitudeRef": true,
}

// readExif fills orientation, date and camera. EXIF is a courtesy of the
// camera: what is damaged or missing there leaves the fields as they are and
// never fails the picture.
func (h *header) readExif(data []byte) {
	defer func() { _ = recover() }()
	format := map[string]imagemeta.ImageFormat{JPEG: imagemeta.JPEG, PNG: imagemeta.PNG, TIFF: imagemeta.TIFF, WebP: imagemeta.WebP, HEIC: imagemeta.HEIF, AVIF: imagemeta.AVIF}[h.Format]
	tags := map[string]any{}
	// What was read before an error still counts.
	_, _ = imagemeta.Decode(imagemeta.Options{
		R: bytes.NewReader(data), ImageFormat: format, Sources: imagemeta.EXIF,
		Warnf: func(string, ...any) {},
		ShouldHandleTag: func(t imagemeta.TagInfo) bool {
			return exifTags[t.Tag] && strings.HasPrefix(t.Namespace, "IFD0")
		},
		HandleTag: func(t imagemeta.TagInfo) error {
			if _, twice := tags[t.Tag]; !twice {
				tags[t.Tag] = t.Value
			}
			return nil
		},
	})
	// In HEIC and AVIF boxes of the container say it, and EXIF only repeats it
	// (ISO/IEC 23008-12, annex A.2.3).
	if o := number(tags["Orientation"]); o >= 1 && o <= 8 && h.heif.Codec == "" {
		h.Orientation = o
	}
	h.Camera = camera(text(tags["Make"]), text(tags["Model"]))
	h.Lat, h.Lon = position(tags)
	for _, name := range []string{"DateTimeOriginal", "CreateDate", "DateTimeDigitized", "ModifyDate", "DateTime"} {
		if t, err := time.Parse("2006:01:02 15:04:05", text(tags[name])); err == nil {
			h.Taken = t
			return
		}
	}
}

// position is where the camera was, in degrees. Half a position, one outside
// the earth, and 0, 0, which receivers without a fix write, are none.
func position(tags map[string]any) (lat, lon float64) {
	lat, ok := tags["GPSLatitude"].(float64)
	lon, ok2 := tags["GPSLongitude"].(float64)
	if !ok || !ok2 || !(math.Abs(lat) <= 90) || !(math.Abs(lon) <= 180) {
		return 0, 0
	}
	if strings.EqualFold(text(tags["GPSLatitudeRef"]), "S") {
		lat = -math.Abs(lat)
	}
	if strings.EqualFold(text(tags["GPSLongitudeRef"]), "W") {
		lon = -math.Abs(lon)
	}
	return lat, lon
}

// camera joins maker and model; many models repeat the maker already.
func camera(maker, model string) string {
	first, _, _ := strings.Cut(strings.ToLower(maker), " ")
	if first == "" || strings.HasPrefix(strings.ToLower(model), first) {
		return model
	}
	return strings.TrimSpace(maker + " " + model)
}

func number(v any) int {
	switch n := v.(type) {
	case uint8:
		return int(n)
	case uint16:
		return int(n)
	case uint32:
		return int(min(n, 1<<16))
	case int:
		return n
	}
	return 0
}

// text is a tag's string without padding and control characters.
func text(v any) string {
	s, _ := v.(string)
	s = strings.ToValidUTF8(s, "")
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s)
	if s = strings.TrimSpace(s); len(s) > 100 {
		s = strings.ToValidUTF8(s[:100], "")
	}
	return s
}
