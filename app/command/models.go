package command

import (
	"context"
	"fmt"
	"strings"

	"kindred/app/models"
)

var modelsCommand = command{
	name:  "models",
	args:  "",
	short: "List the models: the built-in one and those you added",
	long: `Lists the built-in model and the .onnx files that were added in the window
(Settings), a line each: name, input size, classes, length of an embedding, size
of the file, and where it lies. --model takes the path of any .onnx file, added
or not.

    kindred models
    kindred models --json`,
	setup: func(*options) {},
	run: func(ctx context.Context, env Env, o *options) error {
		if len(o.args) != 0 {
			return usagef("models takes no arguments; --model FILE.onnx of the other commands uses one")
		}
		all, err := models.New(env.Home.Data, env.Engine).List(ctx)
		if err != nil {
			return err
		}
		type input struct {
			Width  int `json:"width"`
			Height int `json:"height"`
		}
		type model struct {
			ID      string `json:"id"`
			Name    string `json:"name"`
			Input   input  `json:"input"`
			Classes int    `json:"classes"`
			Dim     int    `json:"dim"`
			Size    int64  `json:"size"`
			Builtin bool   `json:"builtin"`
			path           // "" when it is built in
			Problem string `json:"problem,omitempty"`
		}
		out := struct {
			Models []model `json:"models"`
		}{[]model{}}
		for _, m := range all {
			out.Models = append(out.Models, model{
				m.ID, m.Name, input{m.Width, m.Height}, m.Classes, m.Dim, m.Size, m.Builtin(), newPath(m.Path), m.Problem,
			})
		}
		if o.json {
			return writeJSON(env.Stdout, out)
		}
		for _, m := range out.Models {
			where := "built in"
			if !m.Builtin {
				where = line(m.Path)
			}
			if m.Problem != "" {
				where += " (" + m.Problem + ")"
			}
			fmt.Fprintln(env.Stdout, strings.Join([]string{
				line(m.Name), fmt.Sprintf("%d x %d", m.Input.Width, m.Input.Height), count(m.Classes, "class", "classes"),
				count(m.Dim, "value", "values"), fmt.Sprintf("%.1f MB", float64(m.Size)/1e6), where,
			}, "\t"))
		}
		return nil
	},
}
