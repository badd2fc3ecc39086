package notice

import (
	"context"
	"strings"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/event"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/job"
	"kaiwu/internal/kit/web"
)

const (
	fresh = 30 * 24 * time.Hour // what nobody read in that time is no news any more
	keep  = 90 * 24 * time.Hour // then only the event log knows of it
	shown = 30
)

// Center holds the kinds of all rooms and sends the mail.
type Center struct {
	d     *db.DB
	jobs  *job.Runner
	kinds map[string]Kind
	order []Kind

	// Readers finds the people who may get mail, with their permissions.
	Readers func(ctx context.Context, q db.Querier) ([]Reader, error)

	smtp smtp
}

// New makes the center; mail is addressed when the log tells of a notice and sent by a job.
func New(d *db.DB, bus *event.Bus, jobs *job.Runner, kinds ...Kind) *Center {
	c := &Center{d: d, jobs: jobs, kinds: map[string]Kind{}, order: append(kinds, MailFailed)}
	for _, k := range c.order {
		c.kinds[k.Code] = k
	}
	c.background(bus)
	return c
}

// Row is a notice in its reader's list.
type Row struct {
	ID       db.ID  `json:"id" sql:"n.id" doc:"Notice"`
	Kind     string `json:"kind" sql:"n.kind" doc:"Kind"`
	Params   string `json:"params" sql:"n.params" doc:"What its sentence names, as JSON"`
	Text     string `json:"text" doc:"The sentence in the reader's language"`
	Severity string `json:"severity" sql:"n.severity" doc:"info, warning or urgent"`
	Todo     bool   `json:"todo" sql:"n.todo" doc:"Stays until it is done"`
	State    string `json:"state" sql:"CASE WHEN n.done_ms <> 0 THEN 'done' ELSE 'open' END" doc:"State: open, done"`
	Read     bool   `json:"read" doc:"The reader has seen it"`
	Link     string `json:"link" sql:"n.link" doc:"Page"`
	MadeMS   int64  `json:"made_ms" sql:"n.made_ms" doc:"Told"`
	By       string `json:"made_by" sql:"n.made_by" doc:"By"`
	DoneMS   int64  `json:"done_ms" sql:"n.done_ms" doc:"Done"`
	DoneBy   string `json:"done_by" sql:"n.done_by" doc:"Done by; empty: its cause is gone"`
	Note     string `json:"done_note" sql:"n.done_note" doc:"Note"`
}

var titles = map[string]fault.Text{"id": {Zh: "通知", En: "Notice"}, "kind": {Zh: "类别", En: "Kind"}, "params": {Zh: "内容参数", En: "Values"}, "severity": {Zh: "程度", En: "Severity"}, "todo": {Zh: "待办", En: "To do"},
	"state": {Zh: "状态", En: "State"}, "link": {Zh: "页面", En: "Page"}, "made_ms": {Zh: "时间", En: "Told"}, "made_by": {Zh: "来自", En: "By"}, "done_ms": {Zh: "完成时间", En: "Done"}, "done_by": {Zh: "完成人", En: "Done by"}, "done_note": {Zh: "备注", En: "Note"}}

// Bell is what the bell of a screen shows.
type Bell struct {
	Unread int64  `json:"unread" doc:"News of the last 30 days that the reader has not seen"`
	Todo   int64  `json:"todo" doc:"To-dos that are not done"`
	Items  []Item `json:"items" doc:"The newest that are open"`
}

// Item is a notice in the drawer of the bell.
type Item struct {
	ID       db.ID  `json:"id"`
	Kind     string `json:"kind"`
	Text     string `json:"text"`
	Severity string `json:"severity"`
	Todo     bool   `json:"todo"`
	Read     bool   `json:"read"`
	Link     string `json:"link"`
	MadeMS   int64  `json:"made_ms"`
	By       string `json:"made_by"`
}

// Bell counts and lists what is open for the caller.
func (c *Center) Bell(ctx context.Context, q db.Querier) (b Bell, err error) {
	me := actor.From(ctx).UserID
	var w db.Where
	w.And("n.done_ms = 0")
	c.mine(ctx, &w)
	since := w.Number("?", c.d.Now().Add(-fresh).UnixMilli())
	w.And("(n.todo OR n.made_ms > " + since + ")")
	user := w.Number("?", me)
	type line struct {
		row
		Read bool `db:"was_read"`
	}
	seen := `EXISTS (SELECT 1 FROM kit_notice_read r WHERE r.notice_id = n.id AND r.user_id = ` + user + `)`
	type counts struct {
		Unread int64 `db:"unread"`
		Todo   int64 `db:"todos"`
	}
	n, err := db.One[counts](ctx, q, `SELECT count(*) FILTER (WHERE NOT `+seen+` AND n.made_ms > `+since+`) AS unread, count(*) FILTER (WHERE n.todo) AS todos FROM kit_notice n`+w.String(), w.Args...)
	if err != nil {
		return b, err
	}
	b.Unread, b.Todo, b.Items = n.Unread, n.Todo, []Item{}
	rows, err := db.All[line](ctx, q, `SELECT `+columns+`, `+seen+` AS was_read FROM kit_notice n`+w.String()+` ORDER BY n.made_ms DESC, n.id DESC LIMIT `+w.Number("?", int64(shown)), w.Args...)
	for i := range rows {
		r := &rows[i]
		b.Items = append(b.Items, Item{r.ID, r.Kind, c.words(&r.row, web.Locale(ctx)), r.Severity, r.Todo, r.Read, r.Link, r.Made, r.By})
	}
	return b, err
}

