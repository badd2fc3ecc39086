// Package production knows what is being made: work orders with their own copy of bill and routing, who reported
// how many pieces at which operation, what that used up, and what went into stock.
//
// It promises, and Verify checks:
//   - the balance law: what came into an operation is good, scrapped, set aside for rework, or still there
//     (in = good + scrap + rework + WIP), and nothing is ever negative. The order's quantity comes into the first
//     report point, the good pieces of one report point come into the next;
//   - the totals of an operation are the sums of its reports, and a report is never changed: a mistake is
//     reversed by its mirror;
//   - material used by an operation is the norm of the pieces reported there, rounded up once over all reports
//     and not once per report;
//   - received is never more than what the last operation made good and, where a final inspection stands, passed.
//
// A report is one transaction: facts, totals, consumption, status and event.
package production

import (
	"context"
	"embed"
	"sync"
	"time"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/job"
	"kaiwu/internal/quality"
)

//go:embed schema/*.sql
var Schema embed.FS

// Module is the production room.
type Module struct {
	Inventory *inventory.Module
	Quality   *quality.Module

	// Guards may refuse a fact because of the day it counts for: costing closes a period.
	Guards []func(ctx context.Context, tx *db.Tx, site db.ID, postingDate string) error
	// OnReceived hears of finished goods in the same transaction: sales promises them to its order line.
	OnReceived []func(ctx context.Context, tx *db.Tx, r Received) error

	// Jobs passes calls on that nobody answers; nil where nothing works in the background.
	Jobs *job.Runner
	// Pictures finds what shows the things that subjects name ("item:R-PP"), by attachment.
	Pictures func(ctx context.Context, q db.Querier, subjects []string) (map[string]db.ID, error)
	// Slots names the operations that the live schedule ends by an instant; false where nothing is scheduled.
	Slots func(ctx context.Context, q db.Querier, until int64) (map[db.ID]bool, bool, error)

	d    *db.DB
	mu   sync.Mutex
	cals map[db.ID]keptCalendar
}

type keptCalendar struct {
	cal   *cal.Calendar
	until int64
}

// New builds the room on the two that it moves stock and asks for inspections with, and names its documents.
func New(d *db.DB, inv *inventory.Module, qa *quality.Module) *Module {
	if d != nil { // without a database the room only describes itself
		d.NumberRule("wo", "MO{yymm}-{0000}")
		d.NumberRule("receipt", "FR{yymm}-{0000}")
		d.NumberRule("wo_pick", "PM{yymm}-{0000}")
		d.NumberRule("handover", "HO{yymm}-{0000}")
	}
	m := &Module{d: d, Inventory: inv, Quality: qa, cals: map[db.ID]keptCalendar{}}
	qa.Guards = append(qa.Guards, m.mayUnjudge)
	qa.OnJudged = append(qa.OnJudged, m.judged)
	inv.Arrived = append(inv.Arrived, m.arrived)
	inv.OwePolicy = m.policies
	return m
}

// today is the business date for questions outside a transaction.
func (m *Module) today() string { return m.d.Now().In(m.d.Zone()).Format(time.DateOnly) }

// Perms are the permissions of this room.
var Perms = []string{"production.read", "production.create", "production.release", "production.report", "production.undo",
	"production.issue", "production.receive", "production.close", "production.hold", "production.override", "production.policy", "production.undo_any",
	"production.call", "production.answer", "production.station", "production.setup", "production.over_issue", "production.change", "production.rework"}
