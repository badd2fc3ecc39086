package production

import (
	"math/big"

	"kaiwu/internal/kit/num"
)

// norm is what t pieces of a component line need: t × qty ÷ (1 − scrap), rounded up to the item's decimals.
func norm(t, qty, scrapPct num.Dec, decimals int) (num.Dec, error) {
	if t <= 0 {
		return 0, nil
	}
	up, down := ratio(scrapPct)
	var need num.Dec
	if int64(qty) <= (1<<63-1)/up {
		n, err := num.MulDivUp(int64(t), int64(qty)*up, int64(num.One)*down)
		if err != nil {
			return 0, err
		}
		need = num.Dec(n)
	} else { // a coarse quantity with an odd scrap rate: beyond 128 bits
		p := new(big.Int).Mul(big.NewInt(int64(t)), big.NewInt(int64(qty)))
		p.Mul(p, big.NewInt(up))
		q, r := p.QuoRem(p, new(big.Int).Mul(big.NewInt(int64(num.One)), big.NewInt(down)), new(big.Int))
		if r.Sign() > 0 {
			q.Add(q, big.NewInt(1))
		}
		if !q.IsInt64() {
			return 0, num.ErrOverflow
		}
		need = num.Dec(q.Int64())
	}
	return need.RoundUp(decimals)
}

// covers is for how many pieces the issued quantity is enough: the largest t with norm(t) ≤ issued.
func covers(issued, qty, scrapPct num.Dec) (num.Dec, error) {
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
