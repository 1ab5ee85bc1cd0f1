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
	Resize        int // length of the short side after resizing; 0 stretches the picture to Width x Height instead
	Width, Height int // size of the crop, the model's input
	Scale         float32
	Mean, Std     [3]float32 // of red, green and blue, also when BGR
	Layout        Layout
	BGR           bool // channels lie blue first
}

// PreprocessVersion is part of every ModelID. It is raised when the same
// picture and the same Preprocess would give another tensor.
const PreprocessVersion = 1

// DecodeShort is the length of the short side from which on a picture may be
// decoded at reduced scale before it is resized: four times what the resizing
// leaves. A JPEG that was halved while decoding down to less than that moves
// the embedding: at twice the size the cosine to a full decode was 0.977 at the
// worst of 22 pictures for a model of 64 pixels, and 0.996 on the average of
// large, busy ones for the default model; at four times 0.9999.
func (p Preprocess) DecodeShort() int {
	if p.Resize > 0 {
		return 4 * p.Resize
	}
	return 4 * max(p.Width, p.Height)
}

// Len is the number of values of one picture's tensor.
func (p Preprocess) Len() int { return 3 * p.Width * p.Height }

// Tensor writes the input tensor of one picture to dst, whose length must be at
// least p.Len(). It equals CenterCrop(ResizeShort(px, p.Resize), ...) followed
// by the normalisation, but computes only the pixels that the crop keeps. An
// empty picture counts as black.
func (p Preprocess) Tensor(dst []float32, px Pixels) {
	dst = dst[:p.Len()]
	crop, left, top := p.view(px)
	table := p.table()
	plane := p.Width * p.Height
	at := [3]int{0, plane, 2 * plane}
	step := 1
	if p.Layout == NHWC {
		at, step = [3]int{0, 1, 2}, 3
	}
	if p.BGR {
		at[0], at[2] = at[2], at[0]
	}
	for y := range p.Height {
		row := crop.Pix[3*((top+y)*crop.W+left):][:3*p.Width]
		from := y * p.Width * step
		if step == 1 {
			line(dst[at[0]+from:][:p.Width], dst[at[1]+from:][:p.Width], dst[at[2]+from:][:p.Width], row, &table)
			continue
		}
		out := dst[from:][:len(row)]
		for x := 0; x < len(row); x += 3 {
			out[x+at[0]], out[x+at[1]], out[x+at[2]] = table[0][row[x]], table[1][row[x+1]], table[2][row[x+2]]
		}
	}
}

// line normalises a row of pixels into three planes.
func line(red, green, blue []float32, row []uint8, table *[3][256]float32) {
	green, blue = green[:len(red)], blue[:len(red)]
	for x := range red {
		s := row[3*x : 3*x+3 : 3*x+3]
		red[x], green[x], blue[x] = table[0][s[0]], table[1][s[1]], table[2][s[2]]
	}
}

// view returns a picture and where in it the crop lies: the picture itself when
// it has its size already.
func (p Preprocess) view(px Pixels) (of Pixels, left, top int) {
	w, h := ShortSize(px.W, px.H, p.Resize)
	if p.Resize <= 0 || w != px.W || h != px.H || w < p.Width || h < p.Height {
		return p.Crop(px), 0, 0
	}
	from, _ := centre(w, h, p.Width, p.Height)
	return px, from.x, from.y
}

// Crop returns the Width x Height pixels that the model sees, before the
// normalisation.
func (p Preprocess) Crop(px Pixels) Pixels {
	if px.W <= 0 || px.H <= 0 {
		return NewPixels(p.Width, p.Height)
	}
	if p.Resize <= 0 {
		return Resize(px, p.Width, p.Height)
	}
	w, h := ShortSize(px.W, px.H, p.Resize)
	from, to := centre(w, h, p.Width, p.Height)
	part := resizeWindow(px, w, h, from)
	if from.w == p.Width && from.h == p.Height {
		return part
	}
	out := NewPixels(p.Width, p.Height)
	for y := range to.h {
		copy(out.Pix[3*((to.y+y)*p.Width+to.x):], part.Pix[3*y*to.w:][:3*to.w])
	}
	return out
}

// table holds the normalised value of each byte and channel.
func (p Preprocess) table() (t [3][256]float32) {
	for c := range t {
		for v := range t[c] {
			scaled := float64(v) * float64(p.Scale)
			t[c][v] = float32((scaled - float64(p.Mean[c])) / float64(p.Std[c]))
		}
	}
	return t
}
