package production_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/production"
)

// stops is a pick list in words: location item lot qty (order qty …).
func stops(p production.WorkPick) string {
	var out []string
	for _, s := range p.Stops {
		var f []string
		for _, x := range s.For {
			f = append(f, x.Order[len(x.Order)-1:]+":"+x.Qty.String())
		}
		out = append(out, fmt.Sprintf("%s %s %s %s left %s (%s)", s.Location, s.Item, s.Lot, s.Qty, s.Left, strings.Join(f, " ")))
	}
	for _, s := range p.Short {
		out = append(out, fmt.Sprintf("short %s %s", s.Item, s.Qty))
	}
	return strings.Join(out, "; ")
}

// Two orders are picked on one way: lots by first expiry, the urgent order first, each scan checked and issued with its lots.
func TestWorkPick(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		a, b := f.order(t, "COFFEE", "300"), f.order(t, "COFFEE", "200") // shells: S-2 has 400, S-1 400; knobs 1000 of 500
		must(t, d, f.Change, production.Change{Order: b, Priority: 1, Reason: "rush"})
		pick := func(orders ...string) (production.WorkPick, error) {
			return run(t, d, f.MakePick, production.NewWorkPick{Orders: orders})
		}
		for want, orders := range map[string][]string{"production.order_unknown": {"MO-NONE"}, "production.pick_twice": {a, a}} {
			if _, err := pick(orders...); code(err) != want {
				t.Errorf("%v: %v", orders, err)
			}
		}
		p, err := pick(a, b)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := stops(p), "RM KNOB K-1 500 left 500 (2:400 1:100); RM SHELL S-1 100 left 100 (1:100); RM SHELL S-2 400 left 400 (2:200 1:200); short KNOB 500"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if p.Status != "open" || p.Left != 3 || len(p.Orders) != 2 {
			t.Errorf("%+v", p)
		}
		if _, err := pick(a); code(err) != "production.pick_no_stock" { // what is on the list is not proposed twice; the knobs that are short are nowhere
			t.Error(err)
		}
		scan := func(in production.ScanWorkPick) (production.WorkPick, error) {
			return run(t, d, func(ctx context.Context, tx *db.Tx, in production.ScanWorkPick) (production.WorkPick, error) {
				return f.ScanPick(ctx, tx, p.Number, in)
			}, in)
		}
		pos := func(lot string) int64 {
			for _, s := range p.Stops {
				if s.Lot == lot {
					return s.Pos
				}
			}
			return 0
		}
		for _, c := range []struct {
			in   production.ScanWorkPick
			want string
		}{
			{production.ScanWorkPick{Code: "O-1"}, "production.pick_wrong_item"},
			{production.ScanWorkPick{Code: "K-9"}, "production.pick_wrong_item"}, // a substitute is another item
			{production.ScanWorkPick{Code: "NONSENSE"}, "inventory.code_unknown"},
			{production.ScanWorkPick{Code: "SHELL"}, "production.pick_name_lot"},
			{production.ScanWorkPick{Code: "S-2", Qty: dec("401")}, "production.pick_too_much"},
			{production.ScanWorkPick{Code: "S-2", Qty: dec("0.5")}, "inventory.decimals"},
			{production.ScanWorkPick{Code: "S-1", Pos: pos("S-2")}, "production.pick_wrong_lot"},
			{production.ScanWorkPick{Code: "S-2", Qty: dec("250")}, ""},
			{production.ScanWorkPick{Code: "S-2"}, ""},
			{production.ScanWorkPick{Code: "S-2"}, "production.pick_wrong_lot"},
		} {
			if _, err := scan(c.in); code(err) != c.want {
				t.Errorf("%+v: %v, want %s", c.in, err, c.want)
			}
		}
		balanced(t, f)
		// the urgent order was served first, and its issue names lot and list
		o, err := f.Order(kittest.Ctx(t), d.Read(), b)
		if err != nil {
			t.Fatal(err)
		}
		if len(o.Issues) != 1 || o.Issues[0].Lot != "S-2" || o.Issues[0].Qty != dec("200") || o.Issues[0].Pick != p.Number {
			t.Errorf("%+v", o.Issues)
		}
		miss := func(in production.MissWorkPick) (production.WorkPick, error) {
			return run(t, d, func(ctx context.Context, tx *db.Tx, in production.MissWorkPick) (production.WorkPick, error) {
				return f.MissPick(ctx, tx, p.Number, in)
			}, in)
		}
		if _, err := miss(production.MissWorkPick{Pos: 99, Reason: "empty"}); code(err) != "production.pick_no_stop" {
			t.Error(err)
		}
		out, err := miss(production.MissWorkPick{Pos: pos("K-1"), Qty: dec("150"), Reason: "shelf empty"})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range out.Stops {
			if s.Lot == "K-1" && (s.For[0].Short != dec("50") || s.For[1].Short != dec("100") || s.Left != dec("350")) {
				t.Errorf("the least urgent order goes without first: %+v", s.For)
			}
		}
		if _, err := scan(production.ScanWorkPick{Code: "KNOB"}); err != nil {
			t.Error(err)
		}
		// the order got its shells by hand in between: the list needs them no more
		must(t, d, f.Issue, production.Issue{Order: a, Code: "S-1", Qty: dec("40")})
		if out, err = scan(production.ScanWorkPick{Code: "S-1"}); err != nil || out.Status != "short" || out.Left != 0 {
			t.Error(err, stops(out), out.Status)
		}
		if o, _ := f.Order(kittest.Ctx(t), d.Read(), a); o.Components[0].Issued != dec("300") {
			t.Errorf("%+v", o.Components[0])
		}
		balanced(t, f)
		if _, err := pick(b); code(err) != "production.pick_no_stock" && code(err) != "" {
			t.Error(err)
		}
	})
}

