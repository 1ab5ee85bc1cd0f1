// Command pack takes ONNX Runtime's shared library out of its Python wheel,
// checks both against their pinned SHA-256, and writes the library beside the
// tests and, compressed, where assets embeds it.
//
//	go run ./assets/runtime/pack WHEEL LIBRARY COMPRESSED
package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"

	"kindred/assets"
)

const (
	wheelSHA = "7c65a7438632d55dfbc8a02ee60bd6cf7dd9d1ba05a43d4b851452f32338e194"
	member   = "onnxruntime/capi/libonnxruntime.so.1.27.0"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: pack WHEEL LIBRARY COMPRESSED")
		os.Exit(2)
	}
	if err := pack(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func pack(wheel, library, compressed string) error {
	data, err := os.ReadFile(wheel)
	if err != nil {
		return err
	}
	if err := check(wheel, data, wheelSHA); err != nil {
		return err
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return fmt.Errorf("read %q: %w", wheel, err)
	}
	file, err := archive.Open(member)
	if err != nil {
		return fmt.Errorf("read %q: %w", wheel, err)
	}
	lib, err := io.ReadAll(file)
	if err != nil {
		return fmt.Errorf("read %q: %w", member, err)
	}
	if err := check(member, lib, assets.RuntimeSHA256); err != nil {
		return err
	}
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression))
	if err != nil {
		return err
	}
	if err := write(library, lib, 0o755); err != nil {
		return err
	}
	return write(compressed, encoder.EncodeAll(lib, nil), 0o644)
}

func check(name string, data []byte, want string) error {
	sum := sha256.Sum256(data)
	if got := hex.EncodeToString(sum[:]); got != want {
		return fmt.Errorf("%q has SHA-256 %s, wanted %s", name, got, want)
	}
	return nil
}

// write replaces a file in one step, so that an interrupted run leaves none
// half written.
func write(path string, data []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path+".part", data, mode); err != nil {
		return err
	}
	return os.Rename(path+".part", path)
}
