package db_test

import (
	"io"
	"log/slog"
	"os"
	"testing"
	"testing/fstest"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil))) // panics and lost groups are made on purpose here
	os.Exit(m.Run())
}

func fsOf(name, text string) fstest.MapFS {
	return fstest.MapFS{"schema/" + name + ".sql": {Data: []byte(text)}}
}
