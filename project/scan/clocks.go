package scan

import (
	"sync/atomic"
	"time"
)

// stage is a part of the work whose time is taken.
type stage int

const (
	stageTotal stage = iota
	stageWalk
	stageMatch
	stageEncoding
	stageRead
	stageDecode
	stageResize
	stageQuality
	stageThumbnail
	stageEncode
	stageStore
	stages
)

var stageNames = [stages]string{
	"total", "walk", "match", "encoding", "read", "decode", "resize", "quality", "thumbnail", "encode", "store",
}

// clocks adds up the time spent in each stage, by all goroutines.
type clocks [stages]atomic.Int64

// add counts the time since began.
func (c *clocks) add(s stage, began time.Time) { c[s].Add(int64(time.Since(began))) }

func (c *clocks) seconds() map[string]float64 {
	m := map[string]float64{}
	for s, name := range stageNames {
		m[name] = time.Duration(c[s].Load()).Seconds()
	}
	return m
}
