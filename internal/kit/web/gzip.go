package web

import (
	"compress/gzip"
	"mime"
	"net/http"
	"strings"
	"sync"
)

const zipFrom = 1024 // smaller answers only grow

var zips = sync.Pool{New: func() any { z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed); return z }}

// zipper holds the first kilobyte back until it knows whether compressing is worth it.
type zipper struct {
	http.ResponseWriter
	buf    []byte
	z      *gzip.Writer
	status int
	plain  bool // decided: not compressed
}

func zipped(w http.ResponseWriter, r *http.Request) *zipper {
	if !strings.HasPrefix(r.URL.Path, "/api/") || r.Method == http.MethodHead || !accepts(r, "gzip") {
		return nil
	}
	return &zipper{ResponseWriter: w}
}

// accepts says whether the caller takes an encoding; "gzip;q=0" refuses it.
func accepts(r *http.Request, encoding string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), encoding) {
			q = strings.ReplaceAll(q, " ", "")
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}

func (z *zipper) WriteHeader(code int) {
	if code < 200 {
		z.ResponseWriter.WriteHeader(code)
		return
	}
	if z.status == 0 {
		z.status = code
	}
	h := z.Header()
	ct, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	small := ct == "application/json" || strings.HasSuffix(ct, "+json") || ct == "text/csv" || ct == "text/plain"
	if !small || h.Get("Content-Encoding") != "" || h.Get("Content-Length") != "" || code == http.StatusNoContent || code == http.StatusNotModified {
		z.pass()
	}
}

// pass decides for an answer as it is.
func (z *zipper) pass() {
	if !z.plain && z.z == nil {
		z.plain = true
		z.ResponseWriter.WriteHeader(z.status)
		if len(z.buf) > 0 {
			z.ResponseWriter.Write(z.buf)
			z.buf = nil
		}
	}
}

func (z *zipper) Write(b []byte) (int, error) {
	if z.status == 0 {
		z.WriteHeader(http.StatusOK)
	}
	switch {
	case z.plain:
		return z.ResponseWriter.Write(b)
	case z.z == nil && len(z.buf)+len(b) < zipFrom:
		z.buf = append(z.buf, b...)
		return len(b), nil
	case z.z == nil:
		z.start()
		if _, err := z.z.Write(z.buf); err != nil {
			return 0, err
		}
		z.buf = nil
	}
	return z.z.Write(b)
}

func (z *zipper) start() {
	h := z.Header()
	h.Set("Content-Encoding", "gzip")
	h.Add("Vary", "Accept-Encoding")
	z.ResponseWriter.WriteHeader(z.status)
	z.z = zips.Get().(*gzip.Writer)
	z.z.Reset(z.ResponseWriter)
}

// FlushError is what http.ResponseController looks for: a stream is sent as it comes.
func (z *zipper) FlushError() error {
	if z.status != 0 {
		z.pass()
	}
	if z.z != nil {
		if err := z.z.Flush(); err != nil {
			return err
		}
	}
	return http.NewResponseController(z.ResponseWriter).Flush()
}

func (z *zipper) Unwrap() http.ResponseWriter { return z.ResponseWriter }

// close ends the answer; after a panic too, since the recovery below then writes nothing more.
func (z *zipper) close() {
	if z.z != nil {
		z.z.Close()
		zips.Put(z.z)
		z.z = nil
		return
	}
	if z.status != 0 {
		z.pass()
	}
}
