// Package app puts the product together: it is the only package that imports every room. It plugs what a later room
// may refuse into an earlier one, hands each room's tables, sentences and permissions to the kit, and holds what
// belongs to no single room: the global search, the factory pack as a whole, the demo, the go-live check.
package app

import (
	"context"
	"net/http"
	"slices"

	"kaiwu/internal/compliance"
	"kaiwu/internal/identity"
	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/blob"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/event"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/job"
	"kaiwu/internal/kit/label"
	"kaiwu/internal/kit/notice"
	"kaiwu/internal/kit/sheet"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
	"kaiwu/internal/planning"
	"kaiwu/internal/production"
	"kaiwu/internal/purchasing"
	"kaiwu/internal/quality"
	"kaiwu/internal/sales"
	"kaiwu/internal/scheduling"
	files "kaiwu/web"
)

// Version of the product; the release build sets it.
var Version = "0.1.0"

// Schemas are the migrations of all rooms.
func Schemas() []db.Schema {
	return []db.Schema{
		{Room: "kit", FS: blob.Schema},
		{Room: "kit", FS: notice.Schema},
		{Room: "identity", FS: identity.Schema},
		{Room: "masterdata", FS: masterdata.Schema},
		{Room: "inventory", FS: inventory.Schema},
		{Room: "quality", FS: quality.Schema},
		{Room: "purchasing", FS: purchasing.Schema},
		{Room: "production", FS: production.Schema},
		{Room: "sales", FS: sales.Schema},
		{Room: "planning", FS: planning.Schema},
		{Room: "scheduling", FS: scheduling.Schema},
	}
}

// Perms are the permissions of all rooms.
func Perms() []string {
	return slices.Concat(identity.Perms, identity.KitPerms, notice.Perms, masterdata.Perms, inventory.Perms, quality.Perms, purchasing.Perms, production.Perms, sales.Perms, planning.Perms, scheduling.Perms, compliance.Perms)
}

// Messages are the sentences of all rooms.
func Messages() []fault.Messages {
	return []fault.Messages{event.Messages, job.Messages, blob.Messages, notice.Messages, sheet.Messages, label.Messages, pack.Messages, identity.Messages, compliance.Messages, masterdata.Messages,
		inventory.Messages, quality.Messages, purchasing.Messages, production.Messages, sales.Messages, planning.Messages, scheduling.Messages, messages}
}

// Notices are the kinds of news of all rooms.
func Notices() []notice.Kind {
	return slices.Concat(masterdata.Notices, inventory.Notices, purchasing.Notices, production.Notices, sales.Notices, planning.Notices, scheduling.Notices)
}

// Options of New.
type Options struct {
	Demo    bool
	Proxied bool   // a trusted proxy stands before us
	Clock   *Clock // the one that the database was opened with; only the demo needs it
	Around  Surroundings
}

// App is the product on one database.
type App struct {
	DB     *db.DB
	API    *web.API
	Events *event.Bus
	Jobs   *job.Runner
	Notice *notice.Center

	Identity   *identity.Module
	Compliance *compliance.Module
	Masterdata *masterdata.Module
	Inventory  *inventory.Module
	Quality    *quality.Module
	Purchasing *purchasing.Module
	Production *production.Module
	Sales      *sales.Module
	Planning   *planning.Module
	Scheduling *scheduling.Module
	Packs      *Packs

	opt Options
}

