package audit

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"kindred/embed"
	"kindred/embed/align"
	"kindred/embed/cluster"
	"kindred/embed/neighbor"
	"kindred/project"
)

// album is a Source in memory.
type album struct {
	contents []Content
	vectors  embed.Matrix
	pictures []embed.Pixels
}

func (a *album) Contents(context.Context) ([]Content, embed.Matrix, error) {
	return a.contents, a.vectors, nil
}

func (a *album) Thumbnail(_ context.Context, i int) (embed.Pixels, error) {
	if a.pictures[i].W == 0 {
		return embed.Pixels{}, errors.New("gone")
	}
	return a.pictures[i], nil
}

// add puts a picture into the album under some paths, with a vector of eight
// averages over its area, which lie close for copies.
func (a *album) add(p embed.Pixels, paths ...string) {
	c := Content{Width: p.W, Height: p.H, Sharpness: 0.5}
	for _, path := range paths {
		c.Files = append(c.Files, File{
			ID: project.FileID(100*len(a.contents) + len(c.Files) + 1), Shown: path, Size: int64(p.W * p.H),
			Modified: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC),
		})
	}
	v := make([]float32, 8)
	for i, x := range p.Pix {
		y := i / 3 / p.W * 4 / p.H
		v[2*y+i/3%p.W*2/p.W] += float32(x) / float32(p.W*p.H)
	}
	for i := range v {
		v[i] -= 40
	}
	a.contents = append(a.contents, c)
	a.pictures = append(a.pictures, p)
	a.vectors.Rows++
	a.vectors.Cols = len(v)
	a.vectors.Data = append(a.vectors.Data, v...)
}

