//go:build linux

package scan_test

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"kindred/embed"
	"kindred/project"
	"kindred/project/scan"
	"kindred/project/store"
)

// long gives vectors that fill a disk, from the first pixel of a picture.
type long struct{}

func (long) Spec() embed.Spec {
	return embed.Spec{ID: "long-1", Name: "long", Dim: 1024, Input: embed.Preprocess{
		Resize: 8, Width: 8, Height: 8, Scale: 1, Std: [3]float32{1, 1, 1},
	}}
}

func (long) Encode(_ context.Context, input []float32, n int) ([]embed.Encoding, error) {
	all := make([]embed.Encoding, n)
	for i := range all {
		v := make([]float32, 1024)
		for k := range v {
			v[k] = input[i*len(input)/n] + float32(k)
		}
		all[i] = embed.Encoding{Embedding: v, Probs: []float32{1}}
	}
	return all, nil
}

func (long) Close() error { return nil }

// smallDisk mounts 4 MB of memory as a disk.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("kindred", dir, "tmpfs", 0, "size=4m"); err != nil {
		t.Skipf("needs the right to mount a small disk: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// ready counts the files that are done.
func ready(t *testing.T, s *store.Store) (n int) {
	t.Helper()
	for k, err := range s.Known(t.Context(), 1, long{}.Spec().ID) {
		if err != nil {
			t.Fatal(err)
		}
		if k.State == project.Ready {
			n++
		}
	}
	return n
}

// A disk that fills up ends the scan with an error that says so. What was
// stored before can be read, and with room again the scan goes on.
func TestDiskFillsUp(t *testing.T) {
	const pictures = 900
	folder, disk := t.TempDir(), smallDisk(t)
	for i := range pictures {
		f, err := os.Create(filepath.Join(folder, fmt.Sprintf("%03d.png", i)))
		if err != nil {
			t.Fatal(err)
		}
		m := image.NewRGBA(image.Rect(0, 0, 8, 8))
		m.SetRGBA(0, 0, color.RGBA{uint8(i), uint8(i >> 8), 1, 255})
		if err := errors.Join(png.Encode(f, m), f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	path, filler := disk+"/test.kindred", disk+"/filler"
	s, err := store.Open(t.Context(), path, store.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = s.AddRoot(t.Context(), folder); err == nil {
		err = s.SetModel(t.Context(), long{}.Spec())
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filler, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = scan.Run(t.Context(), scan.Params{Store: s, Encoder: long{}, Workers: 2}, nil)
	if err == nil || !strings.Contains(err.Error(), "full") {
		t.Fatalf("the scan on a full disk says %v", err)
	}
	t.Log(err)
	before := ready(t, s)
	_ = s.Close() // it may be unable to tidy up

	s, err = store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatalf("open on a full disk: %v", err)
	}
	if got := ready(t, s); got != before || got == pictures {
		t.Errorf("%d files are done after opening again, %d before", got, before)
	}
	if err := s.Close(); err != nil {
		t.Logf("close on a full disk: %v", err)
	}

	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("", disk, "", syscall.MS_REMOUNT, "size=64m"); err != nil {
		t.Fatal(err)
	}
	if s, err = store.Open(t.Context(), path, store.Options{}); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err = scan.Run(t.Context(), scan.Params{Store: s, Encoder: long{}, Workers: 2}, nil); err != nil {
		t.Fatal(err)
	}
	if got := ready(t, s); got != pictures {
		t.Errorf("%d of %d files are done with room again", got, pictures)
	}
}
