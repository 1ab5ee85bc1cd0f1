package workspace

import (
	"context"
	"crypto/sha256"
	"os"

	"kindred/project"
	"kindred/project/job"
	"kindred/project/scan"
	"kindred/project/thumb"
)

// readHeaders reads date, camera and place of pictures that an earlier version
// decoded, which did not look for all of them. It goes on where it was.
func (w *Workspace) readHeaders(ctx context.Context, p *job.Progress) error {
	for {
		list, err := w.store.Headers(ctx, 256)
		if err != nil || len(list) == 0 {
			return err
		}
		p.Begin("Reading dates and places", 0)
		said := make([]*scan.Content, len(list))
		for i, h := range list {
			if err := p.Gate(ctx); err != nil {
				return err
			}
			path, err := w.store.AbsolutePath(ctx, h.File)
			if err != nil {
				return err
			}
			said[i] = headerOf(path, h.Hash)
			p.Add(1)
		}
		if err := w.store.PutHeaders(ctx, list, said); err != nil {
			return err
		}
	}
}

// headerOf is what a file says of itself, nil when it is not what it was.
func headerOf(path string, hash project.Hash) *scan.Content {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	data, err := os.ReadFile(path)
	if err != nil || sha256.Sum256(data) != hash {
		return nil
	}
	said, err := thumb.Probe(data)
	if err != nil {
		return nil
	}
	return &scan.Content{Taken: said.Taken, Camera: said.Camera, Lat: said.Lat, Lon: said.Lon}
}
