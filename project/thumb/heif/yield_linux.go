package heif

import "os"

// yield makes the system end this process before any other when memory runs
// out. Where that is not to be had, the limit of the decoders is all there is.
func yield() { _ = os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0o600) }
