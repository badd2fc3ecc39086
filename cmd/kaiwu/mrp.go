package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"time"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/pack"
	"kaiwu/internal/planning/mrp"
)

func init() {
	register("mrp", "--pack DIR [--today DATE] --out planned.csv [--pegs pegs.csv]", "plan a factory pack without a database", planPack)
}

func planPack(_ context.Context, c *command, args []string) error {
	fs := flags(c)
	name := fs.String("pack", "", "the pack: a folder, a zip or an xlsx")
	today := fs.String("today", "", "day on which planning stands, YYYY-MM-DD; default the pack's, else the real one")
	out := fs.String("out", "", "file for the planned orders")
	pegs := fs.String("pegs", "", "file that says which demand takes which supply")
	asJSON := fs.Bool("json", false, "print how many orders, pegs and faults there are as JSON to standard output")
	if err := parse(fs, args, nil); err != nil {
		return err
	}
	if *name == "" || *out == "" {
		return &usage{"name the pack with --pack and the file for the plan with --out"}
	}
	day, err := cal.ParseDay(*today)
	if *today != "" && err != nil {
		return &usage{fmt.Sprintf("--today %s: say a date such as 2026-03-09", *today)}
	}
	p, faults := pack.Read(*name)
	if len(faults) > 0 {
		return wording(fault.Invalid("pack.refused", "%d faults", len(faults)).At(faults...))
	}
	for _, ignored := range p.Ignored {
		say("ignored: %s, which the format does not know", ignored)
	}
	if *today == "" {
		if day = cal.DayOf(time.Now().In(p.Location())); p.Site.Today != "" {
			day = cal.MustDay(p.Site.Today)
		}
	}
	m, err := mrp.FromPack(p, day)
	if err != nil {
		return err
	}
	m.Pegs = *pegs != ""
	plan, err := mrp.Run(&m.Problem)
	if err != nil {
		return err
	}
	for _, f := range plan.Faults {
		say("%s", m.Say(f, lang()))
	}
	if err := writeRows(*out, m.Planned(plan)); err != nil {
		return err
	}
	if *pegs != "" {
		if err := writeRows(*pegs, m.Pegged(plan)); err != nil {
			return err
		}
	}
	say("%d orders planned, %d faults", len(plan.Orders), len(plan.Faults))
	if *asJSON {
		pegs := 0
		for range plan.AllPegs() {
			pegs++
		}
		return printJSON(map[string]int{"orders": len(plan.Orders), "pegs": pegs, "faults": len(plan.Faults)})
	}
	return nil
}

// writeRows writes a CSV file as a whole, over an older one.
func writeRows(name string, rows [][]string) error {
	if name == "-" {
		return csv.NewWriter(os.Stdout).WriteAll(rows)
	}
	_, err := create(name, true, func(w io.Writer) error { return csv.NewWriter(w).WriteAll(rows) })
	return err
}
