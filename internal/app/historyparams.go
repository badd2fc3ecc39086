package app

import (
	"context"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/production"
)

// The step of the demo factory at which process parameters are recorded.
const (
	ageProduct = "FG-CM3"
	ageOp      = 20
	ageVolt    = "老化电压"
	ageWater   = "出水温度"
)

// ageing says what is recorded at the ageing test: the voltage when it begins, the temperature of the water with each report.
func (h *history) ageing(ctx context.Context) error {
	limit := func(s string) *num.Dec { d := num.MustParse(s); return &d }
	_, _, err := do(h.as(ctx, "planner"), h, func(ctx context.Context, tx *db.Tx) (masterdata.RoutingEdit, error) {
		it, err := masterdata.ItemByCode(ctx, tx, ageProduct)
		if err != nil {
			return masterdata.RoutingEdit{}, err
		}
		now, _, err := masterdata.EffectiveRouting(ctx, tx, it.ID, tx.Today(), "")
		if err != nil {
			return masterdata.RoutingEdit{}, err
		}
		v, err := h.a.Masterdata.RoutingVersion(ctx, tx, ageProduct, now.Version, tx.Today())
		if err != nil {
			return v, err
		}
		in := masterdata.EditRouting{Rev: v.Rev, VersionDates: masterdata.VersionDates{From: v.From, To: v.To}, Reason: "老化测试记录电压和出水温度"}
		for i, o := range v.Ops {
			step := masterdata.OpValues{Op: o.Op, Name: o.Name, WorkCenter: o.WorkCenter, SetupMin: o.SetupMin, RunMin: o.RunMin, BatchMin: o.BatchMin, TransferLot: o.TransferLot, SplitMax: o.SplitMax, SplitMin: o.SplitMin, Report: &v.Ops[i].Report,
				Inspection: o.Inspection, Tool: o.Tool, Skill: o.Skill, Alternatives: o.Alternatives}
			if o.Op == ageOp {
				step.Params = []masterdata.Param{{Name: ageVolt, Unit: "V", Lower: limit("215"), Target: limit("220"), Upper: limit("225"), Taken: "start"},
					{Name: ageWater, Unit: "℃", Lower: limit("88"), Target: limit("92"), Upper: limit("96"), Decimals: 1, Taken: "report"}}
			}
			in.Ops = append(in.Ops, step)
		}
		h.ageItem = it.ID
		return h.a.Masterdata.ChangeRouting(ctx, tx, ageProduct, now.Version, in)
	})
	return err
}

// measured is what somebody reads off at a step; one value in a while is beyond its limits, and he says why.
func (h *history) measured(o readyOp, start bool) (out production.Readings) {
	if h.ageItem == 0 || o.Item != h.ageItem || o.Op != ageOp {
		return out
	}
	n := int64(h.readings)
	h.readings++
	if start {
		out.Readings = []production.Reading{{Name: ageVolt, Value: num.Int(217 + n*5%7)}}
		return out
	}
	water := num.Int(89+n*7%6) + num.Dec(n%10)*num.One/10
	if n%7 == 3 {
		water, out.Beyond = num.MustParse("97.5"), "温控器漂移，已校准"
	}
	out.Readings = []production.Reading{{Name: ageWater, Value: water}}
	return out
}
