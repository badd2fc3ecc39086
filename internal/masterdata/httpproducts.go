package masterdata

import (
	"context"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/web"
)

const (
	write         = "masterdata.write"
	writePartners = "masterdata.partners" // customers and suppliers are also entered by those who deal with them
)

// OneVersion names a version of a product.
type OneVersion struct {
	ByCode
	Version string `path:"version" doc:"Version"`
}

// TwoVersions name what is compared.
type TwoVersions struct {
	ByCode
	A string `query:"a" required:"true" doc:"First version"`
	B string `query:"b" required:"true" doc:"Second version"`
}

// httpProducts are the operations with which items, BOM and routing versions are edited and compared.
func (m *Module) httpProducts(a *web.API, today func(string) string) {
	a.MaskedTypes(RoutingChanged{}, ItemDeleted{})
	m.bomEditRoutes(a, today)
	m.routingEditRoutes(a, today)
	m.paramSheetRoutes(a)
	m.itemEditRoutes(a, today)
	m.pictureRoutes(a)
}

func (m *Module) itemEditRoutes(a *web.API, today func(string) string) {
	web.Command(a, web.Op{Method: "PUT", Path: "/masterdata/items/{code}/units", ID: "editItemUnits", Summary: "Exchange the other units of an item", Perm: write},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByCode
			Body EditUnits
		}) (ItemDetail, error) {
			return m.ChangeUnits(ctx, tx, in.Code, in.Body)
		})
	web.Query(a, web.Op{Path: "/masterdata/items/{code}/units", ID: "getItemUnits", Summary: "The units in which quantities of an item may be entered", Perm: read},
		func(ctx context.Context, q db.Querier, in *ByCode) (ItemUnits, error) {
			return UnitsOfItem(ctx, q, in.Code)
		})
	web.Query(a, web.Op{Path: "/masterdata/items/{code}/convert", ID: "convertUnit", Summary: "A quantity in another unit of the item", Perm: read},
		func(ctx context.Context, q db.Querier, in *struct {
			ByCode
			Qty     string `query:"qty" required:"true" maxLength:"40"`
			From    string `query:"from" doc:"Default the item's own unit"`
			To      string `query:"to" doc:"Default the item's own unit"`
			Purpose string `query:"purpose" enum:"book,need,have" default:"book" doc:"book: nearest; need: rounded up; have: rounded down"`
		}) (Converted, error) {
			return Convert(ctx, q, in.Code, in.Qty, in.From, in.To, in.Purpose)
		})
	web.Command(a, web.Op{Path: "/masterdata/items/{code}/copy", ID: "copyItem", Summary: "Make a new item like this one, with its BOM and routing on wish", Perm: write},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByCode
			Body CopyItem
		}) (ItemDetail, error) {
			return m.DuplicateItem(ctx, tx, in.Code, in.Body)
		})
	web.Command(a, web.Op{Path: "/masterdata/items/{code}/delete", ID: "deleteItem", Summary: "Delete an item that nothing has ever used", Perm: write},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByCode
			Body SwitchItem
		}) (ItemDetail, error) {
			return m.DeleteItem(ctx, tx, in.Code, in.Body)
		})
	web.Command(a, web.Op{Path: "/masterdata/item-changes", ID: "changeItems", Summary: "Change many items at once, all or none; preview shows before and after", Perm: write},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body ChangeItems }) (ItemsChanged, error) {
			return m.ChangeItems(ctx, tx, in.Body)
		})
	web.Query(a, web.Op{Path: "/masterdata/item-codes/next", ID: "nextItemCode", Summary: "The next free code for an item of a kind and family", Perm: read},
		func(ctx context.Context, q db.Querier, in *struct {
			Kind   string `query:"kind"`
			Family string `query:"family"`
		}) (NextCode, error) {
			return NextItemCode(ctx, q, in.Kind, in.Family, today(""))
		})
	web.Query(a, web.Op{Path: "/masterdata/item-codes", ID: "getItemCodeRules", Summary: "Numbering rules of items", Perm: read},
		func(ctx context.Context, q db.Querier, _ *struct{}) (CodeRules, error) { return ItemCodeRules(ctx, q) })
	web.Command(a, web.Op{Method: "PUT", Path: "/masterdata/item-codes", ID: "setItemCodeRules", Summary: "Exchange the numbering rules of items", Perm: write},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body CodeRules }) (CodeRules, error) {
			return m.SetItemCodeRules(ctx, tx, in.Body)
		})
}

