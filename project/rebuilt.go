package project

// Rebuilt says what was saved of a damaged project file.
type Rebuilt struct {
	File   string // the project, usable again
	Backup string // the damaged file as it was

	Files, Labels, Vectors int // rows that were saved
	Other                  int // rows of every other kind: folders, contents, findings, settings, decisions

	// Unread counts the files of which only name and place were saved: they
	// are read again by the next scan.
	Unread int
	// Gaps counts the stretches of rows that could not be read.
	Gaps int
}
