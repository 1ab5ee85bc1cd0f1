package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"kindred/embed"
	"kindred/project"
	"kindred/project/query"
)

// order says how a SortKey is read: which column it compares, and which end
// comes first. Files are read in the order of their shown paths, which the
// index has, and sorted here by key alone, keeping that order among equals.
type order struct {
	column            string // "" for the path itself
	content, encoding bool   // the column needs these tables
	falling           bool
	names             bool // the column holds ids of terms, compared by name
	classes           bool // the column holds classes, compared by name, then by falling confidence
}

var orders = map[project.SortKey]order{
	"":                     {},
	project.SortName:       {},
	project.SortDate:       {column: "ifnull(c.taken * 1000000000, f.mtime)", content: true, falling: true},
	project.SortSize:       {column: "f.size", falling: true},
	project.SortPixels:     {column: "c.width * c.height", content: true, falling: true},
	project.SortLabel:      {column: "f.label_id", names: true},
	project.SortPrediction: {column: "e.top1", encoding: true, classes: true},
	project.SortConfidence: {column: "e.confidence", encoding: true},
	project.SortSharpness:  {column: "c.sharpness", content: true},
	project.SortAdded:      {column: "f.id"},
}

// List returns the ids that answer a query, in order. Equal keys are ordered
// by shown path; Reverse turns the key round, not that. Files without the key
// come last either way. A filter that cannot be read is a *query.Error.
func (s *Store) List(ctx context.Context, model embed.ModelID, q project.Query) ([]project.FileID, error) {
	node, err := query.Parse(q.Filter)
	if err != nil {
		return nil, err // already says what and where
	}
	ids, err := s.list(ctx, model, q, node)
	return ids, fail("list images of", s.path, err)
}

func (s *Store) list(ctx context.Context, model embed.ModelID, q project.Query, node query.Node) ([]project.FileID, error) {
	o, ok := orders[q.Sort]
	if !ok {
		return nil, fmt.Errorf("unknown order %q", q.Sort)
	}
	m, err := s.model(ctx, model)
	if err != nil {
		return nil, err
	}
	places, err := s.places(ctx)
	if err != nil {
		return nil, err
	}
	names, err := s.allTerms(ctx)
	if err != nil {
		return nil, err
	}
	if !q.Missing && !query.Has(node, query.Missing) {
		node = query.And{X: []query.Node{query.Not{X: query.Missing}, node}}
	}
	l := listing{order: o, reverse: q.Reverse}
	if l.column == "" && l.reverse {
		slices.Reverse(places)
	}
	for _, p := range places {
		if q.Root != 0 && p.id != q.Root {
			continue
		}
		f := &filter{prefix: fold(p.prefix), terms: names, model: m, zone: time.Local}
		text := l.sql(f, node, m, p.id)
		if err := l.read(ctx, s.readers, text, f.args); err != nil {
			return nil, err
		}
	}
	return l.sorted(names, m), nil
}

func (s *Store) allTerms(ctx context.Context) ([]term, error) {
	var all []term
	err := s.read.query(ctx, "terms", func(r *sql.Rows) error {
		var t term
		if err := r.Scan(&t.id, &t.name, &t.folded); err != nil {
			return err
		}
		all = append(all, t)
		return nil
	})
	return all, err
}

// listing collects ids and keys of one List.
type listing struct {
	order
	reverse bool

	ids  []project.FileID
	keys []key
}

type key struct {
	id     project.FileID
	place  int     // in the order of paths
	value  float64 // of the column, +Inf when the file has none; turned so that the least comes first
	second float64 // the largest first
}

// sql puts the statement for one root together; its arguments are f's.
func (l *listing) sql(f *filter, node query.Node, m *Model, root project.RootID) string {
	cond := f.where(node)
	var b strings.Builder
	b.WriteString("SELECT f.id")
	if l.column != "" {
		b.WriteString(", " + l.column)
	}
	if l.classes {
		b.WriteString(", e.confidence")
	}
	b.WriteString(" FROM file f INDEXED BY sqlite_autoindex_file_1")
	if l.content || f.content {
		b.WriteString(" LEFT JOIN content c ON c.id = f.content_id")
	}
	if l.encoding || f.encoding {
		fmt.Fprintf(&b, " LEFT JOIN encoding e ON e.id = f.content_id + %d", m.base())
	}
	fmt.Fprintf(&b, " WHERE f.root_id = %d AND %s", root, cond)
	if l.column == "" && l.reverse {
		b.WriteString(" ORDER BY f.path DESC, f.raw DESC")
	} else {
		b.WriteString(" ORDER BY f.path, f.raw")
	}
	return b.String()
}

func (l *listing) read(ctx context.Context, db *sql.DB, text string, args []any) error {
	rows, err := db.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var id int64
	var value, second any // a sql.NullFloat64 would go by way of a string
	dest := []any{&id, &value, &second}
	switch {
	case l.column == "":
		dest = dest[:1]
	case !l.classes:
		dest = dest[:2]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		if l.column == "" {
			l.ids = append(l.ids, project.FileID(id))
			continue
		}
		l.keys = append(l.keys, key{project.FileID(id), len(l.keys), number(value), number(second)})
	}
	return rows.Err()
}

// number is a column's value, +Inf for NULL.
func number(v any) float64 {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	}
	return math.Inf(1)
}

// sorted returns the ids in the order asked for.
func (l *listing) sorted(names []term, m *Model) []project.FileID {
	if l.column == "" {
		return l.ids
	}
	switch {
	case l.names:
		l.rank(termRanks(names))
	case l.classes:
		l.rank(classRanks(m))
	}
	if l.falling != l.reverse {
		for i, k := range l.keys {
			if !math.IsInf(k.value, 1) {
				l.keys[i].value = -k.value
			}
		}
	}
	slices.SortFunc(l.keys, func(a, b key) int {
		switch {
		case a.value < b.value:
			return -1
		case a.value > b.value:
			return 1
		case a.second != b.second:
			return cmp.Compare(b.second, a.second)
		}
		return a.place - b.place
	})
	ids := make([]project.FileID, len(l.keys))
	for i, k := range l.keys {
		ids[i] = k.id
	}
	return ids
}

// rank replaces ids of names by their places in alphabetical order.
func (l *listing) rank(ranks map[float64]float64) {
	for i, k := range l.keys {
		if r, ok := ranks[k.value]; ok {
			l.keys[i].value = r
		}
	}
}

func termRanks(names []term) map[float64]float64 {
	sorted := slices.SortedFunc(slices.Values(names), func(a, b term) int { return cmp.Compare(a.name, b.name) })
	ranks := make(map[float64]float64, len(sorted))
	for i, t := range sorted {
		ranks[float64(t.id)] = float64(i)
	}
	return ranks
}

func classRanks(m *Model) map[float64]float64 {
	index := make([]int, len(m.Classes))
	for i := range index {
		index[i] = i
	}
	slices.SortStableFunc(index, func(a, b int) int { return cmp.Compare(m.Classes[a], m.Classes[b]) })
	ranks := make(map[float64]float64, len(index))
	for place, i := range index {
		ranks[float64(i)] = float64(place)
	}
	return ranks
}
