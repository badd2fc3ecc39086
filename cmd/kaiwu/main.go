// Command kaiwu is the whole product: the server, the demo, and the tools around a factory's data.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

// Exit statuses of formats/cli.md: done, the input is refused, wrong usage, failed for another reason.
const (
	exitRefused = 1
	exitUsage   = 2
	exitFailed  = 3
)

// command is one word after kaiwu.
type command struct {
	name, args, does string
	run              func(ctx context.Context, c *command, args []string) error
}

var commands []*command

func register(name, args, does string, run func(ctx context.Context, c *command, args []string) error) {
	commands = append(commands, &command{name, args, does, run})
}

// refused carries every fault of an input; each is printed on its own line.
type refused struct{ lines []string }

func (r *refused) Error() string { return strings.Join(r.lines, "\n") }

// usage is a wrong command line.
type usage struct{ text string }

func (u *usage) Error() string { return u.text }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:]))
}

func run(ctx context.Context, args []string) int {
	if len(args) == 0 || slices.Contains([]string{"-h", "--help", "help"}, args[0]) {
		help(os.Stderr)
		if len(args) == 0 {
			return exitUsage
		}
		return 0
	}
	i := slices.IndexFunc(commands, func(c *command) bool { return c.name == args[0] })
	if i < 0 {
		fmt.Fprintf(os.Stderr, "kaiwu: there is no command %q\n", args[0])
		help(os.Stderr)
		return exitUsage
	}
	err := commands[i].run(ctx, commands[i], args[1:])
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errHelp):
		return 0
	}
	if r, ok := errors.AsType[*refused](err); ok {
		for _, l := range r.lines {
			fmt.Fprintln(os.Stderr, l)
		}
		return exitRefused
	}
	fmt.Fprintf(os.Stderr, "kaiwu %s: %v\n", args[0], err)
	if _, ok := errors.AsType[*usage](err); ok {
		return exitUsage
	}
	return exitFailed
}

func help(w io.Writer) {
	fmt.Fprintln(w, "kaiwu 开物: manufacturing execution and operations\n\nusage: kaiwu COMMAND [flags]")
	fmt.Fprintln(w)
	for _, c := range commands {
		fmt.Fprintf(w, "  %-9s %s\n", c.name, c.does)
	}
	fmt.Fprintln(w, "\nkaiwu COMMAND --help tells the flags. Every flag is also read from the environment: --data is KAIWU_DATA.")
}
