package heif

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	_ "unsafe" // for linkname

	_ "github.com/gen2brain/avif" // for its decoder
	_ "github.com/gen2brain/heic" // likewise
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"kindred/embed"
)

// The programs of the two packages. Their own functions run them in memory that
// moves whenever it grows, which took 0.8 GB for an AVIF of 12 megapixels, and
// without a limit. Here they run in memory that stays in place, 0.25 GB for the
// same picture, has a limit, and goes back to the system after each picture.
// The interface is in lib/heif.c and lib/decode.c of the packages.
var (
	//go:linkname heicProgram github.com/gen2brain/heic.heifWasm
	heicProgram []byte
	//go:linkname avifProgram github.com/gen2brain/avif.decodeWasm
	avifProgram []byte
)

// MaxPixels is the largest picture that is decoded.
const MaxPixels = 64_000_000

// memoryLimit is the most memory that a decoder gets, in bytes: for MaxPixels of
// AVIF it takes 1.3 GB.
const memoryLimit = 3 << 29

// room is how much memory a picture gets: twice what its size lets expect, so
// that a small picture cannot take what only a large one needs.
func (h Header) room() uint64 { return uint64(min(memoryLimit, 128<<20+2*h.Cost())) }

// Cost is about how much memory Decode takes for a picture, in bytes, without
// what it returns. Measured: 7 bytes a pixel for HEIC, 20 for AVIF of 8 bits a
// channel, whatever its content.
func (h Header) Cost() int64 {
	pixels := int64(h.Width) * int64(h.Height)
	if h.Codec == AV1 {
		return 24 * pixels
	}
	return 10 * pixels
}

// decoder is one of the two programs, made ready when it is first needed.
type decoder struct {
	program *[]byte
	once    sync.Once
	runtime wazero.Runtime
	module  wazero.CompiledModule
	err     error
}

// There is one of each in a process, and one picture at a time for both: their
// memory is limited one by one, and two of them use a machine no better.
var (
	hevc = decoder{program: &heicProgram}
	av1  = decoder{program: &avifProgram}
	turn = make(chan struct{}, 1)
)

var errFailed = errors.New("the picture data is missing or damaged")

// ErrUnsupported is for pictures that are whole but cannot be decoded here.
var ErrUnsupported = errors.New("a variant that cannot be read yet")

// Decode decodes the main picture, or the first frame, at 1/den of its size
// (rounded up), as the means of den x den blocks; transparency is laid over
// white. It waits until no other picture is being decoded, or ctx ends. Colours
// are as stored, see Header.ICC.
//
// After UseChild a process of its own decodes, which is killed when ctx ends or
// the picture takes too long (ErrSlow). Without it a picture that has begun is
// finished.
func Decode(ctx context.Context, data []byte, h Header, den int) (embed.Pixels, error) {
	select {
	case turn <- struct{}{}:
		defer func() { <-turn }()
	case <-ctx.Done():
		return embed.Pixels{}, ctx.Err()
	}
	if helper.program != "" {
		p, err := helper.decode(ctx, data, h, den)
		if !errors.Is(err, errNoChild) {
			return p, err
		}
	}
	return decodeHere(context.WithoutCancel(ctx), data, h, den)
}

// decodeHere decodes in this process.
func decodeHere(ctx context.Context, data []byte, h Header, den int) (embed.Pixels, error) {
	d := &hevc
	switch h.Codec {
	case AV1:
		d = &av1
	case HEVC:
	default:
		return embed.Pixels{}, fmt.Errorf("%w: pictures of the kind %q", ErrUnsupported, h.Codec)
	}
	d.once.Do(func() { d.err = d.prepare(ctx) })
	if d.err != nil {
		return embed.Pixels{}, fmt.Errorf("prepare decoder: %w", d.err)
	}
	m, err := d.runtime.InstantiateModule(experimental.WithMemoryAllocator(ctx, allocator(h.room())),
		d.module, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		return embed.Pixels{}, fmt.Errorf("start decoder: %w", err)
	}
	defer m.Close(ctx) // gives the memory back
	g := &guest{ctx: ctx, m: m}
	var p embed.Pixels
	if h.Codec == AV1 {
		p = g.avif(data, h, den)
	} else {
		p = g.heic(data, h, den)
	}
	return p, g.err
}

// prepare compiles the program: half a second, and 10 MB that stay.
func (d *decoder) prepare(ctx context.Context) error {
	z, err := gzip.NewReader(bytes.NewReader(*d.program))
	if err != nil {
		return err
	}
	program, err := io.ReadAll(z)
	if err != nil {
		return err
	}
	const page = 1 << 16
	// WithCloseOnContextDone would make it end with ctx, and take three times
	// as long: that is what the child is for.
	d.runtime = wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithMemoryLimitPages(memoryLimit/page))
	if _, err = wasi_snapshot_preview1.Instantiate(ctx, d.runtime); err != nil {
		return err
	}
	d.module, err = d.runtime.CompileModule(ctx, program)
	return err
}
