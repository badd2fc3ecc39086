package tlsca

import (
	_ "embed"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
)

//go:embed helper.html
var helperPage string

var helperTemplate = template.Must(template.New("helper").Parse(helperPage))

// Helper serves plain http on a port of its own: the page from which a device gets the authority's certificate,
// and a redirect to https for everything else. httpsPort is where the application listens.
func (c *CA) Helper(httpsPort int) http.Handler {
	mux := http.NewServeMux()
	file := func(name, kind string, bytes []byte) {
		mux.HandleFunc("GET "+name, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.Header().Set("Content-Disposition", `attachment; filename="kaiwu-ca`+name[strings.LastIndexByte(name, '.'):]+`"`)
			w.Write(bytes)
		})
	}
	file("/ca.crt", "application/x-x509-ca-cert", c.PEM())
	file("/ca.cer", "application/pkix-cert", c.DER())
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { c.page(w, r, httpsPort) })
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			// what it carried has already crossed the network in the clear: do not help to do it again
			http.Error(w, "use https", http.StatusForbidden)
			return
		}
		http.Redirect(w, r, "https://"+c.host(r, httpsPort)+r.URL.RequestURI(), http.StatusTemporaryRedirect)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		mux.ServeHTTP(w, r)
	})
}

// host is what the person typed, where the certificate is good for it; else an address of this machine.
func (c *CA) host(r *http.Request, port int) string {
	name := r.Host
	if h, _, err := net.SplitHostPort(name); err == nil {
		name = h
	}
	name = strings.Trim(name, "[]")
	if !c.Covers(name) {
		name = "localhost"
		if a := Addresses(); len(a) > 0 {
			name = a[0]
		}
	}
	if port == 443 {
		if strings.Contains(name, ":") {
			return "[" + name + "]"
		}
		return name
	}
	return net.JoinHostPort(name, strconv.Itoa(port))
}

// reachable is where another device finds this page: what the person typed, unless that means this very machine.
func (c *CA) reachable(r *http.Request) string {
	name, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		name, port = r.Host, ""
	}
	name = strings.Trim(name, "[]")
	if ip := net.ParseIP(name); name == "localhost" || ip != nil && ip.IsLoopback() || !c.Covers(name) {
		if a := Addresses(); len(a) > 0 {
			name = a[0]
		}
	}
	if port == "" {
		return name
	}
	return net.JoinHostPort(name, port)
}

func (c *CA) page(w http.ResponseWriter, r *http.Request, port int) {
	host := c.host(r, port)
	self := "http://" + c.reachable(r) + "/"
	svg, err := svgQR(self)
	if err != nil {
		slog.ErrorContext(r.Context(), "helper page", "err", err)
		http.Error(w, "no QR code", http.StatusInternalServerError)
		return
	}
	lang := r.URL.Query().Get("lang")
	if lang != "zh" && lang != "en" {
		lang = "en"
		if strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), "zh") || r.Header.Get("Accept-Language") == "" {
			lang = "zh"
		}
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", lang)
	err = helperTemplate.Execute(w, map[string]any{"Zh": lang == "zh", "Lang": lang, "App": "https://" + host + "/", "Floor": "https://" + host + "/m",
		"Self": self, "QR": template.HTML(svg), "Fingerprint": c.Fingerprint(), "Device": deviceOf(r.UserAgent())})
	if err != nil {
		slog.WarnContext(r.Context(), "helper page", "err", err)
	}
}

// deviceOf guesses which steps to unfold; all others stay a tap away.
func deviceOf(agent string) string {
	for _, k := range []struct{ part, kind string }{{"HarmonyOS", "android"}, {"Android", "android"}, {"iPhone", "ios"}, {"iPad", "ios"}, {"Windows", "windows"}, {"Macintosh", "mac"}, {"Linux", "linux"}} {
		if strings.Contains(agent, k.part) {
			return k.kind
		}
	}
	return "android"
}
