//go:build unix

package scan

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"maps"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"kindred/project"
)

func TestThreeLists(t *testing.T) {
	root, outside := t.TempDir(), t.TempDir()
	img := picture(1)
	// read
	put(t, root, "plain.png", img)
	put(t, root, "wrong.jpg", picture(2))
	put(t, root, "bare", picture(3))
	put(t, root, "notes.txt", picture(4)) // an image all the same
	put(t, root, "new\nline.png", picture(5))
	put(t, root, "emoji 🐈.png", picture(6))
	put(t, root, strings.Repeat("n", 251)+".png", picture(7))
	put(t, root, "bad\xff\xfe.png", picture(8))
	put(t, root, "sub/UPPER.PNG", picture(9))
	put(t, outside, "target.png", picture(10))
	must(t, os.Symlink(outside+"/target.png", root+"/linked.png"))
	// failed
	put(t, root, "empty.jpg", nil)
	put(t, root, "text.jpg", []byte("this is a text, not a picture"))
	put(t, root, "cut.png", img[:len(img)/2])
	huge := bytes.Clone(img)
	copy(huge[16:24], []byte{0, 1, 0, 0, 0, 1, 0, 0}) // 65,536 x 65,536
	binary.BigEndian.PutUint32(huge[29:], crc32.ChecksumIEEE(huge[12:29]))
	put(t, root, "huge.png", huge)
	// skipped
	put(t, root, "readme.TXT", []byte("text"))
	put(t, root, "more/label.txt", []byte("text"))
	put(t, root, "data.json", []byte("{}"))
	put(t, root, "LICENSE", []byte("text"))
	put(t, root, "empty.dat", nil)
	put(t, root, "._plain.png", []byte("fork"))
	put(t, root, ".hidden.png", img)
	put(t, root, ".hidden/inside.png", img)
	must(t, os.MkdirAll(root+"/folder.jpg/sub", 0o755))
	must(t, os.Symlink(outside, root+"/linked folder"))
	must(t, os.Symlink(root, root+"/circle"))
	must(t, os.Symlink(outside+"/nothing.png", root+"/broken.png"))
	must(t, os.Symlink(root+"/loop.png", root+"/loop.png"))
	must(t, syscall.Mkfifo(root+"/pipe.jpg", 0o644))
	must(t, os.Symlink("/dev/null", root+"/null.jpg"))
	t.Chdir(root) // the path of a socket must be short
	socket, err := net.Listen("unix", "socket.jpg")
	must(t, err)
	defer socket.Close()

	s := newStore(t, root)
	r := scan(t, s)
	expect(t, r, 10, 0, 0, 0, 0, 4)
	failed := map[string]string{}
	for _, f := range r.Failed {
		failed[f.Path] = f.Reason
	}
	wantFailed := map[string]string{
		"empty.jpg": "empty file", "text.jpg": "not an image",
		"cut.png": "truncated or damaged", "huge.png": "over the pixel limit",
	}
	if !maps.Equal(failed, wantFailed) {
		t.Errorf("failed: %v", failed)
	}
	wantSkipped := map[string]int{
		".txt": 2, ".json": 1, ".dat": 1, "no extension": 1, "._*": 1, "hidden": 2, "directory named like an image": 1,
		"directory symlink": 2, "broken symlink": 2, "FIFO": 1, "device": 1, "socket": 1,
	}
	if !maps.Equal(r.Skipped, wantSkipped) {
		t.Errorf("skipped: %v", r.Skipped)
	}
	want := []string{
		"bad\xff\xfe.png", "bare", "emoji 🐈.png", "linked.png", "new\nline.png",
		strings.Repeat("n", 251) + ".png", "notes.txt", "plain.png", "sub/UPPER.PNG", "wrong.jpg",
	}
	slices.Sort(want)
	if got := s.paths(project.Ready); !slices.Equal(got, want) {
		t.Errorf("read: %q", got)
	}

	// Again: nothing is new, and what failed is named again.
	again := scan(t, s)
	expect(t, again, 0, 0, 10, 0, 0, 4)
	if !maps.Equal(again.Skipped, wantSkipped) {
		t.Errorf("skipped the second time: %v", again.Skipped)
	}
}

