package planning_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning"
)

// heard is a schedule that writes down what it is asked, and says of own jobs that they are through some days after
// their parts are there.
type heard struct {
	live  map[string]int // sites that have a schedule, and the days
	asked map[string][]planning.Job
	ranks bool // a day more for each step of priority
}

func (h *heard) Fit(_ context.Context, _ db.Querier, site masterdata.Site, jobs []planning.Job) (planning.Fitting, error) {
	days, ok := h.live[site.Code]
	if !ok {
		return planning.Fitting{Found: planning.NoSchedule}, nil
	}
	h.asked[site.Code] = jobs
	out := planning.Fitting{Found: planning.Scheduled, Loads: []planning.Load{{Center: "W", Name: "W", Own: 7, Until: "2026-04-01"}}}
	for _, j := range jobs {
		day := j.From
		for _, before := range j.After {
			day = max(day, out.Jobs[before].Day)
		}
		if h.ranks {
			day += cal.Day(j.Priority)
		}
		out.Jobs = append(out.Jobs, planning.Fitted{Day: day + cal.Day(days), Center: "W"})
	}
	return out, nil
}

// Each line of an order keeps its own priority and day, for itself and all that is made for it; what is planned already
// and due before the last of them stands before.
func TestPromiseLinesKeepTheirOwn(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		names := map[db.ID]string{}
		items, err := masterdata.AllItems(ctx, d.Read())
		if err != nil {
			t.Fatal(err)
		}
		for code, i := range items {
			names[i.ID] = code
		}
		s.stock(t, "SCREW", 9000)
		s.stock(t, "BLANK", 9000)
		s.order(t, "SO1", "BODY", 4, "2026-03-10", 5)
		s.order(t, "SO2", "BODY", 6, "2026-04-10", 5)
		h := &heard{live: map[string]int{"F1": 1}, asked: map[string][]planning.Job{}}
		s.Schedule = h
		p, err := s.Promise(ctx, d.Read(), planning.AskPromise{Priority: 7, Lines: []planning.PromiseLine{
			{Item: "LAMP", Qty: num.Int(30), Due: "2026-03-25"}, {Item: "BODY", Qty: num.Int(5), Due: "2026-03-12", Priority: 2}, {Item: "LAMP", Qty: num.Int(3), Due: "2026-03-18", Priority: 4}}})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, j := range h.asked["F1"] {
			got = append(got, fmt.Sprintf("%s %s due %s priority %d after %v own %v", names[j.Item], j.Qty, j.Due, j.Priority, j.After, j.Own))
		}
		if want := []string{"BODY 4 due 2026-03-10 priority 5 after [] own false",
			"BODY 30 due 2026-03-25 priority 7 after [] own true", "BODY 5 due 2026-03-12 priority 2 after [] own true", "BODY 3 due 2026-03-18 priority 4 after [] own true",
			"LAMP 30 due 2026-03-25 priority 7 after [1] own true", "LAMP 3 due 2026-03-18 priority 4 after [3] own true"}; !slices.Equal(got, want) {
			t.Errorf("jobs\n%s", strings.Join(got, "\n"))
		}
		if len(p.Sites) != 1 || p.Sites[0].How != "schedule" || p.Sites[0].Site != "F1" || len(p.Loads) != 1 || !p.Loads[0].Scheduled || p.Loads[0].Own != 7 || !p.Lines[2].Scheduled {
			t.Errorf("%+v %+v", p.Sites, p.Loads)
		}
		// rough-cut as well: a few for the 12th do not wait for the many after them
		s.Schedule = nil
		p, err = s.Promise(ctx, d.Read(), planning.AskPromise{Lines: []planning.PromiseLine{{Item: "LAMP", Qty: num.Int(9000), Due: "2026-03-25"}, {Item: "BODY", Qty: num.Int(5), Due: "2026-03-12"}, {Item: "BODY", Qty: num.Int(5), Due: "2026-03-26"}}})
		if err != nil {
			t.Fatal(err)
		}
		if many, few, last := p.Lines[0], p.Lines[1], p.Lines[2]; few.Capacity == "" || few.Capacity > "2026-03-12" || !few.OnTime || many.Capacity <= few.Capacity || last.Capacity < many.Capacity || few.Scheduled || p.Sites[0].How != "no_schedule" {
			t.Errorf("many %+v\nfew %+v\nlast %+v", many, few, last)
		}
	})
}

