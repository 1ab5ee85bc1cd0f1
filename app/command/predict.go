package command

import (
	"context"
	"fmt"
	"runtime"

	"kindred/project"
	"kindred/project/workspace"
)

var predictCommand = command{
	name:  "predict",
	args:  "PATH… [--top 5] [--model MODEL]",
	short: "Say what is on images: class names and confidence",
	long: `Classifies image files, or all images below folders. A line an image: path,
class, confidence. The built-in model knows the 1,000 ImageNet classes; --model
takes any classifier as .onnx, Ultralytics exports among them.

    kindred predict bus.jpg
    kindred predict photos --model yolo26n-cls.onnx --json`,
	setup: func(o *options) {
		o.modelFlag()
		o.integer(&o.top, "top", 5, "how many `N` classes an image, with --json")
	},
	run: func(ctx context.Context, env Env, o *options) error {
		if o.top < 1 {
			return usagef("--top wants a number from 1 on")
		}
		type prediction struct {
			Name       string  `json:"name"`
			Confidence float32 `json:"confidence"`
		}
		type image struct {
			path
			Predictions []prediction `json:"predictions"`
		}
		out := struct {
			Images []image   `json:"images"`
			Failed []failure `json:"failed"`
		}{[]image{}, []failure{}}
		err := encode(ctx, env, o, &out.Failed, func(spec workspace.Spec) error {
			if len(spec.Classes) == 0 {
				return fmt.Errorf("model %q names no classes: it makes embeddings only", spec.Name)
			}
			return nil
		}, func(file string, e workspace.Encoded, spec workspace.Spec) {
			top := project.Top(e.Probs, spec.Classes, o.top)
			if !o.json {
				fmt.Fprintf(env.Stdout, "%s\t%s\t%.4f\n", line(file), top[0].Name, top[0].Confidence)
				return
			}
			im := image{path: newPath(file), Predictions: make([]prediction, len(top))}
			for i, p := range top {
				im.Predictions[i] = prediction(p)
			}
			out.Images = append(out.Images, im)
		})
		if err != nil {
			return err
		}
		if o.json {
			return writeJSON(env.Stdout, out)
		}
		return nil
	},
}

var embedCommand = command{
	name:  "embed",
	args:  "PATH… [--model MODEL]",
	short: "Print the embeddings of images",
	long: `Computes the embedding of image files, or of all images below folders: the raw
output of the encoder, one vector an image.

    kindred embed bus.jpg --json`,
	setup: func(o *options) { o.modelFlag() },
	run: func(ctx context.Context, env Env, o *options) error {
		type image struct {
			path
			Vector []float32 `json:"vector"`
		}
		out := struct {
			Images []image   `json:"images"`
			Failed []failure `json:"failed"`
		}{[]image{}, []failure{}}
		err := encode(ctx, env, o, &out.Failed, nil, func(file string, e workspace.Encoded, _ workspace.Spec) {
			if o.json {
				out.Images = append(out.Images, image{newPath(file), e.Embedding})
				return
			}
			fmt.Fprintf(env.Stdout, "%s", line(file))
			for _, v := range e.Embedding {
				fmt.Fprintf(env.Stdout, "\t%g", v)
			}
			fmt.Fprintln(env.Stdout)
		})
		if err != nil {
			return err
		}
		if o.json {
			return writeJSON(env.Stdout, out)
		}
		return nil
	},
}

// encode runs the model over the arguments and calls each in their order.
// Files that cannot be read are collected in failed; when all are, that is the
// error.
func encode(ctx context.Context, env Env, o *options, failed *[]failure,
	check func(workspace.Spec) error, each func(file string, e workspace.Encoded, spec workspace.Spec),
) error {
	if len(o.args) == 0 {
		return usagef("name a PATH")
	}
	files, unread, err := workspace.Expand(ctx, o.args)
	if err != nil {
		return err
	}
	for _, f := range unread {
		*failed = append(*failed, failure{newPath(f.File), f.Reason})
	}
	tellFailures(env, *failed)
	encoder, err := env.Engine.Encoder(ctx, o.model)
	if err != nil {
		return err
	}
	spec := encoder.Spec()
	if check != nil {
		if err := check(spec); err != nil {
			return err
		}
	}
	done := 0
	for r, err := range workspace.EncodeFiles(ctx, encoder, files, runtime.NumCPU()) {
		if err != nil {
			return err
		}
		if r.Reason != "" {
			*failed = append(*failed, failure{newPath(r.File), r.Reason})
			tellFailures(env, (*failed)[len(*failed)-1:])
			continue
		}
		done++
		each(r.File, r.Encoded, spec)
	}
	if done == 0 && len(files) > 0 {
		f := (*failed)[0]
		return fmt.Errorf("none of %s could be used; the first: %s: %s", count(len(files), "file", "files"), line(f.Path), f.Reason)
	}
	return nil
}
