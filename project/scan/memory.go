package scan

import (
	"context"
	"runtime/debug"
)

// decodeRoom is how much memory the pictures that are being decoded may take
// together, in bytes, as their headers let expect. One that needs more gets in
// when no other is there. With it and the rest of the program, pictures of up
// to 25 megapixels are read within 500 MB.
const decodeRoom = 192 << 20

// heavy is the cost from which memory goes back to the system before the next
// picture is let in. The collector by itself lets as much garbage gather as is
// in use, which for one such picture would double what the program takes.
const heavy = 48 << 20

// enter waits until there is room for a picture that takes cost bytes; leave
// gives it back when nothing holds the picture any more.
func (p *pipeline) enter(ctx context.Context, cost int64) (leave func(), err error) {
	weight := max(1, min(cost, decodeRoom))
	if err := p.room.Acquire(ctx, weight); err != nil {
		return nil, err
	}
	return func() {
		if cost >= heavy {
			debug.FreeOSMemory()
		}
		p.room.Release(weight)
	}, nil
}
