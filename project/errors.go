package project

import "errors"

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
	ErrSlow       = errors.New("takes too long to decode")
	ErrPermission = errors.New("no permission")
	ErrChanging   = errors.New("changing while read")
	ErrGone       = errors.New("gone while read")
)
