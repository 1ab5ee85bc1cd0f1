package thumb

import "kindred/embed"

// upright applies an EXIF orientation (TIFF 6.0, tag 274): 1 as stored, 2
// mirrored, 3 turned by 180 degrees, 4 flipped upside down, 5 transposed, 6 to
// be turned clockwise, 7 transversed, 8 to be turned anticlockwise. Any other
// value counts as 1.
func upright(p embed.Pixels, orientation int) embed.Pixels {
	if orientation < 2 || orientation > 8 {
		return p
	}
	out := embed.NewPixels(p.W, p.H)
	if orientation >= 5 {
		out.W, out.H = p.H, p.W
	}
	// The source pixel of out(x, y) is start + x*dx + y*dy.
	var start, dx, dy int
	last, right := 3*p.W*(p.H-1), 3*(p.W-1)
	switch row := 3 * p.W; orientation {
	case 2:
		start, dx, dy = right, -3, row
	case 3:
		start, dx, dy = last+right, -3, -row
	case 4:
		start, dx, dy = last, 3, -row
	case 5:
		start, dx, dy = 0, row, 3
	case 6:
		start, dx, dy = last, -row, 3
	case 7:
		start, dx, dy = last+right, -row, -3
	case 8:
		start, dx, dy = right, row, -3
	}
	// Blocks keep both pictures in the cache when columns become rows.
	const block = 32
	for y0 := 0; y0 < out.H; y0 += block {
		for x0 := 0; x0 < out.W; x0 += block {
			for y := y0; y < min(y0+block, out.H); y++ {
				from, to := start+y*dy+x0*dx, 3*(y*out.W+x0)
				for x := x0; x < min(x0+block, out.W); x++ {
					s, d := p.Pix[from:from+3:from+3], out.Pix[to:to+3:to+3]
					d[0], d[1], d[2] = s[0], s[1], s[2]
					from += dx
					to += 3
				}
			}
		}
	}
	return out
}
