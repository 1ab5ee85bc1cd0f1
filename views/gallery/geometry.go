package gallery

import (
	"math"

	"kindred/views/look"
)

const (
	// MinTile, MaxTile and DefaultTile are the widths that the size slider
	// offers.
	MinTile, MaxTile, DefaultTile = 96, 256, 140

	padSide float32 = look.PanelPad
	padTop  float32 = 12
	gap     float32 = look.TileGap
)

// geometry places n square tiles in rows: as many columns of at least the
// wanted size as fit, widened evenly to fill the row. All places are whole
// units, which float32 holds exactly up to 16.7 million.
type geometry struct {
	width   float32 // of the ground
	columns int
	size    float32 // side of a picture
	n       int
	extra   float32 // below the line with the name, for a second one
}

// below is the height of what is written below a picture.
func (g geometry) below() float32 { return nameLine + g.extra }

func arrange(width, wanted float32, n int) geometry {
	room := max(width-2*padSide, wanted)
	columns := max(int((room+gap)/(wanted+gap)), 1)
	size := float32(math.Floor(float64((room - gap*float32(columns-1)) / float32(columns))))
	return geometry{width: width, columns: columns, size: size, n: n}
}

func (g geometry) rowHeight() float32 { return g.size + g.below() + gap }

func (g geometry) rows() int { return (g.n + g.columns - 1) / g.columns }

// height is that of all rows with what is around them.
func (g geometry) height() float32 {
	if g.n == 0 {
		return 0
	}
	return padTop + float32(g.rows())*g.rowHeight()
}

// x is the left edge of a column; what is left over by rounding is spread.
func (g geometry) x(column int) float32 {
	room := max(g.width-2*padSide, g.size)
	return padSide + float32(math.Round(float64(float32(column)*(room+gap)/float32(g.columns))))
}

// y is the top of a row.
func (g geometry) y(row int) float32 { return padTop + float32(row)*g.rowHeight() }

// visible is the range of places [from, until) of rows that a window of the
// ground shows, with a row more on both sides.
func (g geometry) visible(top, height float32) (from, until int) {
	first := max(int((top-padTop)/g.rowHeight())-1, 0)
	last := int((top+height-padTop)/g.rowHeight()) + 1
	return min(first*g.columns, g.n), min((last+1)*g.columns, g.n)
}

// at is the place of the tile under a point of the ground, or -1; inBox says
// that the point is on its tick box.
func (g geometry) at(x, y float32) (place int, inBox bool) {
	if y < padTop || x < padSide {
		return -1, false
	}
	row := int((y - padTop) / g.rowHeight())
	column := -1
	for c := range g.columns {
		if left := g.x(c); x >= left && x < left+g.size {
			column = c
			break
		}
	}
	dy := y - g.y(row)
	if column < 0 || dy >= g.size+g.below() {
		return -1, false
	}
	place = row*g.columns + column
	if place >= g.n {
		return -1, false
	}
	dx := x - g.x(column)
	in := func(v float32) bool { return v >= boxInset-2 && v < boxInset+boxSize+2 }
	return place, in(dx) && in(dy)
}

// inside lists the places of tiles that a rectangle of the ground touches.
func (g geometry) inside(x0, y0, x1, y1 float32) []int {
	x0, x1 = min(x0, x1), max(x0, x1)
	y0, y1 = min(y0, y1), max(y0, y1)
	var places []int
	firstRow := max(int((y0-padTop)/g.rowHeight()), 0)
	for row := firstRow; row < g.rows() && g.y(row) < y1; row++ {
		if g.y(row)+g.size < y0 {
			continue
		}
		for c := range g.columns {
			if left := g.x(c); left < x1 && left+g.size > x0 && row*g.columns+c < g.n {
				places = append(places, row*g.columns+c)
			}
		}
	}
	return places
}
