package web

import (
	"embed"
	"encoding/json"
	"io/fs"
	"net/http"
	"sync"
)

//go:embed docs
var docFiles embed.FS

// serveDocs serves the API's description and a reference page that needs nothing from elsewhere.
func (a *API) serveDocs() {
	a.spec = sync.OnceValue(func() []byte { b, _ := a.Spec(); return b })
	a.Mux.HandleFunc("GET "+prefix+"/openapi.json", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/vnd.oai.openapi+json;version=3.1")
		w.Write(a.spec())
	})
	files, err := fs.Sub(docFiles, "docs")
	if err != nil {
		panic(err) // only a typo in the name above can cause it
	}
	a.Mux.HandleFunc("GET /docs", func(w http.ResponseWriter, r *http.Request) { serveFile(w, r, files, "index.html") })
	a.Mux.HandleFunc("GET /docs/{file}", func(w http.ResponseWriter, r *http.Request) {
		if !serveFile(w, r, files, r.PathValue("file")) {
			a.missing(w, r)
		}
	})
}

// Spec is the OpenAPI document, the same bytes for the same program: api/openapi.json is compared with it.
func (a *API) Spec() ([]byte, error) {
	if a.Version != "" {
		a.OpenAPI().Info.Version = a.Version
	}
	b, err := json.MarshalIndent(a.OpenAPI(), "", " ")
	return append(restoreTypes(b), '\n'), err
}
