package neighbor

import (
	"math"
	"sort"

	"kindred/embed"
)

// eigenvectors returns the eigenvectors of a symmetric matrix, one a row, by
// falling eigenvalue: Householder reduction to tridiagonal form, then the
// implicit QL method (Golub and Van Loan, "Matrix Computations", section 8.3;
// the routines tred2 and tql2 of EISPACK), in float64.
func eigenvectors(m embed.Matrix) embed.Matrix {
	n := m.Rows
	z := make([][]float64, n)
	for i := range z {
		z[i] = make([]float64, n)
		for j := range z[i] {
			// Rounding leaves the product slightly unsymmetric.
			z[i][j] = (float64(m.Data[i*n+j]) + float64(m.Data[j*n+i])) / 2
		}
	}
	d, e := make([]float64, n), make([]float64, n)
	tridiagonal(z, d, e)
	implicitQL(z, d, e)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return d[order[a]] > d[order[b]] })
	out := embed.NewMatrix(n, n)
	for r, c := range order {
		for i := range n {
			out.Data[r*n+i] = float32(z[i][c])
		}
	}
	return out
}

// tridiagonal reduces z to the diagonal d and the subdiagonal e (e[0] unused)
// and leaves the transformation in z.
func tridiagonal(z [][]float64, d, e []float64) {
	n := len(d)
	for i := n - 1; i > 0; i-- {
		row := z[i]
		var h, scale float64
		if i > 1 {
			for k := range i {
				scale += math.Abs(row[k])
			}
		}
		if scale == 0 {
			e[i] = row[i-1]
			d[i] = 0
			continue
		}
		for k := range i {
			row[k] /= scale
			h += row[k] * row[k]
		}
		g := math.Sqrt(h)
		if row[i-1] > 0 {
			g = -g
		}
		e[i] = scale * g
		h -= row[i-1] * g
		row[i-1] -= g
		var f float64
		for j := range i {
			z[j][i] = row[j] / h
			g = 0
			for k := 0; k <= j; k++ {
				g += z[j][k] * row[k]
			}
			for k := j + 1; k < i; k++ {
				g += z[k][j] * row[k]
			}
			e[j] = g / h
			f += e[j] * row[j]
		}
		hh := f / (h + h)
		for j := range i {
			f = row[j]
			g = e[j] - hh*f
			e[j] = g
			for k := 0; k <= j; k++ {
				z[j][k] -= f*e[k] + g*row[k]
			}
		}
		d[i] = h
	}
	d[0], e[0] = 0, 0
	for i := range n {
		if d[i] != 0 {
			for j := range i {
				var g float64
				for k := range i {
					g += z[i][k] * z[k][j]
				}
				for k := range i {
					z[k][j] -= g * z[k][i]
				}
			}
		}
		d[i] = z[i][i]
		z[i][i] = 1
		for j := range i {
			z[j][i], z[i][j] = 0, 0
		}
	}
}

// implicitQL turns the diagonal d into eigenvalues and the columns of z into
// eigenvectors.
func implicitQL(z [][]float64, d, e []float64) {
	n := len(d)
	copy(e, e[1:])
	e[n-1] = 0
	for l := range n {
		for range 60 {
			m := l
			for ; m < n-1; m++ {
				if math.Abs(e[m]) <= 1e-15*(math.Abs(d[m])+math.Abs(d[m+1])) {
					break
				}
			}
			if m == l {
				break
			}
			g := (d[l+1] - d[l]) / (2 * e[l])
			r := math.Hypot(g, 1)
			g = d[m] - d[l] + e[l]/(g+math.Copysign(r, g))
			s, c, p := 1.0, 1.0, 0.0
			i := m - 1
			for ; i >= l; i-- {
				f, b := s*e[i], c*e[i]
				r = math.Hypot(f, g)
				e[i+1] = r
				if r == 0 {
					d[i+1] -= p
					e[m] = 0
					break
				}
				s, c = f/r, g/r
				g = d[i+1] - p
				r = (d[i]-g)*s + 2*c*b
				p = s * r
				d[i+1] = g + p
				g = c*r - b
				for k := range n {
					f = z[k][i+1]
					z[k][i+1] = s*z[k][i] + c*f
					z[k][i] = c*z[k][i] - s*f
				}
			}
			if r == 0 && i >= l {
				continue
			}
			d[l] -= p
			e[l], e[m] = g, 0
		}
	}
}
