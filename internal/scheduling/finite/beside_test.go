package finite

import (
	"testing"

	"kaiwu/internal/kit/num"
)

// What a work center does for some orders and for others, until it is through with those: a run that several share
// counts once.
func TestBeside(t *testing.T) {
	bake := func(number string) Order {
		return Order{Number: number, Qty: num.Int(10), Ops: []Op{{Seq: 10, WorkCenter: "A", BatchMS: hour}}}
	}
	p := &Problem{NowMS: monday, WorkCenters: []WorkCenter{{Code: "A", Machines: []Machine{{Code: "oven", BatchCapacity: num.Int(20)}}}, {Code: "B"}}, Orders: []Order{bake("x"), bake("y"), bake("z")}}
	shop, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	s := shop.Schedule(shop.ByRule()) // x and y together, then z
	for own, want := range []Beside{{"A", hour, 0, hour, monday + hour}, {"A", 0, hour, hour, monday + hour}, {"A", hour, hour, 2 * hour, monday + 2*hour}} {
		if got := shop.Beside(s, func(order int) bool { return order == own }); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %+v, want %+v", p.Orders[own].Number, got, want)
		}
	}
}
