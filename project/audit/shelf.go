package audit

import (
	"sync"

	"kindred/embed/align"
)

// shelfPictures bounds the prepared pictures in memory: at 48 KB each about 200
// MB. Up to so many images every one is prepared once. Where there are so many
// that memory is wanted for other things, half as many are held.
const (
	shelfPictures = 4000
	shelfMany     = 20000
)

// shelfFor is how many pictures to hold for n images.
func shelfFor(n int) int {
	if n > shelfMany {
		return shelfPictures / 2
	}
	return shelfPictures
}

// shelf keeps prepared pictures, the ones that were not asked for longest
// leaving first. It is safe for concurrent use; two goroutines may prepare the
// same picture at once, which costs time only.
type shelf struct {
	mu    sync.Mutex // protects the fields below
	limit int
	held  map[int]*slot
	ring  []*slot
	hand  int
}

type slot struct {
	key  int
	p    *align.Picture // nil when there is none
	used bool           // asked for since the hand passed (the clock algorithm)
}

func newShelf(limit int) *shelf { return &shelf{limit: limit, held: map[int]*slot{}} }

func (s *shelf) get(key int, make func() (*align.Picture, error)) (*align.Picture, error) {
	s.mu.Lock()
	if at, ok := s.held[key]; ok {
		at.used = true
		s.mu.Unlock()
		return at.p, nil
	}
	s.mu.Unlock()
	p, err := make()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.held[key]; ok {
		return p, nil
	}
	fresh := &slot{key: key, p: p}
	s.held[key] = fresh
	if len(s.ring) < s.limit {
		s.ring = append(s.ring, fresh)
		return p, nil
	}
	for s.ring[s.hand].used {
		s.ring[s.hand].used = false
		s.hand = (s.hand + 1) % len(s.ring)
	}
	delete(s.held, s.ring[s.hand].key)
	s.ring[s.hand] = fresh
	s.hand = (s.hand + 1) % len(s.ring)
	return p, nil
}
