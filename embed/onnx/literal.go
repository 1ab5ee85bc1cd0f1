package onnx

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxClasses bounds what a file may claim to tell apart.
const maxClasses = 100_000

// parseNames reads class names as Ultralytics writes them into metadata: a
// Python dict from 0..n-1 to strings, or a list of strings. JSON of the same
// form is read too.
func parseNames(text string) ([]string, error) {
	p := literal{rest: text}
	var names []string
	var err error
	switch p.next() {
	case '{':
		names, err = p.dict()
	case '[', '(':
		names, err = p.list()
	default:
		err = errors.New("neither a dict nor a list")
	}
	if err == nil && p.next() != 0 {
		err = errors.New("something follows the closing bracket")
	}
	if err != nil {
		return nil, fmt.Errorf("class names: %w", err)
	}
	return names, nil
}

// parseInts reads a whole number or a list of them, as in imgsz.
func parseInts(text string) ([]int, error) {
	text = strings.Trim(strings.TrimSpace(text), "[]()")
	var numbers []int
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		n, err := strconv.Atoi(part)
		if err != nil || len(numbers) == 8 {
			return nil, fmt.Errorf("%q is no list of whole numbers", text)
		}
		numbers = append(numbers, n)
	}
	return numbers, nil
}

// literal is what is left of a Python literal.
type literal struct{ rest string }

// next skips blanks and returns the first byte without taking it, 0 at the end.
func (p *literal) next() byte {
	p.rest = strings.TrimLeft(p.rest, " \t\r\n")
	if p.rest == "" {
		return 0
	}
	return p.rest[0]
}

func (p *literal) take(want byte) error {
	if got := p.next(); got != want {
		return fmt.Errorf("%q is missing before %.20q", want, p.rest)
	}
	p.rest = p.rest[1:]
	return nil
}

// items calls item for each element up to the closing bracket.
func (p *literal) items(closing byte, item func() error) error {
	p.rest = p.rest[1:]
	for p.next() != closing {
		if err := item(); err != nil {
			return err
		}
		if p.next() != ',' {
			break
		}
		p.rest = p.rest[1:]
	}
	return p.take(closing)
}

func (p *literal) dict() ([]string, error) {
	byKey := map[int]string{}
	err := p.items('}', func() error {
		key, err := p.key()
		if err != nil {
			return err
		}
		if err := p.take(':'); err != nil {
			return err
		}
		value, err := p.text()
		if _, twice := byKey[key]; twice {
			return fmt.Errorf("class %d has two names", key)
		}
		byKey[key] = value
		return err
	})
	if err != nil {
		return nil, err
	}
	names := make([]string, len(byKey))
	for key, name := range byKey {
		if key >= len(names) {
			return nil, fmt.Errorf("%d classes, and one numbered %d", len(names), key)
		}
		names[key] = name
	}
	return names, nil
}

func (p *literal) list() (names []string, err error) {
	closing := byte(']')
	if p.rest[0] == '(' {
		closing = ')'
	}
	err = p.items(closing, func() error {
		if len(names) == maxClasses {
			return fmt.Errorf("more than %d", maxClasses)
		}
		name, err := p.text()
		names = append(names, name)
		return err
	})
	return names, err
}

// key reads a whole number, bare or quoted.
func (p *literal) key() (int, error) {
	digits := ""
	if c := p.next(); c == '\'' || c == '"' {
		quoted, err := p.text()
		if err != nil {
			return 0, err
		}
		digits = quoted
	} else {
		n := len(p.rest) - len(strings.TrimLeft(p.rest, "0123456789"))
		digits, p.rest = p.rest[:n], p.rest[n:]
	}
	key, err := strconv.Atoi(digits)
	if err != nil || key < 0 || key >= maxClasses {
		return 0, fmt.Errorf("%.20q is no class number", digits+p.rest)
	}
	return key, nil
}

// text reads a string in single or double quotes, or a bare number, which names
// itself.
func (p *literal) text() (string, error) {
	quote := p.next()
	if quote != '\'' && quote != '"' {
		n := len(p.rest) - len(strings.TrimLeft(p.rest, "+-.0123456789eE"))
		if n == 0 {
			return "", fmt.Errorf("a name is missing before %.20q", p.rest)
		}
		number := p.rest[:n]
		p.rest = p.rest[n:]
		return number, nil
	}
	p.rest = p.rest[1:]
	var b strings.Builder
	for {
		at := strings.IndexAny(p.rest, `\`+string(quote))
		if at < 0 {
			return "", errors.New("a quote is not closed")
		}
		b.WriteString(p.rest[:at])
		found := p.rest[at]
		p.rest = p.rest[at+1:]
		if found == quote {
			return strings.ToValidUTF8(b.String(), "\uFFFD"), nil
		}
		if err := p.escape(&b); err != nil {
			return "", err
		}
	}
}

// escape reads what follows a backslash.
func (p *literal) escape(b *strings.Builder) error {
	if p.rest == "" {
		return errors.New("a quote is not closed")
	}
	c := p.rest[0]
	p.rest = p.rest[1:]
	digits := 0
	switch c {
	case 'n':
		b.WriteByte('\n')
	case 't':
		b.WriteByte('\t')
	case 'r':
		b.WriteByte('\r')
	case '\\', '\'', '"', '/':
		b.WriteByte(c)
	case 'x':
		digits = 2
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	default: // Python keeps an escape it does not know
		b.WriteByte('\\')
		b.WriteByte(c)
	}
	if digits == 0 {
		return nil
	}
	if len(p.rest) < digits {
		return errors.New("an escape breaks off")
	}
	code, err := strconv.ParseUint(p.rest[:digits], 16, 32)
	if err != nil {
		return fmt.Errorf("%q is no escape", p.rest[:digits])
	}
	p.rest = p.rest[digits:]
	r := rune(utf8.RuneError)
	if code <= utf8.MaxRune {
		r = rune(code)
	}
	b.WriteRune(r)
	return nil
}
