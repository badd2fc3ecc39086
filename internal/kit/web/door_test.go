package web_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/web/webtest"
)

func TestDoor(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		a := api(d)
		a.ModuleOn = func(_ context.Context, m string) bool { return m != "closed" }
		h := a.Handler()
		boss, clerk := webtest.Boss(), webtest.Person("clerk", "part.read")
		webtest.Refused(t, h, nil, "GET", "/parts", nil, "web.login_required")
		webtest.Refused(t, h, clerk, "POST", "/parts/makes", `{"code":"A","price":"1"}`, "web.forbidden")
		webtest.Refused(t, h, boss, "GET", "/nothing/here", nil, "web.not_found")
		webtest.Refused(t, h, boss, "POST", "/parts/makes", `{"code":"`+strings.Repeat("x", 1<<20)+`"}`, "web.too_large")
		webtest.Refused(t, h, boss, "POST", "/parts/makes", `{"code":"A","price":"1"}`, "web.key_long", "Idempotency-Key", strings.Repeat("k", 201))

		// the same key: other bytes are refused, another person's key is another key
		webtest.Must(t, h, boss, "POST", "/parts/makes", `{"code":"A","price":"1"}`, "Idempotency-Key", "k")
		webtest.Refused(t, h, boss, "POST", "/parts/makes", `{"code":"B","price":"1"}`, "web.key_reused", "Idempotency-Key", "k")
		webtest.Must(t, h, webtest.Person("other", "*"), "POST", "/parts/makes", `{"code":"C","price":"1"}`, "Idempotency-Key", "k")
		if n, _ := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM tp_part WHERE key = 'k'`); n != 2 {
			t.Error("tx.Key did not arrive:", n)
		}

		// a refusal changes nothing and may be sent again with the same key
		webtest.Refused(t, h, boss, "POST", "/parts/makes", `{"code":"FULL","price":"1"}`, "part.full", "Idempotency-Key", "f")
		p := webtest.Refused(t, h, boss, "POST", "/parts/makes", `{"code":"FULL","price":"1"}`, "part.full", "Idempotency-Key", "f", "Accept-Language", "en-US")
		if p.Str("detail") != "Shelf A-1 is full" || p.Str("params", "shelf") != "A-1" || p.Str("status") != "409" {
			t.Error(p)
		}
		if p = webtest.Refused(t, h, boss, "POST", "/parts/makes", `{"code":"FULL","price":"1"}`, "part.full", "Accept-Language", "fr, zh-CN;q=0.8"); p.Str("detail") != "货架 A-1 满了" {
			t.Error(p)
		}

		// bugs say nothing but the request's id
		for _, code := range []string{"BUG", "PANIC"} {
			p = webtest.Refused(t, h, boss, "POST", "/parts/makes", `{"code":"`+code+`","price":"1"}`, "web.internal")
			if strings.Contains(p.Str("detail"), "secret") || !strings.Contains(p.Str("detail"), p.Str("instance")) || p.Str("instance") == "" {
				t.Error(p)
			}
		}
	})
}

func TestBadInputNamesFieldValueAndRemedy(t *testing.T) {
	d := kittest.SQLite(t, schemas)
	h := api(d).Handler()
	for _, c := range []struct{ body, where, code, zh, en string }{
		{`{"price":"1"}`, "body.code", "web.v_required", "缺少必填项 code，请填写", "code is missing; fill it in"},
		{`{"code":"","price":"1"}`, "body.code", "web.v_short", "code 太短，至少 1 个字符", "code is too short; at least 1 characters"},
		{`{"code":"A","price":1}`, "body.price", "web.v_string", "price 应为文字（数量和编号也用引号），收到 1", "price must be text (quantities and ids too are quoted), not 1"},
		{`{"code":"A","price":"1.1234567"}`, "body.price", "web.v_decimal", "price 的值 1.1234567 不是数：应不超过 9007199254、最多六位小数，例如 12.5", "price: 1.1234567 is not a number of at most 9007199254 with at most six decimals, such as 12.5"},
		{`{"code":"A","price":"99999999999"}`, "body.price", "web.v_decimal", "price 的值 99999999999 不是数：应不超过 9007199254、最多六位小数，例如 12.5", "price: 99999999999 is not a number of at most 9007199254 with at most six decimals, such as 12.5"},
		{`{"code":"A","price":"1","colour":"red"}`, "body.colour", "web.v_unknown", "不认识字段 colour，请删除", "colour is not known; remove it"},
		{`{"code":"A","price":"1","lines":[{"item":5}]}`, "body.lines[0].item", "web.v_string", "lines[0].item 应为文字（数量和编号也用引号），收到 5", "lines[0].item must be text (quantities and ids too are quoted), not 5"},
	} {
		for locale, want := range map[string]string{"zh": c.zh, "en": c.en} {
			p := webtest.Refused(t, h, webtest.Boss(), "POST", "/parts/makes", c.body, "web.invalid", "Accept-Language", locale)
			if p.Str("errors", 0, "location") != c.where || p.Str("errors", 0, "code") != c.code || p.Str("errors", 0, "message") != want || !strings.Contains(p.Str("detail"), want) {
				t.Errorf("%s %s: %v", c.body, locale, p)
			}
		}
	}
	if p := webtest.Must(t, h, webtest.Boss(), "GET", "/pieces/816097473333825538?from=7&qty=12.5", nil); p.Str("id") != "816097473333825538" || p.Str("code") != "7" || p.Str("qty") != "12.5" {
		t.Error(p)
	}
	webtest.Refused(t, h, webtest.Boss(), "GET", "/pieces/abc", nil, "web.invalid")
	webtest.Refused(t, h, webtest.Boss(), "GET", "/pieces/1?qty=many", nil, "web.invalid")
	webtest.Refused(t, h, webtest.Boss(), "POST", "/parts/makes", `{"code":`, "web.invalid")
	webtest.Refused(t, h, webtest.Boss(), "POST", "/parts/makes", nil, "web.body_missing")
	webtest.Refused(t, h, webtest.Boss(), "GET", "/parts?limit=abc", nil, "web.invalid")
	webtest.Refused(t, h, webtest.Boss(), "POST", "/parts/makes", `{"code":"A","price":"99999999999999999999"}`, "web.invalid")
}

// Text that one of the engines cannot store is refused before it meets either: a gun that sends GBK, a zero character.
func TestTextThatIsNoText(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := api(d).Handler()
		for _, c := range []struct{ method, path, body, where string }{
			{"GET", "/parts?q=%00", "", "query.q"}, {"GET", "/parts?q=%d6%d0", "", "query.q"}, {"GET", "/parts?filter=code:eq:a%00", "", "query.filter"},
			{"GET", "/parts/a%00", "", "path"}, {"GET", "/parts/%ff", "", "path"},
			{"POST", "/parts/makes", `{"code":"A\u0000","price":"1"}`, "body.code"}, {"POST", "/parts/makes", `{"code":"A","price":"1","lines":[{"item":"\u0000"}]}`, "body.lines[0].item"},
			{"POST", "/parts/makes", "{\"code\":\"\xd6\xd0\",\"price\":\"1\"}", "body"},
		} {
			var body any
			if c.body != "" {
				body = c.body
			}
			if p := webtest.Refused(t, h, webtest.Boss(), c.method, c.path, body, "web.invalid"); p.Str("errors", 0, "location") != c.where || p.Str("errors", 0, "code") != "web.v_text" {
				t.Errorf("%s %q: %v", c.path, c.body, p)
			}
		}
		webtest.Refused(t, h, webtest.Boss(), "POST", "/parts/makes", `{"code":"A","price":"1"}`, "web.invalid", "Idempotency-Key", "\xff")
		// a backslash before the u is text like any other
		if p := webtest.Must(t, h, webtest.Boss(), "POST", "/parts/makes", `{"code":"A\\u0000","price":"1"}`); p.Str("code") != `A\u0000` {
			t.Error(p)
		}
		if p := webtest.Must(t, h, webtest.Boss(), "GET", "/parts?q=%E4%B8%AD", nil); len(p.Items()) != 0 {
			t.Error(p)
		}
	})
}

func TestNilListsAreEmpty(t *testing.T) {
	h := api(kittest.SQLite(t, schemas)).Handler()
	for _, who := range []*actor.Actor{webtest.Boss(), webtest.Person("clerk")} {
		if got := strings.TrimSpace(webtest.Do(t, h, who, "GET", "/pieces", nil).Body.String()); got != `{"any":[],"bytes":null,"deep":[{"list":[]}],"inner":{"list":[]},"map":{}}` {
			t.Error(got)
		}
	}
}

func TestFilesInAndOut(t *testing.T) {
	h := api(kittest.SQLite(t, schemas)).Handler()
	form := func(size int) (string, []byte) {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		m.WriteField("name", "图纸")
		w, err := m.CreateFormFile("file", "a.bin")
		if err != nil {
			t.Fatal(err)
		}
		w.Write(make([]byte, size))
		m.Close()
		return m.FormDataContentType(), b.Bytes()
	}
	ct, body := form(2 << 20)
	if got := webtest.Must(t, h, webtest.Boss(), "POST", "/pieces/upload", body, "Content-Type", ct); got.Str("name") != "图纸" || got.Str("size") != "2097152" {
		t.Error(got)
	}
	ct, body = form(4 << 20)
	if p := webtest.Refused(t, h, webtest.Boss(), "POST", "/pieces/upload", body, "web.too_large", "Content-Type", ct); p.Str("params", "max") != "3145728" || p.Str("status") != "413" {
		t.Error(p)
	}
	w := webtest.Do(t, h, webtest.Boss(), "GET", "/pieces/A/label", nil)
	if w.Body.String() != "label" || !strings.Contains(w.Header().Get("Content-Disposition"), "filename*=utf-8''%E6%A0%87%E7%AD%BE%20A.txt") {
		t.Error(w.Header(), w.Body)
	}
	webtest.Refused(t, h, webtest.Boss(), "GET", "/pieces/none/label", nil, "part.unknown")
}

func TestOtherOriginsAreRefused(t *testing.T) {
	d := kittest.SQLite(t, schemas)
	a := api(d)
	a.TrustedOrigins = []string{"https://portal.example"}
	h := a.Handler()
	body := `{"code":"A","price":"1"}`
	for _, hd := range [][]string{
		{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "null"},
	} {
		webtest.Refused(t, h, webtest.Boss(), "POST", "/parts/makes", body, "web.cross_origin", hd...)
	}
	webtest.Refused(t, h, webtest.Boss(), "GET", "/parts", nil, "web.cross_origin", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors")
	for i, hd := range [][]string{{"Sec-Fetch-Site", "same-origin"}, {"Origin", "http://example.com"}, {"Origin", "https://portal.example", "Sec-Fetch-Site", "cross-site"}, nil} {
		webtest.Must(t, h, webtest.Boss(), "POST", "/parts/makes", strings.Replace(body, "A", string(rune('A'+i)), 1), hd...)
	}
}

func TestAuthHook(t *testing.T) {
	d := kittest.SQLite(t, schemas)
	a := api(d)
	a.Auth = func(r *http.Request) (*actor.Actor, error) {
		switch r.Header.Get("Authorization") {
		case "Bearer good":
			return webtest.Person("key", "part.read"), nil
		case "Bearer old":
			return nil, fault.Denied("identity.expired", "expired")
		case "Bearer broken":
			return nil, errors.New("no database")
		}
		return nil, nil
	}
	h := a.Handler()
	webtest.Must(t, h, nil, "GET", "/parts", nil, "Authorization", "Bearer good")
	webtest.Refused(t, h, nil, "GET", "/parts", nil, "identity.expired", "Authorization", "Bearer old")
	webtest.Refused(t, h, nil, "GET", "/parts", nil, "web.internal", "Authorization", "Bearer broken")
	webtest.Refused(t, h, nil, "GET", "/parts", nil, "web.login_required")
	w := webtest.Do(t, h, nil, "POST", "/parts/login", nil)
	if c := w.Header().Get("Set-Cookie"); w.Code != 200 || !strings.Contains(c, "kaiwu_session=tok") || !strings.Contains(c, "HttpOnly") || !strings.Contains(c, "SameSite=Lax") || strings.Contains(c, "Secure") {
		t.Error(w.Code, c)
	}
	if w := webtest.Do(t, h, nil, "POST", "https://mes.example/api/v1/parts/login", nil); w.Code == 200 && !strings.Contains(w.Header().Get("Set-Cookie"), "Secure") {
		t.Error(w.Header())
	}
	a.Limit = a.PerIP(0.0001, 2)
	webtest.Must(t, h, webtest.Boss(), "GET", "/parts", nil)
	webtest.Must(t, h, webtest.Boss(), "GET", "/parts", nil)
	webtest.Refused(t, h, webtest.Boss(), "GET", "/parts", nil, "web.too_many")
}

func TestAroundTheAPI(t *testing.T) {
	d := kittest.SQLite(t, schemas)
	a := api(d)
	a.Static(fstest.MapFS{"index.html": {Data: []byte("<html>app")}, "sw.js": {Data: []byte("sw")}, "assets/x-1.js": {Data: []byte("plain script")}, "assets/x-1.js.gz": {Data: []byte("zipped")}, "assets/x-1.js.br": {Data: []byte("brotli")}})
	h := a.Handler()
	get := func(path string, hd ...string) (int, http.Header, string) {
		w := webtest.Do(t, h, nil, "GET", "/"+path, nil, hd...)
		return w.Code, w.Header(), w.Body.String()
	}
	for _, c := range []struct {
		path, accept string
		code         int
		body, cache  string
	}{
		{"/", "", 200, "<html>app", "no-cache"}, {"/production/orders/MO1", "", 200, "<html>app", "no-cache"}, {"/sw.js", "", 200, "sw", "no-cache"},
		{"/assets/x-1.js", "", 200, "plain script", "public, max-age=31536000, immutable"}, {"/assets/x-1.js", "gzip, br", 200, "brotli", "public, max-age=31536000, immutable"},
		{"/assets/x-1.js", "gzip", 200, "zipped", "public, max-age=31536000, immutable"}, {"/assets/x-1.js", "br;q=0", 200, "plain script", "public, max-age=31536000, immutable"},
		{"/assets/gone.js", "", 404, "", ""}, {"/api/v1/nothing", "", 404, "", ""}, {"/assets/x-1.js.br", "", 404, "", ""}, {"/robots.txt", "", 404, "", ""}, {"/healthz", "", 200, "ok\n", ""}, {"/readyz", "", 200, "ready\n", ""},
	} {
		code, hd, body := get(c.path, "Accept-Encoding", c.accept)
		if code != c.code || c.body != "" && body != c.body || c.cache != "" && hd.Get("Cache-Control") != c.cache || code == 404 && strings.Contains(body, "<html") {
			t.Errorf("%s [%s]: %d %q %q", c.path, c.accept, code, body, hd.Get("Cache-Control"))
		}
		if csp := hd.Get("Content-Security-Policy"); !strings.Contains(csp, "script-src 'self' 'wasm-unsafe-eval';") || hd.Get("X-Content-Type-Options") != "nosniff" || hd.Get("Strict-Transport-Security") != "" {
			t.Error(c.path, hd)
		}
	}
	// a part of a file is a part of the plain one, and says so
	if code, hd, body := get("/assets/x-1.js", "Accept-Encoding", "gzip, br", "Range", "bytes=0-4"); code != 206 || body != "plain" || hd.Get("Content-Encoding") != "" {
		t.Errorf("a range: %d %q encoded %q", code, body, hd.Get("Content-Encoding"))
	}
	// metrics: this machine or a permission, nobody else
	if code, _, _ := get("/metrics"); code != 403 {
		t.Error("metrics for all:", code)
	}
	if w := webtest.Do(t, h, webtest.Person("ops", "metrics.read"), "GET", "//metrics", nil); w.Code != 200 || !strings.Contains(w.Body.String(), "kaiwu_http_requests_total") {
		t.Error(w.Code)
	}
	// large answers are zipped, and unzip to the same
	fill(t, d, 0, 100)
	w := webtest.Do(t, h, webtest.Boss(), "GET", "/parts?limit=100", nil, "Accept-Encoding", "gzip")
	z, err := gzip.NewReader(w.Body)
	if err != nil || w.Header().Get("Content-Encoding") != "gzip" {
		t.Fatal(err, w.Header())
	}
	b, err := io.ReadAll(z)
	if plain := webtest.Do(t, h, webtest.Boss(), "GET", "/parts?limit=100", nil); err != nil || !bytes.Equal(b, plain.Body.Bytes()) {
		t.Error(err, "not the same")
	}
	if w := webtest.Do(t, h, nil, "GET", "/parts", nil, "Accept-Encoding", "gzip"); w.Code != 401 || !strings.Contains(w.Body.String(), "web.login_required") {
		t.Error(w.Code, w.Body)
	}
	// the API reference needs nothing from elsewhere
	if _, _, page := get("/docs"); !strings.Contains(page, "/docs/docs.js") || strings.Contains(page, "http://") || strings.Contains(page, "https://") {
		t.Error(page)
	}
	_, _, spec := get("/api/v1/openapi.json")
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			Permission string `json:"x-permission"`
			Module     string `json:"x-module"`
			Security   []map[string][]string
			Parameters []struct{ Name, In string }
		}
		Components struct {
			Schemas map[string]struct {
				Required   []string
				Properties map[string]struct {
					Mask string `json:"x-mask"`
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(spec), &doc); err != nil {
		t.Fatal(err)
	}
	op := doc.Paths["/api/v1/parts/makes"]["post"]
	if doc.OpenAPI != "3.1.0" || op.Permission != "part.make" || op.Module != "parts" || len(op.Security) != 2 {
		t.Error(doc.OpenAPI, op)
	}
	if p := doc.Paths["/api/v1/parts/{family}/groups"]["get"].Parameters; !strings.Contains(toString(p), "{family path}") || !strings.Contains(toString(p), "{least query}") {
		t.Error(p)
	}
	if !strings.Contains(toString(json.RawMessage(spec)), `name:id required:true schema:{description:Identifier maxLength:19 pattern:^\\d*$ patternDescription:digits type:string}`) || strings.Contains(spec, "x-text-type") {
		t.Error("an identifier in a path is text", strings.Index(spec, "by-id"))
	}
	found := false
	for name, s := range doc.Components.Schemas {
		if s.Properties["price"].Mask == "price" && strings.HasSuffix(name, "Make") {
			found = !strings.Contains(strings.Join(s.Required, " "), "price")
		}
	}
	if !found || strings.Contains(spec, "$schema") {
		t.Error("masked fields must be optional in the document", found)
	}
	a.Drain()
	if code, _, _ := get("/readyz"); code != 503 {
		t.Error("ready while draining:", code)
	}
}

func toString(v any) string {
	b, _ := json.Marshal(v)
	return strings.NewReplacer(`"Name":`, "", `"In":`, "", `"`, "", ",", " ").Replace(string(b))
}
