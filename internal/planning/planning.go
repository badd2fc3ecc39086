// Package planning says what to make, buy and have made, when, and for whom.
//
// It promises: a site has at most one live plan, and a newer run takes its place whole or not at all; a plan is a
// proposal, and nothing real moves before a person releases an order of it; an order is released once; a firm order is
// supply in every later run until it is released or withdrawn; whatever could not be planned soundly is said, and the
// rest is planned all the same. The arithmetic is planning/mrp's.
//
// Its tables begin with mrp_. See events.go for what it tells.
package planning

import (
	"embed"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/production"
	"kaiwu/internal/purchasing"
	"kaiwu/internal/sales"
)

//go:embed schema/*.sql
var Schema embed.FS

// Module is the planning room.
type Module struct {
	DB         *db.DB
	Production *production.Module
	Purchasing *purchasing.Module
	Master     *masterdata.Module // adopted stock levels are written through it
	Sales      *sales.Module      // what-ifs about sales orders become real through it
	Schedule   Schedule           // a finite schedule, where one is kept; nil: the rough cut counts

	frames frames
}

// New makes the room and names its documents.
func New(d *db.DB, prod *production.Module, buy *purchasing.Module) *Module {
	d.NumberRule("firm", "PL{yymm}-{0000}")
	d.NumberRule("scenario", "WI{yymm}-{0000}")
	m := &Module{DB: d, Production: prod, Purchasing: buy, Master: masterdata.New()}
	buy.OnAnswered = append(buy.OnAnswered, m.answered)
	return m
}

// Perms are the permissions of this room.
var Perms = []string{"planning.read", "planning.run", "planning.firm", "planning.release", "planning.promise", "planning.replenish", "planning.slow"}
