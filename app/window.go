package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"kindred/app/crashlog"
	"kindred/app/engine"
	"kindred/app/home"
	"kindred/app/host"
	"kindred/assets"
	"kindred/views/look"
	"kindred/views/rooms"
	"kindred/views/shell"
)

// window opens the program's window, on these folders if there are any, and
// returns when it is closed.
//
// What follows the start of the crash log is not deferred: deferred calls run
// while a panic of this goroutine passes, before Go writes its words, so one of
// them would take the log away and another might wait for work that hangs.
func window(ctx context.Context, places home.Home, eng *engine.Engine, folders []string) error {
	trace, err := newTracer(os.Getenv("KINDRED_TRACE"), os.Getenv("KINDRED_PROFILE"))
	if err != nil {
		return err
	}
	defer trace.close()
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" && needsDisplay {
		return fmt.Errorf("no display to open a window on; kindred --help lists the commands that need none")
	}
	crash := filepath.Join(places.Data, "crash")
	report := crashlog.Collect(crash)
	log, err := crashlog.Start(crash, metadata().Version, time.Now())
	if err != nil { // a full or read-only disk is no reason not to show pictures
		fmt.Fprintln(os.Stderr, "kindred:", err)
	}
	app.SetMetadata(metadata())
	a := app.NewWithID(metadata().ID)
	a.SetIcon(metadata().Icon)
	w := a.NewWindow("Kindred")
	w.Resize(shell.WindowSize(a.Preferences(), fyne.NewSize(1280, 800)))

	h := host.New(ctx, host.Params{
		Home: places, Engine: eng, Version: metadata().Version, Now: time.Now, Trace: trace.event,
	})
	s := shell.New(shell.Params{
		Context: ctx, App: h, Window: w, Dispatch: trace.dispatch, Rooms: rooms.All(),
		Theme: look.New(look.Fonts{
			Regular: assets.InterRegular, SemiBold: assets.InterSemiBold, Mono: assets.JetBrainsMono,
		}),
		Quit: func() { trace.event("quit"); trace.end(); a.Quit() },
	})
	a.Lifecycle().SetOnStarted(func() {
		trace.event("window shown")
		if report != "" {
			s.ShowCrash(report)
			trace.event("crash told")
		}
		if len(folders) > 0 {
			s.Open(folders)
		}
	})
	// Ctrl C in the terminal closes the window as a click would.
	go func() {
		<-ctx.Done()
		fyne.Do(s.Close)
	}()
	w.CenterOnScreen()
	w.ShowAndRun()
	trace.end()
	h.Close()
	log.Close()
	return nil
}
