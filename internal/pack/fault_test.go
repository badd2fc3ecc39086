package pack

import (
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"kaiwu/internal/kit/fault"
)

func readText(files map[string]string, opts ...Option) (*Pack, []fault.Field) {
	fsys := fstest.MapFS{}
	for n, s := range files {
		fsys[n] = &fstest.MapFile{Data: []byte(s)}
	}
	return ReadFS(fsys, opts...)
}

// What one look cannot list is found only at the next try: a missing column or a row in another encoding hides
// nothing that is wrong elsewhere in the file.
func TestOneReadingListsEverything(t *testing.T) {
	_, got := readText(map[string]string{
		"items.csv": "code,lead_days\nA,x\nB,-1\n",
		"uoms.csv":  "item,uom,factor\nA,\xcf\xe4,10\nA,box,0\n",
	})
	var places []string
	for _, f := range got {
		places = append(places, f.Where+" "+f.Code)
	}
	want := "items.csv:1:kind pack.column_missing; items.csv:2:lead_days pack.integer; items.csv:3:lead_days pack.min; uoms.csv:2:uom pack.encoding; uoms.csv:3:factor pack.above"
	if s := strings.Join(places, "; "); s != want {
		t.Errorf("found\n %s\nwant\n %s", s, want)
	}
}

