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
	ovenProduct = "M-CM3-SHELL"
	ovenOp      = 20
	ovenHeat    = "固化温度"
	ovenFilm    = "膜厚"
)

// oven says what is recorded at the powder coating: the temperature when it begins, the film with each report.
func (h *history) oven(ctx context.Context) error {
	limit := func(s string) *num.Dec { d := num.MustParse(s); return &d }
	_, _, err := do(h.as(ctx, "planner"), h, func(ctx context.Context, tx *db.Tx) (masterdata.RoutingEdit, error) {
		it, err := masterdata.ItemByCode(ctx, tx, ovenProduct)
		if err != nil {
			return masterdata.RoutingEdit{}, err
		}
		now, _, err := masterdata.EffectiveRouting(ctx, tx, it.ID, tx.Today(), "")
		if err != nil {
			return masterdata.RoutingEdit{}, err
		}
		v, err := h.a.Masterdata.RoutingVersion(ctx, tx, ovenProduct, now.Version, tx.Today())
		if err != nil {
			return v, err
		}
		in := masterdata.EditRouting{Rev: v.Rev, VersionDates: masterdata.VersionDates{From: v.From, To: v.To}, Reason: "喷粉记录固化温度和膜厚"}
		for i, o := range v.Ops {
			step := masterdata.OpValues{Op: o.Op, Name: o.Name, WorkCenter: o.WorkCenter, SetupMin: o.SetupMin, RunMin: o.RunMin, BatchMin: o.BatchMin, TransferLot: o.TransferLot, Report: &v.Ops[i].Report,
				Inspection: o.Inspection, Tool: o.Tool, Skill: o.Skill, Alternatives: o.Alternatives}
			if o.Op == ovenOp {
				step.Params = []masterdata.Param{{Name: ovenHeat, Unit: "℃", Lower: limit("180"), Target: limit("190"), Upper: limit("200"), Taken: "start"},
					{Name: ovenFilm, Unit: "μm", Lower: limit("60"), Target: limit("75"), Upper: limit("90"), Decimals: 1, Taken: "report"}}
			}
			in.Ops = append(in.Ops, step)
		}
		h.ovenItem = it.ID
		return h.a.Masterdata.ChangeRouting(ctx, tx, ovenProduct, now.Version, in)
	})
	return err
}

// measured is what somebody reads off at a step; one value in a while is beyond its limits, and he says why.
func (h *history) measured(o readyOp, start bool) (out production.Readings) {
	if h.ovenItem == 0 || o.Item != h.ovenItem || o.Op != ovenOp {
		return out
	}
	n := int64(h.readings)
	h.readings++
	if start {
		out.Readings = []production.Reading{{Name: ovenHeat, Value: num.Int(187 + n*5%8)}}
		return out
	}
	film := num.Int(71+n*7%11) + num.Dec(n%10)*num.One/10
	if n%7 == 3 {
		film, out.Beyond = num.MustParse("92.5"), "喷枪出粉量偏大，已调小"
	}
	out.Readings = []production.Reading{{Name: ovenFilm, Value: film}}
	return out
}
