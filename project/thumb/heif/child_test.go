package heif

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain makes this test the program that decodes for another one: soundly,
// or like a decoder that a file hangs or breaks.
func TestMain(m *testing.M) {
	if len(os.Args) < 2 || os.Args[1] != ChildArg {
		os.Exit(m.Run())
	}
	switch mode := os.Getenv("KINDRED_TEST_CHILD"); mode {
	case "hang", "die", "babble":
		var head [12]byte
		_, _ = io.ReadFull(os.Stdin, head[:])
		_, _ = io.CopyN(io.Discard, os.Stdin, int64(binary.LittleEndian.Uint64(head[:])))
		switch mode {
		case "die":
			if self, err := os.FindProcess(os.Getpid()); err == nil {
				_ = self.Kill()
			}
		case "babble":
			_, _ = os.Stdout.Write(bytes.Repeat([]byte{0}, 9))
		}
		time.Sleep(time.Hour)
	}
	_ = Serve(context.Background(), os.Stdin, os.Stdout, os.Exit)
	os.Exit(1)
}

func newChild(t *testing.T, mode string) *child {
	t.Helper()
	t.Setenv("KINDRED_TEST_CHILD", mode)
	c := &child{program: os.Args[0], arg: []string{ChildArg}, limit: 10 * time.Minute}
	turn <- struct{}{} // as Decode holds it
	t.Cleanup(func() {
		if c.idle != nil {
			c.idle.Stop()
		}
		c.end()
		<-turn
	})
	return c
}

func TestChildDecodesAsThisProcess(t *testing.T) {
	c := newChild(t, "")
	names := []string{"plain.heic", "odd.heic"}
	if !raceDetector {
		names = append(names, "plain.avif")
	}
	for range 2 { // the second round finds it running
		for _, name := range names {
			for _, den := range []int{1, 2} {
				data := read(t, name)
				h, _ := Parse(data)
				want, err := decodeHere(t.Context(), data, h, den)
				if err != nil {
					t.Fatal(name, err)
				}
				got, err := c.decode(t.Context(), data, h, den)
				if err != nil || got.W != want.W || !bytes.Equal(got.Pix, want.Pix) {
					t.Errorf("%s at 1/%d: %d x %d, %v", name, den, got.W, got.H, err)
				}
			}
		}
		data := read(t, "deep444.heic")
		h, _ := Parse(data)
		if _, err := c.decode(t.Context(), data, h, 1); !errors.Is(err, ErrUnsupported) || strings.Count(err.Error(), "variant") != 1 || !strings.Contains(err.Error(), "10 bits") {
			t.Errorf("a variant that cannot be read: %v", err)
		}
		data = read(t, "plain.heic")
		h, _ = Parse(data)
		if _, err := c.decode(t.Context(), data[:len(data)-300], h, 1); !errors.Is(err, errFailed) {
			t.Errorf("a damaged picture: %v", err)
		}
	}
	process := c.cmd.Process
	c.end()
	if err := process.Signal(syscall.Signal(0)); err == nil {
		t.Error("the child is still there")
	}
}

// A picture that is given up ends within a second, and the next one finds a
// good decoder again.
func TestChildEndsWithItsPicture(t *testing.T) {
	data := read(t, "plain.heic")
	h, _ := Parse(data)
	c := newChild(t, "hang")
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	began := time.Now()
	if _, err := c.decode(ctx, data, h, 1); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("cancelled after %v", took)
	} else if took > time.Second {
		t.Logf("cancelled after %v: the machine is busy", took)
	}
	c.limit = 100 * time.Millisecond
	if _, err := c.decode(t.Context(), data, h, 1); !errors.Is(err, ErrSlow) {
		t.Errorf("a picture without end: %v", err)
	}
	c.limit = 10 * time.Minute
	for _, mode := range []string{"die", "babble"} {
		t.Setenv("KINDRED_TEST_CHILD", mode)
		if _, err := c.decode(t.Context(), data, h, 1); !errors.Is(err, ErrDied) {
			t.Errorf("%s: %v", mode, err)
		}
	}
	t.Setenv("KINDRED_TEST_CHILD", "")
	if p, err := c.decode(t.Context(), data, h, 1); err != nil || p.W != 48 {
		t.Errorf("after all that: %d, %v", p.W, err)
	}
	none := &child{program: "/no/such/program", limit: time.Minute}
	if _, err := none.decode(t.Context(), data, h, 1); !errors.Is(err, errNoChild) {
		t.Errorf("no program: %v", err)
	}
}

// The child ends with the one it works for, also when that is killed.
func TestChildEndsWithItsParent(t *testing.T) {
	cmd := exec.Command(os.Args[0], ChildArg)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	in.Close()
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		_ = cmd.Process.Kill()
		t.Error("it goes on without its parent")
	}
}