func TestWalkIsInTheOrderOfWholePaths(t *testing.T) {
	root := t.TempDir()
	want := []string{
		"a b.png", "a!/1.png", "a-b.png", "a-b/1.png", "a.b.png", "a.b/1.png", "a/1.png", "a/b/c.png", "a/b.png", "a0.png",
		"ab.png", "ab/c.png", "Z.png", "z\xff.png", "z\xff/1.png", "z🐈.png",
	}
	for _, p := range want {
		put(t, root, p, nil)
	}
	slices.Sort(want)
	var got []string
	for item := range Walk(t.Context(), root) {
		if item.Kind == File {
			got = append(got, item.Path)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	s := newStore(t, root)
	for _, p := range want {
		put(t, root, p, picture(len(p)))
	}
	expect(t, scan(t, s), len(want), 0, 0, 0, 0, 0)
	expect(t, scan(t, s), 0, 0, len(want), 0, 0, 0)
}

// TestNoPermission runs itself again as a user without rights, since root may
// read everything.
func TestNoPermission(t *testing.T) {
	if dir := os.Getenv("KINDRED_TEST_LOCKED"); dir != "" {
		testNoPermission(t, dir)
		return
	}
	dir, err := os.MkdirTemp("", "kindred")
	must(t, err)
	defer func() {
		must(t, os.Chmod(dir+"/data/locked", 0o755))
		must(t, os.RemoveAll(dir))
	}()
	must(t, os.Chmod(dir, 0o755))
	put(t, dir+"/data", "open.png", picture(1))
	put(t, dir+"/data", "shut.png", picture(2))
	put(t, dir+"/data", "locked/inside.png", picture(3))
	put(t, dir+"/data", "locked.png", picture(4))
	must(t, os.Chmod(dir+"/data/shut.png", 0))
	must(t, os.Chmod(dir+"/data/locked", 0))
	if os.Getuid() != 0 {
		testNoPermission(t, dir+"/data")
		return
	}
	program, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Skip("needs Linux or a user other than root")
	}
	must(t, os.WriteFile(dir+"/scan.test", program, 0o755))
	cmd := exec.Command(dir+"/scan.test", "-test.run=^TestNoPermission$")
	cmd.Dir = dir
	cmd.Env = []string{"KINDRED_TEST_LOCKED=" + dir + "/data", "PATH=" + os.Getenv("PATH")}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func testNoPermission(t *testing.T, root string) {
	s := newStore(t, root)
	// From a time when everything could be read:
	inside, err := s.Add(t.Context(), []Found{{Root: 1, Path: "locked/inside.png", Stat: Stat{Size: 5}}})
	must(t, err)
	for range 2 {
		r := scan(t, s)
		if len(r.Failed) != 2 || r.Images != 2 || r.Missing != 0 ||
			r.Failed[0].Path != "locked" || r.Failed[0].Reason != "no permission" ||
			r.Failed[1].Path != "shut.png" || r.Failed[1].Reason != "no permission" {
			t.Errorf("%+v", r)
		}
		if s.files[inside[0]].missing {
			t.Error("a file in a folder without permission counts as missing")
		}
	}
}

func TestChangingWhileRead(t *testing.T) {
	path := t.TempDir() + "/growing.png"
	must(t, os.WriteFile(path, make([]byte, 32<<20), 0o644))
	var stop atomic.Bool
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
		for err == nil && !stop.Load() {
			_, err = f.Write([]byte{1})
		}
		f.Close()
	}()
	_, _, err := readFile(path, nil)
	stop.Store(true)
	<-ended
	if err == nil || Reason(err) != "changing while read" {
		t.Errorf("%v", err)
	}
	data, stat, err := readFile(path, nil)
	if err != nil || int64(len(data)) != stat.Size {
		t.Errorf("at rest: %v, %d of %d bytes", err, len(data), stat.Size)
	}
}
