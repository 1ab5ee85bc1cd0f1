package command

import (
	"flag"
	"strings"
)

// Arrange finds the command in a call whose options may stand before it
// ("kindred --json scan FOLDER") and puts it first. It reports whether there is
// one; without, the call is for the window.
func Arrange(args []string) ([]string, bool) {
	if len(args) == 0 || Known(args[0]) {
		return args, len(args) > 0
	}
	valued := map[string]bool{}
	for _, c := range commands() {
		o := newOptions()
		c.setup(o)
		o.flags.VisitAll(func(f *flag.Flag) {
			b, ok := f.Value.(interface{ IsBoolFlag() bool })
			valued[f.Name] = !ok || !b.IsBoolFlag()
		})
	}
	for i := 0; i < len(args); i++ {
		name, isFlag := strings.CutPrefix(args[i], "-")
		if !isFlag {
			if !Known(args[i]) {
				return args, false
			}
			line := append([]string{args[i]}, args[:i]...)
			return append(line, args[i+1:]...), true
		}
		if name == "-" { // names of folders follow
			return args, false
		}
		if valued[strings.TrimPrefix(name, "-")] {
			i++ // its value
		}
	}
	return args, false
}
