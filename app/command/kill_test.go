package command

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kindred/app/engine"
	"kindred/app/home"
)

// TestMain lets the test binary be the program: with KINDRED_TEST_COMMAND it
// runs the command line that follows, so that a test can kill it.
func TestMain(m *testing.M) {
	if os.Getenv("KINDRED_TEST_COMMAND") == "" {
		os.Exit(m.Run())
	}
	h, err := home.Find(os.Getenv)
	if err != nil {
		panic(err)
	}
	e := engine.New(h.Cache, os.Getenv)
	code := Run(context.Background(), Env{Stdout: os.Stdout, Stderr: os.Stderr, Home: h, Engine: e, Version: "test"}, os.Args[1:])
	_ = e.Close()
	os.Exit(code)
}

func program(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), "KINDRED_TEST_COMMAND=1", "KINDRED_HOME="+dir)
	return cmd
}

// A scan that is killed, again and again, goes on where it was: nothing is
// done twice, nothing is lost, and the project is sound.
func TestScanGoesOnAfterKill(t *testing.T) {
	b := newBench(t)
	dir := filepath.Join(t.TempDir(), "many")
	for i := range 160 {
		save(t, filepath.Join(dir, fmt.Sprintf("k%d", i%4), fmt.Sprintf("%03d.jpg", i)), drawing(int64(i), i%4, 120, 90), 85)
	}
	killed := 0
	for round := range 6 {
		cmd := program(b.env.Home.Data, "scan", dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(150+170*round) * time.Millisecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			killed++
		}
	}
	if killed == 0 {
		t.Fatal("every scan ended before it was killed: the test tests nothing")
	}
	var s scanned
	b.object(&s, "scan", dir)
	if s.Images != 160 || len(s.Failed) != 0 || s.Missing != 0 || s.Moved != 0 {
		t.Errorf("after %d kills: %+v", killed, s)
	}
	var c struct {
		OK      bool
		Project struct {
			Integrity       string
			Images, Pending int
		}
	}
	b.object(&c, "check", dir)
	if !c.OK || c.Project.Integrity != "ok" || c.Project.Images != 160 || c.Project.Pending != 0 {
		t.Errorf("check says %+v", c)
	}
	var again scanned
	b.object(&again, "scan", dir)
	if again.Unchanged != 160 {
		t.Errorf("another scan found %+v", again)
	}
}

// Two processes on one project: the second says which has it.
func TestASecondProcessIsToldWhoHasTheProject(t *testing.T) {
	b, dir := newBench(t), album(t)
	if code := b.run("scan", dir); code != 0 {
		t.Fatal(b.err.String())
	}
	// The window of another process would hold it; here a scan does that is
	// stopped in the middle.
	for i := range 400 {
		save(t, filepath.Join(dir, "more", fmt.Sprintf("%03d.jpg", i)), drawing(int64(i+5000), i%4, 120, 90), 85)
	}
	holder := program(b.env.Home.Data, "scan", dir)
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = holder.Process.Kill(); _ = holder.Wait() }()
	project, err := b.env.Home.Project(dir)
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(10 * time.Second); ; {
		if data, err := os.ReadFile(project + ".lock"); err == nil && bytes.Contains(data, []byte(fmt.Sprint(holder.Process.Pid))) {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the other process never took the project")
		}
		time.Sleep(5 * time.Millisecond)
	}
	code := b.run("duplicates", dir, "--json")
	var o struct{ Error string }
	if err := json.Unmarshal(b.out.Bytes(), &o); err != nil {
		t.Fatal(err, b.out.String())
	}
	if code != 1 || !strings.Contains(o.Error, fmt.Sprint(holder.Process.Pid)) {
		t.Errorf("exit %d, error %q, wanted 1 and process %d", code, o.Error, holder.Process.Pid)
	}
}
