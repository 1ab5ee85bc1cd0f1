package host

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// holder is the process of this machine, other than this one, that has a
// project open; 0 when there is none. It only reads what the holder wrote
// beside the project: taking the lock to see whether it is free would keep
// others from it for a moment.
func holder(projectFile string) int {
	text, err := os.ReadFile(projectFile + ".lock")
	if err != nil {
		return 0
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	host, err := os.Hostname()
	if len(lines) != 2 || err != nil || lines[1] != host {
		return 0
	}
	pid, err := strconv.Atoi(lines[0])
	if err != nil || pid <= 0 || pid == os.Getpid() || !alive(pid) {
		return 0
	}
	return pid
}

// alive says whether there is a process of that number.
func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	defer p.Release()
	if runtime.GOOS == "windows" { // finding it is opening it there
		return true
	}
	err = p.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, os.ErrPermission)
}

// elsewhere says that another process has the project open.
func elsewhere(pid int) string { return fmt.Sprintf("open in another Kindred (process %d)", pid) }
