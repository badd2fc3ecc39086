package main

import (
	"context"
	"io"
	"os"

	"kaiwu/internal/app"
)

func init() {
	register("openapi", "[--out FILE]", "print the description of the API (OpenAPI 3.1)", openapi)
}

func openapi(_ context.Context, c *command, args []string) error {
	fs := flags(c)
	out := fs.String("out", "", "file to write; default standard output")
	if err := parse(fs, args, nil); err != nil {
		return err
	}
	b, err := app.New(nil, app.Options{}).API.Spec()
	if err != nil {
		return err
	}
	if *out == "" {
		_, err = os.Stdout.Write(b)
		return err
	}
	_, err = create(*out, true, func(w io.Writer) error { _, err := w.Write(b); return err })
	return err
}
