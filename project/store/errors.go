package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/mattn/go-sqlite3"

	"kindred/project"
)

// fail wraps an error with the operation and the item, and is the one place
// where errors of SQLite become those of the project.
func fail(op, item string, err error) error {
	if err == nil {
		return nil
	}
	if item != "" {
		op = fmt.Sprintf("%s %q", op, item)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%s: %w", op, project.ErrNotFound)
	}
	var e sqlite3.Error
	if errors.As(err, &e) {
		switch e.Code {
		case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
			return fmt.Errorf("%s: %w: %w", op, project.ErrDamaged, err)
		case sqlite3.ErrBusy, sqlite3.ErrLocked:
			return fmt.Errorf("%s: %w: %w", op, project.ErrLocked, err)
		case sqlite3.ErrInterrupt:
			return fmt.Errorf("%s: %w", op, context.Canceled)
		}
	}
	return fmt.Errorf("%s: %w", op, err)
}
