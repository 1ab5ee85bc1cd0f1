package project

// Levels of FolderLabels besides 1, 2 and so on.
const (
	LabelsAuto = 0  // the first folder, unless those are numbers or dates
	LabelsOff  = -1 // none
)

// LabelCount is a label and how many files have it.
type LabelCount struct {
	Name  string
	Count int
}

// FolderLabels says which labels the folders below a root can give.
type FolderLabels struct {
	Level   int           // chosen: LabelsAuto, LabelsOff, or the folder counted from the root, below a split
	Choices []LabelChoice // automatic, each level that some file has, none
}

// LabelChoice is what one level gives.
type LabelChoice struct {
	Level      int
	Labels     []LabelCount // by falling count, then name
	Unlabelled int          // files that get none
}
