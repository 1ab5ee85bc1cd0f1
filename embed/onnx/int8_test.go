package onnx

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"golang.org/x/sys/cpu"

	"kindred/embed"
)

// answer is what the built-in model says of a fixed picture, as JSON.
func answer(t *testing.T) []byte {
	e := loadModel(t, filepath.Join("..", "..", "assets", "model", "efficientnet-lite0.onnx"), Options{})
	px := embed.NewPixels(300, 260)
	for i := range px.Pix {
		px.Pix[i] = uint8(i*i>>9 + 40*(i%3))
	}
	text, err := json.Marshal(encodeOne(t, e, px))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// On a processor without VNNI the 8-bit model must answer what it answers with
// it, to the bit: qemu plays the older processor, in a process of its own.
func TestInt8ModelWithoutVNNI(t *testing.T) {
	if path := os.Getenv("KINDRED_ANSWER"); path != "" {
		if cpu.X86.HasAVX512VNNI || cpu.X86.HasAVXVNNI {
			t.Fatal("this processor has VNNI")
		}
		if err := os.WriteFile(path, answer(t), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	qemu, err := exec.LookPath("qemu-x86_64")
	switch {
	case runtime.GOARCH != "amd64":
		t.Skip("another kind of processor")
	case err != nil:
		t.Skip("qemu-x86_64 is missing (Debian package qemu-user)")
	case raceDetector:
		t.Skip("the race detector does not run under qemu")
	}
	here := answer(t)
	path := filepath.Join(t.TempDir(), "answer.json")
	child := exec.CommandContext(t.Context(), qemu, "-cpu", "Haswell", os.Args[0], "-test.run=^"+t.Name()+"$")
	child.Env = append(os.Environ(), "KINDRED_ANSWER="+path)
	if out, err := child.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var a, b embed.Encoding
	if err := json.Unmarshal(here, &a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &b); err != nil {
		t.Fatal(err)
	}
	t.Logf("VNNI here: %v, cosine %.7f", cpu.X86.HasAVX512VNNI || cpu.X86.HasAVXVNNI, cosine(a.Embedding, b.Embedding))
	if c := cosine(a.Embedding, b.Embedding); c < 0.9999 || argmax(a.Probs) != argmax(b.Probs) {
		t.Errorf("cosine %v", c)
	}
	if slices.Equal(a.Embedding, b.Embedding) {
		t.Log("equal to the bit")
	}
}
