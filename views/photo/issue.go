package photo

import (
	"fyne.io/fyne/v2"

	"kindred/views/feed"
	"kindred/views/look"
)

// IssueIcon is the icon of an issue and its colour.
func IssueIcon(i feed.Issue) (string, fyne.ThemeColorName) {
	switch i {
	case feed.IssueOutlier:
		return "outliers", look.Warn
	case feed.IssueLabel:
		return "label", look.Bad
	case feed.IssueQuality:
		return "quality", look.Warn
	case feed.IssueLeak:
		return "leaks", look.Bad
	}
	return "duplicates", look.Acc
}
