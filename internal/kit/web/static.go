package web

import (
	"bytes"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"kaiwu/internal/kit/fault"
)

// Static serves the built web application: assets for ever (their names change with their content), pages and
// the service worker always asked for again, any other path the application itself. A missing asset is 404 and
// never a page: a browser that took HTML for a script would keep it.
func (a *API) Static(files fs.FS) {
	a.Mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			a.missing(w, r)
			return
		}
		name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
		if name == "" {
			name = "index.html"
		}
		if strings.HasSuffix(name, ".gz") || strings.HasSuffix(name, ".br") {
			a.missing(w, r)
			return
		}
		if serveFile(w, r, files, name) {
			return
		}
		if strings.HasPrefix(name, "assets/") || strings.HasPrefix(name, "api/") || path.Ext(name) != "" || !serveFile(w, r, files, "index.html") {
			a.missing(w, r)
		}
	})
}

func (a *API) missing(w http.ResponseWriter, r *http.Request) {
	a.refuse(w, r, localeOf(r, nil), fault.NotFound("web.not_found", "nothing at %s", r.URL.Path).With("path", r.URL.Path))
}

var encodings = []struct{ name, suffix string }{{"br", ".br"}, {"gzip", ".gz"}, {"", ""}}

func serveFile(w http.ResponseWriter, r *http.Request, files fs.FS, name string) bool {
	if st, err := fs.Stat(files, name); err != nil || st.IsDir() {
		return false
	}
	h := w.Header()
	ct := mime.TypeByExtension(path.Ext(name))
	switch path.Ext(name) { // what the machine's table may lack
	case ".webmanifest":
		ct = "application/manifest+json"
	case ".wasm":
		ct = "application/wasm"
	case ".js", ".mjs":
		ct = "text/javascript; charset=utf-8"
	}
	h.Set("Content-Type", orElse(ct, "application/octet-stream"))
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	if strings.HasPrefix(name, "assets/") {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	for _, e := range encodings {
		if e.name != "" && (!accepts(r, e.name) || r.Header.Get("Range") != "") {
			continue // a range counts bytes of the plain file
		}
		b, err := fs.ReadFile(files, name+e.suffix)
		if err != nil {
			continue
		}
		if e.name != "" {
			h.Set("Content-Encoding", e.name)
		}
		http.ServeContent(w, r, "", time.Time{}, io.ReadSeeker(bytes.NewReader(b)))
		return true
	}
	return false
}
