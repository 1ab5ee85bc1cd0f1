package query

import (
	"slices"
	"strings"
)

func example(key string) string {
	switch key {
	case "date":
		return "date>=2024-05"
	case "confidence":
		return "confidence<0.5"
	case "size":
		return "size>200KB"
	}
	return key + ">=640"
}

// op reads an operator; one stands at the current place.
func (p *parser) op() (Op, error) {
	start := p.at
	for strings.IndexByte("<>=", p.next()) >= 0 {
		p.at++
	}
	switch op := Op(p.s[start:p.at]); op {
	case Less, LessOrEqual, Greater, GreaterOrEqual, Equal:
		return op, nil
	}
	return "", p.fail(start, p.at, "unknown comparison; there are < <= > >= and =")
}

// number reads the operator and the value after the name of a number.
func (p *parser) number(start, end int, key string) (Node, error) {
	if slices.Contains(textKeys, key) || later[key] != "" {
		if msg, ok := later[key]; ok {
			return nil, p.fail(start, end, "%s", msg)
		}
		return nil, p.fail(start, end, "%s takes a colon, as in %s:cat", key, key)
	}
	if !slices.Contains(numberKeys, key) {
		return nil, p.fail(start, end, "unknown number; there are %s; quote a word that holds < > or =", list(numberKeys))
	}
	op, err := p.op()
	if err != nil {
		return nil, err
	}
	if key == "date" {
		return p.date(start, op)
	}
	return p.compare(start, Number{Key: Key(key), Op: op})
}

// score reads "(NAME) op value"; the word score has been taken.
func (p *parser) score(start int) (Node, error) {
	end := p.at
	p.space()
	if p.next() != '(' {
		return nil, p.fail(start, end, "score needs a name, as in score(sharpness)<0.2; there are %s", list(Measures))
	}
	p.at++
	p.space()
	from := p.at
	name := p.until(endsWord)
	p.at += len(name)
	to := p.at
	p.space()
	if name == "" || p.next() != ')' {
		return nil, p.fail(start, max(end, to), "score needs a name in brackets, as in score(sharpness)<0.2; there are %s", list(Measures))
	}
	p.at++
	low := strings.ToLower(name)
	if low == "color" {
		low = "colour"
	}
	if findingScores[low] {
		return nil, p.fail(from, to, "scores of findings come with the review room; in this version there are the measures %s", list(Measures))
	}
	if !slices.Contains(Measures, low) {
		return nil, p.fail(from, to, "unknown score; there are %s", list(Measures))
	}
	closing := p.at
	p.space()
	if strings.IndexByte("<>=", p.next()) < 0 {
		return nil, p.fail(start, closing, "score(%s) needs a comparison, as in score(%s)<0.2", low, low)
	}
	op, err := p.op()
	if err != nil {
		return nil, err
	}
	return p.compare(start, Number{Key: ScoreKey, Score: low, Op: op})
}

// compare reads the value and the unit of a number.
func (p *parser) compare(start int, n Number) (Node, error) {
	text, from, err := p.operand(start, "a number is missing, as in "+example(string(n.Key)))
	if err != nil {
		return nil, err
	}
	number, unit := cutUnit(text)
	if !validNumber(number) {
		return nil, p.fail(from, p.at, "not a number, as in %s", example(string(n.Key)))
	}
	p.space()
	if unit == "" { // "size > 2 MB"
		if word := p.until(endsValue); isUnit(n.Key, strings.ToUpper(word)) {
			unit = strings.ToUpper(word)
			p.at += len(word)
			p.space()
		}
	} else if !isUnit(n.Key, unit) {
		switch n.Key {
		case Size:
			return nil, p.fail(from, from+len(text), "unknown unit; there are B, KB, MB and GB, and KB without one")
		case Confidence:
			return nil, p.fail(from, from+len(text), "unknown unit; a confidence lies between 0 and 1, or is given in %%")
		}
		return nil, p.fail(from, from+len(text), "%s has no unit", n.Key)
	}
	n.Text, n.Unit = number, unit
	if v, _ := parseNumber(number); n.Key == Confidence && unit == "" && (v < 0 || v > 1) {
		return nil, p.fail(from, from+len(text), "a confidence lies between 0 and 1, or is given in %%")
	}
	return n, nil
}

func isUnit(key Key, unit string) bool {
	switch key {
	case Size:
		_, ok := units[unit]
		return ok && unit != ""
	case Confidence:
		return unit == "%"
	}
	return false
}

func (p *parser) date(start int, op Op) (Node, error) {
	text, from, err := p.operand(start, "a date is missing, as in "+example("date"))
	if err != nil {
		return nil, err
	}
	y, m, d, ok := parseDate(text)
	if !ok {
		return nil, p.fail(from, p.at, "not a date; write 2024, 2024-05 or 2024-05-12")
	}
	p.space()
	return Date{Op: op, Year: y, Month: m, Day: d}, nil
}

// operand reads the value after an operator and says where it starts.
func (p *parser) operand(start int, missing string) (text string, from int, err error) {
	end := p.at
	p.space()
	from = p.at
	text, err = p.value(start, end, missing)
	return text, from, err
}
