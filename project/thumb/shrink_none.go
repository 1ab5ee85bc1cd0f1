//go:build !cgo || purejpeg

package thumb

import "kindred/embed"

// Resize is embed.Resize; where C is at hand it is quicker.
func Resize(p embed.Pixels, w, h int) embed.Pixels { return embed.Resize(p, w, h) }
