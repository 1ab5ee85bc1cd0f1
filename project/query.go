package project

// SortKey says by what a list is ordered.
type SortKey string

const (
	SortName       SortKey = "name"       // shown path, natural order of bytes
	SortDate       SortKey = "date"       // date taken, else modified; newest first
	SortSize       SortKey = "size"       // bytes, largest first
	SortPixels     SortKey = "pixels"     // width x height, largest first
	SortLabel      SortKey = "label"      // label, then path
	SortPrediction SortKey = "prediction" // predicted class, then falling confidence
	SortConfidence SortKey = "confidence" // least certain first
	SortSharpness  SortKey = "sharpness"  // least sharp first
	SortAdded      SortKey = "added"      // order of the scan
)

// Query asks for a list of images.
type Query struct {
	Filter  string // the filter language of CONTRACT.md; empty means all
	Sort    SortKey
	Reverse bool
	Root    RootID // 0 means all roots
	Missing bool   // also those that are missing (else only if the filter says so)
}
