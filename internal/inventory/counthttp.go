package inventory

import (
	"context"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
)

// CountHead is a stock-take in a list.
type CountHead struct {
	Number     string `json:"number" sql:"c.number" doc:"Stock-take"`
	Scope      string `json:"scope" sql:"c.scope" doc:"What is counted"`
	Status     string `json:"status" sql:"c.status" doc:"Status"`
	Blind      bool   `json:"blind" sql:"c.blind" doc:"Blind"`
	Lines      int64  `json:"lines" sql:"(SELECT CAST(count(*) AS BIGINT) FROM inv_count_line l WHERE l.count_id = c.id)" doc:"Lines"`
	Counted    int64  `json:"counted" sql:"(SELECT CAST(count(*) AS BIGINT) FROM inv_count_line l WHERE l.count_id = c.id AND l.rounds > 0 AND NOT l.again)" doc:"Counted"`
	Differ     int64  `json:"differ" sql:"(SELECT CAST(count(*) AS BIGINT) FROM inv_count_line l WHERE l.count_id = c.id AND l.rounds > 0 AND l.counted <> l.book)" doc:"With a difference"`
	MadeMS     int64  `json:"made_ms" sql:"c.made_ms" doc:"Started"`
	MadeBy     string `json:"made_by" sql:"c.made_by" doc:"By"`
	ApprovedBy string `json:"approved_by" sql:"c.approved_by" doc:"Approved by"`
	ApprovedMS int64  `json:"approved_ms" sql:"c.approved_ms" doc:"Approved"`
	Document   string `json:"document" sql:"c.document" doc:"Stock document"`
	Reason     string `json:"reason" sql:"c.reason" doc:"Reason"`
}

var countList = web.ListSpec[CountHead]{From: `inv_count c`, Key: "c.id", Sort: "-made_ms", Search: []string{"c.number", "c.scope"}, Scope: sitesOf("c.site_id"), File: "stock-takes", Post: hideDiffer}

// hideDiffer: how many lines differ is told to nobody who counts blind.
func hideDiffer(ctx context.Context, _ db.Querier, rows []CountHead) error {
	for i := range rows {
		if r := &rows[i]; r.Blind && !actor.From(ctx).Can("inventory.approve") {
			r.Differ = 0
		}
	}
	return nil
}

// CountRow is one line of a stock-take. What the books say is left out for who counts blind.
type CountRow struct {
	ID        db.ID    `json:"id" sql:"l.id" doc:"Line"`
	Location  string   `json:"location" sql:"w.code" doc:"Location"`
	Container string   `json:"container" sql:"coalesce(x.code, '')" doc:"Container"`
	Item      string   `json:"item" sql:"i.code" doc:"Item"`
	Name      string   `json:"name" sql:"i.name" doc:"Name"`
	Spec      string   `json:"spec" sql:"i.spec" doc:"Specification"`
	UoM       string   `json:"uom" sql:"i.uom" doc:"Unit"`
	Decimals  int64    `json:"decimals" sql:"i.decimals" doc:"Decimals"`
	Tracking  string   `json:"tracking" sql:"i.tracking" doc:"Tracked by"`
	Lot       string   `json:"lot" sql:"l.lot" doc:"Lot"`
	State     string   `json:"state" sql:"CASE WHEN l.again THEN 'again' WHEN l.rounds = 0 THEN 'open' ELSE 'counted' END" doc:"State"`
	Found     bool     `json:"found" sql:"l.found" doc:"Not on the list"`
	Rounds    int64    `json:"rounds" sql:"l.rounds" doc:"Times counted"`
	CountedBy string   `json:"counted_by" sql:"l.counted_by" doc:"Counted by"`
	CountedMS int64    `json:"counted_ms" sql:"l.counted_ms" doc:"Counted at"`
	Counted   *num.Dec `json:"counted,omitempty" sql:"CASE WHEN l.rounds > 0 THEN l.counted END" doc:"Counted"`
	SaidQty   num.Dec  `json:"entered_qty" sql:"l.entered_qty" doc:"As entered; 0 = in the item's own unit"`
	SaidUoM   string   `json:"entered_uom" sql:"l.entered_uom" doc:"Unit as entered"`
	Book      *num.Dec `json:"book,omitempty" doc:"In the books"`
	Diff      *num.Dec `json:"diff,omitempty" doc:"Difference"`
}

