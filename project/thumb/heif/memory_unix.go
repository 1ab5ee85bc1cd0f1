//go:build unix

package heif

import (
	"golang.org/x/sys/unix"

	"github.com/tetratelabs/wazero/experimental"
)

// allocator reserves addresses for all that a program may ask for, of which
// the system fills what is written to. So memory grows without being copied,
// and goes back at once.
func allocator(limit uint64) experimental.MemoryAllocator {
	return experimental.MemoryAllocatorFunc(func(_, most uint64) experimental.LinearMemory {
		b, err := unix.Mmap(-1, 0, int(min(most, limit)), unix.PROT_READ|unix.PROT_WRITE,
			unix.MAP_ANON|unix.MAP_PRIVATE|unix.MAP_NORESERVE)
		if err != nil {
			panic("no memory for the decoder: " + err.Error()) // ends this picture, see thumb.Decode
		}
		return &memory{b}
	})
}

// memory is never larger than was reserved; more is refused with nil.
type memory struct{ reserved []byte }

func (m *memory) Reallocate(size uint64) []byte {
	if size > uint64(len(m.reserved)) {
		return nil
	}
	return m.reserved[:size]
}

func (m *memory) Free() {
	if m.reserved != nil {
		_ = unix.Munmap(m.reserved)
		m.reserved = nil
	}
}
