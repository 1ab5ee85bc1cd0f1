// Package crashlog keeps what the program prints while it crashes, for the next
// start to show. Each process has a file of its own in the folder, removed on
// a clean exit; one that is left with more than its head is a crash.
package crashlog

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

const (
	running = "running-" // begins the name of a file whose process may live
	crashed = "crash-"   // and that of a report
	keep    = 5          // reports that are kept
	headEnd = "\n"       // a head is one line
)

// Log is the file of this process.
type Log struct{ file *os.File }

// Start begins to keep the output of a crash in dir. version stands in the
// head of the file.
func Start(dir, version string, now time.Time) (*Log, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("crash log: %w", err)
	}
	f, err := os.CreateTemp(dir, running+now.UTC().Format("20060102-150405")+"-*.txt")
	if err != nil {
		return nil, fmt.Errorf("crash log: %w", err)
	}
	l := &Log{file: f}
	// The lock goes with the process, so others can tell whether it lives.
	err = hold(f)
	if err == nil {
		_, err = fmt.Fprintf(f, "Kindred %s, begun %s%s", version, now.UTC().Format(time.RFC3339), headEnd)
	}
	if err == nil {
		err = debug.SetCrashOutput(f, debug.CrashOptions{})
	}
	if err != nil {
		l.Close()
		return nil, fmt.Errorf("crash log: %w", err)
	}
	return l, nil
}

// Close ends the log after a clean exit and removes the file. It must not be
// deferred: deferred calls run before Go writes the words of a panic.
func (l *Log) Close() {
	if l == nil {
		return
	}
	_ = debug.SetCrashOutput(nil, debug.CrashOptions{})
	l.file.Close()
	os.Remove(l.file.Name())
}

// Collect turns what crashed processes left into reports and returns the
// newest of those that no call has returned before, or "". Processes that were
// stopped from outside left no words; their files are removed.
func Collect(dir string) string {
	names, err := filepath.Glob(filepath.Join(dir, running+"*.txt"))
	if err != nil {
		return ""
	}
	slices.Sort(names) // by time
	newest := ""
	for _, name := range names {
		if held(name) {
			continue
		}
		if !hasReport(name) {
			os.Remove(name)
			continue
		}
		report := filepath.Join(dir, crashed+strings.TrimPrefix(filepath.Base(name), running))
		if os.Rename(name, report) == nil { // fails on systems where its process holds it open
			newest = report
		}
	}
	trim(dir)
	return newest
}

// hasReport tells whether something follows the head.
func hasReport(name string) bool {
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	r := bufio.NewReader(f)
	if _, err := r.ReadString(headEnd[0]); err != nil {
		return false
	}
	_, err = r.ReadByte()
	return err == nil
}

// trim removes all but the newest reports.
func trim(dir string) {
	names, err := filepath.Glob(filepath.Join(dir, crashed+"*.txt"))
	if err != nil {
		return
	}
	slices.Sort(names)
	for len(names) > keep {
		os.Remove(names[0])
		names = names[1:]
	}
}
