package masterdata

import (
	"context"
	"strconv"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/pack"
)

// Known answers whether the company has what a row of a pack names: the option with which packs are read that go
// into a database. Codes that only one site has are looked up exactly by Check, once the site is known.
func Known(ctx context.Context, q db.Querier) pack.Option {
	k := &known{ctx: ctx, q: q}
	return pack.Known(k.has)
}

type known struct {
	ctx  context.Context
	q    db.Querier
	seen map[pack.Ref]bool
	err  error
}

// has reads all codes of a noun the first time one is asked for: a file of faults asks for many.
func (k *known) has(r pack.Ref) bool {
	if k.seen == nil {
		k.seen = map[pack.Ref]bool{}
	}
	all := pack.Ref{Noun: r.Noun}
	if !k.seen[all] {
		k.seen[all] = true
		refs, err := refsOf(k.ctx, k.q, r.Noun)
		if err != nil {
			return true // Check asks again and reports the broken database
		}
		for _, ref := range refs {
			k.seen[ref] = true
		}
	}
	return k.seen[r]
}

var refTables = map[string]string{
	"item":        `SELECT t.code, '' AS version FROM md_item t`,
	"partner":     `SELECT t.code, '' AS version FROM md_partner t`,
	"work_center": `SELECT t.code, '' AS version FROM md_work_center t`,
	"warehouse":   `SELECT t.code, '' AS version FROM md_warehouse t`,
	"site":        `SELECT t.code, '' AS version FROM md_site t`,
	"bom":         `SELECT i.code, t.version FROM md_bom t JOIN md_item i ON i.id = t.item_id`,
	"routing":     `SELECT i.code, t.version FROM md_routing t JOIN md_item i ON i.id = t.item_id`,
}

func refsOf(ctx context.Context, q db.Querier, noun string) ([]pack.Ref, error) {
	type row struct {
		Code    string `db:"code"`
		Version string `db:"version"`
	}
	w := ask(ctx, "t")
	var out []pack.Ref
	err := db.Each(ctx, q, refTables[noun]+w.String(), w.Args, func(r *row) error {
		out = append(out, pack.Ref{Noun: noun, Code: r.Code, Version: r.Version})
		return nil
	})
	return out, err
}

// checker collects what is wrong with a pack in view of this company.
type checker struct {
	ctx    context.Context
	q      db.Querier
	p      *pack.Pack
	site   Site // zero: a new one
	here   map[pack.Ref]bool
	faults []fault.Field
}

func (c *checker) add(m fault.Messages, code, file string, row int, column, value string, params ...string) {
	f := fault.Field{Where: file, Code: code, Value: value, Params: map[string]string{"file": file, "row": strconv.Itoa(row), "column": column, "value": value}}
	if row > 0 {
		f.Where += ":" + strconv.Itoa(row)
	}
	if column != "" {
		f.Where += ":" + column
	}
	for i := 0; i+1 < len(params); i += 2 {
		f.Params[params[i]] = params[i+1]
	}
	f.Detail = m[code].Render("en", f.Params)
	c.faults = append(c.faults, f)
}

// Check finds every fault of a pack that shows only beside what the company has. The error is a broken database, or
// that the pack may not come in at all.
func (m *Module) Check(ctx context.Context, q db.Querier, p *pack.Pack) ([]fault.Field, error) {
	c := &checker{ctx: ctx, q: q, p: p, here: map[pack.Ref]bool{}}
	if err := c.target(); err != nil {
		return nil, err
	}
	for _, step := range []func() error{c.references, c.routingSites, c.places, c.badges, c.loops, c.sitesSupply} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	if err := m.guardItems(c); err != nil {
		return nil, err
	}
	return c.faults, nil
}

// target finds the site that the pack goes to and whether the actor may write there.
func (c *checker) target() error {
	all, err := db.All[Site](c.ctx, c.q, `SELECT `+siteCols+` WHERE `+seen("s")+` ORDER BY s.id`, batchOf(c.ctx))
	if err != nil {
		return err
	}
	a := actor.From(c.ctx)
	if c.p.Site.Code == "" {
		if len(all) > 1 {
			c.add(Messages, "masterdata.site_needed", "site.csv", 0, "code", "")
		}
		if len(all) == 1 {
			c.site = all[0]
		}
	}
	for _, s := range all {
		if s.Code == c.p.Site.Code {
			c.site = s
		}
	}
	if (c.site.ID == 0 && len(a.Sites) > 0) || (c.site.ID != 0 && !a.SeesSite(int64(c.site.ID))) {
		return fault.Forbidden("masterdata.site_forbidden", "you may not import into site %s", c.p.Site.Code).With("code", c.p.Site.Code)
	}
	return nil
}

