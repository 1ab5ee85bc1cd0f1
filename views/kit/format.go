package kit

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// Count writes a whole number with commas: 50,000.
func Count(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Plural writes a count with its noun: "1 image", "14 files".
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + many
}

// Bytes writes a size in decimal units as file managers do: 612 KB, 1.9 GB.
func Bytes(n int64) string {
	if n < 1000 {
		return strconv.FormatInt(n, 10) + " B"
	}
	v := float64(n)
	for _, unit := range []string{"KB", "MB", "GB", "TB"} {
		v /= 1000
		rounded := math.Round(v)
		if rounded < 1000 || unit == "TB" {
			if unit != "KB" && v < 99.95 {
				return strconv.FormatFloat(v, 'f', 1, 64) + " " + unit
			}
			return Count(int(rounded)) + " " + unit
		}
	}
	return ""
}

// Percent writes a share with one decimal below 100: 87.4 %.
func Percent(share float64) string {
	p := share * 100
	if p >= 99.95 {
		return "100 %"
	}
	return strconv.FormatFloat(p, 'f', 1, 64) + " %"
}

// WholePercent writes a share without decimals: 25 %. Only all is 100 %.
func WholePercent(share float64) string {
	p := int(share*100 + 0.5)
	if p >= 100 && share < 1 {
		p = 99
	}
	return strconv.Itoa(p) + " %"
}

// Score writes a score or a cosine with two decimals: 0.93. What is not quite
// 1 is never written as 1.00.
func Score(v float64) string {
	if v < 1 && v >= 0.995 {
		return "0.99"
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

// Rate writes a speed: 212 img/s, below ten with one decimal.
func Rate(perSecond float64, unit string) string {
	if perSecond < 9.95 {
		return strconv.FormatFloat(perSecond, 'f', 1, 64) + " " + unit + "/s"
	}
	return Count(int(perSecond+0.5)) + " " + unit + "/s"
}

// Left writes a time that is left, rounded: below a minute in steps of a
// second up to 10 s and of five after that, up to ten minutes with seconds in
// steps of one, above in minutes only.
func Left(d time.Duration) string {
	s := int(math.Ceil(d.Seconds()))
	switch {
	case s <= 1:
		return "1 s"
	case s <= 10:
		return fmt.Sprintf("%d s", s)
	case s < 60:
		return fmt.Sprintf("%d s", min((s+4)/5*5, 55))
	case s < 600:
		if s%60 == 0 {
			return fmt.Sprintf("%d min", s/60)
		}
		return fmt.Sprintf("%d min %d s", s/60, s%60)
	}
	m := (s + 30) / 60
	if m < 60 {
		return fmt.Sprintf("%d min", m)
	}
	if m%60 == 0 {
		return fmt.Sprintf("%d h", m/60)
	}
	return fmt.Sprintf("%d h %d min", m/60, m%60)
}

// Took writes how long something lasted: 0.4 s, 41 s, 2 min 57 s.
func Took(d time.Duration) string {
	if d < 10*time.Second {
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	}
	s := int(d.Seconds() + 0.5)
	if s < 60 {
		return fmt.Sprintf("%d s", s)
	}
	return Left(time.Duration(s) * time.Second)
}

// Date writes a day and an hour: 12 May 2024, 09:41. The zero time is "no date".
func Date(t time.Time) string {
	if t.IsZero() {
		return "no date"
	}
	return t.Format("2 Jan 2006, 15:04")
}

// Pixels writes the size of a picture: 2048 × 1365.
func Pixels(w, h int) string { return fmt.Sprintf("%d × %d", w, h) }
