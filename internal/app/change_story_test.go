package app

import (
	"slices"
	"strings"
	"testing"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
)

func (a answer) find(list, key, value string) answer {
	for _, x := range a.list(list) {
		if x.s(key) == value {
			return x
		}
	}
	return nil
}

// A bill changes while orders of the product run: drafted, asked for, approved by somebody else; the orders are told of
// the difference line by line; one that has begun adopts it, one keeps what it has, one that has not begun adopts it
// whole. What was issued and used stays, what is no longer needed goes back, and every promise holds at the end.
func TestBOMChangeInMidOrder(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, "small-appliance")
		planner, boss, operator, warehouse, quality := h.logIn("planner"), h.logIn("boss"), h.logIn("operator"), h.logIn("warehouse"), h.logIn("quality")
		today := d.Now().In(d.Zone()).Format("2006-01-02")
		order := func(qty string, release bool) string {
			n := planner.call("POST", "/production/orders", o{"orders": []o{{"item": "FG-CM1", "qty": qty, "due": d.Now().AddDate(0, 0, 9).Format("2006-01-02")}}}).s("orders.0.number")
			if release {
				planner.call("POST", "/production/orders/release", o{"orders": []string{n}})
			}
			return n
		}
		begun, kept, planned := order("10", true), order("5", true), order("7", false)
		for _, part := range []string{"A-CM1-CORE", "M-CM1-SHELL", "P-CORD"} {
			warehouse.call("POST", "/production/issues", o{"order": begun, "code": part})
		}
		operator.call("POST", "/production/starts", o{"order": begun, "op": 10})
		operator.call("POST", "/production/reports", o{"order": begun, "op": 10, "good": "4"})

		// the draft: the cord gives way to pump B, fewer screws, no manual, a small box more
		lines := []o{{"item": "A-CM1-CORE", "qty": "1", "op": 10}, {"item": "M-CM1-SHELL", "qty": "1", "op": 10}, {"item": "P-PUMP-B", "qty": "1", "op": 10},
			{"item": "P-SCREW", "qty": "10", "scrap_pct": "0.2", "op": 10, "issue": "backflush"}, {"item": "K-BOX-L", "qty": "1", "op": 30, "issue": "backflush"},
			{"item": "K-EPS", "qty": "1", "op": 30, "issue": "backflush"}, {"item": "K-BOX-S", "qty": "1", "op": 30, "issue": "backflush"}}
		draft := o{"title": "国产泵替换", "reason": "供应商停产", "effect": "immediate", "parts": []o{{"kind": "bom", "item": "FG-CM1", "lines": lines}}}
		operator.refused("POST", "/masterdata/changes", draft, "web.forbidden")
		wrong := planner.refused("POST", "/masterdata/changes", o{"title": "x", "reason": "x", "effect": "date", "date": "2020-01-01", "parts": []o{
			{"kind": "bom", "item": "FG-CM1", "lines": []o{{"item": "NO-SUCH", "qty": "0"}}}, {"kind": "bom", "item": "FG-CM1"}}}, "masterdata.invalid")
		var where []string
		for _, e := range wrong.list("errors") {
			where = append(where, e.s("location"))
		}
		if got := strings.Join(where, " "); got != "body.date body.parts[0].lines[0].item body.parts[0].lines[0].qty body.parts[1].item" {
			t.Errorf("refused at %s", got)
		}
		c := planner.call("POST", "/masterdata/changes", draft)
		number, url := c.s("number"), "/masterdata/changes/"+c.s("number")
		if c.s("state") != "draft" || c.s("parts.0.version") != "2" || c.s("parts.0.base") != "1" {
			t.Fatalf("draft: %v", c)
		}
		var changes []string
		for _, l := range c.list("parts.0.bom.lines") {
			changes = append(changes, l.s("change")+" "+l.s("item"))
		}
		slices.Sort(changes)
		if got := strings.Join(changes, ", "); got != "added K-BOX-S, added P-PUMP-B, changed P-SCREW, removed K-MAN, removed P-CORD" {
			t.Errorf("difference: %s", got)
		}
		impact := planner.call("GET", "/planning/changes/"+number+"/impact", nil)
		if len(impact.list("work")) != 3 || len(impact.list("sales")) == 0 || impact.find("materials", "item", "P-CORD").s("usable") == "0" || impact.find("purchases", "item", "K-MAN").s("open") != "1000" {
			t.Errorf("impact: %v", impact)
		}
		if got := impact.find("materials", "item", "P-CORD"); got.s("change") != "out" || got.s("before") != "1" || got.s("after") != "0" {
			t.Errorf("cord: %v", got)
		}

		// nothing of it is seen before it is approved, and nobody approves his own
		if b := planner.call("GET", "/masterdata/items/FG-CM1", nil); len(b.list("boms")) != 1 {
			t.Errorf("a draft is in the list: %v", b.at("boms"))
		}
		planner.refused("POST", url+"/approve", o{"rev": 1}, "web.forbidden")
		boss.refused("POST", url+"/approve", o{"rev": 1}, "masterdata.change_state")
		c = planner.call("POST", url+"/request", o{"rev": c.at("rev")})
		if todo := boss.call("GET", "/notices", nil); todo.find("items", "kind", "masterdata.change_asked") == nil {
			t.Errorf("nobody is told to approve: %v", todo)
		}
		planner.refused("PUT", url, o{"rev": c.at("rev"), "title": "x", "reason": "x", "effect": "immediate", "parts": []o{}}, "masterdata.change_state")
		mine := boss.call("POST", "/masterdata/changes", o{"title": "自批", "reason": "试", "effect": "immediate", "parts": []o{{"kind": "item", "item": "P-SCREW", "values": o{"lead_days": 6}}}})
		mine = boss.call("POST", "/masterdata/changes/"+mine.s("number")+"/request", o{"rev": mine.at("rev")})
		boss.refused("POST", "/masterdata/changes/"+mine.s("number")+"/approve", o{"rev": mine.at("rev")}, "masterdata.change_own")
		boss.refused("POST", "/masterdata/changes/"+mine.s("number")+"/reject", o{"rev": mine.at("rev")}, "masterdata.change_why")
		boss.call("PUT", "/masterdata/settings/masterdata.change_four_eyes", o{"value": "0"})
		mine = boss.call("POST", "/masterdata/changes/"+mine.s("number")+"/approve", o{"rev": mine.at("rev")})
		if screw := planner.call("GET", "/masterdata/items/P-SCREW", nil); mine.s("state") != "effective" || str(screw.at("lead_days")) != "6" {
			t.Errorf("the item's values: %s %v", mine.s("state"), screw.at("lead_days"))
		}
		if f := mine.list("parts.0.fields"); len(f) != 1 || f[0].s("before") != "5" || f[0].s("after") != "6" {
			t.Errorf("what was told of the item: %v", f)
		}

		c = quality.call("POST", url+"/approve", o{"rev": c.at("rev"), "note": "样品合格"})
		if c.s("state") != "effective" || c.s("effective_on") != today {
			t.Fatalf("approved: %v", c)
		}
		fresh := order("2", false)
		if got := planner.call("GET", "/production/orders/"+fresh, nil).s("bom_version"); got != "2" {
			t.Errorf("a new order copies version %s", got)
		}

		// three orders are told; each line says what adopting means
		orders := planner.call("GET", "/production/changes/"+number, nil)
		if len(orders.list("items")) != 3 {
			t.Fatalf("told: %v", orders)
		}
		diff := answer(orders.find("items", "order", begun).at("diff").(map[string]any))
		for item, want := range map[string]string{"P-CORD": "removed used 4 issued 10 return 6 need 0", "P-PUMP-B": "added used 0 issued 0 return 0 need 6", "P-SCREW": "changed used 49 issued 0 return 0 need 60",
			"K-MAN": "removed used 0 issued 0 return 0 need 0", "K-BOX-S": "added used 0 issued 0 return 0 need 10"} {
			l := diff.find("lines", "item", item)
			if got := l.s("change") + " used " + l.s("used") + " issued " + l.s("issued") + " return " + l.s("return") + " need " + l.s("need"); got != want {
				t.Errorf("%s: %s, want %s", item, got, want)
			}
		}
		if todo := planner.call("GET", "/notices", nil); todo.find("items", "kind", "production.change_open") == nil {
			t.Errorf("the planner is not told: %v", todo)
		}
		decide := func(p *person, decision string, orders ...string) answer {
			return p.call("POST", "/production/changes/decide", o{"change": number, "orders": orders, "decision": decision, "reason": "按工艺要求"})
		}
		operator.refused("POST", "/production/changes/decide", o{"change": number, "orders": []string{kept}, "decision": "keep", "reason": "x"}, "web.forbidden")
		planner.refused("POST", "/production/changes/decide", o{"change": number, "orders": []string{fresh}, "decision": "keep", "reason": "x"}, "production.change_unknown")
		decide(planner, "keep", kept)
		planner.refused("POST", "/production/changes/decide", o{"change": number, "orders": []string{planned, kept}, "decision": "adopt", "reason": "x"}, "production.change_done")
		decide(planner, "adopt", begun, planned)
		if todo := planner.call("GET", "/notices?filter=done_ms:eq:0", nil); todo.find("items", "kind", "production.change_open") != nil && todo.find("items", "kind", "production.change_open").at("done_ms") == float64(0) {
			t.Errorf("all is decided and it is still to do: %v", todo)
		}
		h.verify()

		components := func(n string) map[string]answer {
			out := map[string]answer{}
			for _, l := range planner.call("GET", "/production/orders/"+n, nil).list("components") {
				out[l.s("item")] = l
			}
			return out
		}
		if got := components(planned); got["P-CORD"] != nil || got["P-PUMP-B"].s("required") != "7" || got["P-SCREW"].s("required") != "71" {
			t.Errorf("an order that has not begun: %v", got)
		}
		if got := components(kept); got["P-CORD"].s("required") != "5" || got["P-PUMP-B"] != nil {
			t.Errorf("an order that keeps its copy: %v", got)
		}
		got := components(begun)
		if got["P-CORD"].s("required") != "4" || got["P-CORD"].s("wip") != "6" || got["P-PUMP-B"].s("required") != "6" || got["P-SCREW"].s("required") != "109" || got["P-SCREW"].s("consumed") != "49" {
			t.Errorf("the order that adopted in the middle: cord %v pump %v screw %v", got["P-CORD"], got["P-PUMP-B"], got["P-SCREW"])
		}
		// the six cords go back; without pumps nothing is reported; a report from before is taken back and made again
		if back := warehouse.call("POST", "/production/returns", o{"order": begun, "code": "P-CORD", "qty": "6"}); back.s("issued") != "4" {
			t.Errorf("returned: %v", back)
		}
		operator.refused("POST", "/production/reports", o{"order": begun, "op": 10, "good": "1"}, "production.not_issued")
		warehouse.call("POST", "/production/issues", o{"order": begun, "code": "P-PUMP-B"})
		more := operator.call("POST", "/production/reports", o{"order": begun, "op": 10, "good": "2"})
		h.verify()
		h.logIn("shift_leader").call("POST", "/production/reports/undo", o{"report": more.s("id"), "reason": "数错"})
		h.verify()
		operator.call("POST", "/production/reports", o{"order": begun, "op": 10, "good": "6"})
		h.makeAll(operator, warehouse, quality, begun)
		h.verify()
		got = components(begun)
		for item, want := range map[string]string{"P-CORD": "4", "P-PUMP-B": "6", "P-SCREW": "109", "K-BOX-S": "10", "K-BOX-L": "10"} {
			if got[item].s("consumed") != want {
				t.Errorf("%s: used %s, want %s", item, got[item].s("consumed"), want)
			}
		}
		h.makeAll(operator, warehouse, quality, kept)
		if got := components(kept); got["P-CORD"].s("consumed") != "5" || got["P-SCREW"].s("consumed") != "61" {
			t.Errorf("the order that kept its copy used %v", got)
		}
		h.verify()
	})
}

