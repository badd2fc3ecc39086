//go:build !linux

package bench

// diskOf cannot tell a RAM disk from another one here.
func diskOf(string) (kind string, ram bool, err error) { return "unknown", false, nil }
