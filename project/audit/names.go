package audit

import (
	"path"
	"regexp"
	"strings"
)

var (
	// What systems and people add to the name of a copy, in some languages.
	copyWords = regexp.MustCompile(`(?i)(^|[^\pL])(copy|copia|copie|kopie|kopia|duplicate)([^\pL]|$)`)
	copyEnds  = regexp.MustCompile(`(\(\d{1,3}\)|~\d{1,3})$`)
	// Names that cameras and phones give: IMG_2041, DSC01234, P1010101,
	// PXL_20240512_094100123, 20240512_094100.
	cameraNames = regexp.MustCompile(`(?i)^((img|imgp|cimg|dsc|dscn|dscf|_dsc|_mg|_img|sam|pxl|mvimg|gopr|dji|p|pict)[_-]?\d{3,}|\d{8}[_-]\d{6})`)
)

// stem is a file's name without folders and ending.
func stem(shown string) string {
	name := path.Base(shown)
	return strings.TrimSpace(strings.TrimSuffix(name, path.Ext(name)))
}

// copied reports whether a name is that of a copy.
func copied(shown string) bool {
	s := stem(shown)
	return copyWords.MatchString(s) || copyEnds.MatchString(s)
}

// fromCamera reports whether a name is one that a camera gave.
func fromCamera(shown string) bool { return !copied(shown) && cameraNames.MatchString(stem(shown)) }
