# make run    sets up what is missing, builds, opens the window
# make test   sets up what is missing, runs every check
# The other targets are steps of these two, or for releases.

GO      ?= go
TAGS    := release,migrated_fynedo,nodynamic
BIN     := bin/kindred
RUNTIME := assets/runtime/libonnxruntime.so.zst
ORTLIB  := build/ort/libonnxruntime.so
SOURCES := $(shell find app assets embed project views -type f -not -name '*_test.go' 2>/dev/null) go.mod go.sum

.DELETE_ON_ERROR:
.PHONY: run test build setup setup-test bench package screenshots lint smoke clean

run: build
	$(BIN)

# What a build needs: C compiler, headers, libjpeg-turbo, ONNX Runtime.
setup: $(RUNTIME)

$(RUNTIME): .ci/setup
	.ci/setup build

# What the window test needs besides: Xvfb, xdotool, software OpenGL.
setup-test: setup
	.ci/setup test

build: setup
	@.ci/setup build
	@$(MAKE) --no-print-directory $(BIN)

$(BIN): $(SOURCES) $(RUNTIME)
	$(GO) build -trimpath -tags $(TAGS) -ldflags '-s -w' -o $@ ./app

test: setup-test lint
	KINDRED_ORT=$(CURDIR)/$(ORTLIB) $(GO) test -race -timeout 30m ./...
	$(GO) test -tags purejpeg ./project/thumb
	$(GO) test -run TestMemory ./project/scan
	KINDRED_ORT=$(CURDIR)/$(ORTLIB) $(GO) test -run Int8 ./embed/onnx
	$(MAKE) --no-print-directory smoke

lint:
	$(GO) vet ./...
	@bad=$$($(GO) tool gofumpt -l app assets embed project views); \
		if [ -n "$$bad" ]; then echo "gofumpt would change:"; echo "$$bad"; exit 1; fi
	$(GO) tool staticcheck ./...

# The real window under Xvfb, built with the race detector and Fyne's own
# thread checks, driven by real clicks. Pictures go to build/shots.
smoke: setup-test build/kindred-race
	KINDRED_SMOKE=$(CURDIR)/build/kindred-race $(GO) test -count=1 -timeout 20m -tags smoke -run 'TestWindow' -v ./app

build/kindred-race: $(SOURCES) $(RUNTIME)
	$(GO) build -race -o $@ ./app

screenshots: build setup-test
	KINDRED_SMOKE=$(CURDIR)/$(BIN) KINDRED_SHOTS=$(CURDIR)/docs/screenshots \
		$(GO) test -count=1 -timeout 20m -tags smoke -run 'TestScreenshots' -v ./app

# KINDRED_BENCH_SCALE=1 measures with 100,000 images, which take minutes to scan.
bench: build setup-test
	KINDRED_ORT=$(CURDIR)/$(ORTLIB) KINDRED_SMOKE=$(CURDIR)/$(BIN) $(GO) test -count=1 -timeout 60m -tags bench -run 'TestBench' -v ./app
	.ci/bench.py

package: build
	.ci/package $(BIN)

clean:
	rm -rf bin build
