package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/production"
	"kaiwu/internal/quality"
	"kaiwu/internal/sales"
)

// toll is a supermarket that has its own shells coated: the product, its order, and the shells that it brings. The days
// that follow make and ship it as any other order.
func (h *history) toll(ctx context.Context) error {
	const shell, product, customer = "C-SHELL-W", "T-SHELL-W", "C06"
	item := func(code, name, kind string) (bool, error) {
		tracking, uom, decimals := "lot", "pcs", 0
		_, ok, err := do(h.as(ctx, "planner"), h, func(ctx context.Context, tx *db.Tx) (masterdata.ItemDetail, error) {
			return h.a.Masterdata.CreateItem(ctx, tx, masterdata.NewItem{Code: code, ItemValues: masterdata.ItemValues{Name: &name, Kind: &kind, Tracking: &tracking, UoM: &uom, Decimals: &decimals}})
		})
		return ok, err
	}
	for _, x := range [][3]string{{shell, "沃达商超 来料外壳（未喷涂）", "customer"}, {product, "沃达商超 代工喷粉外壳", "make"}} {
		if ok, err := item(x[0], x[1], x[2]); err != nil || !ok {
			return err
		}
	}
	planner := h.as(ctx, "planner")
	if _, ok, err := do(planner, h, func(ctx context.Context, tx *db.Tx) (masterdata.BOMPage, error) {
		return h.a.Masterdata.CreateBOM(ctx, tx, product, masterdata.NewBOM{Version: "1", Lines: []masterdata.BOMLineValues{{Item: shell, Qty: num.One, Op: 10}, {Item: "R-PAINT", Qty: num.MustParse("0.05"), Op: 10, Issue: "backflush"}}})
	}); err != nil || !ok {
		return err
	}
	if _, ok, err := do(planner, h, func(ctx context.Context, tx *db.Tx) (masterdata.RoutingEdit, error) {
		return h.a.Masterdata.CreateRouting(ctx, tx, product, masterdata.NewRouting{Version: "1", Ops: []masterdata.OpValues{{Op: 10, Name: "喷粉", WorkCenter: "PAINT", SetupMin: num.Int(20), RunMin: num.MustParse("0.8"), Inspection: "final"}}})
	}); err != nil || !ok {
		return err
	}
	h.later(10)
	price := num.MustParse("6.8")
	if _, _, err := do(h.as(ctx, "sales"), h, func(ctx context.Context, tx *db.Tx) (sales.Created, error) {
		return h.a.Sales.Create(ctx, tx, sales.NewOrder{Customer: customer, Channel: "b2b", Note: "来料加工，余料退回", Lines: []sales.NewLine{{Item: product, Qty: num.Int(120), Due: h.now.AddDate(0, 0, 6).Format(time.DateOnly), Kind: "toll", UnitPrice: &price}}})
	}); err != nil {
		return err
	}
	h.later(10)
	_, _, err := do(h.as(ctx, "warehouse"), h, func(ctx context.Context, tx *db.Tx) (sales.Supplied, error) {
		return h.a.Sales.Supply(ctx, tx, sales.Supply{Kind: "receive", Customer: customer, Ref: "WD-0417", Note: "随车两托", Lines: []sales.SupplyLine{{Code: shell, Qty: num.Int(130), SupplierLot: "WD2603"}}})
	})
	return err
}

// change is what engineering proposes: fewer screws, approved for a day to come, and a longer lead time that still waits
// for the boss.
func (h *history) change(ctx context.Context) error {
	const product, part = "FG-CM1", "P-SCREW"
	planner := h.as(ctx, "planner")
	bom, err := h.a.Masterdata.BOMVersion(ctx, h.a.DB.Read(), product, "1", h.today.Format(time.DateOnly))
	if err != nil {
		return err
	}
	var lines []masterdata.BOMLineValues
	for _, l := range bom.Lines {
		v := masterdata.BOMLineValues{Item: l.Item, Qty: l.Qty, Role: l.Role, ScrapPct: l.ScrapPct, Op: l.Op, Issue: l.Issue, Substitutes: l.Substitutes}
		if l.Item == part && l.Qty > num.Int(2) {
			v.Qty -= num.Int(2)
		}
		lines = append(lines, v)
	}
	ask := func(v masterdata.ChangeValues) (masterdata.ChangePage, bool, error) {
		h.later(10)
		c, ok, err := do(planner, h, func(ctx context.Context, tx *db.Tx) (masterdata.ChangePage, error) {
			return h.a.Masterdata.CreateChange(ctx, tx, masterdata.NewChange{ChangeValues: v})
		})
		if err != nil || !ok {
			return c, ok, err
		}
		h.later(10)
		return do(planner, h, func(ctx context.Context, tx *db.Tx) (masterdata.ChangePage, error) {
			return h.a.Masterdata.AskChange(ctx, tx, c.Number, masterdata.ChangeAct{Rev: c.Rev})
		})
	}
	c, ok, err := ask(masterdata.ChangeValues{Title: "咖啡机壳体改卡扣，少用两颗螺钉", Reason: "装配工时过长，卡扣已通过跌落试验", Effect: "date", Date: h.today.AddDate(0, 0, 10).Format(time.DateOnly), Parts: []masterdata.ChangePart{{Kind: "bom", Item: product, Lines: lines}}})
	if err != nil || !ok {
		return err
	}
	h.later(40)
	if _, _, err := do(h.as(ctx, "boss"), h, func(ctx context.Context, tx *db.Tx) (masterdata.ChangePage, error) {
		return h.a.Masterdata.ApproveChange(ctx, tx, c.Number, masterdata.ChangeAct{Rev: c.Rev, Note: "同意，先用完在制"})
	}); err != nil {
		return err
	}
	lead := 7
	_, _, err = ask(masterdata.ChangeValues{Title: "螺钉提前期改为 7 天", Reason: "供应商搬厂，近三批都晚到两天", Effect: "immediate", Parts: []masterdata.ChangePart{{Kind: "item", Item: part, Values: &masterdata.ItemValues{LeadDays: &lead}}}})
	return err
}

