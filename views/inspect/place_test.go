package inspect

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"kindred/project"
)

func TestPlaceAsPeopleWriteIt(t *testing.T) {
	for want, at := range map[string][2]float64{
		"52.5200° N, 13.4050° E":  {52.52, 13.405},
		"33.8600° S, 151.2100° W": {-33.86, -151.21},
		"0.0000° N, 13.4050° E":   {0, 13.405},
		"":                        {0, 0},
	} {
		if got := Place(at[0], at[1]); got != want {
			t.Errorf("%v: %q, want %q", at, got, want)
		}
	}
}

func TestThePlaceIsShownAndCopied(t *testing.T) {
	p, h, made := open(t)
	set(p, h, 2)
	if strings.Contains(text(p), "Place") {
		t.Error("a picture without a place shows the line")
	}
	made.Change(func(rows *[]project.Image) { (*rows)[0].Lat, (*rows)[0].Lon = 52.52, 13.405 })
	set(p, h, 1)
	if !strings.Contains(text(p), "52.5200° N, 13.4050° E") {
		t.Errorf("not shown in\n%s", text(p))
	}
	test.Tap(p.facts.copy)
	if got := fyne.CurrentApp().Clipboard().Content(); got != "52.5200° N, 13.4050° E" {
		t.Errorf("copied %q", got)
	}
}