var countLineList = web.ListSpec[CountRow]{
	From: `inv_count_line l JOIN inv_count c ON c.id = l.count_id JOIN v_item i ON i.id = l.item_id JOIN v_location w ON w.id = l.location_id LEFT JOIN inv_container x ON x.id = l.container_id`,
	Key:  "l.id", Sort: "location,item,lot", Search: []string{"i.code", "i.name", "l.lot", "w.code"}, Scope: sitesOf("c.site_id"),
	Extra: map[string]string{"differs": "true: only lines whose count differs from the books"},
	Where: func(ctx context.Context, p web.Params, w *db.Where) error {
		w.And("c.number = ?", p["number"])
		if p["differs"] == "true" {
			w.And("l.rounds > 0 AND l.counted <> l.book")
			if !actor.From(ctx).Can("inventory.approve") {
				w.And("NOT c.blind")
			}
		}
		return nil
	},
	Post: showBook, File: "stock-take",
}

// showBook fills in what the books say: of a counted line at the moment of its count, else when the list was made.
func showBook(ctx context.Context, q db.Querier, rows []CountRow) error {
	if len(rows) == 0 {
		return nil
	}
	ids := make([]db.ID, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	type book struct {
		ID   db.ID   `db:"id"`
		Book num.Dec `db:"book"`
	}
	var w db.Where
	db.In(&w, "l.id", ids)
	if !actor.From(ctx).Can("inventory.approve") {
		w.And("NOT c.blind")
	}
	by := map[db.ID]num.Dec{}
	if err := db.Each(ctx, q, `SELECT l.id, CASE WHEN l.rounds > 0 THEN l.book ELSE l.listed END AS book FROM inv_count_line l JOIN inv_count c ON c.id = l.count_id`+w.String(), w.Args,
		func(b *book) error { by[b.ID] = b.Book; return nil }); err != nil {
		return err
	}
	for i := range rows {
		r := &rows[i]
		if b, ok := by[r.ID]; ok {
			r.Book = &b
			if r.Counted != nil {
				d := *r.Counted - b
				r.Diff = &d
			}
		}
	}
	return nil
}

// Count reads the head of a stock-take.
func (m *Module) Count(ctx context.Context, q db.Querier, number string) (CountHead, error) {
	c, err := countByNumber(ctx, q, scannedNumber(number), false)
	if err != nil {
		return CountHead{}, err
	}
	var w db.Where
	w.And("c.id = ?", c.ID)
	rows, err := read[CountHead](ctx, q, countList.From, &w, "")
	if err != nil {
		return CountHead{}, err
	}
	return rows[0], hideDiffer(ctx, q, rows)
}

func (m *Module) countRoutes(a *web.API) {
	type ByNumber struct {
		Number string `path:"number"`
	}
	web.List(a, web.Op{Path: "/inventory/counts", ID: "listCounts", Summary: "Stock-takes", Perm: "inventory.read"}, countList)
	web.QueryView(a, web.Op{Path: "/inventory/counts/{number}", ID: "getCount", Summary: "A stock-take", Perm: "inventory.read"},
		func(ctx context.Context, q db.Querier, in *ByNumber) (CountHead, error) {
			return m.Count(ctx, q, in.Number)
		})
	web.List(a, web.Op{Path: "/inventory/counts/{number}/lines", ID: "listCountLines", Summary: "The lines of a stock-take", Perm: "inventory.read"}, countLineList)
	web.Command(a, web.Op{Path: "/inventory/counts", ID: "startCount", Summary: "Make the list of a stock-take", Perm: "inventory.count"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body StartCount }) (CountStarted, error) {
			return m.StartCount(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/inventory/counts/{number}/lines", ID: "countGoods", Summary: "Say how much of something lies where", Perm: "inventory.count"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body CountLine
		}) (LineCounted, error) {
			return m.CountGoods(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/inventory/counts/{number}/recount", ID: "recountLines", Summary: "Have lines counted once more", Perm: "inventory.approve"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body Recount
		}) (RecountAsked, error) {
			return m.Recount(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/inventory/counts/{number}/approve", ID: "approveCount", Summary: "Correct the stock by what was counted", Perm: "inventory.approve"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body ApproveCount
		}) (CountApproved, error) {
			return m.ApproveCount(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/inventory/counts/{number}/cancel", ID: "cancelCount", Summary: "Throw a stock-take away", Perm: "inventory.count"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body CancelCount
		}) (CountStarted, error) {
			return m.CancelCount(ctx, tx, in.Number, in.Body)
		})
}
