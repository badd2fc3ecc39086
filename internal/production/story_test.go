package production_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/production"
	"kaiwu/internal/quality"
)

// The story of an order of thirty coffee machines, from the sales line to the shelf.
func TestStory(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		clock := kittest.ClockOf(d)
		var promised string
		f.OnReceived = append(f.OnReceived, func(_ context.Context, _ *db.Tx, r production.Received) error {
			promised += fmt.Sprintf("%s of lot %s for sales line %s; ", r.Qty, r.Lot, r.SalesLine)
			return nil
		})

		// the planner makes a work order from the sales line and releases it
		var wo string
		f.do(t, func(ctx context.Context, tx *db.Tx) error {
			made, err := f.CreateOrders(ctx, tx, []production.NewOrder{{Item: f.items["COFFEE"].ID, Qty: dec("30"), Due: "2026-03-06", Start: "2026-03-02", SalesLine: 77, SalesRef: "SO2603-0001", Priority: 2}})
			if err == nil {
				wo = made[0].Number
			}
			return err
		})
		if _, err := run(t, d, f.Report, report(wo, "10 g1")); code(err) != "production.not_released" {
			t.Error("reported before its release:", err)
		}
		must(t, d, f.Release, production.Release{Orders: []string{wo}})

		// the warehouse brings material by the pick list; someone scans the wrong reel first
		if _, err := run(t, d, f.Issue, production.Issue{Order: wo, Code: "KW:LOT:OTHER/O-1"}); code(err) != "production.wrong_item" {
			t.Error(err)
		}
		f.issueAll(t, wo)

		// Wang Fang assembles, in two transfer lots; one shell is scratched, one is to be polished
		clock.Add(30 * time.Minute)
		must(t, d, f.Start, production.Run{Order: wo, Op: 10, Worker: "8801", Machine: "L1"})
		clock.Add(90 * time.Minute)
		must(t, d, f.Report, report(wo, "10 g10"))
		must(t, d, f.Report, report(wo, "20 g10")) // the first lot goes on at once
		clock.Add(2 * time.Hour)
		slip := must(t, d, f.Report, report(wo, "10 g20"))
		must(t, d, f.Undo, production.Undo{Report: slip.ID, Reason: "two of them are not good"})
		must(t, d, f.Report, report(wo, "10 g18 s1 r1"))
		must(t, d, f.Report, report(wo, "10 g1 f"))

		// ageing and packing; the last report asks for the final inspection
		clock.Add(3 * time.Hour)
		must(t, d, f.Report, report(wo, "20 g19"))
		first := must(t, d, f.Report, report(wo, "30 g20"))
		last := must(t, d, f.Report, report(wo, "30 g9"))
		if !last.OpDone || last.OrderStatus != "completed" {
			t.Errorf("%+v", last)
		}

		// quality passes all but one; what passed goes into stock, and the sales line hears of it
		must(t, d, f.Quality.Judge, quality.Judge{Inspection: first.Inspection, Passed: dec("19"), Failed: dec("1"), Reason: "leaks"})
		one := must(t, d, f.Receive, production.Receive{Order: wo})
		must(t, d, f.Quality.Judge, quality.Judge{Inspection: last.Inspection, Passed: dec("9")})
		two := must(t, d, f.Receive, production.Receive{Order: wo})
		if want := fmt.Sprintf("19 of lot %s for sales line 77; 9 of lot %s for sales line 77; ", one.Lot, two.Lot); promised != want {
			t.Errorf("got %s, want %s", promised, want)
		}

		// the order tells the whole story
		o, err := f.Order(kittest.Ctx(t), d.Read(), wo)
		if err != nil {
			t.Fatal(err)
		}
		var ops []string
		for _, p := range o.Ops {
			ops = append(ops, fmt.Sprintf("%d %s %s in %s good %s scrap %s", p.Op, p.Name, p.Status, p.QtyIn, p.Good, p.Scrap))
		}
		if got, want := strings.Join(ops, "; "), "10 总装 done in 30 good 29 scrap 1; 15 清洁 done in 29 good 29 scrap 0; 20 老化 done in 29 good 29 scrap 0; 30 包装 done in 29 good 29 scrap 0"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if o.Status != "completed" || o.ProgressPct != 100 || o.Received != dec("28") || o.Failed != dec("1") || o.Receivable != 0 || len(o.Reports) != 9 || len(o.Receipts) != 2 || len(o.Inspections) != 2 {
			t.Errorf("%+v", o)
		}
		names, err := db.All[string](t.Context(), d.Read(), `SELECT name FROM kit_event WHERE subject = $1 ORDER BY recorded_ms, id`, "wo:"+wo)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.ReplaceAll(strings.Join(names, " "), "production.", ""); got != "created released issued issued started reported reported reported undone reported reported reported reported reported received received" {
			t.Error(got)
		}
		must(t, d, f.Close, production.End{Order: wo, Reason: "all done"})
		balanced(t, f)
	})
}
