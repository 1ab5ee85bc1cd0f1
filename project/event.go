package project

// Event says what of an open project changed. Bursts are joined: an event
// means "at least once since the last".
type Event int

const (
	FilesChanged    Event = iota // images appeared, were read, moved or lost
	FindingsChanged              // clusters, duplicates or neighbours are new
	JobsChanged                  // progress, at most ten times a second
	RootsChanged
)
