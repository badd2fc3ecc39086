package inventory

import (
	"context"
	"fmt"
	"slices"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/masterdata"
)

// What a customer supplies is his: an item that he owns has one owner, so that no plan, kit, promise or first-in-
// first-out ever gives it to somebody else's order. Its balances and moves carry the owner, and have no cost.

// OwnedTold is the payload of inventory.item_owned.
type OwnedTold struct {
	Item    string `json:"item"`
	OwnerID db.ID  `json:"owner_id"`
	Owner   string `json:"owner"`
}

// HouseTold is the payload of inventory.owner_house.
type HouseTold struct {
	Warehouse string `json:"warehouse"`
	OwnerID   db.ID  `json:"owner_id"`
	Owner     string `json:"owner"`
}

// Owners says which customers own which of the items; what nobody owns is missing.
func Owners(ctx context.Context, q db.Querier, items []db.ID) (map[db.ID]db.ID, error) {
	type row struct {
		Item  db.ID `db:"item_id"`
		Owner db.ID `db:"owner_id"`
	}
	out := map[db.ID]db.ID{}
	for part := range slices.Chunk(items, 500) {
		var w db.Where
		db.In(&w, "item_id", part)
		if err := db.Each(ctx, q, `SELECT item_id, owner_id FROM inv_owned_item`+w.String(), w.Args, func(r *row) error { out[r.Item] = r.Owner; return nil }); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Own says that a customer supplies an item. It stays his: another customer's material needs an item of its own.
func (m *Module) Own(ctx context.Context, tx *db.Tx, item masterdata.Item, owner masterdata.Partner) error {
	if item.Kind != "customer" {
		return fault.Invalid("inventory.not_supplied", "%s is not customer-supplied; change its kind, or receive it as a purchase", item.Code).With("item", item.Code).With("name", item.Name)
	}
	n, err := tx.Exec(ctx, `INSERT INTO inv_owned_item (item_id, owner_id, since_ms, actor) VALUES ($1, $2, $3, $4) ON CONFLICT (item_id) DO NOTHING`, item.ID, owner.ID, tx.NowMS(), actor.From(ctx).Name)
	if err != nil {
		return err
	}
	if n == 1 {
		tx.Emit(db.Event{Name: EventItemOwned, Subject: "item:" + item.Code, Partner: owner.ID, Payload: OwnedTold{item.Code, owner.ID, owner.Code}})
		return nil
	}
	was, err := Owners(ctx, tx, []db.ID{item.ID})
	if err != nil || was[item.ID] == owner.ID {
		return err
	}
	return othersItem(ctx, tx, item, was[item.ID], owner.Name)
}

func othersItem(ctx context.Context, q db.Querier, item masterdata.Item, owner db.ID, other string) error {
	p, _, err := db.Get[string](ctx, q, `SELECT name FROM v_partner WHERE id = $1`, owner)
	if err != nil {
		return err
	}
	return fault.Conflict("inventory.others_item", "%s is supplied by %s; give the material of %s an item of its own", item.Code, p, other).
		With("item", item.Code).With("name", item.Name).With("owner", p).With("other", other)
}

// House is the virtual warehouse of a customer.
type House struct {
	ID        db.ID  `db:"id"`
	Warehouse string `db:"code"`
}

// HouseOf finds the warehouse that keeps what a customer owns at a site.
func HouseOf(ctx context.Context, q db.Querier, site, owner db.ID) (House, bool, error) {
	return db.Get[House](ctx, q, `SELECT w.id, w.code FROM inv_owner_house h JOIN v_warehouse w ON w.id = h.warehouse_id WHERE h.site_id = $1 AND h.owner_id = $2`, site, owner)
}

// SetHouse names the warehouse of a customer at a site.
func (m *Module) SetHouse(ctx context.Context, tx *db.Tx, site db.ID, owner masterdata.Partner, code string) (House, error) {
	h, ok, err := db.Get[House](ctx, tx, `SELECT id, code FROM v_warehouse WHERE site_id = $1 AND code = $2 AND kind = 'customer_owned'`, site, code)
	if err != nil {
		return h, err
	}
	if !ok {
		return h, fault.NotFound("inventory.no_house", "%s is no warehouse for what customers own", code).With("warehouse", code)
	}
	n, err := tx.Exec(ctx, `INSERT INTO inv_owner_house (warehouse_id, site_id, owner_id) VALUES ($1, $2, $3) ON CONFLICT (warehouse_id) DO NOTHING`, h.ID, site, owner.ID)
	if err == nil && n == 0 {
		err = fault.Conflict("inventory.house_taken", "warehouse %s belongs to another customer", code).With("warehouse", code)
	}
	if err == nil {
		tx.Emit(db.Event{Name: EventOwnerHouse, Subject: "warehouse:" + code, Site: site, Partner: owner.ID, Payload: HouseTold{code, owner.ID, owner.Code}})
	}
	return h, err
}

// owners marks what is put of items that customers own; nobody sells us what they supply.
func owners(ctx context.Context, q db.Querier, from Place, puts []Put, items map[db.ID]masterdata.Item) error {
	var theirs []db.ID
	for i := range puts {
		if items[puts[i].Item].Kind == "customer" {
			theirs = append(theirs, puts[i].Item)
		}
	}
	if len(theirs) == 0 {
		return nil
	}
	of, err := Owners(ctx, q, theirs)
	if err != nil {
		return err
	}
	for i := range puts {
		p := &puts[i]
		p.owner = of[p.Item]
		switch {
		case p.owner == 0:
		case from.Kind == Supplier:
			return othersItem(ctx, q, items[p.Item], p.owner, "—")
		case from.Kind == Customer && from.Ref != p.owner:
			other, _, err := db.Get[string](ctx, q, `SELECT name FROM v_partner WHERE id = $1`, from.Ref)
			if err != nil {
				return err
			}
			return othersItem(ctx, q, items[p.Item], p.owner, other)
		}
	}
	return nil
}

// onlyTheirs keeps what a customer owns from leaving to anybody else.
func onlyTheirs(ctx context.Context, q db.Querier, moves []move) error {
	for i := range moves {
		v := &moves[i]
		if v.Owner == 0 || v.Reverses != 0 || !(v.ToKind == Customer && v.ToRef != v.Owner || v.ToKind == Supplier) {
			continue
		}
		item, err := masterdata.ItemByID(ctx, q, v.Item)
		if err != nil {
			return err
		}
		other, _, err := db.Get[string](ctx, q, `SELECT name FROM v_partner WHERE id = $1`, v.ToRef)
		if err != nil {
			return err
		}
		return othersItem(ctx, q, item, v.Owner, other)
	}
	return nil
}

// mayStore keeps other goods out of the warehouse of a customer.
func mayStore(ctx context.Context, q db.Querier, l masterdata.Location, items map[db.ID]masterdata.Item) error {
	owner, ok, err := db.Get[db.ID](ctx, q, `SELECT owner_id FROM inv_owner_house WHERE warehouse_id = (SELECT warehouse_id FROM v_location WHERE id = $1)`, l.ID)
	if err != nil || !ok {
		return err
	}
	ids := make([]db.ID, 0, len(items))
	for id := range items {
		ids = append(ids, id)
	}
	of, err := Owners(ctx, q, ids)
	if err != nil {
		return err
	}
	for id, it := range items {
		if of[id] != owner {
			name, _, err := db.Get[string](ctx, q, `SELECT name FROM v_partner WHERE id = $1`, owner)
			if err != nil {
				return err
			}
			return fault.Conflict("inventory.others_house", "%s keeps only what %s owns; %s is not his", l.Code, name, it.Code).With("location", l.Code).With("owner", name).With("item", it.Code)
		}
	}
	return nil
}

// verifyOwners: what carries an owner is his item, and lies in nobody else's warehouse.
func verifyOwners(ctx context.Context, q db.Querier) error {
	type bad struct {
		Item  string `db:"code"`
		Owner db.ID  `db:"owner_id"`
	}
	b, ok, err := db.Get[bad](ctx, q, `SELECT i.code, b.owner_id FROM inv_balance b JOIN v_item i ON i.id = b.item_id LEFT JOIN inv_owned_item o ON o.item_id = b.item_id
		LEFT JOIN v_location w ON w.id = b.place_ref AND b.place_kind = 'stock' LEFT JOIN inv_owner_house h ON h.warehouse_id = w.warehouse_id
		WHERE b.qty > 0 AND (b.owner_id <> 0 AND b.owner_id <> coalesce(o.owner_id, 0) OR h.owner_id IS NOT NULL AND h.owner_id <> coalesce(o.owner_id, 0)) ORDER BY i.code LIMIT 1`)
	if err == nil && ok {
		err = fmt.Errorf("inv_balance: %s lies as the property of %s, who does not own it", b.Item, b.Owner)
	}
	return err
}
