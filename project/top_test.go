package project

import (
	"reflect"
	"testing"
)

func TestTopIsBestFirst(t *testing.T) {
	classes := []string{"a", "b", "c", "d"}
	for _, c := range []struct {
		probs []float32
		n     int
		want  []Prediction
	}{
		{[]float32{.1, .4, .3, .2}, 2, []Prediction{{"b", .4}, {"c", .3}}},
		{[]float32{.25, .25, .25, .25}, 3, []Prediction{{"a", .25}, {"b", .25}, {"c", .25}}},
		{[]float32{.1, .2, .3, .4}, 9, []Prediction{{"d", .4}, {"c", .3}, {"b", .2}, {"a", .1}}},
		{nil, 5, []Prediction{}},
	} {
		if got := Top(c.probs, classes, c.n); !reflect.DeepEqual(got, c.want) {
			t.Errorf("Top(%v, %d) = %v, wanted %v", c.probs, c.n, got, c.want)
		}
	}
}
