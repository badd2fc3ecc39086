package planning_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning"
)

// Kits, shortages and promises count what another site brings as transferred: with its free stock, its own lead times and
// the days on the way, to the day that the plan says; an order there goes first where it is better; and whoever does not
// see that site is told no more of it than what lies free.
func TestBroughtFromAnotherSite(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.second(t)
		ctx := kittest.Ctx(t)
		s.stock(t, "BODY", 15)
		s.order(t, "SO1", "BODY", 5, "2026-03-04", 1)
		// a plan serves by day: all fifteen at F1 leave today, before SO1, which is told; the others are made of blanks bought
		// by Thursday the 5th, by Friday; three days on the way, and whoever asks for that day leaves SO1 its share. Kits serve by
		// priority: ten are free
		p, err := s.Promise(ctx, d.Read(), planning.AskPromise{Site: "F2", Lines: []planning.PromiseLine{{Item: "BODY", Qty: num.Int(40)}}})
		if err != nil {
			t.Fatal(err)
		}
		l := p.Lines[0]
		if l.Transfer != num.Int(40) || l.Buy != 0 || l.Make != 0 || l.Possible != "2026-03-09" || l.Reason != "part" || l.Block != "BLANK" || l.BlockAt != "F1" || l.Capacity != "2026-03-09" || len(p.Harmed) != 1 || p.Harmed[0].Number != "SO1" || p.Harmed[0].Site != "F1" || p.Safe != "2026-03-09" {
			t.Errorf("%+v", p)
		}
		if got := fmt.Sprint(l.Steps); got != "[{2026-03-02 0} {2026-03-05 10} {2026-03-09 40}]" {
			t.Error(got)
		}
		var needs []string
		for _, x := range p.Needs {
			needs = append(needs, fmt.Sprintf("%d %s@%s %s<%s need %s stock %s order %s there %s by %s of %s", x.Level, x.Item, x.Site, x.Kind, x.From, x.Need, x.Stock, x.Order, x.There, x.Possible, x.Supplier))
		}
		if want := []string{"0 BODY@ transfer<F1 need 40 stock 0 order 40 there 15 by 2026-03-09 of ", "1 BODY@F1 make< need 40 stock 15 order 25 there 0 by 2026-03-06 of ", "2 BLANK@F1 buy< need 25 stock 0 order 25 there 0 by 2026-03-05 of S1"}; !slices.Equal(needs, want) {
			t.Errorf("%s", strings.Join(needs, "\n"))
		}
		// the transfer alone decides: what is wanted lies there
		if p, err = s.Promise(ctx, d.Read(), planning.AskPromise{Site: "F2", Lines: []planning.PromiseLine{{Item: "BODY", Qty: num.Int(8), Due: "2026-03-03"}}}); err != nil {
			t.Fatal(err)
		}
		if l := p.Lines[0]; l.Possible != "2026-03-05" || l.OnTime || l.Block != "BODY" || l.From != "F1" || l.BlockAt != "" || len(p.Harmed) != 0 {
			t.Errorf("%+v", p)
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.Enter(ctx, tx, planning.NewDemand{Site: "F2", Item: "BODY", Due: "2026-03-03", Qty: num.Int(40), Note: "SO-F2"})
			return err
		})
		if _, err := s.Run(ctx, planning.RunPlan{Site: "F2"}); err != nil {
			t.Fatal(err)
		}
		possible, err := db.One[string](ctx, d.Read(), `SELECT o.possible FROM mrp_order o JOIN mrp_run r ON r.id = o.run_id AND r.live JOIN v_site t ON t.id = r.site_id WHERE t.code = 'F2'`)
		if err != nil || possible != "2026-03-09" {
			t.Error(possible, err)
		}
		kits := func() planning.KitMatrix {
			t.Helper()
			got, err := s.Kits(ctx, d.Read(), &planning.AskKits{Site: "F2", Kind: "manual", Limit: 10, Parts: 10})
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		got := kits()
		if len(got.Orders) != 1 || got.Orders[0].State != "short" || got.Orders[0].Ready != "2026-03-09" || got.Orders[0].Done != "2026-03-09" || got.Orders[0].Missing != 1 || len(got.Parts) != 1 || got.Parts[0].From != "F1" || got.Cells[0].State != "transfer" || got.Cells[0].Day != "2026-03-09" {
			t.Errorf("%+v", got)
		}
		one, err := s.KitOf(ctx, d.Read(), "F2", "manual", "SO-F2", 0)
		if err != nil {
			t.Fatal(err)
		}
		var uses []string
		for _, u := range one.Uses {
			uses = append(uses, fmt.Sprintf("%s@%s %s %s need %s stock %s short %s there %s built %s by %s in %d", u.Item, u.Site, u.Kind, u.State, u.Need, u.Stock, u.Short, u.There, u.Built, u.Day, u.LeadDays))
		}
		if want := []string{"BODY@ transfer transfer need 40 stock 0 short 40 there 10 built 0 by 2026-03-09 in 3", "BLANK@F1 buy short need 30 stock 0 short 30 there 0 built 0 by 2026-03-05 in 3", "BODY@F1 make build need 40 stock 10 short 0 there 0 built 30 by 2026-03-06 in 1"}; !slices.Equal(uses, want) {
			t.Errorf("%s", strings.Join(uses, "\n"))
		}
		f2, err := masterdata.SiteByCode(ctx, d.Read(), "F2")
		if err != nil {
			t.Fatal(err)
		}
		there := actor.With(t.Context(), &actor.Actor{Name: "there", UserID: 9, Sites: []int64{int64(f2.ID)}, Perms: map[string]bool{"*": true}})
		if one, err = s.KitOf(there, d.Read(), "F2", "manual", "SO-F2", 0); err != nil || len(one.Uses) != 1 || one.Uses[0].There != num.Int(10) {
			t.Errorf("%+v %v", one, err)
		}
		if p, err = s.Promise(there, d.Read(), planning.AskPromise{Site: "F2", Lines: []planning.PromiseLine{{Item: "BODY", Qty: num.Int(4)}}}); err != nil || len(p.Needs) != 1 {
			t.Errorf("%+v %v", p, err)
		}
		if u, err := s.Unlock(ctx, d.Read(), "F2", 10); err != nil || u.Orders != 1 || len(u.Parts) != 1 || u.Parts[0].Kind != "transfer" || u.Parts[0].From != "F1" || u.Parts[0].There != num.Int(10) || u.Parts[0].Orders != 1 {
			t.Errorf("%+v %v", u, err)
		}
		// the other way round F1 knows nothing of F2 that would be short at F1
		if u, err := s.Unlock(ctx, d.Read(), "F1", 10); err != nil || u.Orders != 1 || u.Complete != 1 || len(u.Parts) != 0 {
			t.Errorf("%+v %v", u, err)
		}
		ask, err := s.KitFor(ctx, d.Read(), &planning.AskKit{Site: "F1", Item: "BODY", Qty: web.Text[num.Dec]{V: num.One}})
		if err != nil || ask.Sets != 0 {
			t.Errorf("what F2 will get is taken at F1 as well: %+v %v", ask, err)
		}
		short, err := s.Shortages(ctx, d.Read(), &planning.AskKits{Site: "F2", Kind: "manual"})
		if err != nil || len(short.Parts) != 1 {
			t.Fatal(short, err)
		}
		if x := short.Parts[0]; x.Kind != "transfer" || x.From != "F1" || x.There != num.Int(10) || x.Order != num.Int(40) || x.Possible != "2026-03-09" || x.LeadDays != 3 || x.Supplier != "" {
			t.Errorf("%+v", x)
		}
		// one click asks F1; what is asked for comes
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			made, err := s.Buy(ctx, tx, planning.BuyShortages{Site: "F2", Lines: []planning.BuyLine{{Item: "BODY", Qty: num.Int(40)}}})
			if err == nil && (len(made.Documents) != 1 || made.Documents[0].Kind != "transfer") {
				t.Errorf("%+v", made)
			}
			return err
		})
		if got = kits(); got.Orders[0].State != "coming" || got.Cells[0].State != "coming" || got.Cells[0].Day != "2026-03-05" {
			t.Errorf("%+v", got)
		}
	})
}

