package store

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// fold makes texts comparable whatever their case and however their accents
// are composed: macOS names files with decomposed ones. Accents stay.
func fold(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(valid(s))))
		}
	}
	return strings.ToLower(s)
}

// valid replaces each byte that is not part of UTF-8 by U+FFFD, as
// encoding/json does.
func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}

// splitPath returns how a path is stored: its shown form, and its bytes when
// they differ.
func splitPath(path string) (shown string, raw []byte) {
	if utf8.ValidString(path) {
		return path, []byte{}
	}
	return valid(path), []byte(path)
}
