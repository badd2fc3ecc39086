package app

import (
	"context"
	"regexp"
	"strings"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/label"
	"kaiwu/internal/kit/web"
)

// Resolved is what a scanned or typed code means, and at an operation what it is for there.
type Resolved struct {
	Kind  string    `json:"kind" doc:"work_order, operation, lot, serial, item, location, badge, shipment, sales_order, machine, tool, work_center, container, several, unknown or another kind of document"`
	Code  string    `json:"code" doc:"The code without what a scanner added; one of our labels where there is one"`
	Title string    `json:"title" doc:"Number or code of the thing"`
	Sub   string    `json:"sub"`
	Op    int64     `json:"op,omitempty"`
	At    string    `json:"at,omitempty" doc:"Work center of a machine"`
	Hits  []web.Hit `json:"hits" doc:"What it may be, when it is not one thing"`
	Use   string    `json:"use" enum:"open,issue,machine,join,tool,wrong_machine,wrong_tool,none" doc:"At an operation: what the code is for there; else open"`
	Looks string    `json:"looks,omitempty" enum:"label,gtin,link,badge,number,text" doc:"Of an unknown code: what it looks like"`
}

var (
	digits = regexp.MustCompile(`^\d+$`)
	gtin   = regexp.MustCompile(`^(\(01\)|01)?\d{8}(\d{4,6})?$`)
)

// looks says what an unknown code resembles, so that a person knows what to do about it.
func looks(text string) string {
	switch {
	case strings.HasPrefix(strings.ToUpper(text), "KW:"):
		return "label"
	case strings.Contains(text, "://"):
		return "link"
	case len(text) >= 8 && gtin.MatchString(text):
		return "gtin"
	case digits.MatchString(text) && len(text) <= 6:
		return "badge"
	case strings.ContainsAny(text, "0123456789"):
		return "number"
	}
	return "text"
}

// Resolve finds out what any code of the floor means. order and op name the operation at which it was scanned.
func (a *App) Resolve(ctx context.Context, q db.Querier, text, order string, op int64) (Resolved, error) {
	text = strings.TrimSpace(text)
	out := Resolved{Kind: "unknown", Code: text, Use: "none", Hits: []web.Hit{}}
	c, ok := label.ParseCode(text)
	if !ok {
		out.Looks = looks(text)
		return out, nil
	}
	out.Code = c.String()
	for _, find := range []func(context.Context, db.Querier, label.Code, *Resolved) (bool, error){a.resolveMachine, a.resolveBadge, a.resolveGoods, a.resolveRest} {
		found, err := find(ctx, q, c, &out)
		if err != nil {
			return out, err
		}
		if !found {
			continue
		}
		out.Use = "open"
		if order != "" {
			return out, a.useAt(ctx, q, &out, order, op)
		}
		return out, nil
	}
	out.Looks = looks(text)
	return out, nil
}

// may says whether the actor may read a room that the company uses.
func (a *App) may(ctx context.Context, room string) bool {
	return actor.From(ctx).Can(room+".read") && a.Identity.ModuleOn(ctx, room)
}

type codeName struct {
	Code string `db:"code"`
	Name string `db:"name"`
	At   string `db:"at"`
}

func (a *App) resolveMachine(ctx context.Context, q db.Querier, c label.Code, out *Resolved) (bool, error) {
	if !a.may(ctx, "masterdata") {
		return false, nil
	}
	if c.Kind == label.Machine || c.Kind == label.Bare {
		m, ok, err := db.Get[codeName](ctx, q, `SELECT m.code, m.name, coalesce(w.code, '') AS at FROM v_machine m LEFT JOIN v_work_center w ON w.id = m.work_center_id WHERE m.code = $1 AND m.active ORDER BY m.id`, c.Number)
		if err != nil || ok {
			out.Kind, out.Title, out.Sub, out.At = "machine", m.Code, m.Name, m.At
			if ok {
				out.Code = label.Code{Kind: label.Machine, Number: m.Code}.String()
			} else {
				out.Kind = "unknown"
			}
			return ok, err
		}
	}
	if c.Kind == label.Tool || c.Kind == label.Bare {
		tool, ok, err := db.Get[string](ctx, q, `SELECT code AS tool FROM v_tool WHERE code = $1 AND active UNION SELECT tool FROM v_routing_op WHERE tool = $1 AND tool <> '' LIMIT 1`, c.Number)
		if err != nil || !ok {
			return false, err
		}
		out.Kind, out.Title, out.Code = "tool", tool, label.Code{Kind: label.Tool, Number: tool}.String()
		return true, nil
	}
	return false, nil
}

func (a *App) resolveBadge(ctx context.Context, q db.Querier, c label.Code, out *Resolved) (bool, error) {
	if c.Kind != label.Badge && c.Kind != label.Bare || !a.may(ctx, "masterdata") {
		return false, nil
	}
	w, ok, err := db.Get[codeName](ctx, q, `SELECT code, name, badge AS at FROM v_worker WHERE badge = $1 AND badge <> '' AND active ORDER BY id`, c.Number)
	if err != nil || !ok {
		return false, err
	}
	out.Kind, out.Title, out.Sub, out.Code = "badge", w.Code, w.Name, label.Code{Kind: label.Badge, Number: w.At}.String()
	return true, nil
}

