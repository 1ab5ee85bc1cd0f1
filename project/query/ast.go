// Package query reads the filter language of CONTRACT.md:
//
//	or   = and {"OR" and}
//	and  = not {["AND"] not}
//	not  = ["NOT" | "-"] term
//	term = "(" or ")" | key ":" v {"," v} | number op value [unit] | flag | words
//
// AND, OR and NOT are written in capitals; keys, flags and units in any case.
// Adjacent bare words are one phrase, so "-red car" leaves out what has both
// words. Quotes keep spaces and make a plain word of anything; a quote inside
// quotes is doubled. A value of a key may hold any character but spaces,
// commas, brackets and quotes.
//
// The package knows words, not data: package store turns the tree into SQL.
package query

import (
	"math"
	"strings"
	"time"
)

// Node is a condition on one image: And, Or, Not, Match, Number, Date, Flag or
// Words. String writes it in the filter language; reading that again gives an
// equal tree.
type Node interface {
	String() string
	node()
}

// And holds where all of X hold. And{} holds always: it is the empty filter.
type And struct{ X []Node }

// Or holds where any of X holds; it has at least two.
type Or struct{ X []Node }

// Not holds where X does not.
type Not struct{ X Node }

// Key names a field of text, a number or a date.
type Key string

const (
	Label     Key = "label"
	Split     Key = "split"
	Folder    Key = "folder"
	Path      Key = "path"
	Predicted Key = "predicted"

	Size       Key = "size" // bytes
	Width      Key = "width"
	Height     Key = "height"
	Confidence Key = "confidence" // of the predicted class, 0..1
	ScoreKey   Key = "score"      // of a named measure
)

// Match holds where the field equals one of Values (label, split, predicted)
// or contains it (path, folder), whatever the case.
type Match struct {
	Key    Key
	Values []string
}

// Op compares a number or a date.
type Op string

const (
	Less           Op = "<"
	LessOrEqual    Op = "<="
	Greater        Op = ">"
	GreaterOrEqual Op = ">="
	Equal          Op = "="
)

// Number compares a number.
type Number struct {
	Key   Key
	Score string // name of the measure when Key is ScoreKey
	Op    Op
	Text  string // the number as typed
	Unit  string // B, KB, MB, GB or %, else empty
}

// Interval are the numbers from Lo to Hi, both included unless open.
type Interval struct {
	Lo, Hi         float64
	OpenLo, OpenHi bool
}

// Interval returns the values that Number accepts, in bytes for sizes. A
// kilobyte has 1,000 bytes. "=" takes a size, a confidence or a score as it
// would be rounded to the digits that were typed, so size=1.5MB is from 1.45
// to 1.55 megabytes; zero and whole bytes are exact.
func (n Number) Interval() Interval {
	value, step := parseNumber(n.Text)
	unit := 1.0
	switch {
	case n.Key == Size:
		unit = units[n.Unit]
	case n.Unit == "%":
		unit = 0.01
	}
	v := value * unit
	inf := math.Inf(1)
	switch n.Op {
	case Less:
		return Interval{Lo: -inf, Hi: v, OpenHi: true}
	case LessOrEqual:
		return Interval{Lo: -inf, Hi: v}
	case Greater:
		return Interval{Lo: v, Hi: inf, OpenLo: true}
	case GreaterOrEqual:
		return Interval{Lo: v, Hi: inf}
	}
	exact := n.Key == Width || n.Key == Height || value == 0 || (n.Key == Size && n.Unit == "B")
	if exact {
		return Interval{Lo: v, Hi: v}
	}
	return Interval{Lo: v - step*unit/2, Hi: v + step*unit/2, OpenHi: true}
}

// Date compares the day of a picture: the day it was taken, else the day the
// file was changed.
type Date struct {
	Op               Op
	Year, Month, Day int // Month and Day are 0 when only the year or the month was given
}

