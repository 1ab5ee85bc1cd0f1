//go:build bench

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kindred/app/engine"
	"kindred/app/home"
	"kindred/project"
	"kindred/project/workspace"
)

// TestBenchScale opens a project of 100,000 images with KINDRED_BENCH_SCALE=1,
// of 10,000 without, in the real window, and writes to BENCHMARKS.md how long
// the first thumbnails take, what scrolling costs the main goroutine, how much
// memory the program takes, and how long filters take.
//
// KINDRED_BENCH_HOME and KINDRED_BENCH_FOLDER name a home with a scanned project
// of a folder that app/mill made; without them both are made, which takes
// minutes.
func TestBenchScale(t *testing.T) {
	if os.Getenv("KINDRED_SMOKE") == "" {
		t.Skip("KINDRED_SMOKE names no program; make bench does")
	}
	dir, folder := os.Getenv("KINDRED_BENCH_HOME"), os.Getenv("KINDRED_BENCH_FOLDER")
	if dir == "" || folder == "" {
		dir = t.TempDir()
		folder = filepath.Join(dir, "mill")
		n := 10_000
		if os.Getenv("KINDRED_BENCH_SCALE") == "1" {
			n = 100_000
		}
		mill(t, folder, n)
		var report struct{ Images int }
		headless(t, dir, &report, "scan", "--json", folder)
		if report.Images != n {
			t.Fatalf("%d of %d images were scanned", report.Images, n)
		}
	}
	busy := findingsMemory(t, dir, folder) // first, so that the others find them there
	n, filters := filterTimes(t, dir, folder)
	first, idle := openTimes(t, dir, folder)
	second, scrolled := scrollTime(t, dir, folder)
	text := fmt.Sprintf(`%d images of 96 pixels (app/mill), %d cores, %s, window of 1440 x 900 under Xvfb with OpenGL in software.

| what | figure | aim |
|---|---|---|
| from asking for the project to %d thumbnails | %.2f s | 1.5 s |
| our time on the main goroutine for a second of scrolling, at most | %.0f ms | 300 ms (60 frames of 5 ms) |
| memory, project open | %d MB | 600 MB |
| memory, scrolled through | %d MB | 600 MB |
| memory, most while findings are computed | %d MB | 600 MB |
%s`, n, runtime.NumCPU(), processor(), 20, first.Seconds(), second, idle, scrolled, busy, filters)
	t.Log("\n" + text)
	writeBench(t, "scale", text)
}

// mill makes n images.
func mill(t *testing.T, folder string, n int) {
	t.Helper()
	cmd := exec.Command("go", "run", "./app/mill", folder, strconv.Itoa(n))
	cmd.Dir = moduleRoot(t)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("mill: %v\n%s", err, out)
	}
}

// filterTimes asks the project for lists as the window does, each five times,
// and returns rows of the table with medians.
func filterTimes(t *testing.T, dir, folder string) (n int, rows string) {
	t.Helper()
	h, err := home.Find(func(key string) string { return map[string]string{"KINDRED_HOME": filepath.Join(dir, "home")}[key] })
	if err != nil {
		t.Fatal(err)
	}
	file, err := h.Project(folder)
	if err != nil {
		t.Fatal(err)
	}
	eng := engine.New(h.Cache, os.Getenv)
	defer eng.Close()
	enc, err := eng.Encoder(context.Background(), "")
	if err != nil {
		t.Fatal(err)
	}
	w, err := workspace.Open(context.Background(), workspace.Params{File: file, Thumbnails: h.Thumbnails(), Encoder: enc, Kernel: eng.Kernel})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for _, q := range []project.Query{
		{}, {Filter: "kind-07"}, {Filter: "label:kind-07"}, {Filter: "label:kind-07 OR label:kind-11"}, {Filter: "confidence<0.3"}, {Sort: project.SortDate}, {Sort: project.SortConfidence},
	} {
		var times []time.Duration
		found := 0
		for range 5 {
			began := time.Now()
			ids, err := w.List(context.Background(), q)
			if err != nil {
				t.Fatalf("%+v: %v", q, err)
			}
			times = append(times, time.Since(began))
			found = len(ids)
		}
		slices.Sort(times)
		name := "all, by name"
		switch {
		case q.Filter != "":
			name = "filter `" + q.Filter + "`"
		case q.Sort != "":
			name = "all, by " + string(q.Sort)
		}
		if q == (project.Query{}) {
			n = found
		}
		rows += fmt.Sprintf("| %s (%d found) | %.0f ms | 100 ms |\n", name, found, times[2].Seconds()*1e3)
	}
	return n, rows
}

