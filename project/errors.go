package project

import (
	"errors"
	"strings"
)

// Sentinels for errors.Is. The message that wraps them names the item.
var (
	ErrNotFound = errors.New("not found")
	ErrLocked   = errors.New("project is open in another process")
	ErrDamaged  = errors.New("project file is damaged")
	ErrForeign  = errors.New("not a Kindred project")
	ErrNewer    = errors.New("project was made by a newer version of Kindred")

	ErrNested       = errors.New("folders of a project must not lie in each other")
	ErrDisconnected = errors.New("folder is not connected")
)

// Reasons why a file cannot be used. Files with these are listed under failed.
var (
	ErrEmpty      = errors.New("empty file")
	ErrNotImage   = errors.New("not an image")
	ErrTruncated  = errors.New("truncated or damaged")
	ErrTooLarge   = errors.New("over the pixel limit")
	ErrPermission = errors.New("no permission")
	ErrChanging   = errors.New("changing while read")
	ErrGone       = errors.New("gone while read")
)

// Reason is an error in the words of a list of failures: one of the reasons
// above with its detail, without the operations that wrapped it.
func Reason(err error) string {
	known := []error{ErrEmpty, ErrNotImage, ErrTruncated, ErrTooLarge, ErrPermission, ErrChanging, ErrGone}
	for e := err; e != nil; e = errors.Unwrap(e) {
		for _, k := range known {
			if errors.Is(e, k) && strings.HasPrefix(e.Error(), k.Error()) {
				return e.Error()
			}
		}
		if errors.Unwrap(e) == nil {
			return e.Error()
		}
	}
	return ""
}
