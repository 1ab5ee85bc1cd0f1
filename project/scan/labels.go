package scan

import (
	"slices"
	"strings"
)

// Level says which folder names the label, counted below the root and, where
// there is one, below the split.
type Level int

const (
	// LevelAuto is the first folder, unless the first folders look like numbers
	// or dates (see LooksLikeLabels): then there are no labels.
	LevelAuto Level = 0
	// LevelOff gives no labels.
	LevelOff Level = -1
)

// splits holds the names that split folders have, in lower case.
var splits = map[string]string{
	"train": "train", "training": "train",
	"val": "val", "valid": "val", "validation": "val", "dev": "val",
	"test": "test",
}

// SplitName returns train, val or test if a folder's name means one of them, in
// any case; else it returns nothing.
func SplitName(folder string) string { return splits[strings.ToLower(folder)] }

// Labels reads label and split from a path relative to its root: a first folder
// that is a split's name gives the split, the folder after it (else the first)
// gives the label. A file without such a folder has neither.
func Labels(path string) (label, split string) { return LabelsAt(path, 1) }

// LabelsAt is Labels with the label at another level. LevelAuto counts as 1,
// LevelOff leaves only the split.
func LabelsAt(path string, level Level) (label, split string) {
	folders := strings.Split(path, "/")
	folders = folders[:len(folders)-1]
	if len(folders) > 0 {
		if split = SplitName(folders[0]); split != "" {
			folders = folders[1:]
		}
	}
	if level == LevelAuto {
		level = 1
	}
	if level > 0 && int(level) <= len(folders) {
		label = folders[level-1]
	}
	return label, split
}

// LooksLikeLabels tells whether the names of a root's first folders (those
// below the splits, where there are splits) can be taken for labels: not when
// more than half of them are numbers or dates.
func LooksLikeLabels(names []string) bool {
	numbers := 0
	for _, name := range names {
		if numeric(name) {
			numbers++
		}
	}
	return 2*numbers <= len(names)
}

// months are the names a folder of dates may hold, and their short forms.
var months = []string{
	"january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
	"november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
}

// numeric tells whether a name is a number or a date: digits with separators,
// a month with or without digits, or a full date with whatever follows it
// ("2023-07-14 Holiday").
func numeric(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("-_.,: ", r) })
	digits := 0
	for _, w := range words {
		switch {
		case allDigits(w):
			digits++
		case slices.Contains(months, w):
		default:
			return fullDate(name)
		}
	}
	return digits > 0 || len(words) == 1 // one word here is a month
}

// fullDate tells whether a name begins with a date: yyyy-mm-dd, with any of
// the usual separators.
func fullDate(name string) bool {
	if len(name) < 10 || !strings.ContainsRune("-_.", rune(name[4])) || name[7] != name[4] {
		return false
	}
	return allDigits(name[:4]) && allDigits(name[5:7]) && allDigits(name[8:10]) &&
		(len(name) == 10 || name[10] < '0' || name[10] > '9')
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