// openTimes opens the project three times and returns the median time to the
// first thumbnails, and the memory it takes then.
func openTimes(t *testing.T, dir, folder string) (first time.Duration, memory int) {
	var times []time.Duration
	for range 3 {
		d := newDesk(t, 1440, 900, filepath.Join(moduleRoot(t), "build", "shots"))
		d.start(dir, nil)
		d.tool("search", "--onlyvisible", "--name", "Kindred", "windowmove", "0", "0", "windowsize", "1440", "900")
		time.Sleep(time.Second)
		d.click(250, 510) // the path entry
		d.write(folder)
		d.key("Return")
		d.wait("thumbnails shown", time.Minute)
		times = append(times, between(t, d.trace, "opening", "thumbnails shown"))
		time.Sleep(3 * time.Second)
		memory = max(memory, status(t, d.program.Process.Pid, "VmRSS"))
		d.finish()
		os.Remove(d.trace)
	}
	slices.Sort(times)
	return times[1], memory
}

// scrollTime turns the wheel and returns our processor time on the main
// goroutine for each second of it, in milliseconds, and the memory afterwards.
// How many frames that is depends on the OpenGL: in software some ten.
func scrollTime(t *testing.T, dir, folder string) (second float64, memory int) {
	profile := filepath.Join(t.TempDir(), "cpu.pprof")
	d := newDesk(t, 1440, 900, filepath.Join(moduleRoot(t), "build", "shots"))
	d.start(dir, []string{"KINDRED_PROFILE=" + profile}, folder)
	d.wait("thumbnails shown", time.Minute)
	d.tool("mousemove", "600", "500")
	began := time.Now()
	d.tool("click", "--repeat", "400", "--delay", "25", "5")
	took := time.Since(began)
	memory = status(t, d.program.Process.Pid, "VmRSS")
	d.finish()
	os.Remove(d.trace)
	const sample = 10 // ms, of the profile
	return (ourTime(t, profile) + sample) / took.Seconds(), memory
}

// ourTime sums the samples of the main goroutine in which a function of ours is
// on the stack, in milliseconds.
func ourTime(t *testing.T, profile string) float64 {
	t.Helper()
	out, err := exec.Command("go", "tool", "pprof", "-top", "-unit=ms", "-show_from=gLDriver..runGL", "-focus=^kindred/", profile).CombinedOutput()
	if err != nil {
		t.Fatalf("pprof: %v\n%s", err, out)
	}
	found := regexp.MustCompile(`accounting for ([0-9.]+)ms`).FindSubmatch(out)
	if found == nil {
		return 0 // no sample at all
	}
	ms, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		t.Fatal(err)
	}
	return ms
}

// findingsMemory forgets the findings, opens the project and returns the most
// memory until they are there again. It needs sqlite3.
func findingsMemory(t *testing.T, dir, folder string) int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "home", "projects", "*.kindred"))
	if err != nil || len(files) != 1 {
		t.Fatalf("projects %v, %v", files, err)
	}
	if out, err := exec.Command("sqlite3", files[0], "DELETE FROM artefact").CombinedOutput(); err != nil {
		t.Logf("the findings are not forgotten: %v %s", err, out)
	}
	d := newDesk(t, 1440, 900, filepath.Join(moduleRoot(t), "build", "shots"))
	d.start(dir, nil, folder)
	d.wait("jobs ended", 30*time.Minute)
	most := status(t, d.program.Process.Pid, "VmHWM")
	d.finish()
	os.Remove(d.trace)
	return most
}

// between is the time from one event to the next one of another kind.
func between(t *testing.T, trace, from, to string) time.Duration {
	t.Helper()
	data, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	began := -1.0
	for line := range strings.Lines(string(data)) {
		at, event, _ := strings.Cut(strings.TrimSpace(line), " ")
		seconds, err := strconv.ParseFloat(at, 64)
		switch {
		case err != nil:
		case event == from:
			began = seconds
		case event == to && began >= 0:
			return time.Duration((seconds - began) * 1e9)
		}
	}
	t.Fatalf("no %q after %q in\n%s", to, from, data)
	return 0
}

// status is a number of kB of /proc/PID/status, in MB.
func status(t *testing.T, pid int, key string) int {
	t.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if value, ok := strings.CutPrefix(line, key+":"); ok {
			kb, err := strconv.Atoi(strings.Fields(value)[0])
			if err != nil {
				t.Fatal(err)
			}
			return kb / 1024
		}
	}
	t.Fatalf("no %s in %s", key, data)
	return 0
}
