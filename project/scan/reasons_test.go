package scan

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"kindred/embed"
	"kindred/project"
	"kindred/project/thumb"
	"kindred/project/thumb/heif"
)

// A file on which the decoder finds no end, or breaks down, is a failed file
// with a reason, and the scan goes on.
func TestAFileThatHangsOrBreaksTheDecoder(t *testing.T) {
	s := newStore(t, folder(t, 12, 0))
	var n atomic.Int32
	r := scan(t, s, func(p *Params) {
		p.Decode = func(_ context.Context, data []byte, minShort int) (embed.Pixels, Content, error) {
			switch n.Add(1) {
			case 3:
				return embed.Pixels{}, Content{}, fmt.Errorf("%w: AVIF: %w", project.ErrSlow, heif.ErrSlow)
			case 7:
				return embed.Pixels{}, Content{}, fmt.Errorf("%w: HEIC: %w", project.ErrTruncated, heif.ErrDied)
			}
			px, info, err := thumb.Decode(data, minShort)
			return px, Content{Width: info.Width, Height: info.Height, Format: info.Format, Frames: info.Frames}, err
		}
	})
	expect(t, r, 10, 0, 0, 0, 0, 2)
	var reasons []string
	for _, f := range r.Failed {
		reasons = append(reasons, f.Reason)
	}
	all := strings.Join(reasons, "\n")
	for _, want := range []string{"takes too long to decode: AVIF", "truncated or damaged: HEIC: the decoder broke down"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in %q", want, reasons)
		}
	}
}