// Each slip gives its fault at its place, and only that one.
func TestFaults(t *testing.T) {
	const items = "code,kind,lot_rule,fixed_lot,max_lot,lot_multiple,supplier,decimals,yield_pct,lead_days\n" +
		"A,make,,,,,,,,\nB,make,,,,,,,,\nC,buy,,,,,,,,\n"
	for _, x := range []struct {
		name, file, text string
		want             string // place code [params]
	}{
		{"unknown column", "uoms.csv", "item,uom,factor,colour\nA,box,10,red\n", "uoms.csv:1:colour pack.column_unknown"},
		{"column without a name", "uoms.csv", "item,uom,factor,\nA,box,10,\n", "uoms.csv:1 pack.column_unknown"},
		{"column twice", "uoms.csv", "item,uom,uom,factor\nA,box,box,10\n", "uoms.csv:1:uom pack.column_twice"},
		{"column missing", "uoms.csv", "item,factor\nA,10\nA,20\n", "uoms.csv:1:uom pack.column_missing"},
		{"no header", "uoms.csv", "", "uoms.csv pack.header"},
		{"value missing", "uoms.csv", "item,uom,factor\nA,,10\n", "uoms.csv:2:uom pack.required"},
		{"short row", "uoms.csv", "item,uom,factor\nA,box\n", "uoms.csv:2 pack.cells"},
		{"long row", "uoms.csv", "item,uom,factor\nA,box,1,5\n", "uoms.csv:2 pack.cells"},
		{"quotes", "uoms.csv", "item,uom,factor\nA,b\"ox,10\n", "uoms.csv:2 pack.quotes"},
		{"encoding", "uoms.csv", "item,uom,factor\nA,\xcf\xe4,10\n", "uoms.csv:2:uom pack.encoding"},
		{"encoding twice", "uoms.csv", "item,uom,factor\nA,\xcf\xe4,10\nA,\xcf\xe4,11\n", "uoms.csv:2:uom pack.encoding"},
		{"encoding of the names", "uoms.csv", "item,uom,factor,\xcf\xe4\nA,box,10,1\n", "uoms.csv pack.encoding"},
		{"own unit", "uoms.csv", "item,uom,factor\nA,pcs,1\nB,pcs,2\n", "uoms.csv:3:factor pack.own_unit uom=pcs"},
		{"number", "uoms.csv", "item,uom,factor\nA,box,\"1,000\"\n", "uoms.csv:2:factor pack.number"},
		{"places", "uoms.csv", "item,uom,factor\nA,box,0.1234567\n", "uoms.csv:2:factor pack.number"},
		{"large", "uoms.csv", "item,uom,factor\nA,box,99999999999\n", "uoms.csv:2:factor pack.large"},
		{"not above", "uoms.csv", "item,uom,factor\nA,box,0\n", "uoms.csv:2:factor pack.above"},
		{"unit twice", "uoms.csv", "item,uom,factor\nA,box,5\nA,box,6\n", "uoms.csv:3:uom pack.duplicate first=2"},
		{"unknown item", "uoms.csv", "item,uom,factor\nZ,box,5\n", "uoms.csv:2:item pack.unknown_item"},
		{"item twice", "items.csv", items + "A,buy,,,,,,,,\n", "items.csv:5:code pack.duplicate first=2"},
		{"enum", "items.csv", items + "D,bought,,,,,,,,\n", "items.csv:5:kind pack.enum"},
		{"fixed without lot", "items.csv", items + "D,buy,fixed,,,,,,,\n", "items.csv:5:fixed_lot pack.fixed_lot"},
		{"max below multiple", "items.csv", items + "D,buy,,,5,8,,,,\n", "items.csv:5:max_lot pack.max_lot multiple=8"},
		{"decimals", "items.csv", items + "D,buy,,,,,,7,,\n", "items.csv:5:decimals pack.max"},
		{"yield 0", "items.csv", items + "D,buy,,,,,,,0,\n", "items.csv:5:yield_pct pack.above"},
		{"yield 101", "items.csv", items + "D,buy,,,,,,,101,\n", "items.csv:5:yield_pct pack.max"},
		{"half a day", "items.csv", items + "D,buy,,,,,,,,1.5\n", "items.csv:5:lead_days pack.integer"},
		{"negative lead", "items.csv", items + "D,buy,,,,,,,,-1\n", "items.csv:5:lead_days pack.min"},
		{"semicolon", "items.csv", items + "D;E,buy,,,,,,,,\n", "items.csv:5:code pack.code"},
		{"long code", "items.csv", items + strings.Repeat("D", 101) + ",buy,,,,,,,,\n", "items.csv:5:code pack.long"},
		{"control", "items.csv", items + "D\a,buy,,,,,,,,\n", "items.csv:5:code pack.control"},
		{"loop", "boms.csv", "product,item,qty\nA,B,1\nB,C,1\nC,A,1\n", "boms.csv:4:item pack.loop loop=A → B → C → A"},
		{"self", "boms.csv", "product,item,qty\nA,A,1\n", "boms.csv:2:item pack.loop loop=A → A"},
		{"loop over versions", "boms.csv", "product,version,effective_to,item,qty\nA,1,2020-01-01,B,1\nB,2,,A,1\n", "boms.csv:3:item pack.loop loop=A → B → A"},
		{"no loop by a by-product", "boms.csv", "product,role,item,qty\nA,,B,1\nB,byproduct,A,1\n", ""},
		{"diamond", "boms.csv", "product,item,qty\nA,B,1\nA,C,1\nB,C,1\n", ""},
		{"dates differ", "boms.csv", "product,effective_to,item,qty\nA,2026-03-01,B,1\nA,2026-03-02,C,1\n", "boms.csv:3:effective_to pack.dates_differ first=2"},
		{"dates order", "boms.csv", "product,effective_from,effective_to,item,qty\nA,2026-03-02,2026-03-01,B,1\n", "boms.csv:2:effective_to pack.dates_order"},
		{"one day", "boms.csv", "product,effective_from,effective_to,item,qty\nA,2026-03-02,2026-03-02,B,1\n", ""},
		{"date", "boms.csv", "product,effective_from,item,qty\nA,2026/3/2,B,1\n", "boms.csv:2:effective_from pack.date"},
		{"scrap 100", "boms.csv", "product,scrap_pct,item,qty\nA,100,B,1\n", "boms.csv:2:scrap_pct pack.below"},
		{"qty 0", "boms.csv", "product,item,qty\nA,B,0\n", "boms.csv:2:qty pack.above"},
		{"substitute", "boms.csv", "product,item,qty,substitutes\nA,B,1,C;Z\n", "boms.csv:2:substitutes pack.unknown_item"},
		{"substitute twice", "boms.csv", "product,item,qty,substitutes\nA,B,1,C;C\n", "boms.csv:2:substitutes pack.list_twice"},
		{"empty element", "boms.csv", "product,item,qty,substitutes\nA,B,1,C;\n", "boms.csv:2:substitutes pack.list"},
		{"op twice", "routings.csv", "product,op,work_center\nA,10,W\nA,10,W\n", "routings.csv:3:op pack.duplicate first=2"},
		{"op 0", "routings.csv", "product,op,work_center\nA,0,W\n", "routings.csv:2:op pack.min"},
		{"report", "routings.csv", "product,op,work_center,report\nA,1,W,yes\n", "routings.csv:2:report pack.bool"},
		{"alternatives", "routings.csv", "product,op,work_center,alternatives\nA,1,W,W2\n", "routings.csv:2:alternatives pack.alternative"},
		{"machine's work center", "machines.csv", "code,work_center\nM,W9\n", ""},
		{"hours", "calendars.csv", "calendar,weekday,from,to\nc,1,08:00,08:00\n", "calendars.csv:2:to pack.hours_empty"},
		{"night", "calendars.csv", "calendar,weekday,from,to\nc,1,22:00,06:00\nc,2,00:00,24:00\n", ""},
		{"from 24:00", "calendars.csv", "calendar,weekday,from,to\nc,1,24:00,06:00\n", "calendars.csv:2:from pack.clock"},
		{"weekday 0", "calendars.csv", "calendar,weekday,from,to\nc,0,08:00,09:00\n", "calendars.csv:2:weekday pack.min"},
		{"8:00", "calendars.csv", "calendar,weekday,from,to\nc,1,8:00,09:00\n", "calendars.csv:2:from pack.clock"},
		{"half hours", "calendar_days.csv", "calendar,date,from,to\nc,2026-05-01,08:00,\n", "calendar_days.csv:2:from pack.hours_half"},
		{"open and closed", "calendar_days.csv", "calendar,date,from,to\nc,2026-05-01,08:00,10:00\nc,2026-05-01,,\n", "calendar_days.csv:3:date pack.day_mixed first=2"},
		{"partner kind", "partners.csv", "code,name,kind\nP,Pa,customer;friend\n", "partners.csv:2:kind pack.enum"},
		{"serial", "stock.csv", "item,qty,serial\nA,2,S1\n", "stock.csv:2:qty pack.serial_qty"},
		{"serial twice", "stock.csv", "item,qty,serial\nA,1,S1\nA,1,S1\n", "stock.csv:3:serial pack.duplicate first=2"},
		{"same lot twice", "stock.csv", "item,qty,lot,location\nA,1,L,x\nA,1,L,x\n", ""},
		{"negative stock", "stock.csv", "item,qty\nA,-1\n", "stock.csv:2:qty pack.min"},
		{"order line twice", "sales_orders.csv", "order,line,item,qty,due\nS,1,A,1,2026-03-02\nS,1,B,1,2026-03-02\n", "sales_orders.csv:3:order pack.duplicate first=2"},
		{"default line twice", "sales_orders.csv", "order,line,item,qty,due\nS,,A,1,2026-03-02\nS,1,B,1,2026-03-02\n", "sales_orders.csv:3:order pack.duplicate first=2"},
		{"two customers", "sales_orders.csv", "order,line,customer,item,qty,due\nS,1,X,A,1,2026-03-02\nS,2,Y,B,1,2026-03-02\n", "sales_orders.csv:3:customer pack.order_mixed first=2"},
		{"30 February", "sales_orders.csv", "order,item,qty,due\nS,A,1,2026-02-30\n", "sales_orders.csv:2:due pack.date"},
		{"work order version", "work_orders.csv", "order,item,qty,due,bom_version\nM,A,1,2026-03-02,7\n", ""},
		{"time zone", "site.csv", "code,time_zone\nS,Asia/Yongkang\n", "site.csv:2:time_zone pack.time_zone"},
		{"currency", "site.csv", "code,currency\nS,yuan\n", "site.csv:2:currency pack.currency"},
		{"two sites", "site.csv", "code\nS\nT\n", "site.csv:3 pack.one_site"},
		{"badge twice", "workers.csv", "code,name,badge\nW1,a,7\nW2,b,7\n", "workers.csv:3:badge pack.duplicate first=2"},
		{"rows of nothing", "workers.csv", "code,name,badge\n,,\nW2,b,7\n,,\n", ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			set := map[string]string{"items.csv": items}
			set[x.file] = x.text
			_, faults := readText(set)
			place, rest, _ := strings.Cut(x.want, " ")
			code, param, _ := strings.Cut(rest, " ")
			if x.want == "" && len(faults) == 0 {
				return
			}
			if len(faults) != 1 || faults[0].Where != place || faults[0].Code != code {
				t.Fatalf("got %v, want %s", faults, x.want)
			}
			if k, v, ok := strings.Cut(param, "="); ok && faults[0].Params[k] != v {
				t.Fatalf("%s is %q, want %q", k, faults[0].Params[k], v)
			}
			for _, loc := range []string{"zh", "en"} {
				if s := Text(faults[0], loc); strings.Contains(s, "{") || Remedy(faults[0], loc) == "" {
					t.Errorf("%s: %q", loc, s)
				}
			}
		})
	}
}

