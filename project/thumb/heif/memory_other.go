//go:build !unix

package heif

import "github.com/tetratelabs/wazero/experimental"

// allocator leaves memory to wazero, which copies it when it grows.
func allocator(uint64) experimental.MemoryAllocator { return nil }
