// Package thrift keeps the memory of the program near what it has in use.
//
// By itself the collector lets as much garbage gather as is in use, and what
// was freed stays with the program for minutes. A project of 100,000 images has
// 0.3 GB in use while findings are computed, most of it numbers, which cost the
// collector nothing to look through: for those, an eighth of garbage is enough.
package thrift

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	// least is the garbage that may always gather: small projects are scanned
	// without a collection for every few pictures.
	least = 40 << 20
	// share is the part of what is in use that may gather as garbage.
	share = 8
	// tick is the time between two looks.
	tick = 500 * time.Millisecond
	// idle is how much freed memory may stay with the program; more is given
	// back when it was not used for rest ticks.
	idle = 48 << 20
	rest = 4
	// often is the number of ticks from one trim of the C libraries to the next.
	often = 20
)

// percent is the setting of the collector for so many bytes in use.
func percent(live uint64) int {
	garbage := max(least, live/share)
	return int(garbage * 100 / max(live, 8<<20))
}

// Keep watches over the heap until ctx ends.
func Keep(ctx context.Context) {
	samples := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/heap/free:bytes"}}
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	var k keeper
	few()
	for n := 1; ; n++ {
		metrics.Read(samples)
		set, release := k.look(samples[0].Value.Uint64(), samples[1].Value.Uint64())
		if set > 0 {
			debug.SetGCPercent(set)
		}
		if release {
			debug.FreeOSMemory()
		}
		if n%often == 0 {
			trim()
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// keeper remembers what was seen at the last ticks.
type keeper struct {
	set  int
	free uint64 // the least that was free since the count began
	held int    // ticks for which so much was free
}

// look says which percentage to set, 0 for no change, and whether to give what
// is free back to the system. Setting it stops the program for a moment, so
// small changes are passed over.
func (k *keeper) look(live, free uint64) (set int, release bool) {
	if want := percent(live); k.set == 0 || want > k.set+k.set/8 || want < k.set-k.set/8 {
		k.set, set = want, want
	}
	if free < idle {
		k.held, k.free = 0, 0
		return set, false
	}
	// What a collection has just freed is about to be used again: only what
	// stays free from tick to tick is idle.
	if k.held == 0 || free < k.free {
		k.free = free
	}
	if k.held++; k.held < rest {
		return set, false
	}
	k.held = 0
	return set, k.free >= idle
}
