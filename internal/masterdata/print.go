package masterdata

import (
	"bytes"
	"context"
	"io"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/label"
	"kaiwu/internal/kit/web"
)

// PrintBadges asks for the cards of some workers.
type PrintBadges struct {
	Codes []string `query:"code,explode" required:"true" minItems:"1" maxItems:"200" doc:"Codes of the workers"`
}

// PrintLocations asks for the labels of some locations.
type PrintLocations struct {
	Codes []string `query:"code,explode" required:"true" minItems:"1" maxItems:"500" doc:"Codes as the label says them: RM or RM/A-19-1"`
	Site  string   `query:"site" doc:"Code of the site; default the caller's first"`
	Small bool     `query:"small" doc:"60 × 40 mm instead of 100 × 60 mm"`
}

// PrintThings asks for the labels of some machines or tools.
type PrintThings struct {
	Codes []string `query:"code,explode" required:"true" minItems:"1" maxItems:"500" doc:"Codes of the machines or tools"`
	Site  string   `query:"site" doc:"Code of the site; default the caller's first"`
	Small bool     `query:"small" doc:"60 × 40 mm instead of 100 × 60 mm"`
}

// printRoutes are what hangs on people and shelves so that a scanner knows them.
func (m *Module) printRoutes(a *web.API) {
	opt := func(ctx context.Context, q db.Querier) (label.Opt, error) {
		s, err := siteNamed(ctx, q, "")
		return label.Opt{Locale: web.Locale(ctx), Company: s.Name, At: a.DB.Now().In(a.DB.Zone())}, err
	}
	web.Download(a, web.Op{Path: "/masterdata/workers/{code}/badge.pdf", ID: "printBadge", Summary: "The badge of a worker, of the size of a bank card", Perm: read},
		func(ctx context.Context, q db.Querier, in *ByCode) (web.File, error) {
			o, err := opt(ctx, q)
			if err != nil {
				return web.File{}, err
			}
			return badges(ctx, q, o, []string{in.Code})
		})
	web.Download(a, web.Op{Path: "/masterdata/badges.pdf", ID: "printBadges", Summary: "The badges of several workers", Perm: read},
		func(ctx context.Context, q db.Querier, in *PrintBadges) (web.File, error) {
			o, err := opt(ctx, q)
			if err != nil {
				return web.File{}, err
			}
			return badges(ctx, q, o, in.Codes)
		})
	for _, format := range []string{"pdf", "zpl"} {
		suffix := map[string]string{"pdf": "Pdf", "zpl": "Zpl"}[format]
		web.Download(a, web.Op{Path: "/masterdata/locations/label." + format, ID: "printLocationLabels" + suffix, Summary: "Labels for shelves, floors and docks (" + format + ")", Perm: read},
			func(ctx context.Context, q db.Querier, in *PrintLocations) (web.File, error) {
				o, err := opt(ctx, q)
				if err != nil {
					return web.File{}, err
				}
				places, err := placesNamed(ctx, q, in.Site, in.Codes)
				if err != nil {
					return web.File{}, err
				}
				size := label.Size100x60
				if in.Small {
					size = label.Size60x40
				}
				return printed(label.Locations(o, size, places...), "locations", format)
			})
		for _, k := range []struct {
			path, id, summary, from, unknown string
			doc                              func(label.Opt, label.Size, ...label.Thing) label.Doc
		}{
			{"machines", "printMachineLabels", "Labels to hang on machines", `SELECT k.code, k.name, coalesce(w.name, '') AS at FROM md_machine k LEFT JOIN md_work_center w ON w.id = k.work_center_id WHERE ` + seen("k") + ` AND k.site_id = $2`, "masterdata.machine_unknown", label.Machines},
			{"tools", "printToolLabels", "Labels to hang on tools", `SELECT k.code, k.name, k.location AS at FROM md_tool k WHERE ` + seen("k") + ` AND k.site_id = $2`, "masterdata.tool_unknown", label.Tools},
		} {
			web.Download(a, web.Op{Path: "/masterdata/" + k.path + "/label." + format, ID: k.id + suffix, Summary: k.summary + " (" + format + ")", Perm: read},
				func(ctx context.Context, q db.Querier, in *PrintThings) (web.File, error) {
					o, err := opt(ctx, q)
					if err != nil {
						return web.File{}, err
					}
					list, err := thingsNamed(ctx, q, k.from, k.unknown, in)
					if err != nil {
						return web.File{}, err
					}
					size := label.Size100x60
					if in.Small {
						size = label.Size60x40
					}
					return printed(k.doc(o, size, list...), k.path, format)
				})
		}
	}
}

