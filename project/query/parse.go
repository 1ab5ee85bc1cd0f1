package query

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// maxDepth bounds nested brackets, so that no filter can exhaust the stack.
const maxDepth = 100

// Parse reads a filter. The empty filter is And{}, which holds for everything.
// An error is always an *Error.
func Parse(s string) (Node, error) {
	p := &parser{s: s}
	p.space()
	if p.at == len(s) {
		return And{}, nil
	}
	n, err := p.or(0)
	if err != nil {
		return nil, err
	}
	if p.at < len(s) { // or stops early only at a closing bracket
		return nil, p.fail(p.at, p.at+1, "this bracket was never opened")
	}
	return n, nil
}

// parser reads without a token list, because what ends a word depends on
// whether a key stands before it.
type parser struct {
	s  string
	at int // byte offset of the next character; never inside a rune
}

func (p *parser) fail(pos, end int, format string, args ...any) error {
	return &Error{Pos: pos, End: end, Word: p.s[pos:end], Msg: fmt.Sprintf(format, args...)}
}

// space skips white space.
func (p *parser) space() {
	p.at += len(p.s[p.at:]) - len(strings.TrimLeftFunc(p.s[p.at:], unicode.IsSpace))
}

// next returns the character at the current place, 0 at the end.
func (p *parser) next() byte {
	if p.at < len(p.s) {
		return p.s[p.at]
	}
	return 0
}

// until returns the text up to a character that ends it, without taking it.
func (p *parser) until(ends func(rune) bool) string {
	if i := strings.IndexFunc(p.s[p.at:], ends); i >= 0 {
		return p.s[p.at : p.at+i]
	}
	return p.s[p.at:]
}

// keyword reports whether a bare word stands at the current place.
func (p *parser) keyword(word string) bool { return p.until(endsWord) == word }

// closed reports whether an and-list ends here.
func (p *parser) closed() bool { return p.at == len(p.s) || p.next() == ')' || p.keyword("OR") }