// resolveGoods reads our own labels of lots, pieces, items and places, and bar codes of suppliers.
func (a *App) resolveGoods(ctx context.Context, q db.Querier, c label.Code, out *Resolved) (bool, error) {
	if !a.may(ctx, "inventory") {
		return false, nil
	}
	switch c.Kind {
	case label.ItemLot, label.Serial, label.Item:
	case label.Location:
		at, ok, err := db.Get[codeName](ctx, q, `SELECT code, warehouse AS name, place AS at FROM v_location WHERE code = $1 ORDER BY id`, c.Number)
		if ok {
			out.Kind, out.Title, out.Sub = "location", at.Code, at.Name
		}
		return ok, err
	case label.Bare:
		if len(c.Number) < 8 || !gtin.MatchString(c.Number) { // a document's number is looked for first
			return false, nil
		}
	default:
		return false, nil
	}
	g, err := inventory.Scan(ctx, q, c.String())
	if err != nil {
		if _, refused := fault.As(err); refused {
			err = nil
		}
		return false, err
	}
	goods(out, g)
	return true, nil
}

func goods(out *Resolved, g inventory.Goods) {
	switch {
	case g.Serial != "":
		out.Kind, out.Title, out.Code = "serial", g.Serial, label.Code{Kind: label.Serial, Item: g.Item.Code, Number: g.Serial}.String()
	case g.Lot != "":
		out.Kind, out.Title, out.Code = "lot", g.Lot, label.Code{Kind: label.ItemLot, Item: g.Item.Code, Number: g.Lot}.String()
	default:
		out.Kind, out.Title, out.Code = "item", g.Item.Code, label.Code{Kind: label.Item, Number: g.Item.Code}.String()
	}
	out.Sub = g.Item.Code + " " + g.Item.Name
}

// resolveRest asks the search: one exact number is it, several are a choice.
func (a *App) resolveRest(ctx context.Context, q db.Querier, c label.Code, out *Resolved) (bool, error) {
	number, op := c.Number, int64(c.Op)
	if n, o, two := strings.Cut(number, "/"); c.Kind == label.Bare && two && digits.MatchString(o) && len(o) <= 5 { // as it stands in plain letters on a traveler
		number = n
		for _, r := range o {
			op = op*10 + int64(r-'0')
		}
	}
	hits, err := a.Search(ctx, q, number)
	if err != nil {
		return false, err
	}
	want := map[label.Kind]string{label.WorkOrder: "work_order", label.WorkOrderOp: "work_order", label.Shipment: "shipment", label.SalesOrder: "sales_order", label.Container: "container"}[c.Kind]
	var exact []web.Hit
	for _, h := range hits {
		if strings.EqualFold(h.Title, number) && (want == "" || h.Kind == want) {
			exact = append(exact, h)
		}
	}
	if len(exact) == 0 && want != "" { // a label of ours whose document is not there
		return false, nil
	}
	if len(exact) == 0 && c.Kind == label.Bare && a.may(ctx, "inventory") {
		if g, err := inventory.Scan(ctx, q, c.String()); err == nil {
			goods(out, g)
			return true, nil
		} else if _, refused := fault.As(err); !refused {
			return false, err
		}
	}
	switch {
	case len(exact) == 1:
		hits = exact
	case len(exact) > 1:
		hits = exact
		fallthrough
	case len(hits) != 1:
		if out.Hits = hits; len(hits) == 0 {
			return false, nil
		}
		out.Kind = "several"
		return true, nil
	}
	h := hits[0]
	out.Kind, out.Title, out.Sub, out.Hits = h.Kind, h.Title, h.Sub, hits[:1]
	if (h.Kind == "item" || h.Kind == "lot" || h.Kind == "serial") && a.may(ctx, "inventory") { // by its whole label, so that it can be issued
		if g, err := inventory.Scan(ctx, q, h.Title); err == nil {
			goods(out, g)
		} else if _, refused := fault.As(err); !refused {
			return false, err
		}
	}
	if h.Kind == "work_order" {
		out.Code = label.Code{Kind: label.WorkOrder, Number: h.Title}.String()
		if op > 0 {
			out.Kind, out.Op, out.Code = "operation", op, label.Code{Kind: label.WorkOrderOp, Number: h.Title, Op: int(op)}.String()
		}
	}
	return true, nil
}

// useAt says what a code is for at an operation: material is issued, a machine is set, a badge joins.
func (a *App) useAt(ctx context.Context, q db.Querier, out *Resolved, order string, op int64) error {
	type at struct {
		Center string `db:"work_center"`
		Tool   string `db:"tool"`
	}
	o, ok, err := db.Get[at](ctx, q, `SELECT coalesce(c.code, '') AS work_center, p.tool FROM v_wo_op p LEFT JOIN v_work_center c ON c.id = p.work_center_id WHERE p.order_number = $1 AND p.op = $2`, order, op)
	if err != nil || !ok {
		return err
	}
	switch out.Kind {
	case "lot", "serial", "item":
		out.Use = "issue"
	case "badge":
		out.Use = "join"
	case "machine":
		if out.Use = "machine"; out.At != "" && out.At != o.Center {
			out.Use = "wrong_machine"
		}
	case "tool":
		if out.Use = "tool"; !strings.EqualFold(o.Tool, out.Title) {
			out.Use = "wrong_tool"
		}
	}
	return nil
}
