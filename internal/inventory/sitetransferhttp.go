package inventory

import (
	"context"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
)

// SiteTransferRow is a line in the list of transfers between sites.
type SiteTransferRow struct {
	ID        db.ID   `json:"id" sql:"l.id" doc:"Line"`
	Number    string  `json:"number" sql:"l.number" doc:"Number"`
	Line      int64   `json:"line" sql:"l.line" doc:"Line no."`
	Status    string  `json:"status" sql:"CASE WHEN l.sent - l.received - l.back - l.lost > 0 THEN 'on_the_way' WHEN l.closed_ms > 0 AND l.sent - l.back = 0 THEN 'closed' WHEN l.sent - l.back >= l.qty OR l.closed_ms > 0 THEN 'received' ELSE 'open' END" doc:"Status"`
	From      string  `json:"from" sql:"f.code" doc:"From site"`
	To        string  `json:"to" sql:"o.code" doc:"To site"`
	Item      string  `json:"item" sql:"i.code" doc:"Item"`
	Name      string  `json:"name" sql:"i.name" doc:"Name"`
	UoM       string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Qty       num.Dec `json:"qty" sql:"l.qty" doc:"Asked for"`
	Sent      num.Dec `json:"sent" sql:"l.sent" doc:"Sent"`
	Received  num.Dec `json:"received" sql:"l.received + l.over" doc:"Arrived"`
	InTransit num.Dec `json:"in_transit" sql:"l.sent - l.received - l.back - l.lost" doc:"On the way"`
	Differs   num.Dec `json:"differs" sql:"l.over - l.lost" doc:"More or less than sent"`
	ShipOn    string  `json:"ship_on" sql:"l.ship_on" doc:"Leaves on"`
	Due       string  `json:"due" sql:"l.due" doc:"Due there"`
	WantedFor string  `json:"wanted_for" sql:"l.wanted_for" doc:"For"`
	Made      int64   `json:"made_ms" sql:"l.made_ms" doc:"Made"`
}

var siteTransferList = web.ListSpec[SiteTransferRow]{
	From: `v_site_transfer_line l JOIN v_item i ON i.id = l.item_id JOIN v_site f ON f.id = l.from_site_id JOIN v_site o ON o.id = l.to_site_id`,
	Key:  "l.id", Sort: "-made_ms,line", Search: []string{"l.number", "i.code", "i.name", "l.wanted_for"},
	Scope: func(ctx context.Context, w *db.Where) {
		a := actor.From(ctx)
		if a.Partner != 0 {
			w.And("1 = 0")
		}
		if len(a.Sites) > 0 { // one of the two
			marks, both := "?"+strings.Repeat(",?", len(a.Sites)-1), []any{}
			for range 2 {
				for _, s := range a.Sites {
					both = append(both, s)
				}
			}
			w.And("(l.from_site_id IN ("+marks+") OR l.to_site_id IN ("+marks+"))", both...)
		}
	},
	File: "site-transfers",
}

func (m *Module) betweenRoutes(a *web.API) {
	type ByNumber struct {
		Number string `path:"number"`
	}
	web.List(a, web.Op{Path: "/inventory/site-transfers", ID: "listSiteTransfers", Summary: "Goods that go from one site to another", Perm: "inventory.read"}, siteTransferList)
	web.QueryView(a, web.Op{Path: "/inventory/site-transfers/{number}", ID: "getSiteTransfer", Summary: "A transfer between sites: asked for, sent, on the way, received", Perm: "inventory.read"},
		func(ctx context.Context, q db.Querier, in *ByNumber) (SiteTransferPage, error) {
			return m.SiteTransfer(ctx, q, in.Number)
		})
	web.Command(a, web.Op{Path: "/inventory/site-transfers", ID: "makeSiteTransfer", Summary: "Ask another site to send goods", Perm: "inventory.between"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body NewSiteTransfer }) (SiteTransferPage, error) {
			return m.PlanTransfer(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/inventory/site-transfers/{number}/send", ID: "sendSiteTransfer", Summary: "Put goods on the way to the other site", Perm: "inventory.transfer"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body SendTransfer
		}) (Entered, error) {
			return m.Send(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/inventory/site-transfers/{number}/receive", ID: "receiveSiteTransfer", Summary: "Take goods in that came from the other site", Perm: "inventory.transfer"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body ReceiveTransfer
		}) (Entered, error) {
			return m.Receive(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/inventory/site-transfers/{number}/settle", ID: "settleSiteTransfer", Summary: "End what is on the way and will not arrive: it came back, or it is written off", Perm: "inventory.adjust"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body SettleTransfer
		}) (Entered, error) {
			return m.Settle(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/inventory/site-transfers/{number}/lines/{line}", ID: "changeSiteTransferLine", Summary: "Give what was not sent yet of a line another quantity or other days", Perm: "inventory.between"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Line int64 `path:"line"`
			Body ChangeTransferLine
		}) (SiteTransferPage, error) {
			return m.ChangeTransferLine(ctx, tx, in.Number, in.Line, in.Body)
		})
	web.Command(a, web.Op{Path: "/inventory/site-transfers/{number}/close", ID: "closeSiteTransfer", Summary: "Say that nothing more is sent", Perm: "inventory.between"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body CloseTransfer
		}) (SiteTransferPage, error) {
			return m.CloseTransfer(ctx, tx, in.Number, in.Body)
		})
}
