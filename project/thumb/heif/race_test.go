//go:build race

package heif

// raceDetector: the decoders take ten times as long to be made ready.
const raceDetector = true
