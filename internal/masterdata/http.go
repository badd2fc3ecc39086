package masterdata

import (
	"context"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
)

// Perms are the permissions of this room.
var Perms = []string{"masterdata.read", "masterdata.write", "masterdata.partners", "masterdata.import", "masterdata.settings", "masterdata.substitute", "masterdata.change", "masterdata.change_approve"}

const read = "masterdata.read"

// Parameters that several operations share; exported because huma fills only exported fields, embedded ones too.
type (
	// ByCode names one thing.
	ByCode struct {
		Code string `path:"code" doc:"Code"`
	}
	// AtSite says at which site.
	AtSite struct {
		Site string `query:"site" doc:"Code of the site; default the caller's first"`
	}
	// OnDate chooses a version.
	OnDate struct {
		Version string `query:"version" doc:"Version; default the one in force on the date"`
		Date    string `query:"date" format:"date" doc:"Date, default today"`
	}
)

// Routes lists everything the outside may ask of masterdata.
func (m *Module) Routes(a *web.API) {
	a.Messages(Messages)
	a.MaskedTypes(ItemChanged{})
	today := func(date string) string {
		if date != "" {
			return date
		}
		return a.DB.Now().In(a.DB.Zone()).Format("2006-01-02")
	}
	m.itemRoutes(a, today)
	m.madeOfRoutes(a, today)
	m.httpProducts(a, today)
	m.floorRoutes(a)
	m.otherRoutes(a)
	m.printRoutes(a)
	m.resourceRoutes(a, today)
	m.changeRoutes(a, today)
	m.generalRoutes(a)
}

// published limits a list to published rows, and to the sites that the actor may see; nothing for outside parties.
func published(alias, site string) func(ctx context.Context, w *db.Where) {
	scope := identity.Scope(site, "")
	return func(ctx context.Context, w *db.Where) {
		w.And(alias + ".batch_id NOT IN (SELECT id FROM kit_batch)")
		scope(ctx, w)
	}
}

func (m *Module) itemRoutes(a *web.API, today func(string) string) {
	web.List(a, web.Op{Path: "/masterdata/items", ID: "listItems", Summary: "Items", Perm: read}, web.ListSpec[ItemRow]{
		From: `md_item i LEFT JOIN md_item_site s ON s.item_id = i.id AND s.site_id = i.home_site LEFT JOIN md_partner p ON p.id = s.supplier_id`,
		Key:  "i.id", Sort: "code", Search: []string{"i.code", "i.name", "i.spec", "i.gtin", "i.barcode"}, Codes: []web.Code{{Expr: "i.code"}}, Scope: published("i", "")})
	web.QueryView(a, web.Op{Path: "/masterdata/items/{code}", ID: "getItem", Summary: "An item with its planning values, units and versions", Perm: read},
		func(ctx context.Context, q db.Querier, in *struct {
			ByCode
			AtSite
		}) (ItemDetail, error) {
			s, err := siteNamed(ctx, q, in.Site)
			if err != nil {
				return ItemDetail{}, err
			}
			return m.ItemDetail(ctx, q, in.Code, s.ID, today(""))
		})
	web.Command(a, web.Op{Path: "/masterdata/items", ID: "createItem", Summary: "Create an item", Perm: "masterdata.write"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body NewItem }) (ItemDetail, error) {
			return m.CreateItem(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Method: "PUT", Path: "/masterdata/items/{code}", ID: "editItem", Summary: "Change an item; what is not sent stays as it is", Perm: "masterdata.write"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByCode
			Body EditItem
		}) (ItemDetail, error) {
			return m.UpdateItem(ctx, tx, in.Code, in.Body)
		})
	web.Command(a, web.Op{Path: "/masterdata/items/{code}/deactivate", ID: "deactivateItem", Summary: "Make an item inactive", Perm: "masterdata.write"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByCode
			Body DeactivateItem
		}) (ItemDetail, error) {
			return m.DeactivateItem(ctx, tx, in.Code, in.Body)
		})
	web.Command(a, web.Op{Path: "/masterdata/items/{code}/activate", ID: "activateItem", Summary: "Make an item active again", Perm: "masterdata.write"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByCode
			Body SwitchItem
		}) (ItemDetail, error) {
			return m.SwitchItem(ctx, tx, in.Code, true, in.Body)
		})
	web.QueryView(a, web.Op{Path: "/masterdata/items/{code}/open-uses", ID: "openUsesOfItem", Summary: "What still counts on an item: bills, stock, open orders, the plan", Perm: "masterdata.write"},
		func(ctx context.Context, q db.Querier, in *ByCode) (ItemOff, error) {
			return m.ItemOff(ctx, q, in.Code, today(""))
		})
	type used struct {
		Items  []Use `json:"items"`
		Capped bool  `json:"capped" doc:"True when there are more than are answered"`
	}
	web.QueryView(a, web.Op{Path: "/masterdata/items/{code}/where-used", ID: "whereUsed", Summary: "Everything an item goes into, up to the finished products", Perm: read},
		func(ctx context.Context, q db.Querier, in *struct {
			ByCode
			Date string `query:"date" format:"date" doc:"Date, default today"`
		}) (used, error) {
			it, err := ItemByCode(ctx, q, in.Code)
			if err != nil {
				return used{}, err
			}
			uses, capped, err := WhereUsed(ctx, q, it, today(in.Date))
			return used{uses, capped}, err
		})
}

