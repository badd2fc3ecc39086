package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Read takes a CSV or xlsx file, whatever its name ends in, and gives its tables. Sheets whose name begins with #
// are remarks and are left out.
func Read(file string, r io.Reader, lim Limits) ([]Table, error) {
	b, err := io.ReadAll(io.LimitReader(r, lim.Bytes+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > lim.Bytes {
		return nil, refuseFile(file, "sheet.too_large", "%s is larger than %d MB", file, lim.Bytes>>20).With("limit", lim.Bytes>>20)
	}
	switch {
	case bytes.HasPrefix(b, []byte("PK\x03\x04")), bytes.HasPrefix(b, []byte("PK\x05\x06")):
		return readXLSX(file, b, lim)
	case bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0")): // the container of old .xls files and of encrypted .xlsx files
		if bytes.Contains(b, []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e")) {
			return nil, refuseFile(file, "sheet.password", "%s is protected by a password", file)
		}
		return nil, refuseFile(file, "sheet.kind", "%s is neither CSV nor xlsx", file)
	case bytes.IndexByte(b, 0) >= 0:
		return nil, refuseFile(file, "sheet.kind", "%s is neither CSV nor xlsx", file)
	}
	t, err := readCSV(file, b, lim)
	if err != nil {
		return nil, err
	}
	return []Table{t}, nil
}

func readCSV(file string, b []byte, lim Limits) (Table, error) {
	t := Table{File: file, Name: tableName(file)}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(b) {
		// a Chinese Excel that is asked for plain CSV writes GBK
		var err error
		if b, err = simplifiedchinese.GB18030.NewDecoder().Bytes(b); err != nil || bytes.ContainsRune(b, utf8.RuneError) {
			return t, refuseFile(file, "sheet.encoding", "the letters of %s are neither UTF-8 nor GB 18030", file)
		}
	}
	r := csv.NewReader(bytes.NewReader(b))
	r.FieldsPerRecord = -1
	var size int64
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			var at *csv.ParseError
			if errors.As(err, &at) {
				return t, t.refuse(at.Line, "sheet.broken", "%s: %v", file, err).With("reason", err)
			}
			return t, err
		}
		line, _ := r.FieldPos(0)
		for i := range cells {
			cells[i] = show(cells[i])
		}
		if err := t.add(line, cells, lim, &size); err != nil {
			return t, err
		}
	}
	if t.Header == nil {
		return t, refuseFile(file, "sheet.no_header", "%s is empty and has no column names", file)
	}
	return t, nil
}

// remark sheets explain; they are not data.
func remark(name string) bool { return strings.HasPrefix(name, "#") }
