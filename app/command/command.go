// Package command holds the headless commands, one file each. They need no
// display; what they print is fixed by the contract that their help shows.
package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"kindred/app/engine"
	"kindred/app/home"
	"kindred/project/query"
)

// Exit codes of the contract.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

// Env is what a command may touch of the world.
type Env struct {
	Stdout, Stderr io.Writer
	Terminal       bool // Stderr is a terminal: progress is drawn in one line
	Home           home.Home
	Engine         *engine.Engine
	Version        string
}

// command is one headless command.
type command struct {
	name  string
	args  string // as the usage line shows them
	short string // one line for the list
	long  string // what a newcomer wants to know, with an example
	setup func(o *options)
	run   func(ctx context.Context, env Env, o *options) error
}

// commands lists all, in the order of the help.
func commands() []command {
	return []command{scanCommand, duplicatesCommand, clustersCommand, outliersCommand, mislabelsCommand, qualityCommand, leaksCommand, similarCommand, coresetCommand, predictCommand, embedCommand, checkCommand, modelsCommand, sampleCommand}
}

// usageError is a call that cannot be understood: exit 2.
type usageError struct{ msg string }

func (e usageError) Error() string { return e.msg }

func usagef(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

// Known reports whether a word names a command, so that `kindred WORD` is not
// taken for a folder to open.
func Known(word string) bool {
	if word == "help" || word == "--help" || word == "-h" || word == "--version" || word == "version" {
		return true
	}
	for _, c := range commands() {
		if c.name == word {
			return true
		}
	}
	return false
}

// Run executes the command line args (without the program's name) and returns
// the exit code.
func Run(ctx context.Context, env Env, args []string) int {
	switch args[0] {
	case "--version", "version":
		fmt.Fprintf(env.Stdout, "kindred %s\n", env.Version)
		return exitDone
	case "help", "--help", "-h":
		if len(args) > 1 {
			return Run(ctx, env, append([]string{args[1]}, "--help"))
		}
		fmt.Fprint(env.Stdout, Overview())
		return exitDone
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return c.execute(ctx, env, args[1:])
		}
	}
	fmt.Fprintf(env.Stderr, "kindred: there is no command %q; kindred --help lists them\n", args[0])
	return exitUsage
}

func (c command) execute(ctx context.Context, env Env, args []string) int {
	o := newOptions()
	c.setup(o)
	err := o.parse(args)
	if o.help {
		fmt.Fprint(env.Stdout, c.help(o))
		return exitDone
	}
	if err == nil {
		err = c.run(ctx, env, o)
	}
	var usage usageError
	var filter *query.Error
	if errors.As(err, &filter) {
		err = usageError{"--filter: " + filter.Error()}
	}
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &usage):
		fmt.Fprintf(env.Stderr, "kindred %s: %s\nusage: %s\n", c.name, usage.msg, c.usage())
		return exitUsage
	case ctx.Err() != nil:
		fmt.Fprintf(env.Stderr, "kindred %s: interrupted; what a project holds is kept\n", c.name)
		return exitInterrupted
	}
	if o.json && !errors.Is(err, errNotOK) {
		_ = writeJSON(env.Stdout, map[string]string{"error": err.Error()})
	}
	fmt.Fprintf(env.Stderr, "kindred %s: %v\n", c.name, err)
	return exitFailed
}

func (c command) help(o *options) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\nusage: %s\n\n%s\n\nOptions:\n", c.short, c.usage(), strings.TrimSpace(c.long))
	o.describe(&b)
	return b.String()
}

// usage is the line that shows how the command is called.
func (c command) usage() string {
	return strings.TrimSpace("kindred " + c.name + " " + c.args)
}

// Overview is what `kindred --help` prints.
func Overview() string {
	var b strings.Builder
	b.WriteString(`Kindred shows which images are kin and which do not belong, offline.

usage: kindred                        opens the window
       kindred FOLDER…                opens the window on these folders
       kindred COMMAND [options] …    works without a window

Commands:
`)
	for _, c := range commands() {
		fmt.Fprintf(&b, "  %-11s %s\n", c.name, c.short)
	}
	b.WriteString(`
A project is one file, made by "kindred scan FOLDER" and found again by the
folder's name; --project FILE names another place. Originals are only read.
"kindred COMMAND --help" tells more.
`)
	return b.String()
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
