//go:build !race

package heif

const raceDetector = false
