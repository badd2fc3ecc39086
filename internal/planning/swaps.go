package planning

import (
	"strconv"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/planning/mrp"
)

type swapRow struct {
	ID        db.ID   `db:"id"`
	Run       db.ID   `db:"run_id"`
	Item      db.ID   `db:"item_id"`
	Sub       db.ID   `db:"sub_id"`
	Product   db.ID   `db:"product_id"`
	DocKind   string  `db:"doc_kind"`
	DocNumber string  `db:"doc_number"`
	N         int64   `db:"n"`
	Lot       string  `db:"lot"`
	Day       string  `db:"day"`
	Needed    num.Dec `db:"needed"`
	Own       num.Dec `db:"own"`
	Covered   num.Dec `db:"covered"`
	SubStock  num.Dec `db:"sub_stock"`
	SubNeeds  num.Dec `db:"sub_needs"`
	SubSafety num.Dec `db:"sub_safety"`
	General   bool    `db:"general"`
	Batch     db.ID   `db:"batch_id"`
}

// SwapRow says that the live plan uses one item instead of another, and how it comes to that.
type SwapRow struct {
	ID        db.ID   `json:"id" sql:"x.id" doc:"Row"`
	Site      string  `json:"site" sql:"(SELECT s.code FROM v_site s WHERE s.id = r.site_id)" doc:"Site"`
	Product   string  `json:"product" sql:"p.code" doc:"Product"`
	DocKind   string  `json:"document_kind" sql:"x.doc_kind" doc:"Document kind"`
	Document  string  `json:"document" sql:"x.doc_number" doc:"Document"`
	N         int64   `json:"n" sql:"x.n" doc:"Planned order"`
	Day       string  `json:"day" sql:"x.day" doc:"Needed on"`
	Item      string  `json:"item" sql:"i.code" doc:"Item"`
	Name      string  `json:"name" sql:"i.name" doc:"Name"`
	UoM       string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Needed    num.Dec `json:"needed" sql:"x.needed" doc:"Needed"`
	Own       num.Dec `json:"own" sql:"x.own" doc:"Covered by the item itself"`
	Covered   num.Dec `json:"covered" sql:"x.covered" doc:"Covered by the substitute"`
	Planned   num.Dec `json:"planned" sql:"CAST(x.needed - x.own - (SELECT sum(y.covered) FROM mrp_swap y WHERE y.run_id = x.run_id AND y.item_id = x.item_id AND y.doc_kind = x.doc_kind AND y.doc_number = x.doc_number AND y.day = x.day) AS BIGINT)" doc:"Left to plan"`
	Sub       string  `json:"substitute" sql:"s.code" doc:"Substitute"`
	SubName   string  `json:"substitute_name" sql:"s.name" doc:"Substitute name"`
	SubUoM    string  `json:"substitute_uom" sql:"s.uom" doc:"Unit of the substitute"`
	Lot       string  `json:"lot" sql:"x.lot" doc:"Lot"`
	SubStock  num.Dec `json:"substitute_stock" sql:"x.sub_stock" doc:"Stock of the substitute"`
	SubNeeds  num.Dec `json:"substitute_needs" sql:"x.sub_needs" doc:"Its own needs take"`
	SubSafety num.Dec `json:"substitute_safety" sql:"x.sub_safety" doc:"Its safety stock"`
	General   bool    `json:"general" sql:"x.general" doc:"Approved in general"`
}

const swapFrom = `mrp_swap x JOIN mrp_run r ON r.id = x.run_id JOIN v_item i ON i.id = x.item_id JOIN v_item s ON s.id = x.sub_id JOIN v_item p ON p.id = x.product_id`

var swapTitles = map[string]fault.Text{
	"id": {Zh: "内部号", En: "Row"}, "site": {Zh: "工厂", En: "Site"}, "product": {Zh: "产品", En: "Product"}, "document_kind": {Zh: "单据类型", En: "Document kind"}, "document": {Zh: "单据", En: "Document"}, "n": {Zh: "计划订单号", En: "Planned order"},
	"day": {Zh: "需求日", En: "Needed on"}, "item": {Zh: "原物料", En: "Item"}, "name": {Zh: "名称", En: "Name"}, "uom": {Zh: "单位", En: "Unit"}, "needed": {Zh: "需求", En: "Needed"}, "own": {Zh: "原物料已覆盖", En: "Covered by the item itself"},
	"covered": {Zh: "替代料覆盖", En: "Covered by the substitute"}, "planned": {Zh: "仍需计划", En: "Left to plan"}, "substitute": {Zh: "替代料", En: "Substitute"}, "substitute_name": {Zh: "替代料名称", En: "Substitute name"},
	"substitute_uom": {Zh: "替代料单位", En: "Unit of the substitute"}, "lot": {Zh: "批次", En: "Lot"},
	"substitute_stock": {Zh: "替代料库存", En: "Stock of the substitute"}, "substitute_needs": {Zh: "其自身需求", En: "Its own needs take"}, "substitute_safety": {Zh: "其安全库存", En: "Its safety stock"}, "general": {Zh: "通用批准", En: "Approved in general"},
}

// swaps turns what stands for what into rows, with the figures behind each.
func (w *writer) swaps() {
	if len(w.plan.Swaps) == 0 {
		return
	}
	type need struct {
		item   int32
		demand mrp.Source
		day    string
	}
	type figures struct{ stock, needs num.Dec }
	needed, own := map[need]num.Dec{}, map[need]num.Dec{}
	parent := map[need]int32{}
	subs := map[int32]*figures{}
	items := map[int32]bool{}
	for k := range w.plan.Swaps {
		items[w.plan.Swaps[k].Item] = true
		subs[w.plan.Swaps[k].Sub] = nil
	}
	for i := range items {
		for g := range w.plan.Pegs(i) {
			n := need{i, g.Demand, date(g.DemandDay)}
			needed[n] += g.Qty
			parent[n] = g.DemandItem
			if g.Supply.Kind != mrp.Swapped && g.Supply.Kind != mrp.Planned {
				own[n] += g.Qty
			}
		}
	}
	for i := range subs {
		f := &figures{}
		for _, k := range w.of[i].supplies {
			if s := &w.p.Supplies[k]; s.Source.Kind == mrp.Stock {
				f.stock += s.Qty
			}
		}
		for g := range w.plan.Pegs(i) {
			if g.Supply.Kind == mrp.Stock && g.Demand.Kind != mrp.Swapped {
				f.needs += g.Qty
			}
		}
		subs[i] = f
	}
	for k := range w.plan.Swaps {
		x := &w.plan.Swaps[k]
		n := need{x.Item, x.Demand, date(x.Day)}
		out, f := w.out(x.Item), subs[x.Sub]
		r := swapRow{ID: w.id(), Run: out.run.ID, Item: w.p.items[x.Item].ID, Sub: w.p.items[x.Sub].ID, Product: w.p.items[parent[n]].ID, DocKind: kindOf(x.Demand), DocNumber: w.doc(x.Demand).Number, Lot: w.p.docs[x.Lot.Ref].Number,
			Day: date(x.Day), Needed: needed[n], Own: own[n], Covered: x.Qty, SubStock: f.stock, SubNeeds: f.needs, SubSafety: w.p.Items[x.Sub].Safety}
		if x.Demand.Kind == mrp.Planned {
			r.N = int64(x.Demand.Ref) + 1
			r.DocNumber = "#" + strconv.FormatInt(r.N, 10)
		}
		r.General = x.Demand.Kind == mrp.Planned || x.Demand.Kind == mrp.Firm
		out.swaps = append(out.swaps, r)
	}
}
