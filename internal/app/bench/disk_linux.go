package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// diskOf names the file system that a folder lies on, and says whether it lives in memory.
func diskOf(dir string) (kind string, ram bool, err error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return "", false, fmt.Errorf("look at the disk of %s: %w", dir, err)
	}
	switch uint32(s.Type) {
	case 0x01021994:
		return "tmpfs", true, nil
	case 0x858458f6:
		return "ramfs", true, nil
	}
	return mountOf(dir), false, nil
}

// mountOf finds device and type of the mount that holds dir; "unknown" where /proc does not tell.
func mountOf(dir string) string {
	dir, err := filepath.Abs(dir)
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	b, e := os.ReadFile("/proc/self/mounts")
	if err != nil || e != nil {
		return "unknown"
	}
	best, name := -1, "unknown"
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) < 3 {
			continue
		}
		if at := f[1]; len(at) > best && (at == "/" || dir == at || strings.HasPrefix(dir, at+"/")) {
			best, name = len(at), f[2]+" on "+f[0]
		}
	}
	return name
}