func (m *Module) bomEditRoutes(a *web.API, today func(string) string) {
	web.QueryView(a, web.Op{Path: "/masterdata/boms/{code}/versions/{version}", ID: "getBOM", Summary: "A BOM version, its own lines alone, to be edited", Perm: read},
		func(ctx context.Context, q db.Querier, in *OneVersion) (BOMPage, error) {
			return m.BOMVersion(ctx, q, in.Code, in.Version, today(""))
		})
	web.Command(a, web.Op{Path: "/masterdata/boms/{code}/versions", ID: "createBOM", Summary: "Make a BOM version, of lines or as a copy of another", Perm: write},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByCode
			Body NewBOM
		}) (BOMPage, error) {
			if err := OnlyByChange(ctx, tx, "md_bom", in.Code); err != nil {
				return BOMPage{}, err
			}
			return m.CreateBOM(ctx, tx, in.Code, in.Body)
		})
	web.Command(a, web.Op{Method: "PUT", Path: "/masterdata/boms/{code}/versions/{version}", ID: "editBOM", Summary: "Exchange the lines and dates of a BOM version; orders that copied it keep their copy", Perm: write},
		func(ctx context.Context, tx *db.Tx, in *struct {
			OneVersion
			Body EditBOM
		}) (BOMPage, error) {
			if err := OnlyByChange(ctx, tx, "md_bom", in.Code); err != nil {
				return BOMPage{}, err
			}
			return m.ChangeBOM(ctx, tx, in.Code, in.Version, in.Body)
		})
	web.QueryView(a, web.Op{Path: "/masterdata/boms/{code}/compare", ID: "compareBOMs", Summary: "How two BOM versions of a product differ", Perm: read},
		func(ctx context.Context, q db.Querier, in *TwoVersions) (BOMDiff, error) {
			it, err := ItemByCode(ctx, q, in.Code)
			if err != nil {
				return BOMDiff{}, err
			}
			return CompareBOMs(ctx, q, it, in.A, in.B)
		})
	web.QueryView(a, web.Op{Path: "/masterdata/items/{code}/version-conflict", ID: "compareVersion", Summary: "How the BOM and routing versions that an order names differ from those in force on its date", Perm: read},
		func(ctx context.Context, q db.Querier, in *struct {
			ByCode
			Date    string `query:"date" format:"date" doc:"Date, default today"`
			BOM     string `query:"bom_version" doc:"BOM version that the order names"`
			Routing string `query:"routing_version" doc:"Routing version that the order names"`
		}) (VersionConflict, error) {
			it, err := ItemByCode(ctx, q, in.Code)
			if err != nil {
				return VersionConflict{}, err
			}
			return CompareVersion(ctx, q, it, today(in.Date), in.BOM, in.Routing)
		})
}

func (m *Module) routingEditRoutes(a *web.API, today func(string) string) {
	web.QueryView(a, web.Op{Path: "/masterdata/routings/{code}/versions/{version}", ID: "getRoutingVersion", Summary: "A routing version, to be edited", Perm: read},
		func(ctx context.Context, q db.Querier, in *OneVersion) (RoutingEdit, error) {
			return m.RoutingVersion(ctx, q, in.Code, in.Version, today(""))
		})
	web.Command(a, web.Op{Path: "/masterdata/routings/{code}/versions", ID: "createRouting", Summary: "Make a routing version, of steps or as a copy of another", Perm: write},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByCode
			Body NewRouting
		}) (RoutingEdit, error) {
			if err := OnlyByChange(ctx, tx, "md_routing", in.Code); err != nil {
				return RoutingEdit{}, err
			}
			return m.CreateRouting(ctx, tx, in.Code, in.Body)
		})
	web.Command(a, web.Op{Method: "PUT", Path: "/masterdata/routings/{code}/versions/{version}", ID: "editRouting", Summary: "Exchange the steps and dates of a routing version; orders that copied it keep their copy", Perm: write},
		func(ctx context.Context, tx *db.Tx, in *struct {
			OneVersion
			Body EditRouting
		}) (RoutingEdit, error) {
			if err := OnlyByChange(ctx, tx, "md_routing", in.Code); err != nil {
				return RoutingEdit{}, err
			}
			return m.ChangeRouting(ctx, tx, in.Code, in.Version, in.Body)
		})
	web.QueryView(a, web.Op{Path: "/masterdata/routings/{code}/compare", ID: "compareRoutings", Summary: "How two routing versions of a product differ", Perm: read},
		func(ctx context.Context, q db.Querier, in *TwoVersions) (RoutingDiff, error) {
			it, err := ItemByCode(ctx, q, in.Code)
			if err != nil {
				return RoutingDiff{}, err
			}
			return CompareRoutings(ctx, q, it, in.A, in.B)
		})
}