// New builds the product. d may be nil where only the API's description is wanted.
func New(d *db.DB, opt Options) *App {
	if d == nil {
		d = &db.DB{}
	}
	a := &App{DB: d, opt: opt, API: web.New(http.NewServeMux(), d)}
	a.API.Version, a.API.Proxied = Version, opt.Proxied
	a.API.Messages(Messages()...)

	a.Identity = identity.New(d, identity.Options{Perms: Perms(), Version: Version, Demo: opt.Demo, Company: company})
	a.API.Auth, a.API.ModuleOn = a.authenticate, a.Identity.ModuleOn
	a.Masterdata = masterdata.New()
	a.Masterdata.Guards = append(a.Masterdata.Guards, guardItem)
	a.Masterdata.Uses = append(a.Masterdata.Uses, itemUse)
	a.Masterdata.OpenUses = append(a.Masterdata.OpenUses, itemOpenUses)
	a.resources()
	a.Inventory = inventory.New(d)
	a.Quality = quality.New(d)
	a.Purchasing = purchasing.New(d, a.Inventory, a.Quality)
	a.Inventory.MayRelease = a.Quality.BlockHeld
	a.Production = production.New(d, a.Inventory, a.Quality)
	a.Sales = sales.New(d, a.Inventory, a.Production)
	a.Sales.Master = a.Masterdata
	a.Planning = planning.New(d, a.Production, a.Purchasing)
	a.Planning.Master, a.Planning.Sales = a.Masterdata, a.Sales
	a.Scheduling = scheduling.New(d)
	a.Planning.Schedule = a.Scheduling
	a.Scheduling.Master = a.Masterdata
	a.Sales.Expected = scheduled
	a.Compliance = compliance.New()
	a.Packs = &Packs{DB: d, Master: a.Masterdata, Rooms: []Loader{a.Inventory, a.Purchasing, a.Production, a.Sales}, Badges: a.badges}
	a.Events, a.Jobs = event.New(d), job.New(d)
	a.Events.Guest = identity.WallGuest(d.Read())
	a.Notice = notice.New(d, a.Events, a.Jobs, Notices()...)
	a.Notice.Readers = a.Identity.Readers
	a.Masterdata.UsedUp = a.Planning.UsedUp
	a.Masterdata.ChangeEffective = append(a.Masterdata.ChangeEffective, a.Production.ChangeEffective)
	a.Masterdata.Background(d, a.Jobs)
	a.Inventory.Background(a.Jobs)
	a.Production.Work(a.Jobs)
	a.Production.Slots, a.Production.Pictures = slots, blob.Pictures
	a.Sales.Background(a.Jobs)
	a.Planning.Background(a.Jobs)
	a.Scheduling.Background(a.Jobs)
	a.routes()
	return a
}

// company is the name shown before log-in: the first site's.
func company(ctx context.Context, q db.Querier) (string, error) {
	name, _, err := db.Get[string](ctx, q, `SELECT name FROM v_site ORDER BY code LIMIT 1`)
	return name, err
}

// scheduled reads the live schedule for rooms that stand before scheduling.
func scheduled(ctx context.Context, q db.Querier, orders []db.ID) (map[db.ID]int64, error) {
	type row struct {
		Order db.ID `db:"order_id"`
		End   int64 `db:"end_ms"`
	}
	var w db.Where
	db.In(&w, "order_id", orders)
	out := map[db.ID]int64{}
	return out, db.Each(ctx, q, `SELECT order_id, end_ms FROM v_schedule`+w.String(), w.Args, func(r *row) error { out[r.Order] = r.End; return nil })
}

// slots reads which operations the live schedule ends by an instant, for the board of the floor.
func slots(ctx context.Context, q db.Querier, until int64) (map[db.ID]bool, bool, error) {
	out := map[db.ID]bool{}
	err := db.Each(ctx, q, `SELECT op_id FROM v_slot WHERE state <> 'unplaced' GROUP BY op_id HAVING max(end_ms) <= $1`, []any{until}, func(id *db.ID) error { out[*id] = true; return nil })
	if err != nil || len(out) > 0 {
		return out, err == nil, err
	}
	_, any, err := db.Get[db.ID](ctx, q, `SELECT id FROM v_slot LIMIT 1`)
	return out, any, err
}

// Handler is the whole web: API, event stream, reference and the application itself.
func (a *App) Handler() http.Handler {
	a.API.Static(files.Files())
	return a.API.Handler()
}