func (c *checker) references() error {
	for noun := range refTables {
		refs, err := c.refs(noun)
		if err != nil {
			return err
		}
		for _, r := range refs {
			c.here[r] = true
		}
	}
	p := c.p
	for i := range p.Items {
		c.here[pack.Ref{Noun: "item", Code: p.Items[i].Code}] = true
	}
	for i := range p.Partners {
		c.here[pack.Ref{Noun: "partner", Code: p.Partners[i].Code}] = true
	}
	for i := range p.WorkCenters {
		c.here[pack.Ref{Noun: "work_center", Code: p.WorkCenters[i].Code}] = true
	}
	for i := range p.Warehouses {
		c.here[pack.Ref{Noun: "warehouse", Code: p.Warehouses[i].Code}] = true
	}
	for i := range p.BOMs {
		c.here[pack.Ref{Noun: "bom", Code: p.BOMs[i].Product, Version: p.BOMs[i].Version}] = true
	}
	for i := range p.Routings {
		c.here[pack.Ref{Noun: "routing", Code: p.Routings[i].Product, Version: p.Routings[i].Version}] = true
	}
	c.follow()
	return nil
}

// refs are the codes of a noun; of work centers and warehouses only those of the site.
func (c *checker) refs(noun string) ([]pack.Ref, error) {
	if noun != "work_center" && noun != "warehouse" {
		return refsOf(c.ctx, c.q, noun)
	}
	codes, err := db.All[string](c.ctx, c.q, `SELECT t.code FROM md_`+noun+` t WHERE `+seen("t")+` AND t.site_id = $2`, batchOf(c.ctx), c.site.ID)
	var out []pack.Ref
	for _, code := range codes {
		out = append(out, pack.Ref{Noun: noun, Code: code})
	}
	return out, err
}

// follow looks up every reference of every file.
func (c *checker) follow() {
	p := c.p
	ref := func(noun, file string, row int, column, code string) {
		if code != "" && !c.here[pack.Ref{Noun: noun, Code: code}] {
			c.add(pack.Messages, "pack.unknown_"+noun, file, row, column, code)
		}
	}
	version := func(noun, file string, row int, column, item, v string) {
		if item != "" && v != "" && !c.here[pack.Ref{Noun: noun, Code: item, Version: v}] {
			c.add(pack.Messages, "pack.unknown_"+noun, file, row, column, v, "item", item)
		}
	}
	for i := range p.Items {
		ref("partner", "items.csv", p.Items[i].Row, "supplier", p.Items[i].Supplier)
	}
	for i := range p.UOMs {
		ref("item", "uoms.csv", p.UOMs[i].Row, "item", p.UOMs[i].Item)
	}
	for i := range p.BOMs {
		b := &p.BOMs[i]
		ref("item", "boms.csv", b.Row, "product", b.Product)
		ref("item", "boms.csv", b.Row, "item", b.Item)
		for _, s := range b.Substitutes {
			ref("item", "boms.csv", b.Row, "substitutes", s)
		}
	}
	for i := range p.Routings {
		o := &p.Routings[i]
		ref("item", "routings.csv", o.Row, "product", o.Product)
		ref("work_center", "routings.csv", o.Row, "work_center", o.WorkCenter)
		for _, a := range o.Alternatives {
			ref("work_center", "routings.csv", o.Row, "alternatives", a.WorkCenter)
		}
	}
	for i := range p.Machines {
		ref("work_center", "machines.csv", p.Machines[i].Row, "work_center", p.Machines[i].WorkCenter)
	}
	for i := range p.Changeovers {
		ref("work_center", "changeovers.csv", p.Changeovers[i].Row, "work_center", p.Changeovers[i].WorkCenter)
	}
	for i := range p.Stock {
		ref("item", "stock.csv", p.Stock[i].Row, "item", p.Stock[i].Item)
		ref("warehouse", "stock.csv", p.Stock[i].Row, "warehouse", p.Stock[i].Warehouse)
	}
	for i := range p.SalesOrders {
		s := &p.SalesOrders[i]
		ref("item", "sales_orders.csv", s.Row, "item", s.Item)
		ref("partner", "sales_orders.csv", s.Row, "customer", s.Customer)
		version("bom", "sales_orders.csv", s.Row, "bom_version", s.Item, s.BOMVersion)
	}
	for i := range p.Forecasts {
		ref("item", "forecasts.csv", p.Forecasts[i].Row, "item", p.Forecasts[i].Item)
	}
	for i := range p.PurchaseOrders {
		s := &p.PurchaseOrders[i]
		ref("item", "purchase_orders.csv", s.Row, "item", s.Item)
		ref("partner", "purchase_orders.csv", s.Row, "supplier", s.Supplier)
	}
	for i := range p.WorkOrders {
		w := &p.WorkOrders[i]
		ref("item", "work_orders.csv", w.Row, "item", w.Item)
		version("bom", "work_orders.csv", w.Row, "bom_version", w.Item, w.BOMVersion)
		version("routing", "work_orders.csv", w.Row, "routing_version", w.Item, w.RoutingVersion)
	}
}

