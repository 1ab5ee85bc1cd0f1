package settings

import (
	"context"

	"kindred/views/kit"
)

// sizes are the limits of the cache that are offered, in bytes.
var sizes = []int64{500e6, 1e9, 2e9, 5e9, 10e9}

// limits offers how large the cache may grow. A limit that was set elsewhere is
// offered too.
func (v *View) limits() *kit.Select {
	all, at := sizes, -1
	now := v.p.App.CacheLimit()
	for i, size := range all {
		if size == now {
			at = i
		}
	}
	if at < 0 {
		all, at = append([]int64{now}, all...), 0
	}
	names := make([]string, len(all))
	for i, size := range all {
		names[i] = kit.Bytes(size)
	}
	return kit.NewSelect("At most", names, at, func(i int) {
		v.goes(func(ctx context.Context) func() {
			err := v.p.App.SetCacheLimit(ctx, all[i])
			return func() {
				if err != nil {
					v.cache.Set("The limit was not changed: " + err.Error())
					return
				}
				v.reload(false)
			}
		})
	}).Boxed()
}
