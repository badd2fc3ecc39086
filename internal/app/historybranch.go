package app

import (
	"context"
	"time"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
	"kaiwu/internal/planning"
)

// branch opens a service depot in the south that gets its screws from the factory: one delivery has arrived, one is on
// its way, and what technicians want next month is for the plan to bring.
func (h *history) branch(ctx context.Context) error {
	const depot, store, part = "SZ1", "SZ", "P-SCREW"
	home, err := masterdata.DefaultSite(ctx, h.a.DB.Read())
	if err != nil {
		return err
	}
	p := pack.New()
	p.Site = pack.Site{Code: depot, Name: "深圳服务站", TimeZone: home.TimeZone, Currency: home.Currency}
	p.Warehouses = []pack.Warehouse{{Code: store, Name: "备件仓", Kind: "normal", InCosting: true}}
	p.Planning = []pack.Planning{{Item: part, LeadFrom: "days", SupplySite: home.Code, TransferDays: 3}}
	if _, err := h.a.Packs.Import(ctx, p, nil, nil); err != nil {
		return err
	}
	type shelf struct {
		Lot string `db:"lot"`
		At  string `db:"at"`
	}
	s, found, err := db.Get[shelf](ctx, h.a.DB.Read(), `SELECT coalesce(l.number, '') AS lot, w.code AS at FROM v_stock s JOIN v_item i ON i.id = s.item_id JOIN v_location w ON w.id = s.location_id LEFT JOIN v_lot l ON l.id = s.lot_id
		WHERE s.site_id = $1 AND i.code = $2 AND s.status = 'available' AND w.warehouse_kind = 'normal' ORDER BY s.qty DESC, w.code, l.number LIMIT 1`, home.ID, part)
	if err != nil || !found {
		return err
	}
	planner, keeper := h.as(ctx, "planner"), h.as(ctx, "warehouse")
	for n, qty := range []int64{60, 40} {
		h.later(10)
		t, ok, err := do(planner, h, func(ctx context.Context, tx *db.Tx) (inventory.SiteTransferPage, error) {
			return h.a.Inventory.PlanTransfer(ctx, tx, inventory.NewSiteTransfer{From: home.Code, To: depot, Due: h.today.AddDate(0, 0, 2).Format(time.DateOnly), Note: "维修备件", Lines: []inventory.NewTransferLine{{Item: part, Qty: num.Int(qty)}}})
		})
		if err != nil || !ok {
			return err
		}
		h.later(30)
		goods := inventory.TransferGoods{Item: part, Lot: s.Lot, Qty: num.Int(qty), Location: s.At}
		if _, ok, err = do(keeper, h, func(ctx context.Context, tx *db.Tx) (inventory.Entered, error) {
			return h.a.Inventory.Send(ctx, tx, t.Number, inventory.SendTransfer{TransferGoods: goods})
		}); err != nil || !ok {
			return err
		}
		if n > 0 {
			continue
		}
		h.later(30)
		goods.Location = store
		if _, _, err = do(keeper, h, func(ctx context.Context, tx *db.Tx) (inventory.Entered, error) {
			return h.a.Inventory.Receive(ctx, tx, t.Number, inventory.ReceiveTransfer{TransferGoods: goods})
		}); err != nil {
			return err
		}
	}
	_, _, err = do(planner, h, func(ctx context.Context, tx *db.Tx) (planning.Entered, error) {
		return h.a.Planning.Enter(ctx, tx, planning.NewDemand{Site: depot, Item: part, Due: h.today.AddDate(0, 0, 20).Format(time.DateOnly), Qty: num.Int(240), Note: "下月维修用"})
	})
	return err
}
