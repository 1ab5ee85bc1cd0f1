package store

import (
	"cmp"
	"errors"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"kindred/project"
	"kindred/project/query"
	"kindred/project/scan"
)

// zoo is a small collection in which each file differs in some way.
func zoo(t *testing.T) (*Store, project.Root) {
	s, root := fresh(t)
	type file struct {
		path, label, split string
		size               int64
		w, h               int
		class              int
		conf, sharp        float32
		mtime, taken       string
	}
	files := []file{
		{"cat/IMG_1.jpg", "cat", "train", 500, 640, 480, 0, 0.9, 0.5, "2024-05-12", "2023-01-31"},
		{"cat/North/img_2.png", "cat", "val", 150_000, 1000, 1000, 1, 0.4, 0.1, "2024-05-31", ""},
		{"dog/Äpfel.jpg", "dog", "", 2_500_000, 320, 240, 1, 0.65, 0.9, "2024-06-01", ""},
		{"dog/north pole.jpg", "dog", "test", 1500, 10, 10, 2, 0.35, 0.2, "2022-02-28", ""},
		{"sky.jpg", "", "", 1_000_000, 4000, 3000, 2, 0.99, 0.7, "2024-12-31", "2024-12-31"},
	}
	day := func(s string, loc *time.Location) time.Time {
		if s == "" {
			return time.Time{}
		}
		d, err := time.ParseInLocation("2006-01-02 15:04", s+" 23:30", loc)
		check(t, err)
		return d
	}
	var found []scan.Found
	for _, f := range files {
		found = append(found, scan.Found{Root: root.ID, Path: f.path, Label: f.label, Split: f.split})
	}
	found = append(found, scan.Found{Root: root.ID, Path: "broken.jpg"}, scan.Found{Root: root.ID, Path: "gone.jpg"}, scan.Found{Root: root.ID, Path: "waiting.jpg"})
	ids, err := s.Add(t.Context(), found)
	check(t, err)
	var done []scan.Outcome
	for i, f := range files {
		o := outcome(ids[i], f.path, specA.Dim)
		o.Stat = scan.Stat{Size: f.size, MTime: day(f.mtime, time.Local).UnixNano()}
		o.Content.Width, o.Content.Height, o.Content.Taken = f.w, f.h, day(f.taken, time.FixedZone("", 9*3600))
		o.Content.Quality.Sharpness = f.sharp
		o.Probs = []float32{0, 0, 0}
		o.Probs[f.class] = f.conf
		done = append(done, o)
	}
	done = append(done, scan.Outcome{ID: ids[5], Reason: "not an image"}, outcome(ids[6], "gone", specA.Dim))
	check(t, s.Finish(t.Context(), modelA, done))
	check(t, s.Lose(t.Context(), ids[6:7]))
	return s, root
}

func TestFilters(t *testing.T) {
	s, _ := zoo(t)
	const cat1, cat2, dog1, dog2, sky, broken, gone, waiting = "cat/IMG_1.jpg", "cat/North/img_2.png", "dog/Äpfel.jpg", "dog/north pole.jpg", "sky.jpg", "broken.jpg", "gone.jpg", "waiting.jpg"
	for filter, want := range map[string][]string{
		"":                                      {broken, cat1, cat2, dog1, dog2, sky, waiting},
		"img":                                   {cat1, cat2},
		"IMG_2":                                 {cat2},
		"north cat":                             {cat2},
		`"north pole"`:                          {dog2},
		"äPFEL":                                 {dog1},
		"a\u0308pfel":                           {dog1}, // decomposed, as macOS names files
		"retriever":                             {cat2, dog1},
		"sports dog":                            {dog2},
		"nothing":                               {},
		"label:CAT":                             {cat1, cat2},
		"label:cat,dog":                         {cat1, cat2, dog1, dog2},
		"label:ca":                              {},
		"-label:cat":                            {broken, dog1, dog2, sky, waiting},
		"unlabelled":                            {broken, sky, waiting},
		`label:""`:                              {broken, sky, waiting},
		"split:val":                             {cat2},
		"split:validation,train":                {cat1, cat2},
		"-split:train,val,test":                 {broken, dog1, sky, waiting},
		"predicted:tabby":                       {cat1},
		`predicted:"Golden Retriever"`:          {cat2, dog1},
		"predicted:golden_retriever":            {cat2, dog1},
		"-predicted:tabby":                      {broken, cat2, dog1, dog2, sky, waiting},
		"folder:north":                          {cat2},
		"folder:cat/north":                      {cat2},
		"folder:cat":                            {cat1, cat2},
		"folder:ca":                             {},
		"folder:.":                              {broken, sky, waiting},
		"path:north":                            {cat2, dog2},
		"path:.PNG":                             {cat2},
		"size<1":                                {broken, cat1, waiting},
		"size=1.5":                              {dog2},
		"size>=1MB":                             {dog1, sky},
		"size=150KB":                            {cat2},
		"size=500B":                             {cat1},
		"width>=1000":                           {cat2, sky},
		"width=640 height=480":                  {cat1},
		"-width>=1000":                          {broken, cat1, dog1, dog2, waiting},
		"confidence<0.5":                        {cat2, dog2},
		"confidence>=0.9":                       {cat1, sky}, // 0.9 as float32 is below 0.9
		"confidence>=90%":                       {cat1, sky},
		"confidence=0.4":                        {cat2, dog2},
		"score(sharpness)<=0.2":                 {cat2, dog2},
		"date=2024-05":                          {cat2},
		"date=2024-05-31":                       {cat2},
		"date=2023":                             {cat1}, // taken, not changed
		"date<2023":                             {broken, dog2, waiting},
		"date>2024-05":                          {dog1, sky},
		"date>=2024-05":                         {cat2, dog1, sky},
		"date<=2023-01":                         {broken, cat1, dog2, waiting},
		"date=2024-12-31":                       {sky}, // the camera's day, wherever we are
		"date>9000":                             {},
		"failed":                                {broken},
		"missing":                               {gone},
		"missing OR failed":                     {broken, gone},
		"-missing failed":                       {broken},
		"label:cat OR (dog -north)":             {cat1, cat2, dog1},
		"label:cat AND NOT (split:val img)":     {cat1},
		"-(-label:cat)":                         {cat1, cat2},
		strings.Repeat("sky OR ", 3000) + "sky": {sky},
	} {
		slices.Sort(want)
		if got := list(t, s, project.Query{Filter: filter}); !slices.Equal(got, want) {
			t.Errorf("filter %.60q: %q, want %q", filter, got, want)
		}
	}
	var e *query.Error
	if _, err := s.List(t.Context(), modelA, project.Query{Filter: "cat tag:x"}); !errors.As(err, &e) || e.Word != "tag" {
		t.Errorf("a filter that cannot be read: %v", err)
	}
	if got := list(t, s, project.Query{Missing: true}); len(got) != 8 {
		t.Errorf("with the missing: %q", got)
	}
}

