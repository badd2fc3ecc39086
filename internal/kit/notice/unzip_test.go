package notice_test

import (
	"compress/gzip"
	"io"
	"strings"
	"testing"
)

func unzip(t *testing.T, text string, to io.Writer) {
	t.Helper()
	z, err := gzip.NewReader(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(to, z); err != nil {
		t.Fatal(err)
	}
}
