// Package job runs long work in the background: one job after the other, with
// progress, pause, resume and cancel.
package job

import "time"

// ID numbers the jobs of one Runner from 1.
type ID int

// State says where a job stands.
type State int

const (
	Waiting State = iota
	Running
	Paused
	Done
	Failed
	Cancelled
)

// Status is a snapshot of a job, for people.
type Status struct {
	ID          ID
	Name        string // "Embedding", "Finding duplicates"
	State       State
	Done, Total int           // Total is 0 while it is unknown
	Failures    int           // items that could not be done
	Rate        float64       // items a second, over the last seconds
	Elapsed     time.Duration // running time without pauses
	Left        time.Duration // estimate, 0 while unknown
	Err         error         // of a Failed job
}
