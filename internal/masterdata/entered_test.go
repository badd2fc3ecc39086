package masterdata_test

import (
	"testing"

	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// What somebody enters in another unit becomes the item's own exactly, or is refused with field, value and the way out.
func TestEnteredUnit(t *testing.T) {
	it := masterdata.Item{ID: 7, Code: "BOLT", UoM: "pcs", Decimals: 0}
	units := masterdata.UnitBook{7: {
		"box":  {UoM: "box", Own: num.MustParse("12"), Per: num.MustParse("1"), Decimals: 2},
		"kg":   {UoM: "kg", Own: num.MustParse("1000"), Per: num.MustParse("3"), Decimals: 3}, // 3 kg are 1000
		"tray": {UoM: "tray", Own: num.MustParse("24"), Per: num.MustParse("1")},
	}}
	for _, c := range []struct{ qty, uom, want string }{
		{"5", "", "5  "}, {"5", "pcs", "5  "}, {"2", "box", "24 2 box"}, {"0.25", "box", "3 0.25 box"}, {"-1", "box", "-12 -1 box"}, {"3", " kg ", "1000 3 kg"},
		{"0.3", "box", "masterdata.unit_inexact qty 0.3 3..4"}, {"1", "kg", "masterdata.unit_inexact qty 1 333..334"}, {"1.5", "tray", "masterdata.unit_decimals qty 1.5 .."},
		{"2", "bag", "masterdata.unit_not_of_item uom bag .."}, {"9000000000", "box", "masterdata.unit_large qty 9000000000 .."},
	} {
		own, said, err := units.InOwn(it, "qty", num.MustParse(c.qty), c.uom)
		got := own.String() + " "
		if got += said.EnteredQty.String() + " " + said.EnteredUoM; said == (masterdata.Entered{}) {
			got = own.String() + "  "
		}
		if f, ok := fault.As(err); ok {
			got = f.Code + " " + f.Params["field"] + " " + f.Params["value"] + " " + f.Params["low"] + ".." + f.Params["high"]
			if len(f.Fields) != 1 || f.Fields[0].Where != "body."+f.Params["field"] || f.Fields[0].Value != f.Params["value"] {
				t.Errorf("%s %s: %+v", c.qty, c.uom, f.Fields)
			}
			for _, locale := range []string{"zh", "en"} {
				if text := masterdata.Messages[f.Code].Render(locale, f.Params); text == "" || hasBrace(text) {
					t.Errorf("%s in %s: %q", f.Code, locale, text)
				}
			}
		}
		if got != c.want {
			t.Errorf("%s %s: got %q, want %q", c.qty, c.uom, got, c.want)
		}
	}
}

func hasBrace(s string) bool {
	for _, r := range s {
		if r == '{' || r == '}' {
			return true
		}
	}
	return false
}
