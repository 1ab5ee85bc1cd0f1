package command

import (
	"context"
	"fmt"
	"path/filepath"

	"kindred/app/sample"
)

var sampleCommand = command{
	name:  "sample",
	args:  "DIR",
	short: "Write the sample images, to try the program on",
	long: `Writes some 190 pictures in twelve classes into the new folder DIR: with copies,
wrong labels, pictures that belong nowhere and damaged files planted among them.
SOURCES.tsv beside them names author and licence of each.

    kindred sample /tmp/sample
    kindred duplicates /tmp/sample`,
	setup: func(*options) {},
	run: func(_ context.Context, env Env, o *options) error {
		if len(o.args) != 1 {
			return usagef("name one DIR")
		}
		w, err := sample.Write(o.args[0])
		if err != nil {
			return err
		}
		abs, err := filepath.Abs(o.args[0])
		if err != nil {
			return err
		}
		if o.json {
			return writeJSON(env.Stdout, map[string]any{"path": abs, "images": w.Files, "bytes": w.Bytes})
		}
		fmt.Fprintf(env.Stdout, "%s\n%s, %.1f MB\n", line(abs), count(w.Files, "file", "files"), float64(w.Bytes)/1e6)
		return nil
	},
}
