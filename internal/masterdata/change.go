package masterdata

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// Changed is the payload of every …_created and …_changed of this room but the item's: the thing before and after.
// Before is absent when it is new.
type Changed[S any] struct {
	Before *S `json:"before,omitempty"`
	After  *S `json:"after"`
}

// Switch makes a thing inactive, or active again. Nothing is deleted: documents that name it stay readable.
type Switch struct {
	Site   string `json:"site,omitempty" maxLength:"100" doc:"Site of a thing whose code only its site knows; default the caller's first"`
	Rev    int64  `json:"rev" minimum:"1" doc:"rev of the thing that was looked at"`
	Reason string `json:"reason,omitempty" maxLength:"500" doc:"Why, for the record"`
}

// Edited is in every change: what was looked at, and why it changes.
type Edited struct {
	Site   string `json:"site,omitempty" maxLength:"100" doc:"Site of a thing whose code only its site knows; default the caller's first"`
	Rev    int64  `json:"rev" minimum:"1" doc:"rev of the thing that was looked at; refused when somebody changed it since"`
	Reason string `json:"reason,omitempty" maxLength:"500" doc:"Why, for the record"`
}

// form collects what is wrong with an input, field by field.
type form struct {
	ctx    context.Context
	tx     *db.Tx
	faults []fault.Field
}

func (f *form) bad(field, code, value string, params ...string) {
	f.faults = append(f.faults, fieldFault(field, code, value, params...))
}

// refuse is nil when nothing is wrong.
func (f *form) refuse() error {
	if len(f.faults) == 0 {
		return nil
	}
	slices.SortStableFunc(f.faults, func(a, b fault.Field) int { return strings.Compare(a.Where, b.Where) })
	return fault.Invalid("masterdata.invalid", "%d values are wrong; first: %s", len(f.faults), f.faults[0].Detail).With("count", len(f.faults)).At(f.faults...)
}

// text sets a text that was said; long ones may have several lines.
func (f *form) text(field string, p, v *string, long ...bool) {
	if v == nil {
		return
	}
	s := strings.TrimSpace(*v)
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && (len(long) == 0 || r != '\n') }) {
		f.bad(field, "masterdata.text_bad", "")
		return
	}
	*p = s
}

// name is text that may not become empty.
func (f *form) name(p, v *string) {
	f.text("name", p, v)
	if *p == "" {
		f.bad("name", "masterdata.needed", "")
	}
}

func (f *form) qty(field string, p, v *num.Dec, above, most num.Dec) {
	if v == nil {
		return
	}
	if *v < above || *v > most {
		f.bad(field, "masterdata.out_of_range", v.String(), "min", above.String(), "max", most.String())
		return
	}
	*p = *v
}

// code is a new thing's code, fit to stand in lists and on labels; it must be free, also among rows that a running
// import has not published.
func (f *form) code(code, table string, site db.ID) (string, error) {
	code = strings.TrimSpace(code)
	if code == "" || utf8.RuneCountInString(code) > 100 || !utf8.ValidString(code) || strings.ContainsFunc(code, func(r rune) bool { return r == ';' || unicode.IsControl(r) }) {
		f.bad("code", "masterdata.code_bad", code)
		return code, nil
	}
	w := db.Where{}
	w.And("code = ?", code)
	if site != 0 {
		w.And("site_id = ?", site)
	}
	taken, err := db.One[int64](f.ctx, f.tx, `SELECT count(*) FROM `+table+w.String(), w.Args...)
	if err == nil && taken > 0 {
		f.bad("code", "masterdata.item_exists", code)
	}
	return code, err
}

// noun is what adding and changing need to know of a table whose rows people edit.
type noun[R any, P marked[R], S any] struct {
	what  string // of its events (masterdata.<what>_changed) and of their subject
	table string
	state func(ctx context.Context, q db.Querier, r R) (S, error) // what screens show and events keep
}

