package command

import (
	"context"
	"errors"
	"fmt"

	"kindred/project/audit"
)

var coresetCommand = command{
	name:  "coreset",
	args:  "--count N [FOLDER…]",
	short: "Choose a few images that stand for all",
	long: `Chooses N images so that every image has a chosen one that looks like it, the
best first: the first ten of a hundred are a good choice of ten. Copies are not
chosen twice. It also says how far the images are from the nearest chosen one,
beside N images drawn by chance, and where there are labels how often a
classifier trained on the N images is right on the others.

    kindred coreset --count 100 ~/Pictures/birds`,
	setup: func(o *options) {
		o.findingFlags()
		o.integer(&o.count, "count", -1, "how many images `N`")
	},
	run: func(ctx context.Context, env Env, o *options) error {
		var missing error
		if !o.given("count") {
			missing = usagef("say how many images with --count N")
		}
		if err := errors.Join(missing, o.least("count", o.count, 1)); err != nil {
			return err
		}
		p, err := openScanned(ctx, env, o, o.args)
		if err != nil {
			return err
		}
		defer p.Close()
		found, err := p.FindCoreset(ctx, o.count, o.filter)
		if err != nil {
			return err
		}
		names, err := p.Paths(ctx)
		if err != nil {
			return err
		}
		if !o.json {
			for _, x := range found.Images {
				fmt.Fprintf(env.Stdout, "%s\t%s\n", line(names[x.ID]), x.Why)
			}
			printSpread(env, "chosen", len(found.Images), found.Chosen)
			printSpread(env, "at random", len(found.Images), found.Random)
			return nil
		}
		failed, err := p.failures(ctx)
		if err != nil {
			return err
		}
		type image struct {
			path
			Score              float32 `json:"score"`
			Why                string  `json:"why"`
			Stands             int     `json:"stands_for"`
			Uniqueness         float32 `json:"uniqueness"`
			Representativeness float32 `json:"representativeness"`
		}
		type spread struct {
			Mean  float64  `json:"mean_distance"`
			Max   float64  `json:"max_distance"`
			Probe *float64 `json:"probe_accuracy,omitempty"`
		}
		said := func(s audit.Spread) spread {
			out := spread{Mean: s.Mean, Max: s.Max}
			if s.Probed {
				out.Probe = &s.Probe
			}
			return out
		}
		out := struct {
			Images   []image           `json:"images"`
			Coverage map[string]spread `json:"coverage"`
			Roots    []rootObject      `json:"roots,omitempty"`
			Failed   []failure         `json:"failed"`
		}{
			make([]image, 0, len(found.Images)),
			map[string]spread{"chosen": said(found.Chosen), "random": said(found.Random)},
			p.several(), failed,
		}
		for k, x := range found.Images {
			out.Images = append(out.Images, image{newPath(names[x.ID]), x.Score, x.Why, x.Stands, found.Uniqueness[k], found.Representative[k]})
		}
		return writeJSON(env.Stdout, out)
	},
}

func printSpread(env Env, which string, count int, s audit.Spread) {
	fmt.Fprintf(env.Stdout, "%d images %s: mean distance to the nearest %.3f, largest %.3f", count, which, s.Mean, s.Max)
	if s.Probed {
		fmt.Fprintf(env.Stdout, ", linear probe %.1f %% right", 100*s.Probe)
	}
	fmt.Fprintln(env.Stdout)
}
