package main

import (
	_ "fyne.io/fyne/v2/test"
	_ "github.com/bep/imagemeta"
	_ "github.com/klauspost/compress/zstd"
	_ "github.com/mattn/go-sqlite3"
	_ "github.com/nfnt/resize"
	_ "github.com/yalue/onnxruntime_go"
	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/tiff"
	_ "golang.org/x/image/webp"
	_ "golang.org/x/sync/errgroup"
	_ "golang.org/x/sys/cpu"
	_ "golang.org/x/sys/unix"
	_ "golang.org/x/text/width"
	_ "google.golang.org/protobuf/encoding/protowire"
)
