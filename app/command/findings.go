package command

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"kindred/project"
	"kindred/project/workspace"
)

var duplicatesCommand = command{
	name:  "duplicates",
	args:  "[FOLDER…] [--min-score S] [--limit N] [--prefer FOLDER]",
	short: "Find copies: equal files, and edited ones",
	long: `Lists pairs of images that show one picture, surest first: equal bytes, and
copies that were resized, recompressed, cropped, turned, recoloured or overlaid.
The score is the probability that both are one picture. Groups say which copy to
keep and why. No file is touched.

    kindred duplicates ~/Pictures/birds`,
	setup: func(o *options) {
		o.findingFlags()
		o.number(&o.minScore, "min-score", -1, "flag pairs from this `SCORE` on, 0 to 1; 0 lists every candidate")
		o.integer(&o.limit, "limit", -1, "print at most `N` pairs; groups stay complete")
		o.list(&o.prefer, "prefer", "keep files in this `FOLDER` (as the paths are printed) before others; the first given counts most")
	},
	run: func(ctx context.Context, env Env, o *options) error {
		if err := errors.Join(o.unit("min-score", o.minScore), o.least("limit", o.limit, 0)); err != nil {
			return err
		}
		p, err := openScanned(ctx, env, o, o.args)
		if err != nil {
			return err
		}
		defer p.Close()
		found, err := p.FindDuplicates(ctx, workspace.DuplicateOptions{MinScore: float32(o.minScore), Filter: o.filter, Prefer: o.prefer})
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
		pairs := found.Pairs
		if o.limit >= 0 && len(pairs) > o.limit {
			pairs = pairs[:o.limit]
		}
		if !o.json {
			printDuplicates(env, found, len(pairs), names)
			return nil
		}
		type pair struct {
			A       string  `json:"a"`
			ABase64 string  `json:"a_base64,omitempty"`
			B       string  `json:"b"`
			BBase64 string  `json:"b_base64,omitempty"`
			Score   float32 `json:"score"`
			Kind    string  `json:"kind"`
			Flagged bool    `json:"flagged"`
			Reason  string  `json:"reason"`
		}
		type group struct {
			Images      []string `json:"images"`
			Keep        string   `json:"keep"`
			Why         []string `json:"why"`
			Reclaimable int64    `json:"reclaimable_bytes"`
		}
		out := struct {
			Pairs  []pair       `json:"pairs"`
			Groups []group      `json:"groups"`
			Roots  []rootObject `json:"roots,omitempty"`
			Failed []failure    `json:"failed"`
		}{make([]pair, 0, len(pairs)), make([]group, 0, len(found.Groups)), p.several(), failed}
		for _, q := range pairs {
			a, b := newPath(names[q.A]), newPath(names[q.B])
			out.Pairs = append(out.Pairs, pair{a.Path, a.Base64, b.Path, b.Base64, q.Score, q.Kind, q.Flagged, q.Reason})
		}
		for _, g := range found.Groups {
			images := make([]string, len(g.Images))
			for i, id := range g.Images {
				images[i] = newPath(names[id]).Path
			}
			why := g.Why
			if why == nil {
				why = []string{}
			}
			out.Groups = append(out.Groups, group{images, newPath(names[g.Keep]).Path, why, g.ReclaimableBytes})
		}
		return writeJSON(env.Stdout, out)
	},
}

func printDuplicates(env Env, found workspace.Duplicates, pairs int, names map[project.FileID]string) {
	if len(found.Groups) == 0 {
		fmt.Fprintln(env.Stdout, "No duplicates.")
		return
	}
	var bytes int64
	for _, g := range found.Groups {
		fmt.Fprintf(env.Stdout, "%.2f  %s\n", g.Score, g.Kind)
		for _, id := range g.Images {
			if id == g.Keep {
				fmt.Fprintf(env.Stdout, "  keep  %s  (%s)\n", line(names[id]), strings.Join(g.Why, ", "))
			} else {
				fmt.Fprintf(env.Stdout, "        %s\n", line(names[id]))
			}
		}
		bytes += g.ReclaimableBytes
	}
	fmt.Fprintf(env.Stdout, "%s, %s, %.1f MB in extra copies\n", count(len(found.Groups), "group", "groups"), count(pairs, "pair", "pairs"), float64(bytes)/1e6)
}

var clustersCommand = command{
	name:  "clusters",
	args:  "[FOLDER…] [--count K | --level 0..1]",
	short: "Sort the images into groups that look alike",
	long: `Groups images by what they show. No number of groups is needed; --level goes
from coarse (0) to fine (1), --count asks for an exact number. Cluster 0 is the
largest; -1 collects images that belong to no group.

    kindred clusters ~/Pictures/birds --count 12`,
	setup: func(o *options) {
		o.findingFlags()
		o.integer(&o.count, "count", -1, "exactly `K` groups")
		o.number(&o.level, "level", -1, "how fine, from 0 to 1; without it the level that fits the images")
	},
	run: func(ctx context.Context, env Env, o *options) error {
		if err := errors.Join(o.least("count", o.count, 1), o.unit("level", o.level)); err != nil {
			return err
		}
		if o.given("count") && o.given("level") {
			return usagef("--count and --level exclude each other")
		}
		p, err := openScanned(ctx, env, o, o.args)
		if err != nil {
			return err
		}
		defer p.Close()
		clusters, _, err := p.FindClusters(ctx, workspace.ClusterOptions{Count: max(o.count, 0), Level: o.level, Filter: o.filter})
		if err != nil {
			return err
		}
		names, err := p.Paths(ctx)
		if err != nil {
			return err
		}
		if !o.json {
			for _, c := range clusters {
				label := c.Name
				if c.ID < 0 {
					label = "in no group"
				}
				fmt.Fprintf(env.Stdout, "%4d  %6d  %s\n", c.ID, len(c.Images), line(label))
				const first = 3
				for _, id := range c.Images[:min(first, len(c.Images))] {
					fmt.Fprintf(env.Stdout, "              %s\n", line(names[id]))
				}
				if more := len(c.Images) - first; more > 0 {
					fmt.Fprintf(env.Stdout, "              … and %d more\n", more)
				}
			}
			return nil
		}
		failed, err := p.failures(ctx)
		if err != nil {
			return err
		}
		type member struct {
			path
			Cluster int `json:"cluster"`
		}
		type cluster struct {
			Cluster int    `json:"cluster"`
			Size    int    `json:"size"`
			Name    string `json:"name"`
		}
		out := struct {
			Images   []member     `json:"images"`
			Clusters []cluster    `json:"clusters"`
			Roots    []rootObject `json:"roots,omitempty"`
			Failed   []failure    `json:"failed"`
		}{[]member{}, []cluster{}, p.several(), failed}
		of := map[project.FileID]int{}
		for _, c := range clusters {
			if c.ID >= 0 {
				out.Clusters = append(out.Clusters, cluster{c.ID, len(c.Images), c.Name})
			}
			for _, id := range c.Images {
				of[id] = c.ID
			}
		}
		for _, id := range byPath(names) {
			if c, ok := of[id]; ok {
				out.Images = append(out.Images, member{newPath(names[id]), c})
			}
		}
		return writeJSON(env.Stdout, out)
	},
}
