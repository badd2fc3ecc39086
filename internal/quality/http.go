package quality

import (
	"context"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/label"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
)

// InspectionRow is a line of the list of inspections.
type InspectionRow struct {
	ID          db.ID   `json:"id" sql:"q.id" db:"id" doc:"Inspection"`
	Number      string  `json:"number" sql:"q.number" db:"number" doc:"Number"`
	Kind        string  `json:"kind" sql:"q.kind" db:"kind" doc:"Kind"`
	Status      string  `json:"status" sql:"q.status" db:"status" doc:"Status"`
	Item        string  `json:"item" sql:"i.code" db:"item" doc:"Item"`
	Name        string  `json:"name" sql:"i.name" db:"name" doc:"Name"`
	UoM         string  `json:"uom" sql:"i.uom" db:"uom" doc:"Unit"`
	Lot         string  `json:"lot" sql:"coalesce(l.number, '')" db:"lot" doc:"Lot"`
	Document    string  `json:"document" sql:"q.doc_number" db:"document" doc:"For"`
	Op          int64   `json:"op" sql:"q.op" db:"op" doc:"Operation no."`
	Qty         num.Dec `json:"qty" sql:"q.qty" db:"qty" doc:"Quantity"`
	Passed      num.Dec `json:"passed" sql:"q.passed" db:"passed" doc:"Passed"`
	Failed      num.Dec `json:"failed" sql:"q.failed" db:"failed" doc:"Failed"`
	RequestedMS int64   `json:"requested_ms" sql:"q.requested_ms" db:"requested_ms" doc:"Requested"`
	RequestedBy string  `json:"requested_by" sql:"q.requested_by" db:"requested_by" doc:"Requested by"`
	JudgedMS    int64   `json:"judged_ms" sql:"q.judged_ms" db:"judged_ms" doc:"Judged"`
}

var titles = map[string]fault.Text{
	"id": {Zh: "内部号", En: "Inspection"}, "number": {Zh: "检验单号", En: "Number"}, "kind": {Zh: "类型", En: "Kind"}, "status": {Zh: "状态", En: "Status"}, "item": {Zh: "物料", En: "Item"},
	"name": {Zh: "名称", En: "Name"}, "uom": {Zh: "单位", En: "Unit"}, "lot": {Zh: "批次", En: "Lot"}, "document": {Zh: "来源单据", En: "For"}, "op": {Zh: "工序号", En: "Operation no."},
	"qty": {Zh: "送检数", En: "Quantity"}, "passed": {Zh: "合格", En: "Passed"}, "failed": {Zh: "不合格", En: "Failed"}, "requested_ms": {Zh: "送检时间", En: "Requested"},
	"requested_by": {Zh: "送检人", En: "Requested by"}, "judged_ms": {Zh: "判定时间", En: "Judged"},
}

const inspectionFrom = `qa_inspection q JOIN v_item i ON i.id = q.item_id LEFT JOIN v_lot l ON l.id = q.lot_id`

// Detail is an inspection with its judgements.
type Detail struct {
	InspectionRow
	CancelReason string          `json:"cancel_reason" db:"cancel_reason"`
	Decimals     int             `json:"decimals" db:"decimals"`
	DocKind      string          `json:"doc_kind" db:"doc_kind"`
	Tracking     string          `json:"tracking" db:"tracking"`
	Judgements   []JudgementLine `json:"judgements" db:"-"`
	Site         db.ID           `json:"-" db:"site_id"`
}

// JudgementLine is one judgement or its reversal.
type JudgementLine struct {
	ID       db.ID   `json:"id" db:"id"`
	Passed   num.Dec `json:"passed" db:"passed"`
	Failed   num.Dec `json:"failed" db:"failed"`
	Reason   string  `json:"reason" db:"reason"`
	Note     string  `json:"note" db:"note"`
	AtMS     int64   `json:"at_ms" db:"recorded_ms"`
	Actor    string  `json:"actor" db:"actor"`
	Reversed bool    `json:"reversed" db:"reversed"`
	Good     string  `json:"passed_serials,omitempty" db:"passed_serials" doc:"Ranges with commas"`
	Bad      string  `json:"failed_serials,omitempty" db:"failed_serials"`
	Then     string  `json:"then" db:"then_do" doc:"What became of pieces that failed at an operation: rework, scrap"`
	Undo     bool    `json:"undo" db:"undo" doc:"Takes an earlier judgement back"`
}

