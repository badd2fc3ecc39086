package pack

import (
	"strconv"
	"strings"
)

// checkBOMs: references, one set of dates per version, and no product that is made of itself. A loop counts over
// all versions and dates, because low-level codes do.
func (r *reader) checkBOMs() {
	items := r.items()
	type version struct{ product, version string }
	first := map[version]*BOMLine{}
	for i := range r.p.BOMs {
		b := &r.p.BOMs[i]
		items.check("boms.csv", b.Row, "product", b.Product)
		items.check("boms.csv", b.Row, "item", b.Item)
		for _, s := range b.Substitutes {
			items.check("boms.csv", b.Row, "substitutes", s)
		}
		if b.Product == "" {
			continue
		}
		k := version{b.Product, b.Version}
		f := first[k]
		if f == nil {
			first[k] = b
			if !validDates(b.EffectiveFrom, b.EffectiveTo) {
				r.c.add("boms.csv", b.Row, "effective_to", b.EffectiveTo, "pack.dates_order", "from", b.EffectiveFrom)
			}
			continue
		}
		column, value := "effective_from", b.EffectiveFrom
		if f.EffectiveFrom == b.EffectiveFrom {
			column, value = "effective_to", b.EffectiveTo
		}
		if f.EffectiveFrom != b.EffectiveFrom || f.EffectiveTo != b.EffectiveTo {
			r.c.add("boms.csv", b.Row, column, value, "pack.dates_differ", "product", b.Product, "version", b.Version, "first", strconv.Itoa(f.Row))
		}
	}
	r.checkLoops()
}

// checkLoops walks from product to component depth first; a line that leads back into the path closes a loop.
func (r *reader) checkLoops() {
	lines := map[string][]*BOMLine{}
	var order []string
	for i := range r.p.BOMs {
		b := &r.p.BOMs[i]
		if b.Role == "component" && b.Product != "" && b.Item != "" {
			if lines[b.Product] == nil {
				order = append(order, b.Product)
			}
			lines[b.Product] = append(lines[b.Product], b)
		}
	}
	type step struct {
		product string
		next    int
	}
	done := map[string]bool{}
	for _, root := range order {
		if done[root] {
			continue
		}
		path, on := []step{{product: root}}, map[string]int{root: 0}
		for len(path) > 0 {
			top := &path[len(path)-1]
			if top.next == len(lines[top.product]) {
				done[top.product] = true
				delete(on, top.product)
				path = path[:len(path)-1]
				continue
			}
			b := lines[top.product][top.next]
			top.next++
			if from, loop := on[b.Item]; loop {
				var names []string
				for _, s := range path[from:] {
					names = append(names, s.product)
				}
				r.c.add("boms.csv", b.Row, "item", b.Item, "pack.loop", "loop", shorten(append(names, b.Item)))
			} else if !done[b.Item] {
				on[b.Item] = len(path)
				path = append(path, step{product: b.Item})
			}
		}
	}
}

// shorten keeps both ends of a loop of hundreds.
func shorten(names []string) string {
	if len(names) > 20 {
		names = append(append(append([]string{}, names[:10]...), "…"), names[len(names)-9:]...)
	}
	return strings.Join(names, " → ")
}
