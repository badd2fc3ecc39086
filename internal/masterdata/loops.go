package masterdata

import (
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/pack"
)

type edge struct {
	item string
	row  int // of boms.csv, 0 = was there before
}

// loops finds products that the pack's lines and those already there make of themselves. Loops of the pack alone
// were found on reading. As for low-level codes, all versions count and components only.
func (c *checker) loops() error {
	if len(c.p.BOMs) == 0 {
		return nil
	}
	type row struct {
		Product string `db:"product"`
		Version string `db:"version"`
		Item    string `db:"item"`
	}
	replaced := map[pack.Ref]bool{}
	for i := range c.p.BOMs {
		replaced[pack.Ref{Code: c.p.BOMs[i].Product, Version: c.p.BOMs[i].Version}] = true
	}
	graph, kept := map[string][]edge{}, 0
	w := ask(c.ctx, "l")
	w.And("l.role = 'component'")
	err := db.Each(c.ctx, c.q, `SELECT p.code AS product, b.version, i.code AS item FROM md_bom_line l JOIN md_bom b ON b.id = l.bom_id
		JOIN md_item p ON p.id = b.item_id JOIN md_item i ON i.id = l.item_id`+w.String(), w.Args, func(r *row) error {
		if !replaced[pack.Ref{Code: r.Product, Version: r.Version}] {
			graph[r.Product] = append(graph[r.Product], edge{item: r.Item})
			kept++
		}
		return nil
	})
	if err != nil || kept == 0 {
		return err
	}
	for i := range c.p.BOMs {
		if b := &c.p.BOMs[i]; b.Role == "component" {
			graph[b.Product] = append(graph[b.Product], edge{b.Item, b.Row})
		}
	}
	done := map[string]bool{}
	for i := range c.p.BOMs {
		c.walk(graph, c.p.BOMs[i].Product, done)
	}
	return nil
}

// walk goes depth first from a product; a line that leads back into the path closes a loop.
func (c *checker) walk(graph map[string][]edge, root string, done map[string]bool) {
	type step struct {
		item string
		row  int // of the line that led here
		next int
	}
	path, on := []step{{item: root}}, map[string]int{root: 0}
	for len(path) > 0 {
		top := &path[len(path)-1]
		if done[top.item] || top.next == len(graph[top.item]) {
			done[top.item] = true
			delete(on, top.item)
			path = path[:len(path)-1]
			continue
		}
		e := graph[top.item][top.next]
		top.next++
		from, loop := on[e.item]
		if !loop {
			on[e.item] = len(path)
			path = append(path, step{item: e.item, row: e.row})
			continue
		}
		row, before := e.row, false
		names := make([]string, 0, len(path)-from+1)
		for n, s := range path[from:] {
			names = append(names, s.item)
			if n > 0 {
				row = max(row, s.row)
				before = before || s.row == 0
			}
		}
		if before = before || e.row == 0; before && row > 0 {
			if len(names) > 20 {
				names = append(append(names[:10:10], "…"), names[len(names)-9:]...)
			}
			c.add(pack.Messages, "pack.loop", "boms.csv", row, "item", e.item, "loop", strings.Join(append(names, e.item), " → "))
		}
	}
}
