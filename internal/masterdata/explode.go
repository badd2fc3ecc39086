package masterdata

import (
	"context"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

// Need is the component need of an order: order quantity × qty per product ÷ (1 − scrap), rounded up.
func Need(order, qty, scrapPct num.Dec) (num.Dec, error) { return num.Gross(order, qty, scrapPct) }

// Node is a line of an exploded BOM, in the order of reading: each line is followed by the lines below it.
type Node struct {
	Level       int      `json:"level" doc:"1 = directly in the product"`
	Line        int      `json:"line"`
	Role        string   `json:"role" doc:"component, coproduct or byproduct"`
	Item        string   `json:"item"`
	Name        string   `json:"name"`
	Spec        string   `json:"spec"`
	UoM         string   `json:"uom"`
	Kind        string   `json:"kind"`
	Per         num.Dec  `json:"per" doc:"For one of the line's product, without scrap"`
	ScrapPct    num.Dec  `json:"scrap_pct"`
	Qty         num.Dec  `json:"qty" doc:"For the whole quantity asked for, scrap included"`
	Op          int      `json:"op" doc:"Routing step that uses it, 0 = none named"`
	Issue       string   `json:"issue"`
	Substitutes []string `json:"substitutes"`
	Version     string   `json:"version" doc:"Version of its own BOM, empty when it has none"`
	Below       int      `json:"below" doc:"How many lines that BOM has"`
}

// Tree is an exploded BOM.
type Tree struct {
	Product string  `json:"product"`
	Name    string  `json:"name"`
	UoM     string  `json:"uom"`
	Version string  `json:"version"`
	From    string  `json:"effective_from"`
	To      string  `json:"effective_to"`
	Date    string  `json:"date" doc:"Versions below the first are those in force on this date"`
	Qty     num.Dec `json:"qty"`
	Lines   []Node  `json:"lines"`
	Capped  bool    `json:"capped" doc:"True when there are more lines than are answered"`
}

const maxNodes = 5000

// Explode takes a product apart, level by level down to depth (0 = all), with what each level needs for qty.
// found is false when the product has no such version.
func Explode(ctx context.Context, q db.Querier, product Item, date, version string, qty num.Dec, depth int) (Tree, bool, error) {
	t := Tree{Product: product.Code, Name: product.Name, UoM: product.UoM, Date: date, Qty: qty, Lines: []Node{}}
	top, ok, err := EffectiveBOM(ctx, q, product.ID, date, version)
	if err != nil || !ok {
		return t, ok, err
	}
	t.Version, t.From, t.To = top.Version, top.From, top.To
	boms, items := map[db.ID]BOM{product.ID: top}, map[db.ID]Item{product.ID: product}
	// one pair of queries a level, whatever its width
	for level := []db.ID{product.ID}; len(level) > 0; {
		var refs, next []db.ID
		for _, id := range level {
			for _, l := range boms[id].Lines {
				for _, ref := range append([]db.ID{l.ItemID}, l.Substitutes...) {
					if _, known := items[ref]; !known {
						items[ref] = Item{}
						refs = append(refs, ref)
					}
				}
				if _, known := boms[l.ItemID]; !known && l.Role == "component" {
					boms[l.ItemID] = BOM{}
					next = append(next, l.ItemID)
				}
			}
		}
		found, err := Items(ctx, q, refs)
		if err != nil {
			return t, true, err
		}
		for id, it := range found {
			items[id] = it
		}
		below, err := EffectiveBOMs(ctx, q, next, date)
		if err != nil {
			return t, true, err
		}
		for id, b := range below {
			boms[id] = b
		}
		level = next
	}
	e := &exploder{t: &t, boms: boms, items: items, depth: depth}
	return t, true, e.add(product.ID, qty, 1)
}

type exploder struct {
	t     *Tree
	boms  map[db.ID]BOM
	items map[db.ID]Item
	depth int
}

func (e *exploder) add(product db.ID, qty num.Dec, level int) error {
	for _, l := range e.boms[product].Lines {
		if len(e.t.Lines) == maxNodes {
			e.t.Capped = true
			return nil
		}
		it, scrap := e.items[l.ItemID], l.ScrapPct
		if l.Role != "component" {
			scrap = 0
		}
		need, err := Need(qty, l.Qty, scrap)
		if err != nil {
			return err
		}
		n := Node{Level: level, Line: l.Line, Role: l.Role, Item: it.Code, Name: it.Name, Spec: it.Spec, UoM: it.UoM, Kind: it.Kind, Per: l.Qty, ScrapPct: l.ScrapPct,
			Qty: need, Op: l.Op, Issue: l.Issue, Substitutes: []string{}}
		for _, s := range l.Substitutes {
			n.Substitutes = append(n.Substitutes, e.items[s].Code)
		}
		own := l.Role == "component"
		if own {
			n.Version, n.Below = e.boms[l.ItemID].Version, len(e.boms[l.ItemID].Lines)
		}
		e.t.Lines = append(e.t.Lines, n)
		// a loop cannot come in; the level is the tripwire
		if own && level < 100 && (e.depth == 0 || level < e.depth) {
			if err := e.add(l.ItemID, need, level+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// Use is a place where an item is used.
type Use struct {
	Level   int     `json:"level" doc:"1 = directly"`
	Item    string  `json:"item" doc:"What is made of it"`
	Name    string  `json:"name"`
	Version string  `json:"version"`
	From    string  `json:"effective_from"`
	To      string  `json:"effective_to"`
	Today   bool    `json:"today" doc:"In force on the date"`
	Line    int     `json:"line"`
	As      string  `json:"as" doc:"component, coproduct, byproduct or substitute"`
	Of      string  `json:"of" doc:"The item on the line"`
	Per     num.Dec `json:"per" doc:"For one of the product"`
	UoM     string  `json:"uom"`
}

// WhereUsed finds everything an item goes into, up to the finished products.
func WhereUsed(ctx context.Context, q db.Querier, item Item, date string) ([]Use, bool, error) {
	out, capped := []Use{}, false
	seenBefore := map[db.ID]bool{item.ID: true}
	for level, ids := 1, []db.ID{item.ID}; len(ids) > 0 && level <= 100 && !capped; level++ {
		var next []db.ID
		take := func(r *useLine) {
			if len(out) == maxNodes {
				capped = true
				return
			}
			out = append(out, Use{Level: level, Item: r.Product, Name: r.Name, Version: r.Version, From: r.From, To: r.To, Today: r.From <= date && date <= r.To, Line: r.Line,
				As: r.Role, Of: r.Of, Per: r.Qty, UoM: r.UoM})
			if !seenBefore[r.ProductID] && r.Role != "coproduct" && r.Role != "byproduct" {
				seenBefore[r.ProductID] = true
				next = append(next, r.ProductID)
			}
		}
		if err := inChunks(ids, func(part []db.ID) error {
			w := ask(ctx, "l")
			db.In(w, "l.item_id", part)
			return useLines(ctx, q, w, take)
		}); err != nil {
			return nil, false, err
		}
		if level == 1 {
			w := ask(ctx, "l")
			w.And("l.substitutes <> ''")
			w.And("';' || l.substitutes || ';' LIKE ?", "%;"+item.ID.String()+";%")
			if err := useLines(ctx, q, w, func(r *useLine) { r.Role = "substitute"; take(r) }); err != nil {
				return nil, false, err
			}
		}
		ids = next
	}
	return out, capped, nil
}

type useLine struct {
	ProductID db.ID   `db:"product_id"`
	Product   string  `db:"product"`
	Name      string  `db:"name"`
	UoM       string  `db:"uom"`
	Version   string  `db:"version"`
	From      string  `db:"effective_from"`
	To        string  `db:"effective_to"`
	Line      int     `db:"line"`
	Role      string  `db:"role"`
	Of        string  `db:"of_item"`
	Qty       num.Dec `db:"qty"`
}

func useLines(ctx context.Context, q db.Querier, w *db.Where, fn func(*useLine)) error {
	return db.Each(ctx, q, `SELECT p.id AS product_id, p.code AS product, p.name, i.uom, b.version, b.effective_from, b.effective_to, l.line, l.role, i.code AS of_item, l.qty
		FROM md_bom_line l JOIN md_bom b ON b.id = l.bom_id JOIN md_item p ON p.id = b.item_id JOIN md_item i ON i.id = l.item_id`+w.String()+` ORDER BY p.code, b.version, l.line`,
		w.Args, func(r *useLine) error { fn(r); return nil })
}
