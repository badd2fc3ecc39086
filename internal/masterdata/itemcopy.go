package masterdata

import (
	"context"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// CopyItem makes a new item like another.
type CopyItem struct {
	Code    string  `json:"code" minLength:"1" maxLength:"100" doc:"Code of the new item"`
	Name    *string `json:"name,omitempty" maxLength:"200" doc:"Its name, default the other's"`
	BOM     bool    `json:"bom,omitempty" doc:"Copy the BOM that is in force today, as version 1"`
	Routing bool    `json:"routing,omitempty" doc:"Copy the routing that is in force today, as version 1"`
}

// DuplicateItem copies an item: its values at every site, its units and picture, not its bar codes, which must lead to
// one item; its BOM and routing on wish.
func (m *Module) DuplicateItem(ctx context.Context, tx *db.Tx, code string, in CopyItem) (ItemDetail, error) {
	site, err := DefaultSite(ctx, tx)
	if err != nil {
		return ItemDetail{}, err
	}
	from, err := m.pair(ctx, tx, code, site.ID)
	if err != nil {
		return ItemDetail{}, err
	}
	like, err := ItemByCode(ctx, tx, code)
	if err != nil {
		return ItemDetail{}, err
	}
	p := itemPair{item: from.item, site: defaultSite(0, site.ID)}
	p.item.stamp, p.item.Code, p.item.GTIN, p.item.Barcode, p.item.Active = stamp{ID: tx.ID(), Rev: 1}, strings.TrimSpace(in.Code), "", "", true
	p.item.CreatedMS, p.item.UpdatedMS = tx.NowMS(), tx.NowMS()
	e := &editor{ctx: ctx, tx: tx, p: &p}
	if err := e.newCode(p.item.Code); err != nil {
		return ItemDetail{}, err
	}
	e.text("name", &p.item.Name, in.Name)
	if err := e.refuse(); err != nil {
		return ItemDetail{}, err
	}
	if err := db.Insert(ctx, tx, "md_item", p.item); err != nil {
		return ItemDetail{}, err
	}
	sites, err := db.All[itemSiteRow](ctx, tx, `SELECT t.* FROM md_item_site t WHERE `+seen("t")+` AND t.item_id = $2 ORDER BY t.id`, batchOf(ctx), from.item.ID)
	if err != nil {
		return ItemDetail{}, err
	}
	for i := range sites {
		s := &sites[i]
		s.stamp, s.Item = stamp{ID: tx.ID(), Rev: 1}, p.item.ID
		if s.Ord, err = nextOrd(ctx, tx, s.Site); err != nil {
			return ItemDetail{}, err
		}
	}
	if err := db.Insert(ctx, tx, "md_item_site", sites...); err != nil {
		return ItemDetail{}, err
	}
	units, err := db.All[uomRow](ctx, tx, `SELECT t.* FROM md_uom t WHERE `+seen("t")+` AND t.item_id = $2 ORDER BY t.ord, t.id`, batchOf(ctx), from.item.ID)
	if err != nil {
		return ItemDetail{}, err
	}
	if len(units) > 0 {
		ords, err := places(ctx, tx, "md_uom", nil, len(units))
		if err != nil {
			return ItemDetail{}, err
		}
		for i := range units {
			units[i].stamp, units[i].Item, units[i].Ord = stamp{ID: tx.ID(), Rev: 1}, p.item.ID, ords[i]
		}
		if err := db.Insert(ctx, tx, "md_uom", units...); err != nil {
			return ItemDetail{}, err
		}
	}
	made, err := m.ItemDetail(ctx, tx, p.item.Code, site.ID, tx.Today())
	if err != nil {
		return made, err
	}
	now := made.ItemState
	now.OtherUnits = made.Units
	tx.Emit(db.Event{Name: EventItemCreated, Subject: "item:" + p.item.Code, Site: site.ID, Reason: "= " + code, Payload: ItemChanged{After: &now}})
	if err := m.copyVersions(ctx, tx, like, p.item.Code, in); err != nil {
		return made, err
	}
	return m.ItemDetail(ctx, tx, p.item.Code, site.ID, tx.Today())
}

func (m *Module) copyVersions(ctx context.Context, tx *db.Tx, like Item, code string, in CopyItem) error {
	if in.BOM {
		b, ok, err := EffectiveBOM(ctx, tx, like.ID, tx.Today(), "")
		if err == nil && !ok {
			err = fault.Conflict("masterdata.no_bom_today", "%s has no BOM in force today, so there is none to copy", like.Code).With("item", like.Code)
		}
		if err != nil {
			return err
		}
		lines, err := m.linesToCopy(ctx, tx, like, b.Version)
		if err != nil {
			return err
		}
		if _, err := m.CreateBOM(ctx, tx, code, NewBOM{Version: "1", Lines: lines, Reason: "= " + like.Code + " " + b.Version}); err != nil {
			return err
		}
	}
	if !in.Routing {
		return nil
	}
	r, ok, err := EffectiveRouting(ctx, tx, like.ID, tx.Today(), "")
	if err == nil && !ok {
		err = fault.Conflict("masterdata.no_routing_today", "%s has no routing in force today, so there is none to copy", like.Code).With("item", like.Code)
	}
	if err != nil {
		return err
	}
	from, err := m.RoutingVersion(ctx, tx, like.Code, r.Version, tx.Today())
	if err != nil {
		return err
	}
	ops := opsToCopy(from.Ops)
	for i := range ops { // here nobody typed them: the rates go along whoever copies
		ops[i].PieceRate = &from.Ops[i].PieceRate
	}
	_, err = m.CreateRouting(ctx, tx, code, NewRouting{Version: "1", Site: from.Site, Ops: ops, Reason: "= " + like.Code + " " + r.Version})
	return err
}

// ItemUse says where an item is used, "" for nowhere. Later rooms are asked through it before an item is deleted.
type ItemUse func(ctx context.Context, q db.Querier, item Item) (string, error)

// DeleteItem takes away an item that nothing has ever used, with its own BOM and routing versions; what has a history is
// made inactive instead.
func (m *Module) DeleteItem(ctx context.Context, tx *db.Tx, code string, in SwitchItem) (ItemDetail, error) {
	site, err := DefaultSite(ctx, tx)
	if err != nil {
		return ItemDetail{}, err
	}
	before, p, err := m.fresh(ctx, tx, code, site.ID, in.Rev)
	if err != nil {
		return before, err
	}
	it, err := ItemByCode(ctx, tx, code)
	if err != nil {
		return before, err
	}
	uses, _, err := WhereUsed(ctx, tx, it, tx.Today())
	if err != nil {
		return before, err
	}
	where := ""
	if len(uses) > 0 {
		where = "BOM " + uses[0].Item + " " + uses[0].Version
	}
	for _, u := range m.Uses {
		if where == "" {
			if where, err = u(ctx, tx, it); err != nil {
				return before, err
			}
		}
	}
	if where != "" {
		return before, fault.Conflict("masterdata.item_used", "item %s is used (%s); make it inactive instead", code, where).With("code", code).With("where", where)
	}
	gone := ItemDeleted{Before: &before.ItemState}
	gone.Before.OtherUnits = before.Units
	for _, v := range before.BOMs {
		b, err := m.BOMVersion(ctx, tx, code, v.Version, tx.Today())
		if err != nil {
			return before, err
		}
		gone.BOMs = append(gone.BOMs, *b.state())
	}
	for _, v := range before.Routings {
		r, err := m.RoutingVersion(ctx, tx, code, v.Version, tx.Today())
		if err != nil {
			return before, err
		}
		gone.Routings = append(gone.Routings, r.RoutingState)
	}
	for _, text := range []string{
		`DELETE FROM md_bom_line WHERE bom_id IN (SELECT id FROM md_bom WHERE item_id = $1)`, `DELETE FROM md_bom WHERE item_id = $1`,
		`DELETE FROM md_routing_op WHERE routing_id IN (SELECT id FROM md_routing WHERE item_id = $1)`, `DELETE FROM md_routing WHERE item_id = $1`,
		`DELETE FROM md_uom WHERE item_id = $1`, `DELETE FROM md_item_site WHERE item_id = $1`,
	} {
		if _, err := tx.Exec(ctx, text, p.item.ID); err != nil {
			return before, err
		}
	}
	n, err := tx.Exec(ctx, `DELETE FROM md_item WHERE id = $1 AND rev = $2`, p.item.ID, p.item.Rev)
	if err == nil && n == 0 {
		err = db.ErrRetry
	}
	tx.Emit(db.Event{Name: EventItemDeleted, Subject: "item:" + code, Site: site.ID, Reason: in.Reason, Payload: gone})
	return before, err
}
