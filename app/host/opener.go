package host

import (
	"errors"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// Why the system's own programs did not come up, as the end of a sentence.
var (
	errNoOpener  = errors.New("this system has no program that opens files (xdg-open is not installed)")
	errNoProgram = errors.New("the system has no program for files of this kind")
	errOpener    = errors.New("the system’s program for it could not be started")
)

// patience is how long a failure is waited for. A program that stays longer has
// come up.
const patience = 2 * time.Second

// Reveal shows a file in the system's file manager. It may take some seconds.
func (h *Host) Reveal(path string) error {
	switch runtime.GOOS {
	case "darwin":
		return launch(patience, "open", "-R", path)
	case "windows":
		return launch(patience, "explorer", "/select,", path)
	}
	return launch(patience, "xdg-open", filepath.Dir(path))
}

// OpenWith opens a file with the system's program for it. It may take some
// seconds.
func (h *Host) OpenWith(path string) error {
	name, args := opener(runtime.GOOS, path)
	return launch(patience, name, args...)
}

// launch starts a program and waits for its failure, at most so long.
func launch(wait time.Duration, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	if err := cmd.Start(); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return errNoOpener
		}
		return errOpener
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		return refusal(name, err)
	case <-time.After(wait):
		return nil
	}
}

// refusal makes words of how an opener ended. The codes are those of xdg-open's
// manual; explorer ends with 1 whatever it did.
func refusal(name string, err error) error {
	var exit *exec.ExitError
	switch {
	case err == nil, name == "explorer":
		return nil
	case name == "xdg-open" && errors.As(err, &exit) && (exit.ExitCode() == 3 || exit.ExitCode() == 4):
		return errNoProgram
	}
	return errOpener
}

// opener is the command that opens a file on a system.
func opener(system, path string) (string, []string) {
	switch system {
	case "darwin":
		return "open", []string{path}
	case "windows":
		return "rundll32", []string{"url.dll,FileProtocolHandler", path}
	}
	return "xdg-open", []string{path}
}