// Read says what the caller has seen.
type Read struct {
	IDs []db.ID `json:"ids,omitempty" maxItems:"500" doc:"Which; none and all = everything up to now"`
	All bool    `json:"all,omitempty"`
}

// Count says how many.
type Count struct {
	Count int64 `json:"count"`
}

// MarkRead notes what the caller has seen. That is theirs alone, so nobody is told.
func (c *Center) MarkRead(ctx context.Context, tx *db.Tx, in Read) (Count, error) {
	if len(in.IDs) == 0 && !in.All {
		return Count{}, nil
	}
	var w db.Where
	c.mine(ctx, &w)
	if !in.All {
		db.In(&w, "n.id", in.IDs)
	}
	me := w.Number("?", actor.From(ctx).UserID)
	w.And("NOT EXISTS (SELECT 1 FROM kit_notice_read r WHERE r.notice_id = n.id AND r.user_id = " + me + ")")
	now := w.Number("?", tx.NowMS())
	n, err := tx.Exec(ctx, `INSERT INTO kit_notice_read (notice_id, user_id, read_ms) SELECT n.id, CAST(`+me+` AS BIGINT), CAST(`+now+` AS BIGINT) FROM kit_notice n`+w.String()+` ON CONFLICT (notice_id, user_id) DO NOTHING`, w.Args...)
	return Count{n}, err
}

// Finish marks a notice as done, for everybody whose it is. Doing it twice is no fault.
func (c *Center) Finish(ctx context.Context, tx *db.Tx, id db.ID, note string) (Row, error) {
	var w db.Where
	w.And("n.id = ?", id)
	c.mine(ctx, &w)
	r, ok, err := db.Get[row](ctx, tx, `SELECT `+columns+` FROM kit_notice n`+w.String(), w.Args...)
	if err == nil && !ok {
		err = fault.NotFound("notice.unknown", "there is no notice %s for you", id).With("id", id)
	}
	if err != nil {
		return Row{}, err
	}
	if r.Done == 0 {
		finish(tx, &r, actor.From(ctx).Name, strings.TrimSpace(note))
	}
	return Row{ID: r.ID, Kind: r.Kind, Params: r.Params, Text: c.words(&r, web.Locale(ctx)), Severity: r.Severity, Todo: r.Todo, State: "done", Read: true, Link: r.Link, MadeMS: r.Made, By: r.By, DoneMS: r.Done, DoneBy: r.DoneBy, Note: r.Note}, nil
}

func (c *Center) fill(ctx context.Context, q db.Querier, rows []Row) error {
	if len(rows) == 0 {
		return nil
	}
	ids := make([]db.ID, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
		rows[i].Text = c.words(&row{Kind: rows[i].Kind, Params: rows[i].Params}, web.Locale(ctx))
	}
	var w db.Where
	w.And("user_id = ?", actor.From(ctx).UserID)
	db.In(&w, "notice_id", ids)
	seen := map[db.ID]bool{}
	err := db.Each(ctx, q, `SELECT notice_id FROM kit_notice_read`+w.String(), w.Args, func(id *db.ID) error { seen[*id] = true; return nil })
	for i := range rows {
		rows[i].Read = seen[rows[i].ID]
	}
	return err
}

// Routes lists everything the outside may ask.
func (c *Center) Routes(a *web.API) {
	web.List(a, web.Op{Path: "/notices", ID: "listNotices", Module: "kit", Summary: "My notices and to-dos"},
		web.ListSpec[Row]{From: "kit_notice n", Key: "n.id", Sort: "-made_ms", Search: []string{"n.params"}, Titles: titles, File: "notices", Scope: c.mine, Post: c.fill})
	web.QueryView(a, web.Op{Path: "/notices/bell", ID: "getBell", Module: "kit", Summary: "How many notices and to-dos wait for me, and the newest"},
		func(ctx context.Context, q db.Querier, _ *struct{}) (Bell, error) { return c.Bell(ctx, q) })
	web.Command(a, web.Op{Path: "/notices/read", ID: "readNotices", Module: "kit", Summary: "Note that I have seen notices"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Read }) (Count, error) {
			return c.MarkRead(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/notices/{id}/done", ID: "finishNotice", Module: "kit", Summary: "Mark a notice as done"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ID   db.ID `path:"id"`
			Body struct {
				Note string `json:"note,omitempty" maxLength:"500"`
			} `required:"false"`
		}) (Row, error) {
			return c.Finish(ctx, tx, in.ID, in.Body.Note)
		})
	c.mailRoutes(a)
}
