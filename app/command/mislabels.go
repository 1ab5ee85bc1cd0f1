package command

import (
	"context"
	"fmt"

	"kindred/project"
	"kindred/project/workspace"
)

var mislabelsCommand = command{
	name:  "mislabels",
	args:  "[FOLDER…]",
	short: "Find images whose label is likely wrong",
	long: `Ranks every labelled image by the probability that its label is wrong, judged
by images that look like it, and suggests a better label. From 0.5 on an image is
flagged. The estimate says how many labels are wrong in all, with an interval.
The label of an image is the folder it lies in. No file is touched.

    kindred mislabels ~/Pictures/birds`,
	setup: func(o *options) { o.findingFlags() },
	run: func(ctx context.Context, env Env, o *options) error {
		p, err := openScanned(ctx, env, o, o.args)
		if err != nil {
			return err
		}
		defer p.Close()
		found, estimate, err := p.FindMislabels(ctx, workspace.MislabelOptions{Filter: o.filter})
		if err != nil {
			return err
		}
		if len(found) == 0 {
			what := "no image has a label: put images into a folder for each label"
			if o.filter != "" {
				what = "no image that matches has a label"
			}
			fmt.Fprintf(env.Stderr, "kindred mislabels: %s\n", what)
		}
		names, err := p.Paths(ctx)
		if err != nil {
			return err
		}
		if !o.json {
			printMislabels(env, found, estimate, names)
			return nil
		}
		failed, err := p.failures(ctx)
		if err != nil {
			return err
		}
		type image struct {
			path
			Label     string  `json:"label"`
			Suggested string  `json:"suggested"`
			Score     float32 `json:"score"`
			Flagged   bool    `json:"flagged"`
			Why       string  `json:"why"`
		}
		type interval struct {
			Wrong int `json:"wrong"`
			Low   int `json:"low"`
			High  int `json:"high"`
		}
		out := struct {
			Images   []image      `json:"images"`
			Estimate interval     `json:"estimate"`
			Roots    []rootObject `json:"roots,omitempty"`
			Failed   []failure    `json:"failed"`
		}{make([]image, 0, len(found)), interval(estimate), p.several(), failed}
		for _, m := range found {
			out.Images = append(out.Images, image{newPath(names[m.ID]), m.Label, m.Suggested, m.Score, m.Flagged, m.Why})
		}
		return writeJSON(env.Stdout, out)
	},
}

func printMislabels(env Env, found []project.Mislabel, estimate project.Estimate, names map[project.FileID]string) {
	flagged := 0
	for _, m := range found {
		if m.Flagged {
			flagged++
			fmt.Fprintf(env.Stdout, "%.2f  %s\n      %s, not %s? %s\n", m.Score, line(names[m.ID]), line(m.Suggested), line(m.Label), line(m.Why))
		}
	}
	fmt.Fprintf(env.Stdout, "%d of %d labels are likely wrong; in all about %d (%d to %d) are\n", flagged, len(found), estimate.Wrong, estimate.Low, estimate.High)
}
