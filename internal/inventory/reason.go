package inventory

import (
	"context"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/web"
)

// reasonKinds are the acts that have a list of reasons.
var reasonKinds = []string{"adjust", "transfer", "hold", "release", "return", "scrap", "line_scrap"}

// ReasonRow is one reason of a list.
type ReasonRow struct {
	Kind   string `json:"kind" sql:"r.kind" db:"kind" doc:"For"`
	Code   string `json:"code" sql:"r.code" db:"code" doc:"Code"`
	NameZh string `json:"name_zh" sql:"r.name_zh" db:"name_zh" doc:"Chinese"`
	NameEn string `json:"name_en" sql:"r.name_en" db:"name_en" doc:"English"`
	Active bool   `json:"active" sql:"r.active" db:"active" doc:"In use"`
	Ord    int64  `json:"ord" sql:"r.ord" db:"ord" doc:"Order"`
}

var reasonList = web.ListSpec[ReasonRow]{From: `inv_reason r`, Key: "r.id", Sort: "kind,ord", Search: []string{"r.code", "r.name_zh", "r.name_en"}, File: "stock-reasons"}

// SetReason adds a reason or changes one; a reason that is not to be used any more is switched off, since documents
// name it.
type SetReason struct {
	Kind   string `json:"kind" enum:"adjust,transfer,hold,release,return,scrap,line_scrap"`
	Code   string `json:"code" minLength:"1" maxLength:"40"`
	NameZh string `json:"name_zh" minLength:"1" maxLength:"100"`
	NameEn string `json:"name_en" minLength:"1" maxLength:"100"`
	Off    bool   `json:"off,omitempty" doc:"Not used any more"`
	Ord    int64  `json:"ord,omitempty" minimum:"0" maximum:"10000"`
}

// SetReason carries out a SetReason.
func (m *Module) SetReason(ctx context.Context, tx *db.Tx, in SetReason) (ReasonRow, error) {
	r := ReasonRow{in.Kind, strings.TrimSpace(in.Code), strings.TrimSpace(in.NameZh), strings.TrimSpace(in.NameEn), !in.Off, in.Ord}
	if r.Code == "" || r.NameZh == "" || r.NameEn == "" {
		return r, fault.Invalid("inventory.reason_words", "a reason needs a code and a name in both languages")
	}
	tx.Queue(`INSERT INTO inv_reason (id, kind, code, name_zh, name_en, active, ord) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (kind, code) DO UPDATE SET name_zh = excluded.name_zh, name_en = excluded.name_en, active = excluded.active, ord = excluded.ord`,
		tx.ID(), r.Kind, r.Code, r.NameZh, r.NameEn, r.Active, r.Ord)
	tx.Emit(db.Event{Name: EventReason, Subject: "reason:" + r.Kind + "/" + r.Code, Payload: r})
	return r, nil
}

// reasonOf reads a reason code of the list into words; with a text beside it both stand on the document.
func reasonOf(ctx context.Context, q db.Querier, kind, code, text string) (string, error) {
	text = strings.TrimSpace(text)
	if code == "" {
		return text, nil
	}
	r, ok, err := db.Get[ReasonRow](ctx, q, `SELECT kind, code, name_zh, name_en, active, ord FROM inv_reason WHERE kind = $1 AND code = $2`, kind, code)
	if err != nil {
		return text, err
	}
	if !ok || !r.Active {
		return text, fault.Invalid("inventory.reason_unknown", "there is no reason %s; choose one of the list", code).With("code", code)
	}
	name := r.NameEn
	if web.Locale(ctx) == "zh" {
		name = r.NameZh
	}
	if text == "" || text == name {
		return name, nil
	}
	return name + ": " + text, nil
}

// ReasonText is reasonOf for rooms below.
func ReasonText(ctx context.Context, q db.Querier, kind, code, text string) (string, error) {
	return reasonOf(ctx, q, kind, code, text)
}