func (n noun[R, P, S]) event(name, code string, site db.ID, reason string, before, after *S) db.Event {
	return db.Event{Name: "masterdata." + n.what + name, Subject: n.what + ":" + code, Site: site, Reason: reason, Payload: Changed[S]{Before: before, After: after}}
}

// add writes a new row, then what belongs to it, and tells of it.
func (n noun[R, P, S]) add(f *form, row R, code string, site db.ID, more func(id db.ID) error) (out S, err error) {
	if err := f.refuse(); err != nil {
		return out, err
	}
	id := f.tx.ID()
	*P(&row).mark() = stamp{ID: id, Rev: 1}
	if err := db.Insert(f.ctx, f.tx, n.table, row); err != nil {
		return out, err
	}
	if more != nil {
		if err := more(id); err != nil {
			return out, err
		}
	}
	if out, err = n.state(f.ctx, f.tx, row); err != nil {
		return out, err
	}
	f.tx.Emit(n.event("_created", code, site, "", nil, &out))
	return out, nil
}

// change exchanges a row that is still the one somebody looked at. set alters it and notes what is wrong; it answers
// what else has to be written, nil for nothing. What differs in nothing is not told.
func (n noun[R, P, S]) change(f *form, was R, code string, site db.ID, e Edited, set func(now *R) (more func() error, err error)) (out S, err error) {
	before, err := n.state(f.ctx, f.tx, was)
	if err != nil {
		return before, err
	}
	if P(&was).mark().Rev != e.Rev {
		return before, fault.Conflict("masterdata.stale", "%s was changed by somebody else; load it again", code).With("code", code)
	}
	now := was
	more, err := set(&now)
	if err == nil {
		err = f.refuse()
	}
	if err != nil || (more == nil && reflect.DeepEqual(now, was)) {
		return before, err
	}
	m := P(&now).mark()
	m.Rev++
	if err := replace(f.ctx, f.tx, n.table, m.ID, e.Rev, now); err != nil {
		return before, err
	}
	if more != nil {
		if err := more(); err != nil {
			return before, err
		}
	}
	if out, err = n.state(f.ctx, f.tx, now); err != nil {
		return out, err
	}
	f.tx.Emit(n.event("_changed", code, site, e.Reason, &before, &out))
	return out, nil
}

// rowAt reads a row that people edit.
func rowAt[R any](ctx context.Context, q db.Querier, table, code string, site db.ID) (R, bool, error) {
	w := ask(ctx, "t")
	w.And("t.code = ?", code)
	if site != 0 {
		w.And("t.site_id = ?", site)
	}
	return db.Get[R](ctx, q, `SELECT t.* FROM `+table+` t`+w.String(), w.Args...)
}

// lastOrd is the place behind all rows of a site.
func lastOrd(ctx context.Context, tx *db.Tx, table string, site db.ID) (int64, error) {
	return db.One[int64](ctx, tx, `SELECT CAST(coalesce(max(ord), 0) + 1 AS BIGINT) FROM `+table+` WHERE site_id = $1`, site)
}

// swap exchanges the rows of an owner.
func swap[R any](ctx context.Context, tx *db.Tx, table, owner string, id db.ID, rows []R) error {
	if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE `+owner+` = $1`, id); err != nil {
		return err
	}
	return db.Insert(ctx, tx, table, rows...)
}

// used notes that the company's person or partner belongs to the site's files from now on, so that its export has it.
func used(ctx context.Context, tx *db.Tx, site db.ID, kind string, ref db.ID) error {
	ord, err := db.One[int64](ctx, tx, `SELECT CAST(coalesce(max(ord), 0) + 1 AS BIGINT) FROM md_site_use WHERE site_id = $1 AND kind = $2`, site, kind)
	if err != nil {
		return err
	}
	return db.Insert(ctx, tx, "md_site_use", useRow{ID: tx.ID(), Site: site, Kind: kind, Ref: ref, Ord: ord})
}
