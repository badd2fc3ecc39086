package masterdata

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

// OpenEnd is the last day of what has no end.
const OpenEnd = "9999-12-31"

// BOM is one version of what a product is made of.
type BOM struct {
	ID      db.ID
	Item    db.ID
	Version string
	From    string // "" = always has been
	To      string // inclusive; OpenEnd
	Lines   []BOMLine
}

// BOMLine is a component, or what falls off beside the product.
type BOMLine struct {
	Line         int
	Role         string // component coproduct byproduct
	ItemID       db.ID
	Qty          num.Dec // per one product
	ScrapPct     num.Dec
	Op           int    // routing step that uses it, 0 = none named
	Issue        string // pick backflush none
	Substitutes  []db.ID
	CostSharePct *num.Dec
}

type bomRow struct {
	ID      db.ID  `db:"id"`
	Item    db.ID  `db:"item_id"`
	Version string `db:"version"`
	From    string `db:"effective_from"`
	To      string `db:"effective_to"`
}

type bomLineRow struct {
	BOM          db.ID    `db:"bom_id"`
	Line         int      `db:"line"`
	Role         string   `db:"role"`
	Item         db.ID    `db:"item_id"`
	Qty          num.Dec  `db:"qty"`
	ScrapPct     num.Dec  `db:"scrap_pct"`
	Op           int      `db:"op"`
	Issue        string   `db:"issue"`
	Substitutes  string   `db:"substitutes"`
	CostSharePct *num.Dec `db:"cost_share_pct"`
}

func (r *bomLineRow) line() BOMLine {
	return BOMLine{r.Line, r.Role, r.Item, r.Qty, r.ScrapPct, r.Op, r.Issue, splitIDs(r.Substitutes), r.CostSharePct}
}

// EffectiveBOM is the version that an order names, or with version "" the one effective on the date: of several the
// one with the latest start, then the highest number.
func EffectiveBOM(ctx context.Context, q db.Querier, item db.ID, date, version string) (BOM, bool, error) {
	heads, err := boms(ctx, q, []db.ID{item}, date, version)
	if err != nil {
		return BOM{}, false, err
	}
	b, ok := heads[item]
	if !ok {
		return BOM{}, false, nil
	}
	err = bomLines(ctx, q, map[db.ID]*BOM{b.ID: b})
	return *b, true, err
}

// EffectiveBOMs are the versions effective on the date, by item; an item without one is missing.
func EffectiveBOMs(ctx context.Context, q db.Querier, items []db.ID, date string) (map[db.ID]BOM, error) {
	heads, err := boms(ctx, q, items, date, "")
	if err != nil {
		return nil, err
	}
	byID := make(map[db.ID]*BOM, len(heads))
	for _, b := range heads {
		byID[b.ID] = b
	}
	if err := bomLines(ctx, q, byID); err != nil {
		return nil, err
	}
	out := make(map[db.ID]BOM, len(heads))
	for item, b := range heads {
		out[item] = *b
	}
	return out, nil
}

func boms(ctx context.Context, q db.Querier, items []db.ID, date, version string) (map[db.ID]*BOM, error) {
	best := make(map[db.ID]*BOM, len(items))
	err := inChunks(items, func(part []db.ID) error {
		w := ask(ctx, "b")
		db.In(w, "b.item_id", part)
		if version != "" {
			w.And("b.version = ?", version)
		} else {
			w.And("b.effective_from <= ?", date)
			w.And("b.effective_to >= ?", date)
		}
		return db.Each(ctx, q, `SELECT b.id, b.item_id, b.version, b.effective_from, b.effective_to FROM md_bom b`+w.String(), w.Args, func(r *bomRow) error {
			if old := best[r.Item]; old == nil || later(r.From, r.Version, old.From, old.Version) {
				best[r.Item] = &BOM{ID: r.ID, Item: r.Item, Version: r.Version, From: r.From, To: r.To}
			}
			return nil
		})
	})
	return best, err
}

func bomLines(ctx context.Context, q db.Querier, byID map[db.ID]*BOM) error {
	return inChunks(sortedIDs(byID), func(part []db.ID) error {
		w := ask(ctx, "l")
		db.In(w, "l.bom_id", part)
		return db.Each(ctx, q, `SELECT l.bom_id, l.line, l.role, l.item_id, l.qty, l.scrap_pct, l.op, l.issue, l.substitutes, l.cost_share_pct
			FROM md_bom_line l`+w.String()+` ORDER BY l.bom_id, l.line`, w.Args, func(r *bomLineRow) error {
			b := byID[r.BOM]
			b.Lines = append(b.Lines, r.line())
			return nil
		})
	})
}

// later says whether a version goes before another that is effective on the same day.
func later(from, version, from2, version2 string) bool {
	if from != from2 {
		return from > from2
	}
	return CompareVersions(version, version2) > 0
}

// CompareVersions orders version codes by their numbers: 9 before 10, A9 before A10.
func CompareVersions(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		n, m := digits(x), digits(y)
		if n > 0 && m > 0 {
			p, r := strings.TrimLeft(x[:n], "0"), strings.TrimLeft(y[:m], "0")
			if len(p) != len(r) {
				return len(p) - len(r)
			}
			if c := strings.Compare(p, r); c != 0 {
				return c
			}
			x, y = x[n:], y[m:]
			continue
		}
		if x[0] != y[0] {
			return int(x[0]) - int(y[0])
		}
		x, y = x[1:], y[1:]
	}
	if c := len(x) - len(y); c != 0 {
		return c
	}
	return strings.Compare(a, b)
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

func splitIDs(s string) []db.ID {
	if s == "" {
		return nil
	}
	var out []db.ID
	for w := range strings.SplitSeq(s, ";") {
		n, _ := strconv.ParseInt(w, 10, 64) // we wrote it
		out = append(out, db.ID(n))
	}
	return out
}

func joinIDs(ids []db.ID) string {
	var b strings.Builder
	for i, id := range ids {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteString(id.String())
	}
	return b.String()
}

func sortedIDs[V any](m map[db.ID]V) []db.ID {
	ids := make([]db.ID, 0, len(m))
	for id := range m {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
