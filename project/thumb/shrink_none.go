//go:build !cgo || purejpeg

package thumb

import "kindred/embed"

// resized is Resize; memory is not used again.
func resized(p embed.Pixels, w, h int, _ *memory) embed.Pixels { return embed.Resize(p, w, h) }