func badges(ctx context.Context, q db.Querier, o label.Opt, codes []string) (web.File, error) {
	list := make([]label.Person, 0, len(codes))
	for _, code := range codes {
		w, err := WorkerByCode(ctx, q, code)
		if err != nil {
			return web.File{}, err
		}
		if w.Badge == "" { // a card that no scanner understands helps nobody
			return web.File{}, fault.Conflict("masterdata.no_badge", "worker %s has no badge number", w.Code).With("code", w.Code).With("name", w.Name)
		}
		list = append(list, label.Person{Name: w.Name, Code: w.Code, Team: w.Team, Badge: w.Badge})
	}
	return printed(label.Badges(o, list...), "badges", "pdf")
}

func placesNamed(ctx context.Context, q db.Querier, site string, codes []string) ([]label.Place, error) {
	s, err := siteNamed(ctx, q, site)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	type house struct {
		Code string `db:"code"`
		Name string `db:"name"`
	}
	if err := db.Each(ctx, q, `SELECT w.code, w.name FROM md_warehouse w WHERE `+seen("w")+` AND w.site_id = $2`, []any{batchOf(ctx), s.ID}, func(h *house) error { names[h.Code] = h.Name; return nil }); err != nil {
		return nil, err
	}
	out := make([]label.Place, 0, len(codes))
	for _, code := range codes {
		l, err := LocationByCode(ctx, q, s.ID, code)
		if err != nil {
			return nil, err
		}
		out = append(out, label.Place{Code: l.Code, Warehouse: names[l.Warehouse]})
	}
	return out, nil
}

// thingsNamed reads machines or tools of a site by one statement, in the order in which they were asked for.
func thingsNamed(ctx context.Context, q db.Querier, from, unknown string, in *PrintThings) ([]label.Thing, error) {
	s, err := siteNamed(ctx, q, in.Site)
	if err != nil {
		return nil, err
	}
	type row struct {
		Code string `db:"code"`
		Name string `db:"name"`
		At   string `db:"at"`
	}
	known := map[string]row{}
	w := db.Where{Args: []any{batchOf(ctx), s.ID}}
	db.In(&w, "k.code", in.Codes)
	if err := db.Each(ctx, q, from+" AND "+w.Cond(), w.Args, func(r *row) error { known[r.Code] = *r; return nil }); err != nil {
		return nil, err
	}
	out := make([]label.Thing, 0, len(in.Codes))
	for _, code := range in.Codes {
		r, ok := known[code]
		if !ok {
			return nil, fault.NotFound(unknown, "site %s has no %s", s.Code, code).With("code", code).With("site", s.Code)
		}
		out = append(out, label.Thing{Code: r.Code, Name: r.Name, At: r.At})
	}
	return out, nil
}

func printed(d label.Doc, name, format string) (web.File, error) {
	render, typ := label.PDF, "application/pdf"
	if format == "zpl" {
		render, typ = func(d label.Doc) ([]byte, error) { return label.ZPL(d, 203) }, "text/plain; charset=utf-8"
	}
	b, err := render(d)
	if err != nil {
		return web.File{}, err
	}
	return web.File{Name: name + "." + format, Type: typ, Inline: format == "pdf", Size: int64(len(b)), Write: func(w io.Writer) error {
		_, err := io.Copy(w, bytes.NewReader(b))
		return err
	}}, nil
}
