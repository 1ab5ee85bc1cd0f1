package workspace

import (
	"context"
	"fmt"
	"image"
	"os"

	"kindred/embed"
	"kindred/project"
	"kindred/project/thumb"
)

// previewLimit is the longest side of a preview: textures above what graphics
// cards take fail without a word.
const previewLimit = 4096

// Thumbnail returns a packed picture that fits w x h pixels, or covers it. It
// comes from the thumbnail cache when that is large enough, else from the
// original, which also fills the cache.
func (w *Workspace) Thumbnail(ctx context.Context, id project.FileID, width, height int, cover bool) (*image.RGBA, error) {
	hash, err := w.store.HashOf(ctx, id)
	if err != nil {
		return nil, err
	}
	if hash != (project.Hash{}) && max(width, height) <= thumb.Size {
		data, found, err := w.thumbs.Get(ctx, hash)
		if err != nil {
			return nil, err
		}
		if found {
			if m, err := thumb.RGBA(data, width, height, cover); err == nil {
				return m, nil
			}
		}
	}
	px, err := w.decode(ctx, id, max(width, height, thumb.Size))
	if err != nil {
		return nil, err
	}
	if hash != (project.Hash{}) {
		if data, err := thumb.Thumbnail(px); err == nil {
			// The cache is a convenience: a full disk must not hide the picture.
			_ = w.thumbs.Put(ctx, hash, data)
		}
	}
	return thumb.FromPixels(px, width, height, cover), nil
}

// Preview decodes the original to fit width x height pixels.
func (w *Workspace) Preview(ctx context.Context, id project.FileID, width, height int) (*image.RGBA, error) {
	width, height = min(width, previewLimit), min(height, previewLimit)
	px, err := w.decode(ctx, id, max(width, height))
	if err != nil {
		return nil, err
	}
	if px.W <= width && px.H <= height {
		width, height = px.W, px.H // shown as it is, not enlarged
	}
	return thumb.FromPixels(px, width, height, false), nil
}

func (w *Workspace) decode(ctx context.Context, id project.FileID, minShort int) (embed.Pixels, error) {
	path, err := w.store.AbsolutePath(ctx, id)
	if err != nil {
		return embed.Pixels{}, err
	}
	if err := ctx.Err(); err != nil {
		return embed.Pixels{}, err
	}
	px, err := decodeFile(ctx, path, minShort)
	if err != nil {
		err = w.disconnected(ctx, id, err)
	}
	return px, err
}

// decodeFile reads and decodes one picture file.
func decodeFile(ctx context.Context, path string, minShort int) (embed.Pixels, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%w: not a regular file", project.ErrNotImage)
	}
	if err != nil {
		return embed.Pixels{}, fmt.Errorf("read %q: %w", path, err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return embed.Pixels{}, fmt.Errorf("read %q: %w", path, err)
	}
	px, _, err := thumb.Decoder{}.Decode(ctx, data, minShort)
	if err != nil {
		return embed.Pixels{}, fmt.Errorf("decode %q: %w", path, err)
	}
	return px, nil
}