// Span is the year, month or day itself, from its first instant to the first
// after it.
func (d Date) Span(loc *time.Location) (from, to time.Time) {
	switch {
	case d.Month == 0:
		from = time.Date(d.Year, 1, 1, 0, 0, 0, 0, loc)
		return from, time.Date(d.Year+1, 1, 1, 0, 0, 0, 0, loc)
	case d.Day == 0:
		from = time.Date(d.Year, time.Month(d.Month), 1, 0, 0, 0, 0, loc)
		return from, time.Date(d.Year, time.Month(d.Month)+1, 1, 0, 0, 0, 0, loc)
	}
	from = time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, loc)
	return from, time.Date(d.Year, time.Month(d.Month), d.Day+1, 0, 0, 0, 0, loc)
}

// Flag holds for images in a state.
type Flag string

const (
	Missing    Flag = "missing"
	Failed     Flag = "failed"
	Unlabelled Flag = "unlabelled"
)

// Words is a phrase: every word occurs in the path, the label or the name of
// the predicted class, whatever the case.
type Words []string

func (And) node()    {}
func (Or) node()     {}
func (Not) node()    {}
func (Match) node()  {}
func (Number) node() {}
func (Date) node()   {}
func (Flag) node()   {}
func (Words) node()  {}

// Has reports whether a flag occurs anywhere in the tree.
func Has(n Node, f Flag) bool {
	switch n := n.(type) {
	case And:
		return hasAny(n.X, f)
	case Or:
		return hasAny(n.X, f)
	case Not:
		return Has(n.X, f)
	case Flag:
		return n == f
	}
	return false
}

func hasAny(nodes []Node, f Flag) bool {
	for _, n := range nodes {
		if Has(n, f) {
			return true
		}
	}
	return false
}

func (a And) String() string {
	var b strings.Builder
	for i, n := range a.X {
		if i > 0 {
			// Without AND, two phrases would become one, or a word a unit.
			if words, ok := n.(Words); ok && joins(a.X[i-1], words) {
				b.WriteString(" AND ")
			} else {
				b.WriteByte(' ')
			}
		}
		if _, or := n.(Or); or {
			b.WriteString("(" + n.String() + ")")
		} else {
			b.WriteString(n.String())
		}
	}
	return b.String()
}

// joins reports whether words written behind n would be read as part of it.
func joins(n Node, words Words) bool {
	switch n := n.(type) {
	case Not:
		return joins(n.X, words)
	case Words:
		return true
	case Number:
		return isUnit(n.Key, strings.ToUpper(words[0]))
	}
	return false
}

func (o Or) String() string {
	parts := make([]string, len(o.X))
	for i, n := range o.X {
		parts[i] = n.String()
	}
	return strings.Join(parts, " OR ")
}

func (n Not) String() string {
	switch n.X.(type) {
	case And, Or, Not:
		return "-(" + n.X.String() + ")"
	}
	return "-" + n.X.String()
}

func (m Match) String() string {
	parts := make([]string, len(m.Values))
	for i, v := range m.Values {
		if v == "" || strings.ContainsFunc(v, endsValue) {
			v = quote(v)
		}
		parts[i] = v
	}
	return string(m.Key) + ":" + strings.Join(parts, ",")
}

func (n Number) String() string {
	key := string(n.Key)
	if n.Key == ScoreKey {
		key += "(" + n.Score + ")"
	}
	return key + string(n.Op) + n.Text + n.Unit
}

func (d Date) String() string {
	s := "date" + string(d.Op) + digits(d.Year, 4)
	if d.Month > 0 {
		s += "-" + digits(d.Month, 2)
	}
	if d.Day > 0 {
		s += "-" + digits(d.Day, 2)
	}
	return s
}

func (f Flag) String() string { return string(f) }

func (w Words) String() string {
	parts := make([]string, len(w))
	for i, s := range w {
		if s == "" || s[0] == '-' || strings.ContainsFunc(s, endsWord) || reserved(s) {
			s = quote(s)
		}
		parts[i] = s
	}
	return strings.Join(parts, " ")
}

func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
