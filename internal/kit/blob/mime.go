package blob

import (
	"io"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
)

// inline are the types that a browser may show inside our pages. SVG and HTML are not among them: they run scripts.
var inline = []string{"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "application/pdf"}

// Inline says whether the file may be shown instead of downloaded. The type was read from its bytes.
func (b Blob) Inline() bool { return slices.Contains(inline, b.Mime) }

// sniff believes the bytes where they speak, else the uploader; but nobody can call something a picture that is none.
func sniff(head []byte, said, name string) string {
	found, _, _ := strings.Cut(http.DetectContentType(head), ";")
	if slices.Contains(inline, found) {
		return found
	}
	said, _, err := mime.ParseMediaType(said)
	if err != nil || said == "" || said == "application/octet-stream" {
		said, _, _ = strings.Cut(mime.TypeByExtension(strings.ToLower(path.Ext(name))), ";")
	}
	if said == "" {
		said = found
	}
	if slices.Contains(inline, said) || len(said) > 120 {
		return "application/octet-stream"
	}
	return said
}

// cleanName keeps the last part of a path without what breaks headers and file systems.
func cleanName(s string) string {
	s = path.Base(strings.ReplaceAll(strings.ToValidUTF8(s, "_"), `\`, "/"))
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		}
		return r
	}, s)
	s = strings.Trim(s, " .")
	if r := []rune(s); len(r) > 150 { // the ending tells what opens it
		ext := []rune(path.Ext(s))
		if len(ext) > 20 {
			ext = nil
		}
		s = string(r[:150-len(ext)]) + string(ext)
	}
	if s == "" || s == "/" {
		s = "file"
	}
	return s
}

// Serve answers a request with the file, or the part of it that was asked for. Content never changes under an id,
// so a browser may keep it.
func Serve(w http.ResponseWriter, r *http.Request, b Blob, content io.ReadSeeker) {
	h := w.Header()
	how := "attachment"
	if b.Inline() {
		how = "inline"
	}
	h.Set("Content-Type", b.Mime)
	h.Set("Content-Disposition", mime.FormatMediaType(how, map[string]string{"filename": b.Name}))
	h.Set("X-Content-Type-Options", "nosniff")
	if b.Mime == "application/pdf" { // the browsers' own viewers do not run in a sandbox
		h.Set("Content-Security-Policy", "frame-ancestors 'self'")
	} else {
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	}
	h.Set("Cache-Control", "private, max-age=31536000, immutable")
	h.Set("ETag", `"`+b.SHA256+`"`)
	http.ServeContent(w, r, "", time.UnixMilli(b.CreatedMS), content)
}
