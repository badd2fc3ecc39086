package app

import (
	"context"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/masterdata"
)

// substitutes in general: a motor that quality has approved for all orders of a core, and a pump that waits for the answer.
func (h *history) substitutes(ctx context.Context) error {
	ask := func(product, item, sub, reason string) (masterdata.GeneralRow, error) {
		r, _, err := do(h.as(ctx, "planner"), h, func(ctx context.Context, tx *db.Tx) (masterdata.GeneralRow, error) {
			return h.a.Masterdata.AskGeneral(ctx, tx, masterdata.AskGeneral{Product: product, Item: item, Sub: sub, Reason: reason})
		})
		return r, err
	}
	motor, err := ask("A-AF1-CORE", "P-MOTOR-A", "P-MOTOR-B", "A 型电机交期长，B 型同功率同接口")
	if err != nil {
		return err
	}
	if _, _, err := do(h.as(ctx, "quality"), h, func(ctx context.Context, tx *db.Tx) (masterdata.GeneralRow, error) {
		return h.a.Masterdata.DecideGeneral(ctx, tx, masterdata.DecideGeneral{ID: motor.ID, Approve: true, Answer: "样机验证合格"})
	}); err != nil {
		return err
	}
	_, err = ask("A-CM2-CORE", "P-PUMP-A", "P-PUMP-B", "A 型水泵缺货")
	return err
}
