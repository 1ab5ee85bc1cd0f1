// Command kindred shows which images of a folder are kin and which do not
// belong. Without arguments, or with folders, it opens its window; with a
// command it works without one.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"kindred/app/command"
	"kindred/app/engine"
	"kindred/app/home"
	"kindred/app/thrift"
	"kindred/project/thumb/heif"
)

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	if len(args) == 1 && args[0] == heif.ChildArg {
		_ = heif.Serve(context.Background(), os.Stdin, os.Stdout, os.Exit)
		return 1
	}
	if program, err := os.Executable(); err == nil {
		heif.UseChild(program, heif.ChildArg)
	}
	places, err := home.Find(os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, "kindred:", err)
		return 1
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	go thrift.Keep(ctx)
	eng := engine.New(places.Cache, os.Getenv)
	code := work(ctx, places, eng, args)
	// Not deferred: during a panic it would take the runtime from under the
	// work of other goroutines, before Go has written what happened.
	eng.Close()
	return code
}

func work(ctx context.Context, places home.Home, eng *engine.Engine, args []string) int {
	if line, ok := command.Arrange(args); ok {
		return command.Run(ctx, command.Env{
			Stdout: os.Stdout, Stderr: os.Stderr, Terminal: terminal(os.Stderr),
			Home: places, Engine: eng, Version: metadata().Version,
		}, line)
	}
	for _, arg := range args {
		if strings.HasPrefix(arg, "-") {
			fmt.Fprintf(os.Stderr, "kindred: unknown option %s; kindred --help tells what there is\n", arg)
			return 2
		}
		if _, err := os.Stat(arg); err != nil {
			fmt.Fprintf(os.Stderr, "kindred: %q is neither a command nor a folder; kindred --help lists the commands\n", arg)
			return 2
		}
	}
	if err := window(ctx, places, eng, args); err != nil {
		fmt.Fprintln(os.Stderr, "kindred:", err)
		return 1
	}
	return 0
}

// terminal reports whether people look at what is written to f.
func terminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
