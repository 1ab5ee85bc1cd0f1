package audit

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"kindred/project"
)

// ordinary is a picture without a fault.
func ordinary(id int) Measured {
	return Measured{
		ID: project.FileID(id), Width: 500, Height: 375, Format: "JPEG", Name: fmt.Sprintf("%d.jpg", id),
		Quality: project.Quality{Sharpness: 0.6, Brightness: 0.5, Contrast: 0.2, Dark: 0.9, Light: 0.1, Entropy: 7, Colour: 0.1},
	}
}

// pictures are n ordinary pictures in sizes as cameras and the web have them.
func pictures(n int) []Measured {
	var all []Measured
	for i := range n {
		m := ordinary(i + 1)
		m.Width, m.Height = 400+10*(i%20), 300+5*(i%30)
		if i%3 == 0 {
			m.Width, m.Height = m.Height, m.Width
		}
		all = append(all, m)
	}
	return all
}

func TestEachFaultIsFlaggedAlone(t *testing.T) {
	faults := map[string]func(*Measured){
		"blurry":           func(m *Measured) { m.Quality.Sharpness = 0.04 },
		"dark":             func(m *Measured) { m.Quality.Dark, m.Quality.Light, m.Quality.Contrast = 0.07, 0, 0.03 },
		"light":            func(m *Measured) { m.Quality.Dark, m.Quality.Light, m.Quality.Contrast = 1, 0.94, 0.02 },
		"low_information":  func(m *Measured) { m.Quality.Entropy, m.Quality.Contrast, m.Quality.Colour = 0.1, 0, 0 },
		"odd_size":         func(m *Measured) { m.Width, m.Height = 24, 24 },
		"odd_aspect_ratio": func(m *Measured) { m.Height = 40 },
		"grayscale":        func(m *Measured) { m.Quality.Colour = 0.001 },
		"wrong_extension":  func(m *Measured) { m.Format = "PNG" },
	}
	if len(faults) != len(project.QualityChecks) {
		t.Fatalf("%d faults for %d checks", len(faults), len(project.QualityChecks))
	}
	all := pictures(200)
	at := map[project.FileID]string{}
	for i, name := range project.QualityChecks {
		faults[name](&all[10*i])
		at[all[10*i].ID] = name
	}
	u := NewUsual(all, nil)
	for _, m := range all {
		f := u.Quality(m)
		want := []string{}
		if name := at[m.ID]; name != "" {
			want = append(want, name)
		}
		if !slices.Equal(f.Flagged, want) {
			t.Errorf("%+v: flagged %v, want %v", m, f.Flagged, want)
		}
		for _, name := range project.QualityChecks {
			s, ok := f.Scores[name]
			if !ok || !(s >= 0 && s <= 1) || (s > 0.5) != slices.Contains(want, name) {
				t.Errorf("%s of %+v is %v", name, m, s)
			}
		}
		for _, name := range f.Flagged {
			if !strings.ContainsAny(f.Why[name], "0123456789") && name != "grayscale" && name != "wrong_extension" || f.Why[name] == "" {
				t.Errorf("%s: no amount in %q", name, f.Why[name])
			}
		}
		for name, v := range f.Measures {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("measure %s is %v", name, v)
			}
		}
	}
}

// What looks like a fault by one number only.
func TestHealthyPictures(t *testing.T) {
	all := pictures(100)
	healthy := map[string]project.Quality{
		"a drawing in ink":      {Sharpness: 0.8, Brightness: 0.97, Contrast: 0.17, Dark: 1, Light: 0.9, Entropy: 0.3, Colour: 0.02},
		"a city at night":       {Sharpness: 0.5, Brightness: 0.06, Contrast: 0.14, Dark: 0.13, Light: 0, Entropy: 3, Colour: 0.05},
		"a digit":               {Sharpness: 0.6, Brightness: 0.05, Contrast: 0.2, Dark: 0.1, Light: 0, Entropy: 0.7, Colour: 0.01},
		"a sky without an edge": {Sharpness: 0, Brightness: 0.6, Contrast: 0.03, Dark: 0.7, Light: 0.5, Entropy: 4, Colour: 0.2},
	}
	u := NewUsual(all, nil)
	for name, q := range healthy {
		m := ordinary(1)
		m.Quality = q
		if f := u.Quality(m); len(f.Flagged) > 0 {
			t.Errorf("%s: %v", name, f.Why)
		}
	}
}