func (m *Module) madeOfRoutes(a *web.API, today func(string) string) {
	web.List(a, web.Op{Path: "/masterdata/boms", ID: "listBOMs", Summary: "BOM versions", Perm: read}, web.ListSpec[BOMRow]{
		From: `md_bom b JOIN md_item i ON i.id = b.item_id`, Key: "b.id", Sort: "product,version", Search: []string{"i.code", "i.name"}, Scope: published("b", "")})
	web.QueryView(a, web.Op{Path: "/masterdata/boms/{code}", ID: "explodeBOM", Summary: "A product taken apart, level by level, with what a quantity needs", Perm: read},
		func(ctx context.Context, q db.Querier, in *struct {
			ByCode
			OnDate
			Qty    string `query:"qty" doc:"Quantity of the product, default 1"`
			Levels int    `query:"levels" minimum:"0" maximum:"50" doc:"How deep, 0 = all the way"`
		}) (Tree, error) {
			qty := num.One
			if in.Qty != "" {
				var err error
				if qty, err = num.Parse(in.Qty); err != nil || qty <= 0 {
					return Tree{}, fault.Invalid("masterdata.qty_bad", "%q is not a quantity above 0", in.Qty).With("qty", in.Qty)
				}
			}
			it, err := ItemByCode(ctx, q, in.Code)
			if err != nil {
				return Tree{}, err
			}
			t, ok, err := Explode(ctx, q, it, today(in.Date), in.Version, qty, in.Levels)
			if err == nil && !ok {
				err = fault.NotFound("masterdata.bom_unknown", "%s has no BOM version %s in force on %s", in.Code, in.Version, today(in.Date)).With("item", in.Code).With("version", in.Version).With("date", today(in.Date))
			}
			return t, err
		})
	web.List(a, web.Op{Path: "/masterdata/routings", ID: "listRoutings", Summary: "Routing versions", Perm: read}, web.ListSpec[RoutingRow]{
		From: `md_routing r JOIN md_item i ON i.id = r.item_id JOIN md_site s ON s.id = r.site_id`, Key: "r.id", Sort: "product,version", Search: []string{"i.code", "i.name"}, Scope: published("r", "r.site_id")})
	web.QueryView(a, web.Op{Path: "/masterdata/routings/{code}", ID: "getRouting", Summary: "A routing version with its operations", Perm: read},
		func(ctx context.Context, q db.Querier, in *struct {
			ByCode
			OnDate
		}) (RoutingPage, error) {
			return routingPage(ctx, q, in.Code, in.Version, today(in.Date))
		})
}

