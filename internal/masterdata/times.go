package masterdata

import (
	"context"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// StepTime is another time of a step.
type StepTime struct {
	Op       int
	SetupMin *num.Dec
	RunMin   *num.Dec
}

// Retimed says what came of it: a new version in force from today, or a change that waits for approval.
type Retimed struct {
	Version string
	Change  string
}

// ChangeTimes gives steps of the routing in force other times: by a new version from today on, a copy but for the
// times; or by a change that is asked for, where versions move by changes alone. Orders that exist keep their copy.
func (m *Module) ChangeTimes(ctx context.Context, tx *db.Tx, product string, times []StepTime, reason string) (out Retimed, err error) {
	it, err := ItemByCode(ctx, tx, product)
	if err != nil {
		return out, err
	}
	now, ok, err := EffectiveRouting(ctx, tx, it.ID, tx.Today(), "")
	if err != nil {
		return out, err
	}
	if !ok {
		return out, fault.Conflict("masterdata.no_routing_now", "%s has no routing in force", product).With("item", product)
	}
	base, err := m.RoutingVersion(ctx, tx, product, now.Version, tx.Today())
	if err != nil {
		return out, err
	}
	ops := opsToCopy(base.Ops)
	for _, t := range times {
		found := false
		for i := range ops {
			if ops[i].Op != t.Op {
				continue
			}
			found = true
			if t.SetupMin != nil {
				ops[i].SetupMin = *t.SetupMin
			}
			if t.RunMin != nil {
				ops[i].RunMin = *t.RunMin
			}
		}
		if !found {
			return out, fault.Conflict("masterdata.step_gone", "the routing in force of %s has no step %d", product, t.Op).With("item", product).With("op", t.Op)
		}
	}
	err = OnlyByChange(ctx, tx, "md_routing", product)
	if fault.Is(err, "masterdata.change_needed") {
		page, err := m.CreateChange(ctx, tx, NewChange{ChangeValues: ChangeValues{Title: reason, Reason: reason, Effect: "immediate", Parts: []ChangePart{{Kind: "routing", Item: product, Base: base.Version, Ops: ops}}}})
		if err != nil {
			return out, err
		}
		_, err = m.AskChange(ctx, tx, page.Number, ChangeAct{Rev: page.Rev})
		return Retimed{Change: page.Number}, err
	}
	if err != nil {
		return out, err
	}
	there, err := db.All[Version](ctx, tx, `SELECT t.version FROM md_routing t WHERE `+seen("t")+` AND t.item_id = $2`, batchOf(ctx), it.ID)
	if err != nil {
		return out, err
	}
	version := nextVersion(there)
	if _, err := m.CreateRouting(ctx, tx, product, NewRouting{Version: version, Site: base.Site, VersionDates: VersionDates{From: tx.Today(), To: base.To}, CopyFrom: base.Version, Ops: ops, Reason: reason}); err != nil {
		return out, err
	}
	now, _, err = EffectiveRouting(ctx, tx, it.ID, tx.Today(), "")
	if err == nil && now.Version != version {
		err = fault.Conflict("masterdata.times_outranked", "version %s of %s would go before it", now.Version, product).With("item", product).With("version", now.Version)
	}
	return Retimed{Version: version}, err
}

// ChangeEfficiency gives a work center another efficiency.
func (m *Module) ChangeEfficiency(ctx context.Context, tx *db.Tx, site, code string, pct num.Dec, reason string) error {
	p, err := workCenterPage(ctx, tx, site, code)
	if err != nil {
		return err
	}
	_, err = m.EditWorkCenter(ctx, tx, code, EditWorkCenter{Edited: Edited{Site: site, Rev: p.Rev, Reason: reason}, WorkCenterValues: WorkCenterValues{EfficiencyPct: &pct}})
	return err
}

// ChangeChangeover gives two families at a work center another changeover; a pair that the matrix does not name yet gets
// a line of its own.
func (m *Module) ChangeChangeover(ctx context.Context, tx *db.Tx, site, code string, c NewChangeover, reason string) error {
	p, err := workCenterPage(ctx, tx, site, code)
	if err != nil {
		return err
	}
	in := EditChangeovers{Edited: Edited{Site: site, Rev: p.Rev, Reason: reason}}
	found := false
	for _, o := range p.Changeovers {
		n := NewChangeover{FromFamily: o.FromFamily, ToFamily: o.ToFamily, Minutes: o.Minutes}
		if o.FromFamily == c.FromFamily && o.ToFamily == c.ToFamily {
			n, found = c, true
		}
		in.Changeovers = append(in.Changeovers, n)
	}
	if !found {
		in.Changeovers = append(in.Changeovers, c)
	}
	_, err = m.EditChangeovers(ctx, tx, code, in)
	return err
}
