package command

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kindred/project"
	"kindred/project/workspace"
)

var similarCommand = command{
	name:  "similar",
	args:  "IMAGE [FOLDER…] [--k 10] [--plus IMAGE] [--minus IMAGE]",
	short: "Find the images most like one",
	long: `Ranks the project's images by how much they look like IMAGE, which may lie
outside the project. --plus and --minus add and subtract further images. The
score is the cosine of the embeddings.

    kindred similar heron.jpg ~/Pictures/birds --k 20`,
	setup: func(o *options) {
		o.findingFlags()
		o.integer(&o.k, "k", 10, "how many `N`")
		o.list(&o.plus, "plus", "also like this `IMAGE`")
		o.list(&o.minus, "minus", "not like this `IMAGE`")
		o.text(&o.words, "text", "like these `WORDS` (not in this version)")
	},
	run: func(ctx context.Context, env Env, o *options) error {
		if o.words != "" {
			return usagef("--text: words as queries are not in this version; name an image")
		}
		if err := o.least("k", o.k, 1); err != nil {
			return err
		}
		if len(o.args) == 0 {
			return usagef("name an IMAGE")
		}
		image, folders := o.args[0], o.args[1:]
		p, err := openScanned(ctx, env, o, folders)
		if err != nil {
			return err
		}
		defer p.Close()
		near, err := p.SimilarTo(ctx, workspace.Like{
			Plus: append([]string{image}, o.plus...), Minus: o.minus, K: o.k, Filter: o.filter,
		})
		if err != nil {
			return err
		}
		names, err := p.Paths(ctx)
		if err != nil {
			return err
		}
		type result struct {
			path
			Score float32 `json:"score"`
		}
		results := make([]result, 0, len(near))
		for _, n := range near {
			results = append(results, result{newPath(names[n.ID]), max(0, n.Cosine)})
		}
		if !o.json {
			for i, r := range results {
				fmt.Fprintf(env.Stdout, "%.4f\t%s\n", r.Score, line(names[near[i].ID]))
			}
			return nil
		}
		failed, err := p.failures(ctx)
		if err != nil {
			return err
		}
		return writeJSON(env.Stdout, struct {
			Results []result     `json:"results"`
			Roots   []rootObject `json:"roots,omitempty"`
			Failed  []failure    `json:"failed"`
		}{results, p.several(), failed})
	},
}

// byPath orders ids by the bytes of their paths.
func byPath(names map[project.FileID]string) []project.FileID {
	ids := make([]project.FileID, 0, len(names))
	for id := range names {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b project.FileID) int {
		if c := strings.Compare(names[a], names[b]); c != 0 {
			return c
		}
		return int(a - b)
	})
	return ids
}
