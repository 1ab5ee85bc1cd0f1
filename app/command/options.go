package command

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// options are the flags and arguments of one call. Flags stand before or after
// arguments; "--" ends them.
type options struct {
	flags *flag.FlagSet
	order []string // flag names in the order of declaration, for the help
	args  []string
	help  bool

	json    bool
	project string
	noScan  bool
	filter  string
	model   string

	verify, rebuild bool
	minScore, level float64
	limit, count, k int
	top             int
	plus, minus     []string
	prefer          []string
	words           string
	labelLevel      string
	withinLabel     bool
	limits          []string // CHECK=VALUE
}

func newOptions() *options {
	o := &options{flags: flag.NewFlagSet("kindred", flag.ContinueOnError)}
	o.flags.SetOutput(io.Discard)
	o.flags.Usage = func() {}
	o.boolean(&o.json, "json", "print one JSON object")
	return o
}

func (o *options) boolean(p *bool, name, usage string) {
	o.flags.BoolVar(p, name, false, usage)
	o.order = append(o.order, name)
}

func (o *options) text(p *string, name, usage string) {
	o.flags.StringVar(p, name, "", usage)
	o.order = append(o.order, name)
}

func (o *options) integer(p *int, name string, value int, usage string) {
	o.flags.IntVar(p, name, value, usage)
	o.order = append(o.order, name)
}

func (o *options) number(p *float64, name string, value float64, usage string) {
	o.flags.Float64Var(p, name, value, usage)
	o.order = append(o.order, name)
}

// list collects a flag that may be given several times.
func (o *options) list(p *[]string, name, usage string) {
	o.flags.Func(name, usage, func(s string) error { *p = append(*p, s); return nil })
	o.order = append(o.order, name)
}

// modelFlag declares --model, for commands that encode.
func (o *options) modelFlag() {
	o.text(&o.model, "model", "`MODEL`: a built-in name (efficientnet-lite0) or an .onnx file")
}

// projectFlags declares what every command on a project takes.
func (o *options) projectFlags() {
	o.text(&o.project, "project", "project `FILE`; without it, the project of the first folder")
	o.text(&o.model, "model", "`MODEL`: a built-in name (efficientnet-lite0) or an .onnx file; without it, the project's own")
}

// findingFlags declares what every command that reports findings takes.
func (o *options) findingFlags() {
	o.projectFlags()
	o.boolean(&o.noScan, "no-scan", "take the project as it is, without looking at the folders first")
	o.text(&o.filter, "filter", "only images that match `QUERY`, such as 'label:cat size>200'")
}

// given reports whether a flag stood in the call.
func (o *options) given(name string) bool {
	found := false
	o.flags.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}

// unit checks a number that must lie between 0 and 1, when it was given.
func (o *options) unit(name string, v float64) error {
	if o.given(name) && !(v >= 0 && v <= 1) {
		return usagef("--%s wants a number from 0 to 1", name)
	}
	return nil
}

// least checks a whole number that must be at least so much, when it was given.
func (o *options) least(name string, v, least int) error {
	if o.given(name) && v < least {
		return usagef("--%s wants a number from %d on", name, least)
	}
	return nil
}

func (o *options) parse(args []string) error {
	for {
		if err := o.flags.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				o.help = true
				return nil
			}
			return usageError{strings.Replace(err.Error(), "flag provided but not defined: -", "there is no option --", 1)}
		}
		rest := o.flags.Args()
		if len(rest) == 0 {
			return nil
		}
		// Parse stops at the first argument, or behind "--": then all
		// that follows are arguments.
		if n := len(args) - len(rest); n > 0 && args[n-1] == "--" {
			o.args = append(o.args, rest...)
			return nil
		}
		o.args = append(o.args, rest[0])
		args = rest[1:]
	}
}

func (o *options) describe(w io.Writer) {
	for _, name := range o.order {
		f := o.flags.Lookup(name)
		value, usage := flag.UnquoteUsage(f)
		left := "--" + name
		if value != "" && value != "value" {
			left += " " + strings.ToUpper(value)
		}
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "-1" {
			usage += fmt.Sprintf(" (%s)", f.DefValue)
		}
		fmt.Fprintf(w, "  %-18s %s\n", left, usage)
	}
	fmt.Fprintf(w, "  %-18s %s\n", "--help", "this text")
}
