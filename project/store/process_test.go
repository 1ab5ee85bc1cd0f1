package store

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"kindred/project"
	"kindred/project/scan"
)

// helperEnv names the project on which the test binary, run as another
// process, works until it is killed.
const helperEnv = "KINDRED_STORE_HELPER"

func TestMain(m *testing.M) {
	if os.Getenv(helperEnv) == "" {
		os.Exit(m.Run())
	}
	// Runs as a test, for its context and its clean-up.
	os.Args = append(os.Args, "-test.run=^TestHelperProcess$", "-test.v")
	os.Exit(m.Run())
}

// TestHelperProcess is the other process: it adds and finishes batches of 50,
// and says after each how many files are stored.
func TestHelperProcess(t *testing.T) {
	path := os.Getenv(helperEnv)
	if path == "" {
		return // only the other process has work here
	}
	s, err := Open(t.Context(), path, Options{Create: true})
	check(t, err)
	root, err := s.AddRoot(t.Context(), "/x")
	check(t, err)
	check(t, s.SetModel(t.Context(), specA))
	fmt.Println("stored 0")
	for n := 0; ; n += 50 {
		var paths []string
		var found []scan.Found
		for i := n; i < n+50; i++ {
			paths = append(paths, fmt.Sprintf("%s-%d", time.Now(), i))
			found = append(found, scan.Found{Root: root.ID, Path: paths[i-n]})
		}
		ids, err := s.Add(t.Context(), found)
		check(t, err)
		finish(t, s, ids, paths...)
		fmt.Println("stored", n+50)
	}
}

// otherProcess starts one that has the project open when it returns.
func otherProcess(t *testing.T, path string) (cmd *exec.Cmd, stored func(atLeast int) int) {
	t.Helper()
	cmd = exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), helperEnv+"="+path)
	out, err := cmd.StdoutPipe()
	check(t, err)
	check(t, cmd.Start())
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	stored = func(atLeast int) int {
		t.Helper()
		last := -1
		for last < atLeast && lines.Scan() {
			if n, ok := strings.CutPrefix(lines.Text(), "stored "); ok {
				last, _ = strconv.Atoi(n)
			}
		}
		if last < atLeast {
			t.Fatalf("the other process ended after %d files", last)
		}
		return last
	}
	stored(0)
	return cmd, stored
}

func TestLockBetweenProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.kindred")
	cmd, _ := otherProcess(t, path)
	link := filepath.Join(t.TempDir(), "link.kindred")
	check(t, os.Symlink(path, link))
	for _, p := range []string{path, link} {
		_, err := Open(t.Context(), p, Options{Create: true})
		if !errors.Is(err, project.ErrLocked) {
			t.Fatalf("open while another process has it: %v", err)
		}
		host, _ := os.Hostname()
		if !strings.Contains(err.Error(), fmt.Sprint("process ", cmd.Process.Pid)) || !strings.Contains(err.Error(), host) {
			t.Errorf("%v: does not say who has it", err)
		}
	}
	check(t, cmd.Process.Kill())
	cmd.Wait()
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatalf("open after the other was killed: %v", err)
	}
	if _, err := Open(t.Context(), path, Options{}); !errors.Is(err, project.ErrLocked) {
		t.Errorf("opened twice in one process: %v", err)
	}
	check(t, s.Close())
}

func TestKilledBetweenBatches(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.kindred")
	total := 0
	for round := range 4 {
		cmd, stored := otherProcess(t, path)
		n := stored(50 * (round + 1))
		time.Sleep(time.Duration(round) * 3 * time.Millisecond) // somewhere in a batch
		check(t, cmd.Process.Kill())
		cmd.Wait()
		s, err := Open(t.Context(), path, Options{})
		if err != nil {
			t.Fatalf("open after a kill: %v", err)
		}
		check(t, s.Check(t.Context()))
		c, err := s.Counts(t.Context(), modelA)
		check(t, err)
		if c.Images%50 != 0 || c.Ready%50 != 0 || c.Ready < total+n {
			t.Errorf("round %d: %+v, at least %d were stored", round, c, total+n)
		}
		total = c.Ready
		contents, _, err := s.VectorMatrix(t.Context(), modelA)
		if err != nil || len(contents) != c.Ready {
			t.Errorf("%d vectors for %d ready files, %v", len(contents), c.Ready, err)
		}
		check(t, s.Close())
		if _, err := os.Stat(path + ".lock"); err == nil {
			t.Error("the lock is still there after a clean close")
		}
	}
}

func TestKilledWhileCreating(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.kindred")
	check(t, os.WriteFile(path+".new", []byte("half a project"), 0o666))
	check(t, os.WriteFile(path+".new-journal", []byte("and its journal"), 0o666))
	s, err := Open(t.Context(), path, Options{Create: true})
	check(t, err)
	check(t, s.Check(t.Context()))
	check(t, s.Close())
}