// A change for a later day is seen by plans for needs from that day on; one that waits for a part follows what is known
// of its use, never comes in force by the calendar alone, and is effective when the part is used up.
func TestChangeByDateAndByUsingUp(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, "small-appliance")
		planner, boss, warehouse := h.logIn("planner"), h.logIn("boss"), h.logIn("warehouse")
		ctx := actor.With(t.Context(), actor.System)
		day := func(n int) string { return d.Now().In(d.Zone()).AddDate(0, 0, n).Format("2006-01-02") }
		change := func(effect string, extra, part o) answer {
			body := o{"title": "换料", "reason": "降本", "effect": effect, "parts": []o{part}}
			for k, v := range extra {
				body[k] = v
			}
			c := planner.call("POST", "/masterdata/changes", body)
			url := "/masterdata/changes/" + c.s("number")
			c = planner.call("POST", url+"/request", o{"rev": c.at("rev")})
			return boss.call("POST", url+"/approve", o{"rev": c.at("rev")})
		}
		pcba := func(relay string) o {
			return o{"kind": "bom", "item": "M-PCBA", "lines": []o{{"item": "P-PCB", "qty": "1", "op": 10, "issue": "backflush"}, {"item": "P-MCU", "qty": "1", "op": 10, "issue": "backflush"}, {"item": relay, "qty": "2", "op": 10, "issue": "backflush"}, {"item": "P-NTC", "qty": "1", "op": 20, "issue": "backflush"}}}
		}
		dated := change("date", o{"date": day(20)}, pcba("K-MAN"))
		if dated.s("state") != "approved" || dated.s("effective_on") != day(20) {
			t.Fatalf("for a later day: %v", dated)
		}
		// before: the old part, after: the new one
		for _, n := range []int{10, 40} {
			planner.call("POST", "/planning/demands", o{"item": "M-PCBA", "qty": "5000", "due": day(n), "note": "x"})
		}
		planner.call("POST", "/planning/run", o{})
		early, late := "", ""
		for _, item := range []string{"P-RELAY", "K-MAN"} {
			for _, n := range planner.call("GET", "/planning/items/"+item, nil).list("needs") {
				if n.s("for") != "M-PCBA" {
					continue
				}
				if n.s("day") < day(20) && !strings.Contains(early, item) {
					early += item
				}
				if n.s("day") > day(20) && !strings.Contains(late, item) {
					late += item
				}
			}
		}
		if early != "P-RELAY" || late != "K-MAN" {
			t.Errorf("the plan takes %q before the day and %q after it", early, late)
		}

		// cords: all bills of the factory take them, so a plan knows when they are gone
		cord := func() o {
			return o{"kind": "bom", "item": "FG-CM2", "lines": []o{{"item": "A-CM2-CORE", "qty": "1", "op": 10}, {"item": "M-CM2-SHELL", "qty": "1", "op": 10}, {"item": "K-BOX-S", "qty": "1", "op": 10},
				{"item": "P-SCREW", "qty": "12", "scrap_pct": "0.2", "op": 10, "issue": "backflush"}, {"item": "K-BOX-L", "qty": "1", "op": 30, "issue": "backflush"}, {"item": "K-EPS", "qty": "1", "op": 30, "issue": "backflush"}, {"item": "K-MAN", "qty": "1", "op": 30, "issue": "backflush"}}}
		}
		planner.refused("POST", "/masterdata/changes", o{"title": "x", "reason": "x", "effect": "use_up", "use_up": "K-EPS", "parts": []o{cord()}}, "masterdata.invalid")
		waits := change("use_up", nil, cord())
		number := waits.s("number")
		if waits.s("state") != "approved" || waits.s("use_up.item") != "P-CORD" || waits.s("use_up.usable") != "720" || waits.s("use_up.basis") != "plan" || waits.s("effective_on") <= day(0) {
			t.Fatalf("waits for the cords: %v", waits)
		}
		in := func() string {
			for _, b := range planner.call("GET", "/masterdata/items/FG-CM2", nil).list("boms") {
				if b.at("today") == true {
					return b.s("version")
				}
			}
			return ""
		}
		seen, err := h.a.Masterdata.LookAtChanges(ctx, d)
		if err != nil || len(seen.Effective) != 0 || in() != "1" {
			t.Fatalf("there are cords: %v %v, in force %s", seen, err, in())
		}
		boss.refused("POST", "/masterdata/changes/"+number+"/effect", o{"rev": waits.at("rev")}, "masterdata.change_why")
		// somebody counts: half a cord box is all that is left, then nothing
		for _, row := range warehouse.call("GET", "/inventory/stock?filter=item:eq:P-CORD&limit=50", nil).list("items") {
			warehouse.call("POST", "/inventory/adjustments", o{"item": row.s("item"), "lot": row.s("lot"), "location": row.s("location"), "counted": "0", "reason": "盘亏"})
		}
		if seen, err = h.a.Masterdata.LookAtChanges(ctx, d); err != nil || !slices.Contains(seen.Effective, number) || in() != "2" {
			t.Errorf("used up: %v %v, in force %s", seen, err, in())
		}
		if c := planner.call("GET", "/masterdata/changes/"+number, nil); c.s("state") != "effective" || c.s("effective_on") != day(0) {
			t.Errorf("used up: %v", c)
		}

		// a change that would stand in the shade of another version is refused; a rejected one is taken up anew as a copy
		part := pcba("K-BOX-S")
		part["version"] = "1"
		planner.refused("POST", "/masterdata/changes", o{"title": "重号", "reason": "x", "effect": "immediate", "parts": []o{part}}, "masterdata.invalid")
		part["version"] = "0"
		shade := planner.call("POST", "/masterdata/changes", o{"title": "被压", "reason": "x", "effect": "date", "date": day(20), "parts": []o{part}})
		url := "/masterdata/changes/" + shade.s("number")
		planner.refused("POST", url+"/request", o{"rev": 99}, "masterdata.stale")
		shade = planner.call("POST", url+"/request", o{"rev": shade.at("rev")})
		if others := shade.at("others").([]any); len(others) != 1 || others[0] != dated.s("number") {
			t.Errorf("nobody hears of %s: %v", dated.s("number"), others)
		}
		boss.refused("POST", url+"/approve", o{"rev": shade.at("rev")}, "masterdata.change_outranked")
		if b := planner.call("GET", "/masterdata/items/M-PCBA", nil); len(b.list("boms")) != 2 {
			t.Errorf("a refused approval left a version: %v", b.at("boms"))
		}
		no := boss.call("POST", url+"/reject", o{"rev": shade.at("rev"), "note": "日期不对"})
		boss.refused("POST", url+"/approve", o{"rev": no.at("rev")}, "masterdata.change_state")
		again := planner.call("POST", "/masterdata/changes", o{"copy_from": shade.s("number"), "title": "再提", "reason": "x", "effect": "date", "date": day(30), "parts": []o{}})
		if no.s("state") != "rejected" || no.s("answer") != "日期不对" || again.s("state") != "draft" || again.s("parts.0.version") != "0" || len(again.list("parts.0.bom.lines")) == 0 {
			t.Errorf("rejected %v, anew %v", no, again)
		}
		// asked for twice at once, one approval wins
		again = planner.call("POST", "/masterdata/changes/"+again.s("number")+"/request", o{"rev": again.at("rev")})
		wins := make(chan int, 2)
		for _, key := range []string{"once", "twice"} {
			go func() {
				wins <- boss.do("POST", "/masterdata/changes/"+again.s("number")+"/approve", `{"rev":`+str(again.at("rev"))+`}`, "Idempotency-Key", key).Code
			}()
		}
		if a, b := <-wins, <-wins; min(a, b) != 200 || max(a, b) != 409 {
			t.Errorf("two approvals at once answer %d and %d", a, b)
		}
		// one that was approved can be given up
		gone := boss.call("POST", "/masterdata/changes/"+dated.s("number")+"/withdraw", o{"rev": dated.at("rev"), "note": "不做了"})
		if gone.s("state") != "withdrawn" {
			t.Errorf("given up: %v", gone)
		}
		if v := planner.call("GET", "/masterdata/boms/M-PCBA/versions/2", nil); v.s("effective_from") != "9999-12-31" {
			t.Errorf("a version of a change that was given up holds from %s", v.s("effective_from"))
		}
		// and where the company wants it, versions move only so
		boss.call("PUT", "/masterdata/settings/masterdata.change_only", o{"value": "1"})
		planner.refused("POST", "/masterdata/boms/M-PCBA/versions", o{"version": "9", "copy_from": "1"}, "masterdata.change_needed")
		h.verify()
	})
}

