package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"kindred/app/models"
	"kindred/embed"
	"kindred/project"
	"kindred/project/job"
	"kindred/project/scan"
	"kindred/project/workspace"
)

// opened is a project that a command works on.
type opened struct {
	*workspace.Workspace
	roots  []project.Root
	report scan.Report // of the scan that brought it up to date
}

// open opens the project that the options and folders name. With create it is
// made when absent; otherwise that is an error.
func open(ctx context.Context, env Env, o *options, folders []string, create bool) (*opened, error) {
	if o.project == "" && len(folders) == 0 {
		return nil, usagef("name a FOLDER, or a project with --project FILE")
	}
	for _, folder := range folders {
		info, err := os.Stat(folder)
		if err != nil {
			return nil, fmt.Errorf("open %q: %w", folder, unwrapPath(err))
		}
		if !info.IsDir() {
			return nil, fmt.Errorf("open %q: not a folder", folder)
		}
		if err := readable(folder); err != nil {
			return nil, fmt.Errorf("open %q: %w", folder, unwrapPath(err))
		}
	}
	file := o.project
	if file == "" {
		var err error
		if file, err = env.Home.Project(folders[0]); err != nil {
			return nil, err
		}
	}
	pick, standard, err := picker(ctx, env, o.model, file, create)
	if err != nil {
		return nil, err
	}
	ws, err := workspace.Open(ctx, workspace.Params{
		File: file, Create: create, Thumbnails: env.Home.Thumbnails(), ThumbnailLimit: env.Home.ThumbnailLimit(),
		Pick: pick, Kernel: env.Engine.Kernel, Workers: runtime.NumCPU(),
	})
	if err != nil {
		return nil, err
	}
	p := &opened{Workspace: ws}
	if standard != "" {
		if err := ws.RememberModel(ctx, standard); err != nil {
			return nil, errors.Join(err, ws.Close())
		}
	}
	if err := ws.AddFolders(ctx, folders); err != nil {
		return nil, errors.Join(err, ws.Close())
	}
	if p.roots, err = ws.Roots(ctx); err != nil {
		return nil, errors.Join(err, ws.Close())
	}
	return p, nil
}

// pick chooses the encoder of a project that is opened.
type pick func(context.Context, workspace.Remembered) (embed.Encoder, error)

// picker takes the model that --model names, else, for a project that is about
// to be made, the one that the settings name, whose id is the second result,
// else the one that the project was last set to. No other takes the place of
// one that cannot be used: that would encode everything anew.
func picker(ctx context.Context, env Env, wanted, file string, create bool) (pick, string, error) {
	fixed := func(e embed.Encoder) pick {
		return func(context.Context, workspace.Remembered) (embed.Encoder, error) { return e, nil }
	}
	if wanted != "" {
		e, err := env.Engine.Encoder(ctx, wanted)
		return fixed(e), "", err
	}
	registry := models.New(env.Home.Data, env.Engine)
	if _, err := os.Stat(file); create && errors.Is(err, os.ErrNotExist) {
		if id := registry.Default(); id != "" {
			e, err := registry.Open(ctx, id)
			if err != nil {
				return nil, "", fmt.Errorf("the model of new projects cannot be used: %w; --model names another", err)
			}
			return fixed(e), id, nil
		}
	}
	return func(ctx context.Context, r workspace.Remembered) (embed.Encoder, error) {
		e, err := registry.Open(ctx, r.ID)
		if err != nil && r.ID != "" {
			name := r.Name
			if name == "" {
				name = r.ID
			}
			return nil, fmt.Errorf("the project’s model %q cannot be used: %w; --model names another", name, err)
		}
		return e, err
	}, "", nil
}

// openScanned opens a project for findings: it looks at the folders first
// unless told not to.
func openScanned(ctx context.Context, env Env, o *options, folders []string) (*opened, error) {
	p, err := open(ctx, env, o, folders, o.project == "")
	if err != nil {
		return nil, err
	}
	if o.noScan {
		return p, nil
	}
	if err := p.scan(ctx, env, false); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

func (p *opened) scan(ctx context.Context, env Env, verify bool) error {
	return withProgress(ctx, env, "Embedding", func(ctx context.Context, pr *job.Progress) error {
		var err error
		p.report, err = p.Scan(ctx, workspace.ScanOptions{Verify: verify}, pr)
		return err
	})
}

// rootObjects is the field roots of the contract, only with several roots.
type rootObject struct {
	Name string `json:"name"`
	Path string `json:"path"`
}

func (p *opened) rootObjects() []rootObject {
	out := make([]rootObject, len(p.roots))
	for i, r := range p.roots {
		out[i] = rootObject{Name: r.Name, Path: r.Path}
	}
	return out
}

// several returns the roots where the contract wants them in the object: when
// there is more than one.
func (p *opened) several() []rootObject {
	if len(p.roots) < 2 {
		return nil
	}
	return p.rootObjects()
}

func (p *opened) failures(ctx context.Context) ([]failure, error) {
	out := []failure{}
	names, err := p.Paths(ctx)
	if err != nil {
		return nil, err
	}
	for f, err := range p.Failures(ctx) {
		if err != nil {
			return nil, err
		}
		out = append(out, failure{newPath(names[f.ID]), f.Reason})
	}
	return out, nil
}

// shown is a path below a root as the contract prints it.
func (p *opened) shown(root project.RootID, path string) string {
	if len(p.roots) > 1 {
		for _, r := range p.roots {
			if r.ID == root {
				return r.Name + "/" + path
			}
		}
	}
	return path
}

// withProgress runs long work with a line of progress on a terminal.
func withProgress(ctx context.Context, env Env, name string, f func(context.Context, *job.Progress) error) error {
	last := 0
	runner := job.NewRunner(func(all []job.Status) {
		if !env.Terminal || len(all) == 0 {
			return
		}
		s := all[len(all)-1]
		text := fmt.Sprintf("%s %d / %d · %.0f img/s", s.Name, s.Done, s.Total, s.Rate)
		if s.Total == 0 {
			text = s.Name
		}
		if s.Left > 0 {
			text += " · " + s.Left.Round(time.Second).String() + " left"
		}
		fmt.Fprintf(env.Stderr, "\r%s%s", text, strings.Repeat(" ", max(0, last-len(text))))
		last = len(text)
	})
	done := make(chan error, 1)
	id := runner.Start(name, func(jobCtx context.Context, p *job.Progress) error {
		err := f(jobCtx, p)
		done <- err
		return err
	})
	var err error
	select {
	case err = <-done:
	case <-ctx.Done():
		runner.Cancel(id)
		if err = <-done; err == nil {
			err = ctx.Err()
		}
	}
	runner.Close()
	if env.Terminal && last > 0 {
		fmt.Fprintf(env.Stderr, "\r%s\r", strings.Repeat(" ", last))
	}
	return err
}

func readable(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	return f.Close()
}

// unwrapPath leaves out the path that os errors repeat.
func unwrapPath(err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