// All faults come at once, in the order of the files and rows.
func TestAllFaults(t *testing.T) {
	_, faults := readText(map[string]string{
		"items.csv":        "code,kind,supplier\nA,mak,S1\nB,buy,S9\n",
		"partners.csv":     "code,name,kind\nS1,,supplier\n",
		"boms.csv":         "product,item,qty\nA,X,1\nA,B,x\n",
		"routings.csv":     "product,op,work_center\nA,10,W9\n",
		"work_centers.csv": "code\nW1\n",
		"stock.csv":        "item,qty,warehouse\nA,1,H9\n",
		"warehouses.csv":   "code\nH1\n",
		"work_orders.csv":  "order,item,qty,due,bom_version,routing_version\nM,A,1,2026-03-02,9,9\n",
	})
	var got []string
	for _, f := range faults {
		got = append(got, f.Where+" "+strings.TrimPrefix(f.Code, "pack."))
	}
	want := []string{"items.csv:2:kind enum", "items.csv:3:supplier unknown_partner", "boms.csv:2:item unknown_item", "boms.csv:3:qty number",
		"routings.csv:2:work_center unknown_work_center", "partners.csv:2:name required", "stock.csv:2:warehouse unknown_warehouse",
		"work_orders.csv:2:bom_version unknown_bom", "work_orders.csv:2:routing_version unknown_routing"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if err := Error(faults); !fault.Is(err, "pack.refused") {
		t.Errorf("%v", err)
	}
	if Error(nil) != nil {
		t.Error("no faults are no error")
	}
}

// What the company already has may be named; everything else is unknown even when no file lists it.
func TestKnown(t *testing.T) {
	known := Known(func(r Ref) bool { return r.Code == "OLD" && (r.Version == "" || r.Version == "2") })
	_, faults := readText(map[string]string{
		"items.csv":        "code,kind,supplier\nA,make,OLD\n",
		"boms.csv":         "product,item,qty\nA,OLD,1\n",
		"sales_orders.csv": "order,customer,item,qty,due,bom_version\nS1,OLD,OLD,1,2026-03-02,2\nS2,NEW,A,1,2026-03-02,1\nS3,OLD,OLD,1,2026-03-02,3\n",
		"stock.csv":        "item,qty,warehouse\nA,1,OLD\nA,1,NEW\n",
	}, known)
	var got []string
	for _, f := range faults {
		got = append(got, f.Where+"="+f.Value)
	}
	if want := "stock.csv:3:warehouse=NEW sales_orders.csv:3:customer=NEW sales_orders.csv:4:bom_version=3"; strings.Join(got, " ") != want {
		t.Errorf("%v", got)
	}
}

func TestMessages(t *testing.T) {
	params := regexp.MustCompile(`\{(\w+)\}`)
	for code, m := range Messages {
		zh, en := params.FindAllString(m.Zh, -1), params.FindAllString(m.En, -1)
		if m.Zh == "" || m.En == "" || remedies[code].En == "" || remedies[code].Zh == "" {
			t.Errorf("%s: a sentence is missing", code)
		}
		for _, p := range zh {
			if !strings.Contains(m.En, p) {
				t.Errorf("%s: %s only in Chinese", code, p)
			}
		}
		for _, p := range en {
			if !strings.Contains(m.Zh, p) {
				t.Errorf("%s: %s only in English", code, p)
			}
		}
	}
}
