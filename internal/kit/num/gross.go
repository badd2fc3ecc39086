package num

import "math/big"

// Gross is what t pieces need of a part of which each takes per and scrapPct percent are lost on the way:
// t × per ÷ (1 − scrapPct/100) as one exact quotient, rounded up to a millionth. Rounding twice could ask for a
// millionth too much.
func Gross(t, per, scrapPct Dec) (Dec, error) {
	if t <= 0 || per <= 0 {
		return 0, nil
	}
	up, down := int64(1), int64(1)
	if scrapPct != 0 {
		if up, down = 100*int64(One), 100*int64(One)-int64(scrapPct); down <= 0 {
			return 0, ErrOverflow
		}
		g := gcd(up, down)
		up, down = up/g, down/g
	}
	if int64(per) <= (1<<63-1)/up {
		n, err := MulDivUp(int64(t), int64(per)*up, int64(One)*down)
		if err == nil && Dec(n) > Max {
			err = ErrOverflow
		}
		return Dec(n), err
	}
	p := new(big.Int).Mul(big.NewInt(int64(t)), big.NewInt(int64(per)))
	p.Mul(p, big.NewInt(up))
	q, r := p.QuoRem(p, new(big.Int).Mul(big.NewInt(int64(One)), big.NewInt(down)), new(big.Int))
	if r.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	if !q.IsInt64() || Dec(q.Int64()) > Max {
		return 0, ErrOverflow
	}
	return Dec(q.Int64()), nil
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
