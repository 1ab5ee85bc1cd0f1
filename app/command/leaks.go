package command

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"kindred/project/workspace"
)

var leaksCommand = command{
	name:  "leaks",
	args:  "[FOLDER…] [--min-score S]",
	short: "Find copies that stand in different splits",
	long: `Lists copies of one picture, equal or edited, of which one stands in train and
another in val or test, so that a model is tested on what it was trained on; and
proposes how to close all of these leaks with the fewest images. The splits are
folders of that name below FOLDER: train, val, test. No file is touched.

    kindred leaks ~/datasets/birds`,
	setup: func(o *options) {
		o.findingFlags()
		o.number(&o.minScore, "min-score", -1, "take pairs from this `SCORE` on for copies, 0 to 1")
	},
	run: func(ctx context.Context, env Env, o *options) error {
		if err := o.unit("min-score", o.minScore); err != nil {
			return err
		}
		p, err := openScanned(ctx, env, o, o.args)
		if err != nil {
			return err
		}
		defer p.Close()
		leaks, counts, proposal, err := p.FindLeaks(ctx, workspace.LeakOptions{MinScore: float32(o.minScore), Filter: o.filter})
		if err != nil {
			return err
		}
		names, err := p.Paths(ctx)
		if err != nil {
			return err
		}
		if !o.json {
			splits, err := p.Splits(ctx)
			if err != nil {
				return err
			}
			delete(splits, "")
			if len(splits) < 2 {
				fmt.Fprintln(env.Stdout, "No leaks: the images stand in fewer than two splits (folders train, val, test).")
				return nil
			}
			if len(leaks) == 0 {
				fmt.Fprintln(env.Stdout, "No leaks.")
				return nil
			}
			for _, l := range leaks {
				fmt.Fprintf(env.Stdout, "%.2f  %s/%s  %s  %s  (%s)\n", l.Score, l.SplitA, l.SplitB, line(names[l.A]), line(names[l.B]), l.Reason)
			}
			for _, k := range slices.Sorted(maps.Keys(counts)) {
				fmt.Fprintf(env.Stdout, "%-12s %d\n", k, counts[k])
			}
			fmt.Fprintf(env.Stdout, "To close them, with %d of the images:\n", len(proposal))
			for _, s := range proposal {
				if s.To != "" {
					fmt.Fprintf(env.Stdout, "  move to %s  %s\n", s.To, line(names[s.ID]))
				} else {
					fmt.Fprintf(env.Stdout, "  %s  %s\n", s.Action, line(names[s.ID]))
				}
			}
			return nil
		}
		failed, err := p.failures(ctx)
		if err != nil {
			return err
		}
		type pair struct {
			A       string  `json:"a"`
			ABase64 string  `json:"a_base64,omitempty"`
			B       string  `json:"b"`
			BBase64 string  `json:"b_base64,omitempty"`
			Score   float32 `json:"score"`
			SplitA  string  `json:"split_a"`
			SplitB  string  `json:"split_b"`
		}
		type step struct {
			path
			Action string `json:"action"`
			To     string `json:"to"`
		}
		out := struct {
			Pairs    []pair         `json:"pairs"`
			Counts   map[string]int `json:"counts"`
			Proposal []step         `json:"proposal"`
			Roots    []rootObject   `json:"roots,omitempty"`
			Failed   []failure      `json:"failed"`
		}{make([]pair, 0, len(leaks)), counts, make([]step, 0, len(proposal)), p.several(), failed}
		for _, l := range leaks {
			a, b := newPath(names[l.A]), newPath(names[l.B])
			out.Pairs = append(out.Pairs, pair{a.Path, a.Base64, b.Path, b.Base64, l.Score, l.SplitA, l.SplitB})
		}
		for _, s := range proposal {
			out.Proposal = append(out.Proposal, step{newPath(names[s.ID]), s.Action, s.To})
		}
		return writeJSON(env.Stdout, out)
	},
}
