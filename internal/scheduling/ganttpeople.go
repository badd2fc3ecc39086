package scheduling

import (
	"context"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
)

// Person is a worker as a row of the Gantt: when he is there, and when he is absent.
type Person struct {
	Worker string `json:"worker"`
	Name   string `json:"name"`
	Hours  int    `json:"hours" doc:"Which of the hours; -1 = whenever the machine works"`
	Off    []Away `json:"off" doc:"Absences by start"`
}

// Away is an absence in the Gantt.
type Away struct {
	FromMS int64  `json:"from_ms"`
	ToMS   int64  `json:"to_ms"`
	Reason string `json:"reason"`
}

// people are those who do something in a schedule, who have hours of their own at the site, or who are absent in the
// time that is shown.
func (g *Gantt) people(ctx context.Context, q db.Querier, site db.ID, hoursOf func(*cal.Calendar) int, cals map[db.ID]*cal.Calendar) error {
	type row struct {
		Code     string `db:"code"`
		Name     string `db:"name"`
		Calendar db.ID  `db:"calendar_id"`
	}
	rows, err := db.All[row](ctx, q, `SELECT w.code, w.name, coalesce(h.calendar_id, 0) AS calendar_id FROM v_worker w LEFT JOIN aps_shift h ON h.worker_id = w.id AND h.site_id = $1
		WHERE w.active AND (h.id IS NOT NULL OR EXISTS (SELECT 1 FROM aps_slot s WHERE s.run_id = $2 AND s.worker = w.code)
		OR EXISTS (SELECT 1 FROM aps_absence a WHERE a.worker_id = w.id AND a.ended_ms = 0 AND a.to_ms > $3 AND a.from_ms < $4)) ORDER BY w.code`, site, g.Run, g.FromMS, g.ToMS)
	if err != nil {
		return err
	}
	at := make(map[string]int, len(rows))
	for _, r := range rows {
		at[r.Code] = len(g.People)
		g.People = append(g.People, Person{r.Code, r.Name, hoursOf(cals[r.Calendar]), []Away{}})
	}
	type off struct {
		Code   string `db:"code"`
		FromMS int64  `db:"from_ms"`
		ToMS   int64  `db:"to_ms"`
		Reason string `db:"reason"`
	}
	return db.Each(ctx, q, `SELECT w.code, a.from_ms, a.to_ms, a.reason FROM aps_absence a JOIN v_worker w ON w.id = a.worker_id
		WHERE a.ended_ms = 0 AND a.to_ms > $1 AND a.from_ms < $2 ORDER BY w.code, a.from_ms, a.id`, []any{g.FromMS, g.ToMS}, func(a *off) error {
		if i, ok := at[a.Code]; ok {
			g.People[i].Off = append(g.People[i].Off, Away{a.FromMS, a.ToMS, a.Reason})
		}
		return nil
	})
}
