package project

import (
	"errors"
	"fmt"
	"testing"
)

func TestReasonNamesTheCauseOnly(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{ErrEmpty, "empty file"},
		{fmt.Errorf("decode %q: %w", "a.jpg", ErrTruncated), "truncated or damaged"},
		{fmt.Errorf("decode %q: %w", "a.jpg", fmt.Errorf("%w: broken at byte 8192", ErrTruncated)), "truncated or damaged: broken at byte 8192"},
		{fmt.Errorf("read: %w", errors.New("input/output error")), "input/output error"},
		{nil, ""},
	} {
		if got := Reason(c.err); got != c.want {
			t.Errorf("Reason(%v) = %q, wanted %q", c.err, got, c.want)
		}
	}
}