// links runs the way from vectors to verified links.
func (a *album) links(t *testing.T) []Link {
	t.Helper()
	graph, recall, err := Neighbours(t.Context(), embed.GoKernel{}, a.vectors)
	if err != nil || recall < 0.99 {
		t.Fatal(recall, err)
	}
	links, err := Verify(t.Context(), embed.GoKernel{}, a, a.contents, neighbor.Normalize(a.vectors), graph, VerifyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return links
}

// scene paints a picture of random blobs, another for each seed.
func scene(w, h int, seed uint64) embed.Pixels {
	r := rand.New(rand.NewPCG(seed, 3))
	p := embed.NewPixels(w, h)
	for i := range p.Pix {
		p.Pix[i] = uint8(100 + 60*math.Sin(float64(i/3%w)/float64(5+seed%7))*math.Cos(float64(i/3/w)/float64(4+seed%5)))
	}
	for range 60 {
		x, y, s := r.IntN(w), r.IntN(h), 3+r.IntN(w/5)
		rgb := [3]uint8{uint8(r.IntN(256)), uint8(r.IntN(256)), uint8(r.IntN(256))}
		for dy := max(0, y-s); dy < min(h, y+s); dy++ {
			for dx := max(0, x-s); dx < min(w, x+s); dx++ {
				if (dx-x)*(dx-x)+(dy-y)*(dy-y) < s*s {
					copy(p.Pix[3*(dy*w+dx):], rgb[:])
				}
			}
		}
	}
	return p
}

func crop(p embed.Pixels, x0, y0, w, h int) embed.Pixels {
	out := embed.NewPixels(w, h)
	for y := range h {
		copy(out.Pix[3*y*w:3*(y+1)*w], p.Pix[3*((y0+y)*p.W+x0):])
	}
	return out
}

func darker(p embed.Pixels) embed.Pixels {
	out := embed.NewPixels(p.W, p.H)
	for i, v := range p.Pix {
		out.Pix[i] = uint8(int(v) * 7 / 10)
	}
	return out
}

func TestDuplicatesOfEverySort(t *testing.T) {
	var a album
	p := scene(160, 120, 1)
	a.add(p, "a/one.jpg", "b/one copy.jpg") // equal bytes
	a.add(p, "c/other bytes.jpg")           // equal pixels
	a.add(crop(p, 10, 10, 140, 100), "crop.jpg")
	a.add(darker(p), "dark.jpg")
	for seed := range uint64(8) {
		a.add(scene(160, 120, 20+seed), fmt.Sprintf("scene%d.jpg", seed))
	}
	pairs, groups := Duplicates(a.contents, a.links(t), Options{MinScore: -1, FlagScore: -1})
	kind := map[string]string{}
	for i, p := range pairs {
		kind[a.name(p.A)+" "+a.name(p.B)] = p.Kind
		if !p.Flagged || p.Reason == "" || a.name(p.A) > a.name(p.B) || i > 0 && pairs[i-1].Score < p.Score {
			t.Errorf("pair %+v", p)
		}
	}
	for ends, want := range map[string]string{
		"a/one.jpg b/one copy.jpg":         project.Exact,
		"a/one.jpg c/other bytes.jpg":      project.Metadata,
		"b/one copy.jpg c/other bytes.jpg": project.Metadata,
		"a/one.jpg crop.jpg":               project.Cropped,
		"b/one copy.jpg crop.jpg":          project.Cropped,
		"a/one.jpg dark.jpg":               project.Recoloured,
		"c/other bytes.jpg dark.jpg":       project.Recoloured,
		"c/other bytes.jpg crop.jpg":       project.Cropped,
		"b/one copy.jpg dark.jpg":          project.Recoloured,
		"crop.jpg dark.jpg":                project.Cropped,
	} {
		if kind[ends] != want {
			t.Errorf("%s: kind %q, want %q", ends, kind[ends], want)
		}
	}
	if len(pairs) != 10 || len(groups) != 1 || len(groups[0].Images) != 5 {
		t.Fatalf("%d pairs, groups %+v", len(pairs), groups)
	}
	g := groups[0]
	if a.name(g.Keep) == "crop.jpg" || g.Images[0] != g.Keep || g.Kind != project.Exact || len(g.Why) == 0 || len(g.Why) > 4 {
		t.Errorf("group %+v keeps %s", g, a.name(g.Keep))
	}
	if want := int64(3*160*120 + 140*100); g.ReclaimableBytes != want {
		t.Errorf("%d bytes to reclaim, want %d", g.ReclaimableBytes, want)
	}
	all, _ := Duplicates(a.contents, a.links(t), Options{MinScore: 0, FlagScore: -1})
	if len(all) < 30 {
		t.Errorf("%d candidates", len(all))
	}
}

func (a *album) name(id project.FileID) string { return a.contents[id/100].Files[id%100-1].Shown }

func TestAThousandCopiesMakeNotAMillionPairs(t *testing.T) {
	var a album
	var paths []string
	for i := range 1000 {
		paths = append(paths, fmt.Sprintf("%04d.jpg", i))
	}
	a.add(scene(40, 40, 1), paths...)
	pairs, groups := Duplicates(a.contents, nil, Options{MinScore: -1, FlagScore: -1})
	if len(pairs) != 999 || len(groups) != 1 || groups[0].Keep != 1 {
		t.Fatalf("%d pairs, %d groups", len(pairs), len(groups))
	}
	a.contents[0].Files = a.contents[0].Files[:32]
	if pairs, _ = Duplicates(a.contents, nil, Options{MinScore: -1, FlagScore: -1}); len(pairs) != 32*31/2 {
		t.Fatalf("%d pairs of 32 copies", len(pairs))
	}
}

// chained makes contents 0 to n-1 and links between them.
func chained(n int, links ...Link) ([]Content, []Link) {
	contents := make([]Content, n)
	for i := range contents {
		contents[i] = Content{Width: 10, Height: 10, Files: []File{{ID: project.FileID(i), Shown: fmt.Sprintf("%c", 'a'+i), Size: 10}}}
	}
	return contents, links
}

func TestAChainIsNotOneGroup(t *testing.T) {
	contents, links := chained(4, Link{A: 0, B: 1, Score: 0.9}, Link{A: 1, B: 2, Score: 0.95}, Link{A: 2, B: 3, Score: 0.9}, Link{A: 0, B: 2, Score: 0.01})
	got := groups(contents, links, Options{FlagScore: 0.7})
	if len(got) != 1 || len(got[0].Images) != 2 || got[0].Score != 0.95 {
		t.Fatalf("groups %+v", got)
	}
}

func TestTwoPartsOfOnePictureStandTogether(t *testing.T) {
	contents, links := chained(3,
		Link{A: 0, B: 1, Score: 0.9, Part: BPart}, Link{A: 0, B: 2, Score: 0.85, Part: BPart}, Link{A: 1, B: 2, Score: 0.01})
	got := groups(contents, links, Options{FlagScore: 0.7})
	if len(got) != 1 || len(got[0].Images) != 3 || got[0].Keep != 0 || got[0].Why[0] != "shows the whole picture" {
		t.Fatalf("groups %+v", got)
	}
}

func TestContentsWithoutFilesJoinNothing(t *testing.T) {
	contents, links := chained(3, Link{A: 0, B: 1, Score: 0.9}, Link{A: 1, B: 2, Score: 0.9}, Link{A: 0, B: 2, Score: 0.9})
	contents[1].Files = nil
	pairs, got := Duplicates(contents, links, Options{MinScore: -1, FlagScore: -1})
	if len(pairs) != 1 || len(got) != 1 || len(got[0].Images) != 2 {
		t.Fatalf("%v %+v", pairs, got)
	}
}

func TestWhichToKeep(t *testing.T) {
	old, young := time.Date(2001, 2, 3, 0, 0, 0, 0, time.UTC), time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name   string
		change func(a, b *Content)
		why    string
	}{
		{"pixels", func(_, b *Content) { b.Width = 40 }, "most pixels (40 × 10)"},
		{"sharpness", func(a, b *Content) { a.Sharpness, b.Sharpness = 0.2, 0.9 }, "sharpest"},
		{"compression", func(_, b *Content) { b.Files[0].Size = 100 }, "least compressed (8.0 bits a pixel)"},
		{"label", func(_, b *Content) { b.Files[0].Label = "cat" }, "has a label (cat)"},
		{"age", func(a, b *Content) { a.Files[0].Modified, b.Files[0].Modified = young, old }, "oldest (3 February 2001)"},
		{"name", func(a, _ *Content) { a.Files[0].Shown = "a copy.jpg" }, "its name is not that of a copy"},
		{"dropped", func(a, b *Content) { a.Files[0].Dropped, a.Width = true, 99 }, "not dropped"},
	} {
		contents, links := chained(2, Link{A: 0, B: 1, Score: 0.9, Kind: project.Recompressed})
		c.change(&contents[0], &contents[1])
		got := groups(contents, links, Options{FlagScore: 0.7})
		if len(got) != 1 || got[0].Keep != 1 || got[0].Why[0] != c.why {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

func TestAgeAndPathAreReasonsOnlyWhereTheyTell(t *testing.T) {
	day := time.Date(2024, 5, 6, 8, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name   string
		change func(a, b *Content)
		keep   project.FileID
		why    []string
	}{
		{"one day", func(a, _ *Content) { a.Files[0].Modified = day.Add(5 * time.Hour) }, 0, []string{"first by path; the files are equal"}},
		{"one copying over midnight", func(a, b *Content) {
			a.Files[0].Modified, b.Files[0].Modified = day.Add(16*time.Hour), day.Add(16*time.Hour-30*time.Second)
		}, 0, []string{"first by path; the files are equal"}},
		{"path", func(a, _ *Content) { a.Files[0].Shown = "aa" }, 1, []string{"shortest path"}},
		{"path beside pixels", func(a, b *Content) { a.Files[0].Shown, b.Width = "aa", 40 }, 1, []string{"most pixels (40 × 10)"}},
	} {
		contents, links := chained(2, Link{A: 0, B: 1, Score: 0.9})
		contents[0].Files[0].Modified, contents[1].Files[0].Modified = day, day
		c.change(&contents[0], &contents[1])
		got := groups(contents, links, Options{FlagScore: 0.7})
		if len(got) != 1 || got[0].Keep != c.keep || !slices.Equal(got[0].Why, c.why) {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

func TestFewImages(t *testing.T) {
	for n := range 3 {
		var a album
		for i := range n {
			a.add(scene(64, 48, uint64(i)), fmt.Sprintf("%d.jpg", i))
		}
		if n == 0 {
			a.vectors.Cols = 8
		}
		pairs, groups := Duplicates(a.contents, a.links(t), Options{MinScore: -1, FlagScore: -1})
		if pairs == nil || groups == nil || len(pairs)+len(groups) != 0 {
			t.Fatalf("%d images: %v %v", n, pairs, groups)
		}
		graph, _, _ := Neighbours(t.Context(), embed.GoKernel{}, a.vectors)
		tree, err := cluster.Build(t.Context(), graph, n)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range []ClusterOptions{{Level: -1}, {Count: 5}} {
			got, _, err := Clusters(t.Context(), tree, a.contents, neighbor.Normalize(a.vectors), o)
			if err != nil {
				t.Fatal(err)
			}
			if n == 1 && o.Count == 0 && (len(got) != 1 || got[0].ID != -1) || o.Count == 5 && len(got) != n {
				t.Fatalf("%d images, %+v: %+v", n, o, got)
			}
		}
	}
}

func TestACountOfClustersIsExactAmongEqualFiles(t *testing.T) {
	var a album
	a.add(scene(40, 40, 1), "x/1.jpg", "x/2.jpg", "x/3.jpg")
	a.add(scene(40, 40, 2), "y/1.jpg")
	graph, _, _ := Neighbours(t.Context(), embed.GoKernel{}, a.vectors)
	tree, err := cluster.Build(t.Context(), graph, 2)
	if err != nil {
		t.Fatal(err)
	}
	for want := 1; want < 6; want++ {
		got, _, err := Clusters(t.Context(), tree, a.contents, neighbor.Normalize(a.vectors), ClusterOptions{Count: want})
		files := 0
		for i, c := range got {
			files += len(c.Images)
			if c.ID != i {
				t.Errorf("id %d at %d", c.ID, i)
			}
		}
		if err != nil || len(got) != min(want, 4) || files != 4 {
			t.Errorf("count %d: %+v, %v", want, got, err)
		}
	}
}

func TestAPictureWithoutThumbnailTakesNoPart(t *testing.T) {
	var a album
	p := scene(100, 80, 1)
	a.add(p, "1.jpg")
	a.add(crop(p, 5, 5, 90, 70), "2.jpg")
	a.add(scene(100, 80, 2), "3.jpg")
	a.pictures[1] = embed.Pixels{}
	for _, l := range a.links(t) {
		if l.A == 1 || l.B == 1 {
			t.Fatalf("link %+v", l)
		}
	}
}

func TestSimilar(t *testing.T) {
	unit := neighbor.Normalize(embed.Matrix{Rows: 3, Cols: 2, Data: []float32{1, 0, 1, 1, -1, 0}})
	contents, _ := chained(3)
	contents[0].Files = append(contents[0].Files, File{ID: 9, Shown: "Z"})
	got, err := Similar(t.Context(), contents, unit, []float32{5, 0}, 10, 0)
	want := []project.FileID{9, 1, 2}
	if err != nil || len(got) != 3 || got[0].Cosine != 1 || math.Abs(float64(got[1].Cosine)-math.Sqrt2/2) > 1e-6 || got[2].Cosine != 0 {
		t.Fatal(got, err)
	}
	for i := range got {
		if got[i].ID != want[i] {
			t.Fatalf("%v, want %v", got, want)
		}
	}
	if got, err = Similar(t.Context(), contents, unit, []float32{5, 0}, 1); err != nil || len(got) != 1 || got[0].ID != 9 {
		t.Fatal(got, err)
	}
}

func TestBrokenVectorsAreRefused(t *testing.T) {
	m := embed.NewMatrix(3, 2)
	m.Data[3] = float32(math.NaN())
	if _, _, err := Neighbours(t.Context(), embed.GoKernel{}, m); err == nil {
		t.Fatal("no error")
	}
}

func TestCancelEndsTheVerification(t *testing.T) {
	var a album
	for i := range 4 {
		a.add(scene(50, 50, uint64(i)), fmt.Sprint(i))
	}
	graph, _, err := Neighbours(t.Context(), embed.GoKernel{}, a.vectors)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Verify(ctx, embed.GoKernel{}, &a, a.contents, neighbor.Normalize(a.vectors), graph, VerifyOptions{}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

func TestEncodedLinksComeBack(t *testing.T) {
	links := []Link{{A: 0, B: 3, Score: 0.5, Kind: project.Cropped, Reason: "cropped to 80 %", Part: BPart}, {A: 1, B: 2, Score: 0, Kind: project.Similar}}
	data := EncodeLinks(links)
	got, err := DecodeLinks(data, 4)
	if err != nil || !slices.Equal(got, links) {
		t.Fatal(got, err)
	}
	for i := range data {
		if _, err := DecodeLinks(data[:i], 4); err == nil {
			t.Fatalf("%d bytes were read", i)
		}
	}
	if _, err := DecodeLinks(data, 3); err == nil {
		t.Fatal("a link to nowhere was read")
	}
}

func FuzzDecodeLinks(f *testing.F) {
	f.Add(EncodeLinks([]Link{{A: 0, B: 1, Score: 1, Kind: project.Flipped, Reason: "mirrored"}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if links, err := DecodeLinks(b, 2); err == nil {
			contents, _ := chained(2)
			Duplicates(contents, links, Options{})
		}
	})
}

func TestShelfHoldsItsLimit(t *testing.T) {
	s := newShelf(3)
	for i := range 20 {
		if _, err := s.get(i%5, func() (*align.Picture, error) { return &align.Picture{}, nil }); err != nil {
			t.Fatal(err)
		}
		if len(s.held) > 3 || len(s.ring) > 3 {
			t.Fatalf("%d held", len(s.held))
		}
	}
}

// Every group has a name, and no two the same.
func TestClusterNamesTellGroupsApart(t *testing.T) {
	words := []string{"dog", "dog", "dog", "cat", "", "lamp"}
	names := []string{"dog", "dog", "", ""}
	apart(names, []int32{0, 1, 1, 2, 3, 2}, func(i int) []cluster.Term {
		if words[i] == "" {
			return nil
		}
		return []cluster.Term{{Word: words[i], Weight: 0.2}}
	})
	if want := []string{"dog", "dog 2", "cat, lamp", ""}; !slices.Equal(names, want) {
		t.Errorf("names %q, wanted %q", names, want)
	}
}
