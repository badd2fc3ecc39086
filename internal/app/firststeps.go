package app

import (
	"context"
	"embed"
	"io"
	"io/fs"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/pack"
)

//go:embed demo/starter
var starterFiles embed.FS

// Step is one of the things that a new factory does between its first item and its first shipped order.
type Step struct {
	Code  string `json:"code" doc:"Name of the step; its words stand in the web's texts"`
	Done  bool   `json:"done"`
	Count int64  `json:"count" doc:"How many there are, at most 1000"`
	URL   string `json:"url" doc:"The page on which it is done"`
}

// FirstSteps is the way from nothing to a shipped order. What is done is read from the facts: nobody ticks anything.
type FirstSteps struct {
	Done  int    `json:"done" doc:"Steps that are done"`
	Steps []Step `json:"steps"`
}

// steps in the order in which they are taken. Each counts what there is; a thousand is many enough.
var steps = []struct{ code, url, from string }{
	{"site", "/masterdata/import", `v_site`},
	{"items", "/masterdata/items", `v_item WHERE active`},
	{"boms", "/masterdata/boms", `v_bom`},
	{"work_centers", "/masterdata/work-centers", `v_work_center WHERE active`},
	{"routings", "/masterdata/routings", `v_routing`},
	{"warehouses", "/masterdata/warehouses", `v_warehouse WHERE active`},
	{"people", "/identity/users", `v_user WHERE worker_id <> 0 AND NOT disabled`},
	{"stock", "/inventory/stock", `v_stock WHERE qty > 0`},
	{"sales_order", "/sales/orders", `v_sales_line WHERE NOT cancelled`},
	{"work_order", "/production/orders", `v_work_order WHERE released_ms > 0`},
	{"schedule", "/scheduling/run", `v_schedule`},
	{"report", "/m", `v_wo_report WHERE reverses = 0 AND kind = 'report'`},
	{"finished", "/production/orders", `v_work_order WHERE received > 0`},
	{"shipped", "/sales/shipments", `v_sales_line WHERE shipped > 0`},
}

// FirstSteps says how far the factory has come.
func (a *App) FirstSteps(ctx context.Context, q db.Querier) (FirstSteps, error) {
	out := FirstSteps{Steps: make([]Step, len(steps))}
	for i, s := range steps {
		n, err := db.One[int64](ctx, q, `SELECT count(*) FROM (SELECT 1 AS one FROM `+s.from+` LIMIT 1000) AS few`)
		if err != nil {
			return out, err
		}
		if out.Steps[i] = (Step{s.code, n > 0, n, s.url}); n > 0 {
			out.Done++
		}
	}
	return out, nil
}

// sample reads one of the factories that the binary carries, its dates moved so that its today is today.
func (a *App) sample(name string) (*pack.Pack, error) {
	files := starterFiles
	if name == "small-appliance" {
		files = demoFiles
	}
	root, err := fs.Sub(files, "demo/"+name)
	if err != nil {
		return nil, err
	}
	p, faults := pack.ReadFS(root)
	if err := pack.Error(faults); err != nil {
		return nil, err
	}
	p.ShiftTo(a.DB.Now().In(p.Location()).Format("2006-01-02"))
	p.Site.Today = ""
	return p, nil
}

func (a *App) firstSteps() {
	web.QueryView(a.API, web.Op{Path: "/first-steps", ID: "firstSteps", Summary: "How far a new factory has come, from the first item to the first shipped order", Module: "masterdata", Perm: "masterdata.import"},
		func(ctx context.Context, q db.Querier, _ *struct{}) (FirstSteps, error) { return a.FirstSteps(ctx, q) })
	web.Download(a.API, web.Op{Path: "/first-steps/sample", ID: "downloadSample", Summary: "A sample factory pack to look at, change and import", Module: "masterdata", Perm: "masterdata.import"},
		func(_ context.Context, _ db.Querier, in *struct {
			Factory string `query:"factory" enum:"starter,small-appliance" default:"starter" doc:"starter: a lamp of four parts; small-appliance: the demo factory"`
			Format  string `query:"format" enum:"xlsx,zip" default:"xlsx"`
		}) (web.File, error) {
			p, err := a.sample(in.Factory)
			if err != nil {
				return web.File{}, err
			}
			return packFile(p, in.Factory, in.Format), nil
		})
}

// packFile offers a pack for saving.
func packFile(p *pack.Pack, name, format string) web.File {
	if format == "xlsx" {
		return web.File{Name: name + ".xlsx", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Write: func(w io.Writer) error { return pack.WriteXLSX(p, w) }}
	}
	return web.File{Name: name + ".zip", Type: "application/zip", Write: func(w io.Writer) error { return pack.WriteZip(p, w) }}
}
