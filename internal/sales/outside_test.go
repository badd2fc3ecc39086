package sales

import (
	"encoding/json"
	"strings"
	"testing"

	"kaiwu/internal/kit/num"
)

// A customer learns where his order is, and nothing of bills of material, scrap, people and other stock.
func TestCustomerSeesNoInnerFigures(t *testing.T) {
	track := Track{Number: "SO1", Lines: []TrackLine{{Line: 1, Qty: num.Int(5), FreeStock: num.Int(777), Work: []TrackWork{{Number: "WO1", Good: num.Int(4), Scrap: num.Int(888),
		Ops:  []TrackOp{{Op: 10, Good: num.Int(4), Scrap: num.Int(888), Rework: num.Int(888), Workers: "刘勇"}},
		Used: []UsedLot{{Item: "P-SECRET", Lot: "L1", Qty: num.Int(888)}}, Made: []UsedLot{{Item: "FG", Lot: "F1", Qty: num.Int(4)}}}}}}}
	track.forCustomer()
	b, err := json.Marshal(track)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"P-SECRET", "刘勇", "777", "888"} {
		if strings.Contains(string(b), secret) {
			t.Errorf("%s reaches the customer: %s", secret, b)
		}
	}
	for _, own := range []string{"WO1", "F1", `"good":"4"`} {
		if !strings.Contains(string(b), own) {
			t.Errorf("%s is missing: %s", own, b)
		}
	}
}
