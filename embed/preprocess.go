package embed

// Layout is the order of a model's input axes.
type Layout int

const (
	NCHW Layout = iota // batch, channel, row, column
	NHWC               // batch, row, column, channel
)

// Preprocess says how a picture becomes a model's input tensor: the short side
// is resized to Resize with an antialiased triangle filter in two 8-bit passes
// (what Pillow's BILINEAR does, and so Ultralytics and torchvision), the middle
// Width x Height is cut out, and each value v in 0..255 becomes
// (v*Scale - Mean[c]) / Std[c].
type Preprocess struct {
	Resize        int // length of the short side after resizing
	Width, Height int // size of the crop, the model's input
	Scale         float32
	Mean, Std     [3]float32
	Layout        Layout
	BGR           bool
}

// PreprocessVersion is part of every ModelID. It is raised when the same
// picture and the same Preprocess would give another tensor.
const PreprocessVersion = 1

// Len is the number of values of one picture's tensor.
func (p Preprocess) Len() int { return 3 * p.Width * p.Height }
