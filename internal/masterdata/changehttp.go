package masterdata

import (
	"context"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/web"
)

// ByChange names a change.
type ByChange struct {
	Number string `path:"number" maxLength:"40" doc:"Number of the change"`
}

func (m *Module) changeRoutes(a *web.API, today func(string) string) {
	a.MaskedTypes(ChangeTold{})
	web.List(a, web.Op{Path: "/masterdata/changes", ID: "listChanges", Summary: "Engineering changes", Perm: read}, web.ListSpec[ChangeListRow]{
		From: changeListFrom, Key: "c.id", Sort: "-made_ms", Search: []string{"c.number", "c.title", "c.reason"}, Codes: []web.Code{{Expr: "c.number"}}, Titles: changeTitles})
	web.QueryView(a, web.Op{Path: "/masterdata/changes/{number}", ID: "getChange", Summary: "An engineering change with the difference that it makes", Perm: read},
		func(ctx context.Context, q db.Querier, in *ByChange) (ChangePage, error) {
			return m.ChangePage(ctx, q, in.Number, today(""))
		})
	web.Command(a, web.Op{Path: "/masterdata/changes", ID: "createChange", Summary: "Draft an engineering change", Perm: "masterdata.change"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body NewChange }) (ChangePage, error) {
			return m.CreateChange(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Method: "PUT", Path: "/masterdata/changes/{number}", ID: "editChange", Summary: "Exchange what a draft proposes", Perm: "masterdata.change"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByChange
			Body EditChange
		}) (ChangePage, error) {
			return m.EditChange(ctx, tx, in.Number, in.Body)
		})
	for _, s := range []struct {
		path, id, summary, perm string
		do                      func(context.Context, *db.Tx, string, ChangeAct) (ChangePage, error)
	}{
		{"request", "requestChange", "Ask for the approval of a change", "masterdata.change", m.AskChange},
		{"withdraw", "withdrawChange", "Give a change up before it is effective", "masterdata.change", m.WithdrawChange},
		{"approve", "approveChange", "Approve a change: its versions hold from its day on", "masterdata.change_approve", m.ApproveChange},
		{"reject", "rejectChange", "Reject a change, with the reason", "masterdata.change_approve", m.RejectChange},
		{"effect", "effectChange", "Make an approved change effective before its time", "masterdata.change_approve", m.EffectChange},
	} {
		web.Command(a, web.Op{Path: "/masterdata/changes/{number}/" + s.path, ID: s.id, Summary: s.summary, Perm: s.perm},
			func(ctx context.Context, tx *db.Tx, in *struct {
				ByChange
				Body ChangeAct
			}) (ChangePage, error) {
				return s.do(ctx, tx, in.Number, in.Body)
			})
	}
}
