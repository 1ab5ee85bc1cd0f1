package embed_test

import (
	"testing"

	"kindred/embed"
	"kindred/embed/kerneltest"
)

func TestGoKernel(t *testing.T) { kerneltest.Run(t, embed.GoKernel{}) }
