package query

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Error says why a filter cannot be read, and at which word.
type Error struct {
	Pos, End int    // the word as a byte range of the filter
	Word     string // the word as typed, empty at the end of the filter
	Msg      string // what is wrong, and what would be right
}

// Error is one line for people: the word, then the message.
func (e *Error) Error() string {
	if e.Word == "" {
		return "filter: " + e.Msg
	}
	return fmt.Sprintf("filter: %q: %s", e.Word, e.Msg)
}

// Runes is the range of the word counted in runes of the filter s, as text
// fields count them.
func (e *Error) Runes(s string) (from, to int) {
	pos, end := min(e.Pos, len(s)), min(e.End, len(s))
	return utf8.RuneCountInString(s[:pos]), utf8.RuneCountInString(s[:end])
}

// list joins words for a sentence.
func list(words []string) string { return strings.Join(words, ", ") }
