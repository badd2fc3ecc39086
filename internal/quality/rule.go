package quality

import (
	"context"
	"slices"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

// RuleRow says which goods wait for a judgement when they come in.
type RuleRow struct {
	ID       db.ID  `json:"id" sql:"r.id" db:"id" doc:"Id"`
	Item     string `json:"item" sql:"coalesce(i.code, '')" db:"item" doc:"Item"`
	Name     string `json:"name" sql:"coalesce(i.name, '')" db:"name" doc:"Name"`
	Supplier string `json:"supplier" sql:"coalesce(p.code, '')" db:"supplier" doc:"Supplier"`
	Partner  string `json:"supplier_name" sql:"coalesce(p.name, '')" db:"supplier_name" doc:"Supplier's name"`
	Family   string `json:"family" sql:"r.family" db:"family" doc:"Family"`
	Inspect  bool   `json:"inspect" sql:"r.inspect" db:"inspect" doc:"Inspect"`
	Note     string `json:"note" sql:"r.note" db:"note" doc:"Note"`
	SetMS    int64  `json:"set_ms" sql:"r.set_ms" db:"set_ms" doc:"Since"`
	SetBy    string `json:"set_by" sql:"r.set_by" db:"set_by" doc:"By"`
}

const ruleFrom = `qa_incoming_rule r LEFT JOIN v_item i ON i.id = r.item_id LEFT JOIN v_partner p ON p.id = r.supplier_id`

var ruleList = web.ListSpec[RuleRow]{From: ruleFrom, Key: "r.id", Sort: "item,supplier,family", Search: []string{"i.code", "i.name", "p.code", "p.name", "r.family"}, File: "incoming-rules"}

// SetRule makes a rule for incoming goods, or changes the one of the same goods.
type SetRule struct {
	Item     string `json:"item,omitempty" maxLength:"100" doc:"Item code; empty = any"`
	Supplier string `json:"supplier,omitempty" maxLength:"100" doc:"Partner code; empty = any"`
	Family   string `json:"family,omitempty" maxLength:"100" doc:"Item family; empty = any"`
	Inspect  bool   `json:"inspect" doc:"True: wait for a judgement. False: an exception from a wider rule"`
	Note     string `json:"note,omitempty" maxLength:"300"`
}

// RuleTold is the payload of quality.rule_set and quality.rule_removed.
type RuleTold struct {
	SetRule
	Before *bool `json:"before,omitempty"`
}

// SetRule carries out a SetRule.
func (m *Module) SetRule(ctx context.Context, tx *db.Tx, in SetRule) (RuleTold, error) {
	in.Family, in.Note = strings.TrimSpace(in.Family), strings.TrimSpace(in.Note)
	out := RuleTold{SetRule: in}
	var item, supplier db.ID
	if in.Item != "" {
		it, err := masterdata.ItemByCode(ctx, tx, in.Item)
		if err != nil {
			return out, err
		}
		item = it.ID
	}
	if in.Supplier != "" {
		p, err := masterdata.PartnerByCode(ctx, tx, in.Supplier)
		if err != nil {
			return out, err
		}
		supplier = p.ID
	}
	switch {
	case item == 0 && supplier == 0 && in.Family == "":
		return out, fault.Invalid("quality.rule_of_what", "say of which item, supplier or family")
	case item != 0 && in.Family != "":
		return out, fault.Invalid("quality.rule_item_or_family", "an item has a family already: name one of them").With("item", in.Item)
	}
	was, ok, err := db.Get[bool](ctx, tx, `SELECT inspect FROM qa_incoming_rule WHERE item_id = $1 AND supplier_id = $2 AND family = $3`, item, supplier, in.Family)
	if err != nil {
		return out, err
	}
	if ok {
		out.Before = &was
	}
	tx.Queue(`INSERT INTO qa_incoming_rule (id, item_id, supplier_id, family, inspect, note, set_ms, set_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (item_id, supplier_id, family) DO UPDATE SET inspect = excluded.inspect, note = excluded.note, set_ms = excluded.set_ms, set_by = excluded.set_by`,
		tx.ID(), item, supplier, in.Family, in.Inspect, in.Note, tx.NowMS(), actor.From(ctx).Name)
	tx.Emit(db.Event{Name: EventRuleSet, Subject: "incoming:" + in.Item + "|" + in.Supplier + "|" + in.Family, Payload: out})
	return out, nil
}

// RemoveRule takes a rule away.
type RemoveRule struct {
	ID db.ID `json:"id"`
}

// RemoveRule carries out a RemoveRule.
func (m *Module) RemoveRule(ctx context.Context, tx *db.Tx, in RemoveRule) (RuleTold, error) {
	r, ok, err := db.Get[RuleRow](ctx, tx, `SELECT r.id, coalesce(i.code, '') AS item, coalesce(i.name, '') AS name, coalesce(p.code, '') AS supplier, coalesce(p.name, '') AS supplier_name, r.family, r.inspect, r.note, r.set_ms, r.set_by
		FROM `+ruleFrom+` WHERE r.id = $1`, in.ID)
	if err != nil {
		return RuleTold{}, err
	}
	if !ok {
		return RuleTold{}, fault.NotFound("quality.rule_unknown", "there is no such rule")
	}
	tx.Queue(`DELETE FROM qa_incoming_rule WHERE id = $1`, in.ID)
	out := RuleTold{SetRule{r.Item, r.Supplier, r.Family, r.Inspect, r.Note}, &r.Inspect}
	tx.Emit(db.Event{Name: EventRuleRemoved, Subject: "incoming:" + r.Item + "|" + r.Supplier + "|" + r.Family, Payload: out})
	return out, nil
}

// MustInspect says whether goods of the item from the supplier wait for a judgement; see Inspects.
func (m *Module) MustInspect(ctx context.Context, q db.Querier, item masterdata.Item, supplier db.ID) (bool, error) {
	all, err := m.Inspects(ctx, q, supplier, map[db.ID]masterdata.Item{item.ID: item})
	return all[item.ID], err
}

// Inspects says which goods of a supplier wait for a judgement when they come in. The most exact rule decides: of the
// item before the family's, of the supplier too before of the goods alone.
func (m *Module) Inspects(ctx context.Context, q db.Querier, supplier db.ID, items map[db.ID]masterdata.Item) (map[db.ID]bool, error) {
	type rule struct {
		Item     db.ID  `db:"item_id"`
		Supplier db.ID  `db:"supplier_id"`
		Family   string `db:"family"`
		Inspect  bool   `db:"inspect"`
	}
	ids := []db.ID{0}
	for id := range items {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var w db.Where
	db.In(&w, "item_id", ids)
	w.And("(supplier_id = ? OR supplier_id = 0)", supplier)
	rules, err := db.All[rule](ctx, q, `SELECT item_id, supplier_id, family, inspect FROM qa_incoming_rule`+w.String()+`
		ORDER BY CASE WHEN item_id <> 0 THEN 4 ELSE 0 END + CASE WHEN supplier_id <> 0 THEN 2 ELSE 0 END + CASE WHEN family <> '' THEN 1 ELSE 0 END`, w.Args...)
	out := map[db.ID]bool{}
	for _, r := range rules { // the more exact one after the others
		for id, it := range items {
			if (r.Item == 0 || r.Item == id) && (r.Family == "" || r.Family == it.Family) {
				out[id] = r.Inspect
			}
		}
	}
	return out, err
}

func (m *Module) ruleRoutes(a *web.API) {
	web.List(a, web.Op{Path: "/quality/incoming-rules", ID: "listIncomingRules", Summary: "Which goods wait for a judgement when they come in", Perm: "quality.read"}, ruleList)
	web.Command(a, web.Op{Path: "/quality/incoming-rules", ID: "setIncomingRule", Summary: "Have goods of an item, a supplier or a family judged when they come in, or not", Perm: "quality.rules"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body SetRule }) (RuleTold, error) {
			return m.SetRule(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/quality/incoming-rules/remove", ID: "removeIncomingRule", Summary: "Take a rule for incoming goods away", Perm: "quality.rules"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body RemoveRule }) (RuleTold, error) {
			return m.RemoveRule(ctx, tx, in.Body)
		})
}

// BlockHeld is plugged into inventory.MayRelease: goods that wait for a judgement are not released past it.
func (m *Module) BlockHeld(ctx context.Context, q db.Querier, lots []db.ID) error {
	if len(lots) == 0 {
		return nil
	}
	var w db.Where
	db.In(&w, "lot_id", lots)
	w.And("lot_id <> 0 AND kind IN ('incoming', 'return') AND status = 'open'")
	number, ok, err := db.Get[string](ctx, q, `SELECT number FROM qa_inspection`+w.String()+` ORDER BY number LIMIT 1`, w.Args...)
	if err == nil && ok {
		err = fault.Conflict("quality.judge_first", "these goods wait for inspection %s; judge it, that releases what passes", number).With("number", number)
	}
	return err
}
