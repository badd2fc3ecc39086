package label

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseCode(t *testing.T) {
	for in, want := range map[string]Code{
		"KW:WO:WO2603-0001":           {Kind: WorkOrder, Number: "WO2603-0001"},
		"KW:WO:WO2603-0001\r\n":       {Kind: WorkOrder, Number: "WO2603-0001"},
		"kw:wo:wo2603-0001":           {Kind: WorkOrder, Number: "WO2603-0001"}, // Caps Lock
		"KW\uff1aWO\uff1aWO2603-0001": {Kind: WorkOrder, Number: "WO2603-0001"}, // Chinese input method
		"KW:OP:WO2603-0001/20":        {Kind: WorkOrderOp, Number: "WO2603-0001", Op: 20},
		"KW:ITM:M6%2F20":              {Kind: Item, Number: "M6/20"},
		"KW:LOT:M6%2F20/L1":           {Kind: ItemLot, Item: "M6/20", Number: "L1"},
		"KW:SN:A/S-1":                 {Kind: Serial, Item: "A", Number: "S-1"},
		"KW:LOC:R-01-03":              {Kind: Location, Number: "R-01-03"},
		"KW:BDG:0007":                 {Kind: Badge, Number: "0007"},
		"KW:SHP:SH1":                  {Kind: Shipment, Number: "SH1"},
		"KW:SO:SO1":                   {Kind: SalesOrder, Number: "SO1"},
		" WO2603-0001 ":               {Number: "WO2603-0001"},
		"批号 7":                        {Number: "批号 7"},
	} {
		if got, ok := ParseCode(in); !ok || got != want {
			t.Errorf("ParseCode(%q) = %+v, %v; want %+v", in, got, ok, want)
		}
	}
	for _, in := range []string{"", " \r\n", "KW:", "KW:WO", "KW:WO:", "KW:XX:1", "KW:WO:a/b", "KW:OP:WO1", "KW:OP:WO1/x", "KW:OP:WO1/-1", "KW:OP:WO1/010",
		"KW:LOT:a", "KW:LOT:a/", "KW:LOT:/b", "KW:WO:%zz", "KW:WO:%00", "a\x00b", "\xff", strings.Repeat("9", 161)} {
		if got, ok := ParseCode(in); ok {
			t.Errorf("ParseCode(%q) = %+v, want a refusal", in, got)
		}
	}
}

func TestCodeRoundTrip(t *testing.T) {
	number := rapid.StringMatching(`[A-Za-z0-9/%._:+#中（ -]{0,10}[A-Z0-9%/]`)
	rapid.Check(t, func(t *rapid.T) {
		c := Code{Kind: rapid.SampledFrom([]Kind{WorkOrder, WorkOrderOp, Item, ItemLot, Serial, Location, Badge, Shipment, SalesOrder}).Draw(t, "kind"), Number: number.Draw(t, "number")}
		switch c.Kind {
		case WorkOrderOp:
			c.Op = rapid.IntRange(0, 9999).Draw(t, "op")
		case ItemLot, Serial:
			c.Item = number.Draw(t, "item")
		}
		s := c.String()
		if got, ok := ParseCode(s); len(s) <= maxCode && (!ok || got != c) {
			t.Fatalf("%q reads as %+v, %v; want %+v", s, got, ok, c)
		}
		for _, r := range s {
			if r <= ' ' || r > '~' {
				t.Fatalf("%q is not printable ASCII", s)
			}
		}
	})
}

func FuzzParseCode(f *testing.F) {
	for _, s := range []string{"KW:LOT:a%2Fb/c", "kw:op:x/1", "KW:", "9"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, ok := ParseCode(s)
		if !ok || c.Kind == Bare {
			return
		}
		if len(c.String()) > maxCode {
			return
		}
		if again, ok := ParseCode(c.String()); !ok || again != c {
			t.Fatalf("%q → %+v → %q → %+v", s, c, c.String(), again)
		}
	})
}
