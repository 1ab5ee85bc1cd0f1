package command

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// path is a file's name in JSON: valid UTF-8 in path, and the bytes themselves
// in path_base64 where they are not.
type path struct {
	Path   string `json:"path"`
	Base64 string `json:"path_base64,omitempty"`
}

func newPath(raw string) path {
	if utf8.ValidString(raw) {
		return path{Path: raw}
	}
	return path{
		Path:   strings.ToValidUTF8(raw, "\uFFFD"),
		Base64: base64.StdEncoding.EncodeToString([]byte(raw)),
	}
}

// failure is a file that could not be used.
type failure struct {
	path
	Reason string `json:"reason"`
}

// count writes a number with its noun: "1 group", "14 groups".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// tellFailures says on stderr, where messages go, which files could not be used.
func tellFailures(env Env, failed []failure) {
	for _, f := range failed {
		fmt.Fprintf(env.Stderr, "failed: %s: %s\n", line(f.Path), f.Reason)
	}
}

// line makes a name fit for one line of a terminal: control characters and
// invalid bytes are quoted.
func line(name string) string {
	clean := utf8.ValidString(name) && strings.IndexFunc(name, func(r rune) bool {
		return hidden(r)
	}) < 0
	if clean {
		return name
	}
	var b strings.Builder
	for len(name) > 0 {
		r, n := utf8.DecodeRuneInString(name)
		switch {
		case r == utf8.RuneError && n == 1:
			b.WriteString(`\x`)
			b.WriteString(hex2(name[0]))
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case unicode.IsControl(r) && r < 0x100:
			b.WriteString(`\x`)
			b.WriteString(hex2(byte(r)))
		case hidden(r):
			b.WriteString("\uFFFD")
		default:
			b.WriteRune(r)
		}
		name = name[n:]
	}
	return b.String()
}

func hex2(v byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[v>>4], digits[v&15]})
}

// hidden reports characters that move the cursor, end the line or turn the
// reading direction.
func hidden(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r)
}
