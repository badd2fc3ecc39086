package production

import (
	"context"
	"fmt"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/masterdata"
)

// settleVersions looks at the orders that name a version of bill or routing which is not the one effective on their
// day. Who was asked to answer gets the difference; an answer "effective" drops the name. Orders that name nothing,
// or the effective one, carry no answer.
func (p *plan) settleVersions(ctx context.Context, q db.Querier, in []NewOrder) error {
	var boms, routings []versionKey
	for _, o := range in {
		if o.VersionAnswer != "" && (o.BOMVersion != "" || o.RoutingVersion != "") {
			boms, routings = append(boms, versionKey{o.Item, "", p.day(o)}), append(routings, versionKey{o.Item, "", p.day(o)})
		}
	}
	if len(boms) > 0 {
		if err := readVersions(ctx, q, boms, p.boms, masterdata.EffectiveBOMs, masterdata.EffectiveBOM); err != nil {
			return err
		}
		if err := readVersions(ctx, q, routings, p.routings, masterdata.EffectiveRoutings, masterdata.EffectiveRouting); err != nil {
			return err
		}
		var lines []versionKey
		for _, k := range boms {
			for _, l := range p.boms[k].Lines {
				lines = append(lines, versionKey{item: l.ItemID})
			}
		}
		if err := p.readItems(ctx, q, lines); err != nil {
			return err
		}
	}
	clash := fault.Conflict("production.version_conflict", "")
	for i := range in {
		o := &in[i]
		day := p.day(*o)
		bom, routing := p.boms[versionKey{o.Item, o.BOMVersion, day}.normal()], p.routings[versionKey{o.Item, o.RoutingVersion, day}.normal()]
		effBOM, hasBOM := p.boms[versionKey{o.Item, "", day}]
		effRouting, hasRouting := p.routings[versionKey{o.Item, "", day}]
		// without anything effective there is nothing to choose; a version that does not exist is refused later
		otherBOM := o.BOMVersion != "" && bom.Version != "" && hasBOM && effBOM.Version != bom.Version
		otherRouting := o.RoutingVersion != "" && routing.Version != "" && hasRouting && effRouting.Version != routing.Version
		if !otherBOM && !otherRouting {
			o.VersionAnswer = ""
			continue
		}
		switch o.VersionAnswer {
		case "effective":
			if otherBOM {
				o.BOMVersion = ""
			}
			if otherRouting {
				o.RoutingVersion = ""
			}
		case Ask:
			if clash.Params == nil {
				named, effective := bom.Version, effBOM.Version
				if !otherBOM {
					named, effective = routing.Version, effRouting.Version
				}
				clash.Detail = fmt.Sprintf("%s names version %s; effective on %s is %s. Answer named or effective", p.items[o.Item].Code, named, day, effective)
				clash.With("item", p.items[o.Item].Code).With("named", named).With("effective", effective).With("date", day)
			}
			if otherBOM {
				clash.At(p.bomDiff(i, bom, effBOM)...)
			}
			if otherRouting {
				clash.At(routingDiff(i, routing, effRouting)...)
			}
		}
	}
	if len(clash.Fields) > 0 {
		return clash
	}
	return nil
}

// difference is one line that two versions do not share.
func difference(where, kind, line, named, effective string) fault.Field {
	return fault.Field{Where: where, Code: "production.version_" + kind, Detail: fmt.Sprintf("%s: %s, effective %s", line, named, effective),
		Params: map[string]string{"line": line, "named": named, "effective": effective}}
}

// diff pairs lines by their key, in the order of the named version.
func diff[L any](where string, named, effective []L, key, text func(L) string) []fault.Field {
	var out []fault.Field
	for _, l := range named {
		i := slices.IndexFunc(effective, func(e L) bool { return key(e) == key(l) })
		switch {
		case i < 0:
			out = append(out, difference(where, "added", key(l), text(l), "–"))
		case text(effective[i]) != text(l):
			out = append(out, difference(where, "changed", key(l), text(l), text(effective[i])))
		}
	}
	for _, e := range effective {
		if !slices.ContainsFunc(named, func(l L) bool { return key(l) == key(e) }) {
			out = append(out, difference(where, "removed", key(e), "–", text(e)))
		}
	}
	return out
}

func (p *plan) bomDiff(i int, named, effective masterdata.BOM) []fault.Field {
	where := fmt.Sprintf("body.orders[%d].bom_version", i)
	out := diff(where, named.Lines, effective.Lines, func(l masterdata.BOMLine) string { return p.items[l.ItemID].Code }, func(l masterdata.BOMLine) string {
		s := fmt.Sprintf("%s · %s", l.Qty, l.Issue)
		if l.ScrapPct > 0 {
			s += fmt.Sprintf(" · +%s%%", l.ScrapPct)
		}
		if l.Op > 0 {
			s += fmt.Sprintf(" · @%d", l.Op)
		}
		return s
	})
	return orSame(out, where, named.Version, effective.Version)
}

func routingDiff(i int, named, effective masterdata.Routing) []fault.Field {
	where := fmt.Sprintf("body.orders[%d].routing_version", i)
	out := diff(where, named.Ops, effective.Ops, func(o masterdata.RoutingOp) string { return fmt.Sprint(o.Op) }, func(o masterdata.RoutingOp) string {
		return fmt.Sprintf("%s · %s min", o.Name, o.RunMin)
	})
	return orSame(out, where, named.Version, effective.Version)
}

// orSame: two versions may have the same lines, and the name still has to be answered for.
func orSame(out []fault.Field, where, named, effective string) []fault.Field {
	if len(out) == 0 {
		out = append(out, difference(where, "same", "", named, effective))
	}
	return out
}
