package app

import (
	"context"
	"strings"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

// messages are the sentences of what belongs to no single room.
var messages = fault.Messages{
	"app.subject_unknown":  {Zh: "“{subject}”不是可以挂附件的对象。", En: "Nothing can be attached to {subject}."},
	"app.document_unknown": {Zh: "没有单据或对象 {subject}，或您无权查看。请核对号码。", En: "There is no {subject}, or you may not see it. Check the number."},
	"app.noun_unknown":     {Zh: "数据字典中没有对象 {noun}。请从列表中选择。", En: "The dictionary has no noun {noun}. Choose one of its list."},
	"app.field_unknown":    {Zh: "数据字典中没有字段 {field}。请从列表中选择。", En: "The dictionary has no field {field}. Choose one of its list."},
	"app.no_attachment":    {Zh: "没有收到文件，或文件是空的。请重新选择。", En: "No file came, or it is empty. Choose another one."},
	"app.file_unknown":     {Zh: "没有这个附件，或您无权查看。", En: "There is no such attachment, or you may not see it."},
}

// subjects say who may read a document's time line and attachments, and who may add to them.
var subjects = []struct{ prefix, read, write string }{
	{"wo:", "production.read", "production.report"},
	{"call:", "production.read", "production.call"},
	{"handover:", "production.read", ""},
	{"po:", "purchasing.read", "purchasing.receive"},
	{"requisition:", "purchasing.request", ""},
	{"scenario:", "planning.read", ""},
	{"firm:", "planning.read", ""},
	{"item:", "masterdata.read", "masterdata.write"},
	{"change:", "masterdata.read", "masterdata.change"},
	{"lot:", "inventory.read", "inventory.adjust"},
	{"insp:", "quality.read", "quality.judge"},
	{"box:", "inventory.read", ""},
	{"count:", "inventory.read", "inventory.count"},
	{"supply:", "inventory.read", ""},
	{"transfer:", "inventory.read", ""},
	{"so:", "sales.read", "sales.create"},
	{"shp:", "sales.read", "sales.ship"},
	{"complaint:", "sales.read", "sales.complain"},
	{"rma:", "sales.read", "sales.return"},
	{"supply:", "sales.read", ""},
	{"work_center:", "masterdata.read", "masterdata.write"},
	{"machine:", "masterdata.read", "masterdata.write"},
	{"worker:", "masterdata.read", "masterdata.write"},
	{"skill:", "masterdata.read", "masterdata.write"},
	{"team:", "masterdata.read", "masterdata.write"},
	{"tool:", "masterdata.read", "masterdata.write"},
	{"partner:", "masterdata.read", "masterdata.write"},
	{"warehouse:", "masterdata.read", "masterdata.write"},
	{"location:", "masterdata.read", "masterdata.write"},
	{"calendar:", "masterdata.read", "masterdata.write"},
	{"setting:", "masterdata.read", ""},
	{"user:", "identity.read", "identity.users"},
	{"site:", "audit.read", ""},
}

func (a *App) routes() {
	rooms := []interface{ Routes(*web.API) }{a.Identity, a.Compliance, a.Masterdata, a.Inventory, a.Quality, a.Purchasing, a.Production, a.Sales, a.Planning, a.Scheduling, a.Events, a.Jobs, a.Notice, a.Packs}
	for _, r := range rooms {
		r.Routes(a.API)
	}
	for _, s := range subjects {
		a.Events.Subject(strings.TrimSuffix(s.prefix, ":"), s.read)
	}
	// outside parties read the time line of their own documents alone
	a.Events.SubjectFunc("so", func(ctx context.Context, subject string) error {
		return a.Sales.Visible(ctx, a.DB.Read(), strings.TrimPrefix(subject, "so:"))
	})
	a.Events.SubjectFunc("complaint", func(ctx context.Context, subject string) error {
		_, err := a.Sales.Complaint(ctx, a.DB.Read(), strings.TrimPrefix(subject, "complaint:"))
		return inside(ctx, err)
	})
	a.Events.SubjectFunc("rma", func(ctx context.Context, subject string) error {
		_, err := a.Sales.Return(ctx, a.DB.Read(), strings.TrimPrefix(subject, "rma:"))
		return inside(ctx, err)
	})
	a.Events.SubjectFunc("supply", func(ctx context.Context, subject string) error {
		_, err := a.Sales.Supplied(ctx, a.DB.Read(), strings.TrimPrefix(subject, "supply:"))
		return inside(ctx, err)
	})
	a.Events.SubjectFunc("po", func(ctx context.Context, subject string) error {
		return a.Purchasing.Visible(ctx, a.DB.Read(), strings.TrimPrefix(subject, "po:"))
	})
	for _, room := range []string{"masterdata", "inventory", "quality", "purchasing", "production", "sales", "planning", "scheduling", "identity"} {
		a.Events.Room(room, room+".read")
	}
	web.QueryView(a.API, web.Op{Path: "/search", ID: "search", Summary: "Find any document, item or person by number, code or name", Module: "search"},
		func(ctx context.Context, q db.Querier, in *struct {
			Q string `query:"q" maxLength:"200" doc:"A number, a code, a name, or the content of a scanned label"`
		}) ([]web.Hit, error) {
			return a.Search(ctx, q, in.Q)
		})
	web.QueryView(a.API, web.Op{Path: "/scan", ID: "resolveCode", Summary: "What any code of the floor means: traveler, lot, serial, item, location, badge, machine, tool, document", Module: "search"},
		func(ctx context.Context, q db.Querier, in *struct {
			Code  string `query:"code" required:"true" maxLength:"200" doc:"What was scanned or typed"`
			Order string `query:"order" maxLength:"64" doc:"The work order at whose operation it was scanned"`
			Op    int64  `query:"op" doc:"That operation"`
		}) (Resolved, error) {
			return a.Resolve(ctx, q, in.Code, in.Order, in.Op)
		})
	a.attachments()
	a.operations(a.opt.Around)
	a.firstSteps()
	a.dictionary()
}

// badges gives imported workers their log-in on the floor.
func (a *App) badges(ctx context.Context, tx *db.Tx, workers []masterdata.Worker) error {
	users := make([]identity.BadgeUser, len(workers))
	for i, w := range workers {
		users[i] = identity.BadgeUser{Worker: w.ID, Code: w.Code, Name: w.Name, Badge: w.Badge}
	}
	return a.Identity.EnsureBadgeUsers(ctx, tx, 0, users)
}

// inside keeps time lines that name people and causes from outside parties.
func inside(ctx context.Context, err error) error {
	if err != nil {
		return err
	}
	return identity.Inside(ctx)
}