// Where another site makes something and has a live schedule, that says when it leaves; each site says how it has
// answered.
func TestPromiseByTheScheduleOfAnotherSite(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.second(t) // F2 gets BODY from F1, three days on the way
		ctx := kittest.Ctx(t)
		s.stock(t, "BLANK", 20000)
		h := &heard{live: map[string]int{"F1": 10}, asked: map[string][]planning.Job{}}
		s.Schedule = h
		wish := ask("BODY", 5000, "")
		wish.Site = "F2"
		p, err := s.Promise(ctx, d.Read(), wish)
		if err != nil {
			t.Fatal(err)
		}
		// ten days from today, and three on the way, whatever the rough cut would say
		if l := p.Lines[0]; l.Possible != "2026-03-15" || l.Capacity != "2026-03-15" || !l.Scheduled || l.Reason != "work_center" || l.Block != "W" || l.BlockAt != "F1" || l.BlockDay != "2026-03-12" {
			t.Errorf("%+v", l)
		}
		if len(p.Sites) != 1 || p.Sites[0] != (planning.SiteSays{Site: "F1", Name: "一厂", How: "schedule", Until: "2026-03-12"}) || len(p.Loads) != 1 || p.Loads[0].Site != "F1" || !p.Loads[0].Scheduled || p.Loads[0].Own != 7 {
			t.Errorf("%+v %+v", p.Sites, p.Loads)
		}
		// lamps of these bodies here: this site has a schedule too, and its job waits until they are here
		h.live["F2"] = 1
		wish.Lines[0].Item = "LAMP"
		if p, err = s.Promise(ctx, d.Read(), wish); err != nil {
			t.Fatal(err)
		}
		jobs := h.asked["F2"]
		if len(jobs) != 1 || jobs[0].From.String() != "2026-03-15" || len(jobs[0].After) != 0 {
			t.Errorf("%+v", jobs)
		}
		if l := p.Lines[0]; len(p.Sites) != 2 || p.Sites[0].Site != "F2" || p.Sites[0].How != "schedule" || p.Sites[1].How != "schedule" || !l.Scheduled || l.Possible < "2026-03-16" {
			t.Errorf("%+v %+v", p.Sites, l)
		}
		// two lines whose parts there are one planned order: each leaves when its own part is through
		h.ranks = true
		two := planning.AskPromise{Site: "F2", Lines: []planning.PromiseLine{{Item: "BODY", Qty: num.Int(50), Priority: 9}, {Item: "BODY", Qty: num.Int(5), Priority: 2}}}
		if p, err = s.Promise(ctx, d.Read(), two); err != nil || p.Lines[0].Possible != "2026-03-24" || p.Lines[1].Possible != "2026-03-17" || p.Lines[1].BlockDay != "2026-03-14" || p.Lines[0].BlockDay != "2026-03-21" {
			t.Errorf("%+v %v", p.Lines, err)
		}
		delete(h.live, "F1") // rough-cut too: 5,000 minutes after five
		two.Lines[0].Qty = num.Int(5000)
		if p, err = s.Promise(ctx, d.Read(), two); err != nil || p.Lines[0].Possible <= p.Lines[1].Possible || p.Lines[1].Scheduled || p.Lines[1].Reason == "work_center" {
			t.Errorf("%+v %v", p.Lines, err)
		}
		h.live["F1"], h.ranks = 10, false
		// one of them without a schedule is said so
		delete(h.live, "F2")
		if p, err = s.Promise(ctx, d.Read(), wish); err != nil || p.Sites[0].How != "no_schedule" || p.Sites[1].How != "schedule" || p.Lines[0].Scheduled {
			t.Errorf("%+v %v", p.Sites, err)
		}
		// whoever does not see the other site is not told what it has to do
		f2, err := masterdata.SiteByCode(ctx, d.Read(), "F2")
		if err != nil {
			t.Fatal(err)
		}
		blind, err := s.Promise(actor.With(t.Context(), &actor.Actor{Name: "there", UserID: 9, Sites: []int64{int64(f2.ID)}, Perms: map[string]bool{"*": true}}), d.Read(), wish)
		if err != nil || blind.Possible != p.Possible || len(blind.Sites) != 1 || blind.Sites[0].Site != "F2" || slices.ContainsFunc(blind.Loads, func(l planning.Load) bool { return l.Site != "" }) {
			t.Errorf("%+v %v", blind, err)
		}
	})
}
