package feed

import (
	"fmt"
	"testing"

	"kindred/views/look"
)

func TestALabelKeepsItsHueWhenOthersCome(t *testing.T) {
	had := Hues([]string{"dog", "cat", "bird"}, nil)
	seen := map[int]bool{}
	for _, name := range []string{"dog", "cat", "bird"} {
		if h := had[name]; h < 1 || h > look.Hues || seen[h] {
			t.Errorf("%s has hue %d: %v", name, h, had)
		}
		seen[had[name]] = true
	}
	// More frequent ones come.
	names := []string{"wolf", "bird", "whale", "dog", "cat"}
	now := Hues(names, had)
	for name, h := range had {
		if now[name] != h {
			t.Errorf("%s had hue %d, has %d", name, h, now[name])
		}
	}
	// In the next session the order of the counts does not matter.
	again := Hues([]string{"cat", "dog", "bird", "whale", "wolf"}, nil)
	other := Hues(names, nil)
	for _, name := range names {
		if again[name] != other[name] {
			t.Errorf("%s: hue %d or %d, by the order of the counts", name, again[name], other[name])
		}
	}
	var many []string
	for i := range 20 {
		many = append(many, fmt.Sprint("label", i))
	}
	all := Hues(many, nil)
	if len(all) != look.Hues || all["label0"] == 0 || all["label11"] == 0 || all["label12"] != 0 {
		t.Errorf("hues of twenty: %v", all)
	}
}
