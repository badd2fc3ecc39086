package production

import (
	"testing"

	"pgregory.net/rapid"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

// Nothing is given twice, nothing more than there is; what is short has left nothing on the shelf; the first lots and the
// first wants go first.
func TestSpreadProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shelf := map[db.ID][]shelfLot{}
		for item := db.ID(1); item <= 3; item++ {
			for i := range rapid.IntRange(0, 4).Draw(t, "lots") {
				shelf[item] = append(shelf[item], shelfLot{Item: item, LotID: db.ID(i + 1), Qty: num.Dec(rapid.IntRange(0, 20).Draw(t, "qty")) * num.One / 2})
			}
		}
		var wants []wanted
		for i := range rapid.IntRange(0, 6).Draw(t, "wants") {
			wants = append(wants, wanted{Comp: db.ID(100 + i), Item: db.ID(rapid.IntRange(1, 4).Draw(t, "item")), Qty: num.Int(int64(rapid.IntRange(1, 12).Draw(t, "want")))})
		}
		parts, short := spread(wants, shelf)
		given, got := map[[2]db.ID]num.Dec{}, map[db.ID]num.Dec{}
		for _, p := range parts {
			if p.qty <= 0 || p.lot.Item != p.want.Item || !p.qty.Fits(p.want.Decimals) {
				t.Fatal("a bad part", p)
			}
			given[[2]db.ID{p.lot.Item, p.lot.LotID}] += p.qty
			got[p.want.Comp] += p.qty
		}
		lack := map[db.ID]num.Dec{}
		starved := map[db.ID]bool{}
		for _, s := range short {
			lack[s.Comp], starved[s.Item] = s.Qty, true
		}
		for item, lots := range shelf {
			for i, l := range lots {
				whole := l.Qty - l.Qty%num.One
				if given[[2]db.ID{item, l.LotID}] > whole {
					t.Fatal("more than there is", l)
				}
				if starved[item] && given[[2]db.ID{item, l.LotID}] < whole {
					t.Fatal("somebody goes without and something is left")
				}
				if i > 0 && given[[2]db.ID{item, l.LotID}] > 0 && given[[2]db.ID{item, lots[i-1].LotID}] < lots[i-1].Qty-lots[i-1].Qty%num.One {
					t.Fatal("a later lot before an earlier one")
				}
			}
		}
		for i, w := range wants {
			if got[w.Comp]+lack[w.Comp] != w.Qty {
				t.Fatal("lost or invented", w)
			}
			for _, v := range wants[i+1:] {
				if v.Item == w.Item && lack[w.Comp] > 0 && got[v.Comp] > 0 {
					t.Fatal("a later order was served before an earlier one")
				}
			}
		}
	})
}
