package onnx

import (
	"slices"
	"strings"
	"testing"
)

func TestParseNames(t *testing.T) {
	for text, want := range map[string][]string{
		`{0: 'a', 1: 'b'}`:                       {"a", "b"},
		`{1: 'b', 0: "a", }`:                     {"a", "b"},
		`{"0": "a", "1": "b"}`:                   {"a", "b"},
		`['a', "b"]`:                             {"a", "b"},
		`('a', 'b',)`:                            {"a", "b"},
		`{0: "bird's nest", 1: 'say \'hi\'"'}`:   {"bird's nest", `say 'hi'"`},
		`{0: 'a\\b', 1: 'a\nb\tc', 2: '\x41'}`:   {`a\b`, "a\nb\tc", "A"},
		`{0: '\u00e9', 1: '\U0001F600', 2: 'é'}`: {"é", "😀", "é"},
		`{0: 'a, {b}: c', 1: ''}`:                {"a, {b}: c", ""},
		`{0: 7, 1: 8}`:                           {"7", "8"},
		`{}`:                                     {},
	} {
		got, err := parseNames(text)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
	for _, text := range []string{
		"", "a", "{0: 'a'", "{0: 'a}", "{0 'a'}", "{0: a}", "{0: 'a'} x", "{1: 'a'}", "{0: 'a', 0: 'b'}",
		"{-1: 'a'}", "{99999999999999999999: 'a'}", `{0: '\x4'}`, `{0: '\`, "[['a']]", "{0: __import__('os')}",
	} {
		if got, err := parseNames(text); err == nil {
			t.Errorf("%s: %q", text, got)
		}
	}
}

func TestParseInts(t *testing.T) {
	for text, want := range map[string][]int{"[64, 64]": {64, 64}, "224": {224}, "(320,640)": {320, 640}} {
		if got, err := parseInts(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"[a]", "1 2", strings.Repeat("1,", 9)} {
		if got, err := parseInts(text); err == nil {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func FuzzParseNames(f *testing.F) {
	f.Add(`{0: 'a', 1: "b\n"}`)
	f.Add(`['\u00e9',]`)
	f.Add(`{0: '\`)
	f.Fuzz(func(t *testing.T, text string) {
		if names, err := parseNames(text); err == nil && len(names) > len(text) {
			t.Errorf("%d names from %d bytes", len(names), len(text))
		}
	})
}
