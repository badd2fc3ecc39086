package scheduling

import (
	"context"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/scheduling/finite"
)

// inHours is a unit of life.
const inHours = "hours"

// tools reads which tools there are, and of those that are reground when they have done their pieces or hours how much
// each has done since. An hour is one of the steps' planned run time, so that what is done and what is planned count the
// same. Of several alike nobody knows which was at work: each has done its share.
func (p *problem) tools(ctx context.Context, q db.Querier, site masterdata.Site) error {
	type done struct {
		Code   string  `db:"code"`
		Unit   string  `db:"life_unit"`
		RunMin num.Dec `db:"run_min"`
		Pieces num.Dec `db:"pieces"`
	}
	used := map[string]num.Dec{}
	if err := db.Each(ctx, q, `SELECT t.code, t.life_unit, p.run_min, CAST(sum(r.good + r.scrap + r.rework) AS BIGINT) AS pieces
		FROM v_tool t JOIN v_wo_op p ON p.site_id = t.site_id AND p.tool = t.code JOIN v_wo_report r ON r.op_id = p.report_id
		WHERE t.site_id = $1 AND t.regrind_hours > 0 AND r.happened_ms > t.reground_ms GROUP BY t.code, t.life_unit, p.run_min`, []any{site.ID}, func(d *done) error {
		n := max(d.Pieces, 0)
		if d.Unit == inHours {
			h, err := num.MulDivUp(int64(n), int64(d.RunMin), 60*int64(num.One))
			if err != nil {
				return err
			}
			n = num.Dec(h)
		}
		used[d.Code] += n
		return nil
	}); err != nil {
		return err
	}
	type tool struct {
		Code    string  `db:"code"`
		Qty     int     `db:"quantity"`
		Life    int64   `db:"life_count"`
		Unit    string  `db:"life_unit"`
		Regrind num.Dec `db:"regrind_hours"`
	}
	return db.Each(ctx, q, `SELECT code, quantity, life_count, life_unit, regrind_hours FROM v_tool WHERE site_id = $1 AND active ORDER BY code`, []any{site.ID}, func(t *tool) error {
		x := finite.Tool{Code: t.Code, Count: max(1, t.Qty)}
		if t.Regrind > 0 {
			ms, err := num.MulDiv(int64(t.Regrind), 3_600_000, int64(num.One))
			if err != nil {
				return err
			}
			x.Life, x.RegrindMS, x.Used = num.Int(t.Life), ms, used[t.Code]/num.Dec(x.Count)
			p.byHours[t.Code] = t.Unit == inHours
		}
		p.Tools = append(p.Tools, x)
		return nil
	})
}
