// Command mill makes a folder with many small pictures, to try the program at
// scale: N distinct JPEGs of 96 x 96 pixels in 50 folders.
//
//	go run ./app/mill DIR 100000
package main

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
)

const (
	folders = 50
	side    = 96
)

func main() {
	n := 0
	if len(os.Args) == 3 {
		n, _ = strconv.Atoi(os.Args[2])
	}
	if n <= 0 {
		fmt.Fprintln(os.Stderr, "usage: mill DIR N")
		os.Exit(2)
	}
	if err := mill(os.Args[1], n); err != nil {
		fmt.Fprintln(os.Stderr, "mill:", err)
		os.Exit(1)
	}
}

func mill(dir string, n int) error {
	for f := range folders {
		if err := os.MkdirAll(filepath.Join(dir, fmt.Sprintf("kind-%02d", f)), 0o755); err != nil {
			return err
		}
	}
	var (
		next  atomic.Int64
		wait  sync.WaitGroup
		mu    sync.Mutex
		first error
	)
	for range runtime.NumCPU() {
		wait.Go(func() {
			img := image.NewRGBA(image.Rect(0, 0, side, side))
			var b bytes.Buffer
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				draw(img, i)
				b.Reset()
				err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 80})
				if err == nil {
					err = os.WriteFile(filepath.Join(dir, fmt.Sprintf("kind-%02d", i%folders), fmt.Sprintf("%07d.jpg", i)), b.Bytes(), 0o644)
				}
				if err != nil {
					mu.Lock()
					first = err
					mu.Unlock()
					next.Store(int64(n))
					return
				}
			}
		})
	}
	wait.Wait()
	return first
}

// draw paints picture i: waves of its folder's direction and colours, and
// discs of its own.
func draw(img *image.RGBA, i int) {
	random := rand.New(rand.NewPCG(uint64(i), 7))
	kind := i % folders
	angle := float64(kind) * math.Pi / 10
	waves := 0.1 + float64(kind%7)*0.06
	r, g, b := 60+30*(kind%6), 60+25*(kind%7), 60+20*(kind%8)
	phase := random.Float64() * 6
	dx, dy := math.Cos(angle)*waves, math.Sin(angle)*waves
	for y := range side {
		for x := range side {
			v := 0.6 + 0.4*math.Sin(float64(x)*dx+float64(y)*dy+phase)
			at := img.PixOffset(x, y)
			img.Pix[at], img.Pix[at+1], img.Pix[at+2], img.Pix[at+3] = uint8(float64(r)*v), uint8(float64(g)*v), uint8(float64(b)*v), 255
		}
	}
	for range 3 + random.IntN(4) {
		cx, cy, radius := random.IntN(side), random.IntN(side), 4+random.IntN(18)
		c := [3]uint8{uint8(random.IntN(256)), uint8(random.IntN(256)), uint8(random.IntN(256))}
		for y := max(0, cy-radius); y < min(side, cy+radius); y++ {
			for x := max(0, cx-radius); x < min(side, cx+radius); x++ {
				if (x-cx)*(x-cx)+(y-cy)*(y-cy) < radius*radius {
					copy(img.Pix[img.PixOffset(x, y):], c[:])
				}
			}
		}
	}
}
