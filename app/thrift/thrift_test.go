package thrift

import "testing"

// TestPercent asserts how large the heap may grow: by 40 MB at least, so that
// small projects are not slowed down, and by an eighth where much is in use.
func TestPercent(t *testing.T) {
	const mb = 1 << 20
	for _, c := range []struct{ live, most uint64 }{
		{0, 50 * mb}, {16 * mb, 57 * mb}, {64 * mb, 105 * mb}, {400 * mb, 451 * mb}, {3000 * mb, 3376 * mb},
	} {
		p := uint64(percent(c.live))
		if top := c.live + max(c.live, 8*mb)*p/100; top > c.most || top < c.live+c.live/9 {
			t.Errorf("with %d MB in use the heap may grow to %d MB, wanted at most %d", c.live/mb, top/mb, c.most/mb)
		}
	}
}

func TestLook(t *testing.T) {
	const mb = 1 << 20
	var k keeper
	if set, release := k.look(200*mb, 0); set != 20 || release {
		t.Errorf("at first: set %d, release %v", set, release)
	}
	if set, _ := k.look(203*mb, 0); set != 0 {
		t.Errorf("a small change sets %d", set)
	}
	if set, _ := k.look(400*mb, 0); set != 12 {
		t.Errorf("a large change sets %d", set)
	}
	// Busy: what is free comes and goes, and is left to the program.
	for i := range 20 {
		free := uint64(200 * mb)
		if i%2 == 1 {
			free = 10 * mb
		}
		if _, release := k.look(400*mb, free); release {
			t.Fatalf("memory in use was given back at tick %d", i)
		}
	}
	released := 0
	for range 2 * rest {
		if _, release := k.look(400*mb, 200*mb); release {
			released++
		}
	}
	if released == 0 {
		t.Error("idle memory is kept")
	}
}
