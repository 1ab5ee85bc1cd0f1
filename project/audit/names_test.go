package audit

import "testing"

func TestNamesOfCopiesAndCameras(t *testing.T) {
	for name, want := range map[string][2]bool{ // copy, camera
		"a/IMG_2041.JPG":             {false, true},
		"a/IMG_2041 (1).JPG":         {true, false},
		"a/IMG_2041 copy.JPG":        {true, false},
		"a/IMG_2041 - Copy (12).JPG": {true, false},
		"Copy of IMG_2041.jpg":       {true, false},
		"a/IMG_2041 – Kopie.jpg":     {true, false},
		"IMG_2041~2.jpg":             {true, false},
		"a/DSC01234.jpg":             {false, true},
		"a/P1010101.JPG":             {false, true},
		"PXL_20240512_094100123.jpg": {false, true},
		"20240512_094100.jpg":        {false, true},
		"a/x.jpg":                    {false, false},
		"copy/heron.jpg":             {false, false},
		"photocopy.jpg":              {false, false},
		"copyright.jpg":              {false, false},
		"heron (of 2024).jpg":        {false, false},
		"p2.jpg":                     {false, false},
	} {
		if got := [2]bool{copied(name), fromCamera(name)}; got != want {
			t.Errorf("%q: copy, camera %v, wanted %v", name, got, want)
		}
	}
}
