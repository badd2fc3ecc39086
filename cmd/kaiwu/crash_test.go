package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/pack"
)

// browser is somebody who has logged in.
type browser struct {
	http *http.Client
	url  string
}

// post sends the same request again for as long as the server is too busy, as its answer asks for.
func (b *browser) post(path, key string, in, out any) (status int, err error) {
	for range 100 {
		if status, err = b.once(path, key, in, out); status != http.StatusServiceUnavailable {
			break
		}
	}
	return status, err
}

func (b *browser) once(path, key string, in, out any) (status int, err error) {
	body, err := json.Marshal(in)
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequest("POST", b.url+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", key)
	res, err := b.http.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err
	}
	if res.StatusCode != http.StatusOK {
		return res.StatusCode, fmt.Errorf("%s: %s", res.Status, got)
	}
	return res.StatusCode, json.Unmarshal(got, out)
}

type object = map[string]any

// logIn chooses a password of its own, as everybody has to at the first log-in.
func logIn(t *testing.T, url, login, first string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{http: &http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 32}}, url: url}
	var out object
	if _, err := b.post("/login", "", object{"login": login, "password": first}, &out); err != nil {
		t.Fatal(err)
	}
	if _, err := b.post("/me/password", "", object{"current_password": first, "new_password": "made-for-a-crash"}, &out); err != nil {
		t.Fatal(err)
	}
	return b
}

const clients, rounds, perRound = 12, 4, 120

// worksOn makes and releases an order for each client.
func worksOn(t *testing.T, b *browser, n int) (numbers []string) {
	t.Helper()
	var made struct {
		Orders []struct {
			Number string `json:"number"`
		} `json:"orders"`
	}
	var want []object
	for range n {
		want = append(want, object{"item": "M-PCBA", "qty": "50000", "due": "2026-12-31"})
	}
	if _, err := b.post("/production/orders", "make", object{"orders": want}, &made); err != nil {
		t.Fatal(err)
	}
	for _, o := range made.Orders {
		numbers = append(numbers, o.Number)
	}
	if _, err := b.post("/production/orders/release", "release", object{"orders": numbers}, &object{}); err != nil {
		t.Fatal(err)
	}
	return numbers
}

// crashFactory is the small-appliance pack with more of three parts than the test can use.
func crashFactory(t *testing.T) string {
	t.Helper()
	p, faults := pack.Read(filepath.Join(factories, "small-appliance"))
	if err := pack.Error(faults); err != nil {
		t.Fatal(err)
	}
	for _, item := range []string{"P-PCB", "P-MCU", "P-RELAY"} {
		for i := range p.Stock {
			if p.Stock[i].Item == item {
				p.Stock[i].Qty += 1_000_000 * num.One
				break
			}
		}
	}
	dir := filepath.Join(t.TempDir(), "pack")
	if err := pack.Write(p, dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

type ack struct {
	ID string `json:"id"`
}

// Power cuts in the middle of reports with backflush from many clients: what was acknowledged is stored, what is sent
// again happens once, and every invariant of the ledger holds.
func TestNothingIsLostOrDoubled(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			at := []string{"--data", dir}
			dsn := filepath.Join(dir, "kaiwu.db")
			if engine == "postgres" {
				dsn = kittest.EmptyPostgres(t)
				at = append(at, "--db", dsn)
			}
			with := func(args ...string) []string { return append(args, at...) }
			must(t, with("import", crashFactory(t))...)
			first := strings.TrimSpace(must(t, with("user", "add", "chief", "--role", "boss")...).out)

			s := serving(t, at...)
			b := logIn(t, s.url, "chief", first)
			orders := worksOn(t, b, clients)
			report := func(c int, key string) (a ack, status int, err error) {
				status, err = b.post("/production/reports", key, object{"order": orders[c], "op": 10, "good": "1", "workers": []string{"W001"}}, &a)
				return a, status, err
			}

			var mu sync.Mutex
			acked := map[string]string{} // key -> what the server answered
			open := make([]string, clients)
			sent := make([]int, clients)
			for round := range rounds {
				var wg sync.WaitGroup
				var acks atomic.Int64
				enough := make(chan struct{})
				for c := range clients {
					wg.Go(func() {
						for {
							key := open[c]
							if key == "" {
								sent[c]++
								key = fmt.Sprintf("client-%d-%d", c, sent[c])
								open[c] = key
							}
							a, status, err := report(c, key)
							if status != 0 && err != nil {
								t.Errorf("%s: %v", key, err)
								return
							}
							if err != nil {
								return // no answer: it is sent again after the restart
							}
							mu.Lock()
							acked[key] = a.ID
							mu.Unlock()
							open[c] = ""
							if acks.Add(1) == perRound {
								close(enough)
							}
						}
					})
				}
				select {
				case <-enough:
				case <-time.After(2 * time.Minute):
					t.Error("too slow: ", acks.Load())
				}
				s.kill()
				wg.Wait()
				if t.Failed() {
					return
				}
				s = serving(t, at...)
				b.url = s.url
				t.Logf("round %d: %d acknowledged when the power failed", round, acks.Load())
			}
			for c, key := range open {
				if key == "" {
					continue
				}
				a, _, err := report(c, key)
				if err != nil {
					t.Fatal(err)
				}
				acked[key], open[c] = a.ID, ""
			}
			for c := range clients { // an answer that was lost on the way is the same when it is asked for again
				key := fmt.Sprintf("client-%d-1", c)
				if a, _, err := report(c, key); err != nil || a.ID != acked[key] {
					t.Fatal(key, acked[key], a.ID, err)
				}
			}
			s.end()
			compare(t, dsn, acked)
			must(t, with("verify")...)
		})
	}
}

// compare holds what was acknowledged against what is stored.
func compare(t *testing.T, dsn string, acked map[string]string) {
	t.Helper()
	d, err := db.Open(t.Context(), dsn, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	type row struct {
		ID   db.ID   `db:"id"`
		Key  string  `db:"key"`
		Good num.Dec `db:"good"`
	}
	stored, err := db.All[row](t.Context(), d.Read(), `SELECT id, key, good FROM wo_report WHERE key LIKE 'client-%'`)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	var good num.Dec
	for _, r := range stored {
		if seen[r.Key] {
			t.Errorf("%s is stored twice", r.Key)
		}
		if acked[r.Key] != r.ID.String() {
			t.Errorf("%s is stored as %s, but %q was acknowledged", r.Key, r.ID, acked[r.Key])
		}
		seen[r.Key] = true
		good += r.Good
	}
	for key := range acked {
		if !seen[key] {
			t.Errorf("%s was acknowledged and is lost", key)
		}
	}
	total, err := db.One[num.Dec](t.Context(), d.Read(), `SELECT CAST(sum(good) AS BIGINT) FROM v_wo_op WHERE op = 10 AND order_id IN (SELECT order_id FROM wo_report WHERE key LIKE 'client-%')`)
	if err != nil || total != good {
		t.Errorf("the operations count %s good pieces, their reports %s (%v)", total, good, err)
	}
	t.Logf("%d reports acknowledged, %d stored", len(acked), len(stored))
}
