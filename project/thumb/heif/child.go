package heif

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"time"

	"kindred/embed"
)

// ChildArg is the argument with which the program is started to decode for
// another one; it calls Serve then.
const ChildArg = "-decode-for-parent"

const (
	// timeLimit is the longest that a picture may take, and pixelTime what it
	// may take besides for each pixel: machines are slow and busy.
	timeLimit = time.Minute
	pixelTime = 2 * time.Microsecond
	// idleLimit is how long a child is kept for the next picture: to start one
	// takes a second.
	idleLimit = 20 * time.Second
	// largest bounds what is believed of a length that the other side tells.
	largest = 4 << 30
)

// ErrSlow is for pictures on which the decoder was stopped, and ErrDied for
// those that ended it.
var (
	ErrSlow = errors.New("the decoder was stopped, it found no end")
	ErrDied = errors.New("the decoder broke down")

	errNoChild = errors.New("no other process could be started")
)

// helper decodes for this process; held under turn.
var helper child

// UseChild makes Decode start a program for its work, to which Serve answers. It
// is called before the first Decode.
func UseChild(program string, arg ...string) {
	helper = child{program: program, arg: arg, limit: timeLimit}
}

// child is another process that decodes. A picture can then be given up at any
// time, and what it takes, or breaks, is not this process's.
type child struct {
	program string
	arg     []string
	limit   time.Duration

	cmd  *exec.Cmd // nil when none runs
	in   io.WriteCloser
	out  *bufio.Reader
	idle *time.Timer
}

func (c *child) start() error {
	cmd := exec.Command(c.program, c.arg...)
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	c.cmd, c.in, c.out = cmd, in, bufio.NewReaderSize(out, 1<<16)
	return nil
}

// end stops the child, whatever it does, and waits until it is gone.
func (c *child) end() {
	if c.cmd == nil {
		return
	}
	_ = c.in.Close()
	_ = c.cmd.Process.Kill()
	_ = c.cmd.Wait()
	c.cmd = nil
}

// decode has a picture decoded. turn is held.
func (c *child) decode(ctx context.Context, data []byte, h Header, den int) (embed.Pixels, error) {
	if c.idle != nil {
		c.idle.Stop()
	}
	if c.cmd == nil {
		if err := c.start(); err != nil {
			return embed.Pixels{}, fmt.Errorf("%w: %w", errNoChild, err)
		}
	}
	type answer struct {
		p   embed.Pixels
		err error
	}
	done := make(chan answer, 1)
	go func() {
		p, err := ask(c.in, c.out, data, h, den)
		done <- answer{p, err}
	}()
	limit := time.NewTimer(c.limit + time.Duration(h.Width)*time.Duration(h.Height)*pixelTime)
	defer limit.Stop()
	var a answer
	var early error
	select {
	case a = <-done:
	case <-ctx.Done():
		early = ctx.Err()
	case <-limit.C:
		early = ErrSlow
	}
	if early != nil {
		_ = c.cmd.Process.Kill()
		<-done // its pipes are closed by that
		c.end()
		return embed.Pixels{}, early
	}
	if errors.Is(a.err, ErrDied) {
		c.end()
		return a.p, a.err
	}
	c.idle = time.AfterFunc(idleLimit, func() {
		select {
		case turn <- struct{}{}:
			c.end()
			<-turn
		default: // it is at work
		}
	})
	return a.p, a.err
}

// The answer begins with a byte that says what follows.
const (
	answerPixels = iota // width and height (uint32), then the pixels
	answerFailed
	answerUnsupported // the length of the words (uint32), then the words
)

// ask sends one picture and reads the answer: lengths are 8 bytes, numbers 4,
// little endian.
func ask(w io.Writer, r io.Reader, data []byte, h Header, den int) (embed.Pixels, error) {
	head := binary.LittleEndian.AppendUint64(nil, uint64(len(data)))
	head = binary.LittleEndian.AppendUint32(head, uint32(den))
	died := func(err error) (embed.Pixels, error) {
		return embed.Pixels{}, fmt.Errorf("%w (%w)", ErrDied, err)
	}
	for _, part := range [][]byte{head, data} {
		if _, err := w.Write(part); err != nil {
			return died(err)
		}
	}
	var kind [1]byte
	if _, err := io.ReadFull(r, kind[:]); err != nil {
		return died(err)
	}
	switch kind[0] {
	case answerFailed:
		return embed.Pixels{}, errFailed
	case answerUnsupported:
		var n uint32
		if err := binary.Read(r, binary.LittleEndian, &n); err != nil || n > 1<<12 {
			return died(err)
		}
		words := make([]byte, n)
		if _, err := io.ReadFull(r, words); err != nil {
			return died(err)
		}
		return embed.Pixels{}, fmt.Errorf("%w: %s", ErrUnsupported, words)
	}
	var size [2]uint32
	if err := binary.Read(r, binary.LittleEndian, &size); err != nil {
		return died(err)
	}
	if want := [2]uint32{uint32((h.Width + den - 1) / den), uint32((h.Height + den - 1) / den)}; size != want {
		return died(fmt.Errorf("it sent %d x %d pixels for %d x %d", size[0], size[1], want[0], want[1]))
	}
	p := embed.NewPixels(int(size[0]), int(size[1]))
	if _, err := io.ReadFull(r, p.Pix); err != nil {
		return died(err)
	}
	return p, nil
}

// Serve answers what ask sends until in ends, which ends this process too,
// also in the midst of a picture: so it never outlives the one it works for.
func Serve(ctx context.Context, in io.Reader, out io.Writer, exit func(code int)) error {
	yield()
	type request struct {
		data []byte
		den  int
	}
	requests := make(chan request)
	go func() {
		for {
			var head [12]byte
			if _, err := io.ReadFull(in, head[:]); err != nil {
				exit(0)
				return
			}
			n := binary.LittleEndian.Uint64(head[:])
			if n > largest {
				exit(1)
				return
			}
			data := make([]byte, n)
			if _, err := io.ReadFull(in, data); err != nil {
				exit(1)
				return
			}
			select {
			case requests <- request{data, int(binary.LittleEndian.Uint32(head[8:]))}:
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		select {
		case r := <-requests:
			if err := reply(ctx, out, r.data, r.den); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func reply(ctx context.Context, out io.Writer, data []byte, den int) error {
	var p embed.Pixels
	h, ok := Parse(data)
	err := errFailed
	if ok && den > 0 && int64(h.Width)*int64(h.Height) <= MaxPixels {
		p, err = decodeHere(ctx, data, h, den)
	}
	if err != nil {
		head := []byte{answerFailed}
		if errors.Is(err, ErrUnsupported) {
			words := []byte(err.Error())[len(ErrUnsupported.Error()):]
			words = words[min(2, len(words)):] // ": "
			words = words[:min(len(words), 1<<12)]
			head = binary.LittleEndian.AppendUint32([]byte{answerUnsupported}, uint32(len(words)))
			head = append(head, words...)
		}
		_, err = out.Write(head)
		return err
	}
	head := binary.LittleEndian.AppendUint32([]byte{answerPixels}, uint32(p.W))
	head = binary.LittleEndian.AppendUint32(head, uint32(p.H))
	if _, err := out.Write(head); err != nil {
		return err
	}
	_, err = out.Write(p.Pix)
	return err
}
