package inventory

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
)

func TestLabels(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.put(t, "PUMP 10 L1 RM exp=2026-05-01 rec=2026-02-01", "PUMP 5 L1 RM/A1 exp=2026-05-01 rec=2026-02-01", "UNIT 2 - FG sn=U-1,U-2", "SCREW 40 - RM")
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			tx.Queue(`INSERT INTO md_uom (id, item_id, uom, factor, own, per, decimals, ord) VALUES ($1, (SELECT id FROM md_item WHERE code = 'PUMP'), 'box', $2, $2, $3, 1, 1)`, tx.ID(), num.Int(2), num.One)
			return nil
		})
		for _, c := range []struct {
			in   PrintLabels
			want string
		}{
			{PrintLabels{Item: "KW:LOT:PUMP/L1"}, "PUMP L1  15 2026-05-01"},
			{PrintLabels{Item: "PUMP", Lot: "L1", Qty: "4"}, "PUMP L1  4 2026-05-01"},
			{PrintLabels{Item: "PUMP", Lot: "L1", Qty: "2.5", UoM: "box", Copies: 2}, "PUMP L1  5 2026-05-01 = 2.5 box, PUMP L1  5 2026-05-01 = 2.5 box"},
			{PrintLabels{Item: "PUMP", Lot: "L1", Qty: "0.3", UoM: "box"}, "masterdata.unit_inexact"},
			{PrintLabels{Item: "PUMP", Lot: "L1", Qty: "1", UoM: "bag"}, "masterdata.unit_not_of_item"},
			{PrintLabels{Item: "PUMP", Lot: "L9"}, "inventory.lot_unknown"},
			{PrintLabels{Item: "UNIT", Serials: []string{"U-1", "KW:SN:UNIT/U-2"}}, "UNIT  U-1 1 , UNIT  U-2 1 "},
			{PrintLabels{Item: "UNIT", Serials: []string{"U-9"}}, "inventory.serial_unknown"},
			{PrintLabels{Item: "SCREW", Qty: "40"}, "SCREW   40 "},
		} {
			var got []string
			list, err := h.labels(kittest.Ctx(t), d.Read(), c.in)
			if f, ok := fault.As(err); ok {
				got = append(got, f.Code)
			} else if err != nil {
				t.Fatal(err)
			}
			for _, l := range list {
				got = append(got, fmt.Sprintf("%s %s %s %s %s", l.Item, l.Lot, l.Serial, l.Qty, l.Expires))
				if l.SaidUoM != "" {
					got[len(got)-1] += fmt.Sprintf(" = %s %s", l.SaidQty, l.SaidUoM)
				}
			}
			if s := strings.Join(got, ", "); s != c.want {
				t.Errorf("%+v: %q, want %q", c.in, s, c.want)
			}
		}
	})
}
