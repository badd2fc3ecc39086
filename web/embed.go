// Package web holds the built web application inside the binary.
//
// dist is made by `npm run build`; the committed dist/.keep lets Go build without Node, and Built tells the two apart.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files is the root of the application: index.html, sw.js, assets/… each also as .br and .gz.
func Files() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // only a typo in the name above can cause it
	}
	return sub
}

// Built says whether the web application was built into this binary.
func Built() bool {
	_, err := fs.Stat(Files(), "index.html")
	return err == nil
}
