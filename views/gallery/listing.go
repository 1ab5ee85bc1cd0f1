package gallery

import (
	"context"
	"slices"
	"strings"

	"kindred/project"
	"kindred/views"
	"kindred/views/feed"
)

// similarCount is how many nearest images "Find similar" lists.
const similarCount = 200

// scope narrows the list down to something other than the filter; it is shown
// as a token that can be removed. The zero scope is all images.
type scope struct {
	title string           // "like IMG_2041.JPG", "cluster: dogs, grass"
	like  project.FileID   // the images nearest to this one
	ids   []project.FileID // or exactly these
	root  project.RootID   // or those of one folder
}

// ordered says that the scope has an order of its own.
func (s scope) ordered() bool { return s.like != 0 || s.ids != nil }

// order names the order of the scope in the sort menu.
func (s scope) order() string {
	if s.like != 0 {
		return "Most similar"
	}
	return "As given"
}

// given is the sort key for the scope's own order.
const given project.SortKey = ""

// sorts are the orders of the sort menu.
var sorts = []struct {
	key  project.SortKey
	name string
}{
	{project.SortName, "Name"},
	{project.SortDate, "Date"},
	{project.SortSize, "Size"},
	{project.SortPixels, "Pixels"},
	{project.SortLabel, "Label"},
	{project.SortPrediction, "Prediction"},
	{project.SortConfidence, "Least certain"},
	{project.SortSharpness, "Least sharp"},
	{project.SortAdded, "Added"},
}

// listing is what the gallery asks the project for.
type listing struct {
	scope   scope
	filter  string
	sort    project.SortKey
	reverse bool
}

// answer is a list with the number of all images.
type answer struct {
	list  *feed.List
	total int
}

// ask answers a listing. When the files are those of old, old is returned.
func (l listing) ask(ctx context.Context, p views.Project, old *feed.List) (answer, error) {
	counts, err := p.Counts(ctx)
	if err != nil {
		return answer{}, err
	}
	sort := l.sort
	if sort == given {
		sort = project.SortName
	}
	var ids []project.FileID
	own := l.scope.ordered()
	if !own || l.filter != "" || l.sort != given {
		ids, err = p.List(ctx, project.Query{Filter: l.filter, Sort: sort, Reverse: l.reverse, Root: l.scope.root})
		if err != nil {
			return answer{}, err
		}
	}
	if own {
		inside, err := l.scope.files(ctx, p)
		if err != nil {
			return answer{}, err
		}
		switch {
		case l.sort != given:
			ids = common(ids, inside)
		case l.filter != "":
			ids = common(inside, ids)
		default:
			ids = inside
		}
		if l.sort == given && l.reverse {
			ids = slices.Clone(ids)
			slices.Reverse(ids)
		}
	}
	a := answer{list: old, total: counts.Images}
	if !slices.Equal(ids, old.IDs()) {
		a.list = feed.NewList(ids)
	}
	return a, ctx.Err()
}

// files are those of a scope in its own order.
func (s scope) files(ctx context.Context, p views.Project) ([]project.FileID, error) {
	if s.like == 0 {
		return s.ids, nil
	}
	near, err := p.Similar(ctx, s.like, similarCount)
	if err != nil {
		return nil, err
	}
	ids := make([]project.FileID, 0, len(near)+1)
	ids = append(ids, s.like)
	for _, n := range near {
		ids = append(ids, n.ID)
	}
	return ids, nil
}

// common returns the files of a that are in b too, in the order of a.
func common(a, b []project.FileID) []project.FileID {
	var in idSet
	for _, id := range b {
		in.add(id)
	}
	var out []project.FileID
	for _, id := range a {
		if in.has(id) {
			out = append(out, id)
		}
	}
	return out
}

// withoutLastTerm takes the last term off a filter; quotes and brackets hold a
// term together, and an operator before it goes too.
func withoutLastTerm(filter string) string {
	filter = strings.TrimSpace(filter)
	start, quoted, depth := 0, false, 0
	for i, c := range filter {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ' ' && depth <= 0:
			start = i
		}
	}
	rest := strings.TrimSpace(filter[:start])
	for _, op := range []string{"AND", "OR", "NOT", "-"} {
		if rest == op || strings.HasSuffix(rest, " "+op) {
			return strings.TrimSpace(strings.TrimSuffix(rest, op))
		}
	}
	return rest
}