func TestOddIsWhatFewAre(t *testing.T) {
	// All of one size but one, as in sets made for training.
	all := make([]Measured, 50)
	for i := range all {
		all[i] = ordinary(i + 1)
		all[i].Width, all[i].Height = 32, 32
	}
	all[7].Width, all[7].Height = 24, 24
	all[9].Width, all[9].Height = 32, 16
	count := func(all []Measured, check string) int {
		n := 0
		u := NewUsual(all, nil)
		for _, m := range all {
			if slices.Contains(u.Quality(m).Flagged, check) {
				n++
			}
		}
		return n
	}
	if a, b := count(all, "odd_size"), count(all, "odd_aspect_ratio"); a != 1 || b != 1 {
		t.Errorf("%d sizes and %d shapes are odd, want 1 and 1", a, b)
	}
	// A second usual size and shape, and a third of the pictures grey.
	for i := range 15 {
		all[10+i].Width, all[10+i].Height = 128, 64
	}
	for i := range 18 {
		all[25+i].Quality.Colour = 0
	}
	for _, check := range []string{"odd_size", "odd_aspect_ratio", "grayscale"} {
		if n := count(all, check); n != 0 {
			t.Errorf("%s: %d flagged among several kinds", check, n)
		}
	}
	for n := range 3 { // too few to say
		few := pictures(n)
		if n > 0 {
			few[0].Width, few[0].Height = 5, 900
		}
		for _, check := range project.QualityChecks {
			if k := count(few, check); k != 0 {
				t.Errorf("%d pictures: %d are %s", n, k, check)
			}
		}
	}
}

func TestLimitsCanBeChanged(t *testing.T) {
	all := pictures(20)
	u := NewUsual(all, QualityLimits{"blurry": 0.65, "odd_size": 1, "odd_aspect_ratio": 1.2, "low_information": 0})
	m := all[1]
	m.Quality.Entropy, m.Quality.Contrast = 0, 0.2
	f := u.Quality(m)
	if !slices.Contains(f.Flagged, "blurry") || slices.Contains(f.Flagged, "low_information") {
		t.Errorf("flagged %v", f.Flagged)
	}
	if !strings.Contains(f.Why["blurry"], "0.65") {
		t.Errorf("the reason does not name the limit: %q", f.Why["blurry"])
	}
	for _, wrong := range []QualityLimits{{"blury": 0.1}, {"dark": 2}, {"odd_size": 0.5}, {"wrong_extension": 1}, {"light": math.NaN()}} {
		if wrong.Check() == nil {
			t.Errorf("%v was accepted", wrong)
		}
	}
}

func TestExtensions(t *testing.T) {
	for name, want := range map[string]string{
		"JPEG a.jpg": "", "JPEG a.JPEG": "", "JPEG a.jfif": "", "TIFF b.tif": "", "TIFF b.TIFF": "", "HEIC c.heif": "",
		"PNG a.jpg": "png", "JPEG x.y.png": "jpg", "WebP d.gif": "webp", "JPEG note.txt": "jpg",
		"JPEG none": "", "JPEG .jpg": "", "JPEG a.jpg_large": "", "TIFF raw.dng": "", "JPEG dot.": "",
	} {
		format, file, _ := strings.Cut(name, " ")
		if got := extensionOf(format, file); got != want {
			t.Errorf("%s in %q: %q, want %q", format, file, got, want)
		}
	}
}