func TestSorts(t *testing.T) {
	s, _ := zoo(t)
	const cat1, cat2, dog1, dog2, sky, broken, waiting = "cat/IMG_1.jpg", "cat/North/img_2.png", "dog/Äpfel.jpg", "dog/north pole.jpg", "sky.jpg", "broken.jpg", "waiting.jpg"
	for _, c := range []struct {
		sort    project.SortKey
		reverse bool
		want    []string
	}{
		{"", false, []string{broken, cat1, cat2, dog2, dog1, sky, waiting}},
		{project.SortName, true, []string{waiting, sky, dog1, dog2, cat2, cat1, broken}},
		{project.SortDate, false, []string{sky, dog1, cat2, cat1, dog2, broken, waiting}},
		{project.SortDate, true, []string{broken, waiting, dog2, cat1, cat2, dog1, sky}},
		{project.SortSize, false, []string{dog1, sky, cat2, dog2, cat1, broken, waiting}},
		{project.SortPixels, false, []string{sky, cat2, cat1, dog1, dog2, broken, waiting}},
		{project.SortPixels, true, []string{dog2, dog1, cat1, cat2, sky, broken, waiting}},
		{project.SortLabel, false, []string{cat1, cat2, dog2, dog1, broken, sky, waiting}},
		{project.SortPrediction, false, []string{dog1, cat2, sky, dog2, cat1, broken, waiting}}, // golden, sports, tabby
		{project.SortConfidence, false, []string{dog2, cat2, dog1, cat1, sky, broken, waiting}},
		{project.SortSharpness, false, []string{cat2, dog2, cat1, sky, dog1, broken, waiting}},
		{project.SortAdded, false, []string{cat1, cat2, dog1, dog2, sky, broken, waiting}},
	} {
		got := list(t, s, project.Query{Sort: c.sort, Reverse: c.reverse})
		if !slices.Equal(got, c.want) { // by path, "Ä" is behind every ASCII letter
			t.Errorf("by %q, reverse %v: %q, want %q", c.sort, c.reverse, got, c.want)
		}
	}
	if _, err := s.List(t.Context(), modelA, project.Query{Sort: "colour"}); err == nil {
		t.Error("an unknown order was taken")
	}
}

