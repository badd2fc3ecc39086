package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/pack"
)

func codes(d Diagnosis) string {
	var out []string
	for _, f := range d.Findings {
		out = append(out, fmt.Sprintf("%s:%s:%d", f.Severity, strings.TrimPrefix(f.Code, "doctor."), f.Count))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestDoctor(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		ctx := kittest.Ctx(t)
		a := New(d, Options{})
		look := func(s Surroundings) Diagnosis {
			t.Helper()
			out, err := a.Doctor(ctx, s, "en")
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range out.Findings {
				if strings.ContainsAny(f.Message, "{}") || f.Message == "" || len(f.Records) > shown {
					t.Errorf("%s says %q about %d records", f.Code, f.Message, len(f.Records))
				}
			}
			return out
		}
		if got, want := codes(look(Surroundings{})), "error:no_admin:0 warn:empty:0 warn:no_backup:0"; got != want {
			t.Errorf("of nothing it says %s, want %s", got, want)
		}

		p, faults := pack.Read("../../testdata/factories/small-appliance")
		if err := pack.Error(faults); err != nil {
			t.Fatal(err)
		}
		healthy := *p
		if _, err := a.Packs.Import(ctx, &healthy, nil, nil); err != nil {
			t.Fatal(err)
		}
		for _, login := range []string{"admin", "second"} {
			if _, err := a.Identity.CreateUser(ctx, identity.NewUser{Login: login, Name: login, Roles: []string{identity.Admin}}); err != nil {
				t.Fatal(err)
			}
		}
		taken := d.Now().UnixMilli()
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			return RecordBackup(ctx, tx, BackedUp{File: "b", Bytes: 1, TakenMS: taken})
		})
		was := look(Surroundings{})
		if !was.OK {
			t.Errorf("the golden factory is not fit: %s", codes(was))
		}

		// what is taken away is missed, and named
		spoil := func(sql string, args ...any) {
			kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
				n, err := tx.Exec(ctx, sql, args...)
				if err == nil && n == 0 {
					err = fmt.Errorf("nothing happened: %s", sql)
				}
				return err
			})
		}
		item := func(code string) string {
			return `(SELECT id FROM md_item WHERE code = '` + code + `')`
		}
		spoil(`DELETE FROM md_routing WHERE item_id = ` + item("FG-CM1"))
		spoil(`UPDATE md_bom SET effective_to = '2020-01-01' WHERE item_id = ` + item("M-PCBA"))
		spoil(`UPDATE md_bom_line SET item_id = ` + item("FG-CM2") + ` WHERE id = (SELECT min(l.id) FROM md_bom_line l JOIN md_bom b ON b.id = l.bom_id WHERE b.item_id = ` + item("A-CM2-CORE") + `)`)
		spoil(`UPDATE md_item_site SET purchase_price = NULL, standard_cost = NULL, supplier_id = 0 WHERE item_id = ` + item("P-SCREW"))
		spoil(`UPDATE md_item SET tracking = 'none', shelf_life_days = 30 WHERE code = 'P-SCREW'`)
		spoil(`UPDATE md_work_center SET calendar_id = 0 WHERE code = 'LINE'`)
		spoil(`UPDATE md_work_center SET active = FALSE WHERE code = 'PACK'`)
		spoil(`UPDATE md_worker SET badge = '' WHERE code = 'W001'`)
		spoil(`UPDATE md_warehouse SET active = FALSE`)
		spoil(`UPDATE id_user SET disabled = TRUE WHERE login = 'second'`)
		spoil(`UPDATE md_site SET time_zone = 'Mars/Olympus'`)
		if err := a.Identity.DemoUsers(ctx, nil, nil); err != nil {
			t.Fatal(err)
		}
		spoil(`UPDATE id_user SET disabled = TRUE WHERE login <> 'boss' AND password_hash <> '' AND login <> 'admin'`)
		kittest.ClockOf(d).Add(9 * 24 * time.Hour)
		got := look(Surroundings{Listen: "0.0.0.0:8080", Data: t.TempDir()})
		for _, want := range []string{"error:no_routing:1", "error:no_bom:1", "error:bom_loop:1", "warn:no_price:1", "warn:no_supplier:1", "warn:shelf_life:1", "warn:no_calendar:1", "error:center_inactive:1",
			"warn:no_badge:1", "error:no_warehouse:1", "warn:one_admin:1", "error:zone_unknown:1", "error:demo_password:1", "warn:old_backup:0", "warn:plain:0"} {
			if !slices.Contains(strings.Fields(codes(got)), want) {
				t.Errorf("%s is not found: %s", want, codes(got))
			}
		}
		routes := read(t, "../../web/src", ".ts", ".tsx")
		for _, f := range got.Findings {
			if f.URL != "" && !screen(routes, f.URL) {
				t.Errorf("%s sends people to %s, which is no screen", f.Code, f.URL)
			}
		}
		if got.OK || got.Findings[0].Severity != grave {
			t.Error("errors come first and make it unfit")
		}
		kittest.ClockOf(d).Add(-20 * 24 * time.Hour)
		if got := codes(look(Surroundings{})); !strings.Contains(got, "error:clock:0") {
			t.Errorf("a clock that went back: %s", got)
		}
		zh, err := a.Doctor(ctx, Surroundings{}, "zh")
		if err != nil || !strings.Contains(zh.Findings[0].Message, "请") {
			t.Error(zh.Findings[0], err)
		}
	})
}

// The check is for those who run the system.
func TestDoctorOverHTTP(t *testing.T) {
	d := kittest.SQLite(t, Schemas())
	a := New(d, Options{})
	_, err := a.Doctor(actor.With(t.Context(), actor.System), Surroundings{}, "en")
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range a.API.Ops() {
		if op.ID == "doctor" && op.Perm == "identity.modules" {
			return
		}
	}
	t.Error("the go-live check has no operation, or anybody may call it")
}

func TestLoopsOf(t *testing.T) {
	for _, c := range []struct{ graph, want string }{
		{"a>b b>c a>c", ""},
		{"a>a", "a"},
		{"a>b b>c c>a d>a", "a"},
		{"a>b b>a c>d d>e e>d", "a d"},
	} {
		g, order := map[string][]string{}, []string{}
		for e := range strings.FieldsSeq(c.graph) {
			from, to, _ := strings.Cut(e, ">")
			if len(g[from]) == 0 {
				order = append(order, from)
			}
			g[from] = append(g[from], to)
		}
		if got := strings.Join(loopsOf(g, order), " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.graph, got, c.want)
		}
	}
}
