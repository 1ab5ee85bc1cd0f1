package main

import "testing"

// What comes after the window began to close must not run: Fyne would run it on
// the goroutine that brings it.
func TestNothingIsDispatchedAfterTheEnd(t *testing.T) {
	trace, err := newTracer("", "")
	if err != nil {
		t.Fatal(err)
	}
	trace.end()
	trace.dispatch(func() { t.Error("it ran") })
	trace.close()
}
