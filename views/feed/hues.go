package feed

import (
	"hash/fnv"
	"slices"

	"kindred/views/look"
)

// Hues gives labels, the most frequent first, their numbers of a hue; those
// beyond the last hue have none. A label wants the hue that its name says, so
// that it looks the same whatever other labels there are. Where two want the
// same one, that with the earlier name gets it, and the other the next free.
// What a label has already, it keeps.
func Hues(names []string, had map[string]int) map[string]int {
	of := map[string]int{}
	var taken [look.Hues]bool
	take := func(name string, at int) {
		of[name] = at + 1
		taken[at] = true
	}
	var fresh []string
	for _, name := range names {
		if at := had[name]; at > 0 && len(of) < look.Hues {
			take(name, at-1)
		}
	}
	for _, name := range names {
		if of[name] == 0 && len(of)+len(fresh) < look.Hues {
			fresh = append(fresh, name)
		}
	}
	slices.Sort(fresh)
	for _, wanted := range []bool{true, false} { // first those that get what they want
		for _, name := range fresh {
			at := wish(name)
			if of[name] != 0 || wanted && taken[at] {
				continue
			}
			for taken[at] {
				at = (at + 1) % look.Hues
			}
			take(name, at)
		}
	}
	return of
}

func wish(name string) int {
	h := fnv.New32a()
	h.Write([]byte(name))
	return int(h.Sum32() % look.Hues)
}
