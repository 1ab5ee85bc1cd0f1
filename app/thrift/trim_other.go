//go:build !linux || !cgo

package thrift

func few()  {}
func trim() {}
