//go:build linux

package host

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestWhyNothingOpensIsSaid(t *testing.T) {
	h := &Host{}
	bin := t.TempDir()
	t.Setenv("PATH", bin)
	if err := h.OpenWith("/a/b.jpg"); !errors.Is(err, errNoOpener) {
		t.Errorf("without xdg-open: %v", err)
	}
	for code, want := range map[int]error{0: nil, 1: errOpener, 3: errNoProgram, 4: errNoProgram} {
		script := fmt.Sprintf("#!/bin/sh\nexit %d\n", code)
		if err := os.WriteFile(filepath.Join(bin, "xdg-open"), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := launch(time.Minute, "xdg-open", "/a"); !errors.Is(err, want) {
			t.Errorf("xdg-open ends with %d: %v, wanted %v", code, err, want)
		}
	}
}

func TestAProjectThatIsOpenElsewhereSaysSo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "birds.kindred")
	host, err := os.Hostname()
	if err != nil {
		t.Skip("this machine has no name")
	}
	write := func(pid int, host string) {
		if err := os.WriteFile(file+".lock", fmt.Appendf(nil, "%d\n%s\n", pid, host), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	other := os.Getppid()
	write(other, host)
	if text, warn := note(entry{File: file, Images: 10, Pending: 5}); text != fmt.Sprintf("open in another Kindred (process %d)", other) || !warn {
		t.Errorf("says %q, warns %v", text, warn)
	}
	for _, c := range []struct {
		pid  int
		host string
	}{{os.Getpid(), host}, {other, host + "-2"}, {1 << 30, host}, {0, host}} {
		write(c.pid, c.host)
		if text, _ := note(entry{File: file, Images: 10, Pending: 5}); text != "50 % embedded, resumes on open" {
			t.Errorf("%+v: says %q", c, text)
		}
	}
}
