package planning

import (
	"context"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/notice"
	"kaiwu/internal/kit/num"
)

// What a plan tells of customers who will wait: each order line once, when it becomes late; many at once in one notice.
var (
	NoticeLate = notice.Kind{Code: "planning.late", Perm: "planning.promise", Mail: notice.Daily,
		Title: fault.Text{Zh: "订单将延误", En: "An order will be late"},
		Text:  fault.Text{Zh: "{document} 的 {item}：要 {from}，最早 {to}，卡在 {cause}", En: "{item} of {document}: wanted on {from}, possible on {to}, waits for {cause}"}}
	NoticeManyLate = notice.Kind{Code: "planning.many_late", Perm: "planning.promise", Mail: notice.Now,
		Title: fault.Text{Zh: "很多订单将延误", En: "Many orders will be late"},
		Text:  fault.Text{Zh: "{site} 的新计划里又有 {n} 个需求赶不上", En: "{n} more demands will be late by the new plan of {site}"}}
)

// manyLate: so many new ones at once are told in one notice.
const manyLate = 12

func lateKey(r *messageRow) string {
	return r.DocKind + " " + r.DocNumber + " " + num.Int(r.DocLine).String() + " " + r.Item.String()
}

// tellLate compares the late demands of a plan with those of the one before: what became late is told, what is in time
// again is taken back. One that was late before is not told anew, whatever became of its notice.
func (p *plan) tellLate(ctx context.Context, tx *db.Tx) error {
	old, err := db.All[messageRow](ctx, tx, `SELECT `+messageColumns+` FROM mrp_message x JOIN mrp_run r ON r.id = x.run_id WHERE r.site_id = $1 AND r.live AND x.act = 'late'`, p.run.Site)
	if err != nil {
		return err
	}
	type item struct {
		ID   db.ID  `db:"id"`
		Code string `db:"code"`
	}
	before, now := map[string]bool{}, map[string]bool{}
	for i := range old {
		before[lateKey(&old[i])] = true
	}
	var fresh []*messageRow
	for i := range p.messages {
		r := &p.messages[i]
		if r.Act != "late" || now[lateKey(r)] {
			continue
		}
		now[lateKey(r)] = true
		if !before[lateKey(r)] {
			fresh = append(fresh, r)
		}
	}
	var gone []string
	for key := range before {
		if !now[key] {
			gone = append(gone, key)
		}
	}
	if err := notice.Gone(ctx, tx, NoticeLate, gone...); err != nil {
		return err
	}
	if len(now) == 0 {
		if err := notice.Gone(ctx, tx, NoticeManyLate, p.site.Code); err != nil {
			return err
		}
	}
	if len(fresh) > manyLate {
		return notice.Tell(ctx, tx, NoticeManyLate, notice.News{Site: p.run.Site, Key: p.site.Code, Params: map[string]string{"site": p.site.Name, "n": num.Int(int64(len(fresh))).String()}, Link: "/planning/messages?act=late,negative", Severity: notice.Warning})
	}
	if len(fresh) == 0 {
		return nil
	}
	var w db.Where
	ids := make([]db.ID, len(fresh))
	for i, r := range fresh {
		ids[i] = r.Item
	}
	db.In(&w, "id", ids)
	rows, err := db.All[item](ctx, tx, `SELECT id, code FROM v_item`+w.String(), w.Args...)
	if err != nil {
		return err
	}
	codes := map[db.ID]string{}
	for _, r := range rows {
		codes[r.ID] = r.Code
	}
	news := make([]notice.News, len(fresh))
	for i, r := range fresh {
		code := codes[r.Item]
		to, cause := r.To, r.Cause
		if to == "" {
			to = "?"
		}
		if cause == "" {
			cause = code
		}
		news[i] = notice.News{Site: p.run.Site, Key: lateKey(r), Params: map[string]string{"document": r.DocNumber, "item": code, "from": r.From, "to": to, "cause": cause}, Link: "/planning/messages?act=late,negative&q=" + r.DocNumber, Severity: notice.Warning}
	}
	return notice.Tell(ctx, tx, NoticeLate, news...)
}
