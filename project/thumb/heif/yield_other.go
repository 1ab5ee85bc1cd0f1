//go:build !linux

package heif

// yield is for Linux.
func yield() {}
