package planning

import (
	"context"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// AskOrigin names a document.
type AskOrigin struct {
	Kind   string `query:"kind" required:"true" enum:"work_order,purchase_order,subcontract_order,requisition,transfer,firm"`
	Number string `query:"number" required:"true" maxLength:"100"`
	Item   string `query:"item" maxLength:"100" doc:"Item code; empty: all of the document"`
}

// Origins are the planned orders that became a document, and how the quantity of each was reckoned.
type Origins struct {
	Orders []Origin `json:"orders"`
	More   int      `json:"more" doc:"So many more than are answered"`
}

// Origin is a planned order as its plan had it.
type Origin struct {
	Planned int64   `json:"planned_ms" doc:"When that plan was made"`
	By      string  `json:"planned_by"`
	Through string  `json:"through,omitempty" doc:"The firm order or requisition between plan and document"`
	Kind    string  `json:"through_kind,omitempty" enum:"firm,requisition,"`
	Name    string  `json:"name"`
	UoM     string  `json:"uom"`
	Taken   num.Dec `json:"taken" doc:"What was planned"`
	Why     Why     `json:"why"`
}

// mostOrigins is how many planned orders one answer explains: those of a merged order can be many.
const mostOrigins = 20

// Origin finds the planned orders behind a document in the plans that are kept, through firm orders and requisitions,
// and gives the arithmetic of each as it stood when the order was released.
func (m *Module) Origin(ctx context.Context, q db.Querier, in *AskOrigin) (Origins, error) {
	type row struct {
		Run     db.ID   `db:"run_id"`
		N       int64   `db:"n"`
		Qty     num.Dec `db:"qty"`
		Through string  `db:"through"`
		Kind    string  `db:"kind"`
		Name    string  `db:"name"`
		UoM     string  `db:"uom"`
		Site    db.ID   `db:"site_id"`
		Today   string  `db:"today"`
		Made    int64   `db:"recorded_ms"`
		By      string  `db:"actor"`
	}
	out := Origins{Orders: []Origin{}}
	// the names under which the document is known: its own, requisitions that it was ordered by, firm orders that became one of these
	rows, err := db.All[row](ctx, q, `WITH own(kind, number, through) AS (
		  SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), '' UNION ALL
		  SELECT 'requisition', r.requisition, r.requisition FROM v_requisition_order r WHERE r.order_number = $2 AND $1 IN ('purchase_order', 'subcontract_order')),
		names(kind, number, through) AS (SELECT kind, number, through FROM own UNION ALL
		  SELECT 'firm', f.number, f.number FROM mrp_firm f JOIN own ON own.kind = f.doc_kind AND own.number = f.doc_number)
		SELECT o.run_id, o.n, o.qty, x.through, CASE WHEN x.through = '' THEN '' ELSE x.kind END AS kind, i.name, i.uom, r.site_id, r.today, r.recorded_ms, r.actor FROM names x JOIN mrp_order o ON o.doc_kind = x.kind AND o.doc_number = x.number AND o.doc_number <> ''
		JOIN mrp_run r ON r.id = o.run_id JOIN v_item i ON i.id = o.item_id WHERE CAST($3 AS TEXT) = '' OR i.code = $3 ORDER BY r.recorded_ms, o.n`, in.Kind, in.Number, in.Item)
	if err != nil {
		return out, err
	}
	for i := range rows {
		r := &rows[i]
		if identity.SeeSite(ctx, r.Site) != nil {
			continue
		}
		if len(out.Orders) == mostOrigins {
			out.More++
			continue
		}
		site, err := masterdata.SiteByID(ctx, q, r.Site)
		if err != nil {
			return out, err
		}
		why, err := whyIn(ctx, q, liveRun{ID: r.Run, Site: r.Site, Today: r.Today}, site, r.N+1)
		if err != nil {
			return out, err
		}
		out.Orders = append(out.Orders, Origin{r.Made, r.By, r.Through, r.Kind, r.Name, r.UoM, r.Qty, why})
	}
	return out, nil
}
