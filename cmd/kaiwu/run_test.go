package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const factories = "../../testdata/factories"

// The test binary is the program too: with this variable set it runs as kaiwu would.
func TestMain(m *testing.M) {
	if os.Getenv("KAIWU_IS_THE_PROGRAM") != "" {
		os.Unsetenv("KAIWU_IS_THE_PROGRAM")
		main()
		return
	}
	os.Exit(m.Run())
}

func program(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(exe, args...)
	c.Env = append(os.Environ(), "KAIWU_IS_THE_PROGRAM=1", "LC_ALL=C.UTF-8")
	return c
}

type result struct {
	status   int
	out, err string
}

// kaiwu runs one command to its end.
func kaiwu(t testing.TB, args ...string) result {
	t.Helper()
	c := program(t, args...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	err := c.Run()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		t.Fatal(err)
	}
	return result{c.ProcessState.ExitCode(), out.String(), errs.String()}
}

// few keeps a long list of faults out of a test's words.
func few(s string) string { return s[:min(len(s), 1500)] }

// must is kaiwu where success is expected.
func must(t testing.TB, args ...string) result {
	t.Helper()
	r := kaiwu(t, args...)
	if r.status != 0 {
		t.Fatalf("kaiwu %s: status %d\n%s", strings.Join(args, " "), r.status, few(r.err))
	}
	return r
}

// refuses wants a status and words on standard error.
func refuses(t testing.TB, status int, words string, args ...string) {
	t.Helper()
	r := kaiwu(t, args...)
	if r.status != status || !strings.Contains(r.err, words) {
		t.Errorf("kaiwu %s: status %d, want %d with %q\n%s", strings.Join(args, " "), r.status, status, words, few(r.err))
	}
}

// running is a server in a process of its own.
type running struct {
	t    testing.TB
	cmd  *exec.Cmd
	url  string
	gone chan error
}

// serving starts a server and waits until it says where it is reached.
func serving(t testing.TB, args ...string) *running {
	t.Helper()
	c := program(t, append([]string{"serve", "--listen", "127.0.0.1:0", "--http", "--log", "error"}, args...)...)
	pipe, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var words bytes.Buffer
	s := &running{t: t, cmd: c, gone: make(chan error, 1)}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the server said: %s", words.String())
		}
	})
	t.Cleanup(s.kill)
	said := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(io.TeeReader(pipe, &words))
		found := false
		for lines.Scan() {
			if _, url, ok := strings.Cut(lines.Text(), "http://"); ok && !found {
				found = true
				said <- "http://" + strings.Fields(url)[0]
			}
		}
		if !found {
			said <- ""
		}
		s.gone <- c.Wait()
	}()
	select {
	case s.url = <-said:
	case <-time.After(time.Minute):
		t.Fatal("the server does not start")
	}
	if s.url == "" {
		t.Fatalf("the server did not start: %s", words.String())
	}
	return s
}

// kill ends the process as a power cut would; end asks it to end.
func (s *running) kill() { s.signal(syscall.SIGKILL) }
func (s *running) end()  { s.signal(syscall.SIGTERM) }

func (s *running) signal(sig syscall.Signal) {
	if s.gone == nil {
		return
	}
	s.cmd.Process.Signal(sig)
	<-s.gone
	s.gone = nil
}

// imported is a folder with a factory in it.
func imported(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	must(t, "import", "--data", dir, filepath.Join(factories, "hardware"))
	return dir
}
