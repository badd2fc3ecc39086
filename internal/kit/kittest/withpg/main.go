// Command withpg runs a command with a throw-away PostgreSQL cluster, named to it by KAIWU_TEST_PG.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"

	"kaiwu/internal/kit/kittest"
)

func main() {
	s, err := kittest.StartPostgres(false)
	if err != nil {
		fmt.Fprintln(os.Stderr, "withpg:", err)
		os.Exit(3)
	}
	c := exec.Command(os.Args[1], os.Args[2:]...)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	c.Env = append(os.Environ(), "KAIWU_TEST_PG="+s.Dir)
	err = c.Run()
	s.Stop()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		os.Exit(exit.ExitCode())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "withpg:", err)
		os.Exit(3)
	}
}
