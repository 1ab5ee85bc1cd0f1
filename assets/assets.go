// Package assets holds the bytes that travel inside the program: icon, fonts,
// the built-in model with its class names, and the ONNX Runtime library. It
// has no logic; app reads it and passes the bytes down.
package assets

import "embed"

// Icon is the program's icon, a PNG of 512 x 512.
//
//go:embed icon.png
var Icon []byte

// Inter and JetBrains Mono, subsets with tabular digits (see fonts/make.py).
var (
	//go:embed fonts/Inter-Regular.ttf
	InterRegular []byte
	//go:embed fonts/Inter-SemiBold.ttf
	InterSemiBold []byte
	//go:embed fonts/JetBrainsMono-Regular.ttf
	JetBrainsMono []byte
)

// ModelName names the built-in encoder.
const ModelName = "efficientnet-lite0"

// Model is the built-in encoder (ONNX, int8) and Classes its classes, a line
// each: WordNet id, tab, name. See model/README.md.
var (
	//go:embed model/efficientnet-lite0.onnx
	Model []byte
	//go:embed model/classes.tsv
	Classes []byte
)

// Runtime holds RuntimeFile when `make setup` has run before the build, and a
// README in any case.
//
//go:embed runtime
var Runtime embed.FS

// RuntimeFile is the compressed library's place in Runtime, RuntimeSHA256 the
// SHA-256 of what it unpacks to, RuntimeVersion what it is.
const (
	RuntimeFile    = "runtime/libonnxruntime.so.zst"
	RuntimeSHA256  = "b5c9d4f124d24707f514dad926dc181820807178855df1c528e3addb2dd0e6f7"
	RuntimeVersion = "1.27.0"
)

// Notices are the licences of Kindred and of all that is inside it, made by
// .ci/notices.
//
//go:embed NOTICES.md
var Notices string

// Sample is the sample dataset below SampleFolder: pictures in folders that
// are their labels, with faults planted in it, and where each comes from. See
// sample/README.md.
//
//go:embed sample/images sample/SOURCES.tsv sample/LICENSES
var Sample embed.FS

// Where the parts of Sample lie.
const (
	SampleImages  = "sample/images"
	SampleSources = "sample/SOURCES.tsv"
	SampleTexts   = "sample/LICENSES"
)
