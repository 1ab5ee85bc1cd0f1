package review

import (
	"cmp"
	"slices"

	"kindred/project"
	"kindred/views/feed"
	"kindred/views/kit"
)

// mixed is a pair of labels that is mixed up: images of Given that look like
// Like.
type mixed struct {
	Given, Like string
	Count       int
}

// suspects is what the label check lists, made ready off the main goroutine.
type suspects struct {
	list   *feed.List
	ranked []project.Mislabel // list.At(i) is ranked[i]
	pairs  []mixed            // of all from the threshold on, the most frequent first
	all    int                // from the threshold on, whatever the pair
	below  int                // a little below the threshold, when there is none above
}

// suspect lists the images from a threshold on; a pair that is not empty
// leaves in only those of it.
func suspect(all []project.Mislabel, at float32, only mixed) suspects {
	s := suspects{}
	count := map[mixed]int{}
	for _, m := range all {
		if m.Suggested == m.Label {
			continue
		}
		if m.Score < at {
			if m.Score >= at-lowerBy {
				s.below++
			}
			continue
		}
		s.all++
		pair := mixed{Given: m.Label, Like: m.Suggested}
		count[pair]++
		if only.Given == "" || pair.Given == only.Given && pair.Like == only.Like {
			s.ranked = append(s.ranked, m)
		}
	}
	slices.SortStableFunc(s.ranked, func(a, b project.Mislabel) int { return cmp.Compare(b.Score, a.Score) })
	ids := make([]project.FileID, len(s.ranked))
	for i, m := range s.ranked {
		ids[i] = m.ID
	}
	s.list = feed.NewList(ids)
	for pair, n := range count {
		pair.Count = n
		s.pairs = append(s.pairs, pair)
	}
	slices.SortFunc(s.pairs, func(a, b mixed) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Given, b.Given), cmp.Compare(a.Like, b.Like))
	})
	return s
}

// at is the suspect of a file.
func (s suspects) of(id project.FileID) (project.Mislabel, bool) {
	if s.list == nil {
		return project.Mislabel{}, false
	}
	if i := s.list.Find(id); i >= 0 {
		return s.ranked[i], true
	}
	return project.Mislabel{}, false
}

// evidence is the sentence of why a label may be wrong: the check's own, else
// how many of the nearest images have the suggested label.
func evidence(m project.Mislabel, near []project.Image) string {
	if m.Why != "" {
		s := capital(m.Why)
		if last := s[len(s)-1]; last != '.' {
			s += "."
		}
		return s
	}
	if len(near) == 0 {
		return ""
	}
	agree := 0
	for _, n := range near {
		if n.Label == m.Suggested {
			agree++
		}
	}
	return kit.Count(agree) + " of " + kit.Plural(len(near), "nearest image", "nearest images") + " " + isAre(agree) + " labelled " + m.Suggested + "."
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
