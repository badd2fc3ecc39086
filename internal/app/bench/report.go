package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/production"
)

// report sends one report of one piece as the floor's page would: a command with a key of its own, once. A server that
// was too busy with others is asked again, as the page's outbox does; the wait counts.
func (f *floor) report(ctx context.Context, kind string, client int) error {
	id := f.DB.ID()
	ctx = db.WithKey(operator(ctx, client, f.workers[client]), "bench-0000-"+strconv.FormatInt(int64(id), 10))
	in := production.Report{Order: orderOf(kind, client), Op: 10, Good: num.One}
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	for {
		err := f.DB.InTx(ctx, func(tx *db.Tx) error {
			_, err := db.Once(ctx, tx, "reportOperation:"+strconv.Itoa(1000+client), tx.Key(), body, func() (production.Reported, error) { return f.Production.Report(ctx, tx, in) })
			return err
		})
		if !fault.Is(err, "db.busy") {
			return err
		}
	}
}

// side is one of the things that take turns in a run.
type side struct {
	name string
	act  func(ctx context.Context, client int) error
	all  sample
	rate []float64 // of each slice
}

// takeTurns lets the sides act in short slices, one after the other, until the time is over: what slows the machine
// for a while slows all of them.
func takeTurns(ctx context.Context, clients int, lasts time.Duration, sides ...*side) error {
	rounds := max(int(lasts/time.Duration(len(sides))/(700*time.Millisecond)), 1)
	slice := lasts / time.Duration(rounds*len(sides))
	for range rounds {
		for _, s := range sides {
			got, err := drive(ctx, clients, slice, s.act)
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			s.all.add(got)
			s.rate = append(s.rate, got.rate())
		}
	}
	return nil
}

// against is the median over the rounds of how two sides compare in the same round.
func (s *side) against(other *side) float64 {
	var r []float64
	for i := range min(len(s.rate), len(other.rate)) {
		if other.rate[i] > 0 {
			r = append(r, s.rate[i]/other.rate[i])
		}
	}
	return median(r)
}

// Report measures durable operation reports with a 6-line backflush.
func Report(ctx context.Context, o Options) (Result, error) {
	r, err := o.prepare("report")
	if err != nil {
		return r, err
	}
	o.say("making the factory …")
	real, err := o.openFloor(ctx, "report", db.Options{})
	if err != nil {
		return r, err
	}
	defer real.done()
	limit, err := o.openFloor(ctx, "limit", db.Options{})
	if err != nil {
		return r, err
	}
	defer limit.done()
	own := &side{name: "reports, no component shared", act: func(ctx context.Context, c int) error { return real.report(ctx, "own", c) }}
	hot := &side{name: "reports, one screw in every report", act: func(ctx context.Context, c int) error { return real.report(ctx, "hot", c) }}
	sides := []*side{own, hot}
	each := &side{name: "one commit per report"}
	if o.DSN == "" {
		single, err := o.openFloor(ctx, "single", db.Options{NoGroup: true})
		if err != nil {
			return r, err
		}
		defer single.done()
		each.act = func(ctx context.Context, c int) error { return single.report(ctx, "own", c) }
		sides = append(sides, each)
	}
	b, err := newBare(ctx, limit, o.Clients)
	if err != nil {
		return r, err
	}
	bare := &side{name: "limit: the same row writes alone", act: b.write}
	sides = append(sides, bare)
	for c := range o.Clients { // the first report of each client prepares its statements
		if err := real.report(ctx, "own", c); err != nil {
			return r, err
		}
	}
	before, err := b.count(ctx, real.DB)
	if err != nil {
		return r, err
	}
	o.say("measuring %d clients for %s, the sides in turn …", o.Clients, o.For)
	if err := takeTurns(ctx, o.Clients, o.For, sides...); err != nil {
		return r, err
	}
	if err := b.sameRows(ctx, real.DB, before, own.all.ops+hot.all.ops, bare.all.ops); err != nil {
		return r, err
	}
	r.fill(&own.all, bare.all.rate())
	r.Ratio = round(own.against(bare))
	for _, s := range sides {
		r.Parts = append(r.Parts, s.all.part(s.name))
	}
	if o.DSN == "" {
		r.atLeast("ratio to the limit", r.Ratio, 0.40)
		r.atLeast("× one commit per report", own.against(each), 3)
		r.atLeast("hot item ÷ distinct items", hot.against(own), 0.5)
	} else {
		r.Parts[1].Note = "balances split over slots"
	}
	r.below("p99 ms against 4 × clients ÷ rate", r.P99, 4*float64(o.Clients)/r.OpsPerS*1000)
	r.Explains = []string{
		"ops_per_s: reports a second, each durable when answered; every report reads its order, consumes 6 components, writes the fact, totals, ledger, event and idempotency key",
		"p50_ms, p99_ms: how long a client waited for its answer",
		"limit_ops_per_s: the same rows written to the same tables and indexes, committed by the same group commit with prepared statements, without reading or thinking (" + b.rows() + ")",
		"ratio: median over the rounds of reports ÷ limit in the same round",
	}
	return r, nil
}

func (r *Result) fill(s *sample, limit float64) {
	r.Ops, r.Seconds, r.OpsPerS, r.P50, r.P99, r.Limit = s.ops, round(s.took.Seconds()), round(s.rate()), s.ms(0.5), s.ms(0.99), round(limit)
}
