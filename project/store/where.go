package store

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"kindred/project/query"
)

// filter turns the tree of a filter into a condition on one root's files. The
// condition is never NULL, so that NOT means what it says.
//
// Names of labels and classes are compared here, against the few that exist,
// and become sets of ids: SQLite sees integers, and paths.
type filter struct {
	prefix string // folded prefix of the root's shown paths
	terms  []term
	model  *Model
	zone   *time.Location // in which dates of files are read

	args              []any
	content, encoding bool // the condition needs these tables, as c and e
}

// term is a label or a split.
type term struct {
	id           int64
	name, folded string
}

// splitNames are the names under which people know the three splits.
var splitNames = map[string]string{
	"training": "train", "valid": "val", "validation": "val", "dev": "val", "testing": "test",
}

func (f *filter) where(n query.Node) string {
	switch n := n.(type) {
	case query.And:
		return join(f.all(n.X), " AND ", "1")
	case query.Or:
		return join(f.all(n.X), " OR ", "0")
	case query.Not:
		return "NOT " + f.where(n.X)
	case query.Words:
		parts := make([]string, len(n))
		for i, w := range n {
			parts[i] = f.word(fold(w))
		}
		return join(parts, " AND ", "1")
	case query.Match:
		return f.match(n)
	case query.Number:
		return f.number(n)
	case query.Date:
		return f.date(n)
	case query.Flag:
		switch n {
		case query.Missing:
			return "f.missing"
		case query.Failed:
			return "f.reason <> ''"
		case query.Unlabelled:
			return "f.label_id IS NULL"
		}
	}
	return "0" // the parser makes nothing else
}

func (f *filter) all(nodes []query.Node) []string {
	parts := make([]string, len(nodes))
	for i, n := range nodes {
		parts[i] = f.where(n)
	}
	return parts
}

// join writes a balanced tree: SQLite refuses one that is 1,000 deep.
func join(parts []string, op, none string) string {
	switch len(parts) {
	case 0:
		return none
	case 1:
		return parts[0]
	}
	mid := len(parts) / 2
	return "(" + join(parts[:mid], op, none) + op + join(parts[mid:], op, none) + ")"
}

// arg adds an argument and returns its place.
func (f *filter) arg(v any) string {
	f.args = append(f.args, v)
	return "?" + strconv.Itoa(len(f.args))
}

// path is the shown path, folded.
func (f *filter) path() string {
	if f.prefix == "" {
		return "f.folded"
	}
	return "(" + f.arg(f.prefix) + " || f.folded)"
}

func (f *filter) word(w string) string {
	cond := "instr(" + f.path() + ", " + f.arg(w) + ")"
	if ids := f.termIDs(func(t term) bool { return strings.Contains(t.folded, w) }); ids != "" {
		cond += " OR ifnull(f.label_id IN (" + ids + "), 0)"
	}
	w = strings.ReplaceAll(w, "_", " ")
	if ids := f.classIDs(func(name string) bool { return strings.Contains(name, w) }); ids != "" {
		cond += " OR ifnull(e.top1 IN (" + ids + "), 0)"
	}
	return "(" + cond + ")"
}

func (f *filter) match(m query.Match) string {
	wanted := make(map[string]bool, len(m.Values))
	var parts []string
	for _, v := range m.Values {
		folded := fold(v)
		switch m.Key {
		case query.Path:
			parts = append(parts, "instr("+f.path()+", "+f.arg(folded)+")")
		case query.Folder:
			parts = append(parts, f.folder(strings.Trim(folded, "/")))
		case query.Predicted:
			wanted[strings.ReplaceAll(folded, "_", " ")] = true
		case query.Split:
			if name, ok := splitNames[folded]; ok {
				wanted[name] = true
			}
			wanted[folded] = true
		default:
			wanted[folded] = true
		}
	}
	switch m.Key {
	case query.Label, query.Split:
		column := "f." + string(m.Key) + "_id"
		cond := "0"
		if ids := f.termIDs(func(t term) bool { return wanted[t.folded] }); ids != "" {
			cond = "ifnull(" + column + " IN (" + ids + "), 0)"
		}
		if wanted[""] {
			cond = "(" + cond + " OR " + column + " IS NULL)"
		}
		return cond
	case query.Predicted:
		ids := f.classIDs(func(name string) bool { return wanted[name] })
		if ids == "" {
			return "0"
		}
		return "ifnull(e.top1 IN (" + ids + "), 0)"
	}
	return join(parts, " OR ", "0")
}

