package command

import (
	"context"
	"errors"
	"fmt"
)

var checkCommand = command{
	name:  "check",
	args:  "[FOLDER…] [--project FILE]",
	short: "Test the program itself, and a project's file and folders",
	long: `Runs a small computation on ONNX Runtime and the built-in model; with a project
also checks its database and counts files that are missing or failed. Ends with
1 when something is wrong.

    kindred check ~/Pictures/birds`,
	setup: func(o *options) { o.projectFlags() },
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

		if o.project != "" || len(o.args) > 0 {
			p, err := open(ctx, env, o, o.args, false)
			if err != nil {
				return err
			}
			defer p.Close()
			part := &projectPart{File: p.File(), Integrity: "ok", Roots: []rootStatus{}}
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
				fmt.Fprintf(env.Stdout, "project  %s: %s; %d images, %d waiting, %d missing, %d failed\n",
					line(part.File), part.Integrity, part.Images, part.Pending, part.Missing, len(out.Failed))
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
