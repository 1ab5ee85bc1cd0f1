package command

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kindred/project"
	"kindred/project/audit"
	"kindred/project/workspace"
)

var qualityCommand = command{
	name:  "quality",
	args:  "[FOLDER…] [--limit CHECK=VALUE]",
	short: "Find blurry, dark, odd and mislabelled files",
	long: `Checks every picture that can be decoded, worst first; files that cannot are
listed as failed. A score is 0.5 at the limit and 1 at worst. Limits are in the
unit of what is measured, and --limit may be given several times:

    blurry=0.13           sharpness of the sharpest part, 0 to 1
    dark=0.14             brightness that 95 % of the pixels stay below, 0 to 1
    light=0.83            brightness that 95 % of the pixels stay above, 0 to 1
    low_information=0.8   bits a pixel, 0 to 8
    odd_size=5            times larger or smaller than the usual sizes
    odd_aspect_ratio=3    longer side to shorter side
    grayscale=0.005       colour, 0 to 1
    wrong_extension       (no limit)

Without a limit, what is odd is judged by the sizes of the other images.

    kindred quality ~/Pictures/birds --limit blurry=0.2`,
	setup: func(o *options) {
		o.findingFlags()
		o.list(&o.limits, "limit", "another limit, as `CHECK=VALUE`")
	},
	run: func(ctx context.Context, env Env, o *options) error {
		limits, err := parseLimits(o.limits)
		if err != nil {
			return err
		}
		p, err := openScanned(ctx, env, o, o.args)
		if err != nil {
			return err
		}
		defer p.Close()
		found, err := p.FindQuality(ctx, workspace.QualityOptions{Filter: o.filter, Limits: limits})
		if err != nil {
			return err
		}
		names, err := p.Paths(ctx)
		if err != nil {
			return err
		}
		failed, err := p.failures(ctx)
		if err != nil {
			return err
		}
		slices.SortStableFunc(found, func(a, b project.QualityFinding) int {
			return cmp.Or(cmp.Compare(worst(b), worst(a)), strings.Compare(names[a.ID], names[b.ID]))
		})
		if !o.json {
			printQuality(env, found, failed, names)
			return nil
		}
		type image struct {
			path
			Scores   map[string]float32 `json:"scores"`
			Measures map[string]float64 `json:"measures"`
			Flagged  []string           `json:"flagged"`
			Why      map[string]string  `json:"why"`
		}
		out := struct {
			Images []image      `json:"images"`
			Roots  []rootObject `json:"roots,omitempty"`
			Failed []failure    `json:"failed"`
		}{make([]image, 0, len(found)), p.several(), failed}
		for _, f := range found {
			out.Images = append(out.Images, image{newPath(names[f.ID]), f.Scores, f.Measures, f.Flagged, f.Why})
		}
		return writeJSON(env.Stdout, out)
	},
}

// worst is the highest of a picture's scores.
func worst(f project.QualityFinding) float32 {
	var w float32
	for _, s := range f.Scores {
		w = max(w, s)
	}
	return w
}

// parseLimits reads CHECK=VALUE.
func parseLimits(given []string) (map[string]float64, error) {
	limits := map[string]float64{}
	for _, text := range given {
		name, value, found := strings.Cut(text, "=")
		v, err := strconv.ParseFloat(value, 64)
		if !found || err != nil {
			return nil, usagef("--limit wants CHECK=NUMBER, as in blurry=0.2, not %q", text)
		}
		limits[name] = v
	}
	if err := audit.QualityLimits(limits).Check(); err != nil {
		return nil, usagef("--limit: %v", err)
	}
	return limits, nil
}

func printQuality(env Env, found []project.QualityFinding, failed []failure, names map[project.FileID]string) {
	flagged := 0
	for _, f := range found {
		if len(f.Flagged) == 0 {
			continue
		}
		flagged++
		fmt.Fprintln(env.Stdout, line(names[f.ID]))
		for _, check := range f.Flagged {
			fmt.Fprintf(env.Stdout, "  %.2f  %-16s  %s\n", f.Scores[check], strings.ReplaceAll(check, "_", " "), f.Why[check])
		}
	}
	for _, f := range failed {
		fmt.Fprintf(env.Stdout, "%s\n  failed  %s\n", line(f.Path), f.Reason)
	}
	fmt.Fprintf(env.Stdout, "%d of %s with faults, %s cannot be used\n", flagged, count(len(found), "picture", "pictures"), count(len(failed), "file", "files"))
}
