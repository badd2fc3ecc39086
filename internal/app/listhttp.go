package app

import (
	"context"
	"io"
	"mime/multipart"
	"slices"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
)

// ReadList reads one list for a site. It becomes a pack that says nothing but this list, so checking, preview and
// import are those of the pack; the columns that it came without stay as they are.
func (s *Packs) ReadList(ctx context.Context, f io.ReaderAt, size int64, name, list, site string) (*pack.Pack, []fault.Field, error) {
	if list != pack.SalesOrders && !slices.Contains(pack.Lists, list) {
		return nil, nil, listUnknown(list)
	}
	sites, err := masterdata.Sites(ctx, s.DB.Read())
	if err != nil {
		return nil, nil, err
	}
	var at masterdata.Site
	if len(sites) > 0 || site != "" {
		if at, err = exportSite(ctx, s.DB.Read(), site); err != nil {
			return nil, nil, err
		}
	}
	p, found := pack.ReadList(f, size, name, list, masterdata.Known(ctx, s.DB.Read()), pack.Keeping(func() (was *pack.Pack) {
		was = pack.New()
		if at.ID != 0 && list != pack.SalesOrders {
			was, _, err = s.ExportList(ctx, list, at.Code)
		}
		return was
	}))
	if at.ID != 0 && !at.Implicit {
		p.Site = pack.Site{Code: at.Code, Name: at.Name, TimeZone: at.TimeZone, Currency: at.Currency, Today: at.Today}
	}
	return p, found, err
}

func listUnknown(list string) error {
	return fault.NotFound("app.list_unknown", "there is no list %s", list).With("list", list)
}

// ExportList writes one list of a site, on one snapshot.
func (s *Packs) ExportList(ctx context.Context, list, site string) (*pack.Pack, masterdata.Site, error) {
	p := pack.New()
	var at masterdata.Site
	if !slices.Contains(pack.Lists, list) {
		return nil, at, listUnknown(list)
	}
	err := s.DB.View(ctx, func(q db.Querier) (err error) {
		if at, err = exportSite(ctx, q, site); err != nil {
			return err
		}
		return s.Master.DumpAll(ctx, q, at.ID, p)
	})
	a := actor.From(ctx)
	stripPrices(p, !a.Can("see.price"), !a.Can("see.cost"), !a.Can("see.sales_price"))
	return p, at, err
}

// onlyList leaves the site out of what is told: the list did not speak of it.
func onlyList(r *Report, list string) {
	r.Files = slices.DeleteFunc(r.Files, func(c masterdata.Count) bool { return c.File != list+".csv" })
	if len(r.Files) == 0 {
		r.Files = []masterdata.Count{{File: list + ".csv"}}
	}
}

// listRoutes are the doors for single lists.
func (s *Packs) listRoutes(a *web.API) {
	type OneList struct { // exported: huma fills only exported fields
		List string `path:"list" doc:"items, uoms, boms, routings, work_centers, machines, changeovers, calendars, calendar_days, partners, warehouses, locations, workers, tools or planning"`
	}
	web.Act(a, web.Op{Path: "/masterdata/lists/{list}/import", ID: "importList", Summary: "Import one list from Excel or CSV, all or nothing", Perm: "masterdata.import",
		Description: "As the import of a pack: every fault is listed with row and column, nothing is imported when there is one. A version of a BOM or routing is exchanged as a whole; what the list does not name, rows and columns, stays.",
		Stream:      true, MaxBody: maxUpload, Timeout: 10 * time.Minute}, func(ctx context.Context, in *struct {
		OneList
		ImportInput
		Site string `query:"site" doc:"Code of the site; default the caller's first"`
	}) (Report, error) {
		return s.takeList(ctx, a, &in.ImportInput, in.List, in.Site)
	})
	web.Act(a, web.Op{Path: "/sales/imports", ID: "importSalesOrders", Summary: "Import sales orders from Excel or CSV, all or nothing", Perm: "sales.create", Module: "sales",
		Description: "Every fault is listed with row and column, nothing is imported when there is one. An order that is there just so stays, one with another content is refused.",
		Stream:      true, MaxBody: maxUpload, Timeout: 10 * time.Minute}, func(ctx context.Context, in *struct {
		ImportInput
		Site string `query:"site" doc:"Code of the site; default the caller's first"`
	}) (Report, error) {
		return s.takeList(ctx, a, &in.ImportInput, pack.SalesOrders, in.Site)
	})
	file := func(list, format, locale string, p *pack.Pack) web.File {
		if format == "csv" {
			return web.File{Name: list + ".csv", Type: "text/csv; charset=utf-8", Write: func(w io.Writer) error { return pack.WriteListCSV(p, list, w) }}
		}
		return web.File{Name: list + ".xlsx", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Write: func(w io.Writer) error { return pack.WriteListXLSX(p, list, locale, w) }}
	}
	web.Download(a, web.Op{Path: "/masterdata/lists/{list}/export", ID: "exportList", Summary: "Export one list in the form in which it can be imported again", Perm: "masterdata.read"},
		func(ctx context.Context, _ db.Querier, in *struct {
			OneList
			ExportListInput
		}) (web.File, error) {
			p, _, err := s.ExportList(ctx, in.List, in.Site)
			if err != nil {
				return web.File{}, err
			}
			return file(in.List, in.Format, web.Locale(ctx), p), nil
		})
	web.Download(a, web.Op{Path: "/sales/imports/template", ID: "salesOrderTemplate", Summary: "An empty list of sales orders with its columns explained, to be filled in and imported", Perm: "sales.create", Module: "sales"},
		func(ctx context.Context, _ db.Querier, _ *struct{}) (web.File, error) {
			return file(pack.SalesOrders, "xlsx", web.Locale(ctx), pack.New()), nil
		})
	web.Download(a, web.Op{Path: "/masterdata/lists/{list}/template", ID: "listTemplate", Summary: "An empty list with its columns explained, to be filled in and imported", Perm: "masterdata.read"},
		func(ctx context.Context, _ db.Querier, in *OneList) (web.File, error) {
			if !slices.Contains(pack.Lists, in.List) {
				return web.File{}, listUnknown(in.List)
			}
			return file(in.List, "xlsx", web.Locale(ctx), pack.New()), nil
		})
}

// takeList looks at an uploaded list, or writes it.
func (s *Packs) takeList(ctx context.Context, a *web.API, in *ImportInput, list, site string) (Report, error) {
	f := in.RawBody.Data().File
	if in.RawBody.Form != nil {
		defer in.RawBody.Form.RemoveAll()
	}
	if !f.IsSet || f.Size == 0 {
		return Report{}, fault.Invalid("app.no_list_file", "no file came; choose an xlsx or a CSV")
	}
	defer f.Close()
	p, found, err := s.ReadList(ctx, multipart.File(f.File), f.Size, f.Filename, list, site)
	if err != nil {
		return Report{}, err
	}
	var r Report
	if !in.DryRun {
		r, err = s.Import(ctx, p, found, nil)
		r.Errors = []BadCell{}
	} else {
		var faults []fault.Field
		r, faults, err = s.Preview(ctx, p, found)
		r.Errors = spell(a.AllMessages(), web.Locale(ctx), faults)
	}
	onlyList(&r, list)
	return r, err
}

// ExportListInput says of which site and in which form.
type ExportListInput struct {
	Site   string `query:"site" doc:"Code of the site; default the caller's first"`
	Format string `query:"format" enum:"xlsx,csv" default:"xlsx"`
}
