package kittest

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

var (
	pid = os.Getpid()
	seq atomic.Int64
)

// server is a throw-away cluster that listens on a unix socket only.
type server struct {
	Dir  string
	mu   sync.Mutex
	made map[string]bool
	cmd  *exec.Cmd
	done chan error
}

func (s *server) dsn(name string) string {
	return "host=" + s.Dir + " user=kaiwu dbname=" + name + " sslmode=disable"
}

// cluster is the one that KAIWU_TEST_PG names (a socket folder, `make test` starts it for all packages), else
// one for this test binary. A machine without PostgreSQL is an error, not a skip.
var cluster = sync.OnceValues(func() (*server, error) {
	if dir := os.Getenv("KAIWU_TEST_PG"); dir != "" {
		return &server{Dir: dir, made: map[string]bool{}}, nil
	}
	sweep()
	return StartPostgres(false)
})

// sweep removes folders of clusters whose process has gone.
func sweep() {
	old, _ := filepath.Glob(filepath.Join(os.TempDir(), "kwpg*-*"))
	for _, dir := range old {
		owner, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), "kwpg"), "-")
		if n, err := strconv.Atoi(owner); err == nil && syscall.Kill(n, 0) == syscall.ESRCH {
			os.RemoveAll(dir)
		}
	}
}

func binDir() (string, error) {
	dirs := []string{os.Getenv("PG_BINDIR")}
	m, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	major := func(p string) int { n, _ := strconv.Atoi(filepath.Base(filepath.Dir(p))); return n }
	slices.SortFunc(m, func(a, b string) int { return major(b) - major(a) })
	dirs = append(dirs, m...)
	if p, err := exec.LookPath("postgres"); err == nil {
		if p, err = filepath.EvalSymlinks(p); err == nil {
			dirs = append(dirs, filepath.Dir(p))
		}
	}
	for _, d := range dirs {
		_, e1 := os.Stat(filepath.Join(d, "initdb"))
		_, e2 := os.Stat(filepath.Join(d, "postgres"))
		if d != "" && e1 == nil && e2 == nil {
			return d, nil
		}
	}
	return "", errors.New("no PostgreSQL server programs found: apt-get install postgresql-15, or set PG_BINDIR")
}

// PostgreSQL refuses to run as root, so root hands the cluster to another user.
func credential() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, n := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(n); err == nil {
			uid, _ := strconv.ParseUint(u.Uid, 10, 32)
			gid, _ := strconv.ParseUint(u.Gid, 10, 32)
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("running as root, and no user postgres or nobody to run the server as")
}

// StartPostgres makes and starts a cluster below the temporary folder; durable keeps fsync on.
func StartPostgres(durable bool) (_ *server, err error) {
	bin, err := binDir()
	if err != nil {
		return nil, err
	}
	cred, err := credential()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", fmt.Sprintf("kwpg%d-", pid))
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(dir)
		}
	}()
	data := filepath.Join(dir, "data")
	if err := errors.Join(os.Chmod(dir, 0o755), os.Mkdir(data, 0o700)); err != nil {
		return nil, err
	}
	if cred != nil {
		if err := filepath.WalkDir(dir, func(p string, _ fs.DirEntry, err error) error {
			return errors.Join(err, os.Lchown(p, int(cred.Uid), int(cred.Gid)))
		}); err != nil {
			return nil, err
		}
	}
	env := append(os.Environ(), "HOME="+dir, "TZ=UTC", "LC_ALL=C")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "kaiwu", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions")
	initdb.SysProcAttr, initdb.Env, initdb.Dir = &syscall.SysProcAttr{Credential: cred}, env, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	args := []string{"-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "max_connections=300", "-c", "shared_buffers=128MB", "-c", "log_timezone=UTC", "-c", "timezone=UTC"}
	if !durable {
		args = append(args, "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_wal_size=4GB")
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	s := &server{Dir: dir, done: make(chan error, 1), made: map[string]bool{}}
	s.cmd = exec.Command(filepath.Join(bin, "postgres"), args...)
	s.cmd.Env, s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = env, dir, log, log
	// Pdeathsig: the server goes when this process is killed. The kernel sends it at the end of the thread
	// that started the child, so that thread is kept for the server's life.
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: cred, Pdeathsig: syscall.SIGQUIT, Setpgid: true}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		err := s.cmd.Start()
		started <- err
		if err == nil {
			s.done <- s.cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	for range 6000 {
		select {
		case err := <-s.done:
			b, _ := os.ReadFile(log.Name())
			return nil, fmt.Errorf("postgres ended: %v\n%s", err, b)
		case <-time.After(5 * time.Millisecond):
		}
		if b, err := os.ReadFile(filepath.Join(data, "postmaster.pid")); err == nil && bytes.Contains(b, []byte("\nready")) {
			return s, nil
		}
	}
	s.Stop()
	return nil, errors.New("postgres not ready after 30 s")
}

// Stop ends the server and removes its files.
func (s *server) Stop() {
	s.cmd.Process.Signal(syscall.SIGINT)
	select {
	case <-s.done:
	case <-time.After(10 * time.Second):
		s.cmd.Process.Signal(syscall.SIGQUIT)
		<-s.done
	}
	os.RemoveAll(s.Dir)
}