func (m *Module) floorRoutes(a *web.API) {
	web.List(a, web.Op{Path: "/masterdata/work-centers", ID: "listWorkCenters", Summary: "Work centers", Perm: read}, web.ListSpec[WorkCenterRow]{
		From: `md_work_center w JOIN md_site s ON s.id = w.site_id LEFT JOIN md_calendar c ON c.id = w.calendar_id`, Key: "w.id", Sort: "code", Search: []string{"w.code", "w.name"}, Scope: published("w", "w.site_id")})
	web.QueryView(a, web.Op{Path: "/masterdata/work-centers/{code}", ID: "getWorkCenter", Summary: "A work center with its machines and changeovers", Perm: read},
		func(ctx context.Context, q db.Querier, in *struct {
			ByCode
			AtSite
		}) (WorkCenterPage, error) {
			return workCenterPage(ctx, q, in.Site, in.Code)
		})
	web.List(a, web.Op{Path: "/masterdata/machines", ID: "listMachines", Summary: "Machines", Perm: read}, web.ListSpec[MachineRow]{
		From: `md_machine m JOIN md_site s ON s.id = m.site_id JOIN md_work_center w ON w.id = m.work_center_id LEFT JOIN md_calendar c ON c.id = m.calendar_id`,
		Key:  "m.id", Sort: "code", Search: []string{"m.code", "m.name", "w.code"}, Scope: published("m", "m.site_id")})
	web.List(a, web.Op{Path: "/masterdata/calendars", ID: "listCalendars", Summary: "Calendars", Perm: read}, web.ListSpec[CalendarRow]{
		From: `md_calendar c JOIN md_site s ON s.id = c.site_id`, Key: "c.id", Sort: "code", Search: []string{"c.code", "c.name"}, Scope: published("c", "c.site_id")})
	web.QueryView(a, web.Op{Path: "/masterdata/calendars/{code}", ID: "getCalendar", Summary: "A calendar: its week and its special days", Perm: read},
		func(ctx context.Context, q db.Querier, in *struct {
			ByCode
			AtSite
		}) (CalendarPage, error) {
			return calendarPage(ctx, q, in.Site, in.Code)
		})
	web.List(a, web.Op{Path: "/masterdata/workers", ID: "listWorkers", Summary: "Workers", Perm: read}, web.ListSpec[WorkerRow]{
		From: `md_worker w`, Key: "w.id", Sort: "code", Search: []string{"w.code", "w.name", "w.badge", "w.team", "w.skills"}, Scope: published("w", "")})
	web.QueryView(a, web.Op{Path: "/masterdata/workers/{code}", ID: "getWorker", Summary: "A worker with the skills one by one", Perm: read},
		func(ctx context.Context, q db.Querier, in *ByCode) (WorkerPage, error) {
			r, err := workerRowOf(ctx, q, in.Code)
			if err != nil {
				return WorkerPage{}, err
			}
			return workerPage(ctx, q, r)
		})
}

func (m *Module) otherRoutes(a *web.API) {
	web.List(a, web.Op{Path: "/masterdata/sites", ID: "listSites", Summary: "Sites that the caller may see, oldest first", Perm: read}, web.ListSpec[SiteRow]{
		From: `md_site s`, Key: "s.id", Sort: "id", Search: []string{"s.code", "s.name"}, Scope: published("s", "s.id")})
	web.List(a, web.Op{Path: "/masterdata/partners", ID: "listPartners", Summary: "Customers, suppliers, subcontractors, carriers", Perm: read}, web.ListSpec[PartnerRow]{
		From: `md_partner p`, Key: "p.id", Sort: "code", Search: []string{"p.code", "p.name", "p.phone", "p.email"}, Scope: published("p", "")})
	web.QueryView(a, web.Op{Path: "/masterdata/partners/{code}", ID: "getPartner", Summary: "A partner with contacts, addresses and what was agreed", Perm: read},
		func(ctx context.Context, q db.Querier, in *ByCode) (PartnerPage, error) {
			r, err := partnerRowOf(ctx, q, in.Code)
			if err != nil {
				return PartnerPage{}, err
			}
			return partnerPage(ctx, q, r)
		})
	web.List(a, web.Op{Path: "/masterdata/warehouses", ID: "listWarehouses", Summary: "Warehouses", Perm: read}, web.ListSpec[WarehouseRow]{
		From: `md_warehouse w JOIN md_site s ON s.id = w.site_id`, Key: "w.id", Sort: "code", Search: []string{"w.code", "w.name"}, Scope: published("w", "w.site_id")})
	web.QueryView(a, web.Op{Path: "/masterdata/warehouses/{code}", ID: "getWarehouse", Summary: "A warehouse with its locations", Perm: read},
		func(ctx context.Context, q db.Querier, in *struct {
			ByCode
			AtSite
		}) (WarehousePage, error) {
			return warehousePage(ctx, q, in.Site, in.Code)
		})
	web.List(a, web.Op{Path: "/masterdata/locations", ID: "listLocations", Summary: "Locations", Perm: read}, web.ListSpec[LocationRow]{
		From: `md_location l JOIN md_warehouse w ON w.id = l.warehouse_id JOIN md_site s ON s.id = l.site_id`, Key: "l.id", Sort: "code", Search: []string{"l.code", "l.name", "w.name"}, Scope: published("l", "l.site_id")})
}