func (p *parser) or(depth int) (Node, error) {
	var all []Node
	for {
		n, err := p.and(depth)
		if err != nil {
			return nil, err
		}
		if o, ok := n.(Or); ok {
			all = append(all, o.X...)
		} else {
			all = append(all, n)
		}
		if !p.keyword("OR") {
			break
		}
		start := p.at
		p.at += len("OR")
		p.space()
		if p.closed() {
			return nil, p.fail(start, start+2, "OR needs a condition on both sides; quote it to search for the word")
		}
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return Or{all}, nil
}

func (p *parser) and(depth int) (Node, error) {
	if p.keyword("OR") || p.keyword("AND") {
		word := p.until(endsWord)
		return nil, p.fail(p.at, p.at+len(word), "%s needs a condition on both sides; quote it to search for the word", word)
	}
	var all []Node
	for {
		n, err := p.not(depth)
		if err != nil {
			return nil, err
		}
		if a, ok := n.(And); ok {
			all = append(all, a.X...)
		} else {
			all = append(all, n)
		}
		p.space()
		if p.keyword("AND") {
			start := p.at
			p.at += len("AND")
			p.space()
			if p.closed() || p.keyword("AND") {
				return nil, p.fail(start, start+3, "AND needs a condition on both sides; quote it to search for the word")
			}
		}
		if p.closed() {
			break
		}
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return And{all}, nil
}

func (p *parser) not(depth int) (Node, error) {
	start := p.at
	switch {
	case p.keyword("NOT"):
		p.at += len("NOT")
	case p.next() == '-':
		p.at++
	default:
		return p.term(depth)
	}
	end := p.at
	p.space()
	if p.closed() || p.keyword("AND") || p.keyword("NOT") || p.next() == '-' {
		return nil, p.fail(start, end, "%s needs one condition after it; quote it to search for it", p.s[start:end])
	}
	n, err := p.term(depth)
	if err != nil {
		return nil, err
	}
	return Not{n}, nil
}

func (p *parser) term(depth int) (Node, error) {
	switch c := p.next(); c {
	case '(':
		return p.brackets(depth)
	case ',':
		return nil, p.fail(p.at, p.at+1, "a comma joins values of one key, as in label:cat,dog; for words write OR")
	case ':', '<', '>', '=':
		return nil, p.fail(p.at, p.at+1, "a key is missing before it, as in label:cat or width>=640")
	case '"':
		return p.words()
	}
	word := p.until(endsWord)
	start, end := p.at, p.at+len(word)
	low := strings.ToLower(word)
	after := strings.TrimLeftFunc(p.s[end:], unicode.IsSpace)
	if low == "score" {
		p.at = end
		return p.score(start)
	}
	if after != "" {
		switch after[0] {
		case ':':
			p.at = len(p.s) - len(after) + 1
			return p.match(start, end, low)
		case '<', '>', '=':
			p.at = len(p.s) - len(after)
			return p.number(start, end, low)
		}
	}
	if msg, ok := later[low]; ok && (low == "dropped" || low == "kept") {
		return nil, p.fail(start, end, "%s", msg)
	}
	switch f := Flag(low); f {
	case Missing, Failed, Unlabelled:
		p.at = end
		return f, nil
	}
	return p.words()
}

func (p *parser) brackets(depth int) (Node, error) {
	start := p.at
	if depth >= maxDepth {
		return nil, p.fail(start, start+1, "brackets are nested too deep")
	}
	p.at++
	p.space()
	if p.next() == ')' {
		return nil, p.fail(start, p.at+1, "these brackets are empty")
	}
	if p.at == len(p.s) {
		return nil, p.fail(start, start+1, "this bracket is never closed")
	}
	n, err := p.or(depth + 1)
	if err != nil {
		return nil, err
	}
	if p.next() != ')' {
		return nil, p.fail(start, start+1, "this bracket is never closed")
	}
	p.at++
	return n, nil
}

// words reads a phrase: as many bare or quoted words as follow one another.
func (p *parser) words() (Node, error) {
	var w Words
	for {
		if p.next() == '"' {
			s, err := p.quoted()
			if err != nil {
				return nil, err
			}
			w = append(w, s)
		} else {
			s := p.until(endsWord)
			w = append(w, s)
			p.at += len(s)
		}
		p.space()
		if !p.plain() {
			return w, nil
		}
	}
}

// plain reports whether a word of a phrase stands at the current place.
func (p *parser) plain() bool {
	switch p.next() {
	case '"':
		return true
	case '-':
		return false
	}
	word := p.until(endsWord)
	if word == "" {
		return false
	}
	if reserved(word) {
		return false
	}
	after := strings.TrimLeftFunc(p.s[p.at+len(word):], unicode.IsSpace)
	return after == "" || !strings.ContainsRune(":<>=", rune(after[0]))
}

// quoted reads a text in quotes; "" inside stands for one quote.
func (p *parser) quoted() (string, error) {
	start := p.at
	var b strings.Builder
	for p.at++; p.at < len(p.s); p.at++ {
		if p.s[p.at] != '"' {
			b.WriteByte(p.s[p.at])
			continue
		}
		p.at++
		if p.next() != '"' {
			return b.String(), nil
		}
		b.WriteByte('"')
	}
	return "", p.fail(start, len(p.s), "this quote is never closed")
}

// value reads one value after a key or an operator. what is told when there is
// none.
func (p *parser) value(start, end int, what string) (text string, err error) {
	p.space()
	if p.next() == '"' {
		return p.quoted()
	}
	text = p.until(endsValue)
	if text == "" {
		return "", p.fail(start, end, "%s", what)
	}
	p.at += len(text)
	return text, nil
}

func (p *parser) match(start, end int, key string) (Node, error) {
	if msg, ok := later[key]; ok {
		return nil, p.fail(start, end, "%s", msg)
	}
	if key == "date" || slices.Contains(numberKeys, key) {
		return nil, p.fail(start, end, "%s is compared with < <= > >= or =, as in %s", key, example(key))
	}
	if !slices.Contains(textKeys, key) {
		return nil, p.fail(start, end, "unknown key; there are %s, and the numbers %s; quote a word that holds a colon",
			list(textKeys), list(numberKeys))
	}
	m := Match{Key: Key(key)}
	from, to := start, p.at
	for {
		what := fmt.Sprintf("%s needs a value, as in %s:cat", key, key)
		if len(m.Values) > 0 {
			what = "a value is missing after the comma"
		}
		v, err := p.value(from, to, what)
		if err != nil {
			return nil, err
		}
		m.Values = append(m.Values, v)
		p.space()
		if p.next() != ',' {
			return m, nil
		}
		from, to = p.at, p.at+1
		p.at++
	}
}