func TestSeveralRoots(t *testing.T) {
	s, a := fresh(t)
	add(t, s, a.ID, "b.jpg", "a/x.jpg")
	if got := list(t, s, project.Query{}); !slices.Equal(got, []string{"a/x.jpg", "b.jpg"}) {
		t.Errorf("one root: %q", got)
	}
	b, err := s.AddRoot(t.Context(), filepath.Join(t.TempDir(), "photos"))
	check(t, err)
	c, err := s.AddRoot(t.Context(), filepath.Join(t.TempDir(), "photo"))
	check(t, err)
	if b.Name != "photos-2" || c.Name != "photo" {
		t.Errorf("named %q and %q", b.Name, c.Name)
	}
	if again, err := s.AddRoot(t.Context(), b.Path+"/"); err != nil || again.ID != b.ID {
		t.Errorf("added twice: %+v, %v", again, err)
	}
	add(t, s, b.ID, "b.jpg")
	ids := add(t, s, c.ID, "sub/c.jpg")
	all := list(t, s, project.Query{})
	if !slices.Equal(all, []string{"photo/sub/c.jpg", "photos-2/b.jpg", "photos/a/x.jpg", "photos/b.jpg"}) || !slices.IsSortedFunc(all, cmp.Compare[string]) {
		t.Errorf("three roots: %q", all)
	}
	for filter, want := range map[string][]string{
		"photos-2":        {"photos-2/b.jpg"},
		"path:photos/b":   {"photos/b.jpg"},
		"folder:photos":   {"photos/a/x.jpg", "photos/b.jpg"},
		"folder:photos/a": {"photos/a/x.jpg"},
		"folder:sub":      {"photo/sub/c.jpg"},
	} {
		if got := list(t, s, project.Query{Filter: filter}); !slices.Equal(got, want) {
			t.Errorf("filter %q: %q, want %q", filter, got, want)
		}
	}
	if got := list(t, s, project.Query{Root: a.ID, Reverse: true}); !slices.Equal(got, []string{"photos/b.jpg", "photos/a/x.jpg"}) {
		t.Errorf("of one root: %q", got)
	}
	if got := list(t, s, project.Query{Reverse: true}); !slices.Equal(got, reversed(all)) {
		t.Errorf("backwards: %q", got)
	}
	abs, err := s.AbsolutePath(t.Context(), ids[0])
	if err != nil || abs != filepath.Join(c.Path, "sub", "c.jpg") {
		t.Errorf("absolute %q, %v", abs, err)
	}
	roots, err := s.Roots(t.Context())
	if err != nil || len(roots) != 3 || roots[0].Images != 2 || roots[0].Connected {
		t.Errorf("roots %+v, %v", roots, err)
	}
	if _, err := s.AddRoot(t.Context(), "relative"); err == nil {
		t.Error("a relative folder was added")
	}
}

func reversed(s []string) []string {
	s = slices.Clone(s)
	slices.Reverse(s)
	return s
}

func TestCountsAndFailures(t *testing.T) {
	s, root := zoo(t)
	c, err := s.Counts(t.Context(), modelA)
	if want := (project.Counts{Images: 7, Ready: 5, Pending: 1, Failed: 1, Missing: 1}); err != nil || c != want {
		t.Errorf("counts %+v, %v", c, err)
	}
	if c, _ := s.Counts(t.Context(), "other-1"); c.Ready != 0 || c.Pending != 6 {
		t.Errorf("of another model %+v", c)
	}
	var paths, want []string
	for i := range 2 * imagePage { // more than a page, some of them not UTF-8
		p := "bad/" + string(rune('a'+i%26)) + strings.Repeat("x", i)
		if i%100 == 0 {
			p += "\xff"
		}
		paths = append(paths, p)
		want = append(want, valid(p))
	}
	var done []scan.Outcome
	for _, id := range add(t, s, root.ID, paths...) {
		done = append(done, scan.Outcome{ID: id, Reason: "empty file"})
	}
	check(t, s.Finish(t.Context(), modelA, done))
	var got []string
	for f, err := range s.Failures(t.Context()) {
		check(t, err)
		if f.Reason != "empty file" && f.Shown != "broken.jpg" {
			t.Errorf("%+v", f)
		}
		got = append(got, f.Shown)
	}
	want = append(want, "broken.jpg")
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%d failures, want %d by path", len(got), len(want))
	}
}

func TestUnknownIDsAreLeftOut(t *testing.T) {
	s, root := fresh(t)
	ids := add(t, s, root.ID, "a", "b")
	imgs, err := s.Images(t.Context(), modelA, []project.FileID{ids[1], 99, ids[0], ids[1]})
	if err != nil || len(imgs) != 3 || imgs[0].Path != "b" || imgs[1].Path != "a" || imgs[2].Path != "b" {
		t.Errorf("images %+v, %v", imgs, err)
	}
	if _, _, err := s.File(t.Context(), 99); !errors.Is(err, project.ErrNotFound) {
		t.Errorf("file 99: %v", err)
	}
}

func TestModels(t *testing.T) {
	s, _ := fresh(t)
	m, err := s.CurrentModel(t.Context())
	if err != nil || m.ID != modelA || m.Name != "tiny" || m.Dim != 8 || !reflect.DeepEqual(m.Classes, specA.Classes) {
		t.Errorf("model %+v, %v", m, err)
	}
	if _, err := s.Model(t.Context(), "nobody"); !errors.Is(err, project.ErrNotFound) {
		t.Errorf("an unknown model: %v", err)
	}
}

func TestPackTop(t *testing.T) {
	m := &Model{Classes: strings.Split("a b c d e f g", " ")}
	var names string
	for _, p := range m.predictions(packTop([]float32{0.1, 0.3, 0.05, 0.3, 0.02, 0.2, 0.03})) {
		names += p.Name
	}
	if names != "bdfac" {
		t.Errorf("best five are %s, want bdfac", names)
	}
}
