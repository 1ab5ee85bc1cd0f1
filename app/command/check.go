package command

import (
	"context"
	"errors"
	"fmt"
)

var checkCommand = command{
	name:  "check",
	args:  "[FOLDER…] [--project FILE] [--rebuild]",
	short: "Test the program itself, and a project's file and folders",
	long: `Runs a small computation on ONNX Runtime and the built-in model; with a project
also checks its database and counts files that are missing or failed. Ends with
1 when something is wrong. With --rebuild a damaged project file is copied beside
itself, and all that can be read goes into a new one.

    kindred check ~/Pictures/birds`,
	setup: func(o *options) {
		o.projectFlags()
		o.boolean(&o.rebuild, "rebuild", "keep a copy of a damaged project and save what can be read into a new one")
	},
	run: func(ctx context.Context, env Env, o *options) error {
		type modelPart struct {
			Name    string `json:"name"`
			ID      string `json:"id"`
			Classes int    `json:"classes"`
			Dim     int    `json:"dim"`
		}
		type projectPart struct {
			File      string       `json:"file"`
			Integrity string       `json:"integrity"`
			Images    int          `json:"images"`
			Pending   int          `json:"pending"`
			Missing   int          `json:"missing"`
			Roots     []rootStatus `json:"roots"`
			Rebuilt   *rebuiltPart `json:"rebuilt,omitempty"` // only when it was damaged
		}
		out := struct {
			OK      bool         `json:"ok"`
			Version string       `json:"version"`
			Runtime string       `json:"runtime"`
			Model   modelPart    `json:"model"`
			Project *projectPart `json:"project,omitempty"`
			Failed  []failure    `json:"failed"`
		}{OK: true, Version: env.Version, Runtime: "ok", Failed: []failure{}}

		if err := env.Engine.SelfTest(ctx); err != nil {
			return err
		}
		encoder, err := env.Engine.Encoder(ctx, o.model)
		if err != nil {
			return err
		}
		spec := encoder.Spec()
		// A grey picture through the whole model: finite values come out.
		grey := make([]float32, spec.Input.Len())
		if _, err := encoder.Encode(ctx, grey, 1); err != nil {
			return fmt.Errorf("model %q does not run: %w", spec.Name, err)
		}
		out.Model = modelPart{spec.Name, string(spec.ID), len(spec.Classes), spec.Dim}

		if o.rebuild && o.project == "" && len(o.args) == 0 {
			return usagef("name the FOLDER or the --project FILE to rebuild")
		}
		if o.project != "" || len(o.args) > 0 {
			var rebuilt *rebuiltPart
			if o.rebuild {
				if rebuilt, err = rebuildDamaged(ctx, env, o); err != nil {
					return err
				}
			}
			p, err := open(ctx, env, o, o.args, false)
			if err != nil {
				return err
			}
			defer p.Close()
			out.Model = modelPart{p.Spec().Name, string(p.Spec().ID), len(p.Spec().Classes), p.Spec().Dim}
			part := &projectPart{File: p.File(), Integrity: "ok", Roots: []rootStatus{}, Rebuilt: rebuilt}
			out.Project = part
			if err := p.Check(ctx); err != nil {
				part.Integrity, out.OK = err.Error(), false
			}
			counts, err := p.Counts(ctx)
			if err != nil {
				return err
			}
			part.Images, part.Pending, part.Missing = counts.Images, counts.Pending, counts.Missing
			for _, r := range p.roots {
				part.Roots = append(part.Roots, rootStatus{rootObject{r.Name, r.Path}, r.Connected})
				out.OK = out.OK && r.Connected
			}
			if out.Failed, err = p.failures(ctx); err != nil {
				return err
			}
		}
		if o.json {
			if err := writeJSON(env.Stdout, out); err != nil {
				return err
			}
		} else {
			fmt.Fprintf(env.Stdout, "program  %s\nruntime  ok\nmodel    %s, %d classes, %d values\n",
				out.Version, out.Model.Name, out.Model.Classes, out.Model.Dim)
			if part := out.Project; part != nil {
				fmt.Fprintf(env.Stdout, "project  %s: %s; %s, %d waiting, %d missing, %d failed\n",
					line(part.File), part.Integrity, count(part.Images, "file", "files"), part.Pending, part.Missing, len(out.Failed))
				if r := part.Rebuilt; r != nil {
					fmt.Fprintf(env.Stdout, "rebuilt  saved %s, %s and %s; kindred scan reads %s again\nbackup   %s\n",
						count(r.Files, "file", "files"), count(r.Labels, "label", "labels"), count(r.Vectors, "embedding", "embeddings"),
						count(r.Unread, "file", "files"), line(r.Backup))
				}
				for _, r := range part.Roots {
					if !r.Connected {
						fmt.Fprintf(env.Stdout, "folder   %s is not connected\n", line(r.Path))
					}
				}
			}
		}
		if !out.OK {
			return errNotOK
		}
		return nil
	},
}

type rootStatus struct {
	rootObject
	Connected bool `json:"connected"`
}

// errNotOK ends check with 1 after it has printed what is wrong.
var errNotOK = errors.New("something is wrong, see above")
