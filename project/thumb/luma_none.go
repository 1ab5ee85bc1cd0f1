//go:build !cgo || purejpeg

package thumb

import (
	"kindred/embed"
	"kindred/embed/quality"
)

// measure is quality.Measure; memory is not used again.
func measure(p embed.Pixels, _ *memory) quality.Measures { return quality.Measure(p) }