// Another lot than the list says is taken on purpose only; a list that is given up frees what it had not fetched.
func TestWorkPickInstead(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		a := f.order(t, "COFFEE", "10")
		p := must(t, d, f.MakePick, production.NewWorkPick{Orders: []string{a}})
		scan := func(in production.ScanWorkPick) (production.WorkPick, error) {
			return run(t, d, func(ctx context.Context, tx *db.Tx, in production.ScanWorkPick) (production.WorkPick, error) {
				return f.ScanPick(ctx, tx, p.Number, in)
			}, in)
		}
		if _, err := scan(production.ScanWorkPick{Code: "S-1", Qty: dec("4")}); code(err) != "production.pick_wrong_lot" {
			t.Error(err)
		}
		out, err := scan(production.ScanWorkPick{Code: "S-1", Qty: dec("4"), Instead: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range out.Stops {
			if s.Item == "SHELL" && (s.Left != dec("6") || s.For[0].Others != "S-1") {
				t.Errorf("%+v", s)
			}
		}
		if _, err := run(t, d, f.MakePick, production.NewWorkPick{Orders: []string{a}}); code(err) != "production.pick_listed" {
			t.Error(err)
		}
		drop := func(ctx context.Context, tx *db.Tx, in production.DropWorkPick) (production.WorkPick, error) {
			return f.DropPick(ctx, tx, p.Number, in)
		}
		if out := must(t, d, drop, production.DropWorkPick{Reason: "later"}); out.Status != "cancelled" || out.Left != 0 {
			t.Error(out.Status)
		}
		if _, err := scan(production.ScanWorkPick{Code: "S-2"}); code(err) != "production.pick_ended" {
			t.Error(err)
		}
		q := must(t, d, f.MakePick, production.NewWorkPick{Orders: []string{a}})
		if got := stops(q); !strings.Contains(got, "SHELL S-2 6 left 6 (1:6)") || !strings.Contains(got, "KNOB K-1 20 left 20 (1:20)") {
			t.Error(got)
		}
		// a held order is not picked for, a closed one needs nothing
		must(t, d, f.Hold, production.Hold{Order: a, Reason: "wait"})
		if _, err := run(t, d, func(ctx context.Context, tx *db.Tx, in production.ScanWorkPick) (production.WorkPick, error) {
			return f.ScanPick(ctx, tx, q.Number, in)
		}, production.ScanWorkPick{Code: "S-2"}); code(err) != "production.on_hold" {
			t.Error(err)
		}
		balanced(t, f)
	})
}

// More than the norm needs a reason and the word of somebody who may.
func TestOverIssueApproved(t *testing.T) {
	kittest.Each(t, append([]db.Schema{{Room: "identity", FS: identity.Schema}}, schemas...), func(t *testing.T, d *db.DB) {
		f := open(t, d)
		a := f.order(t, "COFFEE", "10")
		as := func(perms ...string) func(in production.Issue) (production.Issued, error) {
			p := map[string]bool{}
			for _, x := range perms {
				p[x] = true
			}
			ctx := actor.With(t.Context(), &actor.Actor{Name: "李雷", UserID: 7, Perms: p})
			return func(in production.Issue) (out production.Issued, err error) {
				err = d.InTx(ctx, func(tx *db.Tx) (err error) { out, err = f.Issue(ctx, tx, in); return err })
				return out, err
			}
		}
		worker, leader := as("production.issue"), as("production.issue", "production.over_issue")
		in := production.Issue{Order: a, Code: "SHELL", Qty: dec("12")}
		if _, err := worker(in); code(err) != "production.over_issue" {
			t.Error(err)
		}
		in.OverReason = "two broke"
		if _, err := worker(in); code(err) != "production.over_not_yours" {
			t.Error(err)
		}
		in.Voucher = "made up"
		if _, err := worker(in); code(err) != "identity.vouch_bad" {
			t.Error(err)
		}
		in.Voucher = ""
		if out, err := leader(in); err != nil || out.OverBy != "李雷" || out.Remaining != 0 || out.Issued != dec("12") {
			t.Error(out, err)
		}
		if _, err := worker(production.Issue{Order: a, Code: "KNOB"}); err != nil { // within the norm nobody is asked
			t.Error(err)
		}
		o, err := f.Order(kittest.Ctx(t), d.Read(), a)
		if err != nil || o.Issues[0].Reason != "two broke" || o.Issues[0].OverBy != "李雷" {
			t.Errorf("%+v %v", o.Issues, err)
		}
		balanced(t, f)
	})
}
