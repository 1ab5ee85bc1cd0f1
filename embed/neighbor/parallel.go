package neighbor

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// parallel calls f for 0 to n-1 from one goroutine a core and waits for all.
// f must write to places of its own only, so that the result does not depend
// on the order.
func parallel(ctx context.Context, n int, f func(i int)) error {
	const step = 64
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n/step+1) {
		wait.Go(func() {
			for ctx.Err() == nil {
				lo := int(next.Add(step)) - step
				if lo >= n {
					return
				}
				for i := lo; i < min(lo+step, n); i++ {
					f(i)
				}
			}
		})
	}
	wait.Wait()
	return ctx.Err()
}
