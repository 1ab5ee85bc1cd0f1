// Package project holds the domain of Kindred: what a project, a root, a file,
// an image and a finding are. It imports the standard library only; its
// subpackages do the work, and views show it.
package project

import "time"

// RootID and FileID are stable for the life of a project. A FileID follows its
// file through moves and renames.
type (
	RootID int64
	FileID int64
)

// Hash is the SHA-256 of a file's bytes. Derived data (vector, prediction,
// quality, thumbnail) hangs on it; decisions hang on the FileID.
type Hash [32]byte

// Root is a folder that the person opened.
type Root struct {
	ID        RootID
	Name      string // base name, "-2" appended on a clash, stable once given
	Path      string // absolute
	Connected bool   // false when the folder is not there now
	Images    int    // files of this root that are not missing
}

// State says where a file stands.
type State int

const (
	Pending State = iota // seen, not yet read or not yet encoded
	Ready                // decoded and encoded with the current model
	Failed               // could not be read; Reason says why
	Missing              // was there once, is not found now
)

// Prediction is one class with its probability.
type Prediction struct {
	Name       string
	Confidence float32
}

// Quality are the raw measures of a decoded picture, in units that a person
// can check. See embed/quality for how each is computed.
type Quality struct {
	Sharpness  float32 // 0..1, the sharpest region against its contrast: 0 wide ramps, 0.5 steps, 1 fine texture
	Brightness float32 // mean of perceived luma, 0..1
	Contrast   float32 // standard deviation of luma, 0..0.5
	Dark       float32 // luma below which 95 % of the pixels lie, 0..1
	Light      float32 // luma above which 95 % of the pixels lie, 0..1
	Entropy    float32 // bits of the luma histogram, 0..8
	Colour     float32 // mean chroma, 0..1; 0 means grey
}

// Image is one file as lists and the inspector show it.
type Image struct {
	ID       FileID
	Root     RootID
	Path     string // relative to the root, slashes, may hold any byte
	Shown    string // Path as CONTRACT.md prints it: with ROOTNAME/ when there are several roots, valid UTF-8
	Size     int64  // bytes
	Modified time.Time
	Inode    uint64 // equal for hard links and for what links lead to; 0 where the system has none
	Hash     Hash
	State    State
	Reason   string // why a Failed file could not be read
	Changed  bool   // its content changed after a decision was made

	Width, Height int    // as shown, orientation applied
	Format        string // "JPEG", "PNG", "GIF", "BMP", "TIFF", "WebP"
	Frames        int    // 1, or more for animations and multi-page files, of which the first is used
	Taken         time.Time
	Camera        string
	Lat, Lon      float64 // where it was taken, degrees, north and east positive; both 0 when unknown
	Quality       Quality

	Label, Split string       // from the folders (later: from decisions)
	Predictions  []Prediction // best first, at most five, by the current model
}

// Name is the file's name without its folders.
func (i Image) Name() string {
	for k := len(i.Path) - 1; k >= 0; k-- {
		if i.Path[k] == '/' {
			return i.Path[k+1:]
		}
	}
	return i.Path
}

// Neighbour is an image and its cosine to another one.
type Neighbour struct {
	ID     FileID
	Cosine float32
}

// Cluster is a group of images that lie close together.
type Cluster struct {
	ID     int // 0 is the largest; -1 collects what belongs to none
	Name   string
	Images []FileID // most typical first (nearest to the group's centre)
}

// Pair kinds, as CONTRACT.md names them.
const (
	Exact        = "exact"
	Metadata     = "metadata"
	Recompressed = "recompressed"
	Resized      = "resized"
	Cropped      = "cropped"
	Flipped      = "flipped"
	Rotated      = "rotated"
	Recoloured   = "recoloured"
	Overlaid     = "overlaid"
	Similar      = "similar"
)

// Pair says that two files may show one picture. A < B in the order of their
// shown paths.
type Pair struct {
	A, B    FileID
	Score   float32 // calibrated probability that both are one picture
	Kind    string
	Flagged bool
	Reason  string // in words with amounts: "recompressed, cropped 4 % left"
}

// Group is a set of duplicates with a proposal which to keep.
type Group struct {
	Images           []FileID // the one to keep first, then by shown path
	Keep             FileID
	Why              []string // at most four reasons, strongest first
	Kind             string   // of the strongest pair
	Score            float32  // smallest flagged score that holds the group together
	ReclaimableBytes int64    // of all but the kept one
}

// Counts is what the rail shows.
type Counts struct {
	Images, Ready, Pending, Failed, Missing int
}