// A routing and a phantom change: orders on which work has begun keep their routing, what was split off adopts it; an
// order is told of a phantom that its bill was blown through; a substitute that was approved for an order stays.
func TestRoutingAndPhantomChangeInMidOrder(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, "small-appliance")
		planner, boss, operator, warehouse, quality := h.logIn("planner"), h.logIn("boss"), h.logIn("operator"), h.logIn("warehouse"), h.logIn("quality")
		due := d.Now().AddDate(0, 0, 9).Format("2006-01-02")
		// a product of our own: a bag of small parts is a phantom
		for _, it := range []o{{"code": "BAG", "name": "附件包", "kind": "phantom"}, {"code": "LAMP", "name": "灯", "kind": "make", "decimals": 0}} {
			boss.call("POST", "/masterdata/items", it)
		}
		boss.call("POST", "/masterdata/boms/BAG/versions", o{"version": "1", "lines": []o{{"item": "K-MAN", "qty": "1"}, {"item": "P-SCREW", "qty": "4", "issue": "backflush"}}})
		boss.call("POST", "/masterdata/boms/LAMP/versions", o{"version": "1", "lines": []o{{"item": "P-CORD", "qty": "1", "op": 10}, {"item": "BAG", "qty": "2", "op": 20, "issue": "backflush"}}})
		boss.call("POST", "/masterdata/routings/LAMP/versions", o{"version": "1", "ops": []o{{"op": 10, "name": "装", "work_center": "LINE", "run_min": "1"}, {"op": 20, "name": "包", "work_center": "PACK", "run_min": "1"}}})
		order := func(qty string) string {
			n := planner.call("POST", "/production/orders", o{"orders": []o{{"item": "LAMP", "qty": qty, "due": due}}}).s("orders.0.number")
			planner.call("POST", "/production/orders/release", o{"orders": []string{n}})
			return n
		}
		begun, waiting := order("6"), order("4")
		for _, n := range []string{begun, waiting} {
			warehouse.call("POST", "/production/issues", o{"order": n, "code": "P-CORD"})
		}
		operator.call("POST", "/production/starts", o{"order": begun, "op": 10})
		operator.call("POST", "/production/reports", o{"order": begun, "op": 10, "good": "2"})

		approve := func(parts ...o) string {
			c := planner.call("POST", "/masterdata/changes", o{"title": "改", "reason": "试", "effect": "immediate", "parts": parts})
			c = planner.call("POST", "/masterdata/changes/"+c.s("number")+"/request", o{"rev": c.at("rev")})
			return boss.call("POST", "/masterdata/changes/"+c.s("number")+"/approve", o{"rev": c.at("rev")}).s("number")
		}
		decide := func(change, decision string, orders ...string) o {
			return o{"change": change, "decision": decision, "orders": orders, "reason": "按工艺"}
		}

		// the phantom: both orders have its parts, at the step where it stands
		bag := approve(o{"kind": "bom", "item": "BAG", "lines": []o{{"item": "P-SCREW", "qty": "3", "issue": "backflush"}, {"item": "K-EPS", "qty": "1", "issue": "backflush"}}})
		told := planner.call("GET", "/production/changes/"+bag, nil)
		if len(told.list("items")) != 2 {
			t.Fatalf("told of the phantom: %v", told)
		}
		d0 := answer(told.find("items", "order", waiting).at("diff").(map[string]any))
		if got := d0.find("lines", "item", "P-SCREW"); got.s("before.required") != "32" || got.s("after.required") != "24" || d0.find("lines", "item", "K-MAN").s("change") != "removed" || d0.find("lines", "item", "K-EPS").s("need") != "8" {
			t.Errorf("what the phantom means: %v", d0)
		}
		planner.call("POST", "/production/changes/decide", decide(bag, "adopt", begun, waiting))
		h.verify()

		// the routing: a test between the two steps. Who has begun keeps it
		way := approve(o{"kind": "routing", "item": "LAMP", "ops": []o{{"op": 10, "name": "装", "work_center": "LINE", "run_min": "2"}, {"op": 15, "name": "测", "work_center": "TEST", "run_min": "1"}, {"op": 20, "name": "包", "work_center": "PACK", "run_min": "1", "inspection": "final"}}})
		planner.refused("POST", "/production/changes/decide", decide(way, "adopt", waiting, begun), "production.change_begun")
		split := planner.call("POST", "/production/orders/split", o{"order": begun, "qty": "3", "material": "share", "reason": "换工艺"}).s("new.number")
		if rows := planner.call("GET", "/production/changes?filter=change:eq:"+way+"&filter=state:eq:open", nil); len(rows.list("items")) != 3 {
			t.Errorf("what was split off is not told: %v", rows)
		}
		planner.call("POST", "/production/changes/decide", decide(way, "keep", begun))
		planner.call("POST", "/production/changes/decide", decide(way, "adopt", waiting, split))
		h.verify()
		for n, want := range map[string]int{begun: 2, waiting: 3, split: 3} {
			w := planner.call("GET", "/production/orders/"+n, nil)
			if len(w.list("ops")) != want {
				t.Errorf("%s has the operations %v", n, w.at("ops"))
			}
		}
		operator.call("POST", "/production/reports", o{"order": begun, "op": 10, "good": "1"})
		for _, n := range []string{begun, waiting, split} {
			h.makeAll(operator, warehouse, quality, n)
			h.verify()
		}
		for n, want := range map[string]string{begun: "18", waiting: "24", split: "18"} {
			w := planner.call("GET", "/production/orders/"+n, nil)
			if got := w.find("components", "item", "P-SCREW").s("consumed"); got != want || w.s("received") != w.s("qty") {
				t.Errorf("%s used %s screws, want %s; received %s of %s", n, got, want, w.s("received"), w.s("qty"))
			}
		}
		// a change of what nobody makes just now touches no order
		if none := planner.call("GET", "/production/changes/"+approve(o{"kind": "bom", "item": "M-PCBA", "lines": []o{{"item": "P-PCB", "qty": "1", "op": 10}}}), nil); len(none.list("items")) != 0 {
			t.Errorf("touched: %v", none)
		}
	})
}
