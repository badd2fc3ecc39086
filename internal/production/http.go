package production

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

type byNumber struct {
	Number string `path:"number" doc:"Work order number"`
}

// Routes lists everything the outside may ask of production.
func (m *Module) Routes(a *web.API) {
	m.readRoutes(a)
	m.floorRoutes(a)
	m.readingRoutes(a)
	m.opHoldRoutes(a)
	m.shopRoutes(a)
	m.pickRoutes(a)
	m.substituteRoutes(a)
	m.changeRoutes(a)
	web.Command(a, web.Op{Path: "/production/orders", ID: "createWorkOrders", Summary: "Create work orders, each with its own copy of bill and routing", Perm: "production.create"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Create }) (Created, error) {
			return m.Create(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/rework", ID: "makeReworkOrder", Summary: "Rework finished pieces: an order that takes them, extra material and steps of its own, and gives the same product back", Perm: "production.rework"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body NewRework }) (ReworkMade, error) {
			return m.Rework(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/orders/release", ID: "releaseWorkOrders", Summary: "Release work orders to the floor", Perm: "production.release"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Release }) (Released, error) {
			return m.Release(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/orders/cancel", ID: "cancelWorkOrder", Summary: "Cancel a work order that has not begun", Perm: "production.create"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body End }) (Ended, error) {
			return m.Cancel(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/orders/close", ID: "closeWorkOrder", Summary: "Close a work order, finished or short", Perm: "production.close"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body End }) (Ended, error) {
			return m.Close(ctx, tx, in.Body)
		})
	m.orderRoutes(a)
	web.Command(a, web.Op{Path: "/production/receipts", ID: "receiveFinished", Summary: "Receive finished pieces into stock", Perm: "production.receive"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Receive }) (Received, error) {
			return m.Receive(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/outputs", ID: "receiveOutputs", Summary: "Receive co- and by-products of a work order into stock", Perm: "production.receive"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body ReceiveOutputs }) (OutputsReceived, error) {
			return m.ReceiveOutputs(ctx, tx, in.Body)
		})
	web.QueryView(a, web.Op{Path: "/production/orders/{number}/outputs", ID: "previewOutputs", Summary: "Co- and by-products that a receipt brings along", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, in *struct {
			Number string            `path:"number" doc:"Work order number"`
			Qty    web.Text[num.Dec] `query:"qty" doc:"Pieces to be received; 0 = all that may be received now"`
		}) ([]DetailOutput, error) {
			return m.PreviewOutputs(ctx, q, in.Number, in.Qty.V)
		})
	type BySerials struct {
		Number string `path:"number" doc:"Work order"`
	}
	web.QueryView(a, web.Op{Path: "/production/orders/{number}/serials", ID: "getOrderSerials", Summary: "Units that the order made, with the pieces in them", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, in *BySerials) (Serials, error) {
			return m.OrderSerials(ctx, q, in.Number)
		})
	web.Command(a, web.Op{Path: "/production/orders/{number}/serials", ID: "bindSerials", Summary: "Say which pieces sit in a unit", Perm: "production.report"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			BySerials
			Body BindSerials
		}) (Serials, error) {
			return m.Bind(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/orders/{number}/serials/loosen", ID: "loosenSerials", Summary: "Take pieces out of a unit that were bound to it by mistake", Perm: "production.report"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			BySerials
			Body LoosenSerials
		}) (Serials, error) {
			return m.LoosenSerials(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/receipts/undo", ID: "undoReceipt", Summary: "Take a receipt of finished pieces back", Perm: "production.undo"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body UndoReceipt }) (Unreceived, error) {
			return m.UndoReceipt(ctx, tx, in.Body)
		})
}

// orderRoutes are the acts on a whole order, and what it owes.
func (m *Module) orderRoutes(a *web.API) {
	web.Command(a, web.Op{Path: "/production/orders/hold", ID: "holdWorkOrder", Summary: "Put a work order on hold", Perm: "production.hold"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Hold }) (Held, error) {
			return m.Hold(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/orders/unhold", ID: "unholdWorkOrder", Summary: "Set a held work order free", Perm: "production.hold"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Hold }) (Held, error) {
			return m.Unhold(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/orders/split", ID: "splitWorkOrder", Summary: "Split a quantity off a work order", Perm: "production.create"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Split }) (Parted, error) {
			return m.Split(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/orders/merge", ID: "mergeWorkOrders", Summary: "Merge work orders of the same item before work begins", Perm: "production.create"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Merge }) (Merged, error) {
			return m.Merge(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/orders/change", ID: "changeWorkOrder", Summary: "Change quantity, dates or priority of a work order", Perm: "production.create"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Change }) (Changed, error) {
			return m.Change(ctx, tx, in.Body)
		})
	web.QueryView(a, web.Op{Path: "/production/orders/{number}/change", ID: "previewWorkOrderChange", Summary: "What a change would do", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, in *struct {
			Number   string            `path:"number" doc:"Work order number"`
			Qty      web.Text[num.Dec] `query:"qty" doc:"0 = as it is"`
			Due      string            `query:"due" maxLength:"10" doc:"Empty = as it is"`
			Start    string            `query:"start" maxLength:"10" doc:"Empty = as it is, - = open"`
			Priority int64             `query:"priority" minimum:"0" maximum:"9" doc:"0 = as it is"`
		}) (ChangePreview, error) {
			return m.PreviewChange(ctx, q, Change{Order: in.Number, Qty: in.Qty.V, Due: in.Due, Start: in.Start, Priority: in.Priority})
		})
	web.QueryView(a, web.Op{Path: "/production/orders/{number}/report", ID: "previewReport", Summary: "What a report would draw, from where and why", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, in *struct {
			Number string            `path:"number" doc:"Work order number"`
			Op     int64             `query:"op" required:"true" minimum:"1" doc:"Operation"`
			Good   web.Text[num.Dec] `query:"good" doc:"Good pieces"`
			Scrap  web.Text[num.Dec] `query:"scrap" doc:"Scrapped pieces"`
			Rework web.Text[num.Dec] `query:"rework" doc:"Pieces set aside for rework"`
		}) (ReportPreview, error) {
			return m.PreviewReport(ctx, q, AskPreview{Order: in.Number, Op: in.Op, Good: in.Good.V, Scrap: in.Scrap.V, Rework: in.Rework.V})
		})
	web.QueryView(a, web.Op{Path: "/production/orders/{number}/labour", ID: "getOrderLabour", Summary: "Working time of a work order", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, in *byNumber) ([]LabourRow, error) {
			return m.OrderLabour(ctx, q, in.Number)
		})
	web.QueryView(a, web.Op{Path: "/production/labour/{worker}", ID: "getWorkerLabour", Summary: "Working time of one person", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, in *struct {
			Worker string `path:"worker" doc:"Worker code"`
			From   int64  `query:"from_ms" required:"true" doc:"From"`
			To     int64  `query:"to_ms" required:"true" doc:"To"`
		}) ([]LabourRow, error) {
			return m.WorkerLabour(ctx, q, in.Worker, in.From, in.To)
		})
	web.List(a, web.Op{Path: "/production/variances", ID: "listVariances", Summary: "Material that reports owe because it was not there", Perm: "production.read"},
		web.ListSpec[OwedRow]{From: owedFrom, Key: "v.id", Sort: "opened_ms", Search: []string{"o.number", "i.code", "i.name"}, Scope: owed, Titles: owedTitles})
	web.Command(a, web.Op{Path: "/production/variances/settle", ID: "settleVariances", Summary: "Draw what is owed as far as it is there now", Perm: "production.issue"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Settle }) (Settled, error) {
			return m.Settle(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/variances/write-off", ID: "writeOffVariances", Summary: "Write off what a work order owes", Perm: "production.close"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body WriteOff }) (Settled, error) {
			return m.WriteOff(ctx, tx, in.Body)
		})
	web.List(a, web.Op{Path: "/production/policies", ID: "listShortPolicies", Summary: "Items with a short stock policy of their own", Perm: "production.read"},
		web.ListSpec[PolicyRow]{From: "wo_item_policy k JOIN v_item i ON i.id = k.item_id", Key: "k.item_id", Sort: "item", Search: []string{"i.code", "i.name"}, Titles: policyTitles})
	web.Command(a, web.Op{Path: "/production/policies", ID: "setShortPolicy", Summary: "Decide what happens when the stock of an item is short at a report", Perm: "production.policy"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body ShortPolicy }) (ShortPolicy, error) {
			return m.SetShortPolicy(ctx, tx, in.Body)
		})
}

// substituteRoutes are requests to use another item, and their answers.
func (m *Module) substituteRoutes(a *web.API) {
	web.List(a, web.Op{Path: "/production/substitutes", ID: "listSubstitutes", Summary: "Substitutes that were asked for", Perm: "production.read"},
		web.ListSpec[SubstituteRow]{From: substituteFrom, Key: "x.id", Sort: "-asked_ms", Search: []string{"o.number", "i.code", "i.name", "s.code", "s.name"}, Scope: substituteScope, Titles: substituteTitles})
	web.Command(a, web.Op{Path: "/production/substitutes", ID: "askSubstitute", Summary: "Ask to use another item in the place of a component", Perm: "production.call"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body AskSubstitute }) (SubstituteRow, error) {
			return m.AskSubstitute(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/substitutes/decide", ID: "decideSubstitute", Summary: "Approve or refuse a substitute", Perm: "masterdata.substitute"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body DecideSubstitute }) (SubstituteRow, error) {
			return m.DecideSubstitute(ctx, tx, in.Body)
		})
}

// pickRoutes are the pick lists of work orders.
func (m *Module) pickRoutes(a *web.API) {
	type ByPick struct {
		Number string `path:"number" doc:"Pick list"`
	}
	web.List(a, web.Op{Path: "/production/picks", ID: "listWorkPicks", Summary: "Pick lists of work orders", Perm: "production.read"},
		web.ListSpec[WorkPickListRow]{From: "wo_pick p", Key: "p.id", Sort: "-made_ms", Search: []string{"p.number"}, Scope: identity.Scope("p.site_id", ""), Titles: workPickTitles})
	web.Command(a, web.Op{Path: "/production/picks", ID: "makeWorkPick", Summary: "Make a pick list of what one or several work orders still need", Perm: "production.issue"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body NewWorkPick }) (WorkPick, error) {
			return m.MakePick(ctx, tx, in.Body)
		})
	web.QueryView(a, web.Op{Path: "/production/picks/{number}", ID: "getWorkPick", Summary: "A pick list of work orders, in the order in which a person walks", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, in *ByPick) (WorkPick, error) {
			return m.WorkPick(ctx, q, in.Number)
		})
	web.Command(a, web.Op{Path: "/production/picks/{number}/scan", ID: "scanWorkPick", Summary: "Check what was taken against the list and issue it to the orders", Perm: "production.issue"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByPick
			Body ScanWorkPick
		}) (WorkPick, error) {
			return m.ScanPick(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/picks/{number}/short", ID: "missWorkPick", Summary: "Record that a stop has less than it should", Perm: "production.issue"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByPick
			Body MissWorkPick
		}) (WorkPick, error) {
			return m.MissPick(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/picks/{number}/drop", ID: "dropWorkPick", Summary: "Give a pick list of work orders up", Perm: "production.issue"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByPick
			Body DropWorkPick
		}) (WorkPick, error) {
			return m.DropPick(ctx, tx, in.Number, in.Body)
		})
}

// floorRoutes are what happens at a station.
func (m *Module) floorRoutes(a *web.API) {
	web.QueryView(a, web.Op{Path: "/production/scan", ID: "scanTraveler", Summary: "The operation that a traveler's code means", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, in *struct {
			Code string `query:"code" required:"true" maxLength:"200" doc:"What was scanned or typed"`
		}) (Card, error) {
			return m.Scan(ctx, q, in.Code)
		})
	web.QueryView(a, web.Op{Path: "/production/stations/{work_center}", ID: "getStation", Summary: "What a work center can do now, ready operations first", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, in *struct {
			WorkCenter string `path:"work_center" doc:"Work center code"`
		}) (Station, error) {
			return m.Station(ctx, q, in.WorkCenter)
		})
	web.Command(a, web.Op{Path: "/production/starts", ID: "startOperation", Later: true, Summary: "Begin an operation", Perm: "production.report"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Run }) (Ran, error) {
			return m.Start(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/pauses", ID: "pauseOperation", Later: true, Summary: "Pause an operation", Perm: "production.report"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Run }) (Ran, error) {
			return m.Pause(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/reports", ID: "reportOperation", Later: true, Summary: "Report finished pieces of an operation", Perm: "production.report"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Report }) (Reported, error) {
			return m.Report(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/reports/undo", ID: "undoReport", Later: true, Summary: "Take a report back by its mirror", Perm: "production.undo"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Undo }) (Undone, error) {
			return m.Undo(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/issues", ID: "issueMaterial", Later: true, Summary: "Issue material to a work order by scanning a lot", Perm: "production.issue"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Issue }) (Issued, error) {
			return m.Issue(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/returns", ID: "returnMaterial", Later: true, Summary: "Return unused material of a work order to stock", Perm: "production.issue"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Return }) (Returned, error) {
			return m.Return(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/material-scraps", ID: "scrapMaterial", Later: true, Summary: "Scrap material of a work order at the station, with a reason", Perm: "production.issue"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body ScrapMaterial }) (MaterialScrapped, error) {
			return m.ScrapMaterial(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/production/material-scraps/undo", ID: "undoMaterialScrap", Summary: "Take scrapped material back", Perm: "production.undo"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body UndoScrap }) (MaterialScrapped, error) {
			return m.UndoScrap(ctx, tx, in.Body)
		})
}

func (m *Module) readRoutes(a *web.API) {
	web.List(a, web.Op{Path: "/production/orders", ID: "listWorkOrders", Summary: "Work orders", Perm: "production.read"},
		web.ListSpec[OrderRow]{From: orderFrom, Base: "wo_order o", Key: "o.id", Sort: "due", Search: []string{"o.number", "i.code", "i.name", "o.sales_order"}, Codes: byNumberOrItem, Scope: published("o.site_id"), Titles: orderTitles, Post: scrapped})
	web.List(a, web.Op{Path: "/production/operations", ID: "listOperations", Summary: "Open operations of released work orders", Perm: "production.read"},
		web.ListSpec[OpRow]{From: opFrom, Key: "p.id", Sort: "priority,due", Search: []string{"p.order_number", "i.code", "i.name", "p.name"}, Scope: openOps, Titles: opTitles})
	web.List(a, web.Op{Path: "/production/reports", ID: "listReports", Summary: "Operation reports", Perm: "production.read"},
		web.ListSpec[ReportRow]{From: reportFrom, Base: "wo_report r JOIN wo_order o ON o.id = r.order_id", Key: "r.id", Sort: "-recorded_ms", Search: []string{"o.number", "i.code", "r.worker"}, Codes: byNumberOrItem, Scope: published("o.site_id"), Titles: reportTitles})
	web.QueryView(a, web.Op{Path: "/production/orders/{number}", ID: "getWorkOrder", Summary: "A work order with everything that happened to it", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, in *byNumber) (Detail, error) {
			return m.Order(ctx, q, in.Number)
		})
	web.QueryView(a, web.Op{Path: "/production/orders/{number}/picks", ID: "getPickList", Summary: "Material to bring to a work order, with the lots to take", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, in *byNumber) (PickList, error) {
			return m.Picks(ctx, q, in.Number)
		})
	web.Query(a, web.Op{Path: "/production/orders/{number}/traveler", ID: "getTraveler", Summary: "The data of the traveler", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, in *byNumber) (Traveler, error) {
			return m.Traveler(ctx, q, in.Number)
		})
	web.QueryView(a, web.Op{Path: "/production/receivable", ID: "listReceivable", Summary: "Work orders with finished pieces to bring into stock", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, _ *struct{}) ([]Receivable, error) {
			return m.Receivable(ctx, q)
		})
	now := func() time.Time { return a.DB.Now().In(a.DB.Zone()) }
	for _, format := range []string{"pdf", "zpl"} {
		suffix := map[string]string{"pdf": "Pdf", "zpl": "Zpl"}[format]
		web.Download(a, web.Op{Path: "/production/orders/{number}/traveler." + format, ID: "printTraveler" + suffix, Summary: "The traveler to print (" + format + ")", Perm: "production.read"},
			func(ctx context.Context, q db.Querier, in *byNumber) (web.File, error) {
				return m.travelerFile(ctx, q, in.Number, format, now())
			})
		web.Download(a, web.Op{Path: "/production/receipts/{number}/labels." + format, ID: "printReceiptLabels" + suffix, Summary: "Labels of the lot or the pieces of a receipt (" + format + ")", Perm: "production.read"},
			func(ctx context.Context, q db.Querier, in *struct {
				Number string `path:"number" doc:"Receipt number"`
			}) (web.File, error) {
				return m.lotLabels(ctx, q, in.Number, format, now())
			})
	}
	web.Query(a, web.Op{Path: "/production/reasons", ID: "listReasons", Summary: "Reasons for scrap and rework", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, _ *struct{}) ([]Reason, error) {
			return db.All[Reason](ctx, q, `SELECT code, kind, name_zh, name_en FROM wo_reason ORDER BY rank, code`)
		})
}

// Reason says why pieces are scrapped or must be reworked.
type Reason struct {
	Code   string `json:"code" db:"code"`
	Kind   string `json:"kind" db:"kind" enum:"scrap,rework,both"`
	NameZh string `json:"name_zh" db:"name_zh"`
	NameEn string `json:"name_en" db:"name_en"`
}

// Create asks for work orders by hand: to stock, or for a sales order by name.
type Create struct {
	Orders  []CreateLine `json:"orders" minItems:"1" maxItems:"5000"`
	Release bool         `json:"release,omitempty" doc:"Release them at once"`

	VersionAnswer string `json:"version_answer,omitempty" enum:"named,effective" doc:"What to make when a named version is not the effective one; without it that is refused and the difference told"`
}

// CreateLine is one of them.
type CreateLine struct {
	Item           string  `json:"item" minLength:"1" maxLength:"64" doc:"Item code"`
	Qty            num.Dec `json:"qty"`
	Due            string  `json:"due" minLength:"10" maxLength:"10" doc:"Date"`
	Start          string  `json:"start,omitempty" maxLength:"10" doc:"Planned start"`
	Priority       int64   `json:"priority,omitempty" minimum:"0" maximum:"9" doc:"1 = first; 0 = 5"`
	BOMVersion     string  `json:"bom_version,omitempty" maxLength:"64"`
	RoutingVersion string  `json:"routing_version,omitempty" maxLength:"64"`
	SalesOrder     string  `json:"sales_order,omitempty" maxLength:"64"`
	Site           string  `json:"site,omitempty" maxLength:"64" doc:"Empty = your first site"`
}

// Created are the new work orders, in the order asked for.
type Created struct {
	Orders []Order `json:"orders"`
}

// Create resolves what people name and makes the orders.
func (m *Module) Create(ctx context.Context, tx *db.Tx, in Create) (Created, error) {
	codes := make([]string, len(in.Orders))
	for i, l := range in.Orders {
		codes[i] = l.Item
	}
	items, err := masterdata.ItemsByCode(ctx, tx, codes)
	if err != nil {
		return Created{}, err
	}
	sites := map[string]db.ID{"": 0}
	orders := make([]NewOrder, len(in.Orders))
	for i, l := range in.Orders {
		it, ok := items[l.Item]
		if !ok {
			return Created{}, fault.NotFound("masterdata.item_unknown", "there is no item %s", l.Item).With("code", l.Item)
		}
		site, ok := sites[l.Site]
		if !ok {
			s, err := masterdata.SiteByCode(ctx, tx, l.Site)
			if err != nil {
				return Created{}, err
			}
			if err := identity.SeeSite(ctx, s.ID); err != nil {
				return Created{}, err
			}
			site, sites[l.Site] = s.ID, s.ID
		}
		orders[i] = NewOrder{Site: site, Item: it.ID, Qty: l.Qty, Due: l.Due, Start: l.Start, Priority: l.Priority, BOMVersion: l.BOMVersion, RoutingVersion: l.RoutingVersion, SalesRef: l.SalesOrder, VersionAnswer: cmp.Or(in.VersionAnswer, Ask)}
	}
	made, err := m.CreateOrders(ctx, tx, orders)
	if err != nil {
		return Created{}, err
	}
	if in.Release {
		ids := make([]db.ID, len(made))
		for i, o := range made {
			ids[i] = o.ID
		}
		if err := m.ReleaseOrders(ctx, tx, ids); err != nil {
			return Created{}, err
		}
	}
	return Created{made}, nil
}

// Station is the list on the wall of a work center.
type Station struct {
	WorkCenter string  `json:"work_center"`
	Name       string  `json:"name"`
	Ready      int     `json:"ready" doc:"How many can begin now"`
	Running    int     `json:"running"`
	Ops        []OpRow `json:"ops" doc:"Running first, then ready, then those that wait; at most 200 of the most urgent"`
}

// Station lists what a work center has to do, by what it can do now.
func (m *Module) Station(ctx context.Context, q db.Querier, code string) (Station, error) {
	c, err := masterdata.WorkCenterByCode(ctx, q, code)
	if err != nil {
		return Station{}, err
	}
	type row struct {
		ID       db.ID   `db:"id"`
		Order    string  `db:"order_number"`
		Item     string  `db:"item"`
		ItemName string  `db:"item_name"`
		UoM      string  `db:"uom"`
		Op       int64   `db:"op"`
		Name     string  `db:"name"`
		Status   string  `db:"status"`
		OrderQty num.Dec `db:"order_qty"`
		QtyIn    num.Dec `db:"qty_in"`
		Good     num.Dec `db:"good"`
		Scrap    num.Dec `db:"scrap"`
		Rework   num.Dec `db:"rework"`
		Due      string  `db:"due"`
		Priority int64   `db:"priority"`
		Report   bool    `db:"report"`
		Started  int64   `db:"started_ms"`
		Running  int64   `db:"running_ms"`
	}
	const text = `
		SELECT p.id, p.order_number, i.code AS item, i.name AS item_name, i.uom, p.op, p.name, p.status, p.order_qty, p.qty_in, p.good, p.scrap, p.rework, p.due, p.priority, p.report, p.started_ms, p.running_ms
		FROM v_wo_op p JOIN v_item i ON i.id = p.item_id
		WHERE p.work_center_id = $1 AND p.own_done_ms = 0 AND p.order_status IN ('released', 'started')`
	rows, err := db.All[row](ctx, q, text+` ORDER BY p.priority, p.due, p.id LIMIT 500`, c.ID)
	if err != nil {
		return Station{}, err
	}
	running, err := db.All[row](ctx, q, text+` AND p.own_running_ms > 0 ORDER BY p.id`, c.ID) // however far down the list they stand
	if err != nil {
		return Station{}, err
	}
	for _, r := range running {
		if !slices.ContainsFunc(rows, func(x row) bool { return x.ID == r.ID }) {
			rows = append(rows, r)
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(rank(a.Status), rank(b.Status)) })
	rows = rows[:min(len(rows), 200)]
	out := Station{WorkCenter: c.Code, Name: c.Name, Ops: make([]OpRow, len(rows))}
	for i, r := range rows {
		out.Ops[i] = OpRow{ID: r.ID, Order: r.Order, Item: r.Item, ItemName: r.ItemName, UoM: r.UoM, Op: r.Op, Name: r.Name, WorkCenter: c.Code, CenterName: c.Name, Status: r.Status, OrderQty: r.OrderQty,
			QtyIn: r.QtyIn, Good: r.Good, Scrap: r.Scrap, Rework: r.Rework, Due: r.Due, Priority: r.Priority, Report: r.Report, StartedMS: r.Started, RunningMS: r.Running}
		switch r.Status {
		case "running":
			out.Running++
		case "ready", "paused":
			out.Ready++
		}
	}
	return out, nil
}

func rank(status string) int {
	switch status {
	case "running":
		return 0
	case "ready", "paused":
		return 1
	case "waiting_material":
		return 2
	}
	return 3
}
