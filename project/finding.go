package project

// Finding is one image as a check ranked it.
type Finding struct {
	ID      FileID
	Score   float32 // 0..1, higher is more of what the check looks for
	Flagged bool    // the default verdict
	Why     string  // the reason in words, with amounts; "" when there is nothing to say
}

// Mislabel is a labelled image, and what its label may better be.
type Mislabel struct {
	Finding          // Score: the probability that Label is wrong
	Label, Suggested string
	Near             []FileID // the labelled images that speak for it, nearest first, at most five
}

// Estimate is a number with its interval.
type Estimate struct{ Wrong, Low, High int }

// QualityChecks are the names of the quality checks, in the order in which
// they are shown.
var QualityChecks = []string{
	"blurry", "dark", "light", "low_information",
	"odd_size", "odd_aspect_ratio", "grayscale", "wrong_extension",
}

// QualityFinding is what the quality checks say of one image.
type QualityFinding struct {
	ID       FileID
	Scores   map[string]float32 // of each check, 1 is worst
	Measures map[string]float64 // in units a person can check: "sharpness", "entropy_bits", "megapixels"
	Flagged  []string           // the checks that call it a fault, in the order of QualityChecks
	Why      map[string]string  // a reason for each flagged check
}

// Leak is a pair of duplicates that stand in different splits.
type Leak struct {
	Pair
	SplitA, SplitB string
}

// Step is one part of a proposal that closes leaks.
type Step struct {
	ID     FileID
	Action string // "move" or "remove"
	To     string // the split it moves to
}

// Representative is an image with what it stands for.
type Representative struct {
	Finding     // Score: its rank in the coreset, 1 first
	Stands  int // images that are nearer to it than to any other one chosen
}
