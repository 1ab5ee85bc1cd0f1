package command

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kindred/project"
)

var scanCommand = command{
	name:  "scan",
	args:  "FOLDER… [--project FILE] [--verify] [--label-level N|none|auto]",
	short: "Read folders of images and compute their embeddings",
	long: `Looks through the folders, reads what is new or changed, and stores embeddings,
predictions, quality measures and thumbnails in the project. It can be broken
off at any time and goes on where it was. Folder names become labels; train,
val and test become splits.

    kindred scan ~/Pictures/birds`,
	setup: func(o *options) {
		o.projectFlags()
		o.boolean(&o.verify, "verify", "read every file, not only those whose size or date changed")
		o.text(&o.labelLevel, "label-level", "which folder names the label: `N` counted from FOLDER, none, or auto; it is kept")
	},
	run: func(ctx context.Context, env Env, o *options) error {
		level, err := parseLevel(o.labelLevel)
		if err != nil {
			return err
		}
		p, err := open(ctx, env, o, o.args, true)
		if err != nil {
			return err
		}
		defer p.Close()
		if o.labelLevel != "" {
			for _, r := range p.roots {
				if err := p.SetLabelLevel(ctx, r.ID, level); err != nil {
					return err
				}
			}
		}
		if err := p.scan(ctx, env, o.verify); err != nil {
			return err
		}
		r := p.report
		failed := make([]failure, len(r.Failed))
		for i, f := range r.Failed {
			failed[i] = failure{newPath(p.shown(f.Root, f.Path)), f.Reason}
		}
		if o.json {
			skipped := r.Skipped
			if skipped == nil {
				skipped = map[string]int{}
			}
			return writeJSON(env.Stdout, struct {
				Project   string             `json:"project"`
				Roots     []rootObject       `json:"roots"`
				Images    int                `json:"images"`
				New       int                `json:"new"`
				Changed   int                `json:"changed"`
				Unchanged int                `json:"unchanged"`
				Moved     int                `json:"moved"`
				Missing   int                `json:"missing"`
				Failed    []failure          `json:"failed"`
				Skipped   map[string]int     `json:"skipped"`
				Model     string             `json:"model"`
				Seconds   map[string]float64 `json:"seconds"`
			}{
				p.File(), p.rootObjects(), r.Images, r.New, r.Changed, r.Unchanged, r.Moved, r.Missing,
				failed, skipped, string(p.Spec().ID), r.Seconds,
			})
		}
		tellFailures(env, failed)
		fmt.Fprintf(env.Stdout, "%s\n%s: %d new, %d changed, %d unchanged, %d moved; %d missing, %d unreadable, %.1f s\n",
			line(p.File()), count(r.Images, "image", "images"), r.New, r.Changed, r.Unchanged, r.Moved, r.Missing, len(failed), r.Seconds["total"])
		if len(r.Skipped) > 0 {
			var parts []string
			for reason, n := range r.Skipped {
				parts = append(parts, fmt.Sprintf("%s %d", line(reason), n))
			}
			slices.Sort(parts)
			fmt.Fprintf(env.Stdout, "skipped: %s\n", strings.Join(parts, ", "))
		}
		return nil
	},
}

// parseLevel reads --label-level.
func parseLevel(text string) (int, error) {
	switch text {
	case "", "auto":
		return project.LabelsAuto, nil
	case "none":
		return project.LabelsOff, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 32 {
		return 0, usagef("--label-level takes a number from 1, none or auto, not %q", text)
	}
	return n, nil
}
