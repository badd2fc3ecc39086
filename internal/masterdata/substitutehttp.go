package masterdata

import (
	"context"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/web"
)

// generalRoutes are substitutes that are approved for all orders of a product.
func (m *Module) generalRoutes(a *web.API) {
	web.List(a, web.Op{Path: "/masterdata/substitutes", ID: "listGeneralSubstitutes", Summary: "Substitutes that were asked for in general", Perm: read},
		web.ListSpec[GeneralRow]{From: generalFrom, Key: "x.id", Sort: "-asked_ms", Search: []string{"p.code", "p.name", "i.code", "i.name", "s.code", "s.name"}, Titles: generalTitles})
	web.Command(a, web.Op{Path: "/masterdata/substitutes", ID: "askGeneralSubstitute", Summary: "Ask to use another item in the place of a component in all orders of a product", Perm: "masterdata.change"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body AskGeneral }) (GeneralRow, error) {
			return m.AskGeneral(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/masterdata/substitutes/decide", ID: "decideGeneralSubstitute", Summary: "Approve or refuse a substitute in general", Perm: "masterdata.substitute"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body DecideGeneral }) (GeneralRow, error) {
			return m.DecideGeneral(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/masterdata/substitutes/end", ID: "endGeneralSubstitute", Summary: "End an approval in general, or take a request back", Perm: "masterdata.substitute"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body EndGeneral }) (GeneralRow, error) {
			return m.EndGeneral(ctx, tx, in.Body)
		})
}
