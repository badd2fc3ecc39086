package planning

import (
	"context"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/web"
)

// answers lists what may be asked beside the plan: kits, shortages, promises, what is available.
func (m *Module) answers(a *web.API) {
	web.QueryView(a, web.Op{Path: "/planning/kits", ID: "listKits", Summary: "Kit analysis: orders by parts, which orders have all they need and what holds up the rest", Perm: "planning.read"},
		func(ctx context.Context, q db.Querier, in *AskKits) (KitMatrix, error) { return m.Kits(ctx, q, in) })
	web.QueryView(a, web.Op{Path: "/planning/kits/{kind}/{number}", ID: "getKit", Summary: "Kit analysis of one order: each item that it takes, what comes for it, how many sets from which day on", Perm: "planning.read"},
		func(ctx context.Context, q db.Querier, in *struct {
			Kind   string `path:"kind" enum:"sales_order,work_order,forecast,manual"`
			Number string `path:"number" maxLength:"100"`
			Line   int64  `query:"line" doc:"Of a sales order"`
			Site   string `query:"site" maxLength:"64" doc:"Empty = your first site"`
		}) (KitOrder, error) {
			return m.KitOf(ctx, q, in.Site, in.Kind, in.Number, in.Line)
		})
	web.QueryView(a, web.Op{Path: "/planning/kit-of-item", ID: "getItemKit", Summary: "How many sets of an item could be built today, and by when the rest, before anybody has ordered it", Perm: "planning.read"},
		func(ctx context.Context, q db.Querier, in *AskKit) (KitOrder, error) { return m.KitFor(ctx, q, in) })
	web.QueryView(a, web.Op{Path: "/planning/unlocks", ID: "listUnlocks", Summary: "Which one part would complete the most orders", Perm: "planning.read"},
		func(ctx context.Context, q db.Querier, in *struct {
			Site  string `query:"site" maxLength:"64" doc:"Empty = your first site"`
			Limit int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
		}) (Unlocks, error) {
			return m.Unlock(ctx, q, in.Site, in.Limit)
		})
	web.QueryView(a, web.Op{Path: "/planning/shortages", ID: "listShortages", Summary: "What chosen orders miss, when, and for whom", Perm: "planning.read"},
		func(ctx context.Context, q db.Querier, in *AskKits) (Shortages, error) {
			return m.Shortages(ctx, q, in)
		})
	web.Command(a, web.Op{Path: "/planning/shortages/order", ID: "orderShortages", Summary: "Make purchase, subcontract and work orders of what is short", Perm: "planning.release"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body BuyShortages }) (Released, error) {
			return m.Buy(ctx, tx, in.Body)
		})
	web.QueryView(a, web.Op{Method: "POST", Path: "/planning/promise", ID: "promiseOrder", Summary: "Can this order be taken, and for when? Nothing is written", Perm: "planning.promise"},
		func(ctx context.Context, q db.Querier, in *struct{ Body AskPromise }) (Promise, error) {
			return m.Promise(ctx, q, in.Body)
		})
	web.QueryView(a, web.Op{Path: "/planning/available/{item}", ID: "getAvailable", Summary: "What of an item may still be promised, now and on a day", Perm: "planning.read"},
		func(ctx context.Context, q db.Querier, in *AskAvailable) (Available, error) {
			return m.Available(ctx, q, in)
		})
}