// Routes lists everything the outside may ask of quality.
func (m *Module) Routes(a *web.API) {
	web.List(a, web.Op{Path: "/quality/inspections", ID: "listInspections", Summary: "Inspections", Perm: "quality.read"},
		web.ListSpec[InspectionRow]{From: inspectionFrom, Key: "q.id", Sort: "-requested_ms", Search: []string{"q.number", "i.code", "i.name", "q.doc_number"},
			Scope: identity.Scope("q.site_id", ""), Titles: titles})
	m.ruleRoutes(a)
	web.QueryView(a, web.Op{Path: "/quality/inspections/{number}", ID: "getInspection", Summary: "An inspection with its judgements", Perm: "quality.read"},
		func(ctx context.Context, q db.Querier, in *struct {
			Number string `path:"number"`
		}) (Detail, error) {
			return m.Inspection(ctx, q, in.Number)
		})
	web.Command(a, web.Op{Path: "/quality/judgements", ID: "judgeInspection", Summary: "Judge pieces of an inspection: passed or failed", Perm: "quality.judge"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Judge }) (Judged, error) {
			return m.Judge(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/quality/judgements/undo", ID: "undoJudgement", Summary: "Take a judgement back while nothing was built on it", Perm: "quality.undo"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body UndoJudgement }) (Judged, error) {
			return m.UndoJudgement(ctx, tx, in.Body)
		})
}

// Inspection reads an inspection.
func (m *Module) Inspection(ctx context.Context, q db.Querier, number string) (Detail, error) {
	i, err := byNumber(ctx, q, number)
	if err != nil {
		return Detail{}, err
	}
	d, err := db.One[Detail](ctx, q, `SELECT q.id, q.number, q.kind, q.status, i.code AS item, i.name, i.uom, i.decimals, i.tracking, coalesce(l.number, '') AS lot, q.doc_number AS document, q.doc_kind, q.op,
		q.qty, q.passed, q.failed, q.requested_ms, q.requested_by, q.judged_ms, q.cancel_reason, q.site_id FROM `+inspectionFrom+` WHERE q.id = $1`, i.ID)
	if err != nil {
		return d, err
	}
	d.Judgements, err = db.All[JudgementLine](ctx, q, `SELECT j.id, j.passed, j.failed, j.reason, j.note, j.recorded_ms, j.actor, j.passed_serials, j.failed_serials, j.then_do, j.reverses <> 0 AS undo,
		EXISTS (SELECT 1 FROM qa_judgement x WHERE x.reverses = j.id AND x.reverses <> 0) AS reversed FROM qa_judgement j WHERE j.inspection_id = $1 ORDER BY j.recorded_ms, j.id`, i.ID)
	return d, err
}

// Find resolves an inspection's number for the global search.
func (m *Module) Find(ctx context.Context, q db.Querier, text string) ([]web.Hit, error) {
	c, ok := label.ParseCode(text)
	if !ok || c.Kind != label.Bare {
		return nil, nil
	}
	var w db.Where
	w.And("q.number >= ?", c.Number)
	w.And("q.number < ?", c.Number+"\U0010ffff")
	identity.Scope("q.site_id", "")(ctx, &w)
	type hit struct {
		Number string `db:"number"`
		Name   string `db:"name"`
		Status string `db:"status"`
	}
	rows, err := db.All[hit](ctx, q, `SELECT q.number, i.name, q.status FROM qa_inspection q JOIN v_item i ON i.id = q.item_id`+w.String()+` ORDER BY q.number LIMIT 5`, w.Args...)
	out := make([]web.Hit, len(rows))
	for i, r := range rows {
		out[i] = web.Hit{Kind: "inspection", Title: r.Number, Sub: r.Name + " · " + r.Status, URL: "/quality/inspections/" + r.Number}
	}
	return out, err
}

// Verify checks what this room promises and names each broken record.
func (m *Module) Verify(ctx context.Context, q db.Querier) ([]string, error) {
	var out []string
	err := db.Each(ctx, q, `SELECT i.number FROM qa_inspection i LEFT JOIN (SELECT inspection_id, sum(passed) AS passed, sum(failed) AS failed FROM qa_judgement GROUP BY inspection_id) j ON j.inspection_id = i.id
		WHERE i.passed <> coalesce(j.passed, 0) OR i.failed <> coalesce(j.failed, 0) OR i.passed < 0 OR i.failed < 0 OR i.passed + i.failed > i.qty ORDER BY i.number`, nil, func(n *string) error {
		out = append(out, "inspection "+*n+": passed and failed are not the sums of its judgements")
		return nil
	})
	return out, err
}
