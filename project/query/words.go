package query

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Measures are the names that score(NAME) takes: what the scan measures of
// every picture, in the units of project.Quality.
var Measures = []string{"sharpness", "brightness", "contrast", "dark", "light", "entropy", "colour"}

var (
	textKeys   = []string{"label", "split", "folder", "path", "predicted"}
	numberKeys = []string{"size", "width", "height", "confidence", "date", "score(NAME)"}
	units      = map[string]float64{"": 1e3, "B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9}
)

// later says of the words of the contract whose data this version does not
// have yet when they come.
var later = map[string]string{
	"tag":     "tags come with the review room; not in this version",
	"issue":   "issues come with the review room; not in this version",
	"cluster": "filtering by cluster is not in this version; open the clusters room",
	"similar": "filtering by likeness is not in this version; select an image to see its nearest",
	"dropped": "decisions come with the review room; not in this version",
	"kept":    "decisions come with the review room; not in this version",
}

// findingScores are the scores of findings, which are not in this version.
var findingScores = map[string]bool{
	"blurry": true, "low_information": true, "odd_size": true, "odd_aspect_ratio": true,
	"grayscale": true, "wrong_extension": true, "outlier": true, "mislabel": true, "duplicate": true,
}

// reserved reports whether a bare word would be read as something else than a
// word of a phrase.
func reserved(s string) bool {
	switch s {
	case "AND", "OR", "NOT":
		return true
	}
	switch strings.ToLower(s) {
	case "missing", "failed", "unlabelled", "dropped", "kept", "score":
		return true
	}
	return false
}

// endsWord and endsValue say which characters end a bare word and a bare value.
func endsWord(r rune) bool  { return endsValue(r) || r == ':' || r == '<' || r == '>' || r == '=' }
func endsValue(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`(),"`, r) }

// parseNumber returns a number and the step of its last digit: 0.1 for "1.5".
// The text has passed validNumber.
func parseNumber(text string) (value, step float64) {
	value, _ = strconv.ParseFloat(text, 64)
	step = 1
	if _, frac, ok := strings.Cut(text, "."); ok {
		step = math.Pow10(-len(frac))
	}
	return value, step
}

// validNumber accepts plain decimal numbers: no exponents, no infinities.
func validNumber(text string) bool {
	if len(text) > 30 {
		return false
	}
	rest := strings.TrimPrefix(text, "-")
	whole, frac, dot := strings.Cut(rest, ".")
	onlyDigits := func(s string) bool {
		return strings.Trim(s, "0123456789") == ""
	}
	return whole != "" && onlyDigits(whole) && onlyDigits(frac) && (!dot || frac != "")
}

// cutUnit splits "1.5mb" into the number and the unit in capitals.
func cutUnit(text string) (number, unit string) {
	i := len(text)
	for i > 0 && (unicode.IsLetter(rune(text[i-1])) || text[i-1] == '%') {
		i--
	}
	return text[:i], strings.ToUpper(text[i:])
}

// parseDate reads 2024, 2024-05 or 2024-05-12.
func parseDate(text string) (year, month, day int, ok bool) {
	parts := strings.Split(text, "-")
	if len(parts) > 3 {
		return 0, 0, 0, false
	}
	var n [3]int
	for i, p := range parts {
		want := 2
		if i == 0 {
			want = 4
		}
		if len(p) > want || p == "" || strings.Trim(p, "0123456789") != "" || (i == 0 && len(p) != 4) {
			return 0, 0, 0, false
		}
		n[i], _ = strconv.Atoi(p)
		if n[i] == 0 {
			return 0, 0, 0, false
		}
	}
	if n[1] > 12 {
		return 0, 0, 0, false
	}
	if n[2] > 0 {
		if t := time.Date(n[0], time.Month(n[1]), n[2], 0, 0, 0, 0, time.UTC); t.Day() != n[2] {
			return 0, 0, 0, false
		}
	}
	return n[0], n[1], n[2], true
}

func digits(n, width int) string { return fmt.Sprintf("%0*d", width, n) }
