package production

import (
	"context"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// AskPreview is a report that is only thought through.
type AskPreview struct {
	Order               string
	Op                  int64
	Good, Scrap, Rework num.Dec
}

// ReportPreview is what a report would draw, from where, by which rule.
type ReportPreview struct {
	Order     string        `json:"order"`
	Op        int64         `json:"op"`
	OpName    string        `json:"op_name"`
	Pieces    num.Dec       `json:"pieces" doc:"Pieces of this report: good, scrapped and to be reworked use material alike"`
	Before    num.Dec       `json:"before" doc:"Pieces reported before"`
	Remaining num.Dec       `json:"remaining" doc:"What can be reported now"`
	Complete  bool          `json:"complete" doc:"All material is there"`
	Lines     []PreviewLine `json:"lines"`
}

// PreviewLine is one component line: how much and why.
type PreviewLine struct {
	Item       string        `json:"item"`
	Name       string        `json:"name"`
	UoM        string        `json:"uom"`
	Issue      string        `json:"issue" enum:"pick,backflush"`
	PerPiece   num.Dec       `json:"per_piece"`
	ScrapPct   num.Dec       `json:"scrap_pct"`
	NormBefore num.Dec       `json:"norm_before" doc:"Norm of the pieces before, rounded up once"`
	NormAfter  num.Dec       `json:"norm_after" doc:"Norm of the pieces after"`
	Adjust     num.Dec       `json:"adjust" doc:"Drawn beyond the norm before, after a reversal"`
	Qty        num.Dec       `json:"qty" doc:"What will be drawn"`
	Short      num.Dec       `json:"short" doc:"What is not there"`
	Policy     string        `json:"policy" enum:"block,allow,ask," doc:"What happens when it is short; empty when nothing is"`
	Draws      []PreviewDraw `json:"draws"`
}

// PreviewDraw is a lot that will be drawn and the reason.
type PreviewDraw struct {
	Item     string  `json:"item" doc:"The line's item or its substitute"`
	Lot      string  `json:"lot"`
	Location string  `json:"location" doc:"Empty = at the order"`
	Expires  string  `json:"expires_on"`
	Qty      num.Dec `json:"qty"`
	Why      string  `json:"why" enum:"issued,substitute_issued,substitute,at_line,first_expiry,first_in,only" doc:"issued = was issued to this order, substitute = approved in the place of what is short, at_line = lies at the line, first_expiry, first_in, only = there is no other"`
}

// PreviewReport thinks a report through without writing anything: the same norm, the same lots in the same order.
func (m *Module) PreviewReport(ctx context.Context, q db.Querier, in AskPreview) (ReportPreview, error) {
	if in.Good < 0 || in.Scrap < 0 || in.Rework < 0 || in.Good > num.Max || in.Scrap > num.Max || in.Rework > num.Max {
		return ReportPreview{}, fault.Invalid("production.qty_negative", "quantities cannot be below zero; to take a report back, undo it")
	}
	s, err := m.opState(ctx, q, in.Order, in.Op, nil, "")
	if err != nil {
		return ReportPreview{}, err
	}
	if f := s.open(); f != nil {
		return ReportPreview{}, f
	}
	f := s.flow()
	out := ReportPreview{Order: s.Number, Op: s.Op, OpName: s.Name, Pieces: in.Good + in.Scrap + in.Rework, Before: f.total(), Remaining: max(f.wip(), 0), Complete: true, Lines: []PreviewLine{}}
	needs, err := db.All[previewNeed](ctx, q, `SELECT c.id, c.item_id, i.code, i.name, i.uom, c.issue, c.qty, c.scrap_pct, c.decimals, c.adjust, c.substitutes, coalesce(n.location_id, 0) AS near
		FROM wo_component c JOIN v_item i ON i.id = c.item_id JOIN wo_op p ON p.id = c.report_id LEFT JOIN v_line_side n ON n.item_id = c.item_id AND n.work_center_id = p.work_center_id
		WHERE c.order_id = $1 AND c.report_id = $2 AND c.role = 'component' AND c.issue <> 'none' ORDER BY c.line`, s.Order, s.ID)
	if err != nil {
		return out, err
	}
	here, err := m.atOrder(ctx, q, s.Order)
	if err != nil {
		return out, err
	}
	shelf := map[db.ID][]shelfLot{}
	var missing []db.ID
	for i := range needs {
		n := &needs[i]
		l := PreviewLine{Item: n.Code, Name: n.Name, UoM: n.UoM, Issue: n.Issue, PerPiece: n.Qty, ScrapPct: n.ScrapPct, Adjust: n.Adjust, Draws: []PreviewDraw{}}
		if l.NormBefore, err = norm(out.Before, n.Qty, n.ScrapPct, n.Decimals); err != nil {
			return out, err
		}
		if l.NormAfter, err = norm(out.Before+out.Pieces, n.Qty, n.ScrapPct, n.Decimals); err != nil {
			return out, err
		}
		if l.Qty, _, err = n.due(out.Before, out.Before+out.Pieces); err != nil {
			return out, err
		}
		left := l.Qty
		if n.Issue == "pick" {
			for _, item := range append([]db.ID{n.Item}, splitIDs(n.Substitutes)...) {
				for j := range here {
					h := &here[j]
					if part := min(h.Qty, left); h.ItemID == item && part > 0 {
						why := "issued"
						if item != n.Item {
							why = "substitute_issued"
						}
						l.Draws = append(l.Draws, PreviewDraw{Item: h.Item, Lot: h.Lot, Qty: part, Why: why})
						h.Qty, left = h.Qty-part, left-part
					}
				}
			}
		} else {
			lots, known := shelf[n.Item]
			if !known {
				if lots, err = usable(ctx, q, s.Site, n.Item, m.today()); err != nil {
					return out, err
				}
				nearFirst(lots, n.Near)
				shelf[n.Item] = lots
			}
			for j := range lots {
				if part := min(lots[j].Qty, left); part > 0 {
					l.Draws = append(l.Draws, PreviewDraw{Item: n.Code, Lot: lots[j].Lot, Location: lots[j].Location, Expires: shown(lots[j].Expires), Qty: part, Why: whyThis(lots, j)})
					lots[j].Qty, left = lots[j].Qty-part, left-part
				}
			}
			if left > 0 {
				if left, err = m.previewStandIns(ctx, q, s.Site, n, &l, left, shelf); err != nil {
					return out, err
				}
			}
		}
		if l.Short = left; left > 0 {
			out.Complete = false
			missing = append(missing, n.Item)
		}
		out.Lines = append(out.Lines, l)
	}
	if len(missing) > 0 {
		policy, err := m.policies(ctx, q, missing)
		if err != nil {
			return out, err
		}
		for i := range out.Lines {
			if out.Lines[i].Short > 0 {
				out.Lines[i].Policy = policy[needs[i].Item]
			}
		}
	}
	return out, nil
}

// previewStandIns adds what approved substitutes will give where the first item is short.
func (m *Module) previewStandIns(ctx context.Context, q db.Querier, site db.ID, n *previewNeed, l *PreviewLine, left num.Dec, shelf map[db.ID][]shelfLot) (num.Dec, error) {
	subs, err := allowances(ctx, q, []db.ID{n.ID})
	if err != nil {
		return left, err
	}
	for _, a := range subs[n.ID] {
		lots, known := shelf[a.Sub]
		if !known {
			if lots, err = usable(ctx, q, site, a.Sub, m.today()); err != nil {
				return left, err
			}
			shelf[a.Sub] = lots
		}
		for j := range lots {
			if part := min(lots[j].Qty, left, a.Qty); part > 0 {
				l.Draws = append(l.Draws, PreviewDraw{Item: a.Code, Lot: lots[j].Lot, Location: lots[j].Location, Expires: shown(lots[j].Expires), Qty: part, Why: "substitute"})
				lots[j].Qty, a.Qty, left = lots[j].Qty-part, a.Qty-part, left-part
			}
		}
	}
	return left, nil
}

type previewNeed struct {
	need
	Name string `db:"name"`
}

func shown(day string) string {
	if day == "9999-12-31" {
		return ""
	}
	return day
}

// whyThis names the rule that put a lot before the others.
func whyThis(lots []shelfLot, i int) string {
	switch {
	case lots[i].Kind == "line":
		return "at_line"
	case len(lots) == 1:
		return "only"
	case shown(lots[i].Expires) != "":
		return "first_expiry"
	}
	return "first_in"
}
