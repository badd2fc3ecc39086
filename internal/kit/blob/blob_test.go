package blob

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
)

var schemas = []db.Schema{{Room: "blob", FS: Schema}}

var png = append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), make([]byte, 600)...)

func content(n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{byte(n)})
	r.Read(b)
	return b
}

func put(t *testing.T, d *db.DB, b []byte, name, mime string) Blob {
	t.Helper()
	out, err := Put(t.Context(), d, bytes.NewReader(b), name, mime, 10<<20)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func chunks(t *testing.T, d *db.DB) int64 {
	t.Helper()
	n, err := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM kit_blob_chunk`)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestPutOpen(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		for _, n := range []int{1, chunkSize - 1, chunkSize, chunkSize + 1, 3*chunkSize + 77} {
			in := content(n)
			b := put(t, d, in, `C:\photos\图纸 A.DWG`, "image/vnd.dwg")
			r, got, err := Open(t.Context(), d, b.ID)
			if err != nil {
				t.Fatal(err)
			}
			out, err := io.ReadAll(r)
			if err != nil || !bytes.Equal(in, out) || got != b || b.Size != int64(n) || b.Name != "图纸 A.DWG" || b.Inline() {
				t.Fatalf("%d bytes: %v, %d came back, %+v", n, err, len(out), b)
			}
			if off, err := r.Seek(-1, io.SeekEnd); err != nil || off != int64(n-1) {
				t.Fatal(off, err)
			}
			if last, err := io.ReadAll(r); err != nil || !bytes.Equal(last, in[n-1:]) {
				t.Fatal(last, err)
			}
			r.Close()
			if _, err := r.Read(out); err == nil {
				t.Error("a closed file was read")
			}
		}
		if _, _, err := Open(t.Context(), d, 1); !fault.Is(err, "blob.not_found") {
			t.Error(err)
		}
	})
}

func TestEqualContentIsStoredOnce(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		in := content(chunkSize + 5)
		a := put(t, d, in, "a.bin", "")
		if again := put(t, d, in, "a.bin", ""); again != a {
			t.Errorf("%+v, want %+v", again, a)
		}
		b := put(t, d, in, "b.bin", "")
		if b.ID == a.ID || b.Content != a.Content || chunks(t, d) != 2 {
			t.Errorf("%+v beside %+v in %d chunks", b, a, chunks(t, d))
		}
		// many at once, of the same and of other names
		var wg sync.WaitGroup
		same := content(2 * chunkSize)
		for i := range 8 {
			wg.Go(func() {
				if _, err := Put(t.Context(), d, bytes.NewReader(same), []string{"x", "y"}[i%2], "", 1<<20); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := chunks(t, d); n != 4 {
			t.Errorf("%d chunks, want 4", n)
		}
	})
}

func TestRefusedLeavesNothing(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		broken := errors.New("the phone lost its network")
		gone, cancel := context.WithCancel(t.Context())
		for _, c := range []struct {
			name string
			ctx  context.Context
			r    io.Reader
			want string
		}{
			{"too large", t.Context(), bytes.NewReader(content(2*chunkSize + 1)), "blob.too_large"},
			{"empty", t.Context(), strings.NewReader(""), "blob.empty"},
			{"network", t.Context(), io.MultiReader(bytes.NewReader(content(chunkSize)), &failing{func() error { return broken }}), ""},
			{"gone", gone, io.MultiReader(bytes.NewReader(content(chunkSize)), &failing{func() error { cancel(); return gone.Err() }}), ""},
		} {
			b, err := Put(c.ctx, d, c.r, "f", "", 2*chunkSize)
			if err == nil || b != (Blob{}) || (c.want != "" && !fault.Is(err, c.want)) {
				t.Errorf("%s: %+v, %v", c.name, b, err)
			}
			if n := chunks(t, d); n != 0 {
				t.Errorf("%s left %d chunks", c.name, n)
			}
		}
		if b, err := Put(t.Context(), d, bytes.NewReader(content(2*chunkSize)), "f", "", 2*chunkSize); err != nil || b.Size != 2*chunkSize {
			t.Errorf("exactly the limit: %v", err)
		}
	})
}

type failing struct{ fn func() error }

func (f *failing) Read([]byte) (int, error) { return 0, f.fn() }

func TestSweep(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		kept := put(t, d, content(chunkSize+1), "kept", "")
		// a process that was killed in the middle leaves this
		if _, _, err := store(ctx, d, bytes.NewReader(content(20*chunkSize)), d.ID()); err != nil {
			t.Fatal(err)
		}
		kittest.ClockOf(d).Add(2 * time.Hour)
		running, n, err := store(ctx, d, bytes.NewReader(content(chunkSize+2)), d.ID())
		if err != nil {
			t.Fatal(err)
		}
		if n, err := Sweep(ctx, d, time.Hour); n != 1 || err != nil {
			t.Fatalf("swept %d: %v", n, err)
		}
		if n := chunks(t, d); n != 4 {
			t.Errorf("%d chunks are left, want 4", n)
		}
		if _, err := publish(ctx, d, running.Blob, n); err != nil {
			t.Errorf("the upload that was running: %v", err)
		}
		if err := drop(ctx, d, kept.Content); err != nil || chunks(t, d) != 4 {
			t.Errorf("a published file was dropped (%v)", err)
		}
		if _, err := publish(ctx, d, Blob{Content: 7, SHA256: "x", Size: 1, Name: "x"}, 1); err == nil {
			t.Error("an upload without its chunks was published")
		}
	})
}

func TestDamageIsSeen(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		in := content(chunkSize + 9)
		b := put(t, d, in, "a", "")
		open := func() error {
			r, _, err := Open(t.Context(), d, b.ID)
			if err != nil {
				return err
			}
			_, err = io.Copy(io.Discard, r)
			return err
		}
		exec := func(q string, args ...any) {
			t.Helper()
			if err := d.InTx(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), q, args...); return err }); err != nil {
				t.Fatal(err)
			}
		}
		in[chunkSize] ^= 1
		exec(`UPDATE kit_blob_chunk SET data = $1 WHERE content_id = $2 AND ord = 1`, in[chunkSize:], b.Content)
		if err := open(); err == nil || !strings.Contains(err.Error(), "content") {
			t.Errorf("one bit: %v", err)
		}
		exec(`DELETE FROM kit_blob_chunk WHERE content_id = $1 AND ord = 1`, b.Content)
		if err := open(); err == nil || !strings.Contains(err.Error(), "chunk 1") {
			t.Errorf("a lost chunk: %v", err)
		}
	})
}

func TestAttach(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		ctx := actor.With(t.Context(), &actor.Actor{UserID: 7, Name: "li"})
		b := put(t, d, png, "a.png", "")
		var a, same, gone Attachment
		err := d.InTx(ctx, func(tx *db.Tx) (err error) {
			if a, err = Attach(ctx, tx, "item:1", b.ID, "front"); err != nil {
				return err
			}
			if same, err = Attach(ctx, tx, "item:1", b.ID, "again"); err != nil {
				return err
			}
			gone, err = Attach(ctx, tx, "item:2", b.ID, "")
			return err
		})
		if err != nil || same != a || a.Actor != "li" || a.Mime != "image/png" {
			t.Fatalf("%v: %+v, %+v", err, a, same)
		}
		list, err := List(ctx, d.Read(), "item:1")
		if err != nil || len(list) != 1 || list[0] != a {
			t.Fatalf("%v: %+v", err, list)
		}
		if found, err := Find(ctx, d.Read(), gone.ID); err != nil || found.Subject != "item:2" {
			t.Error(found, err)
		}
		off := func() error { return d.InTx(ctx, func(tx *db.Tx) error { return Detach(ctx, tx, gone.ID) }) }
		if err := off(); err != nil {
			t.Fatal(err)
		}
		if err := off(); !fault.Is(err, "blob.not_found") {
			t.Error(err)
		}
		if list, err := List(ctx, d.Read(), "item:2"); err != nil || len(list) != 0 {
			t.Error(list, err)
		}
		if err := d.InTx(ctx, func(tx *db.Tx) error { _, err := Attach(ctx, tx, "item:2", b.ID, ""); return err }); err != nil {
			t.Errorf("attached anew: %v", err)
		}
		if err := d.InTx(ctx, func(tx *db.Tx) error { _, err := Attach(ctx, tx, "item:2", 99, ""); return err }); !fault.Is(err, "blob.not_found") {
			t.Error(err)
		}
		names, err := db.All[string](ctx, d.Read(), `SELECT name FROM kit_event ORDER BY id`)
		if want := "blob.attached blob.attached blob.detached blob.attached"; err != nil || strings.Join(names, " ") != want {
			t.Errorf("%v %v", names, err)
		}
	})
}

func TestBackupHoldsAttachments(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		in := content(chunkSize + 100)
		b := put(t, d, in, "drawing.pdf", "")
		var file bytes.Buffer
		if _, err := d.Dump(t.Context(), &file); err != nil {
			t.Fatal(err)
		}
		for _, dsn := range []string{filepath.Join(t.TempDir(), "r.db"), kittest.EmptyPostgres(t)} {
			to, err := db.Open(t.Context(), dsn, db.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer to.Close()
			if _, err := to.Restore(t.Context(), bytes.NewReader(file.Bytes()), schemas...); err != nil {
				t.Fatal(err)
			}
			r, got, err := Open(t.Context(), to, b.ID)
			if err != nil {
				t.Fatal(err)
			}
			if out, err := io.ReadAll(r); err != nil || !bytes.Equal(out, in) || got != b {
				t.Errorf("%s: %v, %+v", to.Engine(), err, got)
			}
		}
	})
}

func TestSniff(t *testing.T) {
	for _, c := range []struct {
		head, said, name, want string
		inline                 bool
	}{
		{string(png), "text/html", "a.html", "image/png", true},
		{"%PDF-1.7", "", "a", "application/pdf", true},
		{"\xff\xd8\xff\xe0", "image/png", "a", "image/jpeg", true},
		{"<html><script>", "image/png", "a.png", "application/octet-stream", false},
		{"<html><script>", "text/html", "a.html", "text/html", false},
		{"<svg onload=x>", "image/svg+xml", "a.svg", "image/svg+xml", false},
		{"<svg onload=x>", "application/pdf", "a.pdf", "application/octet-stream", false},
		{"PK\x03\x04", "application/vnd.ms-excel", "a.xlsx", "application/vnd.ms-excel", false},
		{"\x00\x01\x02", "nonsense/", "a.qqq", "application/octet-stream", false},
	} {
		if got := sniff([]byte(c.head), c.said, c.name); got != c.want || (Blob{Mime: got}).Inline() != c.inline {
			t.Errorf("%q said to be %q: %q, want %q", c.head, c.said, got, c.want)
		}
	}
	for in, want := range map[string]string{"": "file", "../../etc/passwd": "passwd", `C:\a\b.png`: "b.png", "a\r\nb\u202e.pdf": "ab.pdf", "..": "file", `x"y<z>.txt`: "x_y_z_.txt",
		strings.Repeat("长", 200) + ".pdf": strings.Repeat("长", 146) + ".pdf"} {
		if got := cleanName(in); got != want {
			t.Errorf("cleanName(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestServe(t *testing.T) {
	d := kittest.SQLite(t, schemas)
	get := func(b Blob, header ...string) *http.Response {
		r, b, err := Open(t.Context(), d, b.ID)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		req := httptest.NewRequest("GET", "/", nil)
		for i := 0; i < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		Serve(w, req, b, r)
		return w.Result()
	}
	pic, page := put(t, d, png, "图.png", ""), put(t, d, []byte("<script>alert(1)</script>"), "a.html", "text/html")
	if res := get(pic); res.StatusCode != 200 || res.Header.Get("Content-Type") != "image/png" || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "inline; filename*=utf-8''") || res.ContentLength != int64(len(png)) {
		t.Errorf("%+v", res)
	}
	if res := get(page); !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") || res.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(res.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%+v", res.Header)
	}
	if res := get(pic, "Range", "bytes=1-3"); res.StatusCode != 206 {
		t.Errorf("%+v", res)
	} else if b, _ := io.ReadAll(res.Body); string(b) != "PNG" {
		t.Errorf("%q", b)
	}
	if res := get(pic, "If-None-Match", `"`+pic.SHA256+`"`); res.StatusCode != 304 {
		t.Errorf("%+v", res)
	}
}
