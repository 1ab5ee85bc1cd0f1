package workspace

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"sync"

	"kindred/embed"
	"kindred/project"
	"kindred/project/scan"
)

// Spec and Encoded are the encoder's terms, for those above that do not know
// package embed.
type (
	Spec    = embed.Spec
	Encoded = embed.Encoding
)

// FileResult is what became of one file of EncodeFiles: an encoding, or the
// reason why there is none.
type FileResult struct {
	File    string
	Reason  string
	Encoded Encoded
}

// batch is how many pictures go through the model at once: enough to feed it,
// few enough to show results early.
const batch = 8

// EncodeFiles encodes picture files outside any project and yields the results
// in the order of files. Memory is bounded by a few batches a worker. An error
// that is yielded ends the run: the model is broken, or ctx was cancelled.
func EncodeFiles(ctx context.Context, enc embed.Encoder, files []string, workers int) iter.Seq2[FileResult, error] {
	return func(yield func(FileResult, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		type task struct {
			files []string
			out   chan []FileResult
			err   error
		}
		tasks := make(chan *task, workers)
		queue := make(chan *task, 2*workers) // in order, for the reader below
		var wait sync.WaitGroup
		defer wait.Wait()
		defer cancel()
		wait.Go(func() {
			defer close(queue)
			defer close(tasks)
			for lo := 0; lo < len(files); lo += batch {
				t := &task{files: files[lo:min(lo+batch, len(files))], out: make(chan []FileResult, 1)}
				for _, to := range []chan *task{queue, tasks} {
					select {
					case to <- t:
					case <-ctx.Done():
						return
					}
				}
			}
		})
		for range max(workers, 1) {
			wait.Go(func() {
				for t := range tasks {
					var results []FileResult
					results, t.err = encodeBatch(ctx, enc, t.files)
					t.out <- results
				}
			})
		}
		for t := range queue {
			var results []FileResult
			select {
			case results = <-t.out:
			case <-ctx.Done():
				yield(FileResult{}, ctx.Err())
				return
			}
			for _, r := range results {
				if !yield(r, nil) {
					return
				}
			}
			if t.err != nil {
				yield(FileResult{}, t.err)
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(FileResult{}, err)
		}
	}
}

// encodeBatch encodes up to batch files with one run of the model.
func encodeBatch(ctx context.Context, enc embed.Encoder, files []string) ([]FileResult, error) {
	input := enc.Spec().Input
	size := input.Len()
	tensors := make([]float32, 0, size*len(files))
	results := make([]FileResult, len(files))
	var good []int
	for i, file := range files {
		results[i].File = file
		px, err := decodeFile(ctx, file, input.DecodeShort())
		if err != nil {
			results[i].Reason = scan.Reason(err)
			if errors.Is(err, fs.ErrNotExist) { // it never was there
				results[i].Reason = project.ErrNotFound.Error()
			}
			continue
		}
		tensors = tensors[:size*(len(good)+1)]
		input.Tensor(tensors[size*len(good):], px)
		good = append(good, i)
	}
	if len(good) == 0 {
		return results, ctx.Err()
	}
	encodings, err := enc.Encode(ctx, tensors, len(good))
	if err != nil {
		return nil, err
	}
	for k, i := range good {
		results[i].Encoded = encodings[k]
	}
	return results, nil
}
