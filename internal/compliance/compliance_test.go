package compliance_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"kaiwu/internal/compliance"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/kit/web/webtest"
)

type bought struct {
	Item  string `json:"item"`
	Price string `json:"price" mask:"price"`
}

// stand has a log of ten events at two sites.
func stand(t *testing.T, d *db.DB) http.Handler {
	a := web.New(http.NewServeMux(), d)
	compliance.New().Routes(a)
	a.MaskedTypes(bought{})
	for i := range 10 {
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			tx.Emit(db.Event{Name: "thing.bought", Subject: "thing:1", Site: db.ID(i % 2), Payload: bought{"螺丝", "12.5"}})
			return nil
		})
	}
	sealed(t, d, 10)
	return a.Handler()
}

// sealed waits until so many events have their number.
func sealed(t *testing.T, d *db.DB, n int64) {
	t.Helper()
	news, stop := d.Watch()
	defer stop()
	for {
		got, err := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM kit_event WHERE seq IS NOT NULL`)
		if err != nil {
			t.Fatal(err)
		}
		if got >= n {
			return
		}
		<-news
	}
}

func auditor(more ...string) *actor.Actor {
	return webtest.Person("auditor", append(more, "audit.read")...)
}

func tamper(t *testing.T, d *db.DB, sql string, args ...any) {
	t.Helper()
	kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error { _, err := tx.Exec(ctx, sql, args...); return err })
}

func TestChainIsVerified(t *testing.T) {
	kittest.Each(t, nil, func(t *testing.T, d *db.DB) {
		h := stand(t, d)
		webtest.Refused(t, h, webtest.Person("operator"), "GET", "/compliance/chain", nil, "web.forbidden")
		ok := webtest.Must(t, h, auditor(), "GET", "/compliance/chain", nil)
		if ok.Str("count") != "10" || ok.Str("seq") != "10" || len(ok.Str("hash")) != 64 {
			t.Fatal(ok)
		}
		known := "/compliance/chain?seq=10&hash=" + ok.Str("hash")
		webtest.Must(t, h, auditor(), "GET", known, nil)
		webtest.Refused(t, h, auditor(), "GET", "/compliance/chain?seq=10", nil, "compliance.hash_needed")
		webtest.Refused(t, h, auditor(), "GET", "/compliance/chain?seq=9&hash="+ok.Str("hash"), nil, "compliance.chain_rewritten")
		// one byte of one record
		tamper(t, d, `UPDATE kit_event SET payload = replace(payload, '12.5', '12.6') WHERE seq = 4`)
		if bad := webtest.Refused(t, h, auditor(), "GET", "/compliance/chain", nil, "event.chain_broken"); bad.Str("params", "seq") != "4" {
			t.Error(bad)
		}
		webtest.Refused(t, h, auditor(), "GET", "/compliance/audit", nil, "event.chain_broken")
		tamper(t, d, `UPDATE kit_event SET payload = replace(payload, '12.6', '12.5') WHERE seq = 4`)
		webtest.Must(t, h, auditor(), "GET", known, nil)
		// records cut off the end: sound in itself, found by who kept the last hash
		tamper(t, d, `DELETE FROM kit_event WHERE seq > 8`)
		webtest.Must(t, h, auditor(), "GET", "/compliance/chain", nil)
		webtest.Refused(t, h, auditor(), "GET", known, nil, "compliance.chain_short")
		tamper(t, d, `DELETE FROM kit_event WHERE seq = 5`)
		webtest.Refused(t, h, auditor(), "GET", "/compliance/chain", nil, "event.chain_gap")
	})
}

func TestExportCanBeVerifiedOutside(t *testing.T) {
	kittest.Each(t, nil, func(t *testing.T, d *db.DB) {
		h := stand(t, d)
		take := func(act *actor.Actor, path string) (out []map[string]any, text string) {
			t.Helper()
			w := webtest.Do(t, h, act, "GET", path, nil)
			if w.Code != 200 {
				t.Fatal(w.Code, w.Body)
			}
			text = w.Body.String()
			s := bufio.NewScanner(strings.NewReader(text))
			for s.Scan() {
				var m map[string]any
				dec := json.NewDecoder(strings.NewReader(s.Text()))
				dec.UseNumber()
				if err := dec.Decode(&m); err != nil {
					t.Fatal(err)
				}
				out = append(out, m)
			}
			return out, text
		}
		all, text := take(auditor("see.price"), "/compliance/audit")
		if len(all) != 10 {
			t.Fatal(len(all))
		}
		prev := ""
		for l := range strings.Lines(text) { // as an outside program would
			var r struct {
				db.LogRow
				TxID int64 `json:"tx_id"`
				Ord  int64 `json:"ord"`
			}
			if err := json.Unmarshal([]byte(l), &r); err != nil {
				t.Fatal(err)
			}
			r.LogRow.TxID, r.LogRow.Ord = r.TxID, r.Ord
			if got := db.Chain(prev, &r.LogRow); got != r.Hash {
				t.Fatalf("record %d does not verify", r.Seq)
			}
			prev = r.Hash
		}
		some, text := take(auditor(), "/compliance/audit?from=3&to=5")
		if len(some) != 3 || some[0]["masked"] != true || strings.Contains(text, "12.5") {
			t.Error("prices are told:", text)
		}
		here := auditor()
		here.Sites = []int64{7}
		if some, _ := take(here, "/compliance/audit?to=10"); len(some) != 5 {
			t.Error("another site's records are told", len(some))
		}
		webtest.Refused(t, h, webtest.Person("operator"), "GET", "/compliance/audit", nil, "web.forbidden")
		sealed(t, d, 13)
		if n, err := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM kit_event WHERE name = $1`, compliance.Exported); n != 3 || err != nil {
			t.Error(n, "copies on record", err)
		}
	})
}