// What the plan says of a transfer that nothing of was sent is done at once: sooner, later, less, not at all. What has
// left is not called back, and who may not ask other sites for goods is told so.
func TestFollowTransfers(t *testing.T) {
	kittest.Each(t, withNotices, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.second(t)
		ctx := kittest.Ctx(t)
		s.stock(t, "BODY", 90)
		transfer := func(qty int64, ship, due string) (number string) {
			kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
				p, err := s.inv.PlanTransfer(ctx, tx, inventory.NewSiteTransfer{From: "F1", To: "F2", ShipOn: ship, Due: due, Lines: []inventory.NewTransferLine{{Item: "ORPHAN", Qty: num.One}, {Item: "BODY", Qty: num.Int(qty)}}})
				number = p.Number
				return err
			})
			return number
		}
		demand := func(qty int64, due string) {
			kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
				_, err := s.Enter(ctx, tx, planning.NewDemand{Site: "F2", Item: "BODY", Due: due, Qty: num.Int(qty), Note: due})
				return err
			})
		}
		line := func(number string) string {
			t.Helper()
			p, err := s.inv.SiteTransfer(ctx, d.Read(), number)
			if err != nil {
				t.Fatal(err)
			}
			l := p.Lines[1]
			return fmt.Sprint(l.Qty, " ", l.ShipOn, ">", l.Due, " ", l.Closed)
		}
		follow := func(ctx context.Context, ids ...db.ID) (out planning.Followed, err error) {
			err = d.InTx(ctx, func(tx *db.Tx) (err error) {
				out, err = s.Follow(ctx, tx, planning.Follow{Messages: ids})
				return err
			})
			return out, err
		}
		message := func(act, doc string) (id db.ID) {
			t.Helper()
			id, _, err := db.Get[db.ID](ctx, d.Read(), `SELECT x.id FROM mrp_message x JOIN mrp_run r ON r.id = x.run_id AND r.live WHERE x.act = $1 AND x.doc_number = $2 AND x.doc_line = 2`, act, doc)
			if err != nil {
				t.Fatal(err)
			}
			if id == 0 {
				t.Fatalf("no %s of %s among %v", act, doc, s.messages(t))
			}
			return id
		}
		planner := as(t, "planner", 7, "planning.firm", "inventory.between")
		demand(10, "2026-03-20")
		late := transfer(10, "2026-03-25", "2026-03-28")
		demand(10, "2026-05-20")
		early := transfer(10, "2026-04-01", "2026-04-04")
		nobody := transfer(7, "2026-06-01", "2026-06-04")
		if _, err := s.Run(ctx, planning.RunPlan{Site: "F2"}); err != nil {
			t.Fatal(err)
		}
		hurry, wait, drop := message("expedite", late), message("defer", early), message("cancel", nobody)
		if _, err := follow(as(t, "reader", 9, "planning.firm"), hurry); !fault.Is(err, "planning.accept_right") {
			t.Error(err)
		}
		out, err := follow(planner, hurry, wait, drop)
		if err != nil || len(out.Results) != 3 || !slices.ContainsFunc(out.Results, func(r planning.FollowedMessage) bool { return r.Did == "cancelled" && r.Document == nobody }) {
			t.Fatal(out, err)
		}
		for number, want := range map[string]string{late: "10 2026-03-17>2026-03-20 false", early: "10 2026-05-17>2026-05-20 false", nobody: "7 2026-06-01>2026-06-04 true"} {
			if got := line(number); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		}
		if _, err := s.Run(ctx, planning.RunPlan{Site: "F2"}); err != nil {
			t.Fatal(err)
		}
		for _, m := range s.messages(t) {
			if strings.Contains(m, "BODY") && (strings.HasPrefix(m, "expedite") || strings.HasPrefix(m, "defer") || strings.HasPrefix(m, "cancel")) {
				t.Errorf("it says so again: %s", m)
			}
		}
		// more than anybody wants is made less; one that leaves meanwhile is told, and nothing is half done
		big := transfer(40, "2026-03-05", "2026-03-08")
		demand(12, "2026-03-08")
		last := transfer(3, "2026-06-01", "2026-06-04")
		if _, err := s.Run(ctx, planning.RunPlan{Site: "F2"}); err != nil {
			t.Fatal(err)
		}
		less, gone := message("reduce", big), message("cancel", last)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.inv.Send(ctx, tx, last, inventory.SendTransfer{TransferGoods: inventory.TransferGoods{Item: "BODY", Qty: num.Int(3), Location: "RM"}})
			return err
		})
		if _, err := follow(planner, less, gone); !fault.Is(err, "inventory.transfer_all_sent") || !strings.HasPrefix(line(big), "40 ") {
			t.Error(err, line(big))
		}
		if _, err := follow(planner, less); err != nil || strings.HasPrefix(line(big), "40 ") {
			t.Error(err, line(big))
		}
	})
}
