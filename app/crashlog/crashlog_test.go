package crashlog

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestMain is the process that crashes, when the test below starts it.
func TestMain(m *testing.M) {
	dir := os.Getenv("KINDRED_TEST_CRASH")
	if dir == "" {
		os.Exit(m.Run())
	}
	l, err := Start(dir, "9.9", time.Now())
	if err != nil {
		panic(err)
	}
	switch os.Getenv("KINDRED_TEST_END") {
	case "panic":
		go func() { panic("the lamp fell over") }()
		time.Sleep(time.Minute)
	case "panic on main":
		func() { panic("the lamp fell over") }()
	case "nil on main":
		var nobody *Log
		_ = nobody.file.Name()
	case "kill":
		p, _ := os.FindProcess(os.Getpid())
		_ = p.Kill()
		time.Sleep(time.Minute)
	}
	l.Close()
	os.Exit(0)
}

func end(t *testing.T, dir, how string) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-test.run=^$")
	cmd.Env = append(os.Environ(), "KINDRED_TEST_CRASH="+dir, "KINDRED_TEST_END="+how)
	_ = cmd.Run()
}

func TestEveryPanicLeavesItsWords(t *testing.T) {
	for how, want := range map[string]string{
		"panic":         "the lamp fell over",
		"panic on main": "the lamp fell over",
		"nil on main":   "invalid memory address",
	} {
		dir := t.TempDir()
		end(t, dir, how)
		text, err := os.ReadFile(Collect(dir))
		if err != nil || !strings.Contains(string(text), want) || !strings.Contains(string(text), "goroutine") {
			t.Errorf("%s: %v, report:\n%s", how, err, text)
		}
	}
}

func TestACrashLeavesAReportOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "crash")
	if got := Collect(dir); got != "" {
		t.Errorf("a report %q before anything ran", got)
	}
	end(t, dir, "panic")
	report := Collect(dir)
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Kindred 9.9", "the lamp fell over", "goroutine"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the report lacks %q:\n%s", want, text)
		}
	}
	if again := Collect(dir); again != "" {
		t.Errorf("the same crash told twice: %q", again)
	}
	if _, err := os.Stat(report); err != nil {
		t.Error("the report is gone after the second start")
	}
}

func TestOtherEndsLeaveNone(t *testing.T) {
	dir := t.TempDir()
	for _, how := range []string{"clean", "kill"} {
		end(t, dir, how)
		if got := Collect(dir); got != "" {
			t.Errorf("%s: report %q", how, got)
		}
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("%s: left %v", how, left)
		}
	}
}

func TestALivingProcessIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	l, err := Start(dir, "1", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.file.WriteString("not a crash yet\n"); err != nil {
		t.Fatal(err)
	}
	if got := Collect(dir); got != "" {
		t.Errorf("the file of a living process became the report %q", got)
	}
	l.Close()
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
