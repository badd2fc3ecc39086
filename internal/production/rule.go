package production

import (
	"math/big"

	"kaiwu/internal/kit/num"
)

// norm is what t pieces of a component line need: the gross quantity, rounded up to the item's decimals.
func norm(t, qty, scrapPct num.Dec, decimals int) (num.Dec, error) {
	need, err := num.Gross(t, qty, scrapPct)
	if err != nil {
		return 0, err
	}
	return need.RoundUp(decimals)
}

// covers is for how many pieces the issued quantity is enough: the largest t with norm(t) ≤ issued.
func covers(issued, qty, scrapPct num.Dec) (num.Dec, error) {
	if qty == 0 { // went out by a change: no piece waits for it
		return num.Max, nil
	}
	up, down := ratio(scrapPct)
	p := new(big.Int).Mul(big.NewInt(int64(issued)), big.NewInt(int64(num.One)*down))
	p.Quo(p, new(big.Int).Mul(big.NewInt(int64(qty)), big.NewInt(up)))
	if !p.IsInt64() || num.Dec(p.Int64()) > num.Max {
		return num.Max, nil
	}
	return num.Dec(p.Int64()), nil
}

// ratio is 1 ÷ (1 − scrap) as a reduced fraction.
func ratio(scrapPct num.Dec) (up, down int64) {
	up, down = 100*int64(num.One), 100*int64(num.One)-int64(scrapPct)
	g := gcd(up, down)
	return up / g, down / g
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// flow is one report point of an order, as the balance law sees it.
type flow struct {
	in                  num.Dec
	good, scrap, rework num.Dec
}

func (f flow) total() num.Dec { return f.good + f.scrap + f.rework }

// wip is what came in and is not reported yet.
func (f flow) wip() num.Dec { return f.in - f.total() }

// input is what came into a report point: the good pieces of the one before, for the first the order's quantity,
// or more where the tolerance let more be made.
func input(first bool, orderQty, prevGood, total num.Dec) num.Dec {
	if !first {
		return prevGood
	}
	return max(orderQty, total)
}
