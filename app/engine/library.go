package engine

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"

	"kindred/assets"
)

var errNoLibrary = errors.New("this build carries no ONNX Runtime library: " +
	"run `make setup` and build again, or set KINDRED_ORT to libonnxruntime.so." + assets.RuntimeVersion)

// library returns the path of the ONNX Runtime library: KINDRED_ORT, or the
// embedded one, unpacked into the cache under its SHA-256 and checked at each
// start.
func (e *Engine) library() (string, error) {
	if path := e.getenv("KINDRED_ORT"); path != "" {
		if _, err := os.Stat(path); err != nil {
			return "", fmt.Errorf("KINDRED_ORT: %w", err)
		}
		return path, nil
	}
	dir := filepath.Join(e.cache, "runtime", assets.RuntimeSHA256[:16])
	path := filepath.Join(dir, "libonnxruntime.so."+assets.RuntimeVersion)
	if sound(path) {
		return path, nil
	}
	packed, err := assets.Runtime.ReadFile(assets.RuntimeFile)
	if err != nil {
		return "", errNoLibrary
	}
	if err := unpack(packed, dir, path); err != nil {
		return "", fmt.Errorf("unpack ONNX Runtime to %q: %w", dir, err)
	}
	if !sound(path) {
		return "", fmt.Errorf("unpack ONNX Runtime to %q: the file there is not what was written", path)
	}
	return path, nil
}

// sound reports whether the file has the pinned SHA-256.
func sound(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return false
	}
	return hex.EncodeToString(sum.Sum(nil)) == assets.RuntimeSHA256
}

// unpack writes the library in one step, for two processes may start at once.
func unpack(packed []byte, dir, path string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	// A folder that was there may be open to others: what we load from it
	// must be ours alone.
	if err := os.Chmod(dir, 0o700); err != nil {
		return err
	}
	decoder, err := zstd.NewReader(bytes.NewReader(packed))
	if err != nil {
		return err
	}
	defer decoder.Close()
	part, err := os.CreateTemp(dir, "part-*")
	if err != nil {
		return err
	}
	defer os.Remove(part.Name())
	if _, err := io.Copy(part, decoder); err != nil {
		part.Close()
		return err
	}
	if err := part.Chmod(0o700); err != nil {
		part.Close()
		return err
	}
	if err := part.Close(); err != nil {
		return err
	}
	return os.Rename(part.Name(), path)
}