// routingSites: a routing version names work centers of one site.
func (c *checker) routingSites() error {
	if len(c.p.Routings) == 0 {
		return nil
	}
	type row struct {
		Code    string `db:"code"`
		Version string `db:"version"`
		Site    string `db:"site"`
	}
	others, err := db.All[row](c.ctx, c.q, `SELECT i.code, t.version, s.code AS site FROM md_routing t JOIN md_item i ON i.id = t.item_id JOIN md_site s ON s.id = t.site_id
		WHERE `+seen("t")+` AND t.site_id <> $2`, batchOf(c.ctx), c.site.ID)
	if err != nil || len(others) == 0 {
		return err
	}
	of := map[pack.Ref]string{}
	for _, r := range others {
		of[pack.Ref{Code: r.Code, Version: r.Version}] = r.Site
	}
	for i := range c.p.Routings {
		o := &c.p.Routings[i]
		if site := of[pack.Ref{Code: o.Product, Version: o.Version}]; site != "" {
			c.add(Messages, "masterdata.routing_elsewhere", "routings.csv", o.Row, "version", o.Version, "item", o.Product, "site", site)
		}
	}
	return nil
}

// places: RM/A-19-1 must mean one place.
func (c *checker) places() error {
	for i := range c.p.Warehouses {
		if w := &c.p.Warehouses[i]; strings.Contains(w.Code, "/") {
			c.add(Messages, "masterdata.warehouse_slash", "warehouses.csv", w.Row, "code", w.Code)
		}
	}
	return nil
}

// badges: two workers with one badge would report in each other's name.
func (c *checker) badges() error {
	if len(c.p.Workers) == 0 {
		return nil
	}
	of, mine := map[string]string{}, map[string]bool{}
	err := db.Each(c.ctx, c.q, `SELECT`+workerFrom+` WHERE `+seen("w")+` AND w.badge <> ''`, []any{batchOf(c.ctx)}, func(w *Worker) error { of[w.Badge] = w.Code; return nil })
	if err != nil {
		return err
	}
	for i := range c.p.Workers {
		mine[c.p.Workers[i].Code] = true
	}
	for i := range c.p.Workers {
		w := &c.p.Workers[i]
		if other := of[w.Badge]; w.Badge != "" && other != "" && other != w.Code && !mine[other] {
			c.add(Messages, "masterdata.badge_taken", "workers.csv", w.Row, "badge", w.Badge, "worker", other)
		}
	}
	return nil
}

// guardItems asks the other rooms about items that would change.
func (m *Module) guardItems(c *checker) error {
	if len(m.Guards) == 0 || len(c.p.Items) == 0 {
		return nil
	}
	all, err := AllItems(c.ctx, c.q)
	if err != nil {
		return err
	}
	for i := range c.p.Items {
		p := &c.p.Items[i]
		before, ok := all[p.Code]
		if !ok || (before.UoM == p.UOM && before.Tracking == p.Tracking && before.Decimals == p.Decimals && before.Kind == p.Kind) {
			continue
		}
		after := before
		after.UoM, after.Tracking, after.Decimals, after.Kind = p.UOM, p.Tracking, p.Decimals, p.Kind
		for _, g := range m.Guards {
			err := g(c.ctx, c.q, before, after)
			f, refused := fault.As(err)
			if err != nil && !refused {
				return err
			}
			if refused {
				c.faults = append(c.faults, fault.Field{Where: "items.csv:" + strconv.Itoa(p.Row), Code: f.Code, Detail: f.Detail, Value: p.Code, Params: f.Params})
			}
		}
	}
	return nil
}
