package identity

// Tests make hundreds of hashes; how one is made does not depend on what it costs.
func init() { work = cost{KiB: 64, Passes: 1, Threads: 1} }