// folder matches where a name, or several joined by slashes, are folders on
// the way to the file; "." stands for the root itself.
func (f *filter) folder(name string) string {
	if name == "" || name == "." {
		return "NOT instr(f.folded, '/')"
	}
	return "instr('/' || " + f.path() + ", " + f.arg("/"+name+"/") + ")"
}

func (f *filter) number(n query.Number) string {
	column := ""
	round := func(v float64) float64 { return v }
	single := func(v float64) float64 { return float64(float32(v)) } // as the column was rounded
	switch n.Key {
	case query.Size:
		column = "f.size"
	case query.Width, query.Height:
		column, f.content = "c."+string(n.Key), true
	case query.Confidence:
		column, f.encoding, round = "e.confidence", true, single
	case query.ScoreKey:
		column, f.content, round = "c."+n.Score, true, single // a name of query.Measures
	default:
		return "0"
	}
	in := n.Interval()
	var parts []string
	if !math.IsInf(in.Lo, -1) {
		parts = append(parts, column+pick(in.OpenLo, " > ", " >= ")+f.arg(round(in.Lo)))
	}
	if !math.IsInf(in.Hi, 1) {
		parts = append(parts, column+pick(in.OpenHi, " < ", " <= ")+f.arg(round(in.Hi)))
	}
	return "ifnull(" + strings.Join(parts, " AND ") + ", 0)"
}

func pick(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// date compares the wall clock of the camera, else the time of the file in the
// zone of the filter.
func (f *filter) date(d query.Date) string {
	f.content = true
	bounds := func(from, to int64) (lo, hi int64) {
		switch d.Op {
		case query.Less:
			return math.MinInt64, from
		case query.LessOrEqual:
			return math.MinInt64, to
		case query.Greater:
			return to, math.MaxInt64
		case query.GreaterOrEqual:
			return from, math.MaxInt64
		}
		return from, to
	}
	from, to := d.Span(time.UTC)
	takenLo, takenHi := bounds(from.Unix(), to.Unix())
	from, to = d.Span(f.zone)
	fileLo, fileHi := bounds(nanoseconds(from), nanoseconds(to))
	return fmt.Sprintf("CASE WHEN c.taken IS NULL THEN f.mtime >= %d AND f.mtime < %d ELSE c.taken >= %d AND c.taken < %d END",
		fileLo, fileHi, takenLo, takenHi)
}

// nanoseconds is UnixNano, which holds only from 1678 to 2262, without its
// overflow.
func nanoseconds(t time.Time) int64 {
	switch {
	case t.Year() < 1680:
		return math.MinInt64
	case t.Year() > 2260:
		return math.MaxInt64
	}
	return t.UnixNano()
}

// termIDs lists the labels and splits that a test accepts, "" for none.
func (f *filter) termIDs(accept func(term) bool) string {
	var ids []string
	for _, t := range f.terms {
		if accept(t) {
			ids = append(ids, strconv.FormatInt(t.id, 10))
		}
	}
	return strings.Join(ids, ",")
}

// classIDs lists the classes whose folded name a test accepts.
func (f *filter) classIDs(accept func(string) bool) string {
	var ids []string
	for i, name := range f.model.folded {
		if accept(name) {
			ids = append(ids, strconv.Itoa(i))
		}
	}
	if len(ids) > 0 {
		f.encoding = true
	}
	return strings.Join(ids, ",")
}