// back is what customers were not content with: a machine that leaks comes back with its neighbour, is judged, one goes
// to rework and one to stock; a dented box is only told so far.
func (h *history) back(ctx context.Context) error {
	var ship sales.Shipped
	var line sales.ShippedLot
	other := ""
	for _, s := range h.sent {
		i := slices.IndexFunc(s.Lines, func(l sales.ShippedLot) bool {
			return len(l.Serials) > 1 && !slices.ContainsFunc(l.Serials, func(n string) bool { return strings.Contains(n, "..") })
		})
		if i >= 0 && ship.Number == "" {
			ship, line = s, s.Lines[i]
		} else if len(s.Lines) > 0 {
			other = s.Number
		}
	}
	if other != "" {
		if _, _, err := do(h.as(ctx, "quality"), h, func(ctx context.Context, tx *db.Tx) (sales.Complaint, error) {
			return h.a.Sales.Complain(ctx, tx, sales.Complain{Shipment: other, Symptom: "外箱压坏一角，机器外观未见异常", Severity: "minor", Contact: "收货组 刘工"})
		}); err != nil {
			return err
		}
	}
	if ship.Number == "" {
		return nil
	}
	h.later(20)
	qa := h.as(ctx, "quality")
	c, ok, err := do(qa, h, func(ctx context.Context, tx *db.Tx) (sales.Complaint, error) {
		return h.a.Sales.Complain(ctx, tx, sales.Complain{Code: line.Serials[0], Shipment: ship.Number, Symptom: "使用第二天底部渗水", Contact: "客服 王敏"})
	})
	if err != nil || !ok {
		return err
	}
	h.later(30)
	if _, ok, err := do(qa, h, func(ctx context.Context, tx *db.Tx) (sales.Complaint, error) {
		return h.a.Sales.SetCause(ctx, tx, c.Number, sales.Cause{Cause: "process", Text: "总装时密封圈未压到位"})
	}); err != nil || !ok {
		return err
	}
	r, ok, err := do(qa, h, func(ctx context.Context, tx *db.Tx) (sales.Return, error) {
		return h.a.Sales.CreateReturn(ctx, tx, sales.NewReturn{Complaint: c.Number, Shipment: ship.Number, Reason: "渗水，同箱一台一并退回检查", Wish: "replace", Lines: []sales.NewReturnLine{{Line: line.Line, Serials: line.Serials[:2]}}})
	})
	if err != nil || !ok {
		return err
	}
	h.later(60)
	if r, ok, err = do(h.as(ctx, "warehouse"), h, func(ctx context.Context, tx *db.Tx) (sales.Return, error) {
		return h.a.Sales.ReceiveReturn(ctx, tx, r.Number, sales.ReceiveReturn{Line: line.Line})
	}); err != nil || !ok {
		return err
	}
	i := slices.IndexFunc(r.Facts, func(f sales.ReturnFact) bool { return f.Act == "receive" })
	if i < 0 {
		return nil
	}
	h.later(30)
	if _, ok, err := do(qa, h, func(ctx context.Context, tx *db.Tx) (quality.Judged, error) {
		return h.a.Quality.Judge(ctx, tx, quality.Judge{Inspection: r.Facts[i].Document, Passed: num.One, Failed: num.One, Reason: "渗水", FailedSerials: line.Serials[:1]})
	}); err != nil || !ok {
		return err
	}
	for _, d := range []sales.Dispose{
		{Line: line.Line, Act: "stock", Serials: line.Serials[1:2], Reason: "复检合格"},
		{Line: line.Line, Act: "rework", Serials: line.Serials[:1], Reason: "更换密封圈", Parts: []production.ReworkPart{{Item: "P-SEAL", Qty: num.One}}, Ops: []production.ReworkOp{{Name: "换密封圈并保压", WorkCenter: "LINE", Minutes: num.Int(12)}}},
	} {
		h.later(10)
		if _, _, err := do(qa, h, func(ctx context.Context, tx *db.Tx) (sales.Return, error) {
			return h.a.Sales.Dispose(ctx, tx, r.Number, d)
		}); err != nil {
			return err
		}
	}
	return nil
}
