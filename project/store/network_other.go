//go:build !linux

package store

import "strings"

// onNetwork reports whether a folder is a network share of Windows. Elsewhere
// it cannot be told without more than the standard library, and WAL is used.
func onNetwork(dir string) bool { return strings.HasPrefix(dir, `\\`) }
