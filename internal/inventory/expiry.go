package inventory

import (
	"context"
	"strconv"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/notice"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// SettingExpiry says how many days before a lot expires somebody is told; 0 = nobody.
const SettingExpiry = "inventory.expiry_days"

const expiryDays = "30"

// KindExpiry is the job that looks for lots that will soon expire.
const KindExpiry = "inventory.expiry"

// What is told of them: each lot once, many new ones in one notice.
var (
	NoticeExpiring = notice.Kind{Code: "inventory.expiring", Perm: "inventory.hold", Mail: notice.Daily,
		Title: fault.Text{Zh: "批次快到期", En: "A lot will expire"},
		Text:  fault.Text{Zh: "{item} 批次 {lot} 在 {day} 到期，还有 {qty} {uom}", En: "Lot {lot} of {item} expires on {day}; {qty} {uom} are left"}}
	NoticeManyExpiring = notice.Kind{Code: "inventory.many_expiring", Perm: "inventory.hold", Mail: notice.Daily,
		Title: fault.Text{Zh: "很多批次快到期", En: "Many lots will expire"},
		Text:  fault.Text{Zh: "{site} 又有 {n} 个批次在 {day} 以前到期", En: "{n} more lots at {site} expire by {day}"}}
	Notices = []notice.Kind{NoticeExpiring, NoticeManyExpiring}
)

// manyExpiring: so many new ones at once are told in one notice.
const manyExpiring = 12

// Expiring says what the look for lots that expire has found.
type Expiring struct {
	Lots int `json:"lots" doc:"With usable stock, expiring within the days"`
	Told int `json:"told" doc:"Of these, told for the first time"`
}

// TellExpiring tells of the lots that will expire soon and of which usable stock is left: once, whatever became of the
// notice. What is used up, or may be kept longer now, is taken back.
func (m *Module) TellExpiring(ctx context.Context, tx *db.Tx) (out Expiring, err error) {
	text, err := masterdata.Setting(ctx, tx, SettingExpiry, expiryDays)
	if err != nil {
		return out, err
	}
	days, err := strconv.Atoi(text)
	if err != nil {
		days = 0
	}
	last := ""
	if days > 0 {
		last = dayPlus(m.today(tx), days)
	}
	type row struct {
		Lot    db.ID   `db:"lot_id"`
		Site   db.ID   `db:"site_id"`
		Number string  `db:"number"`
		Day    string  `db:"expires_on"`
		Item   string  `db:"code"`
		UoM    string  `db:"uom"`
		Place  string  `db:"site_name"`
		Qty    num.Dec `db:"qty"`
		Told   string  `db:"told"`
	}
	// A zero owner is our own stock; what a customer owns is his to worry about, and is told all the same: it lies here.
	rows, err := db.All[row](ctx, tx, `SELECT b.lot_id, b.site_id, l.number, l.expires_on, i.code, i.uom, t.name AS site_name, CAST(sum(b.qty) AS BIGINT) AS qty, coalesce(max(x.expires_on), '') AS told
		FROM inv_balance b JOIN inv_lot l ON l.id = b.lot_id JOIN v_item i ON i.id = b.item_id JOIN v_site t ON t.id = b.site_id LEFT JOIN inv_expiry_told x ON x.lot_id = b.lot_id AND x.site_id = b.site_id
		WHERE b.place_kind = 'stock' AND b.status = 'available' AND b.qty > 0 AND b.lot_id <> 0 AND l.expires_on <> '' AND l.expires_on <= $1 AND b.batch_id NOT IN (SELECT id FROM kit_batch)
		GROUP BY b.lot_id, b.site_id, l.number, l.expires_on, i.code, i.uom, t.name ORDER BY l.expires_on, i.code, l.number, b.site_id`, last)
	if err != nil {
		return out, err
	}
	type mark struct {
		Lot  db.ID  `db:"lot_id"`
		Site db.ID  `db:"site_id"`
		Day  string `db:"expires_on"`
	}
	key := func(lot, site db.ID) string { return lot.String() + " " + site.String() }
	here := map[string]bool{}
	bySite := map[db.ID][]*row{}
	for i := range rows {
		r := &rows[i]
		here[key(r.Lot, r.Site)] = true
		if r.Told != r.Day {
			bySite[r.Site] = append(bySite[r.Site], r)
		}
	}
	out.Lots = len(rows)
	old, err := db.All[mark](ctx, tx, `SELECT lot_id, site_id, expires_on FROM inv_expiry_told ORDER BY lot_id, site_id`)
	if err != nil {
		return out, err
	}
	var gone []string
	for _, x := range old {
		if !here[key(x.Lot, x.Site)] {
			gone = append(gone, key(x.Lot, x.Site))
			tx.Queue(`DELETE FROM inv_expiry_told WHERE lot_id = $1 AND site_id = $2`, x.Lot, x.Site)
		}
	}
	if err := notice.Gone(ctx, tx, NoticeExpiring, gone...); err != nil {
		return out, err
	}
	for i := range rows {
		r := &rows[i]
		fresh, ok := bySite[r.Site]
		if !ok {
			continue
		}
		delete(bySite, r.Site) // once for each site, in the order of the rows
		out.Told += len(fresh)
		var news []notice.News
		for _, f := range fresh {
			tx.Queue(`INSERT INTO inv_expiry_told (lot_id, site_id, expires_on) VALUES ($1, $2, $3) ON CONFLICT (lot_id, site_id) DO UPDATE SET expires_on = excluded.expires_on`, f.Lot, f.Site, f.Day)
			news = append(news, notice.News{Site: f.Site, Key: key(f.Lot, f.Site), Params: map[string]string{"item": f.Item, "lot": f.Number, "day": f.Day, "qty": f.Qty.String(), "uom": f.UoM}, Link: "/inventory/lots/" + f.Item + "/" + f.Number, Severity: notice.Warning})
		}
		kind := NoticeExpiring
		if len(fresh) > manyExpiring {
			kind = NoticeManyExpiring
			news = []notice.News{{Site: r.Site, Params: map[string]string{"site": r.Place, "n": strconv.Itoa(len(fresh)), "day": last}, Link: "/inventory/lots", Severity: notice.Warning}}
		}
		if err := notice.Tell(ctx, tx, kind, news...); err != nil {
			return out, err
		}
	}
	return out, nil
}
