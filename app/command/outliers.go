package command

import (
	"context"
	"fmt"

	"kindred/project"
	"kindred/project/workspace"
)

var outliersCommand = command{
	name:  "outliers",
	args:  "[FOLDER…] [--within-label]",
	short: "Find images that belong to no group",
	long: `Ranks every image by how surely it does not belong: single images unlike all
others, and small groups that are foreign to the rest. The score is a
probability; from 0.5 on an image is flagged. With --within-label each image is
judged among those of its label. No file is touched.

    kindred outliers ~/Pictures/birds`,
	setup: func(o *options) {
		o.findingFlags()
		o.boolean(&o.withinLabel, "within-label", "judge each image among those of its label")
	},
	run: func(ctx context.Context, env Env, o *options) error {
		p, err := openScanned(ctx, env, o, o.args)
		if err != nil {
			return err
		}
		defer p.Close()
		found, err := p.FindOutliers(ctx, workspace.OutlierOptions{Filter: o.filter, WithinLabel: o.withinLabel})
		if err != nil {
			return err
		}
		names, err := p.Paths(ctx)
		if err != nil {
			return err
		}
		if !o.json {
			printOutliers(env, found, names)
			return nil
		}
		failed, err := p.failures(ctx)
		if err != nil {
			return err
		}
		type image struct {
			path
			Score   float32 `json:"score"`
			Flagged bool    `json:"flagged"`
			Why     string  `json:"why"`
		}
		out := struct {
			Images []image      `json:"images"`
			Roots  []rootObject `json:"roots,omitempty"`
			Failed []failure    `json:"failed"`
		}{make([]image, 0, len(found)), p.several(), failed}
		for _, x := range found {
			out.Images = append(out.Images, image{newPath(names[x.ID]), x.Score, x.Flagged, x.Why})
		}
		return writeJSON(env.Stdout, out)
	},
}

func printOutliers(env Env, found []project.Finding, names map[project.FileID]string) {
	flagged := 0
	for _, x := range found {
		if x.Flagged {
			flagged++
			fmt.Fprintf(env.Stdout, "%.2f  %s\n      %s\n", x.Score, line(names[x.ID]), line(x.Why))
		}
	}
	fmt.Fprintf(env.Stdout, "%d of %s belong to no group\n", flagged, count(len(found), "image", "images"))
}
